"""Which theme each mention has once people have had their say: themes joined, themes split, items moved, items linked.

In this order: joined themes are one before anything is taken out of them; a moved item is where somebody put it,
whatever became of the theme that it was in; and a link speaks of where its items are in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voc.discover import RunSpace, assign, centroids_of, divide, in_context
from voc.edits import Decisions, ItemText, Link
from voc.model import How, Theme, Unassigned
from voc.ports import LiveMention, MentionTable, PublishedRun
from voc.queries.basis import theme_keys

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
        if item_text in self.wanted:
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
    places = _Places(run, decisions, _rows_by_wording(run, rows_of, holding))
    borders = _split(run, places.theme, decisions)
    known = themes.keys() | {decisions.key_of(border.key) for border in borders}
    wanted = {item_text: key for item_text, key in decisions.moves.items() if decisions.key_of(key) in known}
    for item_text, key in wanted.items():
        places.put(places.rows(item_text), decisions.key_of(key))
    for link in decisions.links:
        if link.together and (key := places.main(link.item)) is not None:
            wanted[link.other] = key
            places.put(places.rows(link.other), key)
        elif not link.together:
            places.part(link)
    return Placing(places.table(), borders, decisions, wanted)


def _rows_by_wording(
    run: PublishedRun, rows_of: Mapping[str, Sequence[int]], holding: Holding
) -> dict[ItemText, list[int]]:
    """The run's mentions of the items that people speak of, as far as it has the text that they spoke of."""
    revision = run.mentions.revision
    return {
        item_text: [row for row in rows_of.get(item_id, ()) if revision[row] == held]
        for (item_id, held), item_text in holding.items()
    }


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

    def part(self, link: Link) -> None:
        """Mentions of the other item that share a theme with the item go to the nearest theme that it does not have."""
        import numpy as np

        taken = {self.theme[row] for row in self.rows(link.item)} - {None}
        rows = [row for row in self.rows(link.other) if self.theme[row] in taken]
        keys = [self._decisions.key_of(key) for key in theme_keys(self._run)]
        free = [at for at, key in enumerate(keys) if key not in taken]
        centroids = self._run.space.get("theme.centroids")
        if not rows or centroids is None:
            return
        space, langs = RunSpace.from_arrays(self._run.space), self._run.mentions.lang[rows].astype(str).tolist()
        themed = in_context(space.to_theme(self._run.vectors[rows], langs), np.zeros(len(rows), np.int64))
        found = assign(themed, centroids[free], float(self._run.space["theme.threshold"][0]))
        for row, label, strength in zip(rows, found.labels.tolist(), found.strength.tolist(), strict=True):
            self.put([row], keys[free[label]] if label >= 0 else None, strength)

    def table(self) -> MentionTable:
        for column in (self.theme, self._how, self._reason, self._strength):
            column.flags.writeable = False
        return replace(
            self._run.mentions, theme=self.theme, how=self._how, reason=self._reason, strength=self._strength
        )


def _split(run: PublishedRun, theme: NDArray[np.object_], decisions: Decisions) -> tuple[Border, ...]:
    """Take out of each theme what is nearer to the mentions that were chosen than to the others; changes `theme`.

    A split whose chosen mentions are all gone takes nothing out.
    """
    import numpy as np

    borders = []
    for key, split in decisions.splits.items():
        out_of = decisions.key_of(split.out_of)
        rows = np.flatnonzero(theme == out_of)
        chosen = np.array([_name(run.mentions, row) in split.seeds for row in rows.tolist()], np.bool_)
        if not chosen.any() or chosen.all():
            continue
        neutral = neutral_of(run, rows)
        border = Border(out_of, key, np.stack([_direction(neutral[~chosen]), _direction(neutral[chosen])]))
        theme[rows[chosen | border.crossed(neutral)]] = decisions.key_of(key)
        borders.append(border)
    return tuple(borders)


def neutral_of(run: PublishedRun, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Vectors of mentions without their language, float32 (n, dim), unit length."""
    space = RunSpace.from_arrays(run.space)
    return space.to_neutral(run.vectors[rows], run.mentions.lang[rows].astype(str).tolist())


def _name(table: MentionTable, row: int) -> str:
    return f"{table.item_id[row]}:{table.index[row]}"


def _direction(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    found: NDArray[np.float32] = centroids_of(vectors, np.zeros(len(vectors), np.int64))[0]
    return found
