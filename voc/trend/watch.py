"""Night after night over a panel: which alarms are a new event, which go on, which are over.

Within a night the level of Benjamini–Hochberg is what operators allow: so many false alarms a month, spent evenly. Over
nights it has a memory, after the idea of online testing with one (Ramdas et al. 2017): every event told lends the next
four weeks some more, so that in a bad month a second trouble is not held back. What that makes of the share of false
alerts is not proven but simulated (docs/benchmarks/alerts.md). A pure function of the panel and of what was open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from voc.alerts import Kind
from voc.model import EVERYTHING
from voc.trend.baseline import WEEK
from voc.trend.events import NOWHERE, QUIET, Event, Kin, Told
from voc.trend.night import Findings, night
from voc.trend.reading import Heard, NightOptions, Reading
from voc.trend.streams import APART, WINDOWS, Panel, Stream

MONTH = 30
MEMORY = 28
"""Nights in which an event lends some of the level."""
LENT = 0.05
"""False-discovery rate that is lent for each event told."""
STILL = 0.01
"""An event goes on while the windows of a week are so unlikely."""
CONFINED = 0.8
"""An event is confined to a part of the feedback that has this share of what is beyond expectation."""
GROWN = 0.2
"""By so much more than usual."""
HIGHEST = 0.1
"""The level of a night never goes beyond."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """`false_alarms` in a month, over all themes, is what operators set."""

    false_alarms: float = 0.3
    night: NightOptions = field(default_factory=NightOptions)


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
    found = night(panel, options.night, _heard(panel, events, kin, day))
    after = [_going_on(event, panel, found, day) for event in events]
    for news in _alarming(panel, found, day, level(events, day, options)):
        place, told = _placed(panel, found, news)
        at = next((at for at, event in enumerate(after) if _belongs(event, told, place, kin, panel)), None)
        if at is None:
            after.append(Event(place, (told.stream.theme,), told, day, day))
        else:
            after[at] = _joined(after[at], told)
    after = [_with_echoes(event, panel, found, day) for event in after]
    return [
        replace(event, ended=day) if event.ended is None and day - event.last >= QUIET else event for event in after
    ]


def level(events: Sequence[Event], day: int, options: WatchOptions) -> float:
    """The level of a night's correction."""
    lately = sum(1 for event in events if 0 < day - event.opened <= MEMORY)
    return min(HIGHEST, options.false_alarms / MONTH + lately * LENT / MEMORY)


def _alarming(panel: Panel, found: Sequence[Findings], day: int, within: float) -> list[Told]:
    """What is told tonight: the whole before its parts, the least likely first."""
    import numpy as np

    told = [_news(panel, each, row, day) for each in found for row in np.flatnonzero(each.q <= within).tolist()]
    return sorted(
        told,
        key=lambda one: (
            not one.stream.whole,
            one.p,
            -one.excess,
            one.stream.theme,
            one.stream.field,
            one.stream.value,
        ),
    )


def _news(panel: Panel, found: Findings, row: int, day: int) -> Told:
    """A finding, with the figures of a week at most where a week says it too: what is a month's is slow."""
    told = _told(panel, found.kind, found.news, row, day, float(found.q[row]))
    if told.window <= WEEK or found.still.p[row] > STILL:
        return told
    return replace(_told(panel, found.kind, found.still, row, day, told.q), p=told.p)


def _told(panel: Panel, kind: Kind, read: Reading, row: int, day: int, q: float) -> Told:
    return Told(
        stream=panel.streams[row],
        kind=kind,
        day=day,
        window=int(read.window[row]),
        observed=int(read.observed[row]),
        expected=float(read.expected[row]),
        low=float(read.low[row]),
        high=float(read.high[row]),
        p=float(read.p[row]),
        q=q,
    )


def _heard(panel: Panel, events: Sequence[Event], kin: Kin, day: int) -> Heard:
    """What the events up to this night have told of each stream."""
    heard = Heard.nothing(len(panel.streams))
    every = {stream.theme for stream in panel.streams}
    for event in events:
        if day - event.last > 2 * max(WINDOWS):
            continue
        covered = {theme for theme in every if kin.close(event, theme)}
        for row, stream in enumerate(panel.streams):
            if stream.theme not in covered or _apart(event, stream):
                continue
            if not event.fresh(day):
                heard.past[row] = max(heard.past[row], event.last - panel.first)
                continue
            heard.since[row] = max(heard.since[row], event.opened - panel.first, 0)
            heard.young[row] |= event.young(day)
    return heard


def _apart(event: Event, stream: Stream) -> bool:
    """Whether a stream is of another value of the attribute that an event is confined to."""
    return stream.field == event.place[0] != "" and stream.value != event.place[1]


def _placed(panel: Panel, found: Sequence[Findings], told: Told) -> tuple[tuple[str, str], Told]:
    """The part of the feedback that a finding is confined to, `NOWHERE` if it is everywhere, and the finding there:
    with the figures of that part, and p and q as they were found."""
    if not told.stream.whole:
        return (told.stream.field, told.stream.value), told
    read = next(each for each in found if each.kind == told.kind)
    best, place, there = 0.0, NOWHERE, told
    for row in panel.parts_of(told.stream.theme):
        excess = _excess_inside(panel, row, told)
        own = read.still if read.still.p[row] <= STILL or read.news.p[row] == 1 else read.news
        if excess > best and own.p[row] < 1:
            stream = panel.streams[row]
            best, place = excess, (stream.field, stream.value)
            there = replace(_told(panel, told.kind, own, row, told.day, told.q), p=told.p)
    return place, there


def _excess_inside(panel: Panel, row: int, told: Told) -> float:
    """What share of a finding's excess a part has; 0 if that is less than `CONFINED`, or the part is as large among
    these people as it always is."""
    rows = panel.counts if told.kind == Kind.VOLUME else panel.unhappy
    counted = float(rows[told.window][row, -1])
    before = float(panel.counts[1][row, : -told.window].sum())
    usual = before / max(1.0, float(panel.counts[1][panel.whole[row], : -told.window].sum()))
    excess = (counted - usual * told.expected) / max(1.0, told.excess)
    return excess if excess >= CONFINED and counted / max(1, told.observed) - usual >= GROWN else 0.0


def _belongs(event: Event, told: Told, place: tuple[str, str], kin: Kin, panel: Panel) -> bool:
    """Whether news is of an event. Only while that is young: later, what goes beyond it is another trouble. Then

    - of another theme in the place that it is confined to: as an echo of it, which is no louder than the event;
    - in another source: never, for two apps may break in one week;
    - of a theme close to it: always;
    - of a sibling theme, or said by the same people: as an echo.
    """
    if not event.young(told.day) or not event.fresh(told.day):
        return False
    if event.place == place and place != NOWHERE and not kin.close(event, told.stream.theme):
        louder = event.opened < told.day and told.excess > event.headline.excess
        return _echoes(event, panel, told.day) and not louder
    if event.place[0] == place[0] == APART and event.place != place:
        return False
    theme = told.stream.theme
    if kin.close(event, theme):
        return True
    return _echoes(event, panel, told.day) and (kin.share(event, theme) or kin.same_people(event, told))


def _echoes(event: Event, panel: Panel, day: int) -> bool:
    """Whether other themes that go up tonight in the event's place do so with it: it began this night or the last, or
    it is young, and tonight has at least half the people of its busiest day."""
    row = panel.row_of(event.headline.stream)
    if day - event.opened <= 1 or row is None or not event.young(day):
        return day - event.opened <= 1
    begin = max(0, event.opened - event.headline.window + 1 - panel.first)
    daily = (panel.counts if event.headline.kind == Kind.VOLUME else panel.unhappy)[1][row, begin:]
    return int(daily[-1]) * 2 >= int(daily.max())


def _with_echoes(event: Event, panel: Panel, found: Sequence[Findings], day: int) -> Event:
    """The event with the themes that are unusual in its place tonight: each by itself, for together they are no
    chance."""
    if event.place == NOWHERE or event.last != day or not _echoes(event, panel, day):
        return event
    volume = next(each.still.p for each in found if each.kind == Kind.VOLUME)
    more = [
        (float(volume[row]), stream.theme)
        for row, stream in enumerate(panel.streams)
        if (stream.field, stream.value) == event.place and volume[row] <= STILL and stream.theme not in event.themes
    ]
    return replace(event, themes=(*event.themes, *(theme for _, theme in sorted(more))))


def _joined(event: Event, told: Told) -> Event:
    """The event with one more finding of tonight. On its first night the headline is what says most."""
    theme, first = told.stream.theme, event.headline
    themes = (*event.themes, theme) if theme not in event.themes else event.themes
    if event.opened == told.day and _says(told) > _says(first):
        return replace(event, headline=told, themes=(theme, *(key for key in themes if key != theme)), last=told.day)
    return replace(event, themes=themes, last=told.day)


def _says(told: Told) -> tuple[bool, bool, float]:
    """How much a finding says to a person: a theme more than everything, number more than mood, many more than few."""
    return told.stream.theme != EVERYTHING, told.kind == Kind.VOLUME, told.excess


def _going_on(event: Event, panel: Panel, found: Sequence[Findings], day: int) -> Event:
    """The event, kept going while its headline is unusual, by windows of a week at most unless it was a longer one that
    found it; with the figures of the night on which most people were beyond expectation. p and q stay those of the
    night that found it."""
    first = event.headline
    row = panel.row_of(first.stream) if event.fresh(day) else None
    if row is None:
        return event
    now = {each.kind: each.still if first.window <= WEEK else each.slow for each in found}
    if min(float(read.p[row]) for read in now.values()) > STILL:
        return event
    own = _told(panel, first.kind, now[first.kind], row, day, first.q)
    if own.p <= STILL and own.excess > first.excess:
        first = replace(own, p=first.p)
    return replace(event, headline=first, last=day)
