"""Commands that change a home: demo, ingest, run."""

from __future__ import annotations

import os
from pathlib import Path

from voc.commands import options as o
from voc.console import note, percent, print_json, say
from voc.model import IngestCounts, Run
from voc.queries.shapes import ingest_row, run_row

DEMO_HOME = Path("voc-demo")
DEMO_ZONE = "Asia/Seoul"


def demo(
    home: o.Home = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
    device: o.Device = None,
    threads: o.Threads = None,
    batch_tokens: o.BatchTokens = None,
    seed: o.Seed = None,
    tz: o.Zone = None,
) -> None:
    """The whole job on bundled sample feedback: read, clean, encode, score, find themes, index, report.

    The sample is 10 weeks of feedback about an invented shopping app, in Korean, English and a few other languages,
    with a one-day outage, a release regression and a slow ramp of late deliveries hidden in it. Its home
    is ./voc-demo and its zone Asia/Seoul unless you say otherwise.
    """
    del debug
    from voc.demo import sample_path

    told = home or os.environ.get("VOC_HOME") or DEMO_HOME
    zone = tz or os.environ.get("VOC_TZ") or DEMO_ZONE
    settings = {"device": device, "threads": threads, "batch_tokens": batch_tokens, "seed": seed}
    with o.engine(home=told, tz=zone, quiet=quiet, **settings) as engine:
        folder = engine.settings.home
        run = engine.run([str(sample_path())])
        report = folder / "report.html"
        engine.report(report)
        if json:
            print_json({**run_row(run), "home": str(folder), "report": str(report)})
        else:
            _tell_run(run)
            say(f"\nReport: {report.resolve()}  (one file, opens in any browser without a network)")
            say(f"Page:   voc serve --home {folder}   then open http://127.0.0.1:8000")
            say(f'Search: voc search "결제가 안 돼요" --home {folder}')


def ingest(
    files: o.Files,
    home: o.Home = None,
    map: o.Map = None,  # noqa: A002 - the option's name is the contract's
    source: o.Source = None,
    channel: o.Channel = None,
    tz: o.Zone = None,
    strict: o.Strict = False,
    threads: o.Threads = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Read feedback into the home. The same file twice adds nothing; a changed text becomes a new version.

    Rows that can't be taken are counted and written with line and reason to HOME/ingests/<id>/rejected.jsonl.
    """
    del debug
    o.check_input(files)
    with o.engine(home=home, tz=tz, threads=threads, quiet=quiet) as engine:
        counts = engine.ingest(files, map=map, source=source, channel=channel, strict=strict)
    if json:
        print_json(ingest_row(counts))
    else:
        _tell_ingest(counts)


def run(
    files: o.Files = [],  # noqa: B006 - typer reads the default, nobody changes it
    home: o.Home = None,
    map: o.Map = None,  # noqa: A002
    source: o.Source = None,
    channel: o.Channel = None,
    tz: o.Zone = None,
    strict: o.Strict = False,
    recluster: o.Recluster = False,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    batch_tokens: o.BatchTokens = None,
    seed: o.Seed = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """One batch: ingest FILES, then find the themes of everything in the home and publish them.

    Readers see the old run until the new one is complete. Kill it at any moment and run it again: the result is the
    same. With nothing new it ends at once with status "unchanged".

    The published themes are carried on: new mentions join them, and themes are born, split or merged only where what
    is new asks for it. --recluster makes all themes anew; keys, names and edits go on with those that are found again.
    """
    del debug
    o.check_input(files)
    settings = {"model": model, "device": device, "threads": threads, "batch_tokens": batch_tokens, "seed": seed}
    with o.engine(home=home, tz=tz, quiet=quiet, **settings) as engine:
        done = engine.run(files or None, map=map, source=source, channel=channel, strict=strict, recluster=recluster)
    if json:
        print_json(run_row(done))
    else:
        _tell_run(done)


def _tell_ingest(counts: IngestCounts) -> None:
    say(
        f"{counts.read} rows read: {counts.added} added, {counts.updated} updated, {counts.unchanged} unchanged, "
        f"{counts.rejected} rejected, {counts.warnings} with a warning"
    )
    if counts.rejected_file:
        note(f"Rejected rows with their reasons: {counts.rejected_file}")


def _tell_run(run: Run) -> None:
    if run.status == "unchanged":
        say(f"Nothing new: {run.run_id} stays published.")
    say(
        f"{run.run_id}: {run.items} items, {run.mentions} mentions, {run.themes} themes, "
        f"{percent(run.unassigned_share)} of mentions without a theme, "
        f"{sum(run.seconds.values()):.1f} s, {run.peak_rss_mb:.0f} MB at most"
    )
