"""Counts the tokens of texts for the `usage` of an answer, by the tokenizer in the model's folder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from voc.ports import Kind, ModelCard

if TYPE_CHECKING:
    from voc.engine import Engine

_LOCK = threading.Lock()


class TokenCounter:
    """The tokenizer of one model. Thread-safe."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        from tokenizers import Tokenizer

        self._card = card
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=card.max_tokens)

    @staticmethod
    def of(engine: Engine) -> TokenCounter:
        """The counter of an engine's model, loaded once."""
        with _LOCK:
            return _load(engine.model_path(), engine.model_card)

    def count(self, texts: Sequence[str], kind: Kind) -> list[int]:
        """Tokens that the model reads of each text: prefix, begin and end included, cut at its window."""
        prefix = self._card.query_prefix if kind == "query" else self._card.passage_prefix
        whole = [prefix + text.encode("utf-8", "replace").decode() for text in texts]
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(whole)]


@lru_cache(maxsize=2)
def _load(folder: Path, card: ModelCard) -> TokenCounter:
    return TokenCounter(folder, card)
