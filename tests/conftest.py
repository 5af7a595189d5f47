"""What every test can ask for: the bundled feedback, a home built from it with the real model, the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from voc.demo import planted_path, sample_path
from voc.engine import Engine

settings.register_profile("voc", deadline=None)
settings.load_profile("voc")
# What has to be fast has a test of its own; the first example of a property pays for loading the analyser.

OFFLINE = Path(__file__).parent / "offline"
"""A folder whose sitecustomize blocks the network in the processes that tests start."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled evaluation data; absent on most machines."""
    folder = Path(os.environ.get("VOC_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("the evaluation data folder ../shared is not on this machine")
    return folder


@pytest.fixture(scope="session")
def planted() -> dict[str, Any]:
    """What was hidden in the bundled feedback."""
    return json.loads(planted_path().read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published run over the bundled feedback. Read it; write to a copy."""
    home = tmp_path_factory.mktemp("demo") / "home"
    with Engine(home, tz="Asia/Seoul") as engine:
        engine.run([sample_path()])
    return home


@pytest.fixture
def demo(demo_home: Path) -> Any:
    """An engine over the demo's home."""
    with Engine(demo_home, tz="Asia/Seoul") as engine:
        yield engine


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def offline() -> dict[str, str]:
    """The environment of a process that may reach this machine only."""
    path = os.pathsep.join(part for part in (str(OFFLINE), os.environ.get("PYTHONPATH")) if part)
    return {**os.environ, "PYTHONPATH": path}


@pytest.fixture(scope="session")
def voc(offline: dict[str, str]) -> Any:
    """Run the real command line in a process of its own."""

    def run(
        *args: object,
        stdin: str | None = None,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        timeout: float = 240,
    ) -> Done:
        command, here = [sys.executable, "-m", "voc", *(str(arg) for arg in args)], {**offline, **(env or {})}
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, cwd=cwd or "/", env=here, timeout=timeout
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
