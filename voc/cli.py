"""`voc`: the command line. Puts the commands together and turns errors into one sentence, a hint and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from voc.commands import alerts, ask, backtest, compare, deliver, edit, infer, judge, operate, report, taxonomy, work
from voc.commands import options as o
from voc.commands import tags as own
from voc.errors import UsageError, VocError

_WrongUse: type[Exception] = typer.BadParameter.__bases__[0]
"""click's UsageError, whether typer brings its own copy of click or not."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=(
        "voc reads customers' feedback in any language, finds the themes people speak about, scores sentiment and "
        "urgency, says what is emerging, and lets you search all of it by meaning. Everything stays on this "
        "machine.\n\n"
        "Start with: voc demo. With your own data: voc run reviews.csv --map text=body, then "
        "voc report --out report.html or voc serve.\n\n"
        "Exit codes: 0 done, 2 wrong use, 3 configuration, model, store or disk not usable, or no run yet, "
        "4 bad or missing input, unknown id or key, 5 another run holds the lock, 1 anything unexpected."
    ),
)

START = "Start here"
ASK = "Ask"
DECIDE = "Decide"
MODEL = "Run the model over a file"
OPERATE = "Operate"

app.command(rich_help_panel=START)(work.demo)
app.command(rich_help_panel=START)(work.ingest)
app.command(rich_help_panel=START)(work.run)
app.command(rich_help_panel=ASK)(ask.themes)
app.command(rich_help_panel=ASK)(ask.search)
app.command(rich_help_panel=ASK)(ask.trends)
app.command(rich_help_panel=ASK)(ask.attention)
app.add_typer(alerts.alerts, name="alerts", rich_help_panel=ASK)
app.command(rich_help_panel=ASK)(backtest.backtest)
app.command(rich_help_panel=ASK)(compare.compare)
app.add_typer(report.report, name="report", rich_help_panel=ASK)
app.command(rich_help_panel=ASK)(ask.export)
app.add_typer(edit.edit, name="edit", rich_help_panel=DECIDE)
app.add_typer(edit.edits, name="edits", rich_help_panel=DECIDE)
app.add_typer(taxonomy.taxonomy, name="taxonomy", rich_help_panel=DECIDE)
app.add_typer(own.tags, name="tags", rich_help_panel=ASK)
app.command(rich_help_panel=MODEL)(infer.score)
app.command(rich_help_panel=MODEL)(judge.evaluate)
app.command(rich_help_panel=MODEL)(infer.embed)
app.command(rich_help_panel=OPERATE)(operate.serve)
app.command(rich_help_panel=OPERATE)(deliver.deliver)
app.add_typer(operate.runs, name="runs", rich_help_panel=OPERATE)
app.add_typer(operate.models, name="models", rich_help_panel=OPERATE)
app.command(rich_help_panel=OPERATE)(operate.doctor)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    home: o.Home = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if home is not None:
        os.environ["VOC_HOME"] = str(home)
    if version:
        from importlib.metadata import version as installed

        from voc.console import say

        say(installed("voc"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(2)


def main() -> None:
    """Entry point of the `voc` command."""
    debug = "--debug" in sys.argv or bool(os.environ.get("VOC_DEBUG"))
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except _WrongUse as error:
        _complain(_usage(error))
    except VocError as error:
        if debug:
            raise
        _complain(error)
    except BrokenPipeError:
        # The reader of our output went away (`voc themes | head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        _unexpected(error)
        sys.exit(1)


def _complain(error: VocError) -> NoReturn:
    from voc.console import complain

    complain(error)
    sys.exit(error.exit_code)


def _usage(error: Exception) -> VocError:
    """What typer says of a wrong option or argument, as one of our own errors."""
    context, message = getattr(error, "ctx", None), getattr(error, "format_message", error.__str__)()
    if type(error).__name__ == "NoArgsIsHelpError":  # the message is the help itself
        from voc.console import note

        note(message)
        sys.exit(2)
    command = context.command_path if context is not None else "voc"
    sentence = message.replace("Value error, ", "").strip()
    return UsageError(sentence if sentence.endswith((".", "?")) else f"{sentence}.", f"See: {command} --help")


def _unexpected(error: Exception) -> None:
    """Say that something unforeseen happened and where its log is; never a foreign message, it may quote a customer."""
    from voc.console import note
    from voc.telemetry import log_failure

    log_failure("unexpected")
    # The pipeline notes the id of its run on whatever stops it.
    run = next((text for text in getattr(error, "__notes__", ()) if text.startswith("run_")), None)
    log = _log_file()
    note(f"Error: something unexpected happened ({type(error).__name__}){f' in {run}' if run else ''}.")
    note(f"Hint:  {f'the log is {log}; ' if log else ''}--debug shows the traceback.")


def _log_file() -> str | None:
    """Where events go, however the home was chosen; None before a home is open: then nothing has been written."""
    from logging import getLogger
    from logging.handlers import RotatingFileHandler

    found = (each for each in getLogger("voc").handlers if isinstance(each, RotatingFileHandler))
    return next((each.baseFilename for each in found), None)


if __name__ == "__main__":
    main()
