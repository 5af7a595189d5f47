"""What a published run was made with: its model, its zone, the order of its themes. Read off the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from voc.errors import ModelMismatch
from voc.ports import PublishedRun


def check_model(published: PublishedRun, model_hash: str) -> None:
    """Raise ModelMismatch if the run's vectors come from another model than the active one."""
    model = _basis(published).get("model")
    if isinstance(model, Mapping) and model.get("hash") != model_hash:
        raise ModelMismatch(
            f"The published run was made with {model.get('name')}, not with the model that is active now.",
            "Run `voc run` to make everything anew, or set VOC_MODEL to the model of the run.",
        )


def model_hash_of(published: PublishedRun) -> str | None:
    """Hash of the model that made the run's vectors."""
    model = _basis(published).get("model")
    return str(model["hash"]) if isinstance(model, Mapping) and "hash" in model else None


def run_zone(published: PublishedRun) -> ZoneInfo:
    """The zone whose calendar days the run counted; its figures are told in the same one."""
    options = _basis(published).get("options")
    return ZoneInfo(str(options["zone"])) if isinstance(options, Mapping) and "zone" in options else ZoneInfo("UTC")


def theme_keys(published: PublishedRun) -> tuple[str, ...]:
    """The key of each centroid of the run, in the order of `space["theme.centroids"]`."""
    keys = published.run.manifest.get("theme_keys")
    return tuple(str(key) for key in keys) if isinstance(keys, list | tuple) else ()


def _basis(published: PublishedRun) -> Mapping[str, object]:
    basis = published.run.manifest.get("basis")
    return basis if isinstance(basis, Mapping) else {}
