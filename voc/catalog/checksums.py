"""Checksums of a model's files: measured once, kept in a small JSON, compared cheaply each time the model is opened.

A file counts as unchanged while its size and its modification time (whole seconds: archives and image layers keep no
more) are the recorded ones; otherwise it is hashed again. Owns no folder and decides nothing: see `cache`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
SUFFIXES = frozenset({".json", ".txt", ".model", ".safetensors"})
"""What the vectors depend on; read-mes and other frameworks' exports are left out."""
OTHER_FRAMEWORKS = frozenset({"onnx", "openvino"})
RECORD = "checksums.json"


@dataclass(frozen=True, slots=True)
class FileSum:
    """One file as it was when it was measured. `mtime` in whole seconds."""

    sha256: str
    bytes: int
    mtime: int


def measure(folder: Path) -> dict[str, FileSum]:
    """Hash every file of a model folder that its vectors depend on: path within the folder → sum."""
    return {str(path.relative_to(folder).as_posix()): _measure_file(path) for path in relevant(folder)}


def relevant(folder: Path) -> list[Path]:
    """The files that count, in a fixed order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES
        and path.name != RECORD
        and not OTHER_FRAMEWORKS.intersection(path.relative_to(folder).parts)
        and path.is_file()
    )


def save(path: Path, sums: Mapping[str, FileSum]) -> None:
    """Write the record in one piece: a temporary sibling, then a rename."""
    part = path.with_suffix(".part")
    document = {"format": FORMAT, "files": {name: asdict(entry) for name, entry in sorted(sums.items())}}
    part.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


def load(path: Path) -> dict[str, FileSum] | None:
    """The record, or None where it is missing, half written or of another format."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            return None
        return {name: FileSum(**entry) for name, entry in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def changed(folder: Path, sums: Mapping[str, FileSum], *, full: bool = False) -> list[str]:
    """Names of files that are missing or differ from the record. `full` hashes every one of them."""
    return [name for name, recorded in sums.items() if not _unchanged(folder / name, recorded, full=full)]


def digest(sums: Mapping[str, FileSum], extra: str) -> str:
    """Hex digest over names and contents, and whatever else shapes the vectors."""
    lines = [f"{name}={entry.sha256}" for name, entry in sorted(sums.items())]
    return hashlib.sha256("\n".join([*lines, extra]).encode("utf-8")).hexdigest()


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _measure_file(path: Path) -> FileSum:
    stat = path.stat()
    return FileSum(sha256_of(path), stat.st_size, int(stat.st_mtime))


def _unchanged(path: Path, recorded: FileSum, *, full: bool) -> bool:
    try:
        stat = path.stat()
    except OSError:
        return False
    if stat.st_size != recorded.bytes:
        return False
    if not full and int(stat.st_mtime) == recorded.mtime:
        return True
    return sha256_of(path) == recorded.sha256
