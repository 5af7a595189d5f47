"""The same input gives the same result: whatever the order of rows, threads, batch size, or what killed it before."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from voc.demo import sample_path
from voc.engine import Engine
from voc.ingest import Taken, read_feedback

ROWS = 260
STAGES = ("ingest", "clean", "segment", "encode", "score", "discover", "name", "link", "trend", "publish")


def rows() -> list[dict[str, object]]:
    """The first rows of the sample, as dicts."""
    found = []
    for row in read_feedback(sample_path()):
        if isinstance(row, Taken) and row.feedback.text:
            item = row.feedback
            found.append(
                {
                    "id": item.id,
                    "text": item.text,
                    "source": item.source,
                    "created_at": item.created_at.isoformat() if item.created_at else None,
                    "customer_id": item.customer_id,
                    "author_role": item.author_role,
                }
            )
    return found[:ROWS]


def write(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def outcome(engine: Engine, folder: Path) -> tuple[bytes, list[tuple[str, str, int]]]:
    """Assignments to the byte, and the themes."""
    engine.export("assignments", folder / "out.jsonl")
    themes = [(theme.key, theme.label, theme.mentions) for theme in engine.themes()]
    return (folder / "out.jsonl").read_bytes(), themes


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The file, and what a run over it gives."""
    folder = tmp_path_factory.mktemp("same")
    file = write(folder / "rows.jsonl", rows())
    with Engine(folder / "home") as engine:
        engine.run([file])
        return file, outcome(engine, folder)


@pytest.mark.parametrize(
    "flags",
    [{"threads": 1}, {"threads": 2}, {"batch_tokens": 512}, {"batch_tokens": 16384}],
    ids=lambda flags: "-".join(f"{name}-{value}" for name, value in flags.items()),
)
def test_threads_and_batch_size_change_nothing(undisturbed, tmp_path, flags):
    file, expected = undisturbed
    with Engine(tmp_path / "home", **flags) as engine:
        engine.run([file])
        assert outcome(engine, tmp_path) == expected


def test_the_order_of_rows_changes_nothing(undisturbed, tmp_path):
    _, expected = undisturbed
    lines = rows()
    random.Random(7).shuffle(lines)
    with Engine(tmp_path / "home") as engine:
        engine.run([write(tmp_path / "shuffled.jsonl", lines)])
        assert outcome(engine, tmp_path) == expected


def test_a_second_run_on_unchanged_input_adds_nothing(undisturbed, tmp_path):
    file, expected = undisturbed
    with Engine(tmp_path / "home") as engine:
        first = engine.run([file])
        second = engine.run([file])
        assert (second.status, second.run_id) == ("unchanged", first.run_id)
        assert engine.last_ingest.added == engine.last_ingest.updated == 0
        assert outcome(engine, tmp_path) == expected


KILLED = """
import os, signal, sys
from voc.engine import Engine

class Assassin:
    def started(self, stage):
        if stage == sys.argv[3]: os.kill(os.getpid(), signal.SIGKILL)
    def moved(self, stage, done, total):
        if sys.argv[3] == f"during {stage}" and done: os.kill(os.getpid(), signal.SIGKILL)
    def finished(self, stage, seconds):
        if sys.argv[3] == f"after {stage}": os.kill(os.getpid(), signal.SIGKILL)

Engine(sys.argv[1], watcher=Assassin()).run([sys.argv[2]])
"""


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory):
    """A home after its first night, the file of the second, and what an undisturbed second night gives."""
    folder = tmp_path_factory.mktemp("nights")
    first, second = write(folder / "first.jsonl", rows()[:40]), write(folder / "second.jsonl", rows())
    home = folder / "home"
    with Engine(home) as engine:
        engine.run([first])
    shutil.copytree(home, folder / "after")
    with Engine(folder / "after") as engine:
        engine.run([second])
        return home, second, outcome(engine, folder)


@pytest.mark.parametrize("moment", [*STAGES, "during encode"])
def test_kill_9_then_again_gives_the_same_result(two_nights, offline, tmp_path, moment):
    first_night, file, expected = two_nights
    home = tmp_path / "home"
    shutil.copytree(first_night, home)
    with Engine(home) as engine:
        old = engine.runs.current_id()
    command = [sys.executable, "-c", KILLED, str(home), str(file), moment]
    done = subprocess.run(command, env=offline, cwd="/", capture_output=True, timeout=240)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-500:]
    with Engine(home) as reader:
        assert reader.snapshot().published.run.run_id == old
        assert reader.themes()
    with Engine(home) as engine:
        assert engine.run([file]).status == "published"
        assert outcome(engine, tmp_path) == expected
    assert sum(1 for _ in (home / "runs").iterdir()) == 2
