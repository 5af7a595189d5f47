"""What alerts say of themes, laid over a run: which are emerging, and on which days they were unusual.

Nights are watched after a run is published, and people close alerts, so both are laid when a snapshot opens. The states
of the run itself come from a slow comparison (`voc.trend.states`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from voc.alerts import Alert, Kind, Status
from voc.model import EVERYTHING, Spike, State
from voc.ports import PublishedRun


def with_alerts(run: PublishedRun, alerts: Sequence[Alert], key_of: Callable[[str], str]) -> PublishedRun:
    """The run with the states and unusual days of alerts. `key_of`: what a theme's key stands for by now.

    Emerging are the themes of an alert of numbers, in the whole or a part, until nights or a person close it; a theme
    that is new or dormant stays so. An alert's days are those of its headline, from its first unusual day to the last.
    An alert of everything in a part (EVERYTHING) belongs to no theme.
    """
    told = [alert for alert in alerts if alert.kind is Kind.VOLUME and alert.theme != EVERYTHING]
    at_work = [alert for alert in told if alert.status is not Status.CLOSED]
    emerging = {key_of(key) for alert in at_work for key in (alert.theme, *alert.themes)}
    days: defaultdict[str, list[Spike]] = defaultdict(list)
    for alert in sorted(told, key=lambda one: (one.since, one.alert_id)):
        days[key_of(alert.theme)].append(_days_of(alert))
    themes, trends = dict(run.themes), dict(run.trends)
    for key in emerging & themes.keys():
        if themes[key].state not in (State.NEW, State.DORMANT):
            themes[key] = replace(themes[key], state=State.EMERGING)
    for key in (emerging | days.keys()) & themes.keys() & trends.keys():
        spikes = tuple(days[key]) if key in days else trends[key].spikes
        trends[key] = replace(trends[key], state=themes[key].state, spikes=spikes)
    return replace(run, themes=themes, trends=trends)


def _days_of(alert: Alert) -> Spike:
    return Spike(
        start=alert.since,
        end=alert.updated,
        observed=alert.observed,
        expected=alert.expected,
        p=alert.p,
        q=alert.q,
        alert_id=alert.alert_id,
        scope=alert.scope,
        window=alert.window,
    )
