"""Importing voc costs nothing, help comes at once, and the house keeps its shape."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

import voc

HEAVY = ("torch", "faiss", "fastapi", "transformers", "sqlalchemy", "pyarrow", "scipy", "hdbscan", "kiwipiepy", "numpy")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", ["voc", "voc.cli", "voc.engine"])
def test_importing_loads_nothing_heavy(offline, module):
    allowed = ("numpy", "scipy") if module == "voc.engine" else ()
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], env=offline, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert set(eval(done.stdout)) <= set(allowed)


def test_help_comes_within_half_a_second_of_processor_time(offline):
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "voc", "--help"], env=offline, cwd="/", capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0
    assert "voc demo" in done.stdout
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 0.5, (spent, time.perf_counter() - began)


def test_the_public_name_is_the_engine():
    from voc.engine import Engine

    assert voc.__all__ == ["Engine"]
    assert voc.Engine is Engine


def test_no_module_is_longer_than_300_lines():
    if not (ROOT / "voc").is_dir():
        pytest.skip("the source tree is not here")
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("voc", "api", "scripts")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    # The engine is the one door to everything: its length is its list of calls, each a few lines.
    assert set(long) <= {"voc/engine.py", "voc/ports.py", "voc/model.py"}, long
    assert all(lines <= 480 for lines in long.values())
