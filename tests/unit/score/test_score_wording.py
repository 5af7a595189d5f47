"""Pieces of wording: which there are, that neighbours change nothing, and what they add to the answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from voc.score import wording
from voc.score.heads import ANSWERS
from voc.score.pieces import LONGEST, pieces
from voc.score.wording import STEPS, Wording

texts = st.lists(st.text(st.characters(codec=None), max_size=30), max_size=6)
BITS = 40
"""So many buckets that two pieces never share one."""


def plain(text: str) -> list[str]:
    """The pieces by the book, as strings: runs, words, pairs; marked, so that a word differs from an equal run."""
    blanked = f" {' '.join(text.lower().split())} "
    cut = [blanked[at : at + length] for length in (2, 3, 4) for at in range(len(blanked) - length + 1)]
    words = "".join(char if char.isalnum() else " " for char in blanked).split()
    return [
        *(f"run:{run}" for run in cut if " " not in run[1:-1] and run != "  "),
        *(f"word:{word}" for word in words),
        *(f"pair:{one} {two}" for one, two in zip(words, words[1:], strict=False)),
    ]


def own(found: tuple[np.ndarray, np.ndarray], row: int) -> list[int]:
    buckets, starts = found
    return buckets[starts[row] : starts[row + 1]].tolist()


@given(st.lists(st.text(st.sampled_from("ab 배송\n!?A1"), max_size=12), min_size=1, max_size=5))
def test_pieces_are_words_pairs_and_runs_inside_of_words(some):
    found = pieces(some, BITS)
    numbers = [number for row in range(len(some)) for number in own(found, row)]
    expected = [piece for text in some for piece in plain(text)]
    assert len(numbers) == len(expected)
    # Equal pieces have one number wherever they stand, different ones never share it.
    assert len(set(zip(expected, numbers, strict=True))) == len(set(expected)) == len(set(numbers))


def test_wording_is_told_apart_and_case_and_blanks_are_not():
    assert own(pieces(["Not good"], BITS), 0) == own(pieces(["  not\t\nGOOD "], BITS), 0)
    one, other = (set(own(pieces([text], BITS), 0)) for text in ("not good at all", "good not at all"))
    assert len(one & other) == len(one) - 2  # the pairs "not good" and "good at" are its own


@given(texts)
def test_neighbours_change_no_piece(some):
    together = pieces(some, BITS)
    assert [own(together, row) for row in range(len(some))] == [own(pieces([text], BITS), 0) for text in some]


@pytest.mark.parametrize("text", ["", "   ", "\ud800", "🎉" * 50, "\U00020000\U00020001", "ㅋㅋㅋㅋ", "é" * 3])
def test_any_text_has_pieces_or_none(text):
    buckets, starts = pieces([text, "after"], BITS)
    assert starts[-1] == len(buckets)
    assert own((buckets, starts), 1) == own(pieces(["after"], BITS), 0)


def test_a_text_is_read_up_to_a_length():
    start = "word " * (LONGEST // 5 + 1)
    assert own(pieces([start + "tail"], BITS), 0) == own(pieces([start + "other end"], BITS), 0)


# ------------------------------------------------------------------------------------------------------- wording


def drawn(bits: int = 8) -> Wording:
    rng = np.random.default_rng(3)
    rarity = np.where(np.arange(1 << bits) % 5, rng.integers(256, 2048, 1 << bits), 0).astype(np.int16)
    return Wording.of(rng.normal(size=(1 << bits, ANSWERS)), rarity)


@given(texts)
def test_what_wording_says_of_a_text_depends_on_that_text_alone_to_the_bit(some):
    heard = drawn()
    together = heard(some)
    assert together.shape == (len(some), ANSWERS)
    for row, text in enumerate(some):
        assert np.array_equal(together[row], heard([text])[0])


def test_cutting_a_call_into_stretches_changes_nothing(monkeypatch):
    some = [f"text number {n}" for n in range(40)]
    whole = drawn()(some)
    monkeypatch.setattr(wording, "_CHARACTERS", 50)
    assert np.array_equal(drawn()(some), whole)


def test_many_texts_without_a_character_are_many_stretches():
    assert len(list(wording._stretches([""] * 100_000))) > 10  # noqa: SLF001 - what bounds memory


def test_a_piece_that_is_repeated_counts_by_the_root_of_how_often():
    heard = drawn()
    once, often = heard(["late late"])[0], heard([" ".join(["late"] * 200)])[0]
    assert np.abs(often).max() <= 10 * 1.5 * max(np.abs(once).max(), 1.0)


def test_a_text_is_the_mean_of_its_pieces_by_rarity():
    rng = np.random.default_rng(4)
    weights, rarity = rng.normal(size=(256, ANSWERS)), rng.integers(256, 2048, 256).astype(np.int16)
    heard, text = Wording.of(weights, rarity), "the app crashes, and crashes again"
    buckets, _ = pieces([text], 8)
    value = rarity[buckets] / STEPS
    expected = (value[:, None] * weights[buckets]).sum(0) / np.sqrt((value**2).sum())
    # int8 weights: half a step of each piece's weight at most.
    bound = len(buckets) * heard.scale / 2 / np.sqrt((value**2).sum())
    assert (np.abs(heard([text])[0] - expected) <= bound + 1e-12).all()


def test_words_that_training_never_saw_say_nothing():
    heard = Wording.of(np.ones((256, ANSWERS)), np.zeros(256, np.int16))
    assert not heard(["never seen", ""]).any()


def test_wording_comes_back_from_a_file(tmp_path):
    heard = drawn()
    save_file(heard.arrays("w"), tmp_path / "w.safetensors")
    again = Wording.read(load_file(tmp_path / "w.safetensors"), "w")
    assert np.array_equal(again(["late again"]), heard(["late again"]))


def test_a_table_of_another_size_is_refused():
    arrays = drawn().arrays("w")
    with pytest.raises(ValueError, match="w"):
        Wording.read({**arrays, "w.rarity": arrays["w.rarity"][:-1]}, "w")
