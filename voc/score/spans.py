"""Where a stretch of a mention's text stands in its item's text.

A mention's text is what models see: composed, without markup, blanks collapsed. Evidence is found there and shown in
the item's own text, so its place must be carried over.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from voc.model import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST = 4000
"""Characters up to which texts are compared one by one; that takes time by the square of their length."""


def in_item(span: Span, mention_text: str, item_text: str, start: int, end: int) -> Span:
    """`span` of `mention_text`, as a span of `item_text`, whose stretch `start` … `end` the mention was made from.

    Characters are matched in order (longest common blocks, Ratcliff and Obershelp 1988), so removed markup inside the
    span is covered. If nothing of the span can be found again, the whole stretch is returned: true, only less exact.
    So it is where a long text differs in more than its blanks.
    """
    stretch = item_text[start:end]
    if stretch == mention_text:
        return Span(start + span.start, start + span.end)
    if len(mention_text) > _MOST:
        return _in_long(span, mention_text, stretch, start, end)
    matcher = SequenceMatcher(None, mention_text, stretch, autojunk=False)
    first: int | None = None
    last: int | None = None
    for block in matcher.get_matching_blocks():
        low, high = max(block.a, span.start), min(block.a + block.size, span.end)
        if low < high:
            first = block.b + low - block.a if first is None else first
            last = block.b + high - block.a
    if first is None or last is None:
        return Span(start, end)
    return Span(start + first, start + last)


def _in_long(span: Span, mention_text: str, stretch: str, start: int, end: int) -> Span:
    """The same by counting characters that are no blanks: its time grows with the text, not with the square of it."""
    import numpy as np

    places = _solid_places(mention_text, stretch)
    if places is None:
        return Span(start, end)
    here, there = places
    first, last = np.searchsorted(here, [span.start, span.end]).tolist()
    if first == last:
        return Span(start, end)
    return Span(start + int(there[first]), start + int(there[last - 1]) + 1)


@lru_cache(maxsize=1)
def _solid_places(mention_text: str, stretch: str) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Where the characters that are no blanks stand in both texts; None if they are not the same ones."""
    import numpy as np

    if "".join(mention_text.split()) != "".join(stretch.split()):
        return None
    here, there = (
        np.array([place for place, char in enumerate(text) if not char.isspace()], np.int64)
        for text in (mention_text, stretch)
    )
    return here, there
