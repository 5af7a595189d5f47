"""Shapes of alerts, and of what people say when they act on one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from voc.api.members import Answer, Listed, Moment, Share

Action = Literal["acknowledge", "assign", "snooze", "close", "reopen"]


class AlertActionIn(BaseModel):
    """What goes with an action; all of it may be left out."""

    model_config = ConfigDict(extra="forbid", title="AlertAction")

    assignee: str | None = Field(None, max_length=200, description="Who is at it.")
    until: Moment | None = Field(None, description="End of a snooze; 7 days from now without it.")
    reason: str | None = Field(None, max_length=1000, description="Why it is closed.")


class AlertShare(Answer):
    """An attribute that the alert's people have more often than those of the theme before; a 95 % interval."""

    field: str
    value: str
    share: Share
    low: Share
    high: Share
    usual: Share


class AlertQuote(Answer):
    """A customer's own words, redacted."""

    id: str
    item_id: str
    text: str


class Alert(Answer):
    """One event; counts are distinct customers, `ratio` has a 95 % interval."""

    alert_id: str
    kind: Literal["volume", "sentiment"]
    theme: str
    label: str
    status: Literal["open", "acknowledged", "snoozed", "closed"]
    hidden: bool
    scope: dict[str, str]
    themes: list[str]
    opened: Moment
    told: Moment | None
    updated: Moment
    closed: Moment | None
    since: Moment
    window: int
    observed: int
    expected: float
    ratio: float
    ratio_low: float
    ratio_high: float
    p: Share
    q: Share
    reach: int
    where: list[AlertShare]
    evidence: list[AlertQuote]
    assignee: str | None
    snoozed_until: Moment | None
    reason: str | None


class Flag(Answer):
    """One text sent many times within a week, counted as one voice; sources and channels: copies of each."""

    flag_id: str
    kind: Literal["campaign"]
    since: Moment
    until: Moment
    copies: int
    customers: int
    sources: dict[str, int]
    channels: dict[str, int]
    theme: str | None
    label: str | None
    evidence: list[AlertQuote]


class Flags(Listed):
    """Flags, the latest first."""

    data: list[Flag]


class Alerts(Listed):
    """Alerts, the latest opened first."""

    data: list[Alert]
