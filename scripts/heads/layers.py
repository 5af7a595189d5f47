"""The parts of the score branch in a form that learns: blocks that start as the encoder's, the pools, tones of words.

Each knows the tensors that the product reads of it (`voc.engines.branch`, `.pooling`, `.tones`).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """A BERT block that starts as a copy of one of the encoder's."""

    def __init__(self, encoder: dict[str, Tensor], number: int, heads: int) -> None:
        super().__init__()
        at = f"encoder.layer.{number}"
        self._heads = heads
        parts = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        self.qkv = _linear(
            torch.cat([encoder[f"{part}.weight"] for part in parts]),
            torch.cat([encoder[f"{part}.bias"] for part in parts]),
        )
        self.attended = _linear_at(encoder, f"{at}.attention.output.dense")
        self.norm1 = _norm_at(encoder, f"{at}.attention.output.LayerNorm")
        self.up = _linear_at(encoder, f"{at}.intermediate.dense")
        self.down = _linear_at(encoder, f"{at}.output.dense")
        self.norm2 = _norm_at(encoder, f"{at}.output.LayerNorm")

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        texts, length, hidden = x.shape
        q, k, v = self.qkv(x).view(texts, length, 3, self._heads, hidden // self._heads).permute(2, 0, 3, 1, 4)
        return self._behind(x, _attend(q, k, v, there))

    def _behind(self, x: Tensor, mixed: Tensor) -> Tensor:
        x = self.norm1(x + self.attended(mixed))
        y: Tensor = self.norm2(x + self.down(functional.gelu(self.up(x))))
        return y

    def tensors(self, at: str) -> dict[str, Tensor]:
        """float16, under Hugging Face names."""
        found: dict[str, Tensor] = {}
        parts = zip(self.qkv.weight.chunk(3), self.qkv.bias.chunk(3), strict=True)
        for name, (weight, bias) in zip(("query", "key", "value"), parts, strict=True):
            found[f"{at}.attention.self.{name}.weight"] = weight
            found[f"{at}.attention.self.{name}.bias"] = bias
        for name, layer in (
            ("attention.output.dense", self.attended),
            ("attention.output.LayerNorm", self.norm1),
            ("intermediate.dense", self.up),
            ("output.dense", self.down),
            ("output.LayerNorm", self.norm2),
        ):
            found[f"{at}.{name}.weight"], found[f"{at}.{name}.bias"] = layer.weight, layer.bias
        return {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in found.items()}


class Pooling(Block):
    """Learned queries weigh the tokens; the weighted means go through a block of their own."""

    def __init__(self, encoder: dict[str, Tensor], number: int, heads: int, pools: int) -> None:
        super().__init__(encoder, number, heads)
        # Equal weights at first: the mean.
        self.queries = nn.Parameter(torch.zeros(pools, self.qkv.in_features))

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """bfloat16 (texts, length, hidden) → float32 (texts, pools × hidden)."""
        texts, length, hidden = x.shape
        wide = x.float()
        weights = (wide @ self.queries.T).masked_fill(~there[:, :, None], -1e9).softmax(1)
        means = torch.einsum("tlp,tlh->tph", weights, wide).to(x.dtype)
        weight, bias = self.qkv.weight, self.qkv.bias
        q = functional.linear(means, weight[:hidden], bias[:hidden])
        kv = functional.linear(x, weight[hidden:], bias[hidden:])
        width = hidden // self._heads
        q = q.view(texts, -1, self._heads, width).transpose(1, 2)
        k, v = kv.view(texts, length, 2, self._heads, width).permute(2, 0, 3, 1, 4)
        return self._behind(means, _attend(q, k, v, there)).float().flatten(1)

    def tensors(self, at: str) -> dict[str, Tensor]:
        return {"pool.queries": self.queries.detach().clone(), **super().tensors(at)}


class Tones(nn.Module):
    """What single words add to their token's state: a small vector for each token that training saw often enough.

    The encoder keeps what a text is about and lets go of how it is said; this gives the branch its own ear for words.
    """

    def __init__(self, known: NDArray[np.int64], hidden: int, rank: int, dropout: float) -> None:
        """`known`: ids of those tokens, ascending."""
        super().__init__()
        self.register_buffer("known", torch.from_numpy(known))
        # Row 0 is every other token.
        self.table = nn.Embedding(len(known) + 1, rank, padding_idx=0)
        nn.init.normal_(self.table.weight, std=0.02)
        self.table.weight.data[0] = 0.0
        self.up = nn.Linear(rank, hidden, bias=False)
        nn.init.zeros_(self.up.weight)
        self._dropout = dropout

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids (texts, length) → (texts, length, hidden)."""
        place = torch.searchsorted(self.known, ids).clamp(max=len(self.known) - 1)
        rows = torch.where(self.known[place] == ids, place + 1, 0)
        added: Tensor = self.up(functional.dropout(self.table(rows), self._dropout, self.training))
        return added

    def tensors(self) -> dict[str, Tensor]:
        return {
            "tones.known": self.known.to(torch.int32).clone(),
            "tones.table": self.table.weight.detach()[1:].to(torch.float16).contiguous(),
            "tones.up": self.up.weight.detach().to(torch.float16).contiguous(),
        }


def _attend(q: Tensor, k: Tensor, v: Tensor, there: Tensor) -> Tensor:
    """(texts, heads, n, width) each → (texts, n, hidden)."""
    # Written out: torch's fused attention takes twice as long backwards on a CPU.
    logits = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(2, 3)).masked_fill(~there[:, None, None, :], -1e4)
    mixed = torch.matmul(logits.softmax(-1, dtype=torch.bfloat16), v)
    return mixed.transpose(1, 2).flatten(2)


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = weight.float().clone(), bias.float().clone()
    return layer


def _linear_at(encoder: dict[str, Tensor], name: str) -> nn.Linear:
    return _linear(encoder[f"{name}.weight"], encoder[f"{name}.bias"])


def _norm_at(encoder: dict[str, Tensor], name: str) -> nn.LayerNorm:
    weight = encoder[f"{name}.weight"]
    layer = nn.LayerNorm(len(weight), eps=1e-12)
    layer.weight.data, layer.bias.data = weight.float().clone(), encoder[f"{name}.bias"].float().clone()
    return layer
