"""Finds bursts: one text sent many times within a few days. What is marked elsewhere is counted here.

`voc.clean.duplicates` and `voc.clean.campaigns` say which items are one text; whoever sends it counts as one voice, so
that no alert speaks of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from voc.clean.campaigns import letters_of
from voc.clean.duplicates import is_short

LEAST_COPIES = 20
"""Copies in `DAYS` from which on a text is a burst. Fewer are one voice like any copies, and nobody is told."""
DAYS = 7
"""Days within which they are sent, the first and the last included."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An item as it was sent. original: the item that it copies, itself where it copies none; day: its number."""

    item_id: str
    original: str
    text: str
    day: int


def bursts(sent: Sequence[Sent]) -> list[tuple[Sent, ...]]:
    """The bursts among items: copies of one text by day, then by id; the latest burst first, then by id.

    Items are one text if one copies the other, or if their letters are equal (`mark_campaigns`). A burst is every day
    that lies in a stretch of `DAYS` with `LEAST_COPIES`; stretches that overlap are one burst. Texts so short that
    people write them on their own are none. The order of the items does not matter.
    """
    found = [burst for copies in _one_text(sent) for burst in _dense(copies)]
    return sorted(found, key=lambda burst: (-burst[-1].day, burst[0].item_id))


def _one_text(sent: Iterable[Sent]) -> Iterator[list[Sent]]:
    """Items of one text, by day, then by id."""
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = name = above[above[name]]
        return name

    told = sorted(sent, key=lambda one: (one.day, one.item_id))
    for one in told:
        letters = letters_of(one.text)
        for other in (one.original, *([f"letters {letters}"] if letters else [])):
            above[root(other)] = root(one.item_id)
    groups: defaultdict[str, list[Sent]] = defaultdict(list)
    for one in told:
        groups[root(one.item_id)].append(one)
    for copies in groups.values():
        if len(copies) >= LEAST_COPIES and not is_short(copies[0].text):
            yield copies


def _dense(copies: Sequence[Sent]) -> Iterator[tuple[Sent, ...]]:
    """Copies of one text, by day, parted into bursts; what lies outside of every burst is left out."""
    days = [one.day for one in copies]
    begin = end = 0
    for at, day in enumerate(days):
        first = bisect_left(days, day - DAYS + 1)
        if at - first + 1 < LEAST_COPIES:
            continue
        if first >= end and end:
            yield tuple(copies[begin:end])
            begin = first
        elif not end:
            begin = first
        end = at + 1
    if end:
        yield tuple(copies[begin:end])
