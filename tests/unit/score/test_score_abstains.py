"""Where there is no evidence the scores abstain instead of guessing, and say so in the one way that is agreed."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file

from voc.errors import ModelDamaged, ModelMismatch
from voc.score.heads import Heads
from voc.score.mentions import score_mentions


def _score(heads, features, text, lang):
    return score_mentions(features(1), [text], [lang], heads).one(0)


def test_a_language_without_evidence_has_no_sentiment_and_normal_urgency(small_heads, features):
    score = _score(small_heads, features, "Käyn täällä usein", "fi")
    assert score.sentiment.label is None
    assert score.sentiment.probs is None
    assert (score.urgency.level, score.urgency.score, score.urgency.reasons) == ("normal", pytest.approx(0.2), ())


@pytest.mark.parametrize("text", ["", "  ", "12345", "!!! ???", "👍👍"])
def test_text_without_letters_has_no_sentiment_and_low_urgency(small_heads, features, text):
    score = _score(small_heads, features, text, "en")
    assert (score.sentiment.label, score.urgency.level, score.urgency.score) == (None, "low", 0.0)


def test_an_undetermined_short_text_in_a_known_script_is_scored(small_heads, features):
    assert _score(small_heads, features, "ok good", "und").sentiment.label is not None


def test_an_undetermined_text_in_another_script_abstains(small_heads, features):
    assert _score(small_heads, features, "дякую", "und").sentiment.label is None


def test_without_heads_everything_abstains(features):
    score = _score(None, features, "I was charged twice", "en")
    assert (score.sentiment.label, score.urgency.level, score.urgency.score) == (None, "normal", 0.0)


def test_features_that_are_no_numbers_abstain_and_leave_their_neighbours_alone(small_heads, features):
    broken = features(3)
    clean = score_mentions(broken, ["a b"] * 3, ["en"] * 3, small_heads)
    broken[1, 0] = np.nan
    scores = score_mentions(broken, ["a b"] * 3, ["en"] * 3, small_heads)
    assert np.isnan(scores.sentiment[1]).all()
    assert np.array_equal(scores.sentiment[[0, 2]], clean.sentiment[[0, 2]])
    assert scores.level[1] == "normal"


def test_features_of_another_width_are_a_clear_error(small_heads):
    with pytest.raises(ModelMismatch, match="another number"):
        score_mentions(np.zeros((1, 5), np.float16), ["text"], ["en"], small_heads)


def test_an_encoder_without_heads_loads_none():
    assert Heads.load("no-such-encoder") is None


def test_a_broken_head_file_is_a_clear_error(tmp_path):
    (tmp_path / "heads.safetensors").write_bytes(b"not a head")
    with pytest.raises(ModelDamaged):
        Heads.read(tmp_path, "broken")


def test_a_head_file_without_its_arrays_is_a_clear_error(tmp_path):
    save_file({"x": np.zeros(1)}, tmp_path / "heads.safetensors", metadata={"voc": "{}"})
    with pytest.raises(ModelDamaged):
        Heads.read(tmp_path, "empty")


def test_no_mentions_give_empty_columns(small_heads, features):
    scores = score_mentions(features(0), [], [], small_heads)
    assert len(scores) == 0
    assert scores.sentiment.shape == (0, 3)
