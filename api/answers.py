"""Shapes of answers, for OpenAPI. Answers are made by `voc.queries.shapes`; these models describe them, and a test
holds every real answer against them, so that neither says more or less than the other."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from voc.api.members import Answer, Listed, Moment, Share
from voc.api.scores import NotScored, Scored, ScoredMention, Sentiment, Span, Urgency


class Problem(BaseModel):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    errors: list[dict[str, str]] = []


class ThemeRef(Answer):
    """A theme as others mention it."""

    key: str
    label: str


class TagRef(Answer):
    """An own tag that an item or a mention has."""

    name: str
    version: int
    probability: Share


class Accepted(Answer):
    """What became of one posted item."""

    id: str | None
    item_id: str | None
    status: Literal["added", "updated", "unchanged", "rejected"]
    reason: str | None


class FeedbackOut(Answer):
    """One result an item, in the order of the request."""

    results: list[Accepted]


class Hit(Answer):
    """One item that answers; start and end are its best mention."""

    id: str
    item_id: str
    score: float
    text: str
    start: int
    end: int
    theme: ThemeRef | None
    sentiment: Sentiment
    urgency: Urgency
    corrected: bool
    created_at: Moment | None
    lang: str
    channel: str | None
    source: str
    parts: dict[Literal["dense", "lexical", "translated"], float | None]
    tags: list[TagRef]


class Exemplar(Span):
    """A customer's own words."""

    id: str
    item_id: str
    text: str


class Mood(Answer):
    """Shares of a theme's mentions."""

    negative: Share
    neutral: Share
    positive: Share
    net: float


class Theme(Answer):
    """A published theme."""

    key: str
    label: str
    labels: dict[str, str]
    keywords: list[str]
    mentions: int
    items: int
    reach: int
    share: Share
    sentiment: Mood
    urgency: dict[Literal["critical", "high"], Share]
    state: Literal["new", "emerging", "rising", "steady", "falling", "dormant"]
    parent: str | None
    level: Literal["fine", "coarse"]
    first_seen: Moment | None
    languages: dict[str, int]
    copied: Share
    pinned: bool
    hidden: bool
    exemplars: list[Exemplar]


class Window(Answer):
    """One window of a series, half-open."""

    start: Moment
    reach: int
    expected: float | None
    low: float | None
    high: float | None


class Trend(Answer):
    """A theme over time."""

    theme: str
    state: str
    windows: list[Window]


class ThemeOut(Theme):
    """A theme with its finer themes and its weeks."""

    children: list[ThemeRef]
    windows: list[Window]


class ItemMention(ScoredMention):
    """A stretch of an item that speaks of one thing, with its theme or the reason for none."""

    theme: ThemeRef | None
    strength: Share
    how: Literal["clustered", "assigned", "edited"] | None
    reason: str | None
    tags: list[TagRef]


class ItemOut(BaseModel):
    """One item as received, redacted; members that are empty are left out."""

    model_config = ConfigDict(extra="allow")

    id: str
    item_id: str
    text: str
    lang: str | None
    created_at: Moment | None
    sentiment: Sentiment | None
    urgency: Urgency | None
    corrected: bool
    theme: str | None
    themes: list[str]
    duplicate_of: str | None
    tags: list[TagRef]
    mentions: list[ItemMention]


class Embedding(Answer):
    """One vector; base64 is float32, little endian."""

    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class Usage(Answer):
    """Tokens that went through the model, prefix and end marks included."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsOut(Answer):
    """Vectors in the order of the request, unit length."""

    object: Literal["list"]
    data: list[Embedding]
    model: str
    usage: Usage


class Run(Answer):
    """One batch; counts are what the published state holds."""

    run_id: str | None
    status: str
    items: int = 0
    mentions: int = 0
    themes: int = 0
    unassigned_share: Share = 0.0
    alerts: int = 0
    seconds: dict[str, float] = Field(default_factory=dict)
    peak_rss_mb: float = 0.0
    started_at: Moment | None = None
    finished_at: Moment | None = None
    error: str | None = None
    current: bool = False
    manifest: dict[str, Any] = Field(default_factory=dict)


class Hits(Listed):
    """A page of hits."""

    data: list[Hit]


class Themes(Listed):
    """Published themes, largest reach first."""

    data: list[Theme]


class Trends(Listed):
    """Series."""

    data: list[Trend]


class Scores(Listed):
    """A row a text, in the order of the request."""

    data: list[Scored | NotScored]


class Runs(Listed):
    """Runs, newest first."""

    data: list[Run]
