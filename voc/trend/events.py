"""Events: what went up together, in one part of the feedback or in all of it; and what is of one event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from voc.alerts import Kind
from voc.trend.streams import Stream

QUIET = 3
"""Nights without anything unusual after which an event is over."""
GROWS = 3
"""Nights after its first in which an event may grow: what goes beyond it later is another trouble."""
ALIKE = 0.3
"""What goes up tonight is of one event if this share of its people is."""
NOWHERE = ("", "")
"""The place of what is not confined."""


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

    def young(self, day: int) -> bool:
        """Whether what grows on this day is still the event's beginning."""
        return day - self.opened <= GROWS

    def fresh(self, day: int) -> bool:
        """Whether what goes up on this day may be the same event; also after a person has closed it."""
        return day - self.last <= QUIET


People = Callable[[Stream, Kind, int, int], AbstractSet[int]]
"""Who spoke in a stream, or was unhappy there, on the days from … to, both inclusive."""


@dataclass(frozen=True, slots=True)
class Kin:
    """What goes up for one reason: `parents` names the coarse theme above each fine one, `people` who speaks; without
    it nobody is known to speak of two things."""

    parents: Mapping[str, str] = field(default_factory=dict)
    people: People | None = None

    def same_people(self, event: Event, told: Told) -> bool:
        """Whether many of those who make a finding are people of an event."""
        if self.people is None:
            return False
        first = event.headline
        began = event.opened - first.window + 1
        own: set[int] = set(self.people(first.stream, first.kind, began, told.day))
        for theme in event.themes[1:]:
            own |= self.people(Stream(theme, *event.place), Kind.VOLUME, began, told.day)
        now = self.people(told.stream, told.kind, told.day - told.window + 1, told.day)
        return len(now & own) >= ALIKE * max(1, len(now))

    def of(self, theme: str) -> str:
        """What stands for all of its kin."""
        return self.parents.get(theme, theme)

    def close(self, event: Event, theme: str) -> bool:
        """Whether a theme is one of an event's, above one of them, or under its headline's."""
        above = {self.of(own) for own in event.themes}
        return theme in event.themes or theme in above or self.of(theme) == event.headline.stream.theme

    def share(self, event: Event, theme: str) -> bool:
        """Whether a theme is of kin to one of an event's, if only by the coarse theme above both."""
        return self.of(theme) in {self.of(own) for own in event.themes}
