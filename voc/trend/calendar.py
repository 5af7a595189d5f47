"""Which day and which week an item belongs to: calendar days in the operator's zone, weeks from Monday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 5)
"""A Monday, so that day number // 7 is a week number."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days as whole numbers since EPOCH, in one time zone. A night is a calendar day of this zone."""

    zone: ZoneInfo

    def day(self, moment: datetime) -> int:
        """The number of the day in which an aware moment lies."""
        return (moment.astimezone(self.zone).date() - EPOCH).days

    def days(self, moments: Sequence[datetime | None]) -> list[int | None]:
        """`day` of each; None stays None."""
        return [None if moment is None else self.day(moment) for moment in moments]

    def start(self, day: int) -> datetime:
        """The moment, in UTC, at which a day begins; clock changes are the zone's own."""
        local = datetime.combine(EPOCH + timedelta(days=day), time(), tzinfo=self.zone)
        return local.astimezone(UTC)
