"""Writing the branch and the heads as safetensors: arrays of the layers, everything else as JSON in the header."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors.numpy import save_file

from voc.model import REASONS
from voc.score.heads import FACETS, OUTPUTS, Heads

if TYPE_CHECKING:
    from torch import Tensor


def write_branch(tensors: dict[str, Tensor], after: int, path: Path) -> None:
    """What `voc.engines.branch.read_branch` reads: the weights, and where the branch leaves the encoder."""
    from safetensors.torch import save_file as save_tensors

    path.parent.mkdir(parents=True, exist_ok=True)
    save_tensors(tensors, path, metadata={"after": str(after)})
    path.chmod(0o644)  # safetensors writes files that only their owner can read


def write_heads(heads: Heads, folder: Path) -> None:
    """`heads.safetensors` in `folder`, readable by `voc.score.Heads.read`."""
    folder.mkdir(parents=True, exist_ok=True)
    urgency = heads.urgency
    metadata = {
        "model": heads.model_id,
        "outputs": OUTPUTS,
        "sentiment": {
            "temperature": heads.sentiment.temperature,
            "by_language": dict(heads.sentiment.by_language),
            "languages": sorted(heads.sentiment.languages),
        },
        "urgency": {
            "bias": urgency.bias,
            "weights": {name: round(value, 6) for name, value in urgency.weights.items()},
            "thresholds": [round(value, 6) for value in urgency.thresholds],
            # A reason without an entry is named by its words alone.
            "reason_thresholds": _finite(REASONS, urgency.reason_thresholds),
            "languages": sorted(urgency.languages),
        },
        "facets": {
            name: {
                "thresholds": _finite(labels, heads.facets[name].thresholds),
                "languages": sorted(heads.facets[name].languages),
                "quality": round(heads.facets[name].quality, 4),
            }
            for name, labels in FACETS.items()
        },
    }
    arrays: dict[str, Any] = {
        "features.mean": heads.standardiser.mean,
        "features.scale": heads.standardiser.scale,
        **heads.matrix.arrays("matrix"),
        **heads.wording.arrays("wording"),
        "urgency.text": urgency.text,
        "urgency.most": urgency.neighbours.most,
        "urgency.mean": urgency.neighbours.mean,
    }
    path = folder / "heads.safetensors"
    save_file(arrays, path, metadata={"voc": json.dumps(metadata, sort_keys=True)})
    path.chmod(0o644)


def _finite(labels: Sequence[str], thresholds: Sequence[float]) -> dict[str, float]:
    pairs = zip(labels, thresholds, strict=True)
    return {label: round(value, 6) for label, value in pairs if math.isfinite(value)}
