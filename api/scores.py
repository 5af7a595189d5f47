"""What the API answers about scores: of an item, of a mention, and their parts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.api.members import Answer, Share


class Sentiment(Answer):
    """Label and score, −1 to 1; null when the head abstains."""

    label: Literal["negative", "neutral", "positive", "mixed"] | None
    score: float = Field(ge=-1, le=1)


class FullSentiment(Sentiment):
    """With probabilities."""

    probs: dict[Literal["negative", "neutral", "positive"], Share] | None


class Urgency(Answer):
    """Level and score, with reasons."""

    level: Literal["low", "normal", "high", "critical"]
    score: Share
    reasons: list[str]


class Span(Answer):
    """Code points, half-open, into the text beside it."""

    start: int
    end: int


class Part(Answer):
    """One summand of urgency, in log-odds: the score is the logistic function of their sum."""

    name: str
    value: float


class FullUrgency(Urgency):
    """With the words that made it so; a fresh score also has its parts."""

    evidence: list[Span]
    parts: list[Part] | None = None


class Label(Answer):
    """A label of which a text may have several, and how likely it is."""

    name: str
    probability: Share


class Facets(Answer):
    """Labels, likeliest first; null where the head abstains."""

    emotions: list[Label] | None
    intents: list[Label] | None
    journey: list[Label] | None
    experience: list[Label] | None


class ScoredMention(Facets, Span):
    """What the heads say of one mention."""

    sentiment: FullSentiment
    urgency: FullUrgency


class Scored(Facets):
    """What the heads say of one text; `emotion` and `intent` are the main ones."""

    id: str
    text: str
    lang: str
    sentiment: FullSentiment
    urgency: FullUrgency
    emotion: str | None
    intent: str | None
    mentions: list[ScoredMention]


class NotScored(Answer):
    """A row that can't be scored."""

    id: str | None
    error: str
