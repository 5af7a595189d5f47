"""The whole job by size, start to end: time and memory of every stage, and of the night after. Prints JSON.

    python scripts/benchmark_run.py [--data ../shared/data] [--items 1000 10000 100000] [--night 0.02] [--seed 0]
        [--threads N] > run.json

For each size: recombined feedback (`recombine.py`, no two texts alike) goes through a real `voc run FILE` in a process
of its own, into an empty home, nothing cached but the decoded model. Then new items of the day after, `--night` of the
size, go into the same home: that is a night. A stage's seconds are the run's own; its peak is the highest resident
memory of the process tree since the stage before, the first one's from the start of the process.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmark_facts import facts, note
from memory_watch import MemoryWatch
from recombine import DAYS, FIRST, recombined

from voc.catalog import default_model, materialise, resolve
from voc.errors import VocError

STAGE = re.compile(r"^([a-z]+) +([0-9.]+) s$")
"""What `voc run` says on standard error when a stage ends."""


def first_night(data: Path, items: int, seed: int) -> Iterator[dict[str, object]]:
    """New rows of the day after those of `recombined`."""
    chance = random.Random(seed)
    for row in recombined(data, items, seed):
        moment = FIRST + timedelta(days=DAYS, seconds=chance.randrange(86400))
        yield row | {"created_at": moment.isoformat()}


def write(path: Path, rows: Iterable[dict[str, object]]) -> Path:
    with path.open("w", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def measured(file: Path, home: Path, threads: int) -> dict[str, Any]:
    """One `voc run`: what it says of itself, seconds on the clock, and peak memory by stage."""
    command = [sys.executable, "-m", "voc", "run", str(file), "--home", str(home), "--json"]
    if threads:
        command += ["--threads", str(threads)]
    begun = time.perf_counter()
    # Not in a source tree: there `python -m` would take the folder voc for the installed package.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=file.parent)
    watch = MemoryWatch(process.pid)
    stages: dict[str, dict[str, float | None]] = {}
    said: list[str] = []
    assert process.stderr is not None
    assert process.stdout is not None
    for line in process.stderr:
        ended = STAGE.match(line.strip())
        if ended:
            stages[ended[1]] = {"seconds": float(ended[2]), "peak_mb": watch.cut()}
        else:
            said.append(line)
    answer = process.stdout.read()
    code = process.wait()
    spent = time.perf_counter() - begun
    watch.stop()
    if code:
        raise SystemExit(f"voc run ended with {code}:\n{''.join(said[-20:])}")
    return summary(json.loads(answer), stages, spent)


def summary(run: dict[str, Any], stages: dict[str, dict[str, float | None]], spent: float) -> dict[str, Any]:
    """The run's own figures beside what was seen from outside. `seconds` is the process's whole life."""
    for name, seconds in run["seconds"].items():
        stages.setdefault(name, {"peak_mb": None})["seconds"] = seconds
    peaks = [stage["peak_mb"] for stage in stages.values() if stage["peak_mb"]]
    return {
        "status": run["status"],
        "items": run["items"],
        "mentions": run["mentions"],
        "themes": run["themes"],
        "unassigned_share": run["unassigned_share"],
        "seconds": round(spent, 2),
        "peak_mb": max(peaks, default=run["peak_rss_mb"]),
        "stages": stages,
    }


def one_size(options: argparse.Namespace, items: int) -> dict[str, Any]:
    """The first run and the night after it, in a home that is thrown away."""
    new = round(items * options.night)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        rows = recombined(options.data, items, options.seed)
        note(f"{items} items")
        first = measured(write(Path(folder) / "items.jsonl", rows), home, options.threads)
        told: dict[str, Any] = {"new_items": items, "run": first | rate(first, items)}
        note(f"  run {first['seconds']} s, {first['peak_mb']} MB")
        if new:
            later = first_night(options.data, new, options.seed + 1)
            night = measured(write(Path(folder) / "night.jsonl", later), home, options.threads)
            told["night"] = {"new_items": new} | night | rate(night, new)
            note(f"  night {night['seconds']} s, {night['peak_mb']} MB")
    return told


def rate(run: dict[str, Any], new: int) -> dict[str, float]:
    return {"new_items_per_s": round(new / run["seconds"], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--night", type=float, default=0.02, help="new items of the night, a share; 0: no night")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    before = facts()
    try:
        materialise(resolve(default_model()))  # decoded once and for all, which is no part of a run
    except VocError as error:
        sys.exit(f"{error.message} {error.hint or ''}")
    sizes = [one_size(options, items) for items in options.items]
    result = {"benchmark": "run", **before, "night_share": options.night, "seed": options.seed, "sizes": sizes}
    print(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
