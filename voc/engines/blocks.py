"""One transformer block of BERT's shape over packs, and how token states become one row a text.

Shared by the encoder (`bert`) and its score branch (`branch`, `pooling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from voc.engines.attention import attention_on
from voc.engines.linear import Linear

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from voc.engines.device import Place
    from voc.engines.packs import Stretch


class Block:
    """One transformer block: attention, then feed-forward, each added to its input and normalised after."""

    def __init__(self, tensors: Mapping[str, Tensor], number: int, config: Mapping[str, Any], place: Place) -> None:
        import torch

        at = f"encoder.layer.{number}"
        parts = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        weight = torch.cat([tensors[f"{part}.weight"] for part in parts])
        bias = torch.cat([tensors[f"{part}.bias"] for part in parts])
        self._qkv = Linear(place_tensor(weight, place), place_tensor(bias, place))
        self._rest = Rest(tensors, at, config, place)
        self._heads = int(config["num_attention_heads"])
        width = int(config["hidden_size"]) // self._heads
        self._attention = attention_on(place.device, place.dtype, self._heads, width)

    @property
    def linears(self) -> tuple[Linear, ...]:
        """The block's four matrix products."""
        return (self._qkv, *self._rest.linears)

    def __call__(self, x: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        return self._rest(x, self._attention(self._qkv(x), stretches, self._heads))


class Rest:
    """What follows attention in a block: output, feed-forward, and both norms."""

    def __init__(self, tensors: Mapping[str, Tensor], at: str, config: Mapping[str, Any], place: Place) -> None:
        """`at`: where the block's tensors stand."""
        self._attended = linear_at(tensors, f"{at}.attention.output.dense", place)
        self._up = linear_at(tensors, f"{at}.intermediate.dense", place)
        self._down = linear_at(tensors, f"{at}.output.dense", place)
        self._norm1 = norm(tensors, f"{at}.attention.output.LayerNorm", config, place.device, place.dtype)
        self._norm2 = norm(tensors, f"{at}.output.LayerNorm", config, place.device, place.dtype)

    @property
    def linears(self) -> tuple[Linear, ...]:
        """Its three matrix products."""
        return (self._attended, self._up, self._down)

    def __call__(self, x: Tensor, seen: Tensor) -> Tensor:
        """Rows that went into attention and what they saw, (rows, hidden) each → (rows, hidden)."""
        import torch

        x = self._norm1(x + self._attended(seen))
        return self._norm2(x + self._down(torch.nn.functional.gelu(self._up(x))))


def per_stretch(x: Tensor, stretches: Sequence[Stretch], pool: Callable[[Tensor], Tensor]) -> Tensor:
    """Apply `pool`, (count, length, hidden) → (count, hidden), to each stretch of rows."""
    import torch

    pooled, start = [], 0
    for stretch in stretches:
        rows = x[start : start + stretch.tokens]
        pooled.append(pool(rows.view(stretch.count, stretch.length, -1)))
        start += stretch.tokens
    return torch.cat(pooled)


def mean_of_tokens(rows: Tensor) -> Tensor:
    """(count, length, hidden) → float32 (count, hidden). A GPU sums in an order that depends on `count`; in double
    precision that is lost in the rounding to float32."""
    import torch

    wide = torch.float64 if rows.device.type == "cuda" else torch.float32
    return rows.to(wide).mean(1).float()


def place_tensor(tensor: Tensor, place: Place) -> Tensor:
    """The tensor on the place's device and in its dtype."""
    return tensor.to(device=place.device, dtype=place.dtype).contiguous()


def linear_at(tensors: Mapping[str, Tensor], name: str, place: Place) -> Linear:
    """The linear layer called `name`."""
    return Linear(place_tensor(tensors[f"{name}.weight"], place), place_tensor(tensors[f"{name}.bias"], place))


def norm(
    tensors: Mapping[str, Tensor],
    name: str,
    config: Mapping[str, Any],
    device: torch.device,
    dtype: torch.dtype | None,
) -> Callable[[Tensor], Tensor]:
    """The layer norm called `name`; `dtype` of its weights, float32 if None."""
    import torch

    weight = tensors[f"{name}.weight"].to(device=device, dtype=dtype or torch.float32)
    bias = tensors[f"{name}.bias"].to(device=device, dtype=dtype or torch.float32)
    epsilon = float(config.get("layer_norm_eps", 1e-12))

    def apply(x: Tensor) -> Tensor:
        return torch.nn.functional.layer_norm(x, (x.shape[-1],), weight, bias, epsilon)

    return apply
