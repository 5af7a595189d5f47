"""Stems of Latin words and nominal forms of Korean predicates."""

from __future__ import annotations

import pytest

from voc.name.predicates import forms, nominal
from voc.name.stems import fold, stem

# Examples printed in Porter (1980), carried through all steps.
PORTER = {
    "caresses": "caress", "ponies": "poni", "cats": "cat", "feed": "feed", "agreed": "agre", "plastered": "plaster",
    "motoring": "motor", "sing": "sing", "hopping": "hop", "falling": "fall", "filing": "file", "happy": "happi",
    "sky": "sky", "relational": "relat", "conditional": "condit", "digitizer": "digit", "operator": "oper",
    "hopefulness": "hope", "electrical": "electr", "goodness": "good", "allowance": "allow", "adjustment": "adjust",
    "adoption": "adopt", "effective": "effect", "rate": "rate", "controlling": "control", "roll": "roll",
}  # fmt: skip


@pytest.mark.parametrize(("word", "expected"), PORTER.items())
def test_stems_follow_porters_examples(word, expected):
    assert stem(word) == expected


def test_a_word_outside_ascii_letters_keeps_its_form():
    assert [stem(w) for w in ("доставка", "s23", "ok")] == ["доставка", "s23", "ok"]


def test_folding_takes_case_and_accents_away():
    assert fold("Rückgabe") == "ruckgabe"
    assert fold("NAÏVE") == "naive"


@pytest.mark.parametrize(
    ("root", "irregular", "expected"),
    [
        ("되", False, "됨"),
        ("느리", False, "느림"),
        ("늦", False, "늦음"),
        ("없", False, "없음"),
        ("힘들", False, "힘듦"),
        ("어렵", True, "어려움"),
        ("뽑", False, "뽑음"),
        ("낫", True, "나음"),
        ("깨닫", True, "깨달음"),
        ("노랗", True, "노람"),
        ("빠르", False, "빠름"),
    ],
)
def test_nominal_forms_follow_korean_conjugation(root, irregular, expected):
    assert nominal(root, irregular=irregular) == expected


def test_a_negated_predicate_is_written_apart_and_matched_together():
    assert forms("되", "안") == ("안되다", "안 되다", "안 됨")
