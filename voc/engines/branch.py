"""The score branch: a few tuned blocks that leave the encoder's pass half way and end in what the heads read.

The encoder's lower blocks are shared. The branch adds tones of words (`voc.engines.tones`), goes through tuned copies
of some of the encoder's blocks, and ends in pools (`voc.engines.pooling`). So scores have features of their own, and
vectors stay the encoder's to the bit. Trained by `scripts/train_heads.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from voc.engines.blocks import Block
from voc.engines.pooling import Pooling
from voc.engines.tones import Tones
from voc.errors import ModelDamaged

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from torch import Tensor

    from voc.engines.device import Place
    from voc.engines.linear import Linear
    from voc.engines.packs import Pack


class Branch:
    """Tuned blocks behind block `after` of the encoder, and the pools."""

    def __init__(self, tensors: Mapping[str, Tensor], after: int, config: Mapping[str, Any], place: Place) -> None:
        """`tensors`: blocks under Hugging Face names counted from 0, those of the tones and of the pooling."""
        self.after = after
        self._tones = Tones(tensors, place)
        self._pooling = Pooling(tensors, config, place)
        count = len({name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")})
        self._blocks = [Block(tensors, number, config, place) for number in range(count)]

    @property
    def width(self) -> int:
        """Numbers a text."""
        return self._pooling.width

    @property
    def linears(self) -> tuple[Linear, ...]:
        """Every matrix product of the branch."""
        blocks = (linear for block in self._blocks for linear in block.linears)
        return (*self._tones.linears, *blocks, *self._pooling.linears)

    def __call__(self, x: Tensor, pack: Pack) -> Tensor:
        """Token states (rows, hidden) of a pack behind block `after` → float32 (texts, width)."""
        x = self._tones(x, pack.ids)
        for block in self._blocks:
            x = block(x, pack.stretches)
        return self._pooling(x, pack.stretches)


def read_branch(path: Path, config: Mapping[str, Any], place: Place) -> Branch:
    """The branch in a safetensors file, whose header says behind which block it leaves. Raises ModelDamaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            after = int(file.metadata()["after"])
            return Branch({name: file.get_tensor(name) for name in file.keys()}, after, config, place)  # noqa: SIM118
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelDamaged(f"The score branch {path.name} can't be read.", "Install voc again.") from error
