"""Streams: how many different people spoke of a theme, in all feedback or in one part of it, night after night.

A window of w days is counted exactly: a person who speaks on several of its days is one. Counts only; what they should
have been is said in `baseline`, whether they are alarming in `night`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.model import EVERYTHING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

APART = "source"
"""Of all attributes the one whose values have a life and troubles of their own: two apps may break in one week."""
WINDOWS = (1, 3, 5, 7, 14, 28)
"""Days of the windows that are tested."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A theme in a part of the feedback: `field` and `value` of an attribute, or both empty for the whole."""

    theme: str
    field: str = ""
    value: str = ""

    @property
    def whole(self) -> bool:
        return not self.field


@dataclass(frozen=True, slots=True)
class Panel:
    """Streams as rows, days as columns.

    first:    day number of the first column
    counts:   window → int32 (streams, days), different people in the window that ends with the day; of a part as a
              whole nought if it is not to be asked
    unhappy:  the same of people whose word on the theme was negative
    exposure: float32 (streams, days), people who spoke at all in the stream's part that day
    whole:    int64 (streams,), the row of the same theme in the whole; its own row for a stream of the whole
    """

    streams: Sequence[Stream]
    first: int
    counts: dict[int, NDArray[np.int32]]
    unhappy: dict[int, NDArray[np.int32]]
    exposure: NDArray[np.float32]
    whole: NDArray[np.int64]

    @property
    def days(self) -> int:
        return int(self.exposure.shape[1])

    def row_of(self, stream: Stream) -> int | None:
        """The row of a stream; None if the panel does not have it."""
        return next((row for row, own in enumerate(self.streams) if own == stream), None)

    def parts_of(self, theme: str) -> list[int]:
        """Rows of a theme in parts of the feedback."""
        return [row for row, own in enumerate(self.streams) if own.theme == theme and not own.whole]

    def begins(self) -> NDArray[np.int64]:
        """The column, int64 (streams,), on which the first feedback of each stream's source came; 0 for the whole, and
        for other parts: everything in a new app is new, and a new version is judged by what is usual of all."""
        import numpy as np

        first: dict[tuple[str, str], int] = {}
        for row, own in enumerate(self.streams):
            if own.field == APART and own.theme != EVERYTHING and (own.field, own.value) not in first:
                first[own.field, own.value] = int((self.exposure[row] > 0).argmax())
        return np.array([first.get((own.field, own.value), 0) for own in self.streams], np.int64)

    def voices(self, window: int) -> NDArray[np.int32]:
        """What may be many, int32 (streams, days): people; of a part as a whole those who complain, for that more and
        more speak there is no trouble."""
        import numpy as np

        parts = self.everything_of_parts()
        return (
            np.where(parts[:, None], self.unhappy[window], self.counts[window]) if parts.any() else self.counts[window]
        )

    def everything_of_parts(self) -> NDArray[np.bool_]:
        """Streams, bool (streams,), of a part as a whole."""
        import numpy as np

        return np.array([own.theme == EVERYTHING and not own.whole for own in self.streams], np.bool_)

    def alive(self) -> NDArray[np.bool_]:
        """Streams, bool (streams,), that somebody has spoken in so far. While an attribute has a single value, the part
        is the whole, and is not asked twice."""
        import numpy as np

        found = self.counts[1].max(axis=1, initial=0) > 0
        values: defaultdict[str, set[str]] = defaultdict(set)
        for row in np.flatnonzero(found).tolist():
            values[self.streams[row].field].add(self.streams[row].value)
        parted = [stream.whole or len(values[stream.field]) > 1 for stream in self.streams]
        alive: NDArray[np.bool_] = found & np.array(parted, np.bool_)
        return alive

    def of(self, rows: NDArray[np.int64]) -> Panel:
        """Some of the streams, in ascending order; each one's whole must be among them."""
        import numpy as np

        return Panel(
            [self.streams[row] for row in rows.tolist()],
            self.first,
            {window: counts[rows] for window, counts in self.counts.items()},
            {window: counts[rows] for window, counts in self.unhappy.items()},
            self.exposure[rows],
            np.searchsorted(rows, self.whole[rows]),
        )

    def last(self, days: int) -> Panel:
        """The last days only."""
        skip = max(0, self.days - days)
        return Panel(
            self.streams,
            self.first + skip,
            {window: rows[:, skip:] for window, rows in self.counts.items()},
            {window: rows[:, skip:] for window, rows in self.unhappy.items()},
            self.exposure[:, skip:],
            self.whole,
        )

    def until(self, days: int) -> Panel:
        """The same as things stood when only the first `days` columns had happened."""
        return Panel(
            self.streams,
            self.first,
            {window: rows[:, :days] for window, rows in self.counts.items()},
            {window: rows[:, :days] for window, rows in self.unhappy.items()},
            self.exposure[:, :days],
            self.whole,
        )


def rolling(
    row: NDArray[np.int64], day: NDArray[np.int64], person: NDArray[np.int64], *, rows: int, days: int, window: int
) -> NDArray[np.int32]:
    """Different people per row in the `window` days that end with each day, int32 (rows, days).

    row, day, person: int64 (sightings,), day 0…days − 1. Each sighting counts from its day on until its window is over
    or the same person speaks again, so that nobody counts twice.
    """
    import numpy as np

    change = np.zeros((rows, days + 1), np.int32)
    if len(row):
        order = np.lexsort((day, person, row))
        row, day, person = row[order], day[order], person[order]
        end = np.minimum(day + window, days)
        again = (row[1:] == row[:-1]) & (person[1:] == person[:-1])
        end[:-1] = np.where(again, np.minimum(end[:-1], day[1:]), end[:-1])
        np.add.at(change, (row, day), 1)
        np.add.at(change, (row, end), -1)
    found: NDArray[np.int32] = np.cumsum(change, axis=1, dtype=np.int32)[:, :-1]
    return found
