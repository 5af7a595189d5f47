"""Writing heads as safetensors: arrays of the layers, everything else as one JSON document in the header."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from safetensors.numpy import save_file

from voc.model import REASONS, SENTIMENTS, URGENCIES
from voc.score.heads import Heads
from voc.score.layers import Standardiser


def write_heads(heads: Heads, folder: Path, model_hash: str) -> None:
    """`sentiment.safetensors` and `urgency.safetensors` in `folder`, readable by `voc.score.Heads.read`."""
    folder.mkdir(parents=True, exist_ok=True)
    common = {"model": heads.model_id, "model_hash": model_hash}
    sentiment, urgency = heads.sentiment, heads.urgency
    _save(
        folder / "sentiment.safetensors",
        {**_features(sentiment.standardiser), **sentiment.hidden.arrays("hidden"), **sentiment.output.arrays("output")},
        {
            **common,
            "classes": SENTIMENTS,
            "temperature": sentiment.temperature,
            "languages": sorted(sentiment.languages),
        },
    )
    named = zip(REASONS, urgency.reason_thresholds, strict=True)
    _save(
        folder / "urgency.safetensors",
        {**_features(urgency.standardiser), **urgency.level.arrays("level"), **urgency.reasons.arrays("reasons")},
        {
            **common,
            "levels": URGENCIES,
            "weights": {name: round(value, 6) for name, value in urgency.weights.items()},
            "thresholds": [round(value, 6) for value in urgency.thresholds],
            # A reason without an entry is named by its words alone.
            "reason_thresholds": {reason: round(value, 6) for reason, value in named if math.isfinite(value)},
            "languages": sorted(urgency.languages),
        },
    )


def _features(standardiser: Standardiser) -> dict[str, Any]:
    return {"features.mean": standardiser.mean, "features.scale": standardiser.scale}


def _save(path: Path, arrays: dict[str, Any], metadata: dict[str, Any]) -> None:
    save_file(arrays, path, metadata={"voc": json.dumps(metadata, sort_keys=True)})
    path.chmod(0o644)  # safetensors writes files that only their owner can read
