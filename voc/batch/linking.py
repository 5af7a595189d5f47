"""Gives the groups of a run their keys: brings `voc.link` together with the run's mentions and the published themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.batch.corpus import Corpus
from voc.batch.points import Placed
from voc.batch.retired import Retired
from voc.discover import Discovery
from voc.link import Carried, Group, Previous, Stability, carry, compare, link
from voc.model import Level, LineageEvent
from voc.ports import PublishedRun
from voc.queries.basis import theme_keys
from voc.spans import mention_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by number: of the fine themes, of the coarse ones; and the coarse number of each fine one."""

    fine: tuple[str, ...]
    coarse: tuple[str, ...]
    coarse_of: tuple[int, ...]
    lineage: tuple[LineageEvent, ...]
    stability: Stability | None
    """Against the published run; None without one."""
    retired: Retired


def link_themes(
    corpus: Corpus,
    placed: Placed,
    found: Discovery,
    *,
    previous: PublishedRun | None,
    vectors: str,
    chart: NDArray[np.float32],
    own_keys: Sequence[str] = (),
) -> Keys:
    """Give the groups the keys of the themes that they carry on, or match them with the published themes by the
    mentions they share.

    vectors: the hash of this run's; chart: the map of its space; own_keys: of the team's own themes, in their order
    """
    members: defaultdict[int, list[str]] = defaultdict(list)
    for mention, number in zip(corpus.mentions, placed.theme.tolist(), strict=True):
        if number >= 0:
            members[number].append(mention_name(mention.item_id, mention.index))
    coarse_of = tuple(int(parent) for parent in found.coarse)
    fine = [
        Group(
            level=Level.FINE,
            members=members[number],
            centroid=found.centroids[number],
            key=own_keys[own] if own >= 0 else None,
        )
        for number, own in enumerate(found.given.tolist())
    ]
    parents: defaultdict[int, list[str]] = defaultdict(list)
    for number, parent in enumerate(coarse_of):
        parents[parent].extend(members[number])
    coarse = [Group(level=Level.COARSE, members=parents[number]) for number in range(len(parents))]
    themes_before = _themes_of(previous) if previous is not None else {}
    before = _published(previous, themes_before) if previous is not None else []
    retired = Retired.of(previous, chart, vectors)
    fine_before = [theme for theme in before if theme.level is Level.FINE] + retired.themes()
    carried = _carried(found, previous)
    linked = carry(fine, carried, fine_before, own_keys) if carried is not None else link(fine, fine_before, own_keys)
    parents_linked = link(coarse, [theme for theme in before if theme.level is Level.COARSE])
    lineage = (*linked.lineage, *parents_linked.lineage)
    stability = compare(themes_before, _placed(corpus, placed, linked.keys), lineage) if previous else None
    return Keys(
        linked.keys, parents_linked.keys, coarse_of, lineage, stability, retired.next(linked.keys, lineage, before)
    )


def _carried(found: Discovery, previous: PublishedRun | None) -> Carried | None:
    """Where the fine themes come from, by key; None if they were made from nothing."""
    if found.descent is None or previous is None:
        return None
    keys = (*theme_keys(previous), None)
    return Carried(
        kept=[keys[at] for at in found.descent.kept.tolist()],
        source=[keys[at] for at in found.descent.source.tolist()],
        into={str(keys[gone]): str(keys[keeper]) for gone, keeper in found.descent.into.items()},
    )


def _placed(corpus: Corpus, placed: Placed, keys: Sequence[str]) -> dict[str, str | None]:
    """Mention → key of its fine theme."""
    numbers = zip(corpus.mentions, placed.theme.tolist(), strict=True)
    return {mention_name(mention.item_id, mention.index): keys[n] if n >= 0 else None for mention, n in numbers}


def _themes_of(run: PublishedRun) -> dict[str, str | None]:
    table = run.mentions
    rows = zip(table.item_id.tolist(), table.index.tolist(), table.theme.tolist(), strict=True)
    return {mention_name(item, index): key for item, index, key in rows}


def _published(run: PublishedRun, themes_of: Mapping[str, str | None]) -> list[Previous]:
    """The themes of the published run with their members and centroids; `themes_of` its mentions."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for mention, key in themes_of.items():
        if key is not None:
            members[key].append(mention)
            parent = run.themes[key].parent if key in run.themes else None
            if parent is not None:
                members[parent].append(mention)
    places = {key: at for at, key in enumerate(theme_keys(run))}
    centroids = run.space.get("theme.centroids")
    return [
        Previous(
            key=theme.key,
            level=theme.level,
            members=members[theme.key],
            centroid=centroids[places[theme.key]] if centroids is not None and theme.key in places else None,
        )
        for theme in run.themes.values()
    ]
