from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voc.engines.packs import by_length, pack, plan

LENGTHS = st.lists(st.integers(2, 40), min_size=1, max_size=60)


@given(LENGTHS, st.integers(1, 200))
def test_packs_take_every_text_once(lengths, budget):
    packs = plan(sorted(lengths), budget)
    assert [at for start, stop in packs for at in range(start, stop)] == list(range(len(lengths)))
    assert all(start < stop for start, stop in packs)


@given(LENGTHS, st.integers(1, 200))
def test_a_pack_keeps_its_budget_unless_one_text_breaks_it(lengths, budget):
    ordered = sorted(lengths)
    for start, stop in plan(ordered, budget):
        assert sum(ordered[start:stop]) <= budget or stop - start == 1


def test_no_texts_are_no_packs():
    assert plan([], 100) == []


def test_texts_are_ordered_by_length_and_then_as_they_came():
    assert by_length([5, 3, 5, 3, 4]) == [1, 3, 4, 0, 2]


@given(LENGTHS)
def test_stretches_describe_the_tokens_of_a_pack(lengths):
    texts = [np.full(length, i, dtype=np.int32) for i, length in enumerate(sorted(lengths))]
    packed = pack(texts)
    assert packed.texts == len(lengths)
    assert [s.length for s in packed.stretches for _ in range(s.count)] == sorted(lengths)
    assert packed.ids.tolist() == np.concatenate(texts).tolist()


def test_positions_begin_anew_with_each_text():
    packed = pack([np.zeros(2, np.int32), np.zeros(2, np.int32), np.zeros(3, np.int32)])
    assert packed.positions().tolist() == [0, 1, 0, 1, 0, 1, 2]
