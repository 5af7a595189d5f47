"""The report as data: what is unusual, the week, what is new, what hurts or pleases, who needs an answer, all themes.

Built from what `voc.queries` answers; HTML, Markdown and JSON are three ways to write the same object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from voc.model import EVERYTHING, Hit, Level, Run, Spike, State, Theme, Trend, Window
from voc.ports import Tools
from voc.queries import Snapshot, alerts, attention, themes
from voc.report.coverage import Coverage, coverage_of
from voc.report.digest import LEAST_MENTIONS, MOSTLY, Digest, digest_of
from voc.report.unusual import Unusual, unusual_of

FRESH = (State.NEW, State.EMERGING, State.RISING)
LISTED = 8
ANSWERS = 12
NOTABLE_NET = 0.15


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with its series and its children, if it is a coarse one."""

    theme: Theme
    trend: Trend
    children: tuple[ThemeView, ...] = ()


@dataclass(frozen=True, slots=True)
class SpikeView:
    """Days on which one theme was unusual, by the alert that says so most clearly."""

    theme: ThemeView
    spike: Spike


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a support lead reads in the morning."""

    run: Run
    begins: datetime | None
    ends: datetime | None
    volume: tuple[Window, ...]
    unusual: Unusual
    week: Digest | None
    """None where nothing is dated."""
    fresh: tuple[ThemeView, ...]
    spikes: tuple[SpikeView, ...]
    hurting: tuple[ThemeView, ...]
    liked: tuple[ThemeView, ...]
    copied: tuple[ThemeView, ...]
    answers: tuple[Hit, ...]
    groups: tuple[ThemeView, ...]
    """Coarse themes with what lies under them, then fine themes that lie under none: pinned ones without a mention."""
    listed: int
    """Fine themes that are shown."""
    languages: Mapping[str, int]
    coverage: Coverage

    @property
    def language(self) -> str:
        """Korean if most of the feedback is, else English."""
        return "ko" if next(iter(self.languages), "en") == "ko" else "en"


def build_report(tools: Tools, snapshot: Snapshot, *, false_alarms: float) -> Report:
    """The report of a snapshot. Deterministic: the same run, edits and alerts give the same report, until the day that
    a snoozed alert sleeps to. `false_alarms`: what operators allow in a month."""
    told = [one for one in alerts(tools, snapshot, everything=True) if not one.hidden]
    week = digest_of(tools, snapshot, told)
    fine = [_view(snapshot, theme) for theme in themes(snapshot, Level.FINE)]
    coarse = [_view(snapshot, theme, fine) for theme in themes(snapshot, Level.COARSE)]
    copied = [view for view in fine if view.theme.copied >= MOSTLY]
    large = [view for view in fine if view.theme.mentions >= LEAST_MENTIONS and view not in copied]
    whole = snapshot.published.trends.get(EVERYTHING)
    period = snapshot.published.run.manifest.get("period")
    begins, ends = _period(period)
    return Report(
        run=snapshot.published.run,
        begins=begins,
        ends=ends,
        volume=whole.windows if whole else (),
        unusual=unusual_of(
            tools, snapshot, told, closed_since=week.week.begins if week else None, false_alarms=false_alarms
        ),
        week=week,
        fresh=tuple(sorted(_fresh(large, coarse), key=_freshness)[:LISTED]),
        spikes=_spikes(fine),
        hurting=tuple(sorted((v for v in large if v.theme.sentiment.net < -NOTABLE_NET), key=_pain)[:LISTED]),
        liked=tuple(sorted((v for v in large if v.theme.sentiment.net > NOTABLE_NET), key=_joy)[:LISTED]),
        copied=tuple(copied),
        answers=tuple(attention(tools, snapshot, limit=ANSWERS)),
        groups=(*coarse, *(view for view in fine if view.theme.parent not in {group.theme.key for group in coarse})),
        listed=len(fine),
        languages=_languages(fine),
        coverage=coverage_of(tools, snapshot),
    )


def _view(snapshot: Snapshot, theme: Theme, fine: Sequence[ThemeView] = ()) -> ThemeView:
    trend = snapshot.published.trends.get(theme.key) or Trend(theme.key, theme.state, ())
    return ThemeView(theme, trend, tuple(view for view in fine if view.theme.parent == theme.key))


def _fresh(fine: Sequence[ThemeView], coarse: Sequence[ThemeView]) -> list[ThemeView]:
    """Fine themes that are on the move, and coarse ones that move as a whole while none of their children does."""
    moving = [view for view in fine if view.theme.state in FRESH]
    told = {view.theme.parent for view in moving}
    whole = (v for v in coarse if v.theme.state in FRESH and v.theme.copied < MOSTLY and v.theme.key not in told)
    return [*moving, *whole]


def _freshness(view: ThemeView) -> tuple[int, int, str]:
    return FRESH.index(view.theme.state), -view.theme.reach, view.theme.key


def _pain(view: ThemeView) -> tuple[float, str]:
    """Most people hurt first: reach times the share that is negative or pressing."""
    theme = view.theme
    return -theme.reach * max(theme.sentiment.negative, theme.critical + theme.high), theme.key


def _joy(view: ThemeView) -> tuple[float, str]:
    return -view.theme.reach * view.theme.sentiment.positive, view.theme.key


def _spikes(views: Sequence[ThemeView]) -> tuple[SpikeView, ...]:
    """The unusual days that matter most: newest first among the strongest."""
    found = [SpikeView(view, spike) for view in views for spike in _clearest(view.trend.spikes)]
    strongest = sorted(found, key=lambda row: (row.spike.p, row.theme.theme.key))[: 2 * LISTED]
    strongest.sort(key=lambda row: row.theme.theme.key)
    return tuple(sorted(strongest, key=lambda row: row.spike.start, reverse=True))


def _clearest(spikes: Sequence[Spike]) -> list[Spike]:
    """Of those that overlap the least likely: a trouble may be told in several parts of the feedback."""
    kept: list[Spike] = []
    for spike in sorted(spikes, key=lambda one: (one.p, one.start, one.alert_id or "")):
        if all(spike.end <= other.start or other.end <= spike.start for other in kept):
            kept.append(spike)
    return kept


def _languages(views: Sequence[ThemeView]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for view in views:
        counts.update(dict(view.theme.languages))
    return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0])))


def _period(value: object) -> tuple[datetime | None, datetime | None]:
    if not isinstance(value, Mapping):
        return None, None
    moments = [datetime.fromisoformat(str(value[name])) if value.get(name) else None for name in ("begins", "ends")]
    return moments[0], moments[1]
