"""Nights that were watched before all feedback about them was there, counted again: of which event was nobody told?

What nights have told stands as it is. A pure function of the panel and of what was told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from voc.trend.events import QUIET, Event, Kin
from voc.trend.streams import Panel
from voc.trend.watch import WatchOptions, watch_night

LATE = 14
"""Nights back to which late feedback is looked for, the last one included: with what is later still nothing is done."""


def watch_late(
    panel: Panel, nights: range, events: Sequence[Event], late: Collection[int], options: WatchOptions, kin: Kin
) -> list[Event]:
    """The events of these nights, ascending day numbers of the panel, that late feedback brings and nobody was told of,
    as they stand after the last one.

    events: what was told so far, of later nights too; late: days that feedback came about after their night. An event
    is due to it if the window that tells it first has such a day. What goes on as an event that was told is that.
    """
    found: list[Event] = []
    for day in nights:
        told = [event for event in events if _begins(event) <= day + 1]
        after = watch_night(panel.until(day - panel.first + 1), [*told, *found], options, kin)
        found = [event for event in after[len(told) :] if event.opened < day or _due_to(event, late)]
    return [event for event in found if not any(_goes_on_as(event, later, kin) for later in events)]


def _begins(event: Event) -> int:
    return event.opened - event.headline.window + 1


def _due_to(event: Event, late: Collection[int]) -> bool:
    return any(day in late for day in range(_begins(event), event.opened + 1))


def _goes_on_as(event: Event, later: Event, kin: Kin) -> bool:
    """Whether an event that was told begins where this one still is: of kin in a place that is not another, or of the
    same people."""
    if later.opened <= event.opened or event.last < later.opened - QUIET:
        return False
    apart = event.place[0] == later.place[0] and event.place != later.place
    of_kin = not apart and any(kin.close(later, theme) for theme in event.themes)
    return of_kin or kin.same_people(event, later.headline)
