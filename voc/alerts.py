"""Alerts: what a person is told about once; and flags. The nouns, the border of their store, and what people may do.

An alert is opened by a night, updated by later ones, and closed when what it speaks of is over; people acknowledge,
snooze and close it. It holds no customer's words but the label: evidence is kept as references to items, and is read
from the items when somebody asks, so that what was erased is gone here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from voc.model import EVERYTHING

OVER = "over"
"""Why nights close an alert."""
RATIO_UNKNOWN = 1e6
"""Alerts keep no ratio above this one: so many times more than next to nothing."""


class Status(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Kind(StrEnum):
    """What went up: how many speak of a theme, or how many of them are unhappy."""

    VOLUME = "volume"
    SENTIMENT = "sentiment"


@dataclass(frozen=True, slots=True)
class Share:
    """An attribute that is over-represented among the people of an alert, beside the people of the theme before.

    `share` and its 95 % interval (Wilson) are of the alert's people, `usual` of those before; all 0…1.
    """

    field: str
    value: str
    share: float
    low: float
    high: float
    usual: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A mention that is evidence: code points of the item's redacted text, half-open."""

    item_id: str
    revision: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One event. Counts are distinct customers.

    theme, label: of its headline; themes: keys of all that went up together, the headline first
    scope:    the part of the feedback that it is confined to, such as {"source": "shop"}; empty for the whole
    opened, updated, closed: the end of the nights (UTC) that did so; since: start of its first unusual day
    observed, expected, ratio, ratio_low, ratio_high: in the window of `window` days that had most beyond expectation;
        ratio with its 95 % interval
    p, q:     of the night that found it: one-sided, corrected for the windows; and after Benjamini–Hochberg
    reach:    customers of the window and of the nights after it, up to `updated`
    told:     the end of the last night when it was told, if that was later: its own night knew too little of it then
    reason:   why it was closed: `over`, or what a person said
    """

    alert_id: str
    kind: Kind
    theme: str
    label: str
    status: Status = Status.OPEN
    scope: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    opened: datetime
    updated: datetime
    closed: datetime | None = None
    since: datetime
    window: int
    observed: int
    expected: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p: float
    q: float
    reach: int
    where: tuple[Share, ...] = ()
    evidence: tuple[Quote, ...] = ()
    assignee: str | None = None
    snoozed_until: datetime | None = None
    reason: str | None = None
    told: datetime | None = None

    @property
    def told_at(self) -> datetime:
        """The end of the night that told it, late or not."""
        return self.told or self.opened

    @property
    def of_complaints(self) -> bool:
        """Whether it counts unhappy people alone."""
        return complaints(self.kind, self.theme, part=bool(self.scope))


def complaints(kind: Kind, theme: str, *, part: bool) -> bool:
    """Whether unhappy people alone are counted: of a mood, and of a part of the feedback as a whole."""
    return kind is Kind.SENTIMENT or (theme == EVERYTHING and part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something unusual that is no alert: a campaign, one text sent many times, which counts as one voice.

    since, until: start of its first day and end of its last one (UTC), half-open
    copies:       items; customers: different ones among them, 0 where nobody is named
    sources, channels: copies of each, the most first
    theme:        the one that most copies have
    evidence:     a few copies
    """

    flag_id: str
    since: datetime
    until: datetime
    copies: int
    customers: int
    sources: Mapping[str, int]
    channels: Mapping[str, int]
    theme: str | None
    evidence: tuple[Quote, ...]


class AlertStore(Protocol):
    """The alerts of a home. Every write moves the stamp of the `LiveStore` over the same home: readers refresh."""

    def all(self) -> Sequence[Alert]:
        """Every alert, the latest opened first, then by id."""

    def get(self, alert_id: str) -> Alert:
        """One alert. Raises NotFound."""

    def put(self, alerts: Sequence[Alert], *, watched: int, heard: Mapping[int, int] | None = None) -> None:
        """What the nights up to day number `watched` made of alerts, new and known ones, in one transaction. `heard`:
        items that were there of each of the last days, by day number, in place of what was kept of this.

        What people said of a known alert stays: assignee, and a status of theirs unless the alert is closed by the
        night. An alert that a person closed stays closed.
        """

    def watched(self) -> int | None:
        """Day number of the last night that was watched; None before the first."""

    def heard(self) -> Mapping[int, int]:
        """Items of each of the last days that were there when nights were last watched, by day number; empty where that
        was not kept."""

    def act(
        self,
        alert_id: str,
        status: Status,
        *,
        at: datetime,
        until: datetime | None = None,
        assignee: str | None = None,
        reason: str | None = None,
    ) -> Alert:
        """A person acknowledges, snoozes until a moment, closes, or opens again. Raises NotFound.

        UsageError if a closed one is acknowledged or snoozed. `assignee` None leaves the assignee as it was.
        """
