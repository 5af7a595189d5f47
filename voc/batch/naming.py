"""Names the themes of a run: brings `voc.name` together with the run's distinct texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from voc.batch.places import Places
from voc.batch.readings import KEPT, drawn
from voc.discover import Discovery
from voc.discover.exact import BLOCK
from voc.name import EVERY_READER, Embed, Members, Named, Names, name
from voc.ports import PublishedRun
from voc.queries.basis import theme_keys
from voc.taxonomy import Taxonomy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def name_themes(
    places: Places, found: Discovery, previous: PublishedRun | None, *, own: Taxonomy, embed: Embed | None
) -> Names:
    """Names of all fine and coarse themes. A text speaks for the theme of most of its mentions.

    A team's own theme has its labels; one of the published run that was not shaped anew keeps those it has. Very many
    texts are drawn from, theme by theme. Exemplar rows count the eligible texts.
    """
    import numpy as np

    texts, points = places.texts, places.points
    theme = points.themes_of_texts(found, texts)
    eligible = np.flatnonzero(texts.eligible)
    kept = drawn(theme[eligible], KEPT)
    chosen = eligible[kept]
    alone = _alone(places.themed, theme, found.centroids)
    members = Members(
        texts=[texts.texts[at] for at in chosen],
        langs=[texts.langs[at] for at in chosen],
        item_ids=[places.corpus.items[number].item_id for number in points.first_items(texts)[chosen].tolist()],
        fine=theme[chosen],
        closeness=alone[chosen],
        # A text that many people wrote speaks louder, but not a thousand times louder.
        weights=(1.0 + np.log(texts.weights[chosen])).astype(np.float32),
        vectors=places.themed[chosen],
        units=places.readings.read(chosen.tolist()),
    )
    names = name(members, found.coarse.tolist(), embed=embed, called=_called(found, previous, own))
    return Names(_counted(names.fine, kept), _counted(names.coarse, kept))


def _counted(named: Sequence[Named], kept: NDArray[np.int64]) -> tuple[Named, ...]:
    """Exemplars as rows of all eligible texts, of which `kept` were drawn."""
    return tuple(replace(one, exemplars=tuple(int(kept[row]) for row in one.exemplars)) for one in named)


def _alone(
    themed: NDArray[np.float32], theme: NDArray[np.int64], centroids: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How near each text lies to its theme by itself, 0…1: what only its item makes near is no example of the theme."""
    import numpy as np

    found = np.zeros(len(theme), np.float32)
    held = np.flatnonzero(theme >= 0)
    for at in range(0, len(held), BLOCK):
        rows = held[at : at + BLOCK]
        found[rows] = np.round(np.einsum("nd,nd->n", themed[rows], centroids[theme[rows]]), 5)
    return np.clip(found, 0.0, 1.0)


def _called(found: Discovery, previous: PublishedRun | None, own: Taxonomy) -> dict[int, Mapping[str, str]]:
    """The labels of the fine themes, by number, that are a team's own or are as they were."""
    brought = [(at, own.themes[number]) for at, number in enumerate(found.given.tolist()) if number >= 0]
    told: dict[int, Mapping[str, str]] = {at: {EVERY_READER: theme.label, **theme.labels} for at, theme in brought}
    if found.descent is None or previous is None:
        return told
    keys, descent = theme_keys(previous), found.descent
    stayed = [(at, kept) for at, kept in enumerate(descent.kept.tolist()) if kept >= 0 and not descent.shaped[at]]
    return {at: previous.themes[keys[kept]].labels for at, kept in stayed} | told
