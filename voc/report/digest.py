"""The week: the alerts that opened, grew and closed, the themes that moved, and what to read first and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from voc.alerts import Alert, Status
from voc.model import EVERYTHING, SENTIMENTS, UNHAPPY, Level, Theme
from voc.ports import MentionTable, Tools
from voc.queries import Snapshot, ToldAlert
from voc.queries.basis import run_zone
from voc.queries.week import Move, ThemeWeek, Week, last_week, moves
from voc.trend import Calendar

LISTED = 5
"""Lines of each list, and of what to read first."""
LEAST_MENTIONS = 3
MOSTLY = 0.5
"""Share of copied items from which a theme is shown as a campaign, not as news."""
LEAST_UNHAPPY = 5
UNHAPPY_SHARE = 0.5
"""A theme is unhappy from so many unhappy people on, if they are this share of its people."""
LEAST_HIGH = 3
"""A theme is urgent from one critical item, or so many high ones."""
LARGEST = 3
"""So many themes have the largest reach."""


@dataclass(frozen=True, slots=True)
class Growth:
    """An alert that more people belong to than before the week; `before`: how many then."""

    told: ToldAlert
    before: int


@dataclass(frozen=True, slots=True)
class ToRead:
    """A line of what to read first. `reasons`: of unusual, urgent, unhappy, reach, in this order; one at least."""

    label: str
    reasons: tuple[str, ...]
    week: ThemeWeek | None = None
    theme: Theme | None = None
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """The last whole week. `fresh`: themes that nobody spoke of before it."""

    week: Week
    opened: tuple[ToldAlert, ...]
    grew: tuple[Growth, ...]
    closed: tuple[ToldAlert, ...]
    rose: tuple[Move, ...]
    fell: tuple[Move, ...]
    fresh: tuple[Theme, ...]
    first: tuple[ToRead, ...]
    themes: Mapping[str, Theme] = field(default_factory=dict)
    """Every theme that is named here."""


def digest_of(tools: Tools, snapshot: Snapshot, told: Sequence[ToldAlert]) -> Digest | None:
    """The digest of a snapshot; None where nothing is dated. `told`: every alert of a theme that is shown."""
    week = last_week(snapshot)
    if week is None:
        return None
    themes = {
        key: theme
        for key, theme in snapshot.published.themes.items()
        if theme.level is Level.FINE and not theme.hidden and theme.copied < MOSTLY
    }
    moved = moves(week, themes)
    return Digest(
        week=week,
        opened=tuple(one for one in told if week.begins < one.alert.told_at <= week.ends),
        grew=_grew(tools, snapshot, week, told),
        closed=tuple(
            one for one in told if one.alert.closed is not None and week.begins < one.alert.closed <= week.ends
        ),
        rose=tuple(move for move in moved if move.ratio > 1)[:LISTED],
        fell=tuple(move for move in moved if move.ratio < 1)[:LISTED],
        fresh=_fresh(week, themes)[:LISTED],
        first=_first(week, themes, told)[:LISTED],
        themes=themes,
    )


def _fresh(week: Week, themes: Mapping[str, Theme]) -> tuple[Theme, ...]:
    if not week.compared:
        return ()  # in the first week all is new
    found = [
        theme
        for key, theme in themes.items()
        if key in week.themes and theme.first_seen is not None and week.begins <= theme.first_seen < week.ends
    ]
    found = [theme for theme in found if theme.mentions >= LEAST_MENTIONS]
    return tuple(sorted(found, key=lambda theme: (-week.themes[theme.key].people, theme.key)))


# ---------------------------------------------------------------------------------------------------- alerts that grew


def _grew(tools: Tools, snapshot: Snapshot, week: Week, told: Sequence[ToldAlert]) -> tuple[Growth, ...]:
    """Alerts opened before the week that nights of the week found more people for."""
    older = [one for one in told if one.alert.told_at <= week.begins < one.alert.updated]
    found = [Growth(one, _people_before(tools, snapshot, one.alert, week.begins)) for one in older]
    return tuple(growth for growth in found if growth.told.alert.reach > growth.before)


def _people_before(tools: Tools, snapshot: Snapshot, alert: Alert, until: datetime) -> int:
    """How many people an alert had at a moment: counted as its reach is, from the same day on."""
    import numpy as np

    calendar = Calendar(run_zone(snapshot.published))
    table = snapshot.published.mentions
    begin = calendar.day(alert.opened) - alert.window
    rows = (table.day >= begin) & (table.day < calendar.day(until))
    if alert.theme != EVERYTHING:
        rows &= np.isin(table.theme.astype(str), sorted(snapshot.keys_under(alert.theme)))
    if alert.of_complaints:
        rows &= table.sentiment[:, SENTIMENTS.index("negative")] > UNHAPPY
    return len(set(table.person[_within(tools, table, np.flatnonzero(rows).tolist(), alert.scope)].tolist()))


def _within(tools: Tools, table: MentionTable, rows: list[int], scope: Mapping[str, str]) -> list[int]:
    """Those rows whose items lie in a part of the feedback."""
    if not scope:
        return rows
    refs = {row: (str(table.item_id[row]), int(table.revision[row])) for row in rows}
    held = tools.feedback.traits(sorted(set(refs.values())), list(scope))
    return [row for row in rows if held.get(refs[row]) == tuple(scope.values())]


# ------------------------------------------------------------------------------------------------- what to read first


def _first(week: Week, themes: Mapping[str, Theme], told: Sequence[ToldAlert]) -> tuple[ToRead, ...]:
    """Alerts that somebody is to look at, the largest excess first; then themes, those with most reasons first, and of
    these the one that hurts most people."""
    weeks = [one for key, one in week.themes.items() if key in themes]
    reasons = _reasons(weeks)
    at_work = [one.alert for one in told if one.alert.status in (Status.OPEN, Status.ACKNOWLEDGED)]
    at_work.sort(key=lambda alert: (alert.expected - alert.observed, alert.alert_id))
    known = {key for alert in at_work for key in (alert.theme, *alert.themes)}
    others = [one for one in weeks if one.key not in known and reasons[one.key]]
    others.sort(key=lambda one: (-len(reasons[one.key]), -one.critical, -one.unhappy, -one.people, one.key))
    return (
        *(_line_of(alert, week, themes, reasons) for alert in at_work),
        *(ToRead(themes[one.key].label, reasons[one.key], one, themes[one.key]) for one in others),
    )


def _line_of(alert: Alert, week: Week, themes: Mapping[str, Theme], reasons: Mapping[str, tuple[str, ...]]) -> ToRead:
    more = reasons.get(alert.theme, ())
    return ToRead(alert.label, ("unusual", *more), week.themes.get(alert.theme), themes.get(alert.theme), alert)


def _reasons(weeks: Sequence[ThemeWeek]) -> dict[str, tuple[str, ...]]:
    """Why each theme is worth reading this week, by its key."""
    largest = sorted((one for one in weeks if one.people), key=lambda one: (-one.people, one.key))[:LARGEST]
    found = {}
    for one in weeks:
        said = {
            "urgent": one.critical > 0 or one.high >= LEAST_HIGH,
            "unhappy": one.unhappy >= LEAST_UNHAPPY and one.unhappy >= UNHAPPY_SHARE * one.people,
            "reach": one in largest,
        }
        found[one.key] = tuple(reason for reason, holds in said.items() if holds)
    return found
