"""Gives the groups of a run their keys: brings `voc.link` together with the run's mentions and the published themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voc.batch.corpus import Corpus
from voc.batch.points import Placed
from voc.batch.retired import Retired
from voc.discover import Discovery
from voc.link import Group, Previous, Stability, compare, link
from voc.model import Level, LineageEvent
from voc.ports import PublishedRun
from voc.spans import mention_name


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
    corpus: Corpus, placed: Placed, found: Discovery, *, previous: PublishedRun | None, vectors: str
) -> Keys:
    """Match the groups with the published themes by the mentions they share; `vectors` is the hash of this run's."""
    members: defaultdict[int, list[str]] = defaultdict(list)
    for mention, number in zip(corpus.mentions, placed.theme.tolist(), strict=True):
        if number >= 0:
            members[number].append(mention_name(mention.item_id, mention.index))
    coarse_of = tuple(int(parent) for parent in found.coarse)
    fine = [
        Group(level=Level.FINE, members=members[number], centroid=found.centroids[number])
        for number in range(len(found.centroids))
    ]
    parents: defaultdict[int, list[str]] = defaultdict(list)
    for number, parent in enumerate(coarse_of):
        parents[parent].extend(members[number])
    coarse = [Group(level=Level.COARSE, members=parents[number]) for number in range(len(parents))]
    themes_before = _themes_of(previous) if previous is not None else {}
    before = _published(previous, themes_before) if previous is not None else []
    retired = Retired.of(previous, found.centroids.shape[1], vectors)
    linked = link([*fine, *coarse], [*before, *retired.themes()])
    keys = linked.keys[: len(fine)]
    stability = compare(themes_before, _placed(corpus, placed, keys), linked.lineage) if previous else None
    retired = retired.next(linked.lineage, before)
    return Keys(keys, linked.keys[len(fine) :], coarse_of, linked.lineage, stability, retired)


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
    keys = run.run.manifest.get("theme_keys")
    places = {str(key): at for at, key in enumerate(keys)} if isinstance(keys, list) else {}
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
