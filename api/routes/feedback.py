"""Taking feedback in: posted items are stored, scored, given a theme and searchable when the answer comes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from voc.api import answers
from voc.api.rows import accepted_row, answer
from voc.api.schemas import MOST_ITEMS, FeedbackIn, one_or_many
from voc.api.service import Here, Service
from voc.errors import UsageError
from voc.intake import Posted

router = APIRouter(prefix="/v1", tags=["feedback"])


@router.post(
    "/feedback", status_code=202, responses={202: {"model": answers.FeedbackOut}}, openapi_extra=one_or_many(FeedbackIn)
)
def post_feedback(
    here: Here, body: Annotated[Any, Body()], idempotency_key: Annotated[str | None, Header()] = None
) -> Response:
    """Take one item or up to 1,000. Each gets its own result; a bad one never stops the others.

    With an `Idempotency-Key`, the same request again gets the same answer. New themes come with the next run.
    """
    rows = rows_of(body)
    if idempotency_key is None:
        return answer(_take(here, rows), 202)
    kept, replayed = here.replies.once(idempotency_key, body, lambda: bytes(answer(_take(here, rows)).body))
    headers = {"Idempotency-Replayed": "true"} if replayed else None
    return Response(kept, 202, headers, "application/json")


def rows_of(body: Any) -> list[Any]:
    """The rows of a body: one row, `{"items": [...]}`, or a bare list.

    Raises UsageError, and RequestValidationError if `items` is no list.
    """
    if isinstance(body, bytes):
        raise HTTPException(415)
    rows = body.get("items", [body]) if isinstance(body, dict) else body
    if not isinstance(rows, list):
        if isinstance(body, dict):
            raise RequestValidationError([{"loc": ("body", "items"), "msg": "Not a list.", "type": "list_type"}])
        raise UsageError(
            "The body is neither a row nor a list of rows.", 'Send {"text": …} or {"items": [{"text": …}]}.'
        )
    if len(rows) > MOST_ITEMS:
        raise UsageError(f"A request takes {MOST_ITEMS} rows at most.", "Send the others in further requests.")
    return rows


def _take(here: Service, rows: list[Any]) -> dict[str, Any]:
    request = object()  # equal to no other: rows of requests that are taken together stay apart
    results = [accepted_row(accepted) for accepted in here.shared.accept([Posted(request, row) for row in rows])]
    for result in results:
        here.metrics.feedback(result["status"])
    return {"results": results}
