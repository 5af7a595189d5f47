"""A team's own taxonomy: themes that it brings along, each with a label and a description or examples.

It lies in the home as `taxonomy.json`. Its themes keep label and key through every run, are never split, and go into no
other; what fits none of them is discovered as ever. Owns the file and its rules, not where mentions go.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from voc.errors import InputError
from voc.writing import whole_file

FILE = "taxonomy.json"
MOST = 1000
LONGEST = 80
"""Characters of a label."""
_HINT = 'A line of JSONL reads {"label": "Late delivery", "description": "…", "examples": ["…"]}; see docs/taxonomy.md.'


@dataclass(frozen=True, slots=True)
class OwnTheme:
    """A theme as its team describes it. `labels`: reader's language → label, where it is not the same for all."""

    label: str
    description: str = ""
    examples: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    id: str = ""

    @property
    def key(self) -> str:
        """Lasts as long as the id, or without one the label."""
        name = self.id or _same(self.label)
        digest = hashlib.blake2b(name.encode(), digest_size=16, person=b"voc.own-theme").digest()
        return "t_" + base64.b32encode(digest).decode().lower()[:10]

    @property
    def texts(self) -> tuple[str, ...]:
        """What says where it lies."""
        return (f"{self.label}: {self.description}" if self.description else self.label, *self.examples)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Own themes in the order of their file."""

    themes: tuple[OwnTheme, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """In the order of the themes."""
        return tuple(theme.key for theme in self.themes)

    @property
    def digest(self) -> str | None:
        """Changes with every word; None for an empty one."""
        return hashlib.blake2b(self.to_bytes(), digest_size=16).hexdigest() if self.themes else None

    def to_bytes(self) -> bytes:
        rows = [asdict(theme) for theme in self.themes]
        return json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True).encode()


def load(home: Path) -> Taxonomy:
    """The taxonomy of a home; an empty one if it has none. Raises InputError if somebody broke the file."""
    file = home / FILE
    return Taxonomy(_themes(_json(file))) if file.is_file() else Taxonomy()


def save(home: Path, taxonomy: Taxonomy) -> None:
    """Put a taxonomy in place of the one there is; an empty one takes it away."""
    if not taxonomy.themes:
        (home / FILE).unlink(missing_ok=True)
        return
    with whole_file(home / FILE) as part:
        part.write_bytes(taxonomy.to_bytes())


def read(source: Path | Sequence[Mapping[str, object]]) -> Taxonomy:
    """From a file (JSON, JSONL or CSV) or rows: `label`, and `description`, `examples`, `id`, `label_<language>`.

    Raises InputError, with the number of the row.
    """
    if not isinstance(source, Path):
        return Taxonomy(_themes(list(source)))
    if not source.is_file():
        raise InputError(f"There is no file {source}.", "Name a JSON, JSONL or CSV file of themes.")
    kind = source.suffix.lower()
    if kind == ".csv":
        return Taxonomy(_themes(_csv(source)))
    if kind == ".json":
        return Taxonomy(_themes(_json(source)))
    if kind == ".jsonl":
        return Taxonomy(
            _themes([_line(line, at) for at, line in enumerate(_text(source).splitlines(), 1) if line.strip()])
        )
    raise InputError(f"A taxonomy can't be read from a file that ends in {kind or 'nothing'}.", _HINT)


def _themes(rows: Iterable[object]) -> tuple[OwnTheme, ...]:
    themes = [_theme(row, at) for at, row in enumerate(rows, 1)]
    if len(themes) > MOST:
        raise InputError(f"A taxonomy holds {MOST} themes at most; this one has {len(themes)}.", "Leave some out.")
    seen: dict[tuple[str, str], int] = {}
    for at, theme in enumerate(themes, 1):
        names = {("key", theme.key), ("", _same(theme.label))}
        names |= {(lang, _same(label)) for lang, label in theme.labels.items()}
        for name in sorted(names):
            if name in seen:
                raise InputError(f"Themes {seen[name]} and {at} have one id or label.", "Give each its own.")
            seen[name] = at
    return tuple(themes)


def _theme(row: object, at: int) -> OwnTheme:
    if not isinstance(row, Mapping):
        raise InputError(f"Theme {at} is not an object.", _HINT)
    _check_text(row, at)
    said = {str(name): value for name, value in row.items() if value not in (None, "", [])}
    label = said.get("label")
    if not isinstance(label, str) or not label.strip() or len(label) > LONGEST:
        raise InputError(f"Theme {at} has no label of 1 to {LONGEST} characters.", _HINT)
    examples = said.get("examples", ())
    if isinstance(examples, str):
        examples = [part for part in examples.split("|") if part.strip()]
    if not isinstance(examples, list | tuple) or not all(isinstance(text, str) for text in examples):
        raise InputError(f"The examples of theme {at} are not a list of texts.", _HINT)
    examples = [text.strip() for text in examples if text.strip()]
    labels = {name.removeprefix("label_"): str(value) for name, value in said.items() if name.startswith("label_")}
    for name in ("description", "id"):
        if not isinstance(said.get(name, ""), str | int):
            raise InputError(f"The {name} of theme {at} is no text.", _HINT)
    kept = said.get("labels")
    labels |= {str(lang): str(value) for lang, value in kept.items()} if isinstance(kept, Mapping) else {}
    labels = {lang: text.strip() for lang, text in labels.items() if text.strip()}
    if any(len(text) > LONGEST for text in labels.values()):
        raise InputError(f"A label of theme {at} has more than {LONGEST} characters.", _HINT)
    return OwnTheme(
        label=label.strip(),
        description=str(said.get("description", "")).strip(),
        examples=tuple(examples),
        labels=labels,
        id=str(said.get("id", "")).strip(),
    )


def _check_text(row: Mapping[object, object], at: int) -> None:
    """Half a character (a lone surrogate) can be written in JSON, and can't be kept."""
    try:
        json.dumps(row, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"Theme {at} holds text that is no Unicode.", "Write it anew.") from error


def _same(label: str) -> str:
    return "".join(label.casefold().split())


def _csv(file: Path) -> list[object]:
    try:
        return list(csv.DictReader(io.StringIO(_text(file), newline="")))
    except csv.Error as error:
        raise InputError(f"The file {file.name} is no CSV.", _HINT) from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {file.name} can't be read as UTF-8.", "Save it as UTF-8.") from error


def _json(file: Path) -> list[object]:
    try:
        found = json.loads(_text(file))
    except (ValueError, RecursionError) as error:
        raise InputError(f"The file {file.name} is no JSON.", _HINT) from error
    if not isinstance(found, list):
        raise InputError(f"The file {file.name} holds no list of themes.", _HINT)
    return found


def _line(line: str, at: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"Line {at} is no JSON.", _HINT) from error
