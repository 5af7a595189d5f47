"""What an EncodingCache promises, shown on the one over SQLite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from voc.store import encoding_cache

HASH = "0123456789abcdef" * 4


@pytest.fixture
def cache(tmp_path):
    cache = encoding_cache(tmp_path, HASH)
    yield cache
    cache.close()


def row(n: int) -> tuple[bytes, bytes, bytes]:
    return (n.to_bytes(32, "big"), bytes([n % 256]) * 16, bytes([n % 251]) * 8)


def test_what_was_put_is_got_and_the_rest_is_left_out(cache):
    cache.put(row(n) for n in range(1300))
    found = cache.get([row(n)[0] for n in range(1200)] + [b"unknown"])
    assert len(found) == 1200
    assert found[row(7)[0]] == row(7)[1:]


def test_features_may_be_empty(cache):
    cache.put([(b"k", b"vector", b"")])
    assert cache.get([b"k"]) == {b"k": (b"vector", b"")}


def test_nothing_asked_is_nothing_answered(cache):
    cache.put([])
    assert cache.get([]) == {}
    assert cache.forget([]) == 0


def test_forgotten_rows_are_gone_from_the_files_too(cache, tmp_path):
    cache.put([(b"key", b"a very particular vector", b"f"), row(1)])
    assert cache.forget([b"key", b"unknown"]) == 1
    assert cache.get([b"key", row(1)[0]]) == {row(1)[0]: row(1)[1:]}
    for file in (tmp_path / "cache").iterdir():
        assert b"particular" not in file.read_bytes()


def test_each_model_has_a_cache_of_its_own(cache, tmp_path):
    other = encoding_cache(tmp_path, "f" * 64)
    cache.put([row(1)])
    assert other.get([row(1)[0]]) == {}
    other.close()


@pytest.mark.parametrize("when", ["before opening", "while open"])
def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path, when):
    first = encoding_cache(tmp_path, HASH)
    first.put(row(n) for n in range(3000))
    first.close()
    file = next((tmp_path / "cache").glob("*.db"))
    cache = encoding_cache(tmp_path, HASH)
    if when == "while open":
        cache.get([b"opens it"])
        # Pages beyond the first: SQLite notices when it reads them.
        with file.open("r+b") as opened:
            opened.seek(4096)
            opened.write(b"\xff" * (file.stat().st_size - 4096))
    else:
        file.write_bytes(b"this is no database at all" * 400)
    cache.get([row(n)[0] for n in range(3000)])
    cache.put([row(1)])
    assert cache.get([row(1)[0]]) == {row(1)[0]: row(1)[1:]}
    assert len(list((tmp_path / "cache").glob("*.db.damaged-*"))) == 1
    cache.close()


def test_threads_share_one_cache(cache):
    threads = [threading.Thread(target=lambda t=t: cache.put([row(100 * t + n) for n in range(100)])) for t in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache.get([row(n)[0] for n in range(800)])) == 800


def test_batches_that_were_put_survive_a_kill(tmp_path):
    child = """
import sys
from pathlib import Path
from voc.store import encoding_cache
cache = encoding_cache(Path(sys.argv[1]), sys.argv[2])
n = 0
while True:
    cache.put([((n + i).to_bytes(32, "big"), b"v" * 768, b"f" * 768) for i in range(50)])
    n += 50
    print(n, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", child, str(tmp_path), HASH], stdout=subprocess.PIPE, text=True)
    done = [process.stdout.readline() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    cache = encoding_cache(tmp_path, HASH)
    assert len(cache.get([n.to_bytes(32, "big") for n in range(int(done[-1]))])) == int(done[-1]) == 1000
    assert not list((tmp_path / "cache").glob("*.damaged-*"))
    cache.close()
