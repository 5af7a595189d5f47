"""Fitting the sentiment head: an ensemble of small networks, folded into one, then calibrated.

The networks see standardised features and are trained by Adam with weight decay and dropout, one CPU thread, fixed
seeds: the same features give the same weights. Owns no data and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.score.heads import SentimentHead
from voc.score.layers import LIMIT, Dense, Standardiser


@dataclass(frozen=True, slots=True)
class SentimentOptions:
    """How the networks are trained. Chosen on the development parts."""

    hidden: int = 160
    seeds: tuple[int, ...] = (0, 1, 2)
    epochs: int = 8
    batch: int = 512
    rate: float = 1e-3
    decay: float = 0.1
    dropout: float = 0.6
    input_dropout: float = 0.3
    smoothing: float = 0.05


def fit_standardiser(features: NDArray[np.float16]) -> Standardiser:
    """Mean and standard deviation of each feature."""
    wide = features.astype(np.float64)
    return Standardiser(wide.mean(axis=0).astype(np.float32), (wide.std(axis=0) + 1e-6).astype(np.float32))


def fit_sentiment(
    features: NDArray[np.float16],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    languages: frozenset[str],
    options: SentimentOptions = SentimentOptions(),
) -> SentimentHead:
    """An uncalibrated head (temperature 1). `weights` are per row, mean 1."""
    standardiser = fit_standardiser(features)
    inputs = np.clip((features.astype(np.float32) - standardiser.mean) / standardiser.scale, -LIMIT, LIMIT)
    nets = [_network(inputs, labels, weights, seed, options) for seed in options.seeds]
    # Side by side, with outputs averaged: the mean of the networks' logits is one network again.
    first = np.concatenate([net[0] for net in nets], axis=1)
    second = np.concatenate([net[2] for net in nets], axis=0) / len(nets)
    return SentimentHead(
        standardiser=standardiser,
        hidden=Dense.of(first, np.concatenate([net[1] for net in nets])),
        output=Dense.of(second, np.mean([net[3] for net in nets], axis=0)),
        temperature=1.0,
        languages=languages,
    )


def _network(
    inputs: NDArray[np.float32],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    seed: int,
    options: SentimentOptions,
) -> tuple[NDArray[np.float32], ...]:
    """One trained network as (hidden weights, hidden bias, output weights, output bias)."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels)
    row_weights = torch.from_numpy(weights.astype(np.float32))
    hidden, output = torch.nn.Linear(x.shape[1], options.hidden), torch.nn.Linear(options.hidden, 3)
    optimiser = torch.optim.AdamW(
        [*hidden.parameters(), *output.parameters()], options.rate, weight_decay=options.decay
    )
    steps = options.epochs * -(-len(x) // options.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(options.epochs):
        for rows in torch.randperm(len(x)).split(options.batch):
            inner = hidden(functional.dropout(x[rows], options.input_dropout)).clamp(0.0, LIMIT)
            logits = output(functional.dropout(inner, options.dropout))
            losses = functional.cross_entropy(logits, y[rows], reduction="none", label_smoothing=options.smoothing)
            loss = (losses * row_weights[rows]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return tuple(tensor.detach().numpy() for tensor in (hidden.weight.T, hidden.bias, output.weight.T, output.bias))
