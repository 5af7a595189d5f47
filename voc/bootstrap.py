"""Settings to tools: the only place that picks adapters. Nothing is loaded before it is needed."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from voc import catalog
from voc.channels import MailTable, SlackTable, Table, WebhookTable
from voc.config import Settings
from voc.delivery import Channel, Destination
from voc.errors import ConfigError
from voc.ports import Encoder, ModelCard, Tools
from voc.telemetry import log_to

if TYPE_CHECKING:
    from voc.pipeline import RunOptions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Models:
    """The active encoder: its card, its hash, and itself on first call. Needs no home."""

    card: ModelCard
    scored_by: str
    """Name of the encoder whose heads score: the active one, or the default one in a second pass."""
    model_hash: Callable[[], str]
    """Of vectors and features: what encodings are kept by."""
    vector_hash: Callable[[], str]
    """Of the vectors alone: whether two of them may be compared."""
    encoder: Callable[[], Encoder]
    release: Callable[[], None]
    """Lets go of the encoder's memory; the next call loads it again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The tools of a home and what must be closed after use."""

    tools: Tools
    close: Callable[[], None]


def models(settings: Settings) -> Models:
    """Wire the encoder. Raises ModelMissing, UsageError on a name that means nothing."""
    _quiet_libraries()
    card = catalog.resolve(settings.model)
    scorer = card if card.branch else catalog.resolve(catalog.default_model())
    encoder = Once(lambda: _encoder(settings, card, scorer))
    return Models(
        card=card,
        scored_by=scorer.name,
        model_hash=Once(lambda: _model_hash(settings, card, scorer)),
        vector_hash=Once(lambda: catalog.vector_hash(_folder(settings, card), card, settings.cache)),
        encoder=encoder,
        release=encoder.forget,
    )


def build(settings: Settings, active: Models) -> Opened:
    """Open or make the home and wire its tools. Raises StoreError and its kinds."""
    from voc.index import FlatIndex, build_index, open_index
    from voc.store import encoding_cache, open_store

    stores = open_store(settings.home, build_index=build_index, open_index=open_index)
    log_to(settings.home / "logs" / "voc.log")
    tools = Tools(
        home=settings.home,
        model=active.card,
        scored_by=active.scored_by,
        model_hash=active.model_hash,
        vector_hash=active.vector_hash,
        feedback=stores.feedback,
        runs=stores.runs,
        live=stores.live,
        edits=stores.edits,
        alerts=stores.alerts,
        outbox=stores.outbox,
        tags=stores.tags,
        encoder=active.encoder,
        encodings=Once(lambda: encoding_cache(settings.home, active.model_hash())),
        flat_index=FlatIndex,
        new_id=_new_id,
        now=lambda: datetime.now(UTC),
        destinations=destinations(settings),
    )
    return Opened(tools, stores.close)


@contextmanager
def rehearsal(settings: Settings, tools: Tools, folder: Path) -> Iterator[Tools]:
    """The tools of a home in an empty folder that stands in for the one of `tools`: with runs, alerts and outbox of its
    own, over the same feedback, encodings, edits and taxonomy, and telling nobody."""
    from voc.index import build_index, open_index
    from voc.store import open_store
    from voc.taxonomy import FILE

    stores = open_store(folder, build_index=build_index, open_index=open_index)
    if (settings.home / FILE).is_file():
        shutil.copyfile(settings.home / FILE, folder / FILE)
    try:
        yield replace(
            tools,
            home=folder,
            runs=stores.runs,
            live=stores.live,
            alerts=stores.alerts,
            outbox=stores.outbox,
            destinations=(),
        )
    finally:
        stores.close()


def run_options(settings: Settings, zone: str) -> RunOptions:
    """What the settings say of a run's result; `zone` is that of its calendar days."""
    from voc.pipeline import RunOptions

    return RunOptions(
        seed=settings.seed,
        zone=zone,
        max_unassigned=settings.max_unassigned,
        label_language=settings.label_language,
    )


def destinations(settings: Settings) -> tuple[Destination, ...]:
    """The channels of the settings, none of them opened yet."""
    return tuple(
        Destination(
            name=table.name,
            kind=table.kind,
            events=table.events,
            quotes=table.quotes,
            quiet=table.quiet,
            link_base=table.link_base,
            open=partial(_channel, settings, table),
        )
        for table in settings.deliver
    )


def _channel(settings: Settings, table: Table) -> Channel:
    """The adapter of a channel. Raises ConfigError where something is missing that its table names."""
    from voc.deliver import Lines, Mail, MailServer, Slack, Webhook, secret_bytes

    if isinstance(table, WebhookTable):
        try:
            key = secret_bytes(table.revealed("secret"))
        except ValueError as error:
            hint = 'Make one with: echo "whsec_$(openssl rand -base64 32)"'
            raise table.wrong("secret", f"it is {error}", hint) from None
        return Webhook(table.address(), key)
    if isinstance(table, SlackTable):
        return Slack(table.address())
    if isinstance(table, MailTable):
        password = table.revealed("password") if table.password is not None else None
        server = MailServer(table.host, table.service, table.security, table.user, password)
        return Mail(server, table.sender, table.to)
    return Lines(settings.home / table.path.expanduser())


class Once(Generic[T]):
    """A callable that works on its first call and remembers; several threads may race for it."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def forget(self) -> None:
        """Work again on the next call."""
        with self._lock:
            self._made.clear()


def _folder(settings: Settings, card: ModelCard) -> Path:
    return catalog.materialise(card, settings.cache)


def _model_hash(settings: Settings, card: ModelCard, scorer: ModelCard) -> str:
    from voc.engines.paired import paired_hash

    def of(one: ModelCard) -> str:
        return catalog.model_hash(_folder(settings, one), one, settings.cache)

    return of(card) if scorer == card else paired_hash(of(card), of(scorer))


def _encoder(settings: Settings, card: ModelCard, scorer: ModelCard) -> Encoder:
    from voc.engines.paired import PairedEncoder

    own = _load(settings, card)
    return own if scorer == card else PairedEncoder(own, Once(lambda: _load(settings, scorer)))


def _load(settings: Settings, card: ModelCard) -> Encoder:
    try:
        from voc.engines.torch_encoder import load_encoder
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The encoder needs the package {error.name}.", "Install it with: pip install 'voc[torch]'"
        ) from None
    return load_encoder(
        card,
        cache=settings.cache,
        device=settings.device,
        dtype=settings.dtype,
        threads=settings.threads or None,
        batch_tokens=settings.batch_tokens,
    )


def _new_id(prefix: str) -> str:
    """Sorts by time, is unique enough for a home, and says what it is."""
    return f"{prefix}_{datetime.now(UTC):%Y%m%dT%H%M%SZ}_{secrets.token_hex(3)}"


def _quiet_libraries() -> None:
    """No telemetry, no progress bars of others on our output, no network where we did not ask for one."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
