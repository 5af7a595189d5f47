"""The trained heads: what is in a head file, how it is read, and its raw answers for encoded texts.

Reads package data (`models/heads/<model>/*.safetensors`) and nothing else. Heads belong to one encoder: for another
one `Heads.load` returns None, and scoring abstains. How answers become levels stands in `voc.score.mentions`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voc.errors import ModelDamaged, ModelMismatch
from voc.model import REASONS
from voc.score.layers import Dense, Standardiser, grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS_AT_A_TIME = 2048
"""Bounds memory: 2,048 rows of 1,152 features in float64 are 19 MB. Has no effect on the result."""


@dataclass(frozen=True, slots=True)
class SentimentHead:
    """Two dense layers with a rectifier between; classes in the order of SENTIMENTS.

    `temperature` is fitted on development data (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    `languages` are those with measured evidence; in others the head abstains.
    """

    standardiser: Standardiser
    hidden: Dense
    output: Dense
    temperature: float
    languages: frozenset[str]

    def probabilities(self, features: NDArray[np.float16]) -> NDArray[np.float64]:
        """float16 (n, width) to float64 (n, 3), rows summing to 1."""
        inner = np.maximum(self.hidden(self.standardiser(features)), 0.0)
        logits = self.output(grid(inner)) / self.temperature
        spread = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float64] = spread / spread.sum(axis=1, keepdims=True)
        return probabilities


@dataclass(frozen=True, slots=True)
class UrgencyHead:
    """One linear direction of urgency, a linear head per reason, and the weights of the parts beside them.

    `level` gives one column, log-odds towards "high or critical"; `reasons` gives a column per REASONS, log-odds.
    `weights` names what each part beside the text counts: `sentiment` (times P(negative) − P(positive)), `set_aside`
    (words taken back) and `cue:<reason>`. `thresholds` are the lowest scores of normal, high and critical.
    `reason_thresholds` are the lowest log-odds at which a reason is reported without words for it; infinite where the
    head was not good enough.
    """

    standardiser: Standardiser
    level: Dense
    reasons: Dense
    weights: Mapping[str, float]
    thresholds: tuple[float, float, float]
    reason_thresholds: tuple[float, ...]
    languages: frozenset[str]

    def logits(self, features: NDArray[np.float16]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """float16 (n, width) to log-odds of level (n,) and of reasons (n, 12)."""
        steps = self.standardiser(features)
        return self.level(steps)[:, 0], self.reasons(steps)


@dataclass(frozen=True, slots=True)
class Readings:
    """Raw answers of the heads for n texts: sentiment (n, 3), urgency (n,), reasons (n, 12), all float64."""

    sentiment: NDArray[np.float64]
    urgency: NDArray[np.float64]
    reasons: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heads:
    """Both heads of one encoder. `digest` goes into a run's manifest: equal digest, equal scores."""

    model_id: str
    digest: str
    sentiment: SentimentHead
    urgency: UrgencyHead

    @classmethod
    def load(cls, model_id: str) -> Heads | None:
        """The heads that ship for an encoder; None if there are none for it. Raises ModelDamaged."""
        source = files("voc.models") / "heads" / model_id
        if not (source / "sentiment.safetensors").is_file():
            return None
        with as_file(source) as folder:
            return cls.read(folder, model_id)

    @classmethod
    def read(cls, folder: Path, model_id: str) -> Heads:
        """The heads of a folder with `sentiment.safetensors` and `urgency.safetensors`. Raises ModelDamaged."""
        digest = hashlib.blake2b(digest_size=16)
        parts = {}
        for name in ("sentiment", "urgency"):
            path = folder / f"{name}.safetensors"
            try:
                digest.update(path.read_bytes())
                parts[name] = _open(path)
            except Exception as error:
                raise ModelDamaged(f"The {name} head of {model_id} can't be read.", "Install voc again.") from error
        try:
            sentiment, urgency = _sentiment(*parts["sentiment"]), _urgency(*parts["urgency"])
        except (KeyError, ValueError, TypeError) as error:
            raise ModelDamaged(f"A head of {model_id} is incomplete.", "Install voc again.") from error
        return cls(model_id, digest.hexdigest(), sentiment, urgency)

    def read_off(self, features: NDArray[np.float16]) -> Readings:
        """What both heads say of float16 (n, width). A row's answer depends on that row alone, to the bit.

        Raises ModelMismatch if the features are not those of the encoder that the heads were trained on.
        """
        width = self.sentiment.standardiser.width
        if features.ndim != 2 or features.shape[1] != width:
            raise ModelMismatch(
                f"The heads of {self.model_id} read {width} features a text, and the encoder gives another number.",
                "Score with the encoder that the heads were trained on.",
            )
        n = len(features)
        readings = Readings(np.empty((n, 3)), np.empty(n), np.empty((n, len(REASONS))))
        for start in range(0, n, _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            readings.sentiment[rows] = self.sentiment.probabilities(features[rows])
            readings.urgency[rows], readings.reasons[rows] = self.urgency.logits(features[rows])
        return readings


def _open(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and metadata of a safetensors file; the metadata is one JSON document under `voc`."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        metadata = json.loads(file.metadata()["voc"])
        return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118 (not a dict)


def _standardiser(arrays: Mapping[str, NDArray[Any]]) -> Standardiser:
    return Standardiser(arrays["features.mean"], arrays["features.scale"])


def _sentiment(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]) -> SentimentHead:
    return SentimentHead(
        standardiser=_standardiser(arrays),
        hidden=Dense.read(arrays, "hidden"),
        output=Dense.read(arrays, "output"),
        temperature=float(metadata["temperature"]),
        languages=frozenset(metadata["languages"]),
    )


def _urgency(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]) -> UrgencyHead:
    normal, high, critical = (float(value) for value in metadata["thresholds"])
    return UrgencyHead(
        standardiser=_standardiser(arrays),
        level=Dense.read(arrays, "level"),
        reasons=Dense.read(arrays, "reasons"),
        weights={name: float(value) for name, value in metadata["weights"].items()},
        thresholds=(normal, high, critical),
        reason_thresholds=tuple(float(metadata["reason_thresholds"].get(reason, np.inf)) for reason in REASONS),
        languages=frozenset(metadata["languages"]),
    )
