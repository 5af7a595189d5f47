"""No text that judges is trained on: the splitting functions of the training scripts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("VOC_SHARED", ROOT.parent / "shared")) / "data"


@pytest.fixture(scope="module", autouse=True)
def _scripts_on_the_path():
    sys.path.insert(0, str(ROOT / "scripts"))
    yield
    sys.path.remove(str(ROOT / "scripts"))


@dataclass(frozen=True)
class Row:
    text: str


def test_every_wording_that_judges_is_removed_from_training():
    from heads.splits import held_out, without

    test = [Row("@anna Great app!!! http://a.example"), Row("배송이   늦어요"), Row("It\\u2019s fine")]
    training = [Row("great APP"), Row("배송이 늦어요."), Row("@x It’s fine"), Row("something else"), Row("???")]
    assert without(training, held_out(test)) == [Row("something else")]


def test_one_wording_trains_once():
    from heads.splits import without

    assert without([Row("Good!"), Row("good"), Row("better")], frozenset()) == [Row("Good!"), Row("better")]


def test_folds_keep_equal_wordings_together_and_do_not_depend_on_order():
    from heads.splits import folds

    rows = [Row(f"text {i % 40}") for i in range(60)]
    strata = [i % 2 for i in range(60)]
    numbers = folds(rows, strata, 5)
    by_text = {row.text: number for row, number in zip(rows, numbers, strict=True)}
    assert all(by_text[row.text] == number for row, number in zip(rows, numbers, strict=True))
    backwards = folds(rows[::-1], strata[::-1], 5)
    assert backwards[::-1] == numbers
    assert set(numbers) == set(range(5))


def test_weighted_kappa_agrees_with_a_table_worked_by_hand():
    import numpy as np

    from voc.evaluate.metrics import quadratic_kappa

    # Observed disagreement 1/4 of weight 1; expected: gold (2, 2), guess (3, 1) → (2·1 + 2·3) / 16 = 1/2. κ = 1 − ½.
    assert quadratic_kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), classes=2) == pytest.approx(0.5)


def test_auc_counts_a_tie_as_half():
    import numpy as np

    from voc.evaluate.metrics import auc

    assert auc(np.array([True, False, False]), np.array([0.5, 0.5, 0.1])) == pytest.approx(0.75)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets (../shared) are not here")
def test_the_real_training_rows_share_no_wording_with_what_judges_them():
    from heads.corpus import contrast_texts, foreign_tests, load_corpus
    from heads.splits import held_out, normalise

    corpus = load_corpus(SHARED)
    judging = held_out(corpus.test, corpus.dev, corpus.gold, foreign_tests(SHARED), contrast_texts())
    training = {normalise(row.text) for row in [*corpus.train, *corpus.late]}
    assert training.isdisjoint(judging)
    assert len(training) > 40_000


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets (../shared) are not here")
def test_no_wording_of_a_gold_fold_stands_in_another():
    pytest.importorskip("torch", reason="the training scripts need torch")
    from heads.settling import gold_folds
    from heads.sources import gold_rows
    from heads.splits import normalise

    gold = gold_rows(SHARED)
    numbers = gold_folds(gold)
    fold_of = {}
    for row, number in zip(gold, numbers, strict=True):
        assert fold_of.setdefault(normalise(row.text), number) == number
    assert set(numbers) == set(range(5))


def test_what_is_written_for_training_is_none_of_what_the_project_judges_with():
    from heads.corpus import contrast_texts
    from heads.sources import post_rows, written_rows
    from heads.splits import normalise

    pairs = {normalise(row.text) for row in contrast_texts()}
    assert pairs.isdisjoint(normalise(row.text) for row in [*written_rows(), *written_rows(late=True), *post_rows()])


def test_posts_have_a_sentiment_and_nothing_else():
    from heads.sources import post_rows

    rows = post_rows()
    assert {row.lang for row in rows} == {"ar", "de", "es", "fr", "hi", "it", "pt"}
    assert {row.sentiment for row in rows} == {0, 1, 2}
    assert all(row.part == "train" and row.levels is row.reasons is row.intents is None for row in rows)


def test_late_rows_only_teach():
    from heads.sources import written_rows

    late = written_rows(late=True)
    assert len(late) > 1500
    assert {row.part for row in late} == {"train"}
    assert not any(row.clear for row in late)


def test_written_rows_use_the_products_own_labels():
    from heads.sources import written_rows

    from voc.model import EMOTIONS, EXPERIENCE, INTENTS, JOURNEY, REASONS

    rows = [*written_rows(), *written_rows(late=True)]
    assert len(rows) > 10_000
    for row in rows:
        assert row.lang in ("ko", "en")
        assert row.reasons <= set(REASONS)
        for labels, known in (
            (row.emotions, EMOTIONS),
            (row.intents, INTENTS),
            (row.journey, JOURNEY),
            (row.experience, EXPERIENCE),
        ):
            assert labels is None or labels <= set(known)
