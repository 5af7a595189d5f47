"""The forward pass of BERT-shaped encoders over packs of texts, without padding and without masks.

Covers `bert`, `roberta` and `xlm-roberta` folders with absolute positions and the exact GELU (Devlin et al. 2019,
arXiv:1810.04805). Token-wise work runs over all tokens of a pack at once; attention runs per stretch of texts of one
length, so that no text sees another one or a padding token. Importing transformers would take longer than loading this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from voc.engines.device import GPU_TILE, padded_rows
from voc.engines.linear import Linear, depends_on_rows

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from voc.engines.branch import Branch
    from voc.engines.device import Place
    from voc.engines.packs import Pack, Stretch

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

    def pooled(self, pack: Pack, layers: Sequence[int], *, first_token: bool) -> tuple[Tensor, Tensor]:
        """One forward pass; gives two float32 arrays on the CPU.

        Vectors (texts, hidden), not yet of unit length: the mean of the last layer over a text's tokens, or its first
        token. Features (texts, feature_width(layers)): the means of `layers`, where 1 is the first block, and what the
        branch gives, side by side in the order of blocks.
        """
        import torch

        with torch.inference_mode():
            x = self._embed(pack)
            parts: list[Tensor] = []
            for number, block in enumerate(self._blocks, start=1):
                x = block(x, pack.stretches)
                if number in layers:
                    parts.append(per_stretch(x, pack.stretches, mean_of_tokens))
                if self._branch is not None and number == self._branch.after:
                    parts.append(self._branch(x, pack.stretches))
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
        """Fixed tiles on a GPU; on a CPU only where its library needs them, which is measured here (some 20 ms)."""
        import torch

        if self._place.device.type != "cpu":
            tile: int | None = GPU_TILE
        else:
            with torch.inference_mode():
                tile = CPU_TILE if depends_on_rows(self._blocks[0].linears) else None
        linears = [linear for block in self._blocks for linear in block.linears]
        for linear in (*linears, *(self._branch.linears if self._branch is not None else ())):
            linear.tile = tile
        return tile


class _Embedding:
    """Word, position and token type 0, added and normalised in float32, then cast."""

    def __init__(self, tensors: Mapping[str, Tensor], config: Mapping[str, Any], place: Place) -> None:
        # On a CPU the word table stays as it is mapped from the file: only rows that occur are ever read.
        self._words = tensors["embeddings.word_embeddings.weight"].to(place.device)
        types = tensors["embeddings.token_type_embeddings.weight"][0]
        self._positions = (tensors["embeddings.position_embeddings.weight"].float() + types.float()).to(place.device)
        self._norm = _norm(tensors, "embeddings.LayerNorm", config, place.device, None)
        self._dtype = place.dtype

    def __call__(self, ids: Tensor, positions: Tensor) -> Tensor:
        import torch

        words = torch.nn.functional.embedding(ids, self._words).float()
        return self._norm(words + self._positions[positions]).to(self._dtype)


class Block:
    """One transformer block: attention, then feed-forward, each added to its input and normalised after."""

    def __init__(self, tensors: Mapping[str, Tensor], number: int, config: Mapping[str, Any], place: Place) -> None:
        import torch

        at = f"encoder.layer.{number}"
        parts = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        weight = torch.cat([tensors[f"{part}.weight"] for part in parts])
        bias = torch.cat([tensors[f"{part}.bias"] for part in parts])
        self._qkv = Linear(place_tensor(weight, place), place_tensor(bias, place))
        self._attended = _linear(tensors, f"{at}.attention.output.dense", place)
        self._up = _linear(tensors, f"{at}.intermediate.dense", place)
        self._down = _linear(tensors, f"{at}.output.dense", place)
        self._norm1 = _norm(tensors, f"{at}.attention.output.LayerNorm", config, place.device, place.dtype)
        self._norm2 = _norm(tensors, f"{at}.output.LayerNorm", config, place.device, place.dtype)
        self._heads = int(config["num_attention_heads"])

    @property
    def linears(self) -> tuple[Linear, ...]:
        """The block's four matrix products."""
        return (self._qkv, self._attended, self._up, self._down)

    def __call__(self, x: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        import torch

        x = self._norm1(x + self._attended(self._attend(self._qkv(x), stretches)))
        return self._norm2(x + self._down(torch.nn.functional.gelu(self._up(x))))

    def _attend(self, qkv: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        """(rows, 3 × hidden) → (rows, hidden). Padding rows at the end attend to nothing and stay zero."""
        import torch

        width = qkv.shape[1] // 3
        context = qkv.new_zeros((len(qkv), width))
        start = 0
        for stretch in stretches:
            rows = slice(start, start + stretch.tokens)
            split = qkv[rows].view(stretch.count, stretch.length, 3, self._heads, width // self._heads)
            q, k, v = split.permute(2, 0, 3, 1, 4)
            mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v)
            context[rows] = mixed.transpose(1, 2).reshape(stretch.tokens, width)
            start = rows.stop
        return context


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


def _first_token(rows: Tensor) -> Tensor:
    return rows[:, 0].float()


def place_tensor(tensor: Tensor, place: Place) -> Tensor:
    """The tensor on the place's device and in its dtype."""
    return tensor.to(device=place.device, dtype=place.dtype).contiguous()


def _linear(tensors: Mapping[str, Tensor], name: str, place: Place) -> Linear:
    return Linear(place_tensor(tensors[f"{name}.weight"], place), place_tensor(tensors[f"{name}.bias"], place))


def _norm(
    tensors: Mapping[str, Tensor],
    name: str,
    config: Mapping[str, Any],
    device: torch.device,
    dtype: torch.dtype | None,
) -> Callable[[Tensor], Tensor]:
    import torch

    weight = tensors[f"{name}.weight"].to(device=device, dtype=dtype or torch.float32)
    bias = tensors[f"{name}.bias"].to(device=device, dtype=dtype or torch.float32)
    epsilon = float(config.get("layer_norm_eps", 1e-12))

    def apply(x: Tensor) -> Tensor:
        return torch.nn.functional.layer_norm(x, (x.shape[-1],), weight, bias, epsilon)

    return apply


def _bare(name: str) -> str:
    for prefix in ("bert.", "roberta."):
        name = name.removeprefix(prefix)
    return name
