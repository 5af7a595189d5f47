"""A linear layer whose result for a row does not depend on the other rows.

Two ways to that end, see docs/decisions/0002-canonical-batches.md: most CPU libraries give a row the same bits whatever
the number of rows, which `depends_on_rows` checks on a weight of each shape; elsewhere every product is made in tiles
of one fixed number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

PROBE_ROWS = (64, 128, 320, 1024)


class Linear:
    """x (rows, in) → (rows, out) = x Wᵀ + b."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """`weight` (out, in) and `bias` (out,), on their device and in their dtype."""
        self.shape = (weight.shape[0], weight.shape[1])
        self.tile: int | None = None
        """Rows of one product; None: all of them at once."""
        self._apply = _prepacked(weight, bias) or _plain(weight, bias)
        self._like = bias

    def __call__(self, x: Tensor) -> Tensor:
        if self.tile is None or len(x) == self.tile:
            return self._apply(x)
        import torch

        return torch.cat([self._apply(part) for part in torch.split(x, self.tile)])

    def probe(self) -> Tensor:
        """Made-up input of as many rows as are ever compared."""
        import torch

        generator = torch.Generator().manual_seed(0)
        rows = torch.randn(max(PROBE_ROWS), self.shape[1], generator=generator)
        return rows.to(device=self._like.device, dtype=self._like.dtype)


def depends_on_rows(layers: Sequence[Linear]) -> bool:
    """Whether any layer gives a row other bits when the number of rows or the row's place among them changes."""
    import torch

    for layer in layers:
        x = layer.probe()
        whole = layer(x)
        for rows in PROBE_ROWS:
            if not torch.equal(layer(x[:rows].clone()), whole[:rows]):
                return True
            if not torch.equal(layer(x[-rows:].clone()), whole[-rows:]):
                return True
    return False


def _plain(weight: Tensor, bias: Tensor) -> Callable[[Tensor], Tensor]:
    import torch

    def apply(x: Tensor) -> Tensor:
        return torch.nn.functional.linear(x, weight, bias)

    return apply


def _prepacked(weight: Tensor, bias: Tensor) -> Callable[[Tensor], Tensor] | None:
    """OneDNN's product with the weight in oneDNN's layout, not laid out anew for every call (bfloat16 on a CPU only).

    These are the operators that torch's own compiler emits; where a version of torch has none or other ones, None, and
    the plain layer does the same, slower on small packs.
    """
    import torch

    if weight.device.type != "cpu" or weight.dtype != torch.bfloat16:
        return None
    try:
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, None)  # noqa: SLF001
        multiply = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001

        def apply(x: Tensor) -> Tensor:
            result: Tensor = multiply(x, packed, bias, "none", [], "")
            return result

        sample = torch.ones((1, weight.shape[1]), dtype=weight.dtype)
        return apply if torch.allclose(apply(sample), _plain(weight, bias)(sample), rtol=0.02, atol=0.02) else None
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return None
