"""Mentions to scores: sentiment probabilities, urgency as a sum of visible parts, levels, reasons and evidence.

Abstaining is part of the answer: sentiment is NaN where the language has no evidence or the text has no letters.
Urgency has no "unknown" in its vocabulary, so there it is `normal`, the ordinary queue, without reasons: nobody is
woken up and nobody is passed over. Text without letters is `low`: there is nothing to act on.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from voc.model import REASONS, SENTIMENTS, UNDETERMINED, URGENCIES, Facets, MentionScore, Part, Sentiment, Span, Urgency
from voc.score.company import Company, Said
from voc.score.cues import Cue, find_cues
from voc.score.facets import facets_of, facets_reached
from voc.score.heads import PARTS, Heads, UrgencyRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NO_SENTIMENT = Sentiment(None, 0.0, None)
CRITICAL_REASONS = frozenset(
    ("safety", "fraud_security", "outage", "data_loss", "privacy", "legal", "deadline", "vulnerable")
)
"""What the rubric lets wait for less than an hour. Being blocked or owed money, alone, is `high`: act the same day."""
_SCRIPTS_OF_EVIDENCE = ("LATIN", "HANGUL")
"""Scripts in which a text too short to tell its language is scored all the same ("ok, good app")."""


@dataclass(frozen=True, slots=True)
class MentionScores:
    """Scores of n mentions as columns, in input order; spans index the mention's text.

    sentiment: float32 (n, 3), in the order of SENTIMENTS; a row of NaN where the head abstains
    urgency:   float32 (n,), 0…1, the estimated probability of "high or critical"
    level:     object (n,), from URGENCIES
    parts:     what the urgency is made of; empty where it abstains
    facets:    emotions, intents, journey, experience
    """

    sentiment: NDArray[np.float32]
    urgency: NDArray[np.float32]
    level: NDArray[np.object_]
    reasons: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[Span, ...], ...]
    parts: tuple[tuple[Part, ...], ...]
    facets: tuple[Facets, ...]

    def __len__(self) -> int:
        return len(self.urgency)

    def one(self, row: int) -> MentionScore:
        """Row `row` as an object."""
        return MentionScore(
            sentiment=sentiment_of(self.sentiment[row]),
            urgency=Urgency(
                str(self.level[row]), float(self.urgency[row]), self.reasons[row], self.evidence[row], self.parts[row]
            ),
            facets=self.facets[row],
        )


def score_mentions(
    features: NDArray[np.float16],
    texts: Sequence[str],
    langs: Sequence[str],
    heads: Heads | None,
    *,
    company: Company | None = None,
) -> MentionScores:
    """Score the n mentions of `company` from the head features of their texts, float16 (texts, width).

    Without `company` each text is a mention that is alone. `langs` are the texts' ISO 639-1 codes or `und`. Without
    heads (an encoder that has none) everything abstains. A mention's scores depend on its text, and its urgency on the
    mentions of its item too, but on nothing else: any batching gives the same bits. Raises ModelMismatch.
    """
    company = company or Company.alone(len(texts))
    said = _Texts.of(features, texts, langs, heads)
    extra = said.added(company)
    urgencies = [said.urgency(text, extra[row]) for row, text in enumerate(company.text_of.tolist())]
    return MentionScores(
        sentiment=said.sentiment[company.text_of],
        urgency=np.array([urgency.score for urgency in urgencies], dtype=np.float32),
        level=np.array([urgency.level for urgency in urgencies], dtype=object),
        reasons=tuple(urgency.reasons for urgency in urgencies),
        evidence=tuple(urgency.evidence for urgency in urgencies),
        parts=tuple(urgency.parts for urgency in urgencies),
        facets=tuple(said.facets[text] for text in company.text_of.tolist()),
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the heads and the words say of each text, whatever company it is in.

    sentiment float32 (n, 3), NaN where it abstains; urgent bool (n,), whether urgency is scored at all; answers (n, …),
    words (n, 14), log-odds of urgency (n,) and of reasons (n, 12), float64; parts and cues as far as urgency is scored.
    """

    texts: Sequence[str]
    heads: Heads | None
    sentiment: NDArray[np.float32]
    urgent: NDArray[np.bool_]
    answers: NDArray[np.float64]
    words: NDArray[np.float64]
    logits: NDArray[np.float64]
    reasons: NDArray[np.float64]
    parts: Sequence[tuple[Part, ...]]
    cues: Sequence[tuple[Cue, ...]]
    facets: Sequence[Facets]

    @classmethod
    def of(
        cls, features: NDArray[np.float16], texts: Sequence[str], langs: Sequence[str], heads: Heads | None
    ) -> _Texts:
        n = len(texts)
        sentiment = np.full((n, len(SENTIMENTS)), np.nan, dtype=np.float32)
        urgent = np.zeros(n, np.bool_)
        parts: list[tuple[Part, ...]] = [()] * n
        cues: list[tuple[Cue, ...]] = [()] * n
        facets = [Facets()] * n
        if heads is None:
            nothing = np.zeros((n, 0))
            return cls(texts, None, sentiment, urgent, nothing, nothing, nothing, nothing, parts, cues, facets)
        readings = heads.read_off(features, texts, langs)
        reached = facets_reached(readings.facets, heads.facets)
        words = np.zeros((n, len(PARTS)))
        for row, (text, lang) in enumerate(zip(texts, langs, strict=True)):
            if not (_has_letters(text) and np.isfinite(readings.urgency[row])):
                continue
            if _evidence_for(lang, text, heads.sentiment.languages):
                sentiment[row] = readings.sentiment[row]
            if _evidence_for(lang, text, heads.urgency.languages):
                urgent[row] = True
                cues[row] = find_cues(text)
                words[row] = words_of(readings.sentiment[row], cues[row])
                parts[row] = _parts(heads.urgency, readings.urgency[row], words[row])
            facets[row] = facets_of(reached, row, heads.facets, known=partial(_evidence_for, lang, text))
        answers, logits, reasons = readings.answers, readings.urgency, readings.reasons
        return cls(texts, heads, sentiment, urgent, answers, words, logits, reasons, parts, cues, facets)

    def added(self, company: Company) -> NDArray[np.float64]:
        """What its company adds to each mention; 0 without heads."""
        if self.heads is None:
            return np.zeros(len(company.text_of))
        said = Said(self.answers, self.words, self.logits, self.urgent)
        return self.heads.urgency.neighbours.add(said, company)

    def urgency(self, row: int, extra: float) -> Urgency:
        """Of text `row`, with what its company adds."""
        if self.heads is None or not self.urgent[row]:
            return _unknown(self.texts[row], self.heads)
        parts = (*self.parts[row], Part("item", float(extra))) if extra else self.parts[row]
        return _urgency(self.heads.urgency, parts, self.reasons[row], self.cues[row], self.texts[row])


def sentiment_of(probabilities: NDArray[np.float32]) -> Sentiment:
    """A row of probabilities (3,) as a Sentiment; NaN is an abstention."""
    if np.isnan(probabilities).any():
        return _NO_SENTIMENT
    negative, neutral, positive = (float(value) for value in probabilities)
    return Sentiment(SENTIMENTS[int(np.argmax(probabilities))], positive - negative, (negative, neutral, positive))


def logistic(total: float) -> float:
    """1 / (1 + e^−total), without overflow."""
    return 1.0 / (1.0 + math.exp(-total)) if total >= 0 else 1.0 - 1.0 / (1.0 + math.exp(total))


def level_of(score: float, thresholds: tuple[float, float, float], reasons: Collection[str]) -> str:
    """The level whose threshold the score reaches; below all of them it is `low`.

    `critical` also needs one of CRITICAL_REASONS: without it the item is `high`, however sure the head is of that.
    """
    reached = sum(score >= threshold for threshold in thresholds)
    if reached == len(thresholds) and CRITICAL_REASONS.isdisjoint(reasons):
        reached -= 1
    return URGENCIES[reached]


# ----------------------------------------------------------------------------------------------------- urgency


def words_of(sentiment: NDArray[np.float64], cues: Sequence[Cue]) -> NDArray[np.float64]:
    """Values of PARTS (14,): tone, whether words were set aside, and for which reasons there are words."""
    counted = {cue.reason for cue in cues if cue.set_aside is None}
    aside = len(counted) < len({cue.reason for cue in cues})
    return np.array([sentiment[0] - sentiment[2], aside, *(reason in counted for reason in REASONS)], np.float64)


def _parts(head: UrgencyRule, logit: float, words: NDArray[np.float64]) -> tuple[Part, ...]:
    """The summands: what the text says as a whole, its tone, words for each reason (once a reason), words set aside."""
    said = [
        Part(name, head.weights[name] * float(value))
        for name, value in zip(PARTS, words, strict=True)
        if value or name == "sentiment"
    ]
    return (Part("text", float(logit)), *sorted(said, key=lambda part: part.name == "set_aside"))


def _urgency(
    head: UrgencyRule, parts: Sequence[Part], reasons: NDArray[np.float64], cues: Sequence[Cue], text: str
) -> Urgency:
    score = logistic(math.fsum(part.value for part in parts))
    # As the column stores it, so that level and stored score never contradict each other.
    score = float(np.float32(score))
    counting = [cue for cue in cues if cue.set_aside is None]
    taken_back = {cue.reason for cue in cues if cue.set_aside is not None}
    found = {cue.reason for cue in counting}
    if score >= head.thresholds[0]:
        found |= {
            reason
            for reason, value, lowest in zip(REASONS, reasons, head.reason_thresholds, strict=True)
            if value >= lowest and reason not in taken_back
        }
    level = level_of(score, head.thresholds, found)
    spans = _merged([cue.span for cue in counting])
    if not spans and level in {"high", "critical"}:
        # No single word carries it: the whole mention is the evidence.
        spans = (_trimmed(text),)
    return Urgency(level, score, tuple(reason for reason in REASONS if reason in found), spans, tuple(parts))


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order of place, overlapping ones joined."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _trimmed(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return Span(start, len(text.rstrip()))


# --------------------------------------------------------------------------------------------------- abstention


def _unknown(text: str, heads: Heads | None) -> Urgency:
    """The answer where there is no evidence: see the top of the file. Its score is the lowest that reads `normal`."""
    if not _has_letters(text):
        return Urgency("low", 0.0)
    return Urgency("normal", heads.urgency.thresholds[0] if heads is not None else 0.0)


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _evidence_for(lang: str, text: str, languages: frozenset[str]) -> bool:
    return lang in languages or (lang == UNDETERMINED and _in_known_script(text))


def _in_known_script(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return all(unicodedata.name(char, "").startswith(_SCRIPTS_OF_EVIDENCE) for char in letters)
