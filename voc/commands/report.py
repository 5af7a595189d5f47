"""`voc report` writes the theme report, and `voc report verify` compares a written one with the home.

The figures themselves come from `voc.report`.
"""

from __future__ import annotations

import json as documents
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voc.commands import options as o
from voc.console import print_json, say
from voc.errors import InputError, StoreDamaged, UsageError

if TYPE_CHECKING:
    from voc.engine import Engine

LANGUAGES = ("en", "ko")
"""Languages that a page of the report may be written in."""

report = typer.Typer(no_args_is_help=False, help="The theme report: write it, or verify a written one.")


class ReportFormat(StrEnum):
    """Formats of the report."""

    HTML = "html"
    MD = "md"
    JSON = "json"


Format = Annotated[ReportFormat | None, typer.Option("--format", help="[default: by the file's ending]")]


Links = Annotated[
    str | None,
    typer.Option("--links", help="Address of a service over this home, such as http://voc:8000: quotes lead there."),
]


@report.callback(invoke_without_command=True)
def write_report(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="File to write. [required]")] = None,
    file_format: Format = None,
    links: Links = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """The theme report: what is unusual, the week, what is new, what hurts, in customers' own words. One file, no
    network."""
    del debug, quiet
    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise UsageError("The report needs a file to be written to.", "voc report --out report.html")
    o.check_file(out)
    with o.engine(home=home) as engine:
        engine.report(out, file_format=file_format.value if file_format else None, links=_address(links))
    if json:
        print_json({"report": str(out.resolve())})
    else:
        say(f"Report: {out.resolve()}")


@report.command("verify")
def verify_report(
    file: Annotated[Path, typer.Argument(help="A report that `voc report` wrote.")],
    file_format: Format = None,
    links: Links = None,
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Recompute a report's figures from the home. A JSON report is compared value by value, a page as a whole.

    Exits with 3 if it says anything else than the home, and with 4 if it is of another run.
    """
    del debug, quiet
    told = _read(file)
    ending = {".json": "json", ".md": "md"}.get(file.suffix.lower(), "html")
    with o.engine(home=home) as engine:
        current = engine.snapshot().published.run.run_id
        if current not in told:
            raise InputError(
                f"{file} is not a report of {current}, which is published now.",
                "voc runs rollback RUN brings the run back that the report names.",
            )
        if (file_format or ending) == "json":
            compared = _compare_values(file, told, engine)
        else:
            compared = _compare_page(file, told, str(file_format or ending), engine, links=_address(links))
    if json:
        print_json({"report": str(file), "run_id": current, "compared": compared, "agrees": True})
    else:
        say(f"{compared} figures agree with {current}." if compared > 1 else f"The page agrees with {current}.")


def _address(links: str | None) -> str | None:
    """Without the slash at its end. Raises UsageError for what is no web address."""
    if links is not None and not re.fullmatch(r"https?://[^\s<>()\"']+", links):
        raise UsageError("The address of the service is no web address.", "Write it as --links http://voc:8000.")
    return links.rstrip("/") if links is not None else None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{file} can't be read as a report.", "Name a file that voc report wrote.") from None


def _compare_values(file: Path, told: str, engine: Engine) -> int:
    """The number of values that agree. Raises StoreDamaged if any does not."""
    try:
        document = documents.loads(told)
    except ValueError:
        raise InputError(f"{file} is not a JSON document.", "Say which it is with --format html or md.") from None
    rebuilt = dict(_leaves(documents.loads(engine.report_text("json"))))
    given = dict(_leaves(document))
    wrong = sorted(path for path in given.keys() | rebuilt.keys() if _differs(path, given, rebuilt))
    if wrong:
        raise StoreDamaged(
            f"{len(wrong)} of {len(rebuilt)} values of {file} differ from the home; the first is {wrong[0]}.",
            "The file was changed, or the home was: write it anew with voc report --out FILE.",
        )
    return len(rebuilt)


def _differs(path: str, given: dict[str, object], rebuilt: dict[str, object]) -> bool:
    return path not in given or path not in rebuilt or given[path] != rebuilt[path]


def _leaves(value: object, path: str = "$") -> Iterator[tuple[str, object]]:
    """Every value with the path to it; an empty list or object is a value too."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}")
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{at}]")
    else:
        yield path, value


def _compare_page(file: Path, told: str, file_format: str, engine: Engine, *, links: str | None) -> int:
    """1 if the page is what would be written or served now, in either language. Raises StoreDamaged if not."""
    ways = [(language, to) for language in LANGUAGES for to in ((None, "") if links is None else (links,))]
    if not any(told == engine.report_text(file_format, language, links=to) for language, to in ways):
        raise StoreDamaged(
            f"{file} is not what the home would write now.",
            "The file was changed, or the home was, or it was written with --links: write it anew with voc report.",
        )
    return 1
