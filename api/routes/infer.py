"""The model without storing anything: scores and vectors. Requests that arrive together share passes through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from voc.api import answers
from voc.api.routes.feedback import rows_of
from voc.api.rows import written
from voc.api.schemas import EmbeddingsIn, TextIn, one_or_many
from voc.api.service import Here, Service
from voc.errors import NotFound, UsageError
from voc.ingest import IngestOptions, from_dicts
from voc.model import Rejected
from voc.queries.shapes import Row

router = APIRouter(prefix="/v1", tags=["model"])


@router.post(
    "/score", responses={200: {"model": answers.Scores}}, openapi_extra=one_or_many(TextIn, {"type": "string"})
)
async def score(here: Here, request: Request, body: Annotated[Any, Body()]) -> Response:
    """Sentiment and urgency of up to 1,000 texts, in their order. A row that can't be scored says so in its place."""
    rows = rows_of(body)
    refused = {at: row.reason for at, row in enumerate(from_dicts(rows, IngestOptions())) if isinstance(row, Rejected)}
    good = [row for at, row in enumerate(rows) if at not in refused]
    scored = iter(await here.shared.score.ask(good, request.receive))
    here.metrics.texts("score", len(good))
    parts = (written(_refusal(row, refused[at])) if at in refused else next(scored) for at, row in enumerate(rows))
    return _json(b'{"data":[' + b",".join(parts) + b'],"next":null}')


def _refusal(row: object, reason: str) -> Row:
    given = row.get("id") if isinstance(row, dict) else None
    return {"id": given if given is None else str(given), "error": reason}


@router.post("/embeddings", responses={200: {"model": answers.EmbeddingsOut}})
async def embeddings(here: Here, request: Request, body: EmbeddingsIn) -> Response:
    """Vectors of up to 1,000 texts, unit length, in OpenAI's shape."""
    texts = [body.input] if isinstance(body.input, str) else body.input
    _check(here, body, texts)
    lane = here.shared.embed[body.input_type]
    found = await lane.ask([(text, body.encoding_format) for text in texts], request.receive)
    here.metrics.texts("embed", len(texts))
    data = b",".join(
        b'{"object":"embedding","index":%d,"embedding":%b}' % (at, row.vector) for at, row in enumerate(found)
    )
    tokens = sum(row.tokens for row in found)
    rest = written({"model": here.engine.model_card.name, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}})
    return _json(b'{"object":"list","data":[' + data + b"]," + rest[1:])


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _check(here: Service, body: EmbeddingsIn, texts: Sequence[str]) -> None:
    card = here.engine.model_card
    if body.model not in (None, card.name):
        raise NotFound("This service does not have that model.", f"It runs {card.name}; `model` may be left out.")
    if body.dimensions not in (None, card.dim):
        raise UsageError(
            "The model gives vectors of one width only.", f"Leave `dimensions` out, or ask for {card.dim}."
        )
    if not all(text.strip() for text in texts):
        raise UsageError("A text to embed is empty.", "Leave empty texts out.")
