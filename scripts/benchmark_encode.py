"""How fast the default model runs here, beside other engines, as one JSON document on standard output. CPU only.

    python scripts/benchmark_encode.py [--data ../shared/data] [--sets NAME ...] [--texts 1000] [--rounds 3]
        [--voc bf16,fp32] [--features] [--peers NAMES] [--threads N] [--cosine 10000] > encode.json
    python scripts/benchmark_encode.py --check

Sets: short English, long English and Korean texts of the evaluation data; made-up sentences where it is absent. All
texts are distinct and nothing is cached. A round is a turn of every engine, in the same process; the median turn and
the best one are told, and ratios are of medians. In between, the machine's bfloat16 matrix rate is measured with the
model's own shapes; an engine's share of it leaves attention out. Cosines are to float32 vectors, of
sentence-transformers where it is here. Ratios hold from machine to machine, seconds do not. `--check` is CI's:
see `encode_check.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmark_facts import facts, matrix_rate, note, seconds
from encode_engines import PEERS, Engine, Ground, ours, peers

from voc.errors import VocError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MFLOP_PER_TOKEN = 42.6
"""Two operations for each of the model's 21.3 million parameters outside the word table; attention is not counted."""
SETS = {"banking77_en": "short", "cfpb_complaints_en": "long", "app_reviews_ko_finance_stream": "Korean"}
RATIOS = ("sentence-transformers fp32", "sentence-transformers bf16")
REFERENCES = ("sentence-transformers fp32", "padded batches fp32", "voc fp32")
SUBJECTS = ("the card payment", "my parcel", "the login code", "the refund", "the app", "support", "the new screen")
EVENTS = (
    "does not work",
    "was two days late again and nobody told me",
    "failed after the update",
    "is great",
    "charges me twice every month, please look into it",
    "keeps asking for the same number",
)


def made_up(count: int) -> list[str]:
    """Distinct sentences put together from the lists above."""
    made = [f"{s} {e}, order {n}" for n in range(count) for s in SUBJECTS for e in EVENTS]
    return spread(made, count)


def distinct(data: Path, names: Sequence[str], count: int) -> dict[str, list[str]]:
    """Name → its distinct texts; made-up ones where the data holds none of the sets."""
    found = {}
    for name in names:
        path = data / name / "data.jsonl"
        if not path.is_file():
            note(f"left out: {name}, which is not in {data}")
            continue
        with path.open(encoding="utf-8") as rows:
            found[name] = list(dict.fromkeys(text for row in rows if (text := json.loads(row)["text"].strip())))
    return found or {"made up": made_up(count)}


def spread(texts: list[str], count: int) -> list[str]:
    """`count` of the texts, evenly from first to last, so that sorted sets are not seen from one end."""
    return [texts[at * len(texts) // count] for at in range(count)] if count < len(texts) else texts


def engines(options: argparse.Namespace, ground: Ground) -> dict[str, Engine]:
    """Everything that takes turns, by name."""
    found = {f"voc {dtype}": ours(ground, dtype, features=False) for dtype in _names(options.voc)}
    if options.features:
        found |= {f"voc {dtype} with scores": ours(ground, dtype, features=True) for dtype in _names(options.voc)}
    return found | dict(peers(ground, _names(options.peers)))


def measure(
    running: dict[str, Engine], texts: list[str], rounds: int, threads: int
) -> tuple[dict[str, list[float]], dict[str, NDArray[np.float32]], list[float]]:
    """Seconds of every turn, vectors of the last one, and the bfloat16 matrix rate of every round."""
    import torch

    spent: dict[str, list[float]] = {name: [] for name in running}
    vectors: dict[str, NDArray[np.float32]] = {}
    rates: list[float] = []
    for number in range(rounds):
        torch.set_num_threads(threads)
        rates.append(matrix_rate("bfloat16", threads))
        names = list(running)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            torch.set_num_threads(threads)

            def turn(name: str = name) -> None:
                vectors[name] = running[name](texts)

            spent[name].append(seconds(turn))
            note(f"  round {number + 1}: {name} {len(texts) / spent[name][-1]:.1f} texts/s")
    return spent, vectors, rates


def one_set(running: dict[str, Engine], everything: list[str], options: argparse.Namespace, ground: Ground) -> dict:
    """Figures of all engines over one set."""
    texts = spread(everything, options.texts)
    for work in running.values():
        work(texts[:32])
    spent, vectors, rates = measure(running, texts, options.rounds, ground.threads)
    tokens = sum(map(len, ground.tokens(texts)))
    reachable = max(rates) * 1e9 / (tokens * MFLOP_PER_TOKEN * 1e6)
    typical = {name: median(turns) for name, turns in spent.items()}
    rows: dict[str, dict[str, Any]] = {}
    for name, turns in spent.items():
        rows[name] = {
            "texts_per_s": round(len(texts) / typical[name], 1),
            "texts_per_s_best": round(len(texts) / min(turns), 1),
            "ratio": {peer: round(typical[peer] / typical[name], 3) for peer in RATIOS if peer in typical},
            "model_gflops": round(tokens * MFLOP_PER_TOKEN / typical[name] / 1e3, 1),
            "share_of_bf16_rate": round(1 / typical[name] / reachable, 3),
        }
    for name, told in cosines(running, vectors, everything, options.cosine).items():
        rows[name]["cosine"] = told
    return {
        "texts": len(texts),
        "tokens_per_text": round(tokens / len(texts), 1),
        "bf16_matrix_gflops": round(max(rates), 1),
        "engines": rows,
    }


def cosines(
    running: dict[str, Engine], vectors: dict[str, NDArray[np.float32]], everything: list[str], most: int
) -> dict[str, dict[str, Any]]:
    """How close each engine's vectors are to the float32 reference: voc's over up to `most` texts, the others' over
    those that were timed."""
    reference = next((name for name in REFERENCES if name in running), None)
    if reference is None:
        return {}
    own = [name for name in running if name.startswith("voc ") and name != reference]
    more = spread(everything, most)
    if len(more) > len(vectors[reference]) and own:
        wanted = running[reference](more)
        vectors = vectors | {name: running[name](more) for name in own}
    else:
        wanted = vectors[reference]
    found = {}
    for name in vectors:
        if name != reference:
            to = wanted if len(vectors[name]) == len(wanted) else vectors[reference]
            found[name] = {"to": reference} | closeness(vectors[name], to)
    return found


def closeness(found: NDArray[np.float32], wanted: NDArray[np.float32]) -> dict[str, Any]:
    """Cosine of vectors (n, dim), row by row: the worst, the worst of the best 99 %, the mean."""
    one, other = found.astype(np.float64), wanted.astype(np.float64)
    cosine = (one * other).sum(1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))
    worst, low, mean = cosine.min(), np.quantile(cosine, 0.01), cosine.mean()
    return {"texts": len(cosine), "worst": round(worst, 6), "p1": round(low, 6), "mean": round(mean, 6)}


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sets", nargs="+", default=list(SETS), metavar="NAME")
    parser.add_argument("--texts", type=int, default=1000, help="of each set, to take time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--voc", default="bf16,fp32", help="dtypes of voc's engine, separated by commas")
    parser.add_argument("--features", action="store_true", help="voc with its score branch as well")
    parser.add_argument("--peers", default=",".join(PEERS), help="names, separated by commas; '' for none")
    parser.add_argument("--threads", type=int, default=0, help="of every engine; 0: as many as torch takes")
    parser.add_argument("--cosine", type=int, default=0, help="compare vectors of up to so many texts of each set")
    parser.add_argument("--check", action="store_true", help="only compare with a plain pass; exit with 1 if too slow")
    return parser.parse_args()


def main() -> int:
    options = parsed()
    if options.check:
        from encode_check import TEXTS, check

        return check(made_up(TEXTS))
    import torch

    threads = options.threads or torch.get_num_threads()
    before = facts()
    with tempfile.TemporaryDirectory() as scratch:
        ground = Ground.of(threads, Path(scratch))
        running = engines(options, ground)
        told = {}
        for name, texts in distinct(options.data, options.sets, max(options.texts, options.cosine)).items():
            note(name)
            told[name] = {"kind": SETS.get(name, "")} | one_set(running, texts, options, ground)
    result = {"benchmark": "encode", **before, "threads": threads, "rounds": options.rounds, "sets": told}
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except VocError as error:
        sys.exit(f"{error.message} {error.hint or ''}")
