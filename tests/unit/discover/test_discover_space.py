"""The theme space of a run: languages out, exact whatever the order and the batch, and back from its arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from voc.discover import RunSpace, ThemeSpace
from voc.discover.space import EVERY
from voc.errors import ModelDamaged, ModelMismatch, StoreDamaged

DIM = 32


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def bilingual(n: int = 200, seed: int = 3) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The same n contents said in two languages: vectors, content of each row, language of each row."""
    rng = np.random.default_rng(seed)
    content = rng.standard_normal((n, DIM))
    accents = 6.0 * rng.standard_normal((2, DIM)) / np.sqrt(DIM)
    rows = np.concatenate([content + accents[0], content + accents[1]])
    return unit(rows), np.tile(np.arange(n), 2), ["ko"] * n + ["en"] * n


def fitted() -> ThemeSpace:
    rng = np.random.default_rng(5)
    chart = np.rint(np.diag(rng.uniform(0.2, 1.0, DIM)) * 2**22) / 2**22
    offset = {lang: (rng.standard_normal(DIM) / 10).astype(np.float32) for lang in ("ko", "en", "ja")}
    return ThemeSpace(offset, chart.astype(np.float32))


def test_translations_become_neighbours() -> None:
    vectors, content, langs = bilingual()
    neutral = ThemeSpace({}, None).fit(vectors, langs).to_neutral(vectors, langs)
    korean, english = neutral[: len(content) // 2], neutral[len(content) // 2 :]
    assert ((korean @ english.T).argmax(axis=1) == np.arange(len(korean))).mean() > 0.95
    raw = vectors[: len(korean)] @ vectors.T
    np.fill_diagonal(raw, -1)
    assert (raw.argmax(axis=1) >= len(korean)).mean() < 0.1


def test_vectors_come_out_with_length_one() -> None:
    vectors, _, langs = bilingual()
    space = fitted().fit(vectors, langs)
    for mapped in (space.to_neutral(vectors, langs), space.to_theme(vectors, langs)):
        assert mapped.dtype == np.float32
        assert np.allclose(np.linalg.norm(mapped, axis=1), 1.0, atol=1e-6)


def test_row_order_does_not_change_a_bit() -> None:
    vectors, _, langs = bilingual()
    order = np.random.default_rng(0).permutation(len(vectors))
    space, shuffled = fitted().fit(vectors, langs), fitted().fit(vectors[order], [langs[i] for i in order])
    assert all(np.array_equal(space.means[lang], shuffled.means[lang]) for lang in space.means)


@given(st.integers(1, 60), st.integers(0, 300))
@settings(max_examples=20, deadline=None)
def test_batch_does_not_change_a_bit(size: int, start: int) -> None:
    vectors, _, langs = bilingual()
    space = fitted().fit(vectors, langs)
    batch = slice(start, start + size)
    assert np.array_equal(space.to_theme(vectors[batch], langs[batch]), space.to_theme(vectors, langs)[batch])


def test_arrays_bring_the_space_back() -> None:
    vectors, _, langs = bilingual()
    space = fitted().fit(vectors, langs)
    back = RunSpace.from_arrays(space.to_arrays() | {"theme.centroids": np.zeros((1, DIM), dtype=np.float32)})
    assert np.array_equal(back.to_theme(vectors, langs), space.to_theme(vectors, langs))


def test_arrays_of_something_else_are_damaged() -> None:
    with pytest.raises(StoreDamaged):
        RunSpace.from_arrays({"theme.centroids": np.zeros((1, DIM), dtype=np.float32)})


def test_language_that_ships_is_known_without_being_seen() -> None:
    vectors, _, langs = bilingual()
    space = fitted().fit(vectors, langs)
    assert np.allclose(space.means["ja"] - space.means[EVERY], fitted().offsets["ja"], atol=1e-6)


def test_language_that_nobody_knows_takes_the_middle() -> None:
    vectors, _, langs = bilingual()
    space = fitted().fit(vectors, langs)
    assert np.array_equal(
        space.to_neutral(vectors, ["xx"] * len(vectors)), space.to_neutral(vectors, ["und"] * len(vectors))
    )


def test_few_mentions_hardly_move_a_language() -> None:
    vectors, _, langs = bilingual()
    one_stray = [*langs[:-1], "ja"]
    space = fitted().fit(vectors, one_stray)
    prior = space.means[EVERY] + fitted().offsets["ja"]
    assert np.linalg.norm(space.means["ja"] - prior) < 0.05 * np.linalg.norm(vectors[-1] - prior)


def test_encoder_without_a_space_of_its_own_only_loses_its_languages(tmp_path: Path) -> None:
    space = ThemeSpace.load("some-encoder", tmp_path)
    vectors, _, langs = bilingual()
    run = space.fit(vectors, langs)
    assert np.array_equal(run.to_theme(vectors, langs), run.to_neutral(vectors, langs))


def test_folder_of_a_model_is_not_taken_for_a_space(tmp_path: Path) -> None:
    assert ThemeSpace.load(str(tmp_path)).map is None


def test_space_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    shipped = fitted()
    assert shipped.map is not None
    offsets = {f"offset.{lang}": offset for lang, offset in shipped.offsets.items()}
    save_file({"map": shipped.map, **offsets}, tmp_path / "tiny" / "space.safetensors")
    loaded = ThemeSpace.load("tiny", tmp_path)
    assert loaded.map is not None
    assert np.array_equal(loaded.map, shipped.map)
    assert set(loaded.offsets) == {"ko", "en", "ja"}


def test_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "space.safetensors").write_bytes(b"not a tensor")
    with pytest.raises(ModelDamaged):
        ThemeSpace.load("tiny", tmp_path)


def test_vectors_of_another_width_are_refused() -> None:
    with pytest.raises(ModelMismatch):
        fitted().fit(np.ones((2, DIM + 1), dtype=np.float32), ["en", "en"])


def test_no_mention_at_all_is_taken() -> None:
    empty = np.zeros((0, DIM), dtype=np.float32)
    assert fitted().fit(empty, []).to_theme(empty, []).shape == (0, DIM)


def test_space_that_ships_fits_its_encoder() -> None:
    space = ThemeSpace.load("multilingual-e5-small")
    assert space.map is not None
    assert space.map.shape == (384, 384)
    assert np.abs(np.linalg.eigvalsh(space.map.astype(np.float64))).max() == pytest.approx(1.0, abs=1e-4)
    assert {"ko", "en", "de", "ja", "zh"} <= set(space.offsets)
