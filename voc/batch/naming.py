"""Names the themes of a run: brings `voc.name` together with the run's distinct texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voc.batch.corpus import Texts
from voc.discover import Discovery
from voc.name import Embed, Members, Names, Tokeniser, name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def name_themes(
    texts: Texts, themed: NDArray[np.float32], found: Discovery, *, embed: Embed | None, threads: int = 0
) -> Names:
    """Names of all fine and coarse themes. Exemplar rows count the eligible texts; see `exemplar_texts`.

    themed: float32 (texts, width), all distinct texts in theme space
    """
    import numpy as np

    chosen = np.flatnonzero(texts.eligible)
    members = Members(
        texts=[texts.texts[at] for at in chosen],
        langs=[texts.langs[at] for at in chosen],
        item_ids=[texts.hashes[at].hex() for at in chosen],
        fine=found.fine.astype(np.int64),
        closeness=found.strength,
        # A text that many people wrote speaks louder, but not a thousand times louder.
        weights=(1.0 + np.log(texts.weights[chosen])).astype(np.float32),
        vectors=themed[chosen],
    )
    return name(members, found.coarse.tolist(), tokeniser=Tokeniser(threads=threads), embed=embed)
