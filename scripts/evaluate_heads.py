"""Measure the sentiment and urgency heads on data that they were not trained on.

    python scripts/evaluate_heads.py --data ../shared/data

Sentiment: the shipped head on test parts. Urgency and sentiment of the rubric's gold items: five-fold cross-validation
of the whole training recipe. Prints one JSON document; `--write` also puts it beside the weights as `metrics.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heads.corpus import load_corpus
from heads.features import Features
from heads.judge import judge_gold, judge_probe, judge_sentiment, judge_transfer

from voc.evaluate.metrics import Figure
from voc.score import Heads

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the labelled sets"
    )
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "features", help="where features are kept")
    parser.add_argument(
        "--heads", type=Path, default=ROOT / "models" / "heads", help="heads are read from HEADS/<model>"
    )
    parser.add_argument("--model", default=None, help="encoder; the default one if not given")
    parser.add_argument("--threads", type=int, default=None, help="threads of the encoder")
    parser.add_argument("--write", action="store_true", help="write metrics.json beside the weights")
    options = parser.parse_args()

    corpus = load_corpus(options.data)
    encode = Features(options.cache, options.model, options.threads)
    folder = options.heads / encode.card.name
    heads = Heads.read(folder, encode.card.name)
    answers = {
        "heads": heads.digest,
        **judge_sentiment(corpus, encode, heads),
        **judge_probe(corpus, encode),
        **judge_gold(corpus, encode, encode.card.name, lambda line: print(line, file=sys.stderr, flush=True)),
        **judge_transfer(encode, heads),
    }
    text = json.dumps(answers, indent=2, default=_plain, ensure_ascii=False)
    print(text)
    if options.write:
        (folder / "metrics.json").write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, Figure):
        return {name: round(number, 4) for name, number in asdict(value).items()}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
