"""Compares what people say before and after a date, or in two values of an attribute: the question, its checks, and the
answer theme by theme. The statistics are in `voc.trend.ratio`, `differences` and `verdict`.

Days are those of the run's zone, and only days that are over count. Feedback without a date is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from voc.batch.compared import Material
from voc.batch.ground import Ground, holders_of
from voc.comparison import Change, Comparison, Metric, Placebo, Side
from voc.errors import UsageError
from voc.model import EVERYTHING
from voc.ports import Progress, Tools, silent
from voc.queries.snapshot import Snapshot
from voc.queries.themes import theme, themes
from voc.trend import Calendar
from voc.trend.calendar import EPOCH
from voc.trend.expectation import benjamini_hochberg
from voc.trend.parts import Part, compare, figures
from voc.trend.ratio import Changes
from voc.trend.verdict import DATE_SIDES, placebo, sentence, verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAYS = 28
MOST_DAYS = 3650
MOST_DATES = 182
"""Placebo dates, at most: of more than half a year of them every second one, and so on. Neighbours say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be compared: a date with so many days on each side, or values of an attribute with the first of them.

    theme: key, `*` for everybody, None for every theme. Raises UsageError for a question that makes no sense.
    """

    metric: Metric = Metric.REACH
    theme: str | None = None
    at: date | None = None
    days: int = DAYS
    by: str | None = None
    values: Sequence[str] = ()
    where: str | None = None

    def __post_init__(self) -> None:
        if (self.at is None) == (self.by is None):
            raise UsageError(
                "A comparison needs either a date or an attribute.", "Give --at DATE, or --by version 5.2 5.3."
            )
        if self.by is not None and len(set(self.values)) < 2:
            raise UsageError("Two different values are needed to compare.", "Such as: --by version 5.2 5.3.")
        if self.by is not None and len(set(self.values)) != len(self.values):
            raise UsageError(
                "A value is given twice.", "Name each value once; the first is what others are compared with."
            )
        if self.by is None and self.values:
            raise UsageError("Values belong to an attribute.", "Name it, such as: --by version 5.2 5.3.")
        if not 1 <= self.days <= MOST_DAYS:
            raise UsageError(f"The days on each side are 1 to {MOST_DAYS}.", "Such as --days 28.")
        if self.theme == EVERYTHING and self.metric is Metric.REACH:
            raise UsageError(
                "Reach is counted among all who speak, so that of everything is always the same.",
                "Name a theme, or leave it out to compare all; or ask for another metric.",
            )


def compare_feedback(
    tools: Tools, snapshot: Snapshot, question: Question, *, progress: Progress = silent
) -> list[Comparison]:
    """The comparison of one theme, or of everything and every fine theme, most changed first; for each value after the
    first one. Raises NotFound, UsageError."""
    labels = _labels(snapshot, question)
    figures_only = question.metric in (Metric.NPS, Metric.RATING)
    ground = Ground.of(tools, snapshot, question.where, wordless=figures_only)
    holders = None if question.by is None else holders_of(question.by, question.values, ground.feedback)
    material = ground.material(question.metric, tuple(labels), question.by)
    if not len(material.part.all.day):
        raise _nothing(question)
    comparing = _Comparing(question.metric, labels, material, ground.calendar, progress)
    if question.at is not None:
        return _told(question.metric, comparing.at(question.at, question.days))
    assert holders is not None
    return _told(question.metric, comparing.between(holders))


@dataclass(frozen=True, slots=True)
class _Found:
    """A comparison before the number of comparisons is known."""

    theme: str
    label: str
    before: Side
    after: Side
    change: Change
    net: Change | None
    placebo: Placebo | None


@dataclass(frozen=True, slots=True)
class _Comparing:
    metric: Metric
    labels: Mapping[str, str]
    material: Material
    calendar: Calendar
    progress: Progress

    def at(self, when: date, most: int) -> list[_Found]:
        """Equal stretches before and after a day: `most` days, or as many as the feedback allows."""
        everything = self.material.part.all.day
        first, last, day = int(everything[0]), int(everything[-1]), (when - EPOCH).days
        period = f"There is feedback of {_date(first)} to {_date(last)}, in whole days."
        if day <= first:
            raise UsageError("The date lies before all feedback, so there is nothing to compare with.", period)
        if day > last:
            raise UsageError("There is no whole day of feedback from that date on.", period)
        days = min(most, day - first, last - day + 1)
        earlier = range(day - days, first + days - 1, -1)
        placebos = self._placebos(earlier[:: math.ceil(max(len(earlier), 1) / MOST_DATES)], days)
        periods = (day - days, day), (day, day + days)
        return self._compared(self._around(day, days), DATE_SIDES, periods, placebos)

    def between(self, holders: Mapping[str, frozenset[str]]) -> list[_Found]:
        """Each value after the first with the first."""
        parts = {value: self.material.of(items) for value, items in holders.items()}
        base, *others = parts
        found = []
        for done, value in enumerate(others):
            pair = parts[base], parts[value]
            found += self._compared(pair, (base, value), (_period(pair[0]), _period(pair[1])), None)
            self.progress(done + 1, len(others))
        return found

    def _around(self, day: int, days: int) -> tuple[Part, Part]:
        return self.material.days(day - days, day - 1), self.material.days(day, day + days - 1)

    def _changes(self, parts: tuple[Part, Part]) -> tuple[Changes, Changes | None]:
        return compare(self.metric, *parts, themes=len(self.labels), strata=self.material.strata)

    def _placebos(self, earlier: range, days: int) -> NDArray[np.float64]:
        """How large the changes at earlier dates are, in standard errors, (dates, themes)."""
        import numpy as np

        found = np.zeros((len(earlier), len(self.labels)))
        for done, day in enumerate(earlier):
            found[done] = self._changes(self._around(day, days))[0].z
            self.progress(done + 1, len(earlier))
        return found

    def _compared(
        self,
        parts: tuple[Part, Part],
        names: tuple[str, str],
        periods: tuple[tuple[int, int] | None, tuple[int, int] | None],
        placebos: NDArray[np.float64] | None,
    ) -> list[_Found]:
        changes, net = self._changes(parts)
        before, after = (self._sides(*one) for one in zip(parts, names, periods, strict=True))
        return [
            _Found(
                key,
                label,
                before[at],
                after[at],
                _change(changes, at),
                None if net is None else _change(net, at),
                None if placebos is None else placebo(float(changes.z[at]), placebos[:, at]),
            )
            for at, (key, label) in enumerate(self.labels.items())
        ]

    def _sides(self, part: Part, name: str, period: tuple[int, int] | None) -> list[Side]:
        """The part as it is for each theme."""
        number = len(self.labels)
        people, speaking = part.people(), part.speaking(number).tolist()
        start, end = (None, None) if period is None else map(self.calendar.start, period)
        if self.metric is Metric.REACH:
            values = [count / max(people, 1) for count in speaking]
        else:
            values = figures(self.metric, part.talk, number).mean.tolist()
        known = [bool(people if self.metric is Metric.REACH else count) for count in speaking]
        return [
            Side(name, start, end, people, count, value if ok else None)
            for count, value, ok in zip(speaking, values, known, strict=True)
        ]


def _told(metric: Metric, found: Sequence[_Found]) -> list[Comparison]:
    """The comparisons, most changed first. Themes are corrected for their number, what could not be tested left out;
    everything is a question of its own."""
    import numpy as np

    whole = [one for one in found if one.theme == EVERYTHING]
    parts = [one for one in found if one.theme != EVERYTHING]
    told = []
    for family in (whole, parts):
        tested = [one.change.p for one in family if one.change.value is not None]
        chances = iter(benjamini_hochberg(np.array(tested, np.float64)).tolist())
        told += [_comparison(metric, one, 1.0 if one.change.value is None else next(chances)) for one in family]
    return sorted(told, key=lambda one: (one.change.p, -one.before.speaking - one.after.speaking, one.theme))


def _comparison(metric: Metric, one: _Found, q: float) -> Comparison:
    return Comparison(
        theme=one.theme,
        label=one.label,
        metric=metric,
        before=one.before,
        after=one.after,
        change=one.change,
        q=q,
        verdict=verdict(metric, one.change, q, one.placebo),
        sentence=sentence(metric, one.label, (one.before, one.after), one.change, q, one.placebo),
        net=one.net,
        placebo=one.placebo,
    )


def _change(changes: Changes, at: int) -> Change:
    """One theme's, with None for what is not known."""
    value, low, high, smallest = (
        float(column[at]) for column in (changes.value, changes.low, changes.high, changes.smallest)
    )
    if math.isnan(value):
        return Change(None, None, None, 1.0, _known(smallest))
    scatter = None if changes.dispersion is None else float(changes.dispersion[at])
    if math.isinf(low):  # a difference of which nothing is known but that it was seen
        return Change(value, None, None, 1.0, _known(smallest), scatter)
    return Change(value, low, high, float(changes.p[at]), _known(smallest), scatter)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _labels(snapshot: Snapshot, question: Question) -> dict[str, str]:
    """Key and label of what is compared."""
    everything = {} if question.metric is Metric.REACH else {EVERYTHING: "Everything"}
    if question.theme == EVERYTHING:
        return everything
    if question.theme is not None:
        found = theme(snapshot, question.theme)
        return {found.key: found.label}
    return everything | {found.key: found.label for found in themes(snapshot)}


def _period(part: Part) -> tuple[int, int] | None:
    day = part.all.day
    return (int(day[0]), int(day[-1]) + 1) if len(day) else None


def _nothing(question: Question) -> UsageError:
    what = {Metric.NPS: " an NPS answer and", Metric.RATING: " a rating and"}.get(question.metric, "")
    hint = "Widen --where." if question.where else "Feedback is compared by its dates: see created_at in the README."
    return UsageError(
        f"No feedback of the published run has{what} a date that is over, so nothing can be compared.", hint
    )


def _date(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
