"""The one Kiwi instance of the process: loaded when first needed, shared by everybody, missing without harm.

Owns loading and batching. What morphemes mean stands in `korean`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

from voc.name.korean import Morpheme
from voc.telemetry import log

_TOO_LONG = 20_000
"""Code points of one analysis. Kiwi's lattice grows with the text, and nobody names a theme by page 30."""


class Analyser:
    """Holds the instance. More workers asked for later replace it; fewer are served by what is there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kiwi: Any = None
        self._workers = 0
        self._missing = False

    def read(self, texts: Sequence[str], workers: int) -> list[Sequence[Morpheme]] | None:
        with self._lock:
            if not self._ready(workers):
                return None
            from kiwipiepy import Match

            # The options that guess unknown words from all texts at once stay off: a text is read the same in any
            # company.
            options = Match.ALL | Match.JOIN_NOUN_PREFIX
            return list(self._kiwi.tokenize([text[:_TOO_LONG] for text in texts], match_options=options))

    def _ready(self, workers: int) -> bool:
        if self._missing or self._workers >= workers:
            return not self._missing
        try:
            from kiwipiepy import Kiwi
        except ImportError:
            log("name.kiwi_missing", hint="pip install 'voc[ko]' for better Korean names")
            self._missing = True
            return False
        self._kiwi, self._workers = Kiwi(num_workers=workers), workers
        return True


_ANALYSER = Analyser()


def morphemes(texts: Sequence[str], *, threads: int = 0) -> list[Sequence[Morpheme]] | None:
    """Morphemes of each text in order, or None where kiwipiepy is not installed. Equal for any number of threads.

    threads: workers, 0 for one per core
    """
    return _ANALYSER.read(texts, threads or os.cpu_count() or 1) if texts else []
