"""Attention of texts that stand behind one another, none of which sees another one.

On a CPU one call a stretch of texts of one length. On a GPU such calls are too many and too small: there one kernel
takes all texts with their bounds (FlashAttention's variable-length form, Dao et al. 2022, arXiv:2205.14135), if it is
there and keeps the promise that a text's bits do not depend on its neighbours, which is tried when a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from voc.engines.packs import Stretch

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Attention = Callable[["Tensor", Sequence[Stretch], int], "Tensor"]
"""Queries, keys and values side by side (rows, 3 × hidden), stretches in them, number of heads → (rows, hidden).
Padding rows at the end attend to nothing and stay zero."""

Kernel = Callable[["Tensor", "Tensor", "Tensor", "Tensor", int], "Tensor"]
"""q, k, v (tokens, heads, width), bounds int32 (texts + 1,), the longest text → (tokens, heads, width)."""

TRIED = (Stretch(3, 2), Stretch(1, 17), Stretch(4, 40), Stretch(1, 300))
"""Texts on which a kernel has to prove itself."""


def by_stretch(qkv: Tensor, stretches: Sequence[Stretch], heads: int) -> Tensor:
    """One call for each length."""
    import torch

    width = qkv.shape[1] // 3
    context = qkv.new_zeros((len(qkv), width))
    start = 0
    for stretch in stretches:
        rows = slice(start, start + stretch.tokens)
        split = qkv[rows].view(stretch.count, stretch.length, 3, heads, width // heads)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v)
        context[rows] = mixed.transpose(1, 2).reshape(stretch.tokens, width)
        start = rows.stop
    return context


class Packed:
    """One call for all texts of a pack."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._last: tuple[Sequence[Stretch], Tensor, int] | None = None

    def __call__(self, qkv: Tensor, stretches: Sequence[Stretch], heads: int) -> Tensor:
        width = qkv.shape[1] // 3
        tokens = sum(stretch.tokens for stretch in stretches)
        bounds, longest = self._bounds(stretches, qkv)
        q, k, v = qkv[:tokens].view(tokens, 3, heads, width // heads).unbind(1)
        context = qkv.new_zeros((len(qkv), width))
        context[:tokens] = self._kernel(q, k, v, bounds, longest).reshape(tokens, width)
        return context

    def _bounds(self, stretches: Sequence[Stretch], like: Tensor) -> tuple[Tensor, int]:
        """Where each text begins, int32 (texts + 1,); made once a pack, whose blocks all ask for it."""
        import torch

        last = self._last
        if last is None or last[0] is not stretches or last[1].device != like.device:
            lengths = [stretch.length for stretch in stretches for _ in range(stretch.count)]
            bounds = torch.tensor([0, *lengths]).cumsum(0).to(device=like.device, dtype=torch.int32)
            self._last = last = (stretches, bounds, max(lengths))
        return last[1], last[2]


@cache
def attention_on(device: torch.device, dtype: torch.dtype, heads: int, width: int) -> Attention:
    """The fastest way that keeps its promises there. `width` is that of a head."""
    kernel = _varlen() if device.type == "cuda" else None
    if kernel is None or not keeps_promises(Packed(kernel), device, dtype, heads=heads, width=width):
        return by_stretch
    return Packed(kernel)


def keeps_promises(packed: Attention, device: torch.device, dtype: torch.dtype, *, heads: int, width: int) -> bool:
    """Whether `packed` gives what `by_stretch` gives, and each text the same bits alone and among others."""
    import torch

    generator = torch.Generator().manual_seed(0)
    tokens = sum(stretch.tokens for stretch in TRIED)
    qkv = torch.randn((tokens, 3 * heads * width), generator=generator).to(device=device, dtype=dtype)
    try:
        together = packed(qkv, TRIED, heads)
        if not torch.allclose(together.float(), by_stretch(qkv, TRIED, heads).float(), rtol=0.02, atol=0.02):
            return False
        start = 0
        for length in (stretch.length for stretch in TRIED for _ in range(stretch.count)):
            rows = slice(start, start + length)
            if not torch.equal(packed(qkv[rows].clone(), (Stretch(1, length),), heads), together[rows]):
                return False
            start += length
    except torch.OutOfMemoryError:  # says nothing about the kernel
        raise
    except (RuntimeError, NotImplementedError):  # no such kernel for this card, dtype or width
        return False
    return True


def _varlen() -> Kernel | None:
    try:
        from torch.nn.attention.varlen import varlen_attn
    except ImportError:  # an older torch
        return None

    def kernel(q: Tensor, k: Tensor, v: Tensor, bounds: Tensor, longest: int) -> Tensor:
        mixed = varlen_attn(q, k, v, bounds, bounds, longest, longest)
        return mixed[0] if isinstance(mixed, tuple) else mixed

    return kernel
