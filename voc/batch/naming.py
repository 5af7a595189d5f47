"""Names the themes of a run: brings `voc.name` together with the run's distinct texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voc.batch.corpus import Corpus, Texts
from voc.batch.points import Points
from voc.discover import Discovery
from voc.name import Embed, Members, Names, Tokeniser, name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def name_themes(
    corpus: Corpus,
    texts: Texts,
    points: Points,
    themed: NDArray[np.float32],
    found: Discovery,
    *,
    embed: Embed | None,
    threads: int = 0,
) -> Names:
    """Names of all fine and coarse themes. A text speaks for the theme of most of its mentions.

    Exemplar rows count the eligible texts.

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
    return name(members, found.coarse.tolist(), tokeniser=Tokeniser(threads=threads), embed=embed)
