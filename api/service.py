"""What one app holds: the engine and what stands around it. Routes ask for it by the annotation `Here`."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from voc.api.metrics import Metrics
from voc.api.replies import Replies
from voc.api.runner import Runner
from voc.api.sharing import Shared
from voc.telemetry import log_failure

if TYPE_CHECKING:
    from voc.alerts import Alert
    from voc.engine import Engine
    from voc.ports import PublishedRun
    from voc.report import Report


@dataclass(slots=True)
class Service:
    """One open home and its helpers. Any number of threads may use it."""

    engine: Engine
    metrics: Metrics
    runner: Runner
    shared: Shared
    """What needs the model: requests that arrive together share passes through it."""
    replies: Replies = field(default_factory=Replies)
    warm: threading.Event = field(default_factory=threading.Event)
    """Set once the model and the analysers are loaded."""
    _overview: tuple[PublishedRun, tuple[tuple[Alert, bool], ...], Report] | None = None

    def overview(self) -> Report:
        """The report of the published run; made once for a run, its alerts and people's edits of it, for nothing else
        changes what the pages that show it say.

        Its `answers` may lag behind posted feedback: pages that show them ask the engine. Raises NoRun.
        """
        snapshot = self.engine.snapshot()
        kept = self._overview
        # A snapshot keeps the run as it is with its edits, and makes it anew when one of them is another.
        now = datetime.now(UTC)
        standing = tuple(
            (alert, alert.snoozed_until is None or alert.snoozed_until <= now) for alert in snapshot.alerts
        )
        if kept is None or kept[0] is not snapshot.published or kept[1] != standing:
            kept = self._overview = (snapshot.published, standing, self.engine.overview(snapshot))
        return kept[2]

    def warm_up(self) -> threading.Thread:
        """Load in the background what the first search would otherwise wait for."""
        thread = threading.Thread(target=self._load, name="voc-warm-up", daemon=True)
        thread.start()
        return thread

    def _load(self) -> None:
        try:
            self.engine.embed(["warm"], "query")
            self.engine.asking.translations(self.engine.asking.tokens("따뜻하게"))
            self.warm.set()
        except Exception:  # noqa: BLE001 - the first caller gets the same error with its hint
            log_failure("http.warm_up")


async def service(request: Request) -> Service:
    """The service of this app."""
    found: Service = request.app.state.service
    return found


Here = Annotated[Service, Depends(service)]
