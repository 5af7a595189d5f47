"""Search by meaning, by words, or by both: one row an item, with the mention that answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from voc.errors import UsageError
from voc.model import Hit
from voc.ports import Tools
from voc.queries.allowed import Allowed
from voc.queries.fusion import fuse
from voc.queries.hits import Answer, Place, hits
from voc.queries.nearest import Best, QueryVectors, nearest_items
from voc.queries.snapshot import Snapshot
from voc.queries.where import parse_where

Mode = Literal["hybrid", "dense", "lexical"]
MODES = ("hybrid", "dense", "lexical")
LONGEST_QUERY = 10_000
MOST = 1000
CANDIDATES = 50
"""Items that each half proposes at least; several times k when more is asked for."""


class Question(Protocol):
    """What search needs to know of a query's text."""

    def vectors(self, query: str, snapshot: Snapshot) -> QueryVectors:
        """The query in the snapshot's spaces."""

    def tokens(self, query: str) -> Sequence[str]:
        """Lexical tokens, as the store's were made."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How to search. `offset` is the number of hits to pass over."""

    k: int = 10
    mode: str = "hybrid"
    where: str | None = None
    offset: int = 0


def search(
    tools: Tools, snapshot: Snapshot, question: Question, query: str, options: SearchOptions | None = None
) -> list[Hit]:
    """The k best items for a query, best first. Raises UsageError on a bad mode, k, filter or an overlong query."""
    options = options or SearchOptions()
    _check(query, options)
    if not query.strip():
        return []
    where = parse_where(options.where)
    allowed = Allowed.of(tools, snapshot, where)
    wanted = max(CANDIDATES, 3 * (options.k + options.offset))
    dense: dict[str, Best] = {}
    lexical: dict[str, float] = {}
    coverage = 0.0
    tokens: list[str] = []
    if options.mode != "lexical":
        dense = nearest_items(snapshot, question.vectors(query, snapshot), wanted, allowed)
    if options.mode != "dense":
        tokens = list(dict.fromkeys(question.tokens(query)))
        lexical, coverage = _lexical(tools, snapshot, tokens, wanted, allowed)
    if options.mode == "lexical":
        coverage = 1.0
    ranked = fuse({item: best.score for item, best in dense.items()}, lexical, coverage=coverage)
    if options.mode == "lexical":
        ranked = [(item, lexical[item], parts) for item, _, parts in ranked]
    answers = []
    for item, score, parts in ranked[options.offset : options.offset + options.k]:
        place = (
            dense[item].place
            if item in dense
            else _telling_mention(tools, snapshot, item, allowed, question, set(tokens))
        )
        if place is not None:
            answers.append(Answer(place, score, parts))
    return hits(tools, snapshot, answers)


def _check(query: str, options: SearchOptions) -> None:
    if options.mode not in MODES:
        raise UsageError("Unknown search mode.", f"Known are: {', '.join(MODES)}.")
    if not 1 <= options.k <= MOST:
        raise UsageError(f"k must lie between 1 and {MOST}.", "Ask for fewer hits, or page with the cursor.")
    if options.offset < 0:
        raise UsageError("The cursor is not one that this service gave.", "Start again without a cursor.")
    if len(query) > LONGEST_QUERY:
        raise UsageError(f"The query is longer than {LONGEST_QUERY} characters.", "Ask with a sentence.")


def _lexical(
    tools: Tools, snapshot: Snapshot, tokens: Sequence[str], wanted: int, allowed: Allowed
) -> tuple[dict[str, float], float]:
    """BM25 per allowed item, and the share of the query's tokens that the best hit has."""
    if not tokens:
        return {}, 0.0
    table = snapshot.published.mentions
    items = set(table.item_id[allowed.run].tolist())
    items.update(m.item_id for m, ok in zip(snapshot.live.mentions, allowed.live.tolist(), strict=True) if ok)
    matched = [row for row in tools.feedback.match(tokens, limit=10 * wanted) if row[0] in items][:wanted]
    if not matched:
        return {}, 0.0
    best = {matched[0][0]}
    held = sum(1 for token in tokens if best & {item for item, _ in tools.feedback.match([token], limit=10 * wanted)})
    return dict(matched), held / len(tokens)


def _telling_mention(
    tools: Tools, snapshot: Snapshot, item: str, allowed: Allowed, question: Question, wanted: set[str]
) -> Place | None:
    """Of an item that only the lexical half found, the allowed mention with the most words of the query."""
    import numpy as np

    live = [row for row, mention in enumerate(snapshot.live.mentions) if mention.item_id == item and allowed.live[row]]
    places = [Place.of_live(snapshot, row) for row in live] or [
        Place.of_run(snapshot, row)
        for row in np.flatnonzero((snapshot.published.mentions.item_id == item) & allowed.run).tolist()
    ]
    if len(places) < 2:
        return places[0] if places else None
    spans = [place.span(snapshot) for place in places]
    feedback = tools.feedback.get([(item, places[0].revision)]).get((item, places[0].revision))
    if feedback is None:
        return None
    held = [len(wanted & set(question.tokens(feedback.text[span.start : span.end]))) for span in spans]
    return places[held.index(max(held))]
