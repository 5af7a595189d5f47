"""What an `Engine` is asked about alerts: part of it, in a file of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voc.config import Settings
from voc.edits import OPERATOR
from voc.errors import UsageError
from voc.ports import Tools
from voc.queries import Snapshot, ToldAlert
from voc.telemetry import StageClock, Watcher

if TYPE_CHECKING:
    from voc.trend.watch import WatchOptions


class AlertCalls:
    """Calls over a home's alerts. The engine brings the home."""

    settings: Settings
    _watcher: Watcher

    if TYPE_CHECKING:

        def snapshot(self) -> Snapshot: ...
        @property
        def zone(self) -> ZoneInfo: ...
        @property
        def _tools(self) -> Tools: ...

    def alerts(self, *, everything: bool = False) -> list[ToldAlert]:
        """What is unusual and still open, latest first; `everything`: closed and snoozed ones, too. Raises NoRun."""
        from voc.queries import alerts

        return alerts(self._tools, self.snapshot(), everything=everything)

    def alert(self, alert_id: str) -> ToldAlert:
        """One alert, whatever its status. Raises NotFound, NoRun."""
        from voc.queries.alerts import alert

        return alert(self._tools, self.snapshot(), alert_id)

    def backtest(self, first: date, last: date) -> list[ToldAlert]:
        """What the nights of `first` to `last`, both inclusive, would have told over the published themes, the earliest
        first. Keeps nothing. Raises NoRun, UsageError."""
        from voc.queries.alerts import tell
        from voc.watching import backtest

        if last < first:
            raise UsageError("The last night lies before the first.", "Give --from before --to.")
        snapshot = self.snapshot()
        clock = StageClock(self._watcher)
        with clock.stage("backtest") as progress:
            found = backtest(self._tools, snapshot, first, last, self._watching(), progress=progress)
        return tell(self._tools, snapshot, found)

    def act_on_alert(
        self,
        alert_id: str,
        action: str,
        *,
        until: str | datetime | None = None,
        assignee: str | None = None,
        reason: str | None = None,
        actor: str = OPERATOR,
    ) -> ToldAlert:
        """`acknowledge`, `assign`, `snooze` (a week unless `until`), `close` or `reopen` an alert, and the alert then.

        A snoozed alert that is assigned sleeps on. Raises NotFound, UsageError, NoRun.
        """
        from voc.alerting import act
        from voc.queries.alerts import tell

        snapshot = self.snapshot()
        done = act(
            self._tools,
            alert_id,
            action,
            local=self.zone,
            until=until,
            assignee=assignee,
            reason=reason,
            actor=actor,
        )
        return tell(self._tools, snapshot, [done])[0]

    def watch(self) -> int:
        """Watch the nights since the last one, as every run does; how many alerts are listed then."""
        from voc.watching import watch

        clock = StageClock(self._watcher)
        with clock.stage("watch"):
            watch(self._tools, self.snapshot(), self._watching())
        return len(self.alerts())

    def _watching(self) -> WatchOptions:
        from voc.trend.watch import WatchOptions

        return WatchOptions(false_alarms=self.settings.false_alarms)
