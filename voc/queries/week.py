"""The last seven whole days beside the seven before: how many people spoke of what, how urgent, how unhappy.

Counts the published run, with people's edits in it. The last whole day is the last one with feedback that was over when
the run began: the last night that is watched, so that a week's alerts and a week's figures are of the same days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from voc.model import SENTIMENTS, UNHAPPY, Theme
from voc.ports import UNDATED, MentionTable
from voc.queries.basis import last_day, run_zone
from voc.queries.members import Members
from voc.queries.snapshot import Snapshot
from voc.trend import Calendar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAYS = 7
LEAST_PEOPLE = 5
"""People in one of the two weeks, at least, for a theme to be compared."""
FALSE_SHARE = 0.1
"""Of the themes that are told to have moved, at most so many by chance, on average."""
HALF = 0.5
"""Half a person: a theme that nobody spoke of has a rate above nought."""


@dataclass(frozen=True, slots=True)
class ThemeWeek:
    """One fine theme: different people this week and in the one before, unhappy ones, and items by urgency."""

    key: str
    people: int
    before: int
    unhappy: int
    critical: int
    high: int


@dataclass(frozen=True, slots=True)
class Week:
    """Half-open, in calendar days of the run's zone. Pairs are of this week and of the one before.

    people:         different people who said anything
    critical, high: items by their most urgent mention
    compared:       the feedback reaches back over the week before
    """

    begins: datetime
    ends: datetime
    people: tuple[int, int]
    critical: tuple[int, int]
    high: tuple[int, int]
    themes: Mapping[str, ThemeWeek]
    compared: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A theme whose share of all people changed: the ratio of its rates with the 95 % interval; `high` may be
    infinite. q: after Benjamini–Hochberg over the themes that were compared."""

    theme: ThemeWeek
    ratio: float
    low: float
    high: float
    q: float


def last_week(snapshot: Snapshot) -> Week | None:
    """The last whole week of the published run; None where nothing is dated."""
    whole = whole_days(snapshot)
    if whole is None:
        return None
    calendar, table = Calendar(run_zone(snapshot.published)), snapshot.published.mentions
    first, last = whole
    members = Members.of(snapshot.published.themes, table)
    now, before = (_Days.of(table, members, last - back * DAYS) for back in (0, 1))
    return Week(
        begins=calendar.start(last - DAYS + 1),
        ends=calendar.start(last + 1),
        people=(now.everybody, before.everybody),
        critical=(now.critical_items, before.critical_items),
        high=(now.high_items, before.high_items),
        themes={
            key: ThemeWeek(key, *(int(column[number]) for column in (now.people, before.people, *now.troubles)))
            for key, number in members.numbers.items()
            if now.people[number] or before.people[number]
        },
        compared=first <= last - 2 * DAYS + 1,
    )


def whole_days(snapshot: Snapshot) -> tuple[int, int] | None:
    """Day numbers of the first day with feedback and of the last whole one, which lies before it where all feedback is
    of the day of the run; None where nothing is dated."""
    published = snapshot.published
    dated = published.mentions.day[published.mentions.day != UNDATED]
    if not len(dated):
        return None
    today = Calendar(run_zone(published)).day(published.run.started_at)
    last = last_day(published, before=today)
    return int(dated.min()), today - 1 if last is None else last


def moves(week: Week, themes: Mapping[str, Theme]) -> list[Move]:
    """Those of `themes` that more or fewer people speak of than in the week before, the clearest first.

    Rates are shares of everybody who spoke. The exact conditional test of two Poisson rates (Przyborowski & Wilenski
    1940), two-sided, corrected by Benjamini & Hochberg (1995) at FALSE_SHARE.
    """
    import numpy as np
    from scipy import stats

    from voc.trend.expectation import benjamini_hochberg, rate_ratio_interval

    now, before = week.people
    told = [one for key, one in week.themes.items() if key in themes and max(one.people, one.before) >= LEAST_PEOPLE]
    if not week.compared or not now or not before or not told:
        return []
    share = now / (now + before)
    p = np.array([stats.binomtest(one.people, one.people + one.before, share).pvalue for one in told])
    found = []
    for one, chance, q in zip(told, p.tolist(), benjamini_hochberg(p).tolist(), strict=True):
        if q <= FALSE_SHARE:
            ratio = (one.people + HALF) / (one.before + HALF) * before / now
            low, high = rate_ratio_interval(one.people, one.before, float(now), float(before))
            found.append((chance, one.key, Move(one, ratio, low, high, q)))
    return [move for _, _, move in sorted(found, key=lambda row: row[:2])]


@dataclass(frozen=True, slots=True)
class _Days:
    """Seven days; arrays by number of the theme. Themes' own mentions: coarse ones have none."""

    everybody: int
    critical_items: int
    high_items: int
    people: NDArray[np.int64]
    troubles: Sequence[NDArray[np.int64]]
    """Unhappy people, critical items, high ones."""

    @classmethod
    def of(cls, table: MentionTable, members: Members, last: int) -> _Days:
        """The seven days up to day number `last`."""
        import numpy as np

        rows = np.flatnonzero((table.day > last - DAYS) & (table.day <= last))
        theme, person = members.of_mention[rows], table.person[rows].astype(np.int64)
        item = np.unique(table.item_id[rows].astype(str), return_inverse=True)[1].astype(np.int64)
        level = table.urgency_level[rows].astype(str)
        critical = np.isin(item, item[level == "critical"])
        high = np.isin(item, item[level == "high"]) & ~critical
        unhappy = table.sentiment[rows, SENTIMENTS.index("negative")] > UNHAPPY

        def distinct(who: NDArray[np.int64], among: NDArray[np.bool_]) -> NDArray[np.int64]:
            chosen = among & (theme >= 0)
            seen = np.unique(np.stack([theme[chosen], who[chosen]]), axis=1)
            return np.bincount(seen[0], minlength=len(members.numbers)).astype(np.int64)

        return cls(
            everybody=len(np.unique(person)),
            critical_items=len(np.unique(item[critical])),
            high_items=len(np.unique(item[high])),
            people=distinct(person, np.ones(len(rows), np.bool_)),
            troubles=(
                distinct(person, unhappy),
                distinct(item, level == "critical"),
                distinct(item, (level == "high") & ~critical),
            ),
        )
