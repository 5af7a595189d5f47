"""What a published run was made with: its model, its zone, the order of its themes, read off the manifest; and how far
its feedback goes."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from voc.errors import ModelMismatch
from voc.ports import UNDATED, PublishedRun


def check_model(published: PublishedRun, vector_hash: str) -> None:
    """Raise ModelMismatch if the run's vectors come from another model than the active one."""
    found = vector_hash_of(published)
    if found is None:
        raise ModelMismatch(
            "The published run is of a version of voc that did not write down which vectors it has.",
            "Run `voc run` once: it makes everything anew.",
        )
    if found != vector_hash:
        raise ModelMismatch(
            f"The published run was made with other vectors ({_model(published).get('name')}) than the active model's.",
            "Run `voc run` to make everything anew, or set VOC_MODEL to the model of the run.",
        )


def vector_hash_of(published: PublishedRun) -> str | None:
    """Hash of the run's vectors; None where the run does not say."""
    found = _model(published).get("vectors")
    return str(found) if found is not None else None


def run_zone(published: PublishedRun) -> ZoneInfo:
    """The zone whose calendar days the run counted; its figures are told in the same one."""
    return ZoneInfo(str(run_options(published).get("zone", "UTC")))


def last_day(published: PublishedRun, *, before: int) -> int | None:
    """Number of the last day with feedback before another day, in the run's zone, whatever is dated ahead; None where
    there is none."""
    day = published.mentions.day
    dated = day[(day != UNDATED) & (day < before)]
    return int(dated.max()) if len(dated) else None


def run_options(published: PublishedRun) -> Mapping[str, object]:
    """The options that decided the run's result."""
    options = run_basis(published).get("options")
    return options if isinstance(options, Mapping) else {}


def theme_keys(published: PublishedRun) -> tuple[str, ...]:
    """The key of each centroid of the run, in the order of `space["theme.centroids"]`."""
    keys = published.run.manifest.get("theme_keys")
    return tuple(str(key) for key in keys) if isinstance(keys, list | tuple) else ()


def _model(published: PublishedRun) -> Mapping[str, object]:
    model = run_basis(published).get("model")
    return model if isinstance(model, Mapping) else {}


def run_basis(published: PublishedRun) -> Mapping[str, object]:
    """Everything that decided the run's result."""
    basis = published.run.manifest.get("basis")
    return basis if isinstance(basis, Mapping) else {}
