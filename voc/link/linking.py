"""Themes keep their key: the groups of a new clustering are matched with the published themes, one to one.

The matching is the assignment of greatest total score (Kuhn 1955, by Jonker & Volgenant's algorithm in scipy). What is
left over on either side is born, split off, merged or retired. Owns no clustering, and no edits: they are replayed
after linking.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voc.link.groups import Group, Linked, Previous, birth_key
from voc.model import Level, LineageEvent

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME = 0.2
"""Jaccard overlap, among mentions that both runs hold, from which a group can be an old theme."""
SAME_BY_CENTROID = 0.85
"""Cosine from which a group can be an old theme when no mention of one is known to the other run."""
PART = 0.5
"""A group came out of a theme, or a theme went into a group, if at least this share of its mentions did."""
_CENTROID_WEIGHT = 0.1
_FIXED = 1e6


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Mentions of group i (rows) that were in theme j (columns), and those known to the other run at all."""

    shared: NDArray[np.int64]
    known_new: NDArray[np.int64]
    known_old: NDArray[np.int64]


def link(groups: Sequence[Group], previous: Sequence[Previous], own: Collection[str] = ()) -> Linked:
    """Give every group a key: that of the theme it continues, or one of its own. Levels are matched apart.

    `own` are the keys of a team's own themes: only a group that is one has its key. The order of `groups` and
    `previous` does not matter.
    """
    keys: dict[int, str] = {}
    events: list[LineageEvent] = []
    moved: dict[str, str] = {}
    taken = {theme.key for theme in previous}.union(own)
    for level in Level:
        born = {at: birth_key(level, group.members) for at, group in enumerate(groups) if group.level is level}
        order = sorted(born, key=lambda at: born[at])
        old = sorted((theme for theme in previous if theme.level is level), key=lambda theme: theme.key)
        new = [groups[at] for at in order]
        overlap = _overlap(new, old)
        match = _match(_score(new, old, overlap, own))
        level_keys: list[str] = []
        for at, group in enumerate(new):
            key = old[match[at]].key if at in match else group.key or birth_key(level, group.members, taken)
            taken.add(key)
            level_keys.append(key)
        keys.update(zip(order, level_keys, strict=True))
        told, gone = _lineage(level_keys, old, overlap, match)
        events.extend(told)
        moved.update(gone)
    lineage = tuple(sorted(events, key=lambda event: (event.key, event.kind, event.others)))
    return Linked(tuple(keys[at] for at in range(len(groups))), lineage, moved)


def _overlap(new: Sequence[Group], old: Sequence[Previous]) -> _Overlap:
    was = {member: at for at, theme in enumerate(old) for member in theme.members}
    shared = np.zeros((len(new), len(old)), dtype=np.int64)
    for at, group in enumerate(new):
        for member in group.members:
            if member in was:
                shared[at, was[member]] += 1
    return _Overlap(shared, shared.sum(axis=1), shared.sum(axis=0))


def _score(
    new: Sequence[Group], old: Sequence[Previous], overlap: _Overlap, own: Collection[str]
) -> NDArray[np.float64]:
    """How much group i is theme j, −1 where it can't be: Jaccard overlap squared, and cosine to tell near ties apart.

    Squared, so that one good match is worth more than two poor ones.
    """
    union = overlap.known_new[:, None] + overlap.known_old[None, :] - overlap.shared
    jaccard = overlap.shared / np.maximum(union, 1)
    cosine = _cosines(new, old)
    wanted = np.array([group.key for group in new], dtype=object)[:, None]
    named = np.array([theme.key for theme in old], dtype=object)[None, :]
    apart = (overlap.known_new[:, None] == 0) & (overlap.known_old[None, :] == 0)
    possible = (jaccard >= SAME) | (apart & (cosine >= SAME_BY_CENTROID))
    score = np.where(possible, jaccard**2 + _CENTROID_WEIGHT * np.maximum(cosine, 0.0), -1.0)
    # A team's own theme is known by its key and by nothing else.
    told = np.array([group.key is not None for group in new], np.bool_)[:, None]
    kept = np.array([theme.key in own for theme in old], np.bool_)[None, :]
    fixed: NDArray[np.float64] = np.where(told & (wanted == named), _FIXED, np.where(told | kept, -1.0, score))
    return fixed


def _cosines(new: Sequence[Group], old: Sequence[Previous]) -> NDArray[np.float64]:
    """0 where a centroid is missing or of another width, as after a change of encoder."""
    left, right = [group.centroid for group in new], [theme.centroid for theme in old]
    widths = {len(centroid) for centroid in left + right if centroid is not None}
    if len(widths) != 1:
        return np.zeros((len(new), len(old)))
    width = widths.pop()
    # Rounded, so that the order in which threads sum can't decide between near ties.
    return np.round(_stacked(left, width) @ _stacked(right, width).T, 9)


def _stacked(centroids: Sequence[NDArray[np.float32] | None], width: int) -> NDArray[np.float64]:
    rows = np.zeros((len(centroids), width))
    for at, centroid in enumerate(centroids):
        rows[at] = 0.0 if centroid is None else centroid
    return rows


def _match(score: NDArray[np.float64]) -> dict[int, int]:
    """Group → theme, at most one to one, of greatest total score among possible pairs."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(np.maximum(score, 0.0), maximize=True)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if score[i, j] >= 0.0}


def _lineage(
    keys: Sequence[str], old: Sequence[Previous], overlap: _Overlap, match: dict[int, int]
) -> tuple[list[LineageEvent], dict[str, str]]:
    events = [LineageEvent("revived" if old[j].retired else "continued", old[j].key) for j in match.values()]
    parts: dict[str, list[str]] = {}
    joined: dict[str, list[str]] = {}
    moved: dict[str, str] = {}
    for at, key in enumerate(keys):
        if at in match:
            continue
        source = int(overlap.shared[at].argmax()) if len(old) else -1
        if source >= 0 and _is_part(overlap.shared[at, source], overlap.known_new[at]):
            parts.setdefault(old[source].key, []).append(key)
        else:
            events.append(LineageEvent("born", key))
    for j, theme in enumerate(old):
        if j in match.values() or theme.retired:
            continue
        target = int(overlap.shared[:, j].argmax()) if len(keys) else -1
        if target >= 0 and _is_part(overlap.shared[target, j], overlap.known_old[j]):
            moved[theme.key] = keys[target]
            if keys[target] not in parts.get(theme.key, ()):
                joined.setdefault(keys[target], []).append(theme.key)
                continue
        if theme.key not in parts:
            events.append(LineageEvent("retired", theme.key))
    events += [LineageEvent("split", key, tuple(sorted(others))) for key, others in parts.items()]
    events += [LineageEvent("merged", key, tuple(sorted(others))) for key, others in joined.items()]
    return events, moved


def _is_part(shared: np.int64, known: np.int64) -> bool:
    return bool(shared > 0 and shared >= PART * known)
