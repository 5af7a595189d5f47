"""What a sentence-transformers folder says about itself: modules, pooling, window; and the model it holds.

Refuses what it would compute wrongly, rather than giving vectors that are not the model's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from voc.catalog.registry import read_json
from voc.engines import bert
from voc.engines.branch import read_branch
from voc.engines.other_models import OtherModel
from voc.errors import ModelDamaged, ModelError

if TYPE_CHECKING:
    from torch import Tensor

    from voc.engines.device import Place
    from voc.engines.packs import Pack

MODULES = frozenset({"Transformer", "Pooling", "Normalize"})


class Model(Protocol):
    """A loaded transformer."""

    layers: int

    def pooled(self, pack: Pack, layers: Sequence[int] | None, *, first_token: bool) -> tuple[Tensor, Tensor]:
        """Vectors (texts, hidden) before normalisation and features (texts, feature_width(layers)), float32.

        `layers` None: no features at all, (texts, 0).
        """

    def feature_width(self, layers: Sequence[int]) -> int:
        """Features a text."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a folder's token states become one vector. `inner_width` is the feed-forward one, 0 if it does not say."""

    first_token: bool
    lowercase: bool
    inner_width: int


def read_form(folder: Path) -> Form:
    """Pooling and case. Raises ModelError where the folder wants more than mean or first-token pooling."""
    modules = _modules(folder)
    unknown = [name for name in modules if name not in MODULES]
    if unknown:
        raise ModelError(f"{folder.name} has a module that voc does not run: {', '.join(unknown)}.")
    pooling = read_json(folder / modules.get("Pooling", "1_Pooling") / "config.json")
    if not pooling.get("include_prompt", True):
        raise ModelError(f"{folder.name} leaves its prompt out of the pooling, which voc does not do.")
    case = bool(read_json(folder / "sentence_bert_config.json").get("do_lower_case", False))
    inner = int(read_json(folder / "config.json").get("intermediate_size") or 0)
    return Form(first_token=_pooling_mode(pooling, folder) == "cls", lowercase=case, inner_width=inner)


def load_model(folder: Path, place: Place, branch: Path | None = None) -> Model:
    """The model in `folder` on its device, with the score branch of file `branch`. Raises ModelError, ModelDamaged."""
    config = read_json(folder / "config.json")
    if not bert.covers(config):
        return OtherModel(folder, place)
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    tuned = read_branch(branch, config, place) if branch is not None else None
    try:
        return bert.Bert(load_file(folder / "model.safetensors"), config, place, tuned)
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelDamaged(
            f"The weights of {folder.name} can't be read.", "Run voc models verify, or fetch the model again."
        ) from error


def _modules(folder: Path) -> dict[str, str]:
    """Class name → path within the folder; a plain transformers folder has none and is pooled by the mean."""
    path = folder / "modules.json"
    if not path.is_file():
        return {}
    try:
        entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {entry["type"].rpartition(".")[2]: entry["path"] for entry in entries}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"modules.json of {folder.name} can't be read.", "Fetch the model again.") from error


def _pooling_mode(pooling: dict[str, Any], folder: Path) -> str:
    """`mean` or `cls`, from the flags of sentence-transformers 2 to 5 or the one name of 6."""
    modes = pooling.get("pooling_mode") or [
        key.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
        for key, value in pooling.items()
        if key.startswith("pooling_mode_") and value is True
    ]
    names = [modes] if isinstance(modes, str) else list(modes) or ["mean"]
    if names not in (["mean"], ["cls"]):
        raise ModelError(f"{folder.name} pools by {' and '.join(names)}; voc pools by mean or by the first token.")
    return str(names[0])
