"""The model without storing anything: scores and vectors. Long requests let others have the model in between."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from starlette.responses import Response

from voc.api import answers
from voc.api.routes.feedback import rows_of
from voc.api.rows import answer, listed
from voc.api.schemas import EmbeddingsIn, TextIn, one_or_many
from voc.api.service import Here, Service
from voc.api.usage import TokenCounter
from voc.errors import NotFound, UsageError
from voc.ingest import IngestOptions, from_dicts
from voc.model import Rejected
from voc.queries.shapes import Row, score_row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

router = APIRouter(prefix="/v1", tags=["model"])

TURN = 64
"""Texts that go through the model before somebody else may have it."""


@router.post(
    "/score", responses={200: {"model": answers.Scores}}, openapi_extra=one_or_many(TextIn, {"type": "string"})
)
def score(here: Here, body: Annotated[Any, Body()]) -> Response:
    """Sentiment and urgency of up to 1,000 texts, in their order. A row that can't be scored says so in its place."""
    rows = rows_of(body)
    refused = {at: row.reason for at, row in enumerate(from_dicts(rows, IngestOptions())) if isinstance(row, Rejected)}
    good = [row for at, row in enumerate(rows) if at not in refused]
    scored = iter([found for part in _turns(good) for found in here.engine.score(part)])
    here.metrics.texts("score", len(good))
    return answer(
        listed(_refusal(row, refused[at]) if at in refused else score_row(next(scored)) for at, row in enumerate(rows))
    )


def _refusal(row: object, reason: str) -> Row:
    given = row.get("id") if isinstance(row, dict) else None
    return {"id": given if given is None else str(given), "error": reason}


@router.post("/embeddings", responses={200: {"model": answers.EmbeddingsOut}})
def embeddings(here: Here, body: EmbeddingsIn) -> Response:
    """Vectors of up to 1,000 texts, unit length, in OpenAI's shape."""
    texts = [body.input] if isinstance(body.input, str) else body.input
    _check(here, body, texts)
    found = [vector for part in _turns(texts) for vector in here.engine.embed(part, body.input_type)]
    here.metrics.texts("embed", len(texts))
    data = [
        {"object": "embedding", "index": at, "embedding": _written(vector, body.encoding_format)}
        for at, vector in enumerate(found)
    ]
    tokens = TokenCounter.of(here.engine).count(texts, body.input_type)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return answer({"object": "list", "data": data, "model": here.engine.model_card.name, "usage": usage})


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


def _turns(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), TURN):
        yield rows[start : start + TURN]


def _written(vector: NDArray[np.float32], encoding: str) -> list[float] | str:
    if encoding == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    numbers: list[float] = vector.tolist()
    return numbers
