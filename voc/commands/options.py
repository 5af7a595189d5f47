"""The options that commands share, once each, and the engine they describe."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voc.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voc.engine import Engine

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of this project's data. [env: VOC_HOME] [default: ./voc-data]")
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document to standard output, and nothing else there.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of everything random. [default: 0]")]
Threads = Annotated[int | None, typer.Option("--threads", help="Threads for tensor work; 0 takes all. [default: 0]")]
BatchTokens = Annotated[
    int | None, typer.Option("--batch-tokens", help="Tokens in one forward pass, at most. Never changes a result.")
]
Device = Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda or mps. [default: auto]")]
Model = Annotated[
    str | None, typer.Option("--model", help="A registered name (voc models list), a folder, or hub:org/name@revision.")
]
Zone = Annotated[
    str | None, typer.Option("--tz", help="Zone of dates without one, and of calendar days. [default: UTC]")
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="Our field = your column, such as text=body,created_at=date. May be repeated."),
]
Source = Annotated[str | None, typer.Option("--source", help="Source of rows that name none. [default: default]")]
Channel = Annotated[str | None, typer.Option("--channel", help="Channel of rows that name none.")]
Recluster = Annotated[
    bool, typer.Option("--recluster", help="Make all themes anew in place of carrying on the published ones.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 4 if any row is rejected.")]
Files = Annotated[list[str], typer.Argument(help="CSV, JSONL, Parquet or XLSX files; - is JSONL on standard input.")]
Where = Annotated[
    str | None, typer.Option("--where", help='Filter, such as "lang=ko and rating<=2 and created_at>=2026-10-01".')
]
File = Annotated[str, typer.Argument(help="CSV, JSONL, Parquet or XLSX; - is JSONL on standard input.")]
Out = Annotated[Path, typer.Option("--out", help="File to write.")]
OutLines = Annotated[Path, typer.Option("--out", help="File to write; - writes JSON lines to standard output.")]

STANDARD = "-"
"""Standard input or standard output, in place of a file."""


@contextmanager
def engine(*, quiet: bool = True, **flags: Any) -> Iterator[Engine]:
    """The engine of a command, closed afterwards; draws progress unless quiet."""
    from voc.console import BarWatcher
    from voc.engine import Engine

    bars = None if quiet else BarWatcher()
    opened = Engine(watcher=bars, **flags)
    try:
        yield opened
    finally:
        if bars is not None:
            bars.close()
        opened.close()


def check_input(files: Sequence[str]) -> None:
    """Raises InputError if standard input is asked for and is closed."""
    if STANDARD in files and sys.stdin is None:
        raise InputError("Standard input is closed, so there is nothing to read from -.", "Pipe JSON lines into it.")


def check_file(out: Path) -> None:
    """Raises UsageError for a result that is a file and can't be lines on standard output."""
    if str(out) == STANDARD:
        raise UsageError("This can't be written to standard output.", "Name a file with --out.")


@contextmanager
def lines_out(out: Path) -> Iterator[Path]:
    """The path to write JSON lines to; what is meant for standard output goes there when it is whole."""
    if str(out) != STANDARD:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="voc-") as folder:
        part = Path(folder) / "lines.jsonl"
        yield part
        with part.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
