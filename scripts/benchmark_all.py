"""Every benchmark of speed in turn, one JSON file each in a folder, and a Markdown table made of such files.

    scripts/benchmark --out FOLDER [--only encode run themes server] [--data ../shared/data] [--items 1000 10000 100000]
        [--texts 1000] [--rounds 5] [--voc bf16,fp32] [--mentions 10000 100000] [--quick] [--table]

A file is named by date, benchmark and commit, and holds those, the machine, versions and the command. `--quick` takes
sizes that only show that each works: its figures mean nothing and go to files marked so. `--table` measures nothing: it
prints the newest file of each kind as Markdown. What this machine can't measure is left out, and said so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmark_facts import facts, note
from benchmark_table import tables

HERE = Path(__file__).parent
KINDS = ("encode", "run", "themes", "server")
QUICK = {"texts": 48, "rounds": 2, "cosine": 64, "items": [300], "mentions": [4000], "seconds": 5, "clients": 4}


def command(kind: str, options: argparse.Namespace, scratch: Path) -> list[str]:
    """What measures one kind. The server serves a home that is made here."""
    data = ["--data", str(options.data)]
    if kind == "encode":
        sizes = ["--texts", options.texts, "--rounds", options.rounds, "--cosine", options.cosine]
        return _script("benchmark_encode.py", *data, *sizes, "--voc", options.voc, "--features")
    if kind == "run":
        return _script("benchmark_run.py", *data, "--items", *options.items)
    if kind == "themes":
        night = ["--night", min(20_000, min(options.mentions) // 5)]
        sizes = ["--sizes", *options.mentions, *night, "--json", scratch / "themes.json"]
        return _script("benchmark_themes.py", *data, *sizes)
    home = scratch / "home"
    _run([sys.executable, "-m", "voc", "demo", "--home", str(home), "--quiet"], scratch)
    load = ["--clients", options.clients, "--seconds", options.seconds]
    return _script("benchmark_server.py", "--home", home, *load)


def measured(kind: str, options: argparse.Namespace) -> dict[str, Any]:
    """One kind's result with what it belongs to."""
    before = facts()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        words = command(kind, options, scratch)
        answer = _run(words, Path.cwd())
        if kind == "themes":
            answer = (scratch / "themes.json").read_text(encoding="utf-8")
    result = json.loads(answer)
    whole = result if isinstance(result, dict) and "benchmark" in result else {"result": result}
    shown = " ".join(["python", f"scripts/{Path(words[1]).name}", *(_shown(word, scratch) for word in words[2:])])
    return {"benchmark": kind, **before, **whole, "command": shown, "quick": options.quick}


def possible(kind: str, options: argparse.Namespace) -> bool:
    """Whether this machine has what a benchmark reads."""
    if kind in ("run", "themes") and not options.data.is_dir():
        note(f"left out: {kind}, for want of the evaluation data in {options.data}")
        return False
    return True


def saved(told: dict[str, Any], folder: Path) -> Path:
    """The file of one result."""
    folder.mkdir(parents=True, exist_ok=True)
    marks = [told["date"][:10], told["benchmark"], told["commit"].rstrip("+") or "none", *["quick"] * told["quick"]]
    path = folder / f"{'-'.join(marks)}.json"
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def newest(folder: Path) -> list[dict[str, Any]]:
    """The newest result of each kind; a quick one only where there is no other."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    found.sort(key=lambda told: (not told["quick"], told["date"]))
    latest = {told["benchmark"]: told for told in found}
    return [latest[kind] for kind in KINDS if kind in latest]


def _script(name: str, *words: object) -> list[str]:
    return [sys.executable, str(HERE / name), *(str(word) for word in words)]


def _shown(word: str, scratch: Path) -> str:
    return word.replace(str(scratch), "TMP")


def _run(words: list[str], folder: Path) -> str:
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False, cwd=folder)
    if done.returncode:
        raise SystemExit(f"{Path(words[1]).name} ended with {done.returncode}.")
    return done.stdout


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the JSON files")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--texts", type=int, default=1000, help="encode: of each set")
    parser.add_argument("--rounds", type=int, default=5, help="encode")
    parser.add_argument("--cosine", type=int, default=10_000, help="encode: vectors compared with float32 ones")
    parser.add_argument("--voc", default="bf16,fp32", help="encode: dtypes of voc's engine")
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 10_000, 100_000], help="run")
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000], help="themes")
    parser.add_argument("--clients", type=int, default=32, help="server")
    parser.add_argument("--seconds", type=int, default=60, help="server")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    if options.quick:
        vars(options).update(QUICK)
    return options


def main() -> None:
    options = parsed()
    if not options.table:
        for kind in options.only:
            if possible(kind, options):
                note(f"== {kind}")
                note(f"== {saved(measured(kind, options), options.out)}")
    print(tables(newest(options.out)))


if __name__ == "__main__":
    main()
