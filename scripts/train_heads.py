"""Tune the score branch of the default encoder, calibrate its heads, and write both where the package ships them.

    python scripts/train_heads.py --data ../shared/data

CPU only, with fixed seeds and a fixed number of threads. Each of the seven tuning steps is kept in the cache and not
repeated: an interrupted training goes on with the step it was in, `--fresh` begins anew. Figures come from
`scripts/evaluate_heads.py`.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from heads.corpus import load_corpus
from heads.pack import write_branch, write_heads
from heads.recipe import Recipe
from heads.tuning import TuningOptions

from voc import catalog

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the labelled sets"
    )
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache", help="where states and steps are kept")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "heads", help="written to OUT/<model>")
    parser.add_argument("--threads", type=int, default=2, help="another number gives other last bits")
    parser.add_argument("--fresh", action="store_true", help="forget the steps that were made before")
    options = parser.parse_args()

    if options.fresh:
        shutil.rmtree(options.cache / "branches", ignore_errors=True)
    name = catalog.default_model()
    branch, heads = Recipe(load_corpus(options.data), options.cache, options.threads, name).trained()
    folder = options.out / name
    write_branch(branch.tensors(), TuningOptions().after, folder / "branch.safetensors")
    write_heads(heads, folder)
    print(f"sentiment {heads.sentiment}, thresholds {heads.urgency.thresholds}, written to {folder}")


if __name__ == "__main__":
    main()
