"""What an operator's tools ask: is the process up, may it get traffic, and its metrics."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from voc.api.metrics import CONTENT_TYPE
from voc.api.rows import answer
from voc.api.service import Here
from voc.errors import NoRun
from voc.queries.shapes import moment

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> Response:
    """The process is up. Asks nothing of the home."""
    return answer({"status": "ok"})


@router.get("/readyz")
def readyz(here: Here) -> Response:
    """The home opens and, if a run is published, so does the run: 200, else 503 with the reason.

    Before the first run the service is ready to take feedback; `run` is null then. `model` says whether the model is
    loaded, or will be by the first request that needs it.
    """
    try:
        run = here.engine.snapshot().published.run
    except NoRun:
        run = None
    return answer(
        {
            "status": "ready",
            "run": {"run_id": run.run_id, "finished_at": moment(run.finished_at), "items": run.items} if run else None,
            "model": {"name": here.engine.model_card.name, "loaded": here.warm.is_set()},
        }
    )


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(here: Here) -> Response:
    """Prometheus' text format."""
    return Response(here.metrics.text(), 200, {"Content-Type": CONTENT_TYPE})
