"""Search by meaning, by words, or by both: one row an item, with the mention that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from voc.errors import UsageError
from voc.model import UNDETERMINED, Hit
from voc.ports import Tools
from voc.queries.allowed import Allowed
from voc.queries.fusion import Matches, by_words, fuse
from voc.queries.hits import Answer, hits
from voc.queries.lexical import Matcher
from voc.queries.nearest import Best, nearest_items
from voc.queries.question import Question
from voc.queries.snapshot import Snapshot
from voc.queries.where import parse_where

Mode = Literal["hybrid", "dense", "lexical"]
MODES = ("hybrid", "dense", "lexical")
LONGEST_QUERY = 10_000
MOST = 1000
CANDIDATES = 50
"""Items that each half proposes at least; several times k when more is asked for."""


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
    said = question.tokens(query) if options.mode != "dense" else ()
    tokens = list(dict.fromkeys(said))
    matcher = Matcher(tools, snapshot, question, allowed)
    own, other, dense = Matches(), Matches(), dict[str, Best]()
    if options.mode != "dense":
        own = matcher.words(tokens, wanted)
    if options.mode == "hybrid":
        other = matcher.matters(question.translations(said), wanted)
    if options.mode != "lexical":
        also = own.scores.keys() | other.scores.keys()
        dense = nearest_items(snapshot, question.vectors(query, snapshot), wanted, allowed, also=also)
    cosines = {item: best.score for item, best in dense.items()}
    foreign = _foreign(snapshot, question.language(query), dense)
    ranked = by_words(own) if options.mode == "lexical" else fuse(cosines, own, other, foreign)
    answers = []
    for item, score, parts in ranked[options.offset : options.offset + options.k]:
        place = dense[item].place if item in dense else matcher.telling_mention(item, tokens)
        if place is not None:
            answers.append(Answer(place, score, parts))
    return hits(tools, snapshot, answers)


def _foreign(snapshot: Snapshot, lang: str, dense: Mapping[str, Best]) -> frozenset[str]:
    """The items in another language than the query, as far as both are known."""
    alike = {lang, UNDETERMINED}
    langs = {item: best.place.lang(snapshot) for item, best in dense.items()} if lang != UNDETERMINED else {}
    return frozenset(item for item, other in langs.items() if other not in alike)


def _check(query: str, options: SearchOptions) -> None:
    if options.mode not in MODES:
        raise UsageError("Unknown search mode.", f"Known are: {', '.join(MODES)}.")
    if not 1 <= options.k <= MOST:
        raise UsageError(f"k must lie between 1 and {MOST}.", "Ask for fewer hits, or page with the cursor.")
    if options.offset < 0:
        raise UsageError("The cursor is not one that this service gave.", "Start again without a cursor.")
    if len(query) > LONGEST_QUERY:
        raise UsageError(f"The query is longer than {LONGEST_QUERY} characters.", "Ask with a sentence.")
