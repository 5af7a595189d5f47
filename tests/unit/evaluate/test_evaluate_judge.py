"""From labels and scores to figures: slices, abstentions, tasks without a head, warnings, JSON. Scores are drawn up here."""

from __future__ import annotations

import json

import pytest

from voc.evaluate import judge
from voc.evaluate.judge import evaluate_file
from voc.evaluate.report import evaluation_row
from voc.ingest import IngestOptions
from voc.model import Facet, Facets, ItemScore, Sentiment, Urgency

SURE = {"negative": (0.8, 0.1, 0.1), "neutral": (0.2, 0.7, 0.1), "positive": (0.0, 0.1, 0.9), "mixed": (0.5, 0.0, 0.5)}
LEVEL = {"low": 0.1, "normal": 0.3, "high": 0.6, "critical": 0.95}


class Named:
    """Encoder and heads, as far as an evaluation names them."""

    model_id, model_hash, digest = "model", "hash", "digest"


def told(feedback) -> ItemScore:
    """The score that the text itself names: "sentiment urgency emotion"."""
    label, level, emotion = (word if word != "-" else None for word in feedback.text.split())
    sentiment = Sentiment(label, 0.0, SURE[label] if label else None)
    urgency = Urgency(level or "normal", LEVEL[level or "normal"])
    facets = Facets(emotions=(Facet(emotion, 0.9),) if emotion else None)
    return ItemScore("1", feedback.text, feedback.lang, sentiment, urgency, facets=facets)


@pytest.fixture
def evaluate(tmp_path, monkeypatch):
    monkeypatch.setattr(judge, "score_stream", lambda rows, *_, **__: map(told, rows))
    monkeypatch.setattr(judge, "REPEATS", 50)

    def run(rows: list[dict], seed: int = 0):
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        options = IngestOptions(lang="en")
        return evaluate_file(str(path), Named(), Named(), options, columns={}, synonyms={}, seed=seed)

    return run


def rows(*pairs: tuple[str, str], **more) -> list[dict]:
    """(what voc says, what the file says) of sentiment."""
    return [{"text": f"{said} - -", "sentiment": label, **more} for said, label in pairs]


def test_abstentions_are_counted_and_not_judged(evaluate):
    pairs = [("negative", "negative"), ("-", "negative"), ("positive", "negative"), ("-", "positive")]
    part = evaluate(rows(*pairs)).tasks["sentiment"].overall
    assert (part.rows, part.abstained) == (4, 2)
    assert part.figures["accuracy"].value == 0.5
    assert part.figures["accuracy"].n == 2
    assert part.confusion == ((1, 0, 1, 0, 1), (0, 0, 0, 0, 0), (0, 0, 0, 0, 1), (0, 0, 0, 0, 0))
    assert part.classes["negative"].support == 2


def test_languages_stand_apart_the_largest_first(evaluate):
    found = evaluate(
        rows(("negative", "negative"), ("negative", "positive"), ("neutral", "neutral"), lang="ko")
        + rows(("positive", "negative"), lang="en")
    )
    report = found.tasks["sentiment"]
    assert list(report.languages) == ["ko", "en"]
    assert [part.figures["accuracy"].value for part in report.languages.values()] == [pytest.approx(2 / 3), 0.0]
    assert report.overall.figures["accuracy"].value == 0.5


def test_mixed_is_a_label_and_has_no_probability(evaluate):
    part = (
        evaluate(rows(("mixed", "mixed"), ("negative", "negative"), ("mixed", "positive"))).tasks["sentiment"].overall
    )
    assert part.figures["accuracy"].value == pytest.approx(2 / 3)
    assert part.figures["calibration_error"].n == 2


def test_urgency_is_ordered_and_always_answers(evaluate):
    levels = [("low", "low")] * 6 + [
        ("high", "critical"),
        ("critical", "critical"),
        ("normal", "high"),
        ("high", "low"),
    ]
    part = evaluate([{"text": f"- {said} -", "urgency": label} for said, label in levels]).tasks["urgency"].overall
    assert part.abstained is None
    assert set(part.figures) == {"accuracy", "macro_f1", "kappa", "auc", "recall_top_20", "calibration_error"}
    assert part.figures["recall_top_20"].value == pytest.approx((1 + 1 / 2) / 3)  # 0.95, then one of two at 0.6
    # Urgent 0.6, 0.95, 0.3 against 0.6 once and 0.1 six times: 6.5, 7 and 6 of 7 pairs each.
    assert part.figures["auc"].value == pytest.approx((6.5 + 7 + 6) / 21)


def test_the_main_emotion_is_evaluated_and_an_abstention_counted(evaluate):
    found = evaluate([{"text": f"- - {said}", "emotion": "joy"} for said in ("joy", "anxiety", "-")])
    part = found.tasks["emotion"].overall
    assert part.abstained == 1
    assert "intent" not in found.tasks
    assert evaluation_row(found)["tasks"]["emotion"]["evaluated"] is True
    assert part.figures["accuracy"].value == 0.5
    assert "calibration_error" not in part.figures


def test_warnings_name_lines_and_small_classes_and_no_words(evaluate):
    many = rows(*[("negative", "negative")] * 20, ("positive", "positive"))
    found = evaluate([*many, {"text": "negative - -", "sentiment": "secretword"}, {"text": "x"}, {"colour": "red"}])
    said = " ".join(found.warnings)
    assert "1 row can't be read and is left out: line 24." in said
    assert "1 row without any label is left out." in said
    assert "1 row with a label that is not known is left out: line 22." in said
    assert "fewer than 20 answered rows are positive (1)" in said
    assert "negative (" not in said
    assert "secretword" not in said + json.dumps(evaluation_row(found))


def test_the_seed_decides_the_intervals_and_nothing_else(evaluate):
    some = rows(*[("negative", "negative"), ("negative", "positive"), ("neutral", "neutral")] * 9)
    first, again, other = evaluate(some, 1), evaluate(some, 1), evaluate(some, 2)
    assert evaluation_row(first) == evaluation_row(again)
    figures = [run.tasks["sentiment"].overall.figures["macro_f1"] for run in (first, other)]
    assert figures[0].value == figures[1].value
    assert figures[0] != figures[1]


def test_json_has_null_where_nothing_can_be_computed(evaluate):
    row = evaluation_row(evaluate(rows(("-", "negative"), ("-", "negative"))))
    text = json.dumps(row, allow_nan=False)
    part = json.loads(text)["tasks"]["sentiment"]["all"]
    assert part["abstained"] == 1.0
    assert part["figures"]["accuracy"] == {"value": None, "low": None, "high": None, "n": 0}
    assert part["classes"]["negative"]["precision"] is None
