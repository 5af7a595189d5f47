"""Spans as a table stores them: `3-9,20-24`."""

from __future__ import annotations

from collections.abc import Sequence

from voc.model import Span


def spans_of(text: str | None) -> tuple[Span, ...]:
    """Read what `spans_text` wrote; nothing is no span."""
    if not text:
        return ()
    return tuple(Span(*map(int, part.split("-"))) for part in text.split(","))


def spans_text(spans: Sequence[Span]) -> str:
    """Spans in their order, joined by commas."""
    return ",".join(f"{span.start}-{span.end}" for span in spans)
