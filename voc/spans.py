"""Spans as a table stores them, `3-9,20-24`, and what a mention is called beside its item."""

from __future__ import annotations

from collections.abc import Sequence

from voc.model import Span


def mention_name(item_id: str, index: int) -> str:
    """`item_id:index`: the same in every run, as long as the item is cut the same way."""
    return f"{item_id}:{index}"


def spans_of(text: str | None) -> tuple[Span, ...]:
    """Read what `spans_text` wrote; nothing is no span."""
    if not text:
        return ()
    return tuple(Span(*map(int, part.split("-"))) for part in text.split(","))


def spans_text(spans: Sequence[Span]) -> str:
    """Spans in their order, joined by commas."""
    return ",".join(f"{span.start}-{span.end}" for span in spans)
