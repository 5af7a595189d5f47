"""Where a stretch of a mention's text stands in its item's text.

A mention's text is what models see: composed, without markup, blanks collapsed. Evidence is found there and shown in
the item's own text, so its place must be carried over.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from voc.model import Span


def in_item(span: Span, mention_text: str, item_text: str, start: int, end: int) -> Span:
    """`span` of `mention_text`, as a span of `item_text`, whose stretch `start` … `end` the mention was made from.

    Characters are matched in order (longest common blocks, Ratcliff and Obershelp 1988), so removed markup inside the
    span is covered. If nothing of the span can be found again, the whole stretch is returned: true, only less exact.
    """
    stretch = item_text[start:end]
    if stretch == mention_text:
        return Span(start + span.start, start + span.end)
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
