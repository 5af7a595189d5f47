"""Train the sentiment and urgency heads of an encoder and write them where the package ships them.

    python scripts/train_heads.py --data ../shared/data

CPU only and deterministic: the same data and the same head features give the same files. Figures come from
`scripts/evaluate_heads.py`, which runs the same recipe on folds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from heads.corpus import load_corpus
from heads.features import Features
from heads.fit import fit_heads
from heads.pack import write_heads

from voc import catalog

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the labelled sets"
    )
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "features", help="where features are kept")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "heads", help="heads are written to OUT/<model>")
    parser.add_argument("--model", default=None, help="encoder; the default one if not given")
    parser.add_argument("--threads", type=int, default=None, help="threads of the encoder")
    options = parser.parse_args()

    corpus = load_corpus(options.data)
    encode = Features(options.cache, options.model, options.threads)
    # Encoded in one go, so that progress is one count.
    encode(corpus.texts())
    heads = fit_heads(corpus, corpus.gold, encode, encode.card.name)
    folder = options.out / encode.card.name
    write_heads(heads, folder, catalog.model_hash(catalog.materialise(encode.card), encode.card))
    print(f"temperature {heads.sentiment.temperature}, thresholds {heads.urgency.thresholds}, written to {folder}")


if __name__ == "__main__":
    main()
