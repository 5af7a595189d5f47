"""From token states to one row a text: what a branch ends in.

A few learned queries weigh a text's tokens (attention pooling, Lin et al. 2017, arXiv:1703.03130). The weighted means
then go through one more transformer block as if they were tokens that see the whole text (as the class token does in
the last block of CaiT, Touvron et al. 2021, arXiv:2103.17239): the depth of a block for a fifth of its price, since
only keys and values are computed for every token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from voc.engines.blocks import Rest, linear_at, per_stretch, place_tensor
from voc.engines.device import padded_rows
from voc.engines.linear import Linear

if TYPE_CHECKING:
    from torch import Tensor

    from voc.engines.device import Place
    from voc.engines.packs import Stretch

AT = "pool.layer"
"""Where the block's tensors stand in the branch's file, under Hugging Face names."""


class Pooling:
    """Token states (rows, hidden) of a pack → float32 (texts, width)."""

    def __init__(self, tensors: Mapping[str, Tensor], config: Mapping[str, Any], place: Place) -> None:
        """`tensors`: `pool.queries` (pools, hidden), and a block's under `pool.layer`."""
        import torch

        self._queries = tensors["pool.queries"].float().to(place.device)
        pair = [f"{AT}.attention.self.{name}" for name in ("key", "value")]
        self._query = linear_at(tensors, f"{AT}.attention.self.query", place)
        self._key_value = Linear(
            place_tensor(torch.cat([tensors[f"{part}.weight"] for part in pair]), place),
            place_tensor(torch.cat([tensors[f"{part}.bias"] for part in pair]), place),
        )
        self._rest = Rest(tensors, AT, config, place)
        self._heads = int(config["num_attention_heads"])

    @property
    def width(self) -> int:
        """Numbers a text."""
        return self._queries.numel()

    @property
    def linears(self) -> tuple[Linear, ...]:
        """Every matrix product."""
        return (self._query, self._key_value, *self._rest.linears)

    def __call__(self, x: Tensor, stretches: Sequence[Stretch]) -> Tensor:
        """See the class. Rows are padded as tokens are, so that a text's result does not depend on its neighbours."""
        import torch

        pools, hidden = self._queries.shape
        means = per_stretch(x, stretches, self._weighed).view(-1, hidden)
        rows = x.new_zeros((padded_rows(len(means), self._query.tile), hidden))
        rows[: len(means)] = means
        seen = torch.zeros_like(rows)
        self._look(self._query(rows), self._key_value(x), stretches, seen)
        return self._rest(rows, seen)[: len(means)].float().view(-1, pools * hidden)

    def _weighed(self, rows: Tensor) -> Tensor:
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

    def _look(self, query: Tensor, key_value: Tensor, stretches: Sequence[Stretch], seen: Tensor) -> None:
        """Each text's pools attend to its tokens; fills `seen` (rows of `query`, hidden)."""
        import torch

        pools, hidden = self._queries.shape
        width = hidden // self._heads
        token, row = 0, 0
        for stretch in stretches:
            own = slice(row, row + stretch.count * pools)
            q = query[own].view(stretch.count, pools, self._heads, width).transpose(1, 2)
            split = key_value[token : token + stretch.tokens].view(stretch.count, stretch.length, 2, self._heads, width)
            k, v = split.permute(2, 0, 3, 1, 4)
            mixed = torch.nn.functional.scaled_dot_product_attention(q, k, v)
            seen[own] = mixed.transpose(1, 2).reshape(-1, hidden)
            token, row = token + stretch.tokens, own.stop
