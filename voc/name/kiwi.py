"""The one Kiwi instance of the process: loaded when first needed, shared by everybody, missing without harm.

Owns loading and batching. What morphemes mean stands in `korean`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from voc.name.korean import Morpheme

_LOCK = threading.Lock()
_TOO_LONG = 20_000
"""Code points of one analysis. Kiwi's lattice grows with the text, and nobody names a theme by page 30."""


def morphemes(texts: Sequence[str], *, threads: int = 0) -> Iterable[Sequence[Morpheme]] | None:
    """Morphemes of each text in order, or None where kiwipiepy is not installed. Equal for any number of threads."""
    with _LOCK:
        kiwi, options = _kiwi(threads or os.cpu_count() or 1)
        if kiwi is None:
            return None
        return list(kiwi.tokenize([text[:_TOO_LONG] for text in texts], match_options=options)) if texts else []


@cache
def _kiwi(threads: int) -> tuple[Any, Any]:
    """(analyser, options), loaded once per number of threads; (None, None) and one line in the log without it."""
    try:
        from kiwipiepy import Kiwi, Match
    except ImportError:
        import structlog

        structlog.get_logger().warning("name.kiwi_missing", hint="pip install 'voc[ko]' for better Korean names")
        return None, None
    kiwi = Kiwi(num_workers=threads)
    # The options that guess unknown words from all texts at once stay off: a text is read the same in any company.
    return kiwi, Match.ALL | Match.JOIN_NOUN_PREFIX
