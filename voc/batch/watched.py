"""What alerts are told from: the dated mentions of a run, with the attributes of their items, and their panel.

Holds no rule: `voc.trend.watch` says what is an event, `voc.batch.telling` how it is put to people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.alerts import Kind, complaints
from voc.model import EVERYTHING, SENTIMENTS, UNHAPPY, Theme
from voc.ports import UNDATED, MentionTable
from voc.trend.events import NOWHERE, Kin
from voc.trend.streams import APART, WINDOWS, Panel, Stream, rolling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARTS = ("source", "version", "country", "segment")
"""Attributes by which feedback is parted: what goes up in one value of them alone is told so."""
TRAITS = (*PARTS, "channel", "lang", "product")
"""Attributes that an alert's people are compared by."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Dated mentions, arrays (mentions,).

    row:     of the mention table
    theme:   number of the fine theme, −1 without one; keys: fine themes, coarse ones, EVERYTHING last
    parents: int64 (fine themes,), number of the coarse one above, of EVERYTHING where there is none
    unhappy: bool, the mention is negative
    traits:  attribute → object, the value as text or None
    """

    table: MentionTable
    keys: Sequence[str]
    labels: Mapping[str, str]
    parents: NDArray[np.int64]
    row: NDArray[np.int64]
    theme: NDArray[np.int64]
    day: NDArray[np.int64]
    person: NDArray[np.int64]
    unhappy: NDArray[np.bool_]
    traits: Mapping[str, NDArray[np.object_]]

    @classmethod
    def of(cls, table: MentionTable, themes: Collection[Theme], traits: Mapping[str, Sequence[str | None]]) -> Voices:
        """`traits`: the values of TRAITS by item_id; themes that people hid are of no interest."""
        import numpy as np

        shown = [theme for theme in themes if not theme.hidden]
        fine = sorted(theme.key for theme in shown if theme.parent is not None)
        coarse = sorted(theme.key for theme in shown if theme.parent is None)
        keys = (*fine, *coarse, EVERYTHING)
        number = {key: at for at, key in enumerate(keys)}
        parent_of = {theme.key: theme.parent for theme in shown if theme.parent is not None}
        row = np.flatnonzero(table.day != UNDATED)
        nothing = (None,) * len(TRAITS)
        held = [traits.get(str(item), nothing) for item in table.item_id[row]]
        return cls(
            table=table,
            keys=keys,
            labels={theme.key: theme.label for theme in shown},
            parents=np.array([number.get(parent_of[key], len(keys) - 1) for key in fine], np.int64),
            row=row,
            theme=np.array([number.get(key, -1) for key in table.theme[row]], np.int64),
            day=table.day[row].astype(np.int64),
            person=table.person[row].astype(np.int64),
            unhappy=table.sentiment[row, SENTIMENTS.index("negative")] > UNHAPPY,
            traits={name: _column([values[at] for values in held]) for at, name in enumerate(TRAITS)},
        )

    @property
    def kin(self) -> Kin:
        """Fine themes go up together with the coarse one above, and what the same people speak of."""
        return Kin({self.keys[at]: self.keys[above] for at, above in enumerate(self.parents.tolist())}, self.people)

    def people(self, stream: Stream, kind: Kind, first: int, last: int) -> set[int]:
        """Numbers of those who make a stream on the days `first` to `last`, both inclusive; nobody speaks of a theme
        that is gone."""
        if stream.theme not in self.keys:
            return set()
        rows = self.speaks_of(stream.theme) & self.within((stream.field, stream.value))
        rows &= (self.day >= first) & (self.day <= last)
        if complaints(kind, stream.theme, part=not stream.whole):
            rows &= self.unhappy
        return set(self.person[rows].tolist())

    def speaks_of(self, key: str) -> NDArray[np.bool_]:
        """Mentions of a theme, bool (mentions,): of the themes under it too, and all for EVERYTHING."""
        import numpy as np

        if key == EVERYTHING:
            return np.ones(len(self.row), np.bool_)
        number = self.keys.index(key)
        under = np.append(np.flatnonzero(self.parents == number), number)
        return np.isin(self.theme, under)

    def within(self, place: tuple[str, str]) -> NDArray[np.bool_]:
        """Mentions of a part of the feedback, bool (mentions,)."""
        import numpy as np

        name, value = place
        return self.traits[name] == value if name else np.ones(len(self.row), np.bool_)

    def panel(self, first: int, last: int) -> Panel:
        """Streams over the days `first` to `last`, both inclusive: every theme, in all and in every part of it."""
        import numpy as np

        inside = np.flatnonzero((self.day >= first) & (self.day <= last))
        parts = [NOWHERE]
        for name in PARTS:
            values = sorted({value for value in self.traits[name][inside].tolist() if value is not None})
            parts += [(name, value) for value in values]
        days = last - first + 1
        one = np.zeros(len(inside), np.int64)
        people = rolling(one, self.day[inside] - first, self.person[inside], rows=1, days=days, window=1)[0]
        made = [self._part(place, inside, first, days, people) for place in parts]
        number = len(self.keys)
        return Panel(
            streams=[Stream(key, *place) for place in parts for key in self.keys],
            first=first,
            counts={window: np.concatenate([part.counts[window] for part in made]) for window in WINDOWS},
            unhappy={window: np.concatenate([part.unhappy[window] for part in made]) for window in WINDOWS},
            exposure=np.concatenate([part.exposure for part in made]),
            whole=np.tile(np.arange(number), len(parts)),
        )

    def _part(
        self, place: tuple[str, str], inside: NDArray[np.int64], first: int, days: int, all_people: NDArray[np.int32]
    ) -> Panel:
        import numpy as np

        rows = inside[self.within(place)[inside]]
        everything = len(self.keys) - 1
        named = rows[self.theme[rows] >= 0]
        above = named[self.parents[self.theme[named]] < everything]
        stream = np.concatenate(
            [self.theme[named], self.parents[self.theme[above]], np.full(len(rows), everything, np.int64)]
        )
        at = np.concatenate([named, above, rows])
        unhappy = self.unhappy[at]

        def count(mask: NDArray[np.bool_], window: int) -> NDArray[np.int32]:
            seen, kept = at[mask], stream[mask]
            return rolling(
                kept, self.day[seen] - first, self.person[seen], rows=len(self.keys), days=days, window=window
            )

        everybody = np.ones(len(at), np.bool_)
        counts = {window: count(everybody, window) for window in WINDOWS}
        exposure = np.repeat(counts[1][everything][None], len(self.keys), axis=0).astype(np.float32)
        unhappy_counts = {window: count(unhappy, window) for window in WINDOWS}
        if place != NOWHERE:
            # A new version is spoken of more and more, and nobody loves what is new: as a whole only apps are asked.
            for window in WINDOWS if place[0] != APART else ():
                counts[window][everything] = unhappy_counts[window][everything] = 0
            exposure[everything] = all_people
        return Panel([], first, counts, unhappy_counts, exposure, np.arange(len(self.keys)))


def _column(values: Sequence[str | None]) -> NDArray[np.object_]:
    import numpy as np

    return np.array([None if value in (None, "") else str(value) for value in values], dtype=object)
