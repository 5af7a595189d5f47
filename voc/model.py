"""The nouns of voc: frozen dataclasses, standard library only.

What they mean stands in the glossary of `docs/architecture.md`. Times are aware UTC. Offsets count Unicode code points,
half-open, into the redacted text of the item. Arrays are not in here: `voc.ports` carries them. One file, longer than
300 lines, so that all nouns can be read at one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SENTIMENTS = ("negative", "neutral", "positive")
UNHAPPY = 0.5
"""Probability of a negative mention, from which on who said it counts as unhappy."""
URGENCIES = ("low", "normal", "high", "critical")
REASONS = (
    "safety",
    "fraud_security",
    "money",
    "outage",
    "blocked",
    "data_loss",
    "privacy",
    "legal",
    "churn",
    "deadline",
    "repeat_contact",
    "vulnerable",
)
EMOTIONS = ("joy", "appreciation", "anger", "disappointment", "anxiety", "surprise")
"""A text may show several, or none."""
INTENTS = ("bug", "feature_request", "question", "complaint", "praise", "cancellation", "other")
JOURNEY = ("discover", "buy", "receive", "use", "pay", "support", "leave")
"""Stages of a customer's journey. `stage` is taken: a column of the input, which the caller fills."""
EXPERIENCE = ("information", "ease", "self_service", "personalisation", "communication", "usefulness")
"""Dimensions of digital experience that a text speaks of, well or badly."""
UNDETERMINED = "und"
"""ISO 639-2 code of a language that could not be told."""

EVERYTHING = "*"
"""Key of the series that counts everybody, whatever they spoke of."""

AttributeValue = str | float | bool


class How(StrEnum):
    """Why a mention has the theme it has."""

    CLUSTERED = "clustered"
    ASSIGNED = "assigned"
    EDITED = "edited"


class Unassigned(StrEnum):
    """Why a mention has no theme."""

    NO_CONTENT = "no_content"
    UNIQUE = "unique"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    REDACTED_EMPTY = "redacted_empty"


class State(StrEnum):
    """Where a theme stands in its own history."""

    NEW = "new"
    EMERGING = "emerging"
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"
    DORMANT = "dormant"


class Level(StrEnum):
    """The two layers of themes that are published; every fine theme has a coarse parent."""

    FINE = "fine"
    COARSE = "coarse"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text: code points, half-open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One review, ticket, post, survey answer or turn of a conversation.

    `text` is the redacted text once the item is cleaned; the raw text is never stored. `id` is the caller's, `item_id`
    ours. `version` is the product's version that the customer speaks of; `revision` counts the texts this item has had.
    """

    item_id: str
    id: str
    source: str
    text: str
    revision: int = 1
    content_hash: str = ""
    created_at: datetime | None = None
    channel: str | None = None
    lang: str | None = None
    customer_id: str | None = None
    rating: float | None = None
    nps: float | None = None
    csat: float | None = None
    ces: float | None = None
    thread_id: str | None = None
    author_role: str = "customer"
    version: str | None = None
    country: str | None = None
    product: str | None = None
    segment: str | None = None
    stage: str | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)
    """How many spans of each kind were redacted, such as {"email": 1}."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be taken: where it stood and why, without its text. `id` is the caller's, if it had one."""

    file: str
    line: int
    reason: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """A row that was taken with a field set to null, and which."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class IngestCounts:
    """What one ingest did. `read` = added + updated + unchanged + rejected."""

    ingest_id: str
    read: int
    added: int
    updated: int
    unchanged: int
    rejected: int
    warnings: int
    rejected_file: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of one item that speaks of one thing.

    `start` and `end` point into the item's redacted text; `text` is that stretch as models see it: composed (NFC),
    without markup, blanks collapsed.
    """

    item_id: str
    revision: int
    index: int
    start: int
    end: int
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Sentiment:
    """`label` is negative, neutral, positive, at item level also mixed, or None when the head abstains.

    `score` = P(positive) − P(negative), −1…1. `probs` in the order of SENTIMENTS.
    """

    label: str | None
    score: float
    probs: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of urgency, in log-odds: the score is the logistic function of the sum of all parts."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Urgency:
    """`level` from URGENCIES, `score` 0…1, `reasons` from REASONS, `evidence` spans in the item's text.

    `parts` is what a fresh score is made of; stored scores do not keep it.
    """

    level: str
    score: float
    reasons: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """A label and how likely it is, 0…1."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Facets:
    """Labels of which a text may have several, likeliest first: from EMOTIONS, INTENTS, JOURNEY and EXPERIENCE.

    Empty: none of them; None: the head abstains.
    """

    emotions: tuple[Facet, ...] | None = None
    intents: tuple[Facet, ...] | None = None
    journey: tuple[Facet, ...] | None = None
    experience: tuple[Facet, ...] | None = None


@dataclass(frozen=True, slots=True)
class MentionScore:
    """What the heads say of one mention."""

    sentiment: Sentiment
    urgency: Urgency
    facets: Facets = Facets()


@dataclass(frozen=True, slots=True)
class ItemScore:
    """What the heads say of one item, and of each of its mentions in order."""

    id: str
    text: str
    lang: str
    sentiment: Sentiment
    urgency: Urgency
    mentions: tuple[tuple[Span, MentionScore], ...] = ()
    facets: Facets = Facets()

    @property
    def emotion(self) -> str | None:
        """The main one; `neutral` where there is none, None where the head abstains."""
        return _main(self.facets.emotions, "neutral")

    @property
    def intent(self) -> str | None:
        """The main one; `other` where there is none, None where the head abstains."""
        return _main(self.facets.intents, "other")


def _main(facets: tuple[Facet, ...] | None, otherwise: str) -> str | None:
    if facets is None:
        return None
    return facets[0].name if facets else otherwise


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A customer's own words for a theme: central, and unlike its neighbours in the list."""

    id: str
    item_id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SentimentShares:
    """Shares of a theme's mentions, 0…1; `net` = positive − negative."""

    negative: float
    neutral: float
    positive: float

    @property
    def net(self) -> float:
        return self.positive - self.negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A named group of mentions with a key that never changes.

    `share` is of all assigned mentions. `reach` counts distinct customers, or items after near-duplicate collapse where
    there is no customer id. `labels` holds the label per reader's language ("ko", "en"); `label` is the default one.
    """

    key: str
    label: str
    level: Level
    labels: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    parent: str | None = None
    mentions: int = 0
    items: int = 0
    reach: int = 0
    share: float = 0.0
    sentiment: SentimentShares = SentimentShares(0.0, 0.0, 0.0)
    critical: float = 0.0
    high: float = 0.0
    state: State = State.STEADY
    first_seen: datetime | None = None
    exemplars: tuple[Exemplar, ...] = ()
    languages: Mapping[str, int] = field(default_factory=dict)
    """Mentions per language."""
    copied: float = 0.0
    """Share of its items that belong to a campaign: one text sent many times."""
    pinned: bool = False
    """A person wants it listed, whether or not the run has found it."""
    hidden: bool = False
    """A person wants it left out of lists."""


@dataclass(frozen=True, slots=True)
class LineageEvent:
    """What became of a theme in one run: born, continued, split, merged, dormant, revived or retired."""

    kind: str
    key: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a series: half-open, starting at `start`; counts are reach."""

    start: datetime
    reach: int
    expected: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Spike:
    """The days, half-open, on which an alert's theme was unusual, with the figures of the alert; all feedback, or the
    part `scope` of it, such as {"source": "shop"}.

    Runs of earlier versions tested days by themselves: their spikes belong to no alert.
    """

    start: datetime
    end: datetime
    observed: int
    expected: float
    p: float
    q: float
    alert_id: str | None = None
    scope: Mapping[str, str] = field(default_factory=dict)
    window: int = 1
    """Days that `observed` and `expected` count."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A theme over time: weekly windows, the daily ones of the last weeks, its state, and its spikes, which readers lay
    over what a run has published, as they do with `State.EMERGING`."""

    theme: str
    state: State
    windows: tuple[Window, ...]
    days: tuple[Window, ...] = ()
    spikes: tuple[Spike, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One batch, immutable once published. `counts` are what the published state holds."""

    run_id: str
    status: str
    started_at: datetime
    finished_at: datetime | None = None
    items: int = 0
    mentions: int = 0
    themes: int = 0
    unassigned_share: float = 0.0
    alerts: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak_rss_mb: float = 0.0
    manifest: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure, 0…1, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One version of a tag that somebody taught. It holds no text but its name and description.

    The figures are those of cross-validation: examples that a fit did not see, among mentions that it did not see.
    `threshold` is the probability from which on a mention has the tag. `background` counts the mentions that stood for
    everything else, `doubtful` those of them that were left out because they may well have the tag themselves.
    `model` and `vector_hash` name the encoder that it reads; with another one it has to be taught again.
    """

    name: str
    version: int
    description: str
    created_at: datetime
    model: str
    vector_hash: str
    examples: int
    counterexamples: int
    background: int
    doubtful: int
    folds: int
    threshold: float
    precision: Figure
    recall: Figure
    f1: Figure
    auc: Figure
    active: bool = True
    """Whether this version is the one in use."""


@dataclass(frozen=True, slots=True)
class TagRef:
    """A tag as an item or a mention carries it, with its probability."""

    name: str
    version: int
    probability: float


@dataclass(frozen=True, slots=True)
class ThemeRef:
    """A theme as another thing mentions it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search answer, a row an item; `start` and `end` are its best mention. `parts` says what each part gave.

    `corrected`: a person has overridden the item's sentiment or urgency.
    """

    id: str
    item_id: str
    score: float
    text: str
    start: int
    end: int
    theme: ThemeRef | None
    sentiment: Sentiment
    urgency: Urgency
    created_at: datetime | None
    lang: str
    parts: Mapping[str, float | None]
    channel: str | None = None
    source: str = "default"
    corrected: bool = False
    tags: tuple[TagRef, ...] = ()
    """Own tags of the item, by name."""
