"""`benchmark_server.py --what score|embeddings`: a real server under many clients beside the batch engine alone.

Wall rates hold on an idle machine only, and clients take part of it. So processor time is told beside them: of the
server and of the engine, for a text.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

LOAD = Path(__file__).with_name("service_load.py")
WARM_UP = 3.0
"""Seconds of load before anything is counted."""


def measure(
    port: int, pid: int, what: str, *, clients: int, each: int, seconds: float, encoding: str
) -> dict[str, Any]:
    """One load on a running server: rate, milliseconds, processor seconds, errors."""
    options = ("--port", port, "--what", what, "--clients", clients, "--texts-per-request", each)
    _run("clients", *options, "--encoding", encoding, "--seconds", WARM_UP)
    before = processor_seconds(pid)
    seen = _run("clients", *options, "--encoding", encoding, "--seconds", seconds)
    spent = processor_seconds(pid) - before
    latencies = seen["latencies_s"]
    return {
        "what": what,
        "clients": clients,
        "texts_per_request": each,
        "seconds": round(seen["seconds"], 1),
        "requests": seen["requests"],
        "texts_per_s": round(seen["texts"] / seen["seconds"], 1),
        "ms": {name: _percentile(latencies, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))},
        "max_ms": _percentile(latencies, 1.0),
        "errors": {status: count for status, count in seen["statuses"].items() if status != "200"},
        "server_cpu_ms_per_text": round(1000 * spent / max(1, seen["texts"]), 2),
        "client_cpu_ms_per_text": round(1000 * seen["client_cpu_s"] / max(1, seen["texts"]), 2),
        "server_cores": round(spent / seen["seconds"], 2),
        "bytes_per_text": seen["bytes_per_text"],
    }


def engine_rates(what: str, seconds: float) -> dict[str, Any]:
    """The batch engine in a process of its own."""
    return _run("engine", "--what", what, "--seconds", seconds)


def compared(seen: dict[str, Any], engines: list[dict[str, Any]]) -> dict[str, Any]:
    """The server beside the engine, which was measured before and after it; the better one counts."""
    ratios: dict[str, Any] = {}
    for name in engines[0]["rates"]:
        rates = [engine["rates"][name] for engine in engines]
        wall = max(rate["texts_per_s"] for rate in rates)
        busy = min(rate["cpu_ms_per_text"] for rate in rates)
        ratios[name] = {
            "engine_texts_per_s": [round(rate["texts_per_s"], 1) for rate in rates],
            "engine_cpu_ms_per_text": [round(rate["cpu_ms_per_text"], 2) for rate in rates],
            "wall_ratio": round(seen["texts_per_s"] / wall, 3),
            "cpu_ratio": round(busy / seen["server_cpu_ms_per_text"], 3),
        }
    return {**seen, "beside_the_batch_engine": ratios}


def machine() -> dict[str, Any]:
    """What the figures belong to."""
    cpu = next((line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), "")
    return {
        "cpu": cpu or platform.machine(),
        "cpus": os.cpu_count(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("torch", "tokenizers", "fastapi", "starlette", "uvicorn")},
    }


def processor_seconds(pid: int) -> float:
    """User and system time of a process and all its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.is_file() else []


def _percentile(ordered: list[float], share: float) -> float | None:
    """Nearest rank, in milliseconds."""
    if not ordered:
        return None
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def _run(role: str, *options: object) -> dict[str, Any]:
    command = [sys.executable, str(LOAD), role, *(str(option) for option in options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result
