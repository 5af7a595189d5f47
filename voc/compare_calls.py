"""What an `Engine` is asked about before and after: part of it, in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from voc.comparison import Comparison, Metric
from voc.errors import UsageError
from voc.ports import Tools
from voc.queries import Snapshot
from voc.telemetry import StageClock, Watcher


class CompareCalls:
    """Comparisons of a home's feedback. The engine brings the home."""

    _watcher: Watcher

    if TYPE_CHECKING:

        def snapshot(self) -> Snapshot: ...
        @property
        def _tools(self) -> Tools: ...

    def compare(
        self,
        theme: str | None = None,
        *,
        metric: str = Metric.REACH,
        at: str | date | None = None,
        days: int = 28,
        by: str | None = None,
        values: Sequence[str] = (),
        where: str | None = None,
    ) -> list[Comparison]:
        """What changed: `metric` is reach, sentiment, nps or rating; of a theme, or of all, most changed first.

        Before and after the day `at` of the run's zone, `days` on each side; or in two `values` of the attribute `by`,
        and with more of them each against the first. Raises UsageError, NotFound, NoRun.
        """
        from voc.comparing import Question, compare_feedback

        asked = Question(
            metric=_metric(metric),
            theme=theme,
            at=_day(at) if isinstance(at, str) else at,
            days=days,
            by=by,
            values=tuple(values),
            where=where,
        )
        snapshot = self.snapshot()
        clock = StageClock(self._watcher)
        with clock.stage("compare") as progress:
            return compare_feedback(self._tools, snapshot, asked, progress=progress)


def _metric(value: str) -> Metric:
    try:
        return Metric(value)
    except ValueError:
        raise UsageError("Unknown metric.", f"Known are: {', '.join(Metric)}.") from None


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UsageError("The day to compare at is not a date.", "Such as 2026-10-01.") from None
