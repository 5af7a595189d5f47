"""Names the themes of a run: brings `voc.name` together with the run's distinct texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from voc.batch.corpus import Corpus, Texts
from voc.batch.points import Points
from voc.discover import Discovery
from voc.name import Embed, Members, Names, Tokeniser, name
from voc.ports import PublishedRun
from voc.queries.basis import theme_keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def name_themes(
    corpus: Corpus,
    texts: Texts,
    points: Points,
    themed: NDArray[np.float32],
    found: Discovery,
    previous: PublishedRun | None,
    *,
    embed: Embed | None,
    threads: int = 0,
) -> Names:
    """Names of all fine and coarse themes. A text speaks for the theme of most of its mentions.

    A theme of the published run that was not shaped anew keeps its labels. Exemplar rows count the eligible texts.

    themed: float32 (texts, width), all distinct texts in theme space
    """
    import numpy as np

    chosen = np.flatnonzero(texts.eligible)
    theme, closeness = points.themes_of_texts(found, texts)
    members = Members(
        texts=[texts.texts[at] for at in chosen],
        langs=[texts.langs[at] for at in chosen],
        item_ids=[corpus.items[number].item_id for number in points.first_items(texts)[chosen].tolist()],
        fine=theme[chosen],
        closeness=closeness[chosen],
        # A text that many people wrote speaks louder, but not a thousand times louder.
        weights=(1.0 + np.log(texts.weights[chosen])).astype(np.float32),
        vectors=themed[chosen],
    )
    tokeniser = Tokeniser(threads=threads)
    return name(members, found.coarse.tolist(), tokeniser=tokeniser, embed=embed, called=_called(found, previous))


def _called(found: Discovery, previous: PublishedRun | None) -> dict[int, Mapping[str, str]]:
    """The labels of the fine themes, by number, that are as they were."""
    if found.descent is None or previous is None:
        return {}
    keys, descent = theme_keys(previous), found.descent
    stayed = [(at, kept) for at, kept in enumerate(descent.kept.tolist()) if kept >= 0 and not descent.shaped[at]]
    return {at: previous.themes[keys[kept]].labels for at, kept in stayed}
