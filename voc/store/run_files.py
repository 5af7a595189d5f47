"""The folder of a run: what is written into it, what is read back, and how its checksums are kept.

Every file reaches the disk before the manifest is written, and the manifest is the last: a folder with a manifest is
whole. Which run is current is not decided here but in `runs.py`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voc.errors import StoreError
from voc.model import LineageEvent, Theme, Trend
from voc.ports import MentionTable, RunResult, VectorIndex
from voc.store.codec import dumps, typed
from voc.store.faults import damaged, faults
from voc.store.mention_file import from_parquet, to_parquet

BuildIndex = Callable[[NDArray[np.float32], Path], None]
"""Write the index of vectors (n, dim) into a folder, as files that begin with `index`."""
OpenIndex = Callable[[Path], VectorIndex]
"""Open the index in a folder."""

MANIFEST = "manifest.json"
_PIECE = 1 << 22


@dataclass(frozen=True, slots=True)
class RunFiles:
    """What stands in the files of a run, read or mapped."""

    mentions: MentionTable
    vectors: NDArray[np.float16]
    space: Mapping[str, NDArray[np.float32]]
    index: VectorIndex
    themes: Mapping[str, Theme]
    trends: Mapping[str, Trend]
    lineage: Sequence[LineageEvent]


def write_files(folder: Path, result: RunResult, build_index: BuildIndex) -> None:
    """Write everything but the manifest into an empty folder. Raises DiskFull, StoreError."""
    from safetensors.numpy import save

    _check(result)
    space = {name: np.ascontiguousarray(array, np.float32) for name, array in sorted(result.space.items())}
    with faults(folder):
        _write(folder / "mentions.parquet", to_parquet(result.mentions))
        _write(folder / "vectors.npy", *_npy(np.ascontiguousarray(result.vectors, np.float16)))
        _write(folder / "space.safetensors", save(space))
        _write(folder / "themes.json", _json(result.themes))
        _write(folder / "trends.json", _json(result.trends))
        _write(folder / "lineage.json", _json(result.lineage))
        build_index(np.ascontiguousarray(result.neutral, np.float32), folder)


def write_manifest(folder: Path, manifest: Mapping[str, object]) -> str:
    """Write the manifest with size and SHA-256 of each file, all of it on the disk; the manifest's own SHA-256."""
    with faults(folder):
        files = {path.name: _record(path) for path in sorted(folder.iterdir())}
        data = _json({**manifest, "files": files})
        _write(folder / MANIFEST, data)
        sync(folder / MANIFEST)
        sync(folder)
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published run. Raises StoreDamaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        manifest["files"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(folder / MANIFEST) from error
    return dict(manifest)


def read_files(folder: Path, open_index: OpenIndex) -> RunFiles:
    """Open a run's files; big arrays are mapped, not read. Sizes are compared, checksums are `verify_files`' business.

    Raises StoreDamaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    for name, record in read_manifest(folder)["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != record["bytes"]:
            raise damaged(path)
    try:
        themes = _read_json(folder / "themes.json", tuple[Theme, ...])
        trends = _read_json(folder / "trends.json", tuple[Trend, ...])
        return RunFiles(
            mentions=from_parquet(folder / "mentions.parquet"),
            vectors=np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False),
            space=load_file(folder / "space.safetensors"),
            index=open_index(folder),
            themes={theme.key: theme for theme in themes},
            trends={trend.theme: trend for trend in trends},
            lineage=read_lineage(folder),
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise damaged(folder) from error


def read_lineage(folder: Path) -> tuple[LineageEvent, ...]:
    """What became of themes in the run of this folder. Raises StoreDamaged."""
    try:
        events: tuple[LineageEvent, ...] = _read_json(folder / "lineage.json", tuple[LineageEvent, ...])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder / "lineage.json") from error
    return events


def verify_files(folder: Path, manifest_sha256: str | None) -> dict[str, str]:
    """File → ok, missing or damaged, by SHA-256. Without a readable manifest only the manifest is reported."""
    state = _state(folder / MANIFEST, manifest_sha256)
    if state != "ok":
        return {MANIFEST: state}
    files = read_manifest(folder)["files"]
    return {name: _state(folder / name, record["sha256"]) for name, record in files.items()} | {MANIFEST: "ok"}


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check(result: RunResult) -> None:
    n = len(result.mentions)
    if len(result.vectors) != n or len(result.neutral) != n or len(result.mentions.sentiment) != n:
        raise StoreError("The run's vectors and mentions do not belong together.", "Please report this as a bug.")


def _record(path: Path) -> dict[str, object]:
    sync(path)
    return {"sha256": _sha256(path), "bytes": path.stat().st_size}


def _state(path: Path, sha256: str | None) -> str:
    if not path.is_file():
        return "missing"
    try:
        return "ok" if _sha256(path) == sha256 else "damaged"
    except OSError:
        return "damaged"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _npy(array: NDArray[Any]) -> tuple[bytes, memoryview]:
    """Header and data of the npy format. `np.save` reports a full disk without an error number."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return header.getvalue(), memoryview(array.reshape(-1).view(np.uint8).data)


def _write(path: Path, *pieces: bytes | memoryview) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def _json(value: object) -> bytes:
    try:
        return dumps(value)
    except ValueError as error:
        raise StoreError("A figure of the run is not a number.", "Please report this as a bug.") from error


def _read_json(path: Path, kind: Any) -> Any:
    return typed(json.loads(path.read_bytes()), kind)
