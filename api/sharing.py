"""What the service asks of the model, each kind of work in a lane of its own over one queue (`voc.api.batching`).

Answers are written as JSON where they are made, in the threads of the passes, so that the loop which reads requests
stays free.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voc.api.batching import Batcher, Lane, Limits
from voc.api.metrics import Metrics
from voc.api.queue import tokens_of
from voc.api.rows import written
from voc.api.usage import TokenCounter
from voc.config import Settings
from voc.engine import PASSES
from voc.intake import Accepted, Posted
from voc.ports import Kind
from voc.queries.shapes import score_row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.engine import Engine

PACKS = 2
"""Packs of the encoder in one pass: enough to fill it, few enough that nobody waits long behind others."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One text's vector as JSON, and the tokens that the model read."""

    vector: bytes
    tokens: int


class Shared:
    """The lanes. Calling one waits in a thread, `ask` in a coroutine; both raise Busy."""

    def __init__(self, engine: Engine, settings: Settings, metrics: Metrics) -> None:
        """Also makes the queries of `engine` share passes."""
        self._engine = engine
        cores = settings.threads or os.cpu_count() or 1
        self._batcher = batcher = Batcher(
            passes=min(PASSES, cores),
            limits=Limits(settings.queue_tokens, settings.queue_seconds),
            pass_tokens=lambda: PACKS * engine.batch_tokens,
            watch=metrics,
        )
        self.score: Lane[Any, bytes] = Lane(batcher, self._score, size=_row_tokens)
        self.embed: Mapping[Kind, Lane[tuple[str, str], Embedded]] = {
            "query": Lane(batcher, self._embedder("query"), size=self._text_tokens),
            "passage": Lane(batcher, self._embedder("passage"), size=self._text_tokens),
        }
        # What writes waits for the home's other writers, and nobody who only asks the model shall wait for those.
        self._writer = writer = Batcher(
            passes=1, limits=batcher.limits, pass_tokens=lambda: PACKS * engine.batch_tokens, watch=metrics
        )
        metrics.watch_queue(lambda: batcher.waiting[1] + writer.waiting[1])
        self.accept: Lane[Any, Accepted] = Lane(writer, engine.accept, size=_posted_tokens, whole=True)
        engine.asking.embed = Lane(batcher, engine.asking.embed, size=tokens_of)

    def close(self) -> None:
        """Refuse what waits, end the passes under way."""
        self._batcher.close()
        self._writer.close()

    def _score(self, rows: Sequence[Any]) -> list[bytes]:
        return [written(score_row(found)) for found in self._engine.score(rows)]

    def _embedder(self, kind: Kind) -> Callable[[Sequence[tuple[str, str]]], list[Embedded]]:
        def embed(rows: Sequence[tuple[str, str]]) -> list[Embedded]:
            texts = [text for text, _ in rows]
            vectors = self._engine.embed(texts, kind)
            counts = TokenCounter.of(self._engine).count(texts, kind)
            return [
                Embedded(_vector(vector, encoding), tokens)
                for vector, (_, encoding), tokens in zip(vectors, rows, counts, strict=True)
            ]

        return embed

    def _text_tokens(self, row: tuple[str, str]) -> int:
        return tokens_of(row[0], self._engine.model_card.max_tokens)


def _vector(vector: NDArray[np.float32], encoding: str) -> bytes:
    """Nine digits say a float32 to the bit; more would only be longer."""
    if encoding == "base64":
        return b'"' + base64.b64encode(vector.astype("<f4").tobytes()) + b'"'
    return ("[" + ",".join(["%.9g"] * len(vector)) % tuple(vector.tolist()) + "]").encode()


def _row_tokens(row: object) -> int:
    return tokens_of(row.get("text") if isinstance(row, dict) else row)


def _posted_tokens(posted: Posted) -> int:
    return _row_tokens(posted.row)
