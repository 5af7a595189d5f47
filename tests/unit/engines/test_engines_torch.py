"""The torch engine on tiny made-up models: what it computes, and what it does when memory runs out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from voc.engines.folder import load_model, read_form
from voc.engines.packs import pack
from voc.engines.torch_encoder import TorchEncoder
from voc.errors import ModelDamaged, ModelError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from tiny_models import CPU, TEXTS, card, tiny_folder  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")


def encoder(folder, **options) -> TorchEncoder:
    return TorchEncoder(folder, card(), model_hash="0", place=CPU, **options)


def reference(folder, ids):
    """Hidden states by transformers, one text at a time."""
    model = transformers.AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        return [model(torch.tensor([row]).long(), output_hidden_states=True).hidden_states for row in ids]


@pytest.mark.parametrize("family", ["bert", "xlm-roberta", "distilbert"])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_the_forward_pass_is_the_one_of_transformers(tmp_path, family, pooling):
    folder = tiny_folder(tmp_path, family, pooling)
    ids = [[0, 5, 2], [0, 9, 2], [0, 4, 8, 15, 16, 23, 2]]
    packed = pack([np.array(row, dtype=np.int32) for row in ids])
    vectors, features = load_model(folder, CPU).pooled(packed, (1, 3), first_token=read_form(folder).first_token)
    for row, states in enumerate(reference(folder, ids)):
        last = states[3][0]
        expected = last[0] if pooling == "cls" else last.mean(0)
        torch.testing.assert_close(vectors[row], expected, rtol=1e-4, atol=1e-4)
        means = torch.cat([states[1][0].mean(0), states[3][0].mean(0)])
        torch.testing.assert_close(features[row], means, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("family", ["bert", "distilbert"])
def test_a_row_has_the_same_bits_alone_and_among_others(tmp_path, family):
    running = encoder(tiny_folder(tmp_path, family))
    together = running.encode(TEXTS)
    for i, text in enumerate(TEXTS):
        alone = running.encode([text])
        assert np.array_equal(alone.vectors[0], together.vectors[i])
        assert np.array_equal(alone.features[0], together.features[i])


def test_tiles_of_fixed_size_give_what_whole_products_give(tmp_path):
    running = encoder(tiny_folder(tmp_path))
    whole = running.encode(TEXTS)
    for block in running._model._blocks:
        for linear in block.linears:
            linear.tile = 64
    running._model.tile = 64
    np.testing.assert_allclose(running.encode(TEXTS).vectors, whole.vectors, atol=2e-3)


class ShortOfMemory:
    """A model that holds so many tokens and no more, and remembers what it was asked."""

    def __init__(self, model, most: int) -> None:
        self._model, self._most = model, most
        self.layers = model.layers
        self.asked: list[int] = []

    def feature_width(self, layers):
        return self._model.feature_width(layers)

    def pooled(self, packed, layers, *, first_token):
        self.asked.append(len(packed.ids))
        if len(packed.ids) > self._most:
            raise torch.OutOfMemoryError
        return self._model.pooled(packed, layers, first_token=first_token)


def test_out_of_memory_halves_the_batch_and_goes_on(tmp_path):
    folder = tiny_folder(tmp_path)
    expected = encoder(folder).encode(TEXTS)
    model = ShortOfMemory(load_model(folder, CPU), most=60)
    seen = []
    found = encoder(folder, model=model).encode(TEXTS, progress=lambda done, total: seen.append((done, total)))
    assert np.array_equal(found.vectors, expected.vectors)
    assert max(model.asked) > 60
    assert seen[-1] == (len(TEXTS), len(TEXTS))


def test_a_budget_that_was_too_much_is_not_tried_again(tmp_path):
    folder = tiny_folder(tmp_path)
    model = ShortOfMemory(load_model(folder, CPU), most=60)
    running = encoder(folder, model=model)
    running.encode(TEXTS)
    model.asked.clear()
    running.encode(TEXTS)
    assert max(model.asked) <= 60


def test_one_text_that_memory_does_not_hold_is_one_clear_error(tmp_path):
    folder = tiny_folder(tmp_path)
    running = encoder(folder, model=ShortOfMemory(load_model(folder, CPU), most=10))
    with pytest.raises(ModelError, match="does not fit"):
        running.encode(["a" * 40])


def test_equal_texts_go_through_the_model_once(tmp_path):
    folder = tiny_folder(tmp_path)
    model = ShortOfMemory(load_model(folder, CPU), most=10_000)
    encoder(folder, model=model).encode(["late"] * 50)
    assert model.asked == [len("late") + 2]


def test_a_pooling_that_voc_does_not_know_is_refused(tmp_path):
    folder = tiny_folder(tmp_path, pooling="max")
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_max_tokens": true}', encoding="utf-8")
    with pytest.raises(ModelError, match="max"):
        encoder(folder)


def test_a_module_that_voc_does_not_run_is_refused(tmp_path):
    folder = tiny_folder(tmp_path)
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Dense"}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ModelError, match="Dense"):
        encoder(folder)


def test_weights_cut_short_are_a_damaged_model(tmp_path):
    folder = tiny_folder(tmp_path)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:2000])
    with pytest.raises(ModelDamaged):
        encoder(folder)


def test_head_layers_that_the_model_does_not_have_are_refused(tmp_path):
    with pytest.raises(ModelError, match="layers"):
        TorchEncoder(tiny_folder(tmp_path), card(feature_layers=(9,)), model_hash="0", place=CPU)
