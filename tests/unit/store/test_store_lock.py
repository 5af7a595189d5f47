from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from voc.errors import RunLocked
from voc.store.lock import HomeLock


def test_another_process_is_told_who_holds_the_lock(tmp_path):
    script = (
        "import sys; from pathlib import Path; from voc.store.lock import HomeLock; from voc.errors import RunLocked\n"
        "try:\n    HomeLock(Path(sys.argv[1])).__enter__()\nexcept RunLocked as error:\n    print(error)"
    )
    with HomeLock(tmp_path / "lock"):
        said = subprocess.run([sys.executable, "-c", script, str(tmp_path / "lock")], check=True, capture_output=True)
    assert f"Process {os.getpid()} has been at work on this home since 20" in said.stdout.decode()


def test_another_thread_is_refused_and_may_enter_afterwards(tmp_path):
    lock = HomeLock(tmp_path / "lock")
    seen: list[str] = []

    def work() -> None:
        try:
            with lock:
                seen.append("in")
        except RunLocked:
            seen.append("refused")

    for hold in (True, False):
        if hold:
            lock.__enter__()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if hold:
            lock.__exit__(None, None, None)
    assert seen == ["refused", "in"]


def test_leaving_the_inner_block_does_not_give_the_lock_back(tmp_path):
    lock, other = HomeLock(tmp_path / "lock"), HomeLock(tmp_path / "lock")
    with lock:
        with lock:
            pass
        with pytest.raises(RunLocked), other:
            pass
    with other:
        pass


def test_an_owner_that_has_not_written_its_name_yet_is_refused_too(tmp_path):
    with HomeLock(tmp_path / "lock"):
        (tmp_path / "lock").write_text("")
        with pytest.raises(RunLocked, match="Another run"), HomeLock(tmp_path / "lock"):
            pass
