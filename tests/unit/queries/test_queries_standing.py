"""What alerts say of themes: who is emerging, and on which days a theme was unusual."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from made_alerts import NIGHT, an_alert

from voc.alerts import OVER, Kind, Status
from voc.edits import Decisions
from voc.model import EVERYTHING, Spike, State
from voc.queries.standing import with_alerts

SAID = [("a", "late", 0, 700), ("b", "late", 1, 701), ("c", "lost", 2, 702), ("d", "price", 3, 703)]


def laid(run, *alerts, key_of=lambda key: key):
    return with_alerts(run, alerts, key_of)


def emerging(run):
    told = {key for key, theme in run.themes.items() if theme.state is State.EMERGING}
    assert told == {key for key, trend in run.trends.items() if trend.state is State.EMERGING}
    return told


@pytest.fixture
def run(published):
    return published(SAID)


@pytest.mark.parametrize("status", [Status.OPEN, Status.ACKNOWLEDGED, Status.SNOOZED])
def test_a_theme_is_emerging_until_its_alert_is_closed(run, status):
    assert emerging(laid(run, an_alert(theme="late", status=status))) == {"late"}


@pytest.mark.parametrize("reason", [OVER, "noise"])
def test_what_nights_or_people_closed_is_not_emerging_but_was_unusual(run, reason):
    done = laid(run, an_alert(theme="late", status=Status.CLOSED, closed=NIGHT, reason=reason))
    assert done.themes == run.themes
    assert len(done.trends["late"].spikes) == 1


def test_an_alert_of_a_part_is_one_of_the_theme(run):
    assert emerging(laid(run, an_alert(theme="late", scope={"source": "shop"}))) == {"late"}
    assert emerging(laid(run, an_alert(theme="late", scope={}))) == {"late"}


def test_a_coarse_theme_is_emerging_only_if_the_alert_holds_it(run):
    assert emerging(laid(run, an_alert(theme="late", themes=("late", "delivery")))) == {"late", "delivery"}
    assert emerging(laid(run, an_alert(theme="late", themes=("late",)))) == {"late"}


@pytest.mark.parametrize(
    "alert",
    [
        an_alert(theme="late", kind=Kind.SENTIMENT),
        an_alert(theme=EVERYTHING, themes=(EVERYTHING, "late")),
        an_alert(theme="a theme that is gone"),
    ],
)
def test_moods_whole_parts_and_themes_that_are_gone_say_nothing_of_themes(run, alert):
    done = laid(run, alert)
    assert (done.themes, done.trends) == (run.themes, run.trends)


@pytest.mark.parametrize("state", [State.NEW, State.DORMANT])
def test_a_new_theme_stays_new_and_a_dormant_one_dormant(run, state):
    held = {**run.themes, "late": dataclasses.replace(run.themes["late"], state=state)}
    done = laid(dataclasses.replace(run, themes=held), an_alert(theme="late"))
    assert (done.themes["late"].state, done.trends["late"].state) == (state, state)
    assert done.trends["late"].spikes


def test_unusual_days_are_those_of_the_alerts_that_it_heads(run):
    later = an_alert(alert_id="alert_2", theme="late", since=NIGHT + timedelta(days=9), updated=NIGHT + timedelta(11))
    first = an_alert(theme="late", themes=("late", "lost"), scope={"source": "shop"})
    done = laid(run, later, first)
    assert [spike.alert_id for spike in done.trends["late"].spikes] == ["alert_1", "alert_2"]
    assert done.trends["late"].spikes[0] == Spike(
        first.since, first.updated, 24, 6.0, 3.2e-9, 4.1e-7, "alert_1", {"source": "shop"}, 3
    )
    assert done.trends["lost"].spikes == ()
    assert done.trends[EVERYTHING] == run.trends[EVERYTHING]


def test_a_merged_themes_alert_is_one_of_what_it_is_now(run):
    decided = Decisions(merged={"lost": "late"})
    assert emerging(laid(run, an_alert(theme="lost"), key_of=decided.key_of)) == {"late"}


def test_a_run_of_an_earlier_version_keeps_its_days_where_alerts_say_nothing(run):
    own = (Spike(NIGHT, NIGHT + timedelta(days=1), 9, 1.0, 1e-6, 1e-4),)
    old = {key: dataclasses.replace(trend, spikes=own) for key, trend in run.trends.items()}
    done = laid(dataclasses.replace(run, trends=old), an_alert(theme="late"))
    assert done.trends["lost"].spikes == own
    assert [spike.alert_id for spike in done.trends["late"].spikes] == ["alert_1"]
