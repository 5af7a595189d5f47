"""The app factory: `create_app(settings)` opens a home when the server starts and closes it when it stops."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from voc.api import answers
from voc.api.batching import Gone
from voc.api.courier import Courier
from voc.api.errors import MEDIA_TYPE, CatchUnexpected, Problem, of_status, of_validation, of_voc
from voc.api.guards import LOOPBACK, BodyLimit, KnownCallers, SecurityHeaders
from voc.api.metrics import Measured, Metrics
from voc.api.pages import alerts as alert_pages
from voc.api.pages import routes as pages
from voc.api.pages.frame import draw_problem
from voc.api.routes import alerts, ask, compare, docs, edits, feedback, infer, operate, runs, tags
from voc.api.runner import Runner
from voc.api.service import Service
from voc.api.sharing import Shared
from voc.config import Settings
from voc.engine import Engine
from voc.errors import NoRun, VocError
from voc.model import Run

ABOUT = """Themes, sentiment, urgency and search over customers' feedback, on this machine.

Lists are `{"data": […], "next": cursor or null}`; errors are problem documents (RFC 9457) with a `code` and a `hint`.
Times are ISO 8601 in UTC; offsets count Unicode code points, half-open; shares lie in 0…1.
"""
HUNG_UP = 499
"""What metrics call a request whose caller did not wait for the answer."""
_PROBLEM = {
    "description": "A problem document",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def create_app(
    settings: Settings,
    *,
    hosts: Collection[str] = LOOPBACK,
    open_engine: Callable[[Settings], Engine] | None = None,
) -> FastAPI:
    """An app over the home of `settings`. It answers to the names in `hosts`, "*" being any."""
    # Threads of the model that spin while they wait for each other starve the threads that answer requests, and each
    # other on a busy machine. OpenMP reads this when torch loads it (`docs/benchmarks/service.md`).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    opening = open_engine or (lambda chosen: Engine(settings=chosen))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        import numpy as np  # its BLAS has to be there to be held
        from threadpoolctl import threadpool_limits

        del np
        # The heads' product of a few rows is 3 ms of work; shared by two BLAS threads that spin, it took 41.
        limits = threadpool_limits(limits=1, user_api="blas")
        engine = await run_in_threadpool(opening, settings)
        metrics = Metrics(lambda: _published(engine))
        shared = Shared(engine, settings, metrics)
        app.state.service = held = Service(
            engine=engine, metrics=metrics, runner=Runner(lambda: opening(settings), engine.runs), shared=shared
        )
        held.warm_up()
        courier = _courier(engine) if settings.deliver else None
        try:
            yield
        finally:
            if courier is not None:
                await run_in_threadpool(courier.close)
            await run_in_threadpool(shared.close)
            engine.close()
            limits.restore_original_limits()

    app: FastAPI = FastAPI(
        title="voc",
        summary="Voice of customer",
        description=ABOUT,
        version=version("voc"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # FastAPI's own records of failures quote messages and bodies, which may hold a customer's words.
        telemetry={"logs": False, "tracing": False, "metrics": False},
        responses={"default": _PROBLEM, 422: _PROBLEM},
        middleware=[
            Middleware(Measured, metrics=lambda: getattr(getattr(app.state, "service", None), "metrics", None)),
            Middleware(SecurityHeaders),
            Middleware(CatchUnexpected),
            Middleware(KnownCallers, hosts=hosts),
            Middleware(BodyLimit),
        ],
    )
    _answer_errors(app)
    # Routes are tried in this order, which costs: those that are called most come first.
    for part in (infer, feedback, ask, alerts, compare, edits, tags, runs, operate, docs, alert_pages, pages):
        app.include_router(part.router)
    _describe_problems(app)
    return app


def _courier(engine: Engine) -> Courier:
    courier = Courier(engine.send_due)
    engine.on_queued = courier.wake
    courier.start()
    return courier


def _published(engine: Engine) -> Run | None:
    try:
        return engine.snapshot().published.run
    except NoRun:
        return None


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(VocError)
    def _voc(request: Request, error: VocError) -> Response:
        return _shown(request, of_voc(error))

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        return _shown(request, of_validation(error.errors()))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return _shown(request, of_status(error.status_code), dict(error.headers or {}))

    @app.exception_handler(Gone)
    def _gone(request: Request, error: Gone) -> Response:
        del request, error
        return Response(status_code=HUNG_UP)  # nobody reads it; the metrics do


def _shown(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A page for a reader in a browser, a problem document for everybody else."""
    if wants_page(request):
        return draw_problem(request, problem)
    return problem.response(headers)


PROGRAMS = ("/v1", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static")


def wants_page(request: Request) -> bool:
    """Whether a request comes from a reader who asked for a page."""
    path = request.url.path
    for_programs = any(path == start or path.startswith(f"{start}/") for start in PROGRAMS)
    return not for_programs and "text/html" in request.headers.get("accept", "")


def _describe_problems(app: FastAPI) -> None:
    """Put the problem document's schema into the OpenAPI document."""
    plain = app.openapi

    def described() -> dict[str, object]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", answers.Problem.model_json_schema())
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
