"""A row to a `Feedback`, or to the reason why not. Text stays raw here: `clean` redacts it before anything is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from voc.ingest.dates import parse_date, zone
from voc.ingest.identity import content_hash, item_id_of, item_id_of_repeat, row_key
from voc.ingest.mapping import FIGURES, SHORT_FIELDS, IngestOptions, Layout, layout_of
from voc.ingest.rows import MAX_KEY, MAX_TEXT, RawRow
from voc.ingest.values import attribute, author_role, figure, is_blank, language, words, writable
from voc.model import AttributeValue, Feedback, Rejected, Warned

T = TypeVar("T")

_REPLACED = "characters that are not Unicode text were replaced"
_NOT_CONTENT = ("item_id", "id", "source", "revision", "content_hash", "redactions")


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was taken, and which of its fields had to be set to null or mended."""

    feedback: Feedback
    warnings: tuple[Warned, ...] = ()


class _Refused(Exception):
    """Why the row at hand can't be taken."""


class Converter:
    """Converts the rows of one file, in order: it counts the repeats of rows that have no id."""

    def __init__(self, options: IngestOptions, file: str) -> None:
        self._options = options
        self._file = file
        self._zone = zone(options.tz)
        self._repeats: Counter[str] = Counter()

    def convert(self, row: RawRow) -> Taken | Rejected:
        """The row as feedback with `item_id` and `content_hash`, or why it can't be taken."""
        layout = layout_of(row.values, self._options.mapping)
        notes: list[str] = []
        given: str | None = None
        try:
            cells = _cells(row, layout)
            given = _short("id", cells.get("id"), notes)
            feedback = self._feedback(cells, _attributes(row, layout, notes), given, notes)
        except _Refused as refused:
            return Rejected(self._file, row.line, str(refused), given)
        return Taken(feedback, tuple(Warned(row.line, note) for note in dict.fromkeys(notes)))

    def _feedback(
        self, cells: Mapping[str, object], attributes: Mapping[str, AttributeValue], given: str | None, notes: list[str]
    ) -> Feedback:
        text = _text(cells.get("text"), notes)
        figures: dict[str, Any] = {
            name: _noted(figure(name, cells.get(name)), notes) for name in FIGURES if name in cells
        }
        if not text and all(value is None for value in figures.values()):
            raise _Refused("no text and no survey figure")
        shorts: dict[str, Any] = {name: _short(name, cells.get(name), notes) for name in SHORT_FIELDS if name in cells}
        shorts.setdefault("channel", self._options.channel)
        feedback = Feedback(
            item_id="",
            id="",
            source=_short("source", cells.get("source"), notes) or self._options.source,
            text=text,
            created_at=self._created_at(cells.get("created_at"), notes),
            lang=_noted(language(cells.get("lang")), notes) or _noted(language(self._options.lang), notes),
            author_role=_short("author_role", _noted(author_role(cells.get("author_role")), notes), notes) or "",
            attributes=attributes,
            **figures,
            **shorts,
        )
        item_id = self._item_id(feedback, given)
        return replace(feedback, item_id=item_id, id=given or item_id, content_hash=content_hash(_content(feedback)))

    def _item_id(self, feedback: Feedback, given: str | None) -> str:
        if given is not None:
            return item_id_of(feedback.source, given)
        key = row_key(feedback.source, feedback.text, feedback.created_at, feedback.customer_id)
        self._repeats[key] += 1
        return item_id_of_repeat(key, self._repeats[key])

    def _created_at(self, value: object, notes: list[str]) -> datetime | None:
        if value is None:
            return None
        found = parse_date(value, self._zone)
        if found is None:
            notes.append("created_at is not a date that can be read")
        return found


def from_dicts(
    rows: Iterable[object], options: IngestOptions | None = None, *, file: str = "input"
) -> Iterator[Taken | Rejected]:
    """Convert mappings that a program or the API hands in, numbered from 1; a bare string is a row with only a text."""
    options = options or IngestOptions()
    converter = Converter(options, file)
    for line, row in enumerate(rows, start=1):
        if isinstance(row, str):
            yield converter.convert(RawRow(line, {options.mapping.get("text") or "text": row}))
        elif isinstance(row, Mapping):
            yield converter.convert(RawRow(line, {str(key): value for key, value in row.items()}))
        else:
            yield Rejected(file, line, "not an object")


def _cells(row: RawRow, layout: Layout) -> dict[str, object]:
    """The cells that hold something, by field."""
    cells = {field: row.values[column] for field, column in layout.fields.items()}
    return {field: value for field, value in cells.items() if not is_blank(value)}


def _content(feedback: Feedback) -> dict[str, object]:
    """Everything a row says, without who it is and what we made of it."""
    return {name: getattr(feedback, name) for name in Feedback.__slots__ if name not in _NOT_CONTENT}


def _text(value: object, notes: list[str]) -> str:
    """The text as given, blanks at its ends included; empty if there is nothing else in it."""
    if isinstance(value, Mapping | list | tuple):
        raise _Refused("text is not a string")
    if value is None:
        return ""
    text = _writable(value if isinstance(value, str) else words(value) or "", notes)
    if len(text) > MAX_TEXT:
        raise _Refused(f"text is longer than {MAX_TEXT:,} characters")
    return text


def _short(name: str, value: object, notes: list[str]) -> str | None:
    found = words(value)
    if found is None:
        return None
    found = _writable(found.strip(), notes)
    if len(found) > MAX_KEY:
        raise _Refused(f"{name} is longer than {MAX_KEY} characters")
    return found or None


def _attributes(row: RawRow, layout: Layout, notes: list[str]) -> dict[str, AttributeValue]:
    """Left-over columns by name, in the order of their names. One level of objects is opened: `meta.author`."""
    found: dict[str, AttributeValue] = {}
    for column in layout.attributes:
        value = row.values[column]
        inner = value if isinstance(value, Mapping) else {None: value}
        prefix = "" if column == "attributes" else f"{column}."
        for key, part in inner.items():
            taken = attribute(part)
            if taken is not None:
                name = _writable(column if key is None else f"{prefix}{key}", notes)
                found[name] = _writable(taken, notes) if isinstance(taken, str) else taken
    return dict(sorted(found.items()))


def _noted(result: tuple[T, str | None], notes: list[str]) -> T:
    value, note = result
    if note is not None:
        notes.append(note)
    return value


def _writable(text: str, notes: list[str]) -> str:
    mended = writable(text)
    if mended != text:
        notes.append(_REPLACED)
    return mended
