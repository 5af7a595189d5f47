"""What the heads say of a run's mentions, as the columns that it publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voc.batch.carried import Carried
from voc.batch.corpus import Corpus, Texts, wordings
from voc.facets import facets_text
from voc.score import Company, Heads, score_mentions
from voc.scoring import placed
from voc.spans import spans_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """Columns of `MentionTable`, a row a mention."""

    sentiment: NDArray[np.float32]
    urgency: NDArray[np.float32]
    urgency_level: NDArray[np.object_]
    urgency_reasons: NDArray[np.object_]
    evidence: NDArray[np.object_]
    facets: NDArray[np.object_]


def score_corpus(
    corpus: Corpus,
    texts: Texts,
    unread: NDArray[np.int64],
    features: NDArray[np.float16],
    heads: Heads | None,
    carried: Carried,
) -> ScoreColumns:
    """Scores of all mentions; of those that `carried` does not know, from `features` (unread, width) of their texts."""
    import numpy as np

    fresh = carried.fresh
    mentions = [corpus.mentions[at] for at in fresh.tolist()]
    told = wordings(texts.text_of[fresh], [mention.lang for mention in mentions])
    scores = score_mentions(
        features[np.searchsorted(unread, told.rows)],
        [texts.texts[row] for row in told.rows.tolist()],
        told.langs,
        heads,
        company=Company.of([mention.item_id for mention in mentions], told.of_mention),
    )
    said = {item.item_id: item.text for item in corpus.items}
    urgency = [placed(scores, row, mention, said[mention.item_id]).urgency for row, mention in enumerate(mentions)]
    columns: dict[str, Any] = {
        "sentiment": scores.sentiment.reshape(-1, 3),
        "urgency": scores.urgency,
        "urgency_level": scores.level,
        "urgency_reasons": np.array([",".join(one.reasons) for one in urgency], dtype=object),
        "evidence": np.array([spans_text(one.evidence) for one in urgency], dtype=object),
        "facets": np.array([facets_text(facets) for facets in scores.facets], dtype=object),
    }
    return ScoreColumns(**{name: carried.copied(name, column) for name, column in columns.items()})
