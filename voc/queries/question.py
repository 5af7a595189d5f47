"""What search needs to know of a query's text; whoever has the model answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voc.queries.nearest import QueryVectors
from voc.queries.snapshot import Snapshot


class Question(Protocol):
    """What search needs to know of a query's text."""

    def vectors(self, query: str, snapshot: Snapshot) -> QueryVectors:
        """The query in the snapshot's spaces."""

    def language(self, query: str) -> str:
        """Its language, UNDETERMINED where that can't be told."""

    def tokens(self, query: str) -> Sequence[str]:
        """Lexical tokens, as the store's were made."""

    def translations(self, tokens: Sequence[str]) -> Sequence[Sequence[str]]:
        """Of each matter that a query's tokens name, the tokens that stand for it in other languages."""
