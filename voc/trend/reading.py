"""One window of all streams read against what was to be expected, and several windows put together.

Volume is tested against a negative-binomial baseline with exposure, unhappiness against the stream's usual share. Where
an event that goes on tells of a stream, news is only what goes beyond anything that event has shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from voc.model import EVERYTHING
from voc.trend.baseline import WEEK, Baseline, baseline
from voc.trend.elastic import power, raised
from voc.trend.streams import WINDOWS, Panel
from voc.trend.surprise import count_tail, ratio_interval, share_tail, simes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WANDER = 1 / 31
"""Intraclass correlation of unhappiness on a day where a stream's data do not say: as if 30 people knew its share."""
WANDER_KNOWN = 50.0
"""Pairs of people, times the variance of one, for which that figure stands."""
WANDERS = (1 / 200, 0.2)
"""A stream's own figure lies within."""
USUAL_LEAN = 10.0
"""People for which the usual share in the whole stands in a part of the feedback."""


@dataclass(frozen=True, slots=True)
class NightOptions:
    """What is asked of an alarm. Days are calendar days."""

    history: int = 182
    leave_out: int = 7
    least_history: int = 14
    """Of all feedback, and of a source."""
    least_people: int = 5
    least_ratio: float = 1.3
    """Lower end of the 95 % interval of observed over expected."""

    def left_out(self, window: int) -> int:
        """The last days that a window is not measured against: those of all longer ones for a window of more than a
        week, so that what grows slowly is not its own measure."""
        return self.leave_out if window <= WEEK else max(WINDOWS)

    @property
    def looks_back(self) -> int:
        """Days that a night looks at, its own included: what lies before changes nothing."""
        return self.history + self.leave_out + max(WINDOWS)


@dataclass(frozen=True, slots=True)
class Heard:
    """What earlier nights have told of each stream, arrays (streams,); −1 for nothing.

    past:  int64, column of the last day that an event which is over told of: windows that reach back to it are no news,
           long ones not even for four weeks more
    since: int64, column on which the latest event that goes on began: news is what is more than it ever was since
    young: bool, that event began a few days ago: what grows now is still the same, and is not asked
    """

    past: NDArray[np.int64]
    since: NDArray[np.int64]
    young: NDArray[np.bool_]

    @classmethod
    def nothing(cls, streams: int) -> Heard:
        import numpy as np

        return cls(np.full(streams, -1), np.full(streams, -1), np.zeros(streams, np.bool_))

    def of(self, rows: NDArray[np.int64]) -> Heard:
        """Of some of the streams."""
        return Heard(self.past[rows], self.since[rows], self.young[rows])


@dataclass(frozen=True, slots=True)
class Reading:
    """What windows say of each stream, arrays (streams,): the figures of the window that says it most clearly.

    p: one-sided; 1 where too few spoke or the ratio may be chance
    """

    window: NDArray[np.int64]
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]

    @classmethod
    def empty(cls, streams: int) -> Reading:
        import numpy as np

        nought, whole = np.zeros(streams), np.zeros(streams, np.int64)
        return cls(whole, whole, nought, nought, nought, np.ones(streams))

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Reading:
        """Windows combined by Simes; at least one."""
        import numpy as np

        best = np.stack([each.p for each in readings]).argmin(axis=0)
        rows = np.arange(len(best))
        every = {one.name: np.stack([getattr(each, one.name) for each in readings]) for one in fields(cls)}
        return cls(**{name: values[best, rows] for name, values in every.items() if name != "p"}, p=simes(every["p"]))

    def among(self, rows: NDArray[np.int64], streams: int) -> Reading:
        """The same among more streams: nothing is read where nobody spoke."""

        def spread(own: NDArray[Any], otherwise: NDArray[Any]) -> NDArray[Any]:
            every = otherwise.copy()
            every[rows] = own
            return every

        nothing = Reading.empty(streams)
        return Reading(
            **{one.name: spread(getattr(self, one.name), getattr(nothing, one.name)) for one in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class Base:
    """The history of a window: its baseline, how many people it counts, how many of them were unhappy, how far that
    share wanders from day to day, and whether it is long enough, arrays (streams,); and what the baseline goes by on
    all days, (streams, days): people to the power that each stream goes along with."""

    line: Baseline
    exposure: NDArray[np.float64]
    people: NDArray[np.float64]
    unhappy: NDArray[np.float64]
    wander: NDArray[np.float64]
    enough: NDArray[np.bool_]

    @classmethod
    def of(cls, panel: Panel, left_out: int, options: NightOptions) -> Base | None:
        """None where there is too little history of anything."""
        import numpy as np

        stop = panel.days - left_out
        start = max(0, stop - options.history)
        if stop - start < options.least_history:
            return None
        begins, counts = panel.begins(), panel.voices(1)[:, start:stop].astype(np.float64)
        there = begins[:, None] <= np.arange(start, stop)
        exposure = _raised(panel, counts, start, stop)
        line = baseline(counts, exposure[:, start:stop] * there, panel.whole, panel.first + start)
        enough = begins <= stop - options.least_history
        people, unhappy = (rows[1][:, start:stop].astype(np.float64) for rows in (panel.counts, panel.unhappy))
        return cls(line, exposure, people.sum(axis=1), unhappy.sum(axis=1), _wander(unhappy, people), enough)


def _raised(panel: Panel, counts: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    """Exposure of all days, (streams, days): where a part as a whole is measured against everybody, to the power that
    the days `start` to `stop` say. That is found on those who spoke elsewhere, or a rush would explain itself."""
    import numpy as np

    exposure = panel.exposure.astype(np.float64)
    rows = np.flatnonzero(panel.everything_of_parts())
    if not len(rows):
        return exposure
    inside = {(own.field, own.value): at for at, own in enumerate(panel.streams) if own.theme != EVERYTHING}
    within = np.array([inside.get((panel.streams[row].field, panel.streams[row].value), row) for row in rows.tolist()])
    days = exposure[:, start:stop] * (panel.begins()[:, None] <= np.arange(start, stop))
    elsewhere = np.maximum(days[rows] - np.where(within == rows, 0.0, 1.0)[:, None] * days[within], 0.0)
    exposure[rows] = raised(exposure[rows], power(counts[rows], elsewhere))
    return exposure


def _wander(unhappy: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intraclass correlation ρ of a beta-binomial, (streams,), by moments over days: variance of a day's unhappy is
    n π (1 − π) (1 + (n − 1) ρ) (Kleinman 1973). unhappy, people: (streams, days)."""
    import numpy as np

    share = (unhappy.sum(axis=1) + 1.0) / (people.sum(axis=1) + 2.0)
    one = (share * (1.0 - share))[:, None]
    excess = ((unhappy - people * share[:, None]) ** 2 - people * one).sum(axis=1)
    pairs = (people * np.maximum(people - 1.0, 0.0) * one).sum(axis=1)
    found: NDArray[np.float64] = np.clip((excess + WANDER_KNOWN * WANDER) / (pairs + WANDER_KNOWN), *WANDERS)
    return found


@dataclass(frozen=True, slots=True)
class Window:
    """One window, ended with the panel's last day, of all streams: what is news, and what is unusual at all."""

    days: int
    news: Reading
    usual: Reading


def volume(panel: Panel, window: int, base: Base, heard: Heard, options: NightOptions) -> Window:
    """How many speak."""
    voices = panel.voices(window)
    observed = voices[:, -1].astype(int)
    by_day = base.line.expected(base.exposure[:, panel.days - window :], panel.first + panel.days - window)
    expected, spread = by_day.sum(axis=1), base.line.dispersion(by_day)

    def tail(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return count_tail(observed[rows], expected[rows], spread[rows])

    usual = _read(window, observed, expected, spread, base.enough, options, tail)
    news = _unheard(panel, usual, heard)
    if window <= WEEK:
        _beyond(voices, base.exposure, usual, base.line.dispersion(by_day, usual=True), heard, options, news)
    return Window(window, replace(usual, p=news), usual)


def unhappiness(panel: Panel, window: int, base: Base, heard: Heard, options: NightOptions) -> Window:
    """How many of those who speak are unhappy. While an event goes on its streams are not asked for news."""
    import numpy as np

    people, unhappy = (rows[window][:, -1].astype(int) for rows in (panel.counts, panel.unhappy))
    alone = (base.unhappy + 1.0) / (base.people + 2.0)
    share = (base.unhappy + USUAL_LEAN * alone[panel.whole]) / (base.people + USUAL_LEAN)
    known = 1.0 / (base.wander / (1.0 - base.wander) + 1.0 / (base.people + USUAL_LEAN))
    spread = (1.0 - share) / np.maximum(share * known, 1e-9)

    def tail(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return share_tail(unhappy[rows], people[rows], share[rows], known[rows])

    usual = _read(window, unhappy, people * share, spread, base.enough, options, tail)
    return Window(window, replace(usual, p=_unheard(panel, usual, heard)), usual)


def _read(
    window: int,
    observed: NDArray[np.int64],
    expected: NDArray[np.float64],
    spread: NDArray[np.float64],
    enough: NDArray[np.bool_],
    options: NightOptions,
    tail: Callable[[NDArray[np.int64]], NDArray[np.float64]],
) -> Reading:
    """P where it may alarm, else 1: larger than it is, so that what follows errs on the side of silence."""
    import numpy as np

    low, high = ratio_interval(observed, expected, spread)
    rows = np.flatnonzero(enough & (observed >= options.least_people) & (low >= options.least_ratio))
    p = np.ones(len(observed))
    p[rows] = tail(rows)
    return Reading(np.full(len(p), window), observed, expected, low, high, p)


def _unheard(panel: Panel, usual: Reading, heard: Heard) -> NDArray[np.float64]:
    """P of what no event has told of: the end of an event, when weeks were used to it, is still in the month after."""
    import numpy as np

    ago = panel.days - 1 - heard.past
    reaches_back = ago < usual.window + np.where(usual.window > WEEK, max(WINDOWS), 0)
    return np.where(((heard.past >= 0) & reaches_back) | (heard.since >= 0), 1.0, usual.p)


def _beyond(
    voices: NDArray[np.int32],
    exposure: NDArray[np.float64],
    usual: Reading,
    spread: NDArray[np.float64],
    heard: Heard,
    options: NightOptions,
    p: NDArray[np.float64],
) -> None:
    """Puts into `p` the streams of an event that goes on: expected is the most that they counted since it began."""
    import numpy as np

    rows = np.flatnonzero((heard.since >= 0) & ~heard.young & (usual.p < 1))
    window = int(usual.window[0]) if len(rows) else 0
    for row in rows.tolist():
        most = _peak(voices[row], exposure[row], window, int(heard.since[row]))
        if most is None:
            continue
        expected = max(most, float(usual.expected[row]))
        one = np.array([usual.observed[row]]), np.array([expected]), np.array([spread[row]])
        if ratio_interval(*one)[0][0] >= options.least_ratio:
            p[row] = count_tail(*one)[0]


def _peak(counts: NDArray[np.integer], exposure: NDArray[np.float64], window: int, since: int) -> float | None:
    """The most that a stream counted in a window of this event, before the last one; with today's exposure if that is
    more. None while the event is too young to have such a window. counts, exposure: (days,)."""
    import numpy as np

    ends = np.arange(since + window - 1, len(counts) - window)
    if not len(ends):
        return None
    days = np.concatenate([[0.0], np.cumsum(exposure)])
    then, now = days[ends + 1] - days[ends + 1 - window], days[-1] - days[-1 - window]
    return float((counts[ends] * np.maximum(1.0, now / np.maximum(then, 1.0))).max())
