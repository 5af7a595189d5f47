"""Labels of a file: found by name or map, folded, translated; what is not known is counted by line and never dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voc.errors import InputError, UsageError
from voc.evaluate.labels import parse_labels, read_labelled, split_mapping
from voc.ingest import IngestOptions


def read(folder: Path, text: str, mapping: dict | None = None, labels=None, name: str = "rows.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    columns, rest = split_mapping(mapping or {})
    return read_labelled(str(path), IngestOptions(mapping=rest["map"]), columns, parse_labels(labels))


def test_columns_are_found_by_name_whatever_their_case(tmp_path):
    found = read(tmp_path, "Text,Sentiment,URGENCY\nlate, Negative ,HIGH\nfine,positive,\n")
    assert [row.labels for row in found.rows] == [
        {"sentiment": "negative", "urgency": "high"},
        {"sentiment": "positive"},
    ]
    assert found.rows[0].feedback.text == "late"


def test_columns_and_labels_are_named(tmp_path):
    mapping = {"map": ["text=body,sentiment=label"]}
    found = read(tmp_path, "body,label\nlate,NEG\nfine,pos\n", mapping, ["neg=negative", "pos=positive"])
    assert [row.labels["sentiment"] for row in found.rows] == ["negative", "positive"]


def test_a_column_may_be_a_field_too_and_numbers_are_labels(tmp_path):
    rows = [{"text": "late", "rating": 1.0}, {"text": "fine", "rating": 5}]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    found = read(tmp_path, text, {"map": "sentiment=rating"}, "1=negative,5=positive", name="rows.jsonl")
    assert [row.labels["sentiment"] for row in found.rows] == ["negative", "positive"]
    assert [row.feedback.rating for row in found.rows] == [1.0, 5.0]


def test_one_synonym_may_serve_two_tasks(tmp_path):
    found = read(tmp_path, "text,sentiment,urgency\nlate,1,1\n", labels="1=negative,1=low")
    assert found.rows[0].labels == {"sentiment": "negative", "urgency": "low"}


def test_nothing_is_dropped_silently(tmp_path):
    text = (
        "text,sentiment,urgency\n"
        "late,negative,low\n"
        "late,awful,low\n"  # 3
        "late,awful,asap\n"  # 4
        "late,,\n"  # 5
        "one,field,too,many\n"  # 6
        ",negative,low\n"  # 7
    )
    found = read(tmp_path, text)
    assert [row.labels for row in found.rows] == [{"sentiment": "negative", "urgency": "low"}, {"urgency": "low"}]
    assert found.unknown == {"sentiment": [3, 4], "urgency": [4]}
    assert found.unlabelled == 1
    assert found.rejected == [6, 7]


def test_a_task_can_be_left_out(tmp_path):
    found = read(tmp_path, "text,sentiment,urgency\nlate,negative,low\n", {"map": "urgency="})
    assert found.rows[0].labels == {"sentiment": "negative"}


@pytest.mark.parametrize(
    ("text", "mapping", "message", "hint"),
    [
        ("text,id\nlate,1\n", {}, "has no labels", "--map sentiment=COLUMN"),
        ("text,sentiment\nlate,\n", {}, "has no labels", "--map sentiment=COLUMN"),
        ("text,sentiment\nlate,awful\n", {}, "No label in", "--labels pos=positive"),
        ("text,label\nlate,negative\n", {"map": "sentiment=lable"}, "no column called 'lable'", "sentiment"),
    ],
)
def test_a_file_without_labels_is_an_error_with_a_hint(tmp_path, text, mapping, message, hint):
    with pytest.raises(InputError, match=message) as raised:
        read(tmp_path, text, mapping)
    assert hint in raised.value.hint
    assert "late" not in raised.value.message.replace("lable", "") + raised.value.hint
    assert "awful" not in raised.value.message + raised.value.hint


@pytest.mark.parametrize("spec", ["pos", "=positive", "pos=good", "pos=", "a=negative,a=positive"])
def test_a_synonym_that_means_nothing_is_refused(spec):
    with pytest.raises(UsageError, match="--labels"):
        parse_labels([spec])


def test_a_mapping_is_parted_into_tasks_and_fields():
    columns, rest = split_mapping({"map": ["text=body,urgency=prio"], "sentiment": "label", "source": "shop"})
    assert columns == {"urgency": "prio", "sentiment": "label"}
    assert rest == {"map": {"text": "body"}, "source": "shop"}
    assert split_mapping({"map": {"text": "body", "intent": "why"}}) == ({"intent": "why"}, {"map": {"text": "body"}})
    with pytest.raises(UsageError, match="sentimnt"):
        split_mapping({"map": "sentimnt=label"})
