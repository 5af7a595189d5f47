"""Errors as RFC 9457 problem documents. Owns which error is which HTTP status; pages draw the same `Problem`.

A problem never repeats what the caller sent: messages of `VocError`s carry no text, and validation errors lose theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voc import errors as e
from voc.telemetry import log_failure

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """What every problem of one kind of error has in common; `retry_after` in seconds where trying again helps."""

    status: int
    title: str
    retry_after: int | None = None


class KeyReused(e.VocError):
    """An Idempotency-Key came back with another body."""

    code = "idempotency_key_reused"


class Busy(e.VocError):
    """More waits for the model than the service takes on."""

    code = "busy"

    def __init__(self, retry_after: int = 1) -> None:
        """`retry_after`: seconds after which it may be worth trying again."""
        super().__init__("The service has more to do than it can take on.", "Try again later, or send fewer at once.")
        self.retry_after = retry_after


KINDS: Mapping[type[e.VocError], Kind] = {
    Busy: Kind(503, "The service is busy", 1),
    e.UsageError: Kind(400, "The request can't be understood"),
    e.InputError: Kind(422, "The feedback can't be read"),
    KeyReused: Kind(422, "The Idempotency-Key belongs to another request"),
    e.NotFound: Kind(404, "There is nothing under this id"),
    e.Ambiguous: Kind(409, "The id stands for several items"),
    e.RunLocked: Kind(409, "Another run is at work"),
    e.NoRun: Kind(503, "Nothing has been published yet", 60),
    e.DeliveryFailed: Kind(502, "The message did not arrive"),
    e.ConfigError: Kind(503, "The service is not configured", 60),
    e.ModelError: Kind(503, "The model can't be used", 60),
    e.StoreError: Kind(503, "The data folder can't be used", 60),
    e.StoreLocked: Kind(503, "The database is busy", 2),
    e.VocError: Kind(500, "Something went wrong"),
}
"""The nearest class in an error's ancestry decides; a test walks the tree of `voc.errors`."""


def kind_of(error: type[e.VocError]) -> Kind:
    """Status and title of an error's class."""
    return next(KINDS[cls] for cls in error.__mro__ if cls in KINDS)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document (RFC 9457, section 3.1) with our `code` and `hint`."""

    status: int
    code: str
    title: str
    detail: str
    hint: str = ""
    retry_after: int | None = None
    errors: Sequence[Mapping[str, Any]] = ()

    @property
    def type(self) -> str:
        """Where this kind is described: the documentation of this very service."""
        return f"/docs#problem-{self.code}"

    @property
    def headers(self) -> dict[str, str]:
        """Header fields that belong to the answer."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """The document as an answer; empty members are left out."""
        members = {"type": self.type, **asdict(self)}
        del members["retry_after"]
        shown = {name: value for name, value in members.items() if value or name == "detail"}
        body = json.dumps(shown, ensure_ascii=False).encode()
        return Response(body, self.status, {**(headers or {}), **self.headers}, MEDIA_TYPE)


def of_voc(error: e.VocError) -> Problem:
    """A problem of an error raised on purpose."""
    kind = kind_of(type(error))
    retry_after = error.retry_after if isinstance(error, Busy) else kind.retry_after
    return Problem(kind.status, error.code, kind.title, error.message, error.hint, retry_after)


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """A problem of a request that does not fit its schema: where and why, without what was sent."""
    rows = [{"where": ".".join(str(part) for part in row["loc"]), "what": str(row["msg"])} for row in errors]
    return Problem(
        422,
        PLAIN[422].code,
        PLAIN[422].title,
        f"{len(rows)} part{'s' if len(rows) > 1 else ''} of the request can't be taken.",
        PLAIN[422].hint,
        errors=rows,
    )


@dataclass(frozen=True, slots=True)
class Plain:
    """What HTTP itself has a word for, and our words for it."""

    code: str
    title: str
    detail: str
    hint: str = ""


PLAIN: Mapping[int, Plain] = {
    400: Plain("bad_body", "The body can't be read", "The body of the request can't be read.", "Send JSON in UTF-8."),
    403: Plain(
        "cross_site",
        "Refused for a page of another site",
        "The request comes from a page of another site.",
        "Call the API from a program, or from this service's pages.",
    ),
    404: Plain("no_route", "No such address", "There is nothing at this address.", "All routes are listed at /docs."),
    405: Plain(
        "method", "No such method here", "This address does not take this method.", "All routes are listed at /docs."
    ),
    413: Plain(
        "too_large",
        "The body is too large",
        "The body of the request is larger than 10 MB.",
        "Send feedback in smaller batches.",
    ),
    415: Plain(
        "not_json",
        "The body is not JSON",
        "The body of the request is not marked as JSON.",
        "Send it with the header Content-Type: application/json.",
    ),
    421: Plain(
        "unknown_host",
        "Not known under this name",
        "The service is not known under the host name of the request.",
        "Use localhost or 127.0.0.1.",
    ),
    422: Plain(
        "validation",
        "The request does not fit its schema",
        "The request can't be taken.",
        "The schema of every route is at /openapi.json.",
    ),
    500: Plain(
        "unexpected",
        "Something unexpected happened",
        "Something unexpected happened.",
        "The service's log says where: HOME/logs/voc.log.",
    ),
}


def of_status(status: int) -> Problem:
    """A problem outside the tree of `voc.errors`: an unknown path, a wrong method, a body that is too large."""
    plain = PLAIN.get(status) or Plain(f"http_{status}", HTTPStatus(status).phrase, f"{HTTPStatus(status).phrase}.")
    return Problem(status, plain.code, plain.title, plain.detail, plain.hint)


class CatchUnexpected:
    """Answers 500 where nobody foresaw the error. Logs its type and place only: its message may quote a customer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; see the class."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            log_failure("http.unexpected")
            if scope["type"] != "http" or started:
                raise
            await of_status(500).response()(scope, receive, send)
