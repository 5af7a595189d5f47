"""The trained heads: what is in the head file, how it is read, and its raw answers for encoded texts.

Reads package data (`models/heads/<model>/heads.safetensors`) and nothing else. All heads are linear on the same
features, those of the score branch, so that they are one matrix; what a text's wording says is added to its answers.
Heads belong to one encoder; another one is paired with it (`voc.engines.paired`). How answers become levels stands in
`voc.score.mentions`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voc.errors import ModelDamaged, ModelMismatch
from voc.model import EMOTIONS, EXPERIENCE, INTENTS, JOURNEY, REASONS, SENTIMENTS
from voc.score.company import Neighbours
from voc.score.layers import Dense, Standardiser
from voc.score.wording import Wording

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACETS = {"emotions": EMOTIONS, "intents": INTENTS, "journey": JOURNEY, "experience": EXPERIENCE}
"""What a text may have several of, with the labels in the order of the head's columns."""
OUTPUTS = {"sentiment": SENTIMENTS, "level": ("urgent",), "reasons": REASONS, **FACETS}
"""Columns of the matrix, in order: what is answered of a text."""
ANSWERS = sum(len(labels) for labels in OUTPUTS.values())
PARTS = ("sentiment", "set_aside", *(f"cue:{reason}" for reason in REASONS))
"""What urgency is made of beside the answers."""
_ROWS_AT_A_TIME = 2048
"""Bounds memory: 2,048 rows of 1,152 features in float64 are 19 MB. Has no effect on the result."""


@dataclass(frozen=True, slots=True)
class SentimentRule:
    """`temperature` is fitted on development data (Guo et al. 2017, "On Calibration of Modern Neural Networks"), for
    some languages alone (`by_language`) and for the rest together.

    `languages` are those with measured evidence; in others the head abstains.
    """

    temperature: float
    by_language: Mapping[str, float]
    languages: frozenset[str]

    def probabilities(self, logits: NDArray[np.float64], langs: Sequence[str]) -> NDArray[np.float64]:
        """Of (n, 3) logits of texts in `langs`; rows sum to 1."""
        temperatures = [self.by_language.get(lang, self.temperature) for lang in langs]
        return probabilities(logits, np.array(temperatures, np.float64).reshape(-1, 1))


@dataclass(frozen=True, slots=True)
class UrgencyRule:
    """From answers to levels.

    `text` (answers,) is what each answer of the heads counts, in log-odds, and `bias` what is added; `neighbours` what
    the other mentions of the item count. `weights` names what each of PARTS counts: `sentiment` (times P(negative) −
    P(positive)), `set_aside` (words taken back) and `cue:<reason>`. `thresholds` are the lowest scores of normal, high
    and critical. `reason_thresholds` are the lowest log-odds at which a reason is reported without words for it;
    infinite where the head was not good enough.
    """

    text: NDArray[np.float64]
    bias: float
    neighbours: Neighbours
    weights: Mapping[str, float]
    thresholds: tuple[float, float, float]
    reason_thresholds: tuple[float, ...]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class FacetRule:
    """The lowest log-odds at which each label is reported, in which languages; `quality` is the measured macro-F1."""

    thresholds: tuple[float, ...]
    languages: frozenset[str]
    quality: float


@dataclass(frozen=True, slots=True)
class Readings:
    """What the heads say of n texts, float64: `answers` (n, ANSWERS) raw, and read off them: sentiment (n, 3)
    probabilities in the order of SENTIMENTS, urgency (n,) log-odds of "high or critical", reasons (n, 12) and each
    facet (n, labels) log-odds.
    """

    answers: NDArray[np.float64]
    sentiment: NDArray[np.float64]
    urgency: NDArray[np.float64]
    reasons: NDArray[np.float64]
    facets: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads of one encoder. `digest` goes into a run's manifest: equal digest, equal scores."""

    model_id: str
    digest: str
    standardiser: Standardiser
    matrix: Dense
    wording: Wording
    sentiment: SentimentRule
    urgency: UrgencyRule
    facets: Mapping[str, FacetRule]

    @classmethod
    def load(cls, model_id: str) -> Heads | None:
        """The heads that ship for an encoder, read once; None if there are none for it. Raises ModelDamaged."""
        return _shipped(model_id)

    @classmethod
    def read(cls, folder: Path, model_id: str) -> Heads:
        """The heads of a folder with `heads.safetensors`. Raises ModelDamaged."""
        path = folder / "heads.safetensors"
        try:
            digest = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
            arrays, metadata = _open(path)
        except Exception as error:
            raise ModelDamaged(f"The heads of {model_id} can't be read.", "Install voc again.") from error
        try:
            if len(arrays["wording.scale"]) != len(arrays["matrix.bias"]):
                raise ValueError("wording")  # noqa: TRY301 - answered with the others
            return cls(
                model_id,
                digest,
                standardiser=Standardiser(arrays["features.mean"], arrays["features.scale"]),
                matrix=Dense.read(arrays, "matrix"),
                wording=Wording.read(arrays, "wording"),
                sentiment=_sentiment(metadata["sentiment"]),
                urgency=_urgency(metadata["urgency"], arrays),
                facets={name: _facet(metadata["facets"][name], labels) for name, labels in FACETS.items()},
            )
        except (KeyError, ValueError, TypeError) as error:
            raise ModelDamaged(f"A head of {model_id} is incomplete.", "Install voc again.") from error

    def read_off(self, features: NDArray[np.float16], texts: Sequence[str], langs: Sequence[str]) -> Readings:
        """What the heads say of `texts` in `langs` with features float16 (n, width). A row's answer depends on that row
        alone, to the bit.

        Raises ModelMismatch if the features are not those of the encoder that the heads were trained on.
        """
        width = self.standardiser.width
        if features.ndim != 2 or features.shape[1] != width:
            raise ModelMismatch(
                f"The heads of {self.model_id} read {width} features a text, and the encoder gives another number.",
                "Score with the encoder that the heads were trained on.",
            )
        raw = self.wording(texts)
        for start in range(0, len(features), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            raw[rows] += self.matrix(self.standardiser(features[rows]))
        parts: dict[str, NDArray[np.float64]] = {}
        start = 0
        for name, labels in OUTPUTS.items():
            parts[name] = raw[:, start : start + len(labels)]
            start += len(labels)
        return Readings(
            answers=raw,
            sentiment=self.sentiment.probabilities(parts["sentiment"], langs),
            # Row by row: a matrix product may round otherwise with other rows beside it.
            urgency=(raw * self.urgency.text).sum(axis=1) + self.urgency.bias,
            reasons=parts["reasons"],
            facets={name: parts[name] for name in FACETS},
        )


@cache
def _shipped(model_id: str) -> Heads | None:
    source = files("voc.models") / "heads" / model_id
    if not (source / "heads.safetensors").is_file():
        return None
    with as_file(source) as folder:
        return Heads.read(folder, model_id)


def probabilities(logits: NDArray[np.float64], temperature: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Softmax of (n, classes) logits over a temperature, or one a row (n, 1); rows sum to 1."""
    scaled = logits / temperature
    spread = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = spread / spread.sum(axis=1, keepdims=True)
    return found


def _open(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and metadata of a safetensors file; the metadata is one JSON document under `voc`."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        metadata = json.loads(file.metadata()["voc"])
        return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118 (not a dict)


def _sentiment(raw: Mapping[str, Any]) -> SentimentRule:
    return SentimentRule(
        temperature=float(raw["temperature"]),
        by_language={lang: float(value) for lang, value in raw["by_language"].items()},
        languages=frozenset(raw["languages"]),
    )


def _urgency(raw: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> UrgencyRule:
    normal, high, critical = (float(value) for value in raw["thresholds"])
    weights = {name: float(raw["weights"][name]) for name in PARTS}
    if {arrays[f"urgency.{name}"].shape for name in ("text", "most", "mean")} != {(ANSWERS,)}:
        raise ValueError("urgency")
    words = np.array([weights[name] for name in PARTS])
    return UrgencyRule(
        text=arrays["urgency.text"],
        bias=float(raw["bias"]),
        neighbours=Neighbours(arrays["urgency.most"], arrays["urgency.mean"], words),
        weights=weights,
        thresholds=(normal, high, critical),
        reason_thresholds=_thresholds(raw["reason_thresholds"], REASONS),
        languages=frozenset(raw["languages"]),
    )


def _facet(raw: Mapping[str, Any], labels: tuple[str, ...]) -> FacetRule:
    return FacetRule(_thresholds(raw["thresholds"], labels), frozenset(raw["languages"]), float(raw["quality"]))


def _thresholds(raw: Mapping[str, float], labels: tuple[str, ...]) -> tuple[float, ...]:
    """A label without an entry is never reported."""
    return tuple(float(raw.get(label, np.inf)) for label in labels)
