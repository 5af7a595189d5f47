"""Topics that are born, split, merge and die on known nights are told as that, and little else is told."""

from __future__ import annotations

import pytest
from living_themes import live, scored

SEEDS = (0, 1)


@pytest.fixture(scope="module")
def totals() -> dict[str, list[int]]:
    """Kind → told of what happened, happened, right of what was told, told; over all seeds."""
    found: dict[str, list[int]] = {}
    for seed in SEEDS:
        for kind, counts in scored(*live(seed)).items():
            found[kind] = [a + b for a, b in zip(found.get(kind, [0] * 4), counts, strict=True)]
    print(found)
    return found


@pytest.mark.parametrize("kind", ["born", "split", "merged", "died"])
def test_nine_of_ten_events_are_told_and_nine_of_ten_told_have_happened(totals, kind):
    hit, happened, right, told = totals[kind]
    assert happened >= 12
    assert hit >= 0.9 * happened
    assert right >= 0.9 * told
