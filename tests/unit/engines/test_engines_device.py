from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.engines import device
from voc.errors import ConfigError, UsageError

torch = pytest.importorskip("torch")


def test_auto_finds_a_device_and_a_dtype():
    place = device.choose()
    assert place.device.type in ("cpu", "cuda", "mps")
    assert place.dtype in (torch.bfloat16, torch.float32)


def test_a_cpu_without_bfloat16_products_runs_in_float32(tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text("flags\t\t: fpu avx2 fma\n", encoding="utf-8")
    monkeypatch.setattr(device, "CPUINFO", info)
    assert device.choose("cpu").dtype == torch.float32


@pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16"])
def test_a_cpu_with_bfloat16_products_runs_in_bfloat16(tmp_path, monkeypatch, flag):
    info = tmp_path / "cpuinfo"
    info.write_text(f"flags\t\t: fpu avx2 {flag}\n", encoding="utf-8")
    monkeypatch.setattr(device, "CPUINFO", info)
    assert device.choose("cpu").dtype == torch.bfloat16


def test_a_device_nobody_knows_is_wrong_use():
    with pytest.raises(UsageError):
        device.choose("abacus")


def test_a_dtype_nobody_knows_is_wrong_use():
    with pytest.raises(UsageError):
        device.choose("cpu", "int3")


def test_a_gpu_that_is_not_there_is_a_configuration_error():
    with pytest.raises(ConfigError):
        device.choose(f"cuda:{torch.cuda.device_count()}")


@given(st.integers(1, 256), st.sampled_from([384, 1536, 3072, 4096]))
def test_threads_share_the_rows_in_whole_vectors(threads, width):
    chosen = device.canonical_threads(threads, width)
    assert 1 <= chosen <= threads
    assert (device.QUANTUM * width) % (device.LANES * chosen) == 0


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 8, 16])
def test_common_numbers_of_threads_are_taken_as_they_are(threads):
    assert device.canonical_threads(threads, 1536) == threads


@given(st.integers(1, 100_000), st.sampled_from([None, 512, 4096]))
def test_rows_are_padded_to_whole_units(tokens, tile):
    rows = device.padded_rows(tokens, tile)
    unit = tile or device.QUANTUM
    assert rows % unit == 0
    assert tokens <= rows < tokens + unit
