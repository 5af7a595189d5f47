"""Turns the words of a query into what search needs: vectors in the run's spaces, and lexical tokens."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from voc.clean import detect, normalise
from voc.discover import RunSpace
from voc.name import Glossary, Tokeniser
from voc.queries import QueryVectors, Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REMEMBERED = 1024
"""Queries whose vectors are kept."""

EmbedQueries = Callable[[Sequence[str]], Sequence["NDArray[np.float32]"]]


class Asking:
    """Implements `voc.queries.Question`. Remembers the last queries; any number of threads may ask."""

    def __init__(self, embed: EmbedQueries) -> None:
        self.embed = embed
        """May be replaced by one that gathers the queries of callers who ask at once."""
        self._known: OrderedDict[tuple[str, str], QueryVectors] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, query: str, snapshot: Snapshot) -> QueryVectors:
        """The query in the two spaces of the snapshot's run."""
        import numpy as np

        key = (snapshot.published.run.run_id, query)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        raw = np.asarray(self.embed([query]), np.float32)
        space = RunSpace.from_arrays(snapshot.published.space)
        lang = [self.language(query)]
        found = QueryVectors(space.to_neutral(raw, lang), space.to_theme(raw, lang))
        with self._lock:
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def forget(self) -> None:
        """Let go of all queries: for whoever erases a person's feedback, or closes the home."""
        with self._lock:
            self._known.clear()

    def language(self, query: str) -> str:
        """The query's language, UNDETERMINED where that can't be told."""
        return detect(normalise(query).text)

    def tokens(self, query: str) -> Sequence[str]:
        """Lexical tokens, made as the store's were."""
        return Tokeniser(threads=1).tokens(query, detect(query))

    def translations(self, tokens: Sequence[str]) -> Sequence[Sequence[str]]:
        """Of each matter that a query's tokens name, the tokens of the other language."""
        return self._glossary.translations(tokens)

    @cached_property
    def _glossary(self) -> Glossary:
        return Glossary.load()
