"""The model cache: a folder that all homes share, with each model in a folder of its own.

Owns where models lie and whether they are sound. A model is written to a temporary sibling, its checksums last, and
then renamed, so a reader finds a whole model or none; what is half written, cut short or altered is made anew.
Folders that belong to the user (`folder`) or to the hub's cache (`hub`) are used in place; only their checksums are
kept here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from voc.catalog import build, checksums, hub
from voc.catalog.registry import cards, complete
from voc.errors import DiskFull, ModelDamaged, ModelError
from voc.ports import ModelCard, ModelStatus, Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

ABANDONED_AFTER_S = 900
"""A temporary folder this old belongs to a process that died: making a model takes seconds."""


def default_cache() -> Path:
    """`VOC_CACHE`, or the folder `voc` in the user's cache folder of this platform."""
    if configured := os.environ.get("VOC_CACHE"):
        return Path(configured).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "voc"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "voc"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voc"


def materialise(card: ModelCard, cache: Path | None = None, progress: Progress = silent) -> Path:
    """The folder of `card`'s files, made or fetched if it is not there yet: loadable by sentence-transformers.

    Raises ModelMissing where the weights are not to be had, ModelDamaged where their source is not what the card
    says, DiskFull where the cache can't be written.
    """
    root = cache or default_cache()
    if card.kind == "folder":
        return Path(card.source)
    if card.kind == "hub":
        return hub.snapshot(card, root)
    target = place(card, root)
    if not is_sound(target):
        with _writing(root):
            _make(card, target, progress)
    return target


def place(card: ModelCard, cache: Path) -> Path:
    """Where a model that voc writes lies: its name and a short hash of all that decides its bytes."""
    shaping = (
        build.FORMAT,
        card.kind,
        card.source,
        card.sha256,
        card.max_tokens,
        card.query_prefix,
        card.passage_prefix,
    )
    return cache / "models" / f"{card.name}-{hashlib.sha256(repr(shaping).encode()).hexdigest()[:12]}"


def is_sound(folder: Path, *, full: bool = False) -> bool:
    """Whether a model that voc wrote is all there. Cheap unless `full`, which hashes every byte."""
    sums = checksums.load(folder / checksums.RECORD)
    return sums is not None and not checksums.changed(folder, sums, full=full)


def model_hash(folder: Path, card: ModelCard, cache: Path | None = None) -> str:
    """Hex digest over all that decides vectors and features: equal hash, equal encodings.

    Changes with the score branch and the feature layers; `vector_hash` does not.
    """
    branch = branch_file(card)
    tuned = hashlib.sha256(branch.read_bytes()).hexdigest() if branch is not None else ""
    made_of = (vector_hash(folder, card, cache), card.feature_layers, tuned)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()


def vector_hash(folder: Path, card: ModelCard, cache: Path | None = None) -> str:
    """Hex digest over weights, tokenizer, pooling, window and prefixes: equal hash, equal vectors.

    Taken from the recorded checksums, so that it costs no more than a look at each file's size and time.
    """
    form = complete(card, folder)
    shape = (form.query_prefix, form.passage_prefix, form.max_tokens)
    return checksums.digest(_sums(folder, card, cache or default_cache()), repr(shape))


def branch_file(card: ModelCard) -> Path | None:
    """The score branch that ships for `card`; None if it has none."""
    return Path(str(files("voc.models"))) / "heads" / card.branch if card.branch else None


def verify(card: ModelCard, cache: Path | None = None) -> ModelStatus:
    """Hash every file of a model and compare; nothing is made or fetched."""
    root = cache or default_cache()
    status = _status(card, root)
    if status.path is None:
        return status
    record = _record(status.path, card, root)
    sums = checksums.load(record)
    if sums is None:
        if card.kind in ("folder", "hub"):
            return replace(status, note="used in place; not measured before")
        return replace(status, verified=False, note="half written; it is made anew on next use")
    bad = checksums.changed(status.path, sums, full=True)
    note = f"changed or missing: {', '.join(bad)}" if bad else "every file matches its checksum"
    return replace(status, present=True, verified=not bad, note=note)


def list_models(cache: Path | None = None) -> list[ModelStatus]:
    """Every model of the registry and whether it is here."""
    root = cache or default_cache()
    return [_status(card, root) for card in cards()]


def _status(card: ModelCard, root: Path) -> ModelStatus:
    folder: Path | None
    if card.kind == "folder":
        folder = Path(card.source)
    elif card.kind == "hub":
        folder = hub.local_snapshot(card, root)
    else:
        folder = place(card, root)
    if folder is None or not folder.is_dir():
        return ModelStatus(card, present=False, path=None, note="not in the cache yet")
    whole = card.kind in ("folder", "hub") or is_sound(folder)
    return ModelStatus(card, present=whole, path=folder, note="" if whole else "damaged; it is made anew on next use")


def _make(card: ModelCard, target: Path, progress: Progress) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(target.parent)
    part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    try:
        build.build(card, part, progress)
        checksums.save(part / checksums.RECORD, checksums.measure(part))
        _put(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put(part: Path, target: Path) -> None:
    """Rename into place. Where another process was quicker, its model is as good as ours."""
    if target.exists() and not is_sound(target, full=True):
        shutil.rmtree(target)
    part.chmod(0o755)
    try:
        part.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not is_sound(target):
            raise


def _clear_abandoned(folder: Path) -> None:
    for part in folder.glob(".*.part"):
        try:
            if time.time() - part.stat().st_mtime > ABANDONED_AFTER_S:
                shutil.rmtree(part, ignore_errors=True)
        except OSError:
            continue  # another process was quicker


def _sums(folder: Path, card: ModelCard, root: Path) -> dict[str, checksums.FileSum]:
    record = _record(folder, card, root)
    sums = checksums.load(record)
    if card.kind not in ("folder", "hub"):
        if sums is None:
            raise ModelDamaged(f"The cached model {card.name} has no checksums.", "Run voc models pull again.")
        return sums
    names = {path.relative_to(folder).as_posix() for path in checksums.relevant(folder)}
    if sums is None or names != sums.keys() or checksums.changed(folder, sums):
        sums = checksums.measure(folder)
        with _writing(root):
            record.parent.mkdir(parents=True, exist_ok=True)
            checksums.save(record, sums)
    return sums


def _record(folder: Path, card: ModelCard, root: Path) -> Path:
    """Folders that are not ours get no file of ours: their record lies in the cache, under a hash of their path."""
    if card.kind not in ("folder", "hub"):
        return folder / checksums.RECORD
    return root / "models" / "in-place" / f"{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}.json"


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"No space left for models in {root}.", "Free some, or set VOC_CACHE elsewhere.") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            raise DiskFull(
                f"The model cache {root} can't be written.", "Set VOC_CACHE to a folder of yours."
            ) from error
        raise ModelError(f"The model cache {root} can't be used: {error.strerror}.") from error
