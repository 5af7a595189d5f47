"""What an engine is asked about telling people: part of it, in a file of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voc.config import Settings
from voc.delivery import Destination, Entry, State
from voc.errors import ConfigError, DeliveryFailed, NotFound
from voc.ports import LiveMention, Tools
from voc.telemetry import log_failure

if TYPE_CHECKING:
    from voc.queries import Snapshot


class DeliveryCalls:
    """Calls over a home's outbox. The engine brings the home."""

    settings: Settings
    on_queued: Callable[[], None] | None = None
    """Called when something urgent has come in; a server that sends in the background sets it."""

    if TYPE_CHECKING:

        def snapshot(self) -> Snapshot: ...
        @property
        def zone(self) -> ZoneInfo: ...
        @property
        def _tools(self) -> Tools: ...

    def deliver(self, *, again: bool = False) -> Counter[State]:
        """Tell people what they have not been told yet, and what is due again; what became of these messages.
        `again`: those that had failed for good, too. Raises ConfigError without a channel, NoRun."""
        from voc.outgoing import queue_alerts, queue_published, tidy

        if not self.settings.deliver:
            raise _no_channel()
        snapshot, tools = self.snapshot(), self._tools
        tidy(tools)
        queue_alerts(tools)
        queue_published(tools, snapshot)
        if again:
            tools.outbox.again(at=tools.now())
        return self.send_due()

    def send_due(self) -> Counter[State]:
        """Send what waits in the outbox and is due."""
        from voc.outgoing import send_due

        return send_due(self._tools, self.snapshot, self.zone)

    def deliveries(self) -> Sequence[Entry]:
        """The outbox: what is to be told, and what became of it, the latest first. Raises NoRun."""
        self.snapshot()
        return self._tools.outbox.all()

    def test_channel(self, name: str) -> None:
        """Send a test message over one channel, now. Raises NotFound, ConfigError, DeliveryFailed."""
        from datetime import UTC, datetime
        from uuid import uuid4

        from voc.queries.messages import test_message

        at, destination = datetime.now(UTC), self._destination(name)
        came = destination.open().send(test_message(destination, f"msg_test_{uuid4().hex}", at), at=at)
        if not came.arrived:
            raise DeliveryFailed(
                f"The test message of the channel {name!r} did not arrive ({came.code}).",
                "docs/delivery.md says what the code means.",
            )

    def check_channels(self) -> Mapping[str, ConfigError | None]:
        """Each channel by name, and what is wrong with its settings. Sends nothing."""
        from voc.bootstrap import destinations

        found: dict[str, ConfigError | None] = {}
        for destination in destinations(self.settings):
            found[destination.name] = None
            try:
                destination.open()
            except ConfigError as error:
                found[destination.name] = error
        return found

    def _tell(self) -> None:
        """Deliver after a run. Whatever goes wrong with that is logged and made good later; the run stands."""
        if not self.settings.deliver:
            return
        try:
            self.deliver()
        except Exception:  # noqa: BLE001 - no receiver and no message may fail what has been published
            log_failure("deliver.failed")

    def _tell_posted(self, mentions: Sequence[LiveMention]) -> None:
        """Queue what is urgent among items that have just come in, for whoever sends. What goes wrong is logged: the
        items are taken."""
        from voc.outgoing import queue_posted

        if not self.settings.deliver:
            return
        try:
            if queue_posted(self._tools, mentions) and self.on_queued is not None:
                self.on_queued()
        except Exception:  # noqa: BLE001 - the sender of feedback is not to blame
            log_failure("deliver.queue_failed")

    def _destination(self, name: str) -> Destination:
        from voc.bootstrap import destinations

        found = {destination.name: destination for destination in destinations(self.settings)}
        if not found:
            raise _no_channel()
        if name not in found:
            raise NotFound(f"There is no channel {name!r}.", f"Known are: {', '.join(found)}.")
        return found[name]


def _no_channel() -> ConfigError:
    return ConfigError("No channel is set up.", "Add a [[deliver]] table to HOME/voc.toml: docs/delivery.md.")
