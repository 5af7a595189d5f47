"""The command that compares scores with somebody's own labels: evaluate."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from voc.commands import options as o
from voc.console import note, percent, print_json, say, table

if TYPE_CHECKING:
    from voc.evaluate import Evaluation
    from voc.evaluate.metrics import Figure
    from voc.evaluate.report import Slice, TaskReport

_WIDTHS = (18, 20)
"""Of the names of figures and of a column of figures: as many languages are drawn as fit, --json has all."""
_TITLES = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "kappa": "quadratic kappa",
    "auc": "AUC high+critical",
    "recall_top_20": "recall at 20 %",
    "calibration_error": "calibration error",
}


def evaluate(
    file: Annotated[str, typer.Argument(help="CSV, JSONL, Parquet or XLSX with labels; - is JSONL on standard input.")],
    labels: Annotated[
        list[str] | None,
        typer.Option("--labels", help="Your label = ours, such as pos=positive,neg=negative. May be repeated."),
    ] = None,
    map: o.Map = None,  # noqa: A002 - the option's name is the contract's
    source: o.Source = None,
    channel: o.Channel = None,
    tz: o.Zone = None,
    home: o.Home = None,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    batch_tokens: o.BatchTokens = None,
    seed: o.Seed = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """How well the scores agree with your own labels, by task and language, with 95 % intervals. Stores nothing.

    Columns: text, and any of sentiment (negative, neutral, positive, mixed), urgency (low, normal, high, critical),
    emotion, intent; lang if you know it. Others are named with --map sentiment=COLUMN.
    """
    del debug
    o.check_input([file])
    flags = {"model": model, "device": device, "threads": threads, "batch_tokens": batch_tokens, "seed": seed}
    with o.engine(home=home, tz=tz, quiet=quiet, **flags) as engine:
        found = engine.evaluate(file, labels=labels, map=map, source=source, channel=channel)
    if json:
        from voc.evaluate import evaluation_row

        print_json(evaluation_row(found))
    else:
        _tell(found)
    for warning in found.warnings:
        note(f"Note: {warning}")


def _tell(found: Evaluation) -> None:
    for task, report in found.tasks.items():
        if report.overall is None or report.languages is None:
            continue
        say(f"\n{task}: {report.rows:,} labelled rows")
        _tell_figures(report.overall, report.languages)
        _tell_classes(report, report.overall)
    say(f"\n{found.model}, heads {found.heads}; in brackets: 95 % bootstrap interval")


def _tell_figures(overall: Slice, languages: Mapping[str, Slice]) -> None:
    """Figures down, all rows and the largest languages across."""
    fit = max(1, (shutil.get_terminal_size().columns - _WIDTHS[0]) // _WIDTHS[1] - 1)
    shown = {"all": overall, **dict(list(languages.items())[:fit])}
    rows: list[list[object]] = [
        ["rows", *(f"{part.rows:,}" for part in shown.values())],
        ["abstained", *("" if s.abstained is None else percent(s.abstained / s.rows) for s in shown.values())],
    ]
    rows += [[_TITLES[name], *(_drawn(part.figures.get(name)) for part in shown.values())] for name in overall.figures]
    table(("", *shown), rows)
    if len(languages) > fit:
        say(f"Languages left out here: {', '.join(list(languages)[fit:])}. --json has all.")


def _tell_classes(report: TaskReport, overall: Slice) -> None:
    say("")
    table(
        ("label", "rows", "precision", "recall", "F1"),
        ((name, f.support, _plain(f.precision), _plain(f.recall), _plain(f.f1)) for name, f in overall.classes.items()),
    )
    say("")
    rows = ((label, *counts) for label, counts in zip(report.labels, overall.confusion, strict=True))
    table(("yours ↓ voc's →", *report.labels, "abstained"), rows)


def _drawn(figure: Figure | None) -> str:
    if figure is None or not math.isfinite(figure.value):
        return "–"
    return f"{figure.value:.3f} [{figure.low:.2f}, {figure.high:.2f}]"


def _plain(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "–"
