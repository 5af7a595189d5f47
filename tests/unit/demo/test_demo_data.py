"""The sample feedback: it can be made again, it holds what its answer sheet says, and nobody real is in it."""

from __future__ import annotations

import csv
import difflib
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from voc.demo import extra_path, planted_path, sample_path
from voc.ingest import read_feedback
from voc.model import Rejected

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_demo_data.py"
CHANNELS = {"app_review", "ticket", "chat", "survey", "social", "call_note"}
PERSONAL = re.compile(r"\S+@\S+\.\w+|\d{6}-\d{7}|(?<!\d)\d(?:[ -]?\d){9,}(?!\d)")


@pytest.fixture(scope="module")
def planted():
    return json.loads(planted_path().read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rows(planted):
    """The rows that are whole, by id; of a review that was edited the last one."""
    torn = {entry["id"] for entry in planted["broken"]}
    with sample_path().open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["id"] not in torn}


def time_of(row) -> datetime:
    return datetime.fromisoformat(row["created_at"])


def lines_of(script_of: str, text: str) -> bool:
    return any(unicodedata.name(sign, "").startswith(script_of) for sign in text)


def voices(rows):
    """What customers themselves said, in words."""
    return [row for row in rows.values() if row["text"] and row["author_role"] in ("", "customer")]


def test_the_script_makes_the_committed_files_again_byte_for_byte(tmp_path):
    out = tmp_path / "feedback.csv"
    subprocess.run([sys.executable, str(SCRIPT), "--out", str(out)], check=True)
    for committed in (sample_path(), extra_path(), planted_path()):
        assert (tmp_path / committed.name).read_bytes() == committed.read_bytes(), committed.name


def test_ingest_counts_what_the_answer_sheet_expects(planted):
    read = list(read_feedback(sample_path()))
    rejected = [entry for entry in read if isinstance(entry, Rejected)]
    taken = [entry for entry in read if not isinstance(entry, Rejected)]
    assert {
        "read": len(read),
        "added": len({entry.feedback.item_id for entry in taken}),
        "updated": len(taken) - len({entry.feedback.item_id for entry in taken}),
        "rejected": len(rejected),
        "warnings": sum(len(entry.warnings) for entry in taken),
    } == planted["counts"]


def test_each_broken_row_stands_on_its_line_and_comes_out_as_announced(planted):
    outcomes = {}
    for entry in read_feedback(sample_path()):
        if isinstance(entry, Rejected):
            outcomes[entry.line] = "rejected"
        else:
            outcomes |= {warning.line: "warning" for warning in entry.warnings}
    assert outcomes == {entry["line"]: entry["outcome"] for entry in planted["broken"]}


def test_the_second_file_is_read_without_a_complaint():
    read = list(read_feedback(extra_path()))
    assert len(read) >= 10
    assert all(not isinstance(entry, Rejected) and not entry.warnings for entry in read)


def test_there_are_at_least_700_items_with_500_texts_of_their_own(rows):
    texts = [row["text"] for row in voices(rows)]
    assert len(texts) >= 700
    assert len(set(texts)) >= 500


def test_the_items_span_ten_weeks_and_six_channels(rows):
    times = sorted(map(time_of, rows.values()))
    assert timedelta(weeks=9) < times[-1] - times[0] <= timedelta(weeks=10)
    assert {row["channel"] for row in rows.values()} == CHANNELS


def test_about_half_is_korean_and_most_of_the_rest_english(rows, planted):
    spam = set(planted["spam"]["ids"])
    texts = [row["text"] for row in voices(rows) if row["id"] not in spam]
    korean = sum(lines_of("HANGUL", text) for text in texts) / len(texts)
    other = sum(row["country"] in ("JP", "DE", "AT", "ES", "TW") for row in voices(rows)) / len(texts)
    assert 0.45 <= korean <= 0.56
    assert 0.03 <= other <= 0.12


def test_customers_come_back_on_other_channels(rows):
    channels = defaultdict(set)
    for row in rows.values():
        if row["customer_id"]:
            channels[row["customer_id"]].add(row["channel"])
    assert sum(len(used) >= 2 for used in channels.values()) >= 80


@pytest.mark.parametrize(("name", "least"), [("outage", 45), ("regression", 35), ("spam", 30)])
def test_a_planted_burst_lies_within_its_window(planted, rows, name, least):
    start, end = (datetime.fromisoformat(planted[name][edge]) for edge in ("start", "end"))
    assert len(planted[name]["ids"]) >= least
    assert all(start <= time_of(rows[item]) < end for item in planted[name]["ids"])


@pytest.mark.parametrize("name", ["outage", "regression"])
def test_a_planted_burst_is_told_on_every_channel_in_two_languages_by_different_people(planted, rows, name):
    items = [rows[item] for item in planted[name]["ids"]]
    assert {row["channel"] for row in items} == CHANNELS
    assert Counter(lines_of("HANGUL", row["text"]) for row in items).most_common()[-1][1] >= 15
    customers = [row["customer_id"] for row in items if row["customer_id"]]
    assert len(customers) == len(set(customers))


@pytest.mark.parametrize("name", ["outage", "regression", "late_delivery", "praise"])
def test_the_keywords_of_a_plant_are_words_its_people_use(planted, rows, name):
    texts = [rows[item]["text"].casefold() for item in planted[name]["ids"]]
    for words in planted[name]["keywords"].values():
        for word in words:
            assert sum(word.casefold() in text for text in texts) >= 2, word


def test_the_regression_speaks_of_the_bad_version_only(planted, rows):
    assert {rows[item]["version"] for item in planted["regression"]["ids"]} == {planted["regression"]["version"]}


def test_late_deliveries_grow_from_week_to_week(planted, rows):
    first = datetime.fromisoformat("2026-09-07T00:00:00+09:00")
    weeks = Counter((time_of(rows[item]) - first).days // 7 for item in planted["late_delivery"]["ids"])
    weekly = [weeks[week] for week in range(10)]
    assert weekly == planted["late_delivery"]["weekly"]
    assert weekly == sorted(weekly)
    assert weekly[-1] >= 4 * weekly[0]


def test_exact_copies_are_equal_and_near_copies_nearly(planted, rows):
    kinds = Counter()
    for group in planted["duplicates"]:
        original = rows[group["original"]]["text"]
        for item, kind in group["copies"].items():
            kinds[kind] += 1
            alike = difflib.SequenceMatcher(None, original, rows[item]["text"], autojunk=False).ratio()
            assert alike == 1.0 if kind == "exact" else 0.85 <= alike < 1.0
    assert kinds["exact"] >= 8
    assert kinds["near"] >= 8


def test_no_text_is_another_with_a_word_exchanged(planted, rows):
    marked = set(planted["spam"]["ids"]) | {
        item for group in planted["duplicates"] for item in (group["original"], *group["copies"])
    }
    grams = {
        row["id"]: {row["text"][at : at + 3] for at in range(len(row["text"]) - 2)}
        for row in voices(rows)
        if row["id"] not in marked and len(row["text"]) >= 15
    }
    of_like_size = (
        pair for pair in combinations(sorted(grams.values(), key=len), 2) if len(pair[0]) >= 0.6 * len(pair[1])
    )
    assert [a & b for a, b in of_like_size if len(a & b) > 0.6 * len(a | b)] == []


def test_items_without_words_have_none(planted, rows):
    for name in ("emoji", "punctuation"):
        assert len(planted[name]) >= 5
        for item in planted[name]:
            letters = [sign for sign in rows[item]["text"] if unicodedata.category(sign) in ("Ll", "Lu", "Nd")]
            assert letters == [], item


def test_personal_data_stand_in_their_items_and_in_no_other(planted, rows):
    assert len(planted["personal_data"]) >= 15
    for item, entry in planted["personal_data"].items():
        assert len(entry["values"]) == len(entry["kinds"])
        assert all(value in rows[item]["text"] for value in entry["values"])
    assert {row["id"] for row in rows.values() if PERSONAL.search(row["text"])} <= planted["personal_data"].keys()


def test_personal_data_can_be_nobodys(planted):
    values = defaultdict(list)
    for entry in planted["personal_data"].values():
        for value in entry["values"]:
            values[kind_of(value)].append(value)
    assert all(value.endswith("@example.com") for value in values["email"])
    assert all(re.sub(r"\D", "", value).startswith("0100000") for value in values["mobile"])
    assert len(values["resident"]) >= 2
    assert not any(has_right_check_digit(value) for value in values["resident"])
    assert set(values["card"]) == {"4111 1111 1111 1111", "5555 5555 5555 4444"}


def kind_of(value: str) -> str:
    if "@" in value:
        return "email"
    if re.fullmatch(r"\d{6}-\d{7}", value):
        return "resident"
    if re.fullmatch(r"(?:\d{4} ){3}\d{4}", value):
        return "card"
    return "mobile" if value.startswith("010") else "other"


def has_right_check_digit(number: str) -> bool:
    """Korean resident number: weights 2…9, 2…5 over twelve digits, 11 − sum mod 11, mod 10."""
    digits = [int(sign) for sign in number if sign.isdigit()]
    total = sum(weight * digit for weight, digit in zip((2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), digits, strict=False))
    return (11 - total % 11) % 10 == digits[-1]
