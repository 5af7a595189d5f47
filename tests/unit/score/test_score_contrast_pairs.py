"""The contrast pairs are whole, balanced, and part of nothing that is trained on. Their scores belong to evaluation."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

PAIRS = Path(__file__).parents[2] / "golden" / "contrast"
KINDS = {"negation", "hypothetical", "past", "polite", "sarcastic", "angry_not_urgent", "calm_but_urgent"}


def pairs(half: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (PAIRS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_both_halves_have_each_kind_language_and_task_in_like_number():
    halves = [Counter((row["lang"], row["task"], row["kind"]) for row in pairs(half)) for half in ("open", "sealed")]
    assert [sum(half.values()) for half in halves] == [75, 75]
    assert {kind for _, _, kind in halves[0]} == {kind for _, _, kind in halves[1]} == KINDS
    # Six Korean negations were read when the files were made, and so are open.
    assert all(abs(halves[0][key] - halves[1][key]) <= 3 for key in halves[0] | halves[1])


def test_no_text_stands_twice():
    texts = [row[side] for half in ("open", "sealed") for row in pairs(half) for side in ("higher", "lower")]
    assert len(set(texts)) == len(texts) == 300
