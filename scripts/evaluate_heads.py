"""Measure every score on data that it was not trained on.

    python scripts/evaluate_heads.py --data ../shared/data

Sentiment, emotions, intents: test parts of public sets, beside a linear probe and a TF-IDF baseline in the same run.
The rubric's gold items: five folds, each judged by a branch and a calibration that did not see it. Two readers' rows,
NHS comments, contrast pairs: never trained on. Prints one JSON document; `--write` also puts it beside the weights as
`metrics.json`. `--sealed` also scores the sealed half of the contrast pairs: once, when the heads are final.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heads import feedback, judge
from heads.corpus import load_corpus
from heads.features import Features
from heads.recipe import Recipe

from voc.evaluate.metrics import Figure
from voc.score import Heads

ROOT = Path(__file__).resolve().parents[1]
PROBED = (6, 9, 12)
"""Blocks whose means the linear probe reads."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the labelled sets"
    )
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache", help="where features are kept")
    parser.add_argument(
        "--heads", type=Path, default=ROOT / "models" / "heads", help="heads are read from HEADS/<model>"
    )
    parser.add_argument("--threads", type=int, default=2, help="as in training")
    parser.add_argument("--sealed", action="store_true", help="score the sealed contrast pairs too")
    parser.add_argument("--write", action="store_true", help="write metrics.json beside the weights")
    options = parser.parse_args()

    corpus = load_corpus(options.data)
    folder = options.heads / "multilingual-e5-small"
    encode = Features(options.cache / "features", folder / "branch.safetensors", threads=options.threads)
    frozen = Features(options.cache / "features", None, layers=PROBED, threads=options.threads)
    heads = Heads.read(folder, encode.card.name)
    recipe = Recipe(corpus, options.cache, options.threads, encode.card.name)
    answers: dict[str, Any] = {"heads": heads.digest}
    for question in (
        lambda: judge.judge_sentiment(corpus, encode, heads),
        lambda: judge.judge_aspects(options.data, encode, heads),
        lambda: feedback.judge_gold(corpus.gold, recipe.folds()),
        lambda: feedback.judge_readers(options.data, encode, heads),
        lambda: feedback.judge_contrast("open", encode, heads),
        lambda: feedback.judge_transfer(encode, heads),
        lambda: judge.judge_facets(corpus, encode, heads),
        lambda: feedback.judge_criticality(options.data, encode, heads),
        lambda: judge.judge_probe(corpus, frozen),
        lambda: feedback.judge_contrast("sealed", encode, heads) if options.sealed else {},
    ):
        found = question()
        _say(json.dumps(found, default=_plain, ensure_ascii=False))
        answers.update(found)
    text = json.dumps(answers, indent=2, default=_plain, ensure_ascii=False)
    print(text)
    if options.write:
        (folder / "metrics.json").write_text(text + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Figure):
        return {name: round(number, 4) for name, number in asdict(value).items()}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
