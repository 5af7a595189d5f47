"""The baseline: a linear probe on the frozen encoder's mean-pooled blocks, trained on one set alone.

Multinomial logistic regression with a ridge penalty, the usual yardstick for frozen features. It is measured beside the
heads in every evaluation, so that a gain is a gain on the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heads.fit import fit_standardiser
from heads.sources import Row
from voc.score.layers import LIMIT

RIDGE = 2e-2
"""Penalty per row. UMSAB's development part hardly moves between 0.02 and 0.15 (macro-F1 mean 0.630 to 0.632)."""


class Probe:
    """Trained on construction; `probabilities` answers for features (n, width) with (n, 3)."""

    def __init__(self, features: NDArray[np.float16], rows: Sequence[Row]) -> None:
        import torch

        torch.set_num_threads(1)
        self._standardiser = fit_standardiser(features)
        x = torch.from_numpy(self._units(features))
        y = torch.tensor([row.sentiment for row in rows])
        layer = torch.nn.Linear(x.shape[1], 3)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=100, line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(layer(x), y) + RIDGE * (layer.weight**2).sum()
            loss.backward()
            return loss

        optimiser.step(closure)
        self._layer = layer

    def probabilities(self, features: NDArray[np.float16]) -> NDArray[np.float64]:
        import torch

        with torch.inference_mode():
            answers: NDArray[np.float64] = (
                self._layer(torch.from_numpy(self._units(features))).softmax(1).double().numpy()
            )
        return answers

    def _units(self, features: NDArray[np.float16]) -> NDArray[np.float32]:
        spread = (features.astype(np.float32) - self._standardiser.mean) / self._standardiser.scale
        units: NDArray[np.float32] = np.clip(spread, -LIMIT, LIMIT)
        return units
