"""The lexical half of a search: items that hold the query's words, or what another language calls the same."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from voc.ports import Tools
from voc.queries.allowed import Allowed
from voc.queries.fusion import Matches
from voc.queries.hits import Place
from voc.queries.question import Question
from voc.queries.snapshot import Snapshot

_TIE = 0.2
"""Weight of BM25 beside the share of matters named."""

_FILTERED = 20
"""How many times deeper to look where a filter may leave most of what is found out."""

Names = Sequence[str]
"""Tokens that stand for one matter; a token with blanks is a phrase."""


class Matcher:
    """Looks words up among the items that a filter lets through."""

    def __init__(self, tools: Tools, snapshot: Snapshot, question: Question, allowed: Allowed) -> None:
        self._tools = tools
        self._snapshot = snapshot
        self._question = question
        self._allowed = allowed
        self._posted: defaultdict[str, list[int]] = defaultdict(list)
        for row, mention in enumerate(snapshot.live.mentions):
            self._posted[mention.item_id].append(row)

    def words(self, tokens: Sequence[str], wanted: int) -> Matches:
        """At most `wanted` items with any of the tokens; the score is BM25."""
        scores = dict(self._any_of(tokens, 10 * wanted)[:wanted])
        if not scores:
            return Matches()
        best = next(iter(scores))
        text = self._tools.feedback.tokens([best]).get(best, "")
        return Matches(scores, sum(_named(text, [token]) for token in tokens) / len(tokens))

    def matters(self, matters: Sequence[Names], wanted: int) -> Matches:
        """At most `wanted` items that name any of the matters.

        The score is the share of the matters that an item names, each once however many names of it stand there
        (coordination level, Cleverdon 1967), a rare matter weighing more (Spärck Jones 1972), with BM25 as a
        tie-break.
        """
        tokens = [token for names in matters for token in names]
        found = self._any_of(tokens, 10 * wanted)[: 10 * wanted]
        if not found:
            return Matches()
        texts = self._tools.feedback.tokens([item for item, _ in found])
        named = {item: [_named(texts.get(item, ""), names) for names in matters] for item, _ in found}
        rarity = [math.log(1 + len(found) / max(1, sum(column))) for column in zip(*named.values(), strict=True)]
        level = {item: sum(r for r, there in zip(rarity, row, strict=True) if there) for item, row in named.items()}
        top, most = found[0][1] or 1.0, sum(rarity)
        scores = {item: (level[item] / most + _TIE * score / top) / (1 + _TIE) for item, score in found}
        ranked = sorted(scores, key=lambda item: (-scores[item], item))[:wanted]
        return Matches({item: scores[item] for item in ranked}, level[ranked[0]] / most)

    def _any_of(self, tokens: Sequence[str], limit: int) -> list[tuple[str, float]]:
        if not tokens:
            return []
        found = self._tools.feedback.match(tokens, limit=_FILTERED * limit if self._allowed.filtered else limit)
        return [row for row in found if self._allows(row[0])]

    def telling_mention(self, item: str, tokens: Sequence[str]) -> Place | None:
        """The item's allowed mention with the most of these tokens; the first of equals."""
        live = [row for row in self._posted.get(item, ()) if self._allowed.live[row]]
        rows = [row for row in self._snapshot.rows_of.get(item, ()) if self._allowed.run[row]]
        places = [Place.of_live(self._snapshot, row) for row in live] or [
            Place.of_run(self._snapshot, row) for row in rows
        ]
        if len(places) < 2:
            return places[0] if places else None
        text = self._text(places[0])
        spans = [place.span(self._snapshot) for place in places]
        held = [len({*tokens} & {*self._question.tokens(text[span.start : span.end])}) for span in spans]
        return places[held.index(max(held))]

    def _allows(self, item: str) -> bool:
        """Whether a mention of the item may answer."""
        if item in self._posted:
            return any(self._allowed.live[row] for row in self._posted[item])
        return any(self._allowed.run[row] for row in self._snapshot.rows_of.get(item, ()))

    def _text(self, place: Place) -> str:
        ref = (place.item_id, place.revision)
        feedback = self._tools.feedback.get([ref]).get(ref)
        return feedback.text if feedback is not None else ""


def _named(tokens: str, names: Names) -> bool:
    """Whether a text of these tokens holds any of the names."""
    text = f" {tokens} "
    return any(f" {name} " in text for name in names)
