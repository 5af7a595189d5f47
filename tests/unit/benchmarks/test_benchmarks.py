"""The rules of the benchmarks that need no clock: what is asked of a machine, what is compared, what the tables say."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voc.errors import ModelMissing

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module of scripts/ by its name."""
    monkeypatch.syspath_prepend(SCRIPTS)
    return importlib.import_module


def test_without_bfloat16_the_bound_is_what_padding_costs_and_a_fifth(script: Any) -> None:
    check = script("encode_check")
    with_it = check.bound(multiplies_bf16=True, rows_per_token=1.3)
    without = check.bound(multiplies_bf16=False, rows_per_token=1.3)
    assert (with_it.dtype, with_it.least) == ("bf16", check.LEAST_BF16)
    assert without.dtype == "fp32"
    assert without.least == pytest.approx(1.3 * check.LEAST_FP32)


def test_without_the_default_model_the_check_is_skipped_and_says_so(
    script: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check = script("encode_check")

    def missing(*_: Any) -> None:
        raise ModelMissing("There is no model.")

    monkeypatch.setattr(check.Ground, "of", missing)
    monkeypatch.setattr(check, "find_spec", lambda _: True)
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    assert check.check(["a"]) == 0
    assert "skipped, the default model is not installed: There is no model." in capsys.readouterr().err


def test_padding_is_counted_by_sorted_batches(script: Any) -> None:
    engines = script("encode_engines")
    ids = [np.ones(length, np.int32) for length in [2] * engines.BATCH + [4] * engines.BATCH]
    assert engines.padding(ids) == 1.0
    assert engines.padding([*ids[:1], *ids[-1:]]) == pytest.approx(8 / 6)


def test_padded_batches_give_each_text_its_own_mean(script: Any) -> None:
    engines = script("encode_engines")
    ids = [np.array(text, np.int32) for text in ([3, 3, 5], [7], [2, 9])]
    vectors = engines.in_batches(ids, lambda ids, _: np.stack([ids, np.ones_like(ids)], axis=2).astype(np.float32))
    means = np.array([[11 / 3, 1], [7, 1], [5.5, 1]])
    np.testing.assert_allclose(vectors, means / np.linalg.norm(means, axis=1, keepdims=True), rtol=1e-6)


def test_made_up_texts_are_distinct(script: Any) -> None:
    texts = script("benchmark_encode").made_up(256)
    assert len(set(texts)) == len(texts) == 256


def test_cosine_is_told_of_vectors_of_any_length(script: Any) -> None:
    found = script("benchmark_encode").closeness(np.array([[2.0, 0], [3, 3]]), np.array([[1.0, 0], [1, 0]]))
    assert found == {"texts": 2, "worst": 0.707107, "p1": 0.710036, "mean": 0.853553}


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="memory of other processes is read from /proc")
def test_memory_is_that_of_the_whole_process_tree(script: Any) -> None:
    hold = "import time; held = bytearray(b'x' * 60_000_000); print(flush=True); time.sleep(60)"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    with subprocess.Popen([sys.executable, "-c", nested], stdout=subprocess.PIPE) as process:
        watch = script("memory_watch").MemoryWatch(process.pid)
        assert process.stdout is not None
        process.stdout.readline()
        peak, until = 0.0, time.monotonic() + 10
        while peak < 60 and time.monotonic() < until:
            time.sleep(0.1)
            peak = watch.cut() or 0.0
        watch.stop()
        for child in script("memory_watch")._children(Path(f"/proc/{process.pid}/task/{process.pid}")):
            subprocess.run(["kill", str(child)])
    assert 60 < peak < 250


def test_tables_name_commit_machine_and_ratios(script: Any) -> None:
    row = {
        "texts_per_s": 400.0, "texts_per_s_best": 420.0, "ratio": {"sentence-transformers fp32": 2.5},
        "share_of_bf16_rate": 0.76,
    }  # fmt: skip
    told = {
        "benchmark": "encode", "date": "2026-11-29T00:00:00+00:00", "commit": "abc1234", "python": "3.11.7", "rounds": 3,
        "machine": {"cpu": "A CPU", "cpus": 2, "flags": ["avx512_bf16"], "memory_gb": 24.0},
        "versions": {"torch": "2.13.0"}, "load_average": [0.1, 0.1, 0.1], "command": "python x",
        "sets": {
            "a_set": {"kind": "short", "tokens_per_text": 17.6, "bf16_matrix_gflops": 205.0, "engines": {"voc bf16": row}}
        },
    }  # fmt: skip
    text = script("benchmark_table").tables([told])
    assert "commit abc1234; A CPU, 2 cores (avx512_bf16), 24.0 GB; Python 3.11.7, torch 2.13.0" in text
    assert "| short, 17.6 tokens | voc bf16 | 400.0 | 420.0 | 2.50 | – | 76% | – |" in text
