"""How a theme's mentions are spread over sentiments and urgencies: the one place where those shares are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voc.model import SentimentShares

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sentiment_shares(probabilities: NDArray[np.float32]) -> SentimentShares:
    """Shares of all n mentions, from float32 (n, 3); those on which the head abstains (NaN) belong to none."""
    known = probabilities[~np.isnan(probabilities).any(axis=1)]
    counts = np.bincount(known.argmax(axis=1), minlength=3) if len(known) else np.zeros(3)
    negative, neutral, positive = (float(count) / max(1, len(probabilities)) for count in counts)
    return SentimentShares(negative, neutral, positive)


def urgency_shares(levels: NDArray[np.object_]) -> tuple[float, float]:
    """Shares of n mentions that are critical, and that are high, from their levels (n,)."""
    total = max(1, len(levels))
    return float((levels == "critical").sum()) / total, float((levels == "high").sum()) / total
