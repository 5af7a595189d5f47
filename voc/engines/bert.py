"""The forward pass of BERT-shaped encoders over packs of texts, without padding and without masks.

Covers `bert`, `roberta` and `xlm-roberta` folders with absolute positions and the exact GELU (Devlin et al. 2019,
arXiv:1810.04805). Token-wise work runs over all tokens of a pack at once; attention runs per stretch of texts of one
length, so that no text sees another one or a padding token. Importing transformers would take longer than loading this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from voc.engines.blocks import Block, mean_of_tokens, norm, per_stretch
from voc.engines.device import GPU_TILE, padded_rows
from voc.engines.linear import depends_on_rows

if TYPE_CHECKING:
    from torch import Tensor

    from voc.engines.branch import Branch
    from voc.engines.device import Place
    from voc.engines.packs import Pack

FAMILIES = frozenset({"bert", "roberta", "xlm-roberta"})
CPU_TILE = 512


def covers(config: Mapping[str, Any]) -> bool:
    """Whether this module computes what the folder's `config.json` describes."""
    return (
        config.get("model_type") in FAMILIES
        and config.get("hidden_act", "gelu") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
    )


class Bert:
    """The model on its device. Not thread-safe in so far as torch's number of threads is the process's."""

    def __init__(
        self, tensors: Mapping[str, Tensor], config: Mapping[str, Any], place: Place, branch: Branch | None = None
    ) -> None:
        """`tensors` under Hugging Face names, with or without the family's prefix."""
        self._branch = branch
        self._place = place
        self._config = config
        self._tensors = {_bare(name): tensor for name, tensor in tensors.items()}
        self.layers = int(config["num_hidden_layers"])
        self._hidden = int(config["hidden_size"])
        self._pad = int(config.get("pad_token_id") or 0)
        self._first_position = self._pad + 1 if "roberta" in config["model_type"] else 0
        self._embedding = _Embedding(self._tensors, config, place)
        self._blocks = [Block(self._tensors, i, config, place) for i in range(self.layers)]
        del self._tensors
        self.tile = self._choose_tile()

    def pooled(self, pack: Pack, layers: Sequence[int] | None, *, first_token: bool) -> tuple[Tensor, Tensor]:
        """One forward pass; gives two float32 arrays on the CPU.

        Vectors (texts, hidden), not yet of unit length: the mean of the last layer over a text's tokens, or its first
        token. Features (texts, feature_width(layers)): the means of `layers`, where 1 is the first block, and what the
        branch gives, side by side in the order of blocks; (texts, 0) where `layers` is None.
        """
        import torch

        with torch.inference_mode():
            x = self._embed(pack)
            parts: list[Tensor] = []
            for number, block in enumerate(self._blocks, start=1):
                x = block(x, pack.stretches)
                if layers is None:
                    continue
                if number in layers:
                    parts.append(per_stretch(x, pack.stretches, mean_of_tokens))
                if self._branch is not None and number == self._branch.after:
                    parts.append(self._branch(x, pack))
            vector = per_stretch(x, pack.stretches, _first_token if first_token else mean_of_tokens)
            features = torch.cat(parts, dim=1) if parts else vector[:, :0]
            return vector.cpu(), features.cpu()

    def states(self, pack: Pack, after: int) -> Tensor:
        """Token states (tokens, hidden) behind block `after`, in the device's dtype: what a branch is tuned on."""
        import torch

        with torch.inference_mode():
            x = self._embed(pack)
            for block in self._blocks[:after]:
                x = block(x, pack.stretches)
            return x[: len(pack.ids)]

    def feature_width(self, layers: Sequence[int]) -> int:
        """Features a text."""
        return len(layers) * self._hidden + (self._branch.width if self._branch is not None else 0)

    def _embed(self, pack: Pack) -> Tensor:
        import torch

        rows = padded_rows(len(pack.ids), self.tile)
        ids = torch.full((rows,), self._pad)
        positions = torch.full((rows,), self._first_position)
        ids[: len(pack.ids)] = torch.from_numpy(pack.ids)
        positions[: len(pack.ids)] += torch.from_numpy(pack.positions())
        return self._embedding(ids.to(self._place.device), positions.to(self._place.device))

    def _choose_tile(self) -> int | None:
        """Fixed tiles on a GPU; on a CPU only where its library needs them, which is tried here once for each shape."""
        import torch

        branch = self._branch.linears if self._branch is not None else ()
        if self._place.device.type != "cpu":
            tile: int | None = GPU_TILE
        else:
            with torch.inference_mode():
                shapes = {linear.shape: linear for linear in (*branch, *self._blocks[0].linears)}
                tile = CPU_TILE if depends_on_rows(list(shapes.values())) else None
        for linear in (*(linear for block in self._blocks for linear in block.linears), *branch):
            linear.tile = tile
        return tile


class _Embedding:
    """Word, position and token type 0, added and normalised in float32, then cast."""

    def __init__(self, tensors: Mapping[str, Tensor], config: Mapping[str, Any], place: Place) -> None:
        # On a CPU the word table stays as it is mapped from the file: only rows that occur are ever read.
        self._words = tensors["embeddings.word_embeddings.weight"].to(place.device)
        types = tensors["embeddings.token_type_embeddings.weight"][0]
        self._positions = (tensors["embeddings.position_embeddings.weight"].float() + types.float()).to(place.device)
        self._norm = norm(tensors, "embeddings.LayerNorm", config, place.device, None)
        self._dtype = place.dtype

    def __call__(self, ids: Tensor, positions: Tensor) -> Tensor:
        import torch

        words = torch.nn.functional.embedding(ids, self._words).float()
        return self._norm(words + self._positions[positions]).to(self._dtype)


def _first_token(rows: Tensor) -> Tensor:
    return rows[:, 0].float()


def _bare(name: str) -> str:
    for prefix in ("bert.", "roberta."):
        name = name.removeprefix(prefix)
    return name
