"""The score branch: the same blocks as the encoder's give the same states, pools weigh tokens, damage is named."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from safetensors.torch import load_file, save_file  # noqa: E402
from tiny_models import CPU, TEXTS, card, tiny_folder  # noqa: E402

from voc.engines.folder import load_model  # noqa: E402
from voc.engines.paired import PairedEncoder  # noqa: E402
from voc.engines.torch_encoder import TorchEncoder  # noqa: E402
from voc.errors import ModelDamaged  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
HIDDEN, AFTER = 32, 1


def branch_file(folder, queries):
    """A branch of untouched copies of the blocks behind the first, with these pool queries."""
    copies = {"pool.queries": queries}
    for name, tensor in load_file(folder / "model.safetensors").items():
        _, _, tail = name.partition("encoder.layer.")
        number, _, rest = tail.partition(".")
        if tail and int(number) >= AFTER:
            copies[f"encoder.layer.{int(number) - AFTER}.{rest}"] = tensor.clone()
    path = folder / "branch.safetensors"
    save_file(copies, path, metadata={"after": str(AFTER)})
    return path


def encoder(folder, queries, **options) -> TorchEncoder:
    model = load_model(folder, CPU, branch_file(folder, queries))
    return TorchEncoder(folder, card(feature_layers=()), model_hash="0", place=CPU, model=model, **options)


def test_a_branch_of_untouched_copies_with_even_pools_gives_the_encoders_own_mean(tmp_path):
    running = encoder(tiny_folder(tmp_path), torch.zeros(2, HIDDEN))
    found = running.encode(TEXTS)
    assert running.feature_width == 2 * HIDDEN
    assert np.array_equal(found.features[:, :HIDDEN], found.features[:, HIDDEN:])
    means = found.features[:, :HIDDEN].astype(np.float64)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(means, found.vectors, atol=2e-3)


def test_the_branch_leaves_the_vectors_as_they_are_to_the_bit(tmp_path):
    folder = tiny_folder(tmp_path)
    plain = TorchEncoder(folder, card(feature_layers=()), model_hash="0", place=CPU)
    assert np.array_equal(encoder(folder, torch.ones(1, HIDDEN)).encode(TEXTS).vectors, plain.encode(TEXTS).vectors)


def test_a_sharp_query_pools_the_token_it_likes_best(tmp_path):
    folder = tiny_folder(tmp_path)
    torch.manual_seed(1)
    query = torch.randn(1, HIDDEN)
    running = encoder(folder, 1000 * query)
    model = load_model(folder, CPU)
    from voc.engines.packs import pack

    ids = [np.array([0, 5, 9, 2], np.int32)]
    states = model.states(pack(ids), 3)
    best = states[(states.float() @ query[0]).argmax()]
    pooled = running._model.pooled(pack(ids), (), first_token=False)[1][0]
    torch.testing.assert_close(pooled, best.float(), rtol=1e-4, atol=1e-4)


def test_features_of_a_branch_do_not_depend_on_neighbours(tmp_path):
    running = encoder(tiny_folder(tmp_path), torch.randn(3, HIDDEN), batch_tokens=16)
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
    pair = PairedEncoder(chosen, scorer)
    found = pair.encode(TEXTS, kind="passage")
    assert np.array_equal(found.vectors, chosen.encode(TEXTS, kind="passage").vectors)
    assert np.array_equal(found.features, scorer.encode(TEXTS, kind="query").features)
    assert (pair.dim, pair.feature_width) == (chosen.dim, scorer.feature_width)
    assert pair.model_hash not in (chosen.model_hash, scorer.model_hash)
