"""The score branch: it computes what arithmetic by hand gives, hears tones, and names damage."""

from __future__ import annotations

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from safetensors.torch import load_file, save_file  # noqa: E402
from tiny_models import CPU, TEXTS, card, tiny_folder  # noqa: E402

from voc.engines.branch import Branch  # noqa: E402
from voc.engines.folder import load_model  # noqa: E402
from voc.engines.packs import pack  # noqa: E402
from voc.engines.paired import PairedEncoder  # noqa: E402
from voc.engines.torch_encoder import TorchEncoder  # noqa: E402
from voc.errors import ModelDamaged  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
HIDDEN, AFTER = 32, 1


def branch_file(folder, queries, toned=()):
    """A branch of untouched copies of the blocks behind the first, the last of them as the pooling's.

    `toned` are the ids of tokens whose tone is a one on the first feature; no other token has any.
    """
    encoder = load_file(folder / "model.safetensors")
    last = max(int(name.split("encoder.layer.")[1].split(".")[0]) for name in encoder if "encoder.layer." in name)
    up = torch.zeros(HIDDEN, 1)
    up[0, 0] = 1.0
    copies = {
        "pool.queries": queries,
        "tones.known": torch.tensor([*toned, 999], dtype=torch.int32),
        "tones.table": torch.tensor([[1.0]] * len(toned) + [[0.0]]),
        "tones.up": up,
    }
    for name, tensor in encoder.items():
        _, _, tail = name.partition("encoder.layer.")
        number, _, rest = tail.partition(".")
        if tail and int(number) >= AFTER:
            at = "pool.layer" if int(number) == last else f"encoder.layer.{int(number) - AFTER}"
            copies[f"{at}.{rest}"] = tensor.clone()
    path = folder / "branch.safetensors"
    save_file(copies, path, metadata={"after": str(AFTER)})
    return path


def encoder(folder, queries, *, toned=(), **options) -> TorchEncoder:
    model = load_model(folder, CPU, branch_file(folder, queries, toned))
    return TorchEncoder(folder, card(feature_layers=()), model_hash="0", place=CPU, model=model, **options)


def pooled_by_hand(states, tensors, queries, heads):
    """The pooling of one text, written out: (length, hidden) → (pools × hidden)."""

    def linear(x, name):
        return x @ tensors[f"pool.layer.{name}.weight"].T + tensors[f"pool.layer.{name}.bias"]

    def norm(x, name):
        weight, bias = tensors[f"pool.layer.{name}.weight"], tensors[f"pool.layer.{name}.bias"]
        return torch.nn.functional.layer_norm(x, (x.shape[-1],), weight, bias, 1e-12)

    means = torch.stack([((states @ query).softmax(0)[:, None] * states).sum(0) for query in queries])
    q, k, v = (
        linear(x, f"attention.self.{name}").unflatten(1, (heads, -1))
        for x, name in ((means, "query"), (states, "key"), (states, "value"))
    )
    scores = torch.einsum("phw,thw->hpt", q, k) / q.shape[-1] ** 0.5
    seen = torch.einsum("hpt,thw->phw", scores.softmax(2), v).flatten(1)
    y = norm(means + linear(seen, "attention.output.dense"), "attention.output.LayerNorm")
    up = torch.nn.functional.gelu(linear(y, "intermediate.dense"))
    return norm(y + linear(up, "output.dense"), "output.LayerNorm").flatten()


def test_a_branch_of_untouched_copies_ends_in_what_arithmetic_by_hand_gives(tmp_path):
    folder = tiny_folder(tmp_path)
    torch.manual_seed(2)
    queries = torch.randn(2, HIDDEN)
    running = encoder(folder, queries)
    model, tensors = running._model, load_file(folder / "branch.safetensors")
    heads = json.loads((folder / "config.json").read_text())["num_attention_heads"]
    pair = [np.array([0, 5, 2], np.int32), np.array([0, 5, 9, 7, 2], np.int32)]
    found = model.pooled(pack(pair), (), first_token=False)[1]
    assert running.feature_width == found.shape[1] == 2 * HIDDEN
    for row, ids in enumerate(pair):
        states = model.states(pack([ids]), model.layers - 1).float()
        torch.testing.assert_close(found[row], pooled_by_hand(states, tensors, queries, heads), rtol=1e-4, atol=1e-4)


def test_the_branch_leaves_the_vectors_as_they_are_to_the_bit(tmp_path):
    folder = tiny_folder(tmp_path)
    plain = TorchEncoder(folder, card(feature_layers=()), model_hash="0", place=CPU)
    found = encoder(folder, torch.ones(1, HIDDEN), toned=(5, 9)).encode(TEXTS)
    assert np.array_equal(found.vectors, plain.encode(TEXTS).vectors)


def test_a_token_with_a_tone_is_heard_and_the_others_are_as_they_were(tmp_path):
    folder = tiny_folder(tmp_path)
    texts = pack([np.array([0, 5, 2], np.int32), np.array([0, 7, 2], np.int32)])

    def features(toned):
        return encoder(folder, torch.ones(1, HIDDEN), toned=toned)._model.pooled(texts, (), first_token=False)[1]

    deaf, hearing = features(()), features((5,))
    assert not torch.equal(deaf[0], hearing[0])
    assert torch.equal(deaf[1], hearing[1])


def test_features_of_a_branch_do_not_depend_on_neighbours(tmp_path):
    running = encoder(tiny_folder(tmp_path), torch.randn(3, HIDDEN), toned=(5, 9), batch_tokens=16)
    together = running.encode(TEXTS)
    for row, text in enumerate(TEXTS):
        assert np.array_equal(running.encode([text]).features[0], together.features[row])


@pytest.mark.parametrize("content", [b"", b"no weights"])
def test_a_broken_branch_is_a_clear_error(tmp_path, content):
    folder = tiny_folder(tmp_path)
    (folder / "branch.safetensors").write_bytes(content)
    with pytest.raises(ModelDamaged, match="score branch"):
        load_model(folder, CPU, folder / "branch.safetensors")


def test_a_branch_that_does_not_say_where_it_leaves_is_a_clear_error(tmp_path):
    folder = tiny_folder(tmp_path)
    save_file({"pool.queries": torch.zeros(1, HIDDEN)}, folder / "branch.safetensors")
    with pytest.raises(ModelDamaged):
        load_model(folder, CPU, folder / "branch.safetensors")


def test_a_pair_has_the_vectors_of_one_and_the_features_of_the_other(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    chosen = TorchEncoder(tiny_folder(tmp_path / "a"), card(feature_layers=(1,)), model_hash="a", place=CPU)
    scorer = encoder(tiny_folder(tmp_path / "b", "xlm-roberta"), torch.ones(1, HIDDEN))
    pair = PairedEncoder(chosen, lambda: scorer)
    found = pair.encode(TEXTS, kind="passage")
    assert np.array_equal(found.vectors, chosen.encode(TEXTS, kind="passage").vectors)
    assert np.array_equal(found.features, scorer.encode(TEXTS, kind="query").features)
    assert (pair.dim, pair.feature_width) == (chosen.dim, scorer.feature_width)
    assert pair.model_hash not in (chosen.model_hash, scorer.model_hash)


def test_a_pair_does_not_load_what_scores_to_embed(tmp_path):
    def never():
        raise AssertionError("nothing is scored")

    chosen = TorchEncoder(tiny_folder(tmp_path), card(feature_layers=(1,)), model_hash="a", place=CPU)
    found = PairedEncoder(chosen, never).encode(TEXTS, features=False)
    assert np.array_equal(found.vectors, chosen.encode(TEXTS).vectors)


def test_without_features_the_branch_does_not_run(tmp_path, monkeypatch):
    running = encoder(tiny_folder(tmp_path), torch.ones(1, HIDDEN))

    def never(*_):
        raise AssertionError("no features are wanted")

    monkeypatch.setattr(Branch, "__call__", never)
    running.encode(TEXTS, features=False)
    with pytest.raises(AssertionError, match="no features"):
        running.encode(TEXTS)
