"""Night after night over a panel: which alarms are a new event, which go on, which are over.

Within a night the level of Benjamini–Hochberg is what operators allow: so many false alarms a month, spent evenly. Over
nights it follows the online false-discovery rate with a memory (Javanmard & Montanari 2018; Ramdas et al. 2017): every
event told lends the next four weeks some more, so that in a bad month a second trouble is not held back, and what is
lent is repaid by what was found. A pure function of the panel and of what was open before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from voc.alerts import Kind
from voc.model import EVERYTHING
from voc.trend.night import Findings, NightOptions, night
from voc.trend.streams import WINDOWS, Panel, Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MONTH = 30
MEMORY = 28
"""Nights in which an event lends some of the level."""
LENT = 0.05
"""False-discovery rate that is lent for each event told."""
QUIET = 3
"""Nights without anything unusual after which an event is over."""
STILL = 0.01
"""An event goes on while the windows of a week are so unlikely."""
CONFINED = 0.8
"""An event is confined to a part of the feedback that this share of its people belongs to."""
GROWN = 0.2
"""By so much more than usual."""
HIGHEST = 0.1
"""The level of a night never goes beyond."""
APART = "source"
"""Of all attributes the one whose values have troubles of their own: two apps may break in one week."""
NOWHERE = ("", "")
"""The place of what is not confined."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """`false_alarms` in a month, over all themes, is what operators set."""

    false_alarms: float = 0.3
    night: NightOptions = field(default_factory=NightOptions)


@dataclass(frozen=True, slots=True)
class Told:
    """What one night told of a stream; counts are those of the window that told it most clearly, ended with `day`."""

    stream: Stream
    kind: Kind
    day: int
    window: int
    observed: int
    expected: float
    low: float
    high: float
    p: float
    q: float

    @property
    def excess(self) -> float:
        return self.observed - self.expected


@dataclass(frozen=True, slots=True)
class Event:
    """Streams that went up together, in one part of the feedback or in the whole. Days are day numbers.

    place:  attribute and value of the part it is confined to, or both empty
    themes: all that went up, the headline's first
    last:   the last day on which it was unusual; ended: the day on which it was over
    name:   what its owner calls it; empty while it has none
    """

    place: tuple[str, str]
    themes: tuple[str, ...]
    headline: Told
    opened: int
    last: int
    ended: int | None = None
    name: str = ""

    def fresh(self, day: int) -> bool:
        """Whether what goes up on this day may be the same event; also after a person has closed it."""
        return day - self.last <= QUIET


@dataclass(frozen=True, slots=True)
class Kin:
    """Which themes go up for one reason: `parents` names the coarse theme above each fine one."""

    parents: Mapping[str, str] = field(default_factory=dict)

    def of(self, theme: str) -> str:
        """What stands for all of its kin."""
        return self.parents.get(theme, theme)

    def share(self, event: Event, theme: str) -> bool:
        """Whether a theme is of kin to one of an event's."""
        return self.of(theme) in {self.of(own) for own in event.themes}


def watch_panel(
    panel: Panel, days: Iterable[int], options: WatchOptions, kin: Kin | None = None, events: Sequence[Event] = ()
) -> list[Event]:
    """The events after these nights, columns of the panel in ascending order, watched one after the other."""
    found = list(events)
    for day in days:
        found = watch_night(panel.until(day + 1), found, options, kin or Kin())
    return found


def watch_night(panel: Panel, events: Sequence[Event], options: WatchOptions, kin: Kin) -> list[Event]:
    """The events after the panel's last day: known ones in their order, new ones behind them."""
    panel = panel.last(options.night.looks_back)
    day = panel.first + panel.days - 1
    past, known = _told_of(panel, events, kin, day)
    found = night(panel, options.night, past=past, known=known)
    after = [_going_on(event, panel, found, day) for event in events]
    for told in _alarming(panel, found, day, level(events, day, options)):
        place = _place(panel, told)
        at = next((at for at, event in enumerate(after) if _belongs(event, told, place, kin)), None)
        if at is None:
            after.append(Event(place, (told.stream.theme,), told, day, day))
        else:
            after[at] = _joined(after[at], told)
    return [
        replace(event, ended=day) if event.ended is None and day - event.last >= QUIET else event for event in after
    ]


def level(events: Sequence[Event], day: int, options: WatchOptions) -> float:
    """The level of a night's correction."""
    lately = sum(1 for event in events if 0 < day - event.opened <= MEMORY)
    return min(HIGHEST, options.false_alarms / MONTH + lately * LENT / MEMORY)


def _alarming(panel: Panel, found: Sequence[Findings], day: int, within: float) -> list[Told]:
    """What is told tonight, the least likely first."""
    import numpy as np

    told = [
        Told(
            stream=panel.streams[row],
            kind=each.kind,
            day=day,
            window=int(each.window[row]),
            observed=int(each.observed[row]),
            expected=float(each.expected[row]),
            low=float(each.low[row]),
            high=float(each.high[row]),
            p=float(each.p[row]),
            q=float(each.q[row]),
        )
        for each in found
        for row in np.flatnonzero(each.q <= within).tolist()
    ]
    return sorted(told, key=lambda one: (one.p, -one.excess, one.stream.theme, one.stream.field, one.stream.value))


def _told_of(panel: Panel, events: Sequence[Event], kin: Kin, day: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Column up to which events that are over have told of each stream, −1 for none; and whether one that goes on
    does."""
    import numpy as np

    past, known = np.full(len(panel.streams), -1, np.int64), np.zeros(len(panel.streams), np.bool_)
    lately = [event for event in events if day - event.last <= max(WINDOWS)]
    for row, stream in enumerate(panel.streams) if lately else ():
        for event in lately:
            if not _speaks_of(event, stream, kin):
                continue
            if event.fresh(day):
                known[row] = True
            else:
                past[row] = max(past[row], event.last - panel.first)
    return past, known


def _speaks_of(event: Event, stream: Stream, kin: Kin) -> bool:
    """Whether an event shows in a stream: it is in the same part, or in the whole of a theme of kin."""
    part = (stream.field, stream.value)
    if event.place != NOWHERE and part == event.place:
        return True
    return kin.share(event, stream.theme) and (part == NOWHERE or event.place == NOWHERE)


def _place(panel: Panel, told: Told) -> tuple[str, str]:
    """The part of the feedback that a finding is confined to: its stream's own, or the one where most people are whose
    share there has grown; `NOWHERE` if it is everywhere."""
    stream = told.stream
    if not stream.whole:
        return stream.field, stream.value
    best, place = 0.0, NOWHERE
    for row in panel.parts_of(stream.theme):
        rows = panel.counts if told.kind == Kind.VOLUME else panel.unhappy
        inside = float(rows[told.window][row, -1]) / max(1, told.observed)
        before = float(panel.counts[1][row, : -told.window].sum())
        usual = before / max(1.0, float(panel.counts[1][panel.whole[row], : -told.window].sum()))
        if inside >= CONFINED and inside - usual >= GROWN and inside > best:
            best, place = inside, (panel.streams[row].field, panel.streams[row].value)
    return place


def _belongs(event: Event, told: Told, place: tuple[str, str], kin: Kin) -> bool:
    if not event.fresh(told.day):
        return False
    if event.place == place and place != NOWHERE:
        return True
    apart = event.place[0] == place[0] == APART and event.place != place
    return kin.share(event, told.stream.theme) and not apart


def _joined(event: Event, told: Told) -> Event:
    """The event with one more finding of tonight. On its first night the headline is what says most."""
    theme, first = told.stream.theme, event.headline
    themes = (*event.themes, theme) if theme not in event.themes else event.themes
    better = event.opened == told.day and _says(told) > _says(first)
    same = told.stream == first.stream and told.kind == first.kind and event.opened < told.day and told.p < first.p
    if better or same:
        ahead = told.stream.theme
        return replace(event, headline=told, themes=(ahead, *(key for key in themes if key != ahead)), last=told.day)
    return replace(event, themes=themes, last=told.day)


def _says(told: Told) -> tuple[bool, bool, float]:
    """How much a finding says to a person: a theme more than everything, number more than mood, many more than few."""
    return told.stream.theme != EVERYTHING, told.kind == Kind.VOLUME, told.excess


def _going_on(event: Event, panel: Panel, found: Sequence[Findings], day: int) -> Event:
    """The event, kept going while its headline is unusual, by windows of a week at most."""
    if not event.fresh(day):
        return event
    row = panel.row_of(event.headline.stream)
    own = next(each for each in found if each.kind == event.headline.kind)
    return replace(event, last=day) if row is not None and own.calm[row] <= STILL else event
