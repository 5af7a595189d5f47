"""Folders of replays: gone with their owner, or swept after it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from voc.scratch import scratch, sweep

HOLD = """
import sys
from pathlib import Path
from voc.scratch import scratch

with scratch(Path(sys.argv[1])) as folder:
    (folder / "runs").mkdir()
    (folder / "runs" / "table").write_text("rows")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path):
    """Another process at work in a folder of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.folder = process.stdout.readline().strip()
    yield process
    process.kill()
    process.communicate()


def test_a_folder_is_gone_with_its_end_and_with_an_error(tmp_path):
    with scratch(tmp_path) as folder:
        (folder / "file").write_text("rows")
    with pytest.raises(ZeroDivisionError), scratch(tmp_path):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_one_in_use_is_not_swept_and_one_whose_owner_was_killed_is(tmp_path, owner):
    with scratch(tmp_path) as mine:
        assert sweep(tmp_path) == 0
        assert {str(mine), owner.folder} == {str(path) for path in tmp_path.iterdir()}
        owner.kill()
        owner.wait()
        assert sweep(tmp_path) == 1
        assert list(tmp_path.iterdir()) == [mine]


def test_nothing_but_such_folders_is_swept(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    for name in ("replay-of-last-year", "runs", "replay-abcdefgh"):
        (home / name).mkdir()
    (home / "replay-12345678").symlink_to(outside)
    (home / "replay-a_file_").write_text("rows")
    assert sweep(home) == 1
    assert outside.is_dir()
    assert sorted(path.name for path in home.iterdir()) == [
        "replay-12345678",
        "replay-a_file_",
        "replay-of-last-year",
        "runs",
    ]
    assert sweep(tmp_path / "nowhere") == 0


def test_making_and_sweeping_at_once_loses_nobodys_folder(tmp_path):
    done, lost = threading.Event(), []

    def sweeping():
        while not done.is_set():
            sweep(tmp_path)

    thread = threading.Thread(target=sweeping)
    thread.start()
    try:
        for _ in range(300):
            with scratch(tmp_path) as folder:
                if not folder.is_dir():
                    lost.append(folder)
    finally:
        done.set()
        thread.join()
    assert lost == []
