"""Own tags of a home: taught from examples, listed, put back to an older version, forgotten.

Examples are redacted and encoded as feedback is; neither their texts nor their encodings are kept, unless they are
items of this home anyway. Everything else is a sample of the published run's mentions, eked out with the sample
feedback that ships with voc while the home has few of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from voc.clean import clean, normalise
from voc.encode import encode
from voc.errors import InputError, NoRun
from voc.ingest import IngestOptions, Taken, from_dicts, read_feedback
from voc.model import Feedback, Rejected, Tag
from voc.ports import EncodingCache, Encodings, TaughtTag, Tools
from voc.queries import Snapshot
from voc.segment import segment
from voc.tags import tag_name
from voc.tags.fit import Lesson, fit_tag
from voc.tags.names import check_description, check_examples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Texts = str | Path | Sequence[str]
"""A file, or texts."""

MOST_BACKGROUND = 2000
"""Mentions of the home that stand for everything else."""
FEW = 300
"""With fewer mentions than this in the home, the sample feedback ekes them out to this many."""


@dataclass(frozen=True, slots=True)
class Teaching:
    """What a tag is taught from: `examples` and `counterexamples` are a file or texts, `items` ids of stored items."""

    name: str
    description: str
    examples: Texts = ()
    counterexamples: Texts = ()
    items: Sequence[str] = ()
    source: str | None = None
    """Where the caller's ids in `items` stand for several items."""
    options: IngestOptions = field_of(default_factory=IngestOptions)


class Tags:
    """The own tags of one home. Any number of threads may call; teaching takes turns with whatever runs the model."""

    def __init__(
        self,
        tools: Callable[[], Tools],
        matching: Callable[[], Snapshot | None],
        snapshot: Callable[[], Snapshot],
        model_lock: Lock,
        *,
        seed: int = 0,
    ) -> None:
        """`snapshot` gives the published state and raises NoRun; `matching` gives None before the first run, and raises
        ModelMismatch if the state was made with another model than the active one."""
        self._tools, self._matching, self._snapshot, self._lock = tools, matching, snapshot, model_lock
        self._seed = seed

    def teach(self, teaching: Teaching) -> Tag:
        """Teach a tag, or a new version of it, and put it in use. Raises UsageError, InputError, NotFound."""
        name, description = tag_name(teaching.name), check_description(teaching.description)
        tools = self._tools()
        (told,) = _items([description], teaching.options)
        given = [tools.feedback.find(item, source=teaching.source) for item in teaching.items]
        examples = _distinct([*given, *_items(teaching.examples, teaching.options)])
        against = _distinct(_items(teaching.counterexamples, teaching.options))
        check_examples(len(examples))
        with self._lock:
            lesson = self._lesson(tools, told, examples, against)
            taught = fit_tag(lesson, seed=self._seed)
            tag = Tag(
                name=name,
                version=0,  # the store counts
                description=told.text,
                created_at=tools.now(),
                model=tools.model.name,
                vector_hash=tools.vector_hash(),
                examples=len(examples),
                counterexamples=len(against),
                background=len(lesson.background),
                doubtful=taught.doubtful,
                folds=taught.folds,
                threshold=taught.threshold,
                precision=taught.quality.precision,
                recall=taught.quality.recall,
                f1=taught.quality.f1,
                auc=taught.quality.auc,
            )
            return tools.tags.add(TaughtTag(tag, taught.head.to_bytes()))

    def active(self) -> list[Tag]:
        """The version in use of each tag, by name."""
        return [taught.tag for taught in self._tools().tags.active()]

    def versions(self, name: str) -> list[Tag]:
        """All versions of a tag, newest first. Raises NotFound."""
        return self._tools().tags.versions(tag_name(name))

    def rollback(self, name: str, version: int) -> Tag:
        """Put an older version in use again, or a newer one. Raises NotFound."""
        return self._tools().tags.activate(tag_name(name), version)

    def forget(self, name: str) -> int:
        """Erase a tag in all its versions; their number. Raises NotFound."""
        return self._tools().tags.forget(tag_name(name))

    def usable(self, tag: Tag) -> bool:
        """Whether a tag was taught with the encoder that is active now."""
        return tag.vector_hash == self._tools().vector_hash()

    def carried(self, tag: Tag) -> int | None:
        """How many items have a tag in use; None before the first run, or where the run has other vectors."""
        try:
            return self._snapshot().tags.count(tag.name)
        except NoRun:
            return None

    def _lesson(
        self, tools: Tools, told: Feedback, examples: Sequence[Feedback], against: Sequence[Feedback]
    ) -> Lesson:
        import numpy as np

        encoded = _encoded(tools, [*examples, *against], keep=False)
        inside, outside = encoded[: len(examples)], encoded[len(examples) :]
        description = _vectors(tools, [normalise(told.text).text], keep=False)
        refused = np.concatenate(outside) if outside else description[:0]
        snapshot = self._matching()
        known = {row.tobytes() for vectors in encoded for row in vectors}
        background = [] if snapshot is None else [_of_home(snapshot, {item.item_id for item in examples}, self._seed)]
        if sum(map(len, background)) < FEW:
            background.append(_of_sample(tools, FEW - sum(map(len, background))))
        sample = np.concatenate(background)
        unseen = np.array([row.tobytes() not in known for row in sample], np.bool_)
        return Lesson(inside, description, refused, sample[unseen])


class _ReadOnly:
    """A cache that is asked and gets nothing: what is encoded for a lesson leaves no trace."""

    def __init__(self, cache: EncodingCache) -> None:
        self._cache = cache

    def get(self, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        return self._cache.get(keys)

    def put(self, rows: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        for _ in rows:
            pass

    def forget(self, keys: Sequence[bytes]) -> int:
        return self._cache.forget(keys)


def _items(texts: Texts, options: IngestOptions) -> list[Feedback]:
    """Clean feedback of a file or of texts. Raises InputError on a row without text."""
    found: list[Feedback] = []
    for row in _read(texts, options):
        if isinstance(row, Rejected) or not row.feedback.text.strip():
            line = row.line if isinstance(row, Rejected) else len(found) + 1
            raise InputError(f"Row {line} of the examples has no text to learn from.", "Mend the row, or leave it out.")
        found.append(clean(row.feedback))
    return found


def _read(texts: Texts, options: IngestOptions) -> Iterable[Taken | Rejected]:
    if isinstance(texts, str | Path):
        if Path(texts).suffix.lower() != ".txt":
            return read_feedback(texts, options)
        texts = [line for line in _lines(Path(texts)) if line.strip()]
    rows: list[dict[str, Any]] = [{"text": text} for text in texts]
    return from_dicts(rows, IngestOptions(tz=options.tz))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} can't be read as text.", "Save it as UTF-8, one text a line.") from None


def _distinct(items: Sequence[Feedback]) -> list[Feedback]:
    """One item a text, as models see it, in the order given."""
    return list({normalise(item.text).text: item for item in reversed(items)}.values())[::-1]


def _encoded(tools: Tools, items: Sequence[Feedback], *, keep: bool) -> list[NDArray[np.float16]]:
    """Vectors of each item's mentions. Raises InputError for an item without any."""
    mentions = [[mention.text for mention in segment(item)] for item in items]
    if not all(mentions):
        empty = next(at for at, texts in enumerate(mentions) if not texts)
        raise InputError(f"Example {empty + 1} has nothing to learn from.", "Leave it out.")
    vectors = _vectors(tools, [text for texts in mentions for text in texts], keep=keep)
    found, start = [], 0
    for texts in mentions:
        found.append(vectors[start : start + len(texts)])
        start += len(texts)
    return found


def _vectors(tools: Tools, texts: Sequence[str], *, keep: bool) -> NDArray[np.float16]:
    import numpy as np

    cache = tools.encodings() if keep else _ReadOnly(tools.encodings())
    encodings: Encodings = encode(texts, tools.encoder(), cache)
    return encodings.vectors.astype(np.float16)


def _of_home(snapshot: Snapshot, taught: set[str], seed: int) -> NDArray[np.float16]:
    """A seeded sample of the run's mentions: of no example, and no copies."""
    import numpy as np

    table = snapshot.published.mentions
    fit = snapshot.visible & (table.duplicate_of == None)  # noqa: E711 - by element
    fit &= np.fromiter((item not in taught for item in table.item_id), np.bool_, len(table))
    rows = np.flatnonzero(fit)
    chosen = np.sort(np.random.default_rng(seed).permutation(rows)[:MOST_BACKGROUND])
    return np.asarray(snapshot.published.vectors[chosen], np.float16)


def _of_sample(tools: Tools, count: int) -> NDArray[np.float16]:
    """Mentions of the sample feedback, spread evenly over its items. It is nobody's text: its encodings are kept."""
    from voc.demo import sample_path

    items = [clean(row.feedback) for row in read_feedback(sample_path()) if isinstance(row, Taken)]
    texts = list(dict.fromkeys(mention.text for item in items for mention in segment(item)))
    return _vectors(tools, texts[:: max(1, len(texts) // count)][:count], keep=True)
