"""Commands that run the model over a file without storing anything: score, embed."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Annotated

import typer

from voc.commands import options as o
from voc.console import duration, note
from voc.growing import notes_of, part_of


class Kind(StrEnum):
    """What a text is for: to be found, or to find."""

    PASSAGE = "passage"
    QUERY = "query"


def score(
    file: o.File,
    out: o.OutLines,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew instead of taking up what was begun.")] = False,
    map: o.Map = None,  # noqa: A002 - the option's name is the contract's
    source: o.Source = None,
    channel: o.Channel = None,
    tz: o.Zone = None,
    home: o.Home = None,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    batch_tokens: o.BatchTokens = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Sentiment and urgency of each row, without storing: one JSON line a row, in the file's order.

    A row that can't be scored becomes {"id", "error", "line"} and never stops the rest.

    What was interrupted is kept in OUT.part, and the same command goes on there. A changed file, option or model begins
    anew. Standard input (-) can't be read twice, so it can't be taken up, nor can lines on standard output.
    """
    del debug
    o.check_input([file])
    began = time.perf_counter()
    flags = {"model": model, "device": device, "threads": threads, "batch_tokens": batch_tokens}
    try:
        with o.engine(home=home, tz=tz, quiet=quiet, **flags) as engine, o.lines_out(out) as path:
            done = engine.score_file(file, path, restart=restart, notice=note, map=map, source=source, channel=channel)
    except KeyboardInterrupt:
        if notes_of(out).exists():
            note(f"Stopped; the same command goes on where {part_of(out)} ends.")
        raise
    earlier = f", {done.earlier:,} rows of them by an earlier call" if done.earlier else ""
    spent = duration(time.perf_counter() - began)
    note(f"{done.scored:,} rows scored, {done.errors:,} with an error, in {spent}, written to {out}{earlier}.")


def embed(
    file: o.File,
    out: o.Out,
    kind: Annotated[Kind, typer.Option("--kind", help="passage: texts to be found; query: texts to find with.")] = (
        Kind.PASSAGE
    ),
    map: o.Map = None,  # noqa: A002
    source: o.Source = None,
    channel: o.Channel = None,
    tz: o.Zone = None,
    home: o.Home = None,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    batch_tokens: o.BatchTokens = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Vectors of each row as a .npy file: float32, unit length, in the file's order. A bad row stops with exit 4."""
    del debug
    o.check_input([file])
    o.check_file(out)
    flags = {"model": model, "device": device, "threads": threads, "batch_tokens": batch_tokens}
    with o.engine(home=home, tz=tz, quiet=quiet, **flags) as engine:
        rows, width = engine.embed_file(file, out, kind=kind.value, map=map, source=source, channel=channel)
    note(f"{rows} vectors of width {width} written to {out}")
