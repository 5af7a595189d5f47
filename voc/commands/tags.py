"""Commands of own tags: teach, list, show, rollback, forget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from voc.commands import options as o
from voc.console import note, pairs, print_json, say, table
from voc.model import Figure, Tag
from voc.queries.shapes import moment, tag_row

tags = typer.Typer(no_args_is_help=True, help="Own tags, taught from examples: teach, list, show, rollback, forget.")

Name = Annotated[str, typer.Argument(help="Name of the tag, such as mentions_competitor.")]


@tags.command()
def teach(
    name: Name,
    description: Annotated[str, typer.Option("--description", help="What carries the tag, in a sentence.")],
    examples: Annotated[
        Path | None,
        typer.Option(
            "--examples", help="File of texts that carry it: .txt with one a line, CSV, JSONL, Parquet, XLSX."
        ),
    ] = None,
    counterexamples: Annotated[
        Path | None, typer.Option("--counterexamples", help="File of texts that look alike and do not carry it.")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", help="Id of a stored item that carries it. May be repeated.")
    ] = None,
    map: o.Map = None,  # noqa: A002 - the option's name is the contract's
    source: Annotated[str | None, typer.Option("--source", help="Where an id of --item stands for several items.")] = (
        None
    ),
    home: o.Home = None,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    seed: o.Seed = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Teach a tag from 8 to 1,000 examples, and apply it to past and future items. 20 to 50 are a good number.

    Teaching a name again makes its next version. Nothing of the examples is kept but what the tag learned.
    """
    del debug, quiet
    with o.engine(home=home, model=model, device=device, threads=threads, seed=seed) as engine:
        taught = engine.teach(
            name,
            description,
            examples=examples or (),
            counterexamples=counterexamples or (),
            items=item or (),
            source=source,
            map=map,
        )
        row = tag_row(taught, usable=True)
        row["items"] = engine.tags.carried(taught)
    if json:
        print_json(row)
    else:
        _tell(row, taught)


@tags.command("list")
def list_tags(home: o.Home = None, model: o.Model = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """The tags in use, by name, and how many items have each."""
    del debug
    with o.engine(home=home, model=model) as engine:
        rows = [
            {**tag_row(tag, usable=engine.tags.usable(tag)), "items": engine.tags.carried(tag)}
            for tag in engine.tags.active()
        ]
    if json:
        print_json(rows)
        return
    table(
        ("tag", "version", "items", "F1", "examples", "taught", "description"),
        (
            (
                row["name"],
                row["version"],
                row["items"] if row["usable"] else f"teach again: taught with {row['model']}",
                f"{row['cross_validation']['f1']['value']:.2f}",
                row["examples"],
                row["created_at"],
                row["description"],
            )
            for row in rows
        ),
    )


@tags.command()
def show(name: Name, home: o.Home = None, model: o.Model = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """One tag with its figures, and all its versions."""
    del debug
    with o.engine(home=home, model=model) as engine:
        versions = engine.tags.versions(name)
        current = next(tag for tag in versions if tag.active)
        row = tag_row(current, usable=engine.tags.usable(current))
        row["items"] = engine.tags.carried(current)
        row["versions"] = [tag_row(tag, usable=engine.tags.usable(tag)) for tag in versions]
    if json:
        print_json(row)
        return
    _tell(row, current)
    table(
        ("", "version", "taught", "examples", "F1", "model"),
        (
            ("*" if t.active else "", t.version, moment(t.created_at), t.examples, f"{t.f1.value:.2f}", t.model)
            for t in versions
        ),
    )


@tags.command()
def rollback(
    name: Name,
    version: Annotated[int, typer.Argument(help="The version to use, as `voc tags show` lists it.")],
    home: o.Home = None,
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Put another version of a tag in use."""
    del debug
    with o.engine(home=home) as engine:
        tag = engine.tags.rollback(name, version)
        row = tag_row(tag, usable=engine.tags.usable(tag))
    if json:
        print_json(row)
    else:
        say(f"{tag.name} is at version {tag.version}.")


@tags.command()
def forget(name: Name, home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """Erase a tag in all its versions."""
    del debug
    with o.engine(home=home) as engine:
        count = engine.tags.forget(name)
    if json:
        print_json({"name": name, "versions": count})
    else:
        say(f"{count} versions erased.")


def _tell(row: dict[str, Any], tag: Tag) -> None:
    pairs(
        {
            "tag": f"{tag.name}, version {tag.version}",
            "description": tag.description,
            "items": "not known: no run yet, or one with another encoder" if row["items"] is None else row["items"],
            "examples": f"{tag.examples}, and {tag.counterexamples} counterexamples",
            "background": f"{tag.background} mentions, {tag.doubtful} of them left out as doubtful",
            "precision": _interval(tag.precision),
            "recall": _interval(tag.recall),
            "F1": _interval(tag.f1),
            "AUC": _interval(tag.auc),
            "threshold": f"{tag.threshold:.2f}",
        }
    )
    if not row["usable"]:
        note(f"Warning: it was taught with {tag.model}; with the model that is active now it has to be taught again.")
    if row["warning"]:
        note(f"Warning: {row['warning']}")


def _interval(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})"
