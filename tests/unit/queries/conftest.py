"""A small published run: two coarse themes, three fine ones, and who spoke of them on which day."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from voc.discover import RunSpace
from voc.model import EVERYTHING, Exemplar, Level, Run, Theme
from voc.ports import MentionTable, PublishedRun
from voc.trend import Calendar, sightings, trend

ZONE = ZoneInfo("UTC")
FINE, COARSE = ("late", "lost", "price"), ("delivery", "money")
PARENTS = {"late": "delivery", "lost": "delivery", "price": "money"}


def _column(values) -> np.ndarray:
    return np.array(list(values), dtype=object)


def _run(said: list[tuple[str, str | None, int, int]]) -> PublishedRun:
    """A row a mention: item, fine theme, person, day. The first mention of each theme is its exemplar."""
    n = len(said)
    items, themes, people, days = (list(part) for part in zip(*said, strict=True))
    feelings = np.tile(np.array([(0.8, 0.1, 0.1), (0.1, 0.1, 0.8)], np.float32), (n, 1))[:n]
    table = MentionTable(
        item_id=_column(items),
        id=_column(items),
        revision=np.ones(n, np.int32),
        index=np.zeros(n, np.int32),
        start=np.arange(n, dtype=np.int32),
        end=np.arange(n, dtype=np.int32) + 1,
        lang=_column("ko" if row % 3 else "en" for row in range(n)),
        theme=_column(themes),
        strength=np.full(n, 0.5, np.float32),
        how=_column("clustered" if theme else None for theme in themes),
        reason=_column(None if theme else "unique" for theme in themes),
        duplicate_of=_column([None] * n),
        sentiment=feelings,
        urgency=np.zeros(n, np.float32),
        urgency_level=_column("high" if row % 4 == 0 else "low" for row in range(n)),
        urgency_reasons=_column([""] * n),
        evidence=_column([""] * n),
        facets=_column([""] * n),
        person=np.array(people, np.int32),
        day=np.array(days, np.int32),
        judged=np.ones(len(days), np.bool_),
        bare=np.zeros(len(days), np.bool_),
    )
    return PublishedRun(
        Run(run_id="run_1", status="published", started_at=None),
        table,
        _vectors(items, days),
        RunSpace({"*": np.zeros(2, np.float32)}, np.eye(2, dtype=np.float32)).to_arrays(),
        None,
        _themes(table),
        _trends(table),
        (),
    )


def _vectors(items: list[str], days: list[int]) -> np.ndarray:
    """float16 (n, 2), unit length: items of the first half of the alphabet look up, the others to the right."""
    angle = np.array([1.5 if item < "d" else 0.0 for item in items]) + 0.001 * (np.array(days) % 7)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float16)


def _themes(table: MentionTable) -> dict[str, Theme]:
    from voc.score import sentiment_shares, urgency_shares

    found = {}
    assigned = sum(theme is not None for theme in table.theme)
    for key in (*FINE, *COARSE):
        rows = np.flatnonzero([key in (theme, PARENTS.get(theme)) for theme in table.theme])
        if not len(rows):
            continue
        critical, high = urgency_shares(table.urgency_level[rows])
        langs = {lang: int((table.lang[rows] == lang).sum()) for lang in ("en", "ko")}
        first = int(rows[0])
        found[key] = Theme(
            key=key,
            label=f"about {key}",
            level=Level.FINE if key in FINE else Level.COARSE,
            labels={"en": f"about {key}", "ko": f"{key} 이야기"},
            keywords=(key,),
            parent=PARENTS.get(key),
            mentions=len(rows),
            items=len(set(table.item_id[rows])),
            reach=len(set(table.person[rows].tolist())),
            share=len(rows) / assigned,
            sentiment=sentiment_shares(table.sentiment[rows]),
            critical=critical,
            high=high,
            first_seen=Calendar(ZONE).start(int(table.day[rows].min())),
            exemplars=(Exemplar(table.id[first], table.item_id[first], "text", first, first + 1),),
            languages=dict(sorted(((k, v) for k, v in langs.items() if v), key=lambda row: (-row[1], row[0]))),
        )
    return found


def _trends(table: MentionTable) -> dict[str, object]:
    keys = (*FINE, *COARSE, EVERYTHING)
    numbers = np.array([FINE.index(theme) if theme else -1 for theme in table.theme])
    parents = np.array([keys.index(PARENTS[key]) for key in FINE])
    seen = sightings(keys, numbers, parents, table.day, table.person)
    return {found.theme: found for found in trend(seen, last_day=int(table.day.max()), zone=ZONE)}


@pytest.fixture(scope="session")
def published() -> Callable[..., PublishedRun]:
    return _run
