"""Branches between the steps of training: kept whole on disk, and their linear heads as one matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from heads.fit import BranchHeads
from heads.tuning import Branch, TuningOptions, encoder_tensors
from voc import catalog
from voc.score.heads import OUTPUTS

ATTENTION_HEADS = 12
"""Of the default encoder's blocks."""


def fresh_branch(options: TuningOptions, known: NDArray[np.int64]) -> Branch:
    """A branch of untouched copies, on the default encoder; `known` are the ids of tokens with a tone."""
    import torch

    torch.manual_seed(options.seed)
    encoder = encoder_tensors(catalog.materialise(catalog.resolve(catalog.default_model())))
    return Branch(encoder, ATTENTION_HEADS, options, known)


def save_branch(branch: Branch, path: Path) -> None:
    """Everything, in the precision that it learned in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.detach().clone().contiguous() for name, tensor in branch.state_dict().items()}, path)


def load_branch(path: Path) -> Branch:
    """What `save_branch` kept."""
    kept = load_file(path)
    branch = fresh_branch(TuningOptions(), kept["tones.known"].numpy())
    branch.load_state_dict(kept)
    return branch.eval()


def heads_of(branch: Branch) -> BranchHeads:
    """One matrix in the order of OUTPUTS. Log-odds of urgency are those of "high or critical"."""
    kept = branch.outputs.state_dict()
    weights = np.concatenate([kept[f"{name}.weight"].double().numpy() for name in OUTPUTS]).T
    biases = {name: kept[f"{name}.bias"].double().numpy() for name in OUTPUTS}
    biases["level"] = biases["level"] - float(branch.steps.detach()[1])
    return BranchHeads(np.ascontiguousarray(weights), np.concatenate([biases[name] for name in OUTPUTS]))
