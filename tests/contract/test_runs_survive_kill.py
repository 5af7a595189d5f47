"""`kill -9` in the middle of publishing, and readers while runs come and go.

Run as a script this file is the process that dies or that publishes for the readers.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from voc.errors import NotFound
from voc.ports import PublishedRun, RunStore

# Test modules can't import each other; the makers of runs live with the contract.
SAMPLES = runpy.run_path(str(Path(__file__).with_name("test_runs_contract.py")))
opened, made, publish = SAMPLES["opened"], SAMPLES["made"], SAMPLES["publish"]

STEPS = ["files", "manifest", "renamed", "committing"]


def die_at(home: str, doomed: str) -> None:
    def step(name: str) -> None:
        if name == doomed:
            os.kill(os.getpid(), signal.SIGKILL)

    publish(opened(Path(home), step=step), made(30, seed=2), days=1)


def publish_many(home: str, count: str) -> None:
    stores = opened(Path(home))
    for n in range(int(count)):
        publish(stores, made(10 + n, seed=n), days=n)
        stores.runs.prune(2)
    stores.close()


def child(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, __file__, *map(str, arguments)], stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_before_the_commit_leaves_the_old_run_and_the_next_one_works(tmp_path, step):
    stores = opened(tmp_path)
    old = publish(stores)
    process = child("die_at", tmp_path, step)
    _, said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said
    assert stores.runs.current_id() == old.run_id
    assert len(stores.runs.open(old.run_id).mentions) == 6
    assert [run.status for run in stores.runs.list()] == ["running", "published"]

    new = publish(stores, made(12), days=2)
    assert stores.runs.current_id() == new.run_id
    assert {path.name for path in stores.home.runs.iterdir()} == {old.run_id, new.run_id}
    assert [(run.status, run.error) for run in stores.runs.list()] == [
        ("published", None),
        ("failed", "died"),
        ("published", None),
    ]
    assert set(stores.runs.verify(new.run_id).values()) == {"ok"}
    stores.close()


def test_a_kill_after_the_commit_leaves_the_new_run(tmp_path):
    stores = opened(tmp_path)
    old = publish(stores)
    child("die_at", tmp_path, "committed").communicate(timeout=60)
    assert stores.runs.current_id() != old.run_id
    assert len(stores.runs.open(stores.runs.current_id()).mentions) == 30
    stores.close()


def test_the_lock_of_a_killed_owner_is_free(tmp_path):
    child("die_at", tmp_path, "files").communicate(timeout=60)
    stores = opened(tmp_path)
    assert (tmp_path / "lock").read_text() != ""
    with stores.runs.lock():
        pass
    stores.close()


def test_readers_see_one_run_or_another_and_never_a_mixture(tmp_path):
    stores = opened(tmp_path)
    publish(stores, made(9, seed=99))
    process = child("publish_many", tmp_path, 12)
    seen = set()
    while process.poll() is None:
        shown = read(stores.runs)
        seen.add(shown.run.run_id)
        n = shown.run.mentions
        assert len(shown.mentions) == len(shown.vectors) == len(shown.index) == n
        assert whole(stores.runs, shown.run.run_id) or gone(stores.runs, shown.run.run_id)
    assert process.returncode == 0, process.stderr.read()
    process.stderr.close()
    assert len(seen) > 1
    assert len(stores.runs.open(stores.runs.current_id()).mentions) == 21
    stores.close()


def read(runs: RunStore) -> PublishedRun:
    """As a server does it: a run that was pruned between the question and the opening is asked for again."""
    for _ in range(20):
        run_id = runs.current_id()
        try:
            return runs.open(run_id)
        except Exception:  # noqa: BLE001 - judged by the next line
            assert runs.current_id() != run_id
    raise AssertionError("never opened a run")


def whole(runs: RunStore, run_id: str) -> bool:
    """False also for a run that was pruned before the question."""
    try:
        return set(runs.verify(run_id).values()) <= {"ok"}
    except NotFound:
        return False


def gone(runs: RunStore, run_id: str) -> bool:
    try:
        runs.get(run_id)
    except NotFound:
        return True
    return False


if __name__ == "__main__":
    {"die_at": die_at, "publish_many": publish_many}[sys.argv[1]](*sys.argv[2:])
