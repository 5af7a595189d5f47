"""People's decisions over themes laid over a run: names, pins, what is hidden, themes that are one, items that belong
elsewhere.

Done once, when a snapshot opens, so that every answer agrees. Nothing that a run has published changes: decisions
outlive runs because keys do, and when all are undone the run stands there as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voc.edits import Decisions
from voc.model import EVERYTHING, Exemplar, Level, State, Theme, Trend
from voc.ports import UNDATED, MentionTable, PublishedRun
from voc.queries.members import Members
from voc.queries.placing import Holding, Placing, place
from voc.score import sentiment_shares, urgency_shares
from voc.trend import Calendar, sightings, trend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Quote = Callable[[int], Exemplar | None]
"""Row of a mention to the quote that it is; None where its text was erased."""
QUOTES = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """A run as people want it, and how what came in since is placed."""

    run: PublishedRun
    placing: Placing


def decide_run(
    run: PublishedRun,
    rows_of: Mapping[str, Sequence[int]],
    decisions: Decisions,
    holding: Holding,
    *,
    zone: ZoneInfo,
    quote: Quote,
) -> Decided:
    """The run as people want it. `zone` is that of its calendar days."""
    themes = _joined(run.themes, decisions)
    placing = place(run, rows_of, themes, decisions, holding)
    table = placing.table
    themes |= _came_out(themes, placing)
    members = Members.of(themes, table)
    touched = _touched(run, themes, table)
    trends = _trends(run, themes, table, members, touched, zone)
    for key in touched:
        themes[key] = _counted(themes[key], table, members.rows(key), trends.get(key), quote)
        if themes[key].first_seen is None:
            themes[key] = replace(themes[key], first_seen=_first_day(table, members.rows(key), zone))
    themes = _shared(themes, table)
    told = _told(_lasting(themes, decisions), decisions)
    return Decided(replace(run, mentions=table, themes=told, trends=trends), placing)


# ---------------------------------------------------------------------------------------------- what belongs where


def _joined(themes: Mapping[str, Theme], decisions: Decisions) -> dict[str, Theme]:
    """Themes after merging, in their order, coarse parents followed."""
    found: dict[str, Theme] = {}
    # The theme that stays comes first, so that names and quotes are its own.
    for key, theme in sorted(themes.items(), key=lambda row: row[0] in decisions.merged):
        own = decisions.key_of(key)
        parent = decisions.key_of(theme.parent) if theme.parent is not None else None
        moved = replace(theme, key=own, parent=parent)
        found[own] = _one(found[own], moved) if own in found else moved
    order = {decisions.key_of(key): at for at, key in reversed(list(enumerate(themes)))}
    return dict(sorted(found.items(), key=lambda row: order[row[0]]))


def _one(kept: Theme, other: Theme) -> Theme:
    """A theme that takes another one in; its figures are counted anew later."""
    moments = [moment for moment in (kept.first_seen, other.first_seen) if moment is not None]
    items = max(1, kept.items + other.items)
    return replace(
        kept,
        keywords=kept.keywords or other.keywords,
        first_seen=min(moments, default=None),
        copied=(kept.copied * kept.items + other.copied * other.items) / items,
        exemplars=kept.exemplars or other.exemplars,
        items=items,
    )


def _came_out(themes: Mapping[str, Theme], placing: Placing) -> dict[str, Theme]:
    """What was split off, beside the theme that it came out of."""
    found: dict[str, Theme] = {}
    for border in placing.borders:
        key = placing.decisions.key_of(border.key)
        whole = themes.get(border.out_of) or found[border.out_of]
        if key not in themes:
            found[key] = replace(whole, key=key, label=key, keywords=(), exemplars=(), first_seen=None)
    return found


def _touched(run: PublishedRun, themes: Mapping[str, Theme], table: MentionTable) -> set[str]:
    """Themes whose mentions are others than before, and the coarse ones above."""
    import numpy as np

    before, after = run.mentions.theme, table.theme
    changed = np.flatnonzero(before != after)
    keys = {key for column in (before, after) for key in column[changed].tolist() if key is not None}
    keys |= {parent for key in keys for of in (run.themes, themes) if key in of and (parent := of[key].parent)}
    keys |= {key for key, theme in themes.items() if key in run.themes and theme.parent != run.themes[key].parent}
    keys |= {theme.parent for key, theme in themes.items() if key in keys and theme.parent is not None}
    return keys & themes.keys()


# --------------------------------------------------------------------------------------------------------- figures


def _counted(theme: Theme, table: MentionTable, rows: NDArray[np.int64], series: Trend | None, quote: Quote) -> Theme:
    """The theme with figures of the mentions that it has now."""
    import numpy as np

    critical, high = urgency_shares(table.urgency_level[rows])
    langs, counts = np.unique(table.lang[rows].astype(str), return_counts=True)
    languages = dict(zip(langs.tolist(), counts.tolist(), strict=True))
    held = {(str(table.item_id[row]), int(table.start[row])) for row in rows.tolist()}
    return replace(
        theme,
        mentions=len(rows),
        items=len(set(table.item_id[rows].tolist())),
        reach=len(np.unique(table.person[rows])),
        sentiment=sentiment_shares(table.sentiment[rows]),
        critical=critical,
        high=high,
        languages=dict(sorted(languages.items(), key=lambda row: (-row[1], row[0]))),
        exemplars=tuple(q for q in theme.exemplars if (q.item_id, q.start) in held) or _quotes(table, rows, quote),
        state=series.state if series is not None else theme.state,
    )


def _first_day(table: MentionTable, rows: NDArray[np.int64], zone: ZoneInfo) -> datetime | None:
    """The day on which somebody first spoke of it, for a theme that no run has dated."""
    days = table.day[rows]
    days = days[days != UNDATED]
    return Calendar(zone).start(int(days.min())) if len(days) else None


def _quotes(table: MentionTable, rows: NDArray[np.int64], quote: Quote) -> tuple[Exemplar, ...]:
    """The strongest mentions of different items, for a theme that has lost its quotes or never had any."""
    import numpy as np

    first: dict[str, int] = {}
    for row in rows[np.argsort(-table.strength[rows], kind="stable")].tolist():
        first.setdefault(str(table.item_id[row]), row)
    found = (quote(row) for row in list(first.values())[:QUOTES])
    return tuple(said for said in found if said is not None)


def _shared(themes: Mapping[str, Theme], table: MentionTable) -> dict[str, Theme]:
    """Shares of all assigned mentions, which moves may make more."""
    assigned = max(1, sum(1 for key in table.theme if key is not None))
    return {key: replace(theme, share=theme.mentions / assigned) for key, theme in themes.items()}


def _trends(
    run: PublishedRun,
    themes: Mapping[str, Theme],
    table: MentionTable,
    members: Members,
    touched: Collection[str],
    zone: ZoneInfo,
) -> dict[str, Trend]:
    """Series of the themes, those of touched ones made anew on all that the run counted."""
    kept = {key: found for key, found in run.trends.items() if key in themes or key == EVERYTHING}
    if not touched:
        return kept
    whole = run.trends.get(EVERYTHING)
    dated = table.day != UNDATED
    if whole is None or not whole.days or not dated.any():
        # Nobody knows who spoke when: no series is better than one of other mentions.
        return {key: found for key, found in kept.items() if key not in touched}
    keys, parents = (*themes, EVERYTHING), _parents(themes, members)
    seen = sightings(keys, members.of_mention[dated], parents, table.day[dated], table.person[dated])
    last = Calendar(zone).day(whole.days[-1].start)
    return kept | {found.theme: found for found in trend(seen, last_day=last, zone=zone) if found.theme in touched}


def _parents(themes: Mapping[str, Theme], members: Members) -> NDArray[np.int64]:
    """Number of the coarse theme above each; of EVERYTHING where there is none."""
    import numpy as np

    numbers, everything = members.numbers, len(themes)
    found = [numbers.get(theme.parent, everything) if theme.parent else everything for theme in themes.values()]
    return np.array(found, np.int64)


# ----------------------------------------------------------------------------------------------- names and lists


def _lasting(themes: Mapping[str, Theme], decisions: Decisions) -> dict[str, Theme]:
    """With pinned themes that the run did not find: only their name and level are known. A theme that lost all its
    mentions stays too, for what comes in later may belong there; lists leave it out."""
    found = {key: theme if theme.mentions else replace(theme, state=State.DORMANT) for key, theme in themes.items()}
    for key, level in decisions.pinned.items():
        own = decisions.key_of(key)
        found.setdefault(own, Theme(key=own, label=own, level=Level(level), state=State.DORMANT))
    return found


def _told(themes: Mapping[str, Theme], decisions: Decisions) -> dict[str, Theme]:
    """With the names that people gave, and their marks. A pin is of whatever its theme is now; what a hidden theme went
    into is not hidden; and what lies under a hidden coarse theme is."""
    pinned = {decisions.key_of(key) for key in decisions.pinned}
    hidden = {key for key in decisions.hidden if decisions.key_of(key) == key}
    return {
        key: replace(
            _named(theme, decisions.label_of(key)),
            pinned=key in pinned,
            hidden=key in hidden or theme.parent in hidden,
        )
        for key, theme in themes.items()
    }


def _named(theme: Theme, label: str | None) -> Theme:
    return theme if label is None else replace(theme, label=label, labels=dict.fromkeys(theme.labels, label))
