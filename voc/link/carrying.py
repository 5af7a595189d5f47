"""Keys of themes that were carried on from the last run: which is which is known, and nothing has to be matched.

Only a theme that was born tonight may be one that had gone: it is known by where it lies. Owns no matching of
clusterings: that is `voc.link.linking`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from voc.link.groups import Group, Linked, Previous, birth_key
from voc.link.linking import link
from voc.model import LineageEvent


@dataclass(frozen=True, slots=True)
class Carried:
    """Where the groups of a night come from, one entry a group.

    kept:   the key that the group has had, None for a new one
    source: the key of the theme that a new one was a part of, None for one that was born
    into:   key of a theme that is no more → key of the theme it was merged into
    """

    kept: Sequence[str | None]
    source: Sequence[str | None]
    into: Mapping[str, str]


def carry(groups: Sequence[Group], carried: Carried, previous: Sequence[Previous], own: Collection[str] = ()) -> Linked:
    """Give every group of one level a key.

    `previous` are the published themes of that level and the retired ones, `own` the keys of a team's own themes.

    A theme of which nothing is left has gone into the one it was merged into, or is retired.
    """
    taken = {theme.key for theme in previous}.union(carried.into.values(), own)
    gone = [theme for theme in previous if theme.retired]
    back = _revived(groups, carried, [theme for theme in gone if theme.key not in own])
    keys: list[str] = []
    for at, group in enumerate(groups):
        key = carried.kept[at] or group.key or back.get(at) or birth_key(group.level, group.members, taken)
        taken.add(key)
        keys.append(key)
    events = _events(keys, carried, {theme.key for theme in gone})
    standing = {theme.key for theme in previous if not theme.retired}
    events += [LineageEvent("retired", key) for key in standing.difference(keys, carried.into)]
    lineage = tuple(sorted(events, key=lambda event: (event.key, event.kind, event.others)))
    return Linked(tuple(keys), lineage, dict(carried.into))


def _revived(groups: Sequence[Group], carried: Carried, retired: Sequence[Previous]) -> dict[int, str]:
    """Born groups, by number, that are retired themes come back."""
    born = [at for at, group in enumerate(groups) if carried.kept[at] is carried.source[at] is group.key is None]
    known = {theme.key for theme in retired}
    linked = link([groups[at] for at in born], retired)
    return {at: key for at, key in zip(born, linked.keys, strict=True) if key in known}


def _events(keys: Sequence[str], carried: Carried, gone: set[str]) -> list[LineageEvent]:
    events = []
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for key, kept, source in zip(keys, carried.kept, carried.source, strict=True):
        if kept is not None:
            events.append(LineageEvent("continued", key))
        elif source is not None:
            parts[source].append(key)
        else:
            events.append(LineageEvent("revived" if key in gone else "born", key))
    joined: defaultdict[str, list[str]] = defaultdict(list)
    for merged, keeper in carried.into.items():
        joined[keeper].append(merged)
    events += [LineageEvent("split", key, tuple(sorted(others))) for key, others in parts.items()]
    events += [LineageEvent("merged", key, tuple(sorted(others))) for key, others in joined.items()]
    return events
