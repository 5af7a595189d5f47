"""The door for encoders that `bert` does not cover: transformers' model classes, safetensors only, no remote code.

Slower to start and to run. Rows are computed in blocks of one shape a length, filled up with repeated rows, so that a
text's encoding does not depend on its neighbours here either.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voc.engines.blocks import mean_of_tokens
from voc.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

    from voc.engines.device import Place
    from voc.engines.packs import Pack

BLOCK_TOKENS = 512
"""Tokens of a block; a longer text is a block of its own."""


class OtherModel:
    """Any `AutoModel` that takes input ids and gives hidden states. Same calls as `bert.Bert`."""

    def __init__(self, folder: Path, place: Place) -> None:
        """Load `folder`. Raises ModelError where transformers is missing or does not know the architecture."""
        try:
            from transformers import AutoModel
        except ImportError as error:
            raise ModelError(f"{folder.name} needs transformers.", "pip install transformers") from error
        try:
            model: Any = AutoModel.from_pretrained(
                folder, use_safetensors=True, local_files_only=True, trust_remote_code=False
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"transformers can't load {folder.name} ({type(error).__name__}).") from error
        self._model = model.to(device=place.device, dtype=place.dtype).eval()
        self._place = place
        self.layers = int(model.config.num_hidden_layers)
        self._hidden = int(model.config.hidden_size)

    def feature_width(self, layers: Sequence[int]) -> int:
        """See `bert.Bert.feature_width`; there is no branch."""
        return len(layers) * self._hidden

    def pooled(self, pack: Pack, layers: Sequence[int] | None, *, first_token: bool) -> tuple[Tensor, Tensor]:
        """See `bert.Bert.pooled`."""
        import torch

        ids = torch.from_numpy(pack.ids)
        vectors, features, start = [], [], 0
        with torch.inference_mode():
            for stretch in pack.stretches:
                rows = ids[start : start + stretch.tokens].view(stretch.count, stretch.length)
                start += stretch.tokens
                for part in torch.split(rows, max(1, BLOCK_TOKENS // stretch.length)):
                    hidden = self._block(part)
                    last = hidden[-1][: len(part)]
                    vectors.append(last[:, 0].float() if first_token else mean_of_tokens(last))
                    means = [mean_of_tokens(hidden[number][: len(part)]) for number in layers or ()]
                    features.append(torch.cat(means, dim=1) if means else vectors[-1][:, :0])
            return torch.cat(vectors).cpu(), torch.cat(features).cpu()

    def _block(self, rows: Tensor) -> Sequence[Tensor]:
        """Hidden states (block, length, hidden) after the embedding and after every layer."""
        import torch

        count = max(1, BLOCK_TOKENS // rows.shape[1])
        full = torch.cat([rows, rows[:1].expand(count - len(rows), -1)]).to(self._place.device)
        answer = self._model(input_ids=full, attention_mask=torch.ones_like(full), output_hidden_states=True)
        states: Sequence[Tensor] = answer.hidden_states
        return states
