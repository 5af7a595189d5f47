"""Pages of search results that neither repeat nor leave out an item.

How many candidates a search weighs follows from how many hits are asked for, so two searches of different depth may
rank a little differently. The order that is paged through is therefore fixed by definition: the first page as it is,
then the deepest search without the first page's items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.model import Hit
from voc.queries.search import MOST

if TYPE_CHECKING:
    from voc.engine import Engine


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked; `k` hits a page."""

    q: str
    k: int = 10
    mode: str = "hybrid"
    where: str | None = None


def hits_from(engine: Engine, asked: Question, offset: int) -> list[Hit]:
    """The page of hits that begins at `offset`; there are 1,000 hits at most. Raises UsageError, NoRun."""
    first = engine.search(asked.q, asked.k, asked.mode, asked.where)
    if offset == 0:
        return first
    shown = {hit.item_id for hit in first}
    deep = engine.search(asked.q, MOST, asked.mode, asked.where)
    order = [*first, *(hit for hit in deep if hit.item_id not in shown)]
    return order[:MOST][offset : offset + asked.k]
