"""The score branch: a few tuned blocks that leave the encoder's pass half way and end in what the heads read.

The encoder's lower blocks are shared; the branch is a tuned copy of some of its blocks and gives, for each text,
`pools` weighted means of its token states (attention pooling with learned queries, Lin et al. 2017, arXiv:1703.03130).
So scores have features of their own, and vectors stay the encoder's to the bit. Trained by `scripts/train_heads.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from voc.engines.blocks import Block, per_stretch
from voc.errors import ModelDamaged

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from torch import Tensor

    from voc.engines.device import Place
    from voc.engines.linear import Linear
    from voc.engines.packs import Stretch


class Branch:
    """Tuned blocks behind block `after` of the encoder, and the pools."""

    def __init__(self, tensors: Mapping[str, Tensor], after: int, config: Mapping[str, Any], place: Place) -> None:
        """`tensors`: blocks under Hugging Face names counted from 0, and `pool.queries` (pools, hidden)."""
        self.after = after
        self._queries = tensors["pool.queries"].float().to(place.device)
        count = len({name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")})
        self._blocks = [Block(tensors, number, config, place) for number in range(count)]

    @property
    def width(self) -> int:
        """Numbers a text."""
        return self._queries.numel()

    @property
    def linears(self) -> tuple[Linear, ...]:
        """Every matrix product of the branch."""
        return tuple(linear for block in self._blocks for linear in block.linears)

    def __call__(self, x: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        """Token states (rows, hidden) behind block `after` → float32 (texts, width)."""
        for block in self._blocks:
            x = block(x, stretches)
        return per_stretch(x, stretches, self._pool)

    def _pool(self, rows: Tensor) -> Tensor:
        """(count, length, hidden) → (count, pools × hidden). Sums of products, not matrix products: a text's sum must
        not depend on how many texts are beside it. On a GPU in double precision, as `mean_of_tokens`.
        """
        import torch

        states = rows.to(torch.float64 if rows.device.type == "cuda" else torch.float32)
        pools = []
        for query in self._queries:
            attention = (states * query).sum(2).softmax(1)
            pools.append((states * attention[:, :, None]).sum(1))
        return torch.cat(pools, dim=1).float()


def read_branch(path: Path, config: Mapping[str, Any], place: Place) -> Branch:
    """The branch in a safetensors file, whose header says behind which block it leaves. Raises ModelDamaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            after = int(file.metadata()["after"])
            return Branch({name: file.get_tensor(name) for name in file.keys()}, after, config, place)  # noqa: SIM118
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelDamaged(f"The score branch {path.name} can't be read.", "Install voc again.") from error
