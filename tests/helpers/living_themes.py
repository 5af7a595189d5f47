"""A world of topics that are born, split, merge and die on known nights, and what discovery and linking tell of it.

Every topic is a direction with noise around it. A night adds mentions of every living topic; a mention is kept for
`WINDOW` nights. The world is run through `voc.discover` and `voc.link` as a run does it, without texts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from voc.discover import Discovery, Options, Standing, discover
from voc.link import Carried, Group, Linked, Previous, carry, link
from voc.model import Level

WIDTH = 48
NOISE = 0.10
WINDOW = 8
NIGHTS = 28
TOPICS = 36
USUAL = 9


@dataclass(frozen=True)
class Event:
    """Something that happens to topics on a night. `topics`: the one, or both that merge."""

    kind: str
    night: int
    topics: tuple[int, ...]


@dataclass
class World:
    """Directions by topic, and the plan of events."""

    rng: np.random.Generator
    plan: list[Event] = field(default_factory=list)
    places: dict[int, list[np.ndarray]] = field(default_factory=dict)
    """Of each living topic the directions that its mentions come from: two once it is split."""

    @classmethod
    def made(cls, seed: int) -> World:
        world = cls(np.random.default_rng(seed))
        for topic in range(TOPICS):
            world.places[topic] = [world.direction()]
        chosen = world.rng.permutation(TOPICS)
        nights = iter(world.rng.permutation(np.arange(9, 18)).tolist() * 3)
        world.plan += [Event("split", next(nights), (int(topic),)) for topic in chosen[:6]]
        world.plan += [Event("died", next(nights), (int(topic),)) for topic in chosen[6:12]]
        world.plan += [Event("merged", next(nights), (int(a), int(b))) for a, b in chosen[12:24].reshape(-1, 2)]
        for kin, topic in chosen[12:24].reshape(-1, 2).tolist():
            world.places[topic] = [_unit(world.places[kin][0] + 1.5 * world.direction())]
        world.plan += [Event("born", next(nights), (TOPICS + at,)) for at in range(6)]
        return world

    def direction(self) -> np.ndarray:
        row = self.rng.standard_normal(WIDTH)
        return row / np.linalg.norm(row)

    def happen(self, night: int) -> None:
        for event in (event for event in self.plan if event.night == night):
            topic = event.topics[0]
            if event.kind == "born":
                self.places[topic] = [self.direction()]
            elif event.kind == "died":
                del self.places[topic]
            elif event.kind == "split":
                away = 0.5 * self.direction()
                self.places[topic] = [_unit(self.places[topic][0] + side * away) for side in (1, -1)]
            else:
                middle = _unit(self.places[topic][0] + self.places[event.topics[1]][0])
                self.places[topic] = self.places[event.topics[1]] = [middle]

    def mentions(self, night: int) -> tuple[np.ndarray, list[int]]:
        """New mentions float32 (n, WIDTH) and the topic of each."""
        rows, topics = [], []
        for topic, places in sorted(self.places.items()):
            number = 4 * USUAL if night == 0 else int(self.rng.poisson(USUAL * len(places))) + 2
            for at in range(number):
                rows.append(_unit(places[at % len(places)] + NOISE * self.rng.standard_normal(WIDTH)))
                topics.append(topic)
        return np.array(rows, np.float32), topics


@dataclass(frozen=True)
class Told:
    """An event of lineage with the topics that its themes speak of."""

    kind: str
    night: int
    topics: frozenset[int]


def live(seed: int) -> tuple[list[Event], list[Told]]:
    """What happened, and what was told of it."""
    world = World.made(seed)
    told: list[Told] = []
    rows = np.zeros((0, WIDTH), np.float32)
    topics, nights = np.zeros(0, int), np.zeros(0, int)
    found: Discovery | None = None
    keys: tuple[str, ...] = ()
    before: list[Previous] = []
    names: list[str] = []
    about: dict[str, Counter[int]] = {}
    for night in range(NIGHTS):
        world.happen(night)
        new, said = world.mentions(night)
        kept = nights > night - WINDOW
        old = np.r_[kept.nonzero()[0]]
        published = np.r_[np.ones(len(old), bool), np.zeros(len(new), bool)]
        judged = np.r_[found.judged[old] if found else np.zeros(0, bool), np.zeros(len(new), bool)]
        rows = np.concatenate([rows[old], new])
        topics, nights = np.r_[topics[old], said], np.r_[nights[old], np.full(len(new), night)]
        names = [names[at] for at in old] + [f"{night:02}-{at:05}" for at in range(len(new))]
        standing = (
            Standing(
                centroids=found.centroids,
                threshold=found.threshold,
                parents=found.coarse,
                published=published,
                judged=judged,
                given=found.given,
            )
            if found
            else None
        )
        found = discover(rows, keys=names, options=Options(threads=1), standing=standing)
        groups = _groups(found, names)
        linked = _linked(found, groups, keys, before)
        keys = linked.keys
        now = {key: Counter(topics[found.fine == at].tolist()) for at, key in enumerate(keys)}
        if standing is not None:
            told += _told(linked, night, {**about, **now}, about)
        about.update(now)
        before = [
            Previous(key=key, level=Level.FINE, members=group.members, centroid=group.centroid)
            for key, group in zip(keys, groups, strict=True)
        ]
    return world.plan, told


def _groups(found: Discovery, names: list[str]) -> list[Group]:
    return [
        Group(
            level=Level.FINE,
            members=[names[row] for row in np.flatnonzero(found.fine == at)],
            centroid=found.centroids[at],
        )
        for at in range(len(found.centroids))
    ]


def _linked(found: Discovery, groups: list[Group], keys: tuple[str, ...], before: list[Previous]) -> Linked:
    descent = found.descent
    if descent is None:
        return link(groups, before)
    named = (*keys, None)
    carried = Carried(
        kept=[named[at] for at in descent.kept],
        source=[named[at] for at in descent.source],
        into={str(named[gone]): str(named[keeper]) for gone, keeper in descent.into.items()},
    )
    return carry(groups, carried, before)


def _told(linked: Linked, night: int, now: dict[str, Counter[int]], before: dict[str, Counter[int]]) -> list[Told]:
    found = []
    for event in linked.lineage:
        if event.kind == "continued":
            continue
        keys = (event.key, *event.others)
        where = before if event.kind in ("retired", "merged") else now
        topics = frozenset(where[key].most_common(1)[0][0] for key in keys if where.get(key))
        found.append(Told({"retired": "died"}.get(event.kind, event.kind), night, topics))
    return found


def _unit(row: np.ndarray) -> np.ndarray:
    return row / np.linalg.norm(row)


def scored(plan: list[Event], told: list[Told]) -> dict[str, tuple[int, int, int]]:
    """Kind → events that were told, told events that happened, all that happened and were told: (hit, told, happened)."""
    result = {}
    for kind in ("born", "split", "merged", "died"):
        happened = [event for event in plan if event.kind == kind]
        said = [one for one in told if one.kind == kind]
        hit = sum(any(_is(event, one) for one in said) for event in happened)
        right = sum(any(_is(event, one) for event in happened) for one in said)
        result[kind] = (hit, len(happened), right, len(said))
    return result


def _is(event: Event, one: Told) -> bool:
    """Told of these topics, on the night or within the nights for which mentions are kept."""
    return event.night <= one.night <= event.night + WINDOW + 1 and bool(set(event.topics) & one.topics)
