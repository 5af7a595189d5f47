"""The published themes, one theme and what its customers said, and its series."""

from __future__ import annotations

from collections.abc import Iterable

from voc.errors import NotFound, UsageError
from voc.model import Hit, Level, Theme, Trend
from voc.ports import Tools
from voc.queries.hits import Answer, Place, newest
from voc.queries.snapshot import Snapshot

DEFAULT_LEVEL = Level.FINE


def themes(snapshot: Snapshot, level: str | None = None, *, hidden: bool = False) -> list[Theme]:
    """Published themes of one level, largest reach first, then by key; `hidden`: those that people hid, too."""
    wanted = _level(level)
    chosen = [theme for theme in snapshot.published.themes.values() if theme.level == wanted]
    return _ordered(theme for theme in chosen if _listed(theme, hidden=hidden))


def _listed(theme: Theme, *, hidden: bool = False) -> bool:
    """A theme that lost all its mentions to other ones is there to be found, and not worth a line."""
    return (hidden or not theme.hidden) and bool(theme.mentions or theme.pinned)


def _ordered(chosen: Iterable[Theme]) -> list[Theme]:
    return sorted(chosen, key=lambda theme: (-theme.reach, -theme.mentions, theme.key))


def _level(level: str | None) -> Level:
    if level is None:
        return DEFAULT_LEVEL
    try:
        return Level(level)
    except ValueError:
        raise UsageError("Unknown level of themes.", f"Known are: {', '.join(Level)}.") from None


def theme(snapshot: Snapshot, key: str) -> Theme:
    """One theme by its key. Raises NotFound."""
    found = snapshot.theme(key)
    if found is None:
        raise NotFound("There is no theme with this key.", "`voc themes` lists the keys.")
    return found


def children(snapshot: Snapshot, key: str) -> list[Theme]:
    """The fine themes under a coarse one, largest reach first."""
    own = snapshot.decisions.key_of(key)
    return _ordered(theme for theme in snapshot.published.themes.values() if theme.parent == own and _listed(theme))


def trends(snapshot: Snapshot, key: str | None = None, *, hidden: bool = False) -> list[Trend]:
    """The series of one theme, or of all, in the order of `themes`; `hidden`: of those that people hid, too."""
    if key is not None:
        found = snapshot.published.trends.get(theme(snapshot, key).key)
        return [found] if found is not None else []  # feedback without dates has no series
    series = snapshot.published.trends
    return [series[found.key] for found in themes(snapshot, hidden=hidden) if found.key in series]


def theme_items(tools: Tools, snapshot: Snapshot, key: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
    """What customers said of a theme (and of its children), newest first, a row an item; the score is the strength."""
    keys = snapshot.keys_under(theme(snapshot, key).key)
    return newest(tools, snapshot, _answers(snapshot, keys), limit=limit, offset=offset)


def _answers(snapshot: Snapshot, keys: set[str]) -> list[Answer]:
    """The first mention of each item that has one of these themes."""
    import numpy as np

    table = snapshot.published.mentions
    rows = np.flatnonzero(np.isin(table.theme.astype(str), sorted(keys)) & snapshot.visible)
    found: dict[str, Answer] = {}
    for row in rows.tolist():
        found.setdefault(str(table.item_id[row]), Answer(Place.of_run(snapshot, row), float(table.strength[row])))
    for row, mention in enumerate(snapshot.live.mentions):
        if mention.theme in keys:
            found.setdefault(mention.item_id, Answer(Place.of_live(snapshot, row), mention.strength))
    return list(found.values())
