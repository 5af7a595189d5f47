"""What an `Engine` is asked about alerts, and about who needs a person: part of it, in a file of its own."""

from __future__ import annotations

import os
import threading
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voc.config import Settings
from voc.edits import OPERATOR
from voc.errors import UsageError
from voc.model import Hit
from voc.ports import Progress, Tools
from voc.queries import Snapshot, ToldAlert, ToldFlag
from voc.queries.basis import run_zone
from voc.telemetry import StageClock, Watcher

if TYPE_CHECKING:
    from voc.alerts import Alert
    from voc.trend.watch import WatchOptions


THEMES = ("auto", "nightly", "published")
"""Over which themes a backtest counts."""
REPLAY_S = 1800.0
"""Seconds that a backtest may take before it counts over the published themes unless told otherwise."""


class AlertCalls:
    """Calls over a home's alerts and urgent items. The engine brings the home."""

    settings: Settings
    _watcher: Watcher
    _model_lock: threading.Lock

    if TYPE_CHECKING:

        def snapshot(self) -> Snapshot: ...
        @property
        def zone(self) -> ZoneInfo: ...
        @property
        def _tools(self) -> Tools: ...

    def attention(self, *, since: str | datetime | None = None, limit: int = 100, offset: int = 0) -> list[Hit]:
        """Critical and high items, newest first; `since`: of this moment (ISO 8601, in the home's zone without an
        offset) and later ones only, none without a time. Raises UsageError, NoRun."""
        from voc.queries import attention, begins

        begin = begins(since, self.zone)
        return attention(self._tools, self.snapshot(), since=begin, limit=limit, offset=offset)

    def attention_count(self, *, since: str | datetime | None = None) -> int:
        """How many items `attention` has without a limit. Raises UsageError, NoRun."""
        from voc.queries import attention_count, begins

        return attention_count(self._tools, self.snapshot(), since=begins(since, self.zone))

    def alerts(self, *, everything: bool = False) -> list[ToldAlert]:
        """What is unusual and still open, latest first; `everything`: closed and snoozed ones and those of hidden
        themes, too. Raises NoRun."""
        from voc.queries import alerts

        return alerts(self._tools, self.snapshot(), everything=everything)

    def alert(self, alert_id: str) -> ToldAlert:
        """One alert, whatever its status. Raises NotFound, NoRun."""
        from voc.queries.alerts import alert

        return alert(self._tools, self.snapshot(), alert_id)

    def flags(self, *, everything: bool = False) -> list[ToldFlag]:
        """Texts that were sent many times in the last four weeks, or at any time with `everything`: campaigns, which
        count as one voice and raise no alert. Latest first. Raises NoRun."""
        from voc.queries import flags

        return flags(self._tools, self.snapshot(), everything=everything)

    def backtest(self, first: date, last: date, *, themes: str = "auto") -> list[ToldAlert]:
        """What the nights of `first` to `last`, both inclusive, would have told, the earliest first. Keeps nothing.

        themes: `nightly` runs every night again, `published` counts over the published themes, `auto` is the former
        where that is a matter of minutes (`runs_again`). Raises NoRun, UsageError.
        """
        from voc.queries.alerts import tell
        from voc.watching import backtest

        again, snapshot = self.runs_again(first, last, themes), self.snapshot()
        clock = StageClock(self._watcher)
        with clock.stage("backtest") as progress:
            if again:
                found = self._replay(first, last, progress)
            else:
                found = backtest(self._tools, snapshot, first, last, self._watching(), progress=progress)
        return tell(self._tools, snapshot, found)

    def runs_again(self, first: date, last: date, themes: str) -> bool:
        """Whether a backtest runs these nights again. `auto`: if that takes half an hour at most, as the published run
        says. Raises NoRun, UsageError."""
        if last < first:
            raise UsageError("The last night lies before the first.", "Give --from before --to.")
        if themes not in THEMES:
            raise UsageError("Unknown themes of a backtest.", f"Known are: {', '.join(THEMES)}.")
        run = self.snapshot().published.run
        if themes != "auto":
            return themes == "nightly"
        once = sum(seconds for stage, seconds in run.seconds.items() if stage not in ("ingest", "encode"))
        return once * ((last - first).days + 2) <= REPLAY_S

    def _replay(self, first: date, last: date, progress: Progress) -> list[Alert]:
        from functools import partial

        from voc.bootstrap import rehearsal, run_options
        from voc.replaying import replay

        zone = run_zone(self.snapshot().published).key
        with self._model_lock:
            return replay(
                self._tools,
                partial(rehearsal, self.settings, self._tools),
                first,
                last,
                run_options(self.settings, zone),
                self._watching(),
                threads=self.settings.threads or os.cpu_count() or 1,
                progress=progress,
            )

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
