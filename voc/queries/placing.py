"""Which theme each mention has once people have had their say: themes joined, themes split, items moved, items linked.

In this order: joined themes are one before anything is taken out of them; a moved item is where somebody put it,
whatever became of the theme that it was in; and a link speaks of where its items are in the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voc.discover import RunSpace, assign, centroids_of, divide, in_context
from voc.edits import Decisions, ItemText, Link, Split
from voc.model import How, Theme, Unassigned
from voc.ports import LiveMention, MentionTable, PublishedRun
from voc.queries.basis import theme_keys
from voc.spans import mention_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Holding = Mapping[tuple[str, int], ItemText]
"""(item_id, revision) → what people speak of, for the versions that have it."""


@dataclass(frozen=True, slots=True)
class Border:
    """Between a theme and what came out of it: the nearer of two directions decides, float32 (2, dim), neutral."""

    out_of: str
    key: str
    sides: NDArray[np.float32]

    def crossed(self, neutral: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which of the vectors (n, dim) lie on the side of what came out."""
        return divide(neutral, self.sides)


@dataclass(frozen=True, slots=True)
class Placing:
    """The run's mentions where people want them, and the borders by which later ones are placed too."""

    table: MentionTable
    borders: tuple[Border, ...]
    decisions: Decisions
    wanted: Mapping[ItemText, str]
    """Where moved items belong, and those that are linked to an item of the run."""

    def live(self, mentions: Sequence[LiveMention], holding: Holding) -> list[LiveMention]:
        """Live mentions in the themes where people want them. Links to live items, and those that part, wait for the
        next run."""
        return [self._live(mention, holding.get((mention.item_id, mention.revision))) for mention in mentions]

    def _live(self, mention: LiveMention, item_text: ItemText | None) -> LiveMention:
        import numpy as np

        key_of = self.decisions.key_of
        if item_text is not None and item_text in self.wanted:
            theme = key_of(self.wanted[item_text])
            return replace(mention, theme=theme, how=str(How.EDITED), strength=1.0, reason=None)
        if mention.theme is None:
            return mention
        theme = key_of(mention.theme)
        for border in self.borders:
            if theme == border.out_of and border.crossed(np.frombuffer(mention.neutral, np.float32)[None])[0]:
                theme = key_of(border.key)
        return replace(mention, theme=theme)


def place(
    run: PublishedRun,
    rows_of: Mapping[str, Sequence[int]],
    themes: Mapping[str, Theme],
    decisions: Decisions,
    holding: Holding,
) -> Placing:
    """`themes` are the run's after joining. A move to a theme that this run does not have waits."""
    places = _Places(run, decisions, _rows_of_texts(run, rows_of, holding))
    borders = _split(run, places.theme, decisions)
    known = themes.keys() | {decisions.key_of(border.key) for border in borders}
    wanted = {item_text: key for item_text, key in decisions.moves.items() if decisions.key_of(key) in known}
    for item_text, key in wanted.items():
        places.put(places.rows(item_text), decisions.key_of(key))
    wanted |= _together(places, decisions.links)
    _apart(places, decisions.links)
    return Placing(places.table(), borders, decisions, wanted)


def _together(places: _Places, links: Sequence[Link]) -> dict[ItemText, str]:
    """Put linked items where the ones are that they follow, along chains of links to their end."""
    found: dict[ItemText, str] = {}
    for _ in links:  # a chain is at most as long as there are links
        before = dict(found)
        for link in links:
            if link.together and (key := places.main(link.item)) is not None:
                found[link.other] = key
                places.put(places.rows(link.other), key)
        if found == before:
            break
    return found


def _apart(places: _Places, links: Sequence[Link]) -> None:
    """Keep each item from the themes of all items that it may not meet."""
    kept_from: defaultdict[ItemText, list[ItemText]] = defaultdict(list)
    for link in links:
        if not link.together:
            kept_from[link.other].append(link.item)
    for _ in range(2):  # an item that moved may have met another one
        for other, items in kept_from.items():
            places.part(other, items)


def _rows_of_texts(
    run: PublishedRun, rows_of: Mapping[str, Sequence[int]], holding: Holding
) -> dict[ItemText, list[int]]:
    """The run's mentions of the items that people speak of, as far as it has the text that they spoke of; duplicates
    that nobody speaks of follow their original."""
    if not holding:
        return {}
    table, spoken_of = run.mentions, {item_id for item_id, _ in holding}
    copies: defaultdict[str, list[int]] = defaultdict(list)
    for row, original in enumerate(table.duplicate_of.tolist()):
        if original in spoken_of and table.item_id[row] not in spoken_of:
            copies[original].append(row)
    found = {}
    for (item_id, held), item_text in holding.items():
        own = [row for row in rows_of.get(item_id, ()) if table.revision[row] == held]
        found[item_text] = [*own, *copies[item_id]] if own else []
    return found


class _Places:
    """The columns that tell where mentions are, while they are being changed."""

    def __init__(self, run: PublishedRun, decisions: Decisions, rows: Mapping[ItemText, list[int]]) -> None:
        self._run, self._decisions, self._rows = run, decisions, rows
        table = run.mentions
        self.theme, self._how = table.theme.copy(), table.how.copy()
        self._reason, self._strength = table.reason.copy(), table.strength.copy()
        if decisions.merged:
            self.theme[:] = [decisions.key_of(key) if key is not None else None for key in self.theme]

    def rows(self, item_text: ItemText) -> Sequence[int]:
        return self._rows.get(item_text, ())

    def put(self, rows: Iterable[int], key: str | None, strength: float = 1.0) -> None:
        reason = None if key is not None else str(Unassigned.UNIQUE)
        for row in rows:
            self.theme[row], self._strength[row] = key, strength
            self._how[row], self._reason[row] = str(How.EDITED) if key is not None else None, reason

    def main(self, item_text: ItemText) -> str | None:
        """The theme that holds most of an item's text; None without one."""
        held: Counter[str] = Counter()
        for row in self.rows(item_text):
            if self.theme[row] is not None:
                held[self.theme[row]] += int(self._run.mentions.end[row] - self._run.mentions.start[row])
        return min(held, key=lambda key: (-held[key], key), default=None)

    def part(self, other: ItemText, items: Iterable[ItemText]) -> None:
        """Mentions of the other item that share a theme with one of the items go to the nearest theme that none has."""
        import numpy as np

        taken = {self.theme[row] for item in items for row in self.rows(item)} - {None}
        rows = list(self.rows(other))
        keys = [self._decisions.key_of(key) for key in theme_keys(self._run)]
        free = [at for at, key in enumerate(keys) if key not in taken]
        centroids = self._run.space.get("theme.centroids")
        if centroids is None or len(centroids) != len(keys) or not any(self.theme[row] in taken for row in rows):
            return
        space, table = RunSpace.from_arrays(self._run.space), self._run.mentions
        said_in = np.unique(table.item_id[rows].astype(str), return_inverse=True)[1].astype(np.int64)
        themed = in_context(
            space.to_theme(self._run.vectors[rows], table.lang[rows].astype(str).tolist()), said_in, table.bare[rows]
        )
        found = assign(themed, centroids[free], float(self._run.space["theme.threshold"][0]))
        for row, label, strength in zip(rows, found.labels.tolist(), found.strength.tolist(), strict=True):
            if self.theme[row] in taken:
                self.put([row], keys[free[label]] if label >= 0 else None, strength)

    def table(self) -> MentionTable:
        for column in (self.theme, self._how, self._reason, self._strength):
            column.flags.writeable = False
        return replace(
            self._run.mentions, theme=self.theme, how=self._how, reason=self._reason, strength=self._strength
        )


def _split(run: PublishedRun, theme: NDArray[np.object_], decisions: Decisions) -> tuple[Border, ...]:
    """Take out of each theme what is nearer to the mentions that were chosen than to the others; changes `theme`.

    A split whose chosen mentions are all gone takes nothing out; one that has nothing else left takes all.
    """
    import numpy as np

    borders = []
    for key, split in _outermost_first(decisions.splits):
        out_of = decisions.key_of(split.out_of)
        rows = np.flatnonzero(theme == out_of)
        names = map(mention_name, run.mentions.item_id[rows].tolist(), run.mentions.index[rows].tolist())
        chosen = np.array([name in split.seeds for name in names], np.bool_)
        if not chosen.any():
            continue
        neutral = neutral_of(run, rows)
        there = _direction(neutral[chosen])
        here = _direction(neutral[~chosen]) if not chosen.all() else -there
        border = Border(out_of, key, np.stack([here, there]))
        theme[rows[chosen | border.crossed(neutral)]] = decisions.key_of(key)
        borders.append(border)
    return tuple(borders)


def _outermost_first(splits: Mapping[str, Split]) -> Iterator[tuple[str, Split]]:
    """A theme is split before what came out of it is, whichever was said first."""
    waiting = dict(splits)
    while waiting:
        ready = [key for key, split in waiting.items() if split.out_of not in waiting] or list(waiting)
        for key in ready:
            yield key, waiting.pop(key)


def neutral_of(run: PublishedRun, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Vectors of mentions without their language, float32 (n, dim), unit length."""
    space = RunSpace.from_arrays(run.space)
    return space.to_neutral(run.vectors[rows], run.mentions.lang[rows].astype(str).tolist())


def _direction(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    found: NDArray[np.float32] = centroids_of(vectors, np.zeros(len(vectors), np.int64))[0]
    return found
