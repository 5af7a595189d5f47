"""What an AlertStore promises, shown on the one over SQLite."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from made_alerts import NIGHT, an_alert

from voc.alerts import Alert, Kind, Quote, Share, Status
from voc.errors import NotFound, UsageError
from voc.index import build_index, open_index
from voc.store import open_store

ALERT = an_alert(
    themes=("t_late", "t_courier"),
    where=(Share("version", "3.2", 0.75, 0.6, 0.86, 0.1), Share("country", "KR", 1.0, 0.9, 1.0, 0.5)),
    evidence=(Quote("fb1_a", 1, 0, 12), Quote("fb1_b", 2, 5, 9)),
)


@pytest.fixture
def stores(tmp_path):
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    yield stores
    stores.close()


@pytest.fixture
def kept(stores):
    """The store with one open alert."""
    stores.alerts.put([ALERT], watched=20_520)
    return stores.alerts


def later(days: int) -> datetime:
    return NIGHT + timedelta(days=days)


def grown(**changes: object) -> Alert:
    """The alert as the next night sees it."""
    return replace(ALERT, updated=later(1), observed=40, reach=52, **changes)


def over(days: int = 2) -> Alert:
    return grown(status=Status.CLOSED, closed=later(days), reason="over")


def test_an_alert_comes_back_as_it_went_in(stores):
    asleep = replace(
        ALERT, alert_id="alert_2", status=Status.SNOOZED, snoozed_until=later(7), assignee="Mina", kind=Kind.SENTIMENT
    )
    bare = replace(ALERT, alert_id="alert_3", scope={}, themes=(), where=(), evidence=(), p=0.0, told=later(9))
    stores.alerts.put([ALERT, asleep, bare], watched=20_520)
    assert [stores.alerts.get(name) for name in ("alert_1", "alert_2", "alert_3")] == [ALERT, asleep, bare]


def test_the_latest_opened_comes_first_then_the_smaller_id(stores):
    made = [replace(ALERT, alert_id=name, opened=later(day)) for name, day in (("b", 0), ("c", 1), ("a", 0))]
    stores.alerts.put(made, watched=1)
    assert [alert.alert_id for alert in stores.alerts.all()] == ["c", "a", "b"]


def test_a_night_brings_a_known_alert_up_to_date(kept):
    kept.put([grown()], watched=20_521)
    assert kept.all() == [grown()]


def test_what_people_said_outlives_a_night(kept):
    kept.act("alert_1", Status.SNOOZED, at=later(0), until=later(7), assignee="Mina")
    kept.put([grown()], watched=20_521)
    assert kept.get("alert_1") == grown(status=Status.SNOOZED, snoozed_until=later(7), assignee="Mina")


def test_a_night_ends_what_somebody_acknowledged_and_says_that_it_is_over(kept):
    kept.act("alert_1", Status.ACKNOWLEDGED, at=later(0), assignee="Mina")
    kept.put([over()], watched=20_522)
    assert kept.get("alert_1") == replace(over(), assignee="Mina")


def test_a_closed_alert_stays_closed(kept):
    closed = kept.act("alert_1", Status.CLOSED, at=later(0), reason="a known outage")
    assert (closed.status, closed.closed, closed.reason) == (Status.CLOSED, later(0), "a known outage")
    for said in (grown(), over()):
        kept.put([said], watched=20_523)
        alert = kept.get("alert_1")
        assert (alert.status, alert.closed, alert.reason) == (Status.CLOSED, later(0), "a known outage")
        assert alert.observed == 40


def test_an_alert_that_is_opened_again_is_open_until_it_is_over(kept):
    kept.act("alert_1", Status.CLOSED, at=later(0), reason="over")
    assert kept.act("alert_1", Status.OPEN, at=later(1)) == ALERT
    kept.put([grown()], watched=20_521)
    assert kept.get("alert_1").status is Status.OPEN
    kept.put([over()], watched=20_522)
    assert kept.get("alert_1") == over()


def test_closing_again_gives_another_reason_and_keeps_the_moment(kept):
    kept.put([over()], watched=20_522)
    closed = kept.act("alert_1", Status.CLOSED, at=later(5), reason="fixed in 3.3")
    assert (closed.closed, closed.reason) == (later(2), "fixed in 3.3")


def test_an_assignee_stays_unless_another_one_is_named(kept):
    kept.act("alert_1", Status.ACKNOWLEDGED, at=later(0), assignee="Mina")
    assert kept.act("alert_1", Status.CLOSED, at=later(1)).assignee == "Mina"
    assert kept.act("alert_1", Status.OPEN, at=later(1), assignee="Jo").assignee == "Jo"


def test_a_closed_alert_is_neither_acknowledged_nor_snoozed(kept):
    closed = kept.act("alert_1", Status.CLOSED, at=later(0))
    with pytest.raises(UsageError):
        kept.act("alert_1", Status.ACKNOWLEDGED, at=later(1))
    with pytest.raises(UsageError):
        kept.act("alert_1", Status.SNOOZED, at=later(1), until=later(2))
    assert kept.get("alert_1") == closed


def test_a_snooze_without_an_end_is_refused(kept):
    with pytest.raises(UsageError):
        kept.act("alert_1", Status.SNOOZED, at=later(0))
    assert kept.get("alert_1") == ALERT


def test_an_unknown_alert_is_not_found(stores):
    with pytest.raises(NotFound):
        stores.alerts.get("alert_1")
    with pytest.raises(NotFound):
        stores.alerts.act("alert_1", Status.CLOSED, at=later(0))


def test_the_last_night_is_known_though_nothing_happened_in_it(stores):
    assert stores.alerts.watched() is None
    stores.alerts.put([], watched=20_520)
    assert (stores.alerts.watched(), stores.alerts.all()) == (20_520, [])
    stores.alerts.put([ALERT], watched=20_521)
    assert stores.alerts.watched() == 20_521


def test_items_that_nights_heard_of_are_kept_until_others_are(stores):
    assert stores.alerts.heard() == {}
    stores.alerts.put([], watched=20_521, heard={20_520: 14, 20_521: 0})
    stores.alerts.put([ALERT], watched=20_521)
    assert stores.alerts.heard() == {20_520: 14, 20_521: 0}
    stores.alerts.put([], watched=20_522, heard={20_521: 3, 20_522: 9})
    assert (stores.alerts.heard(), stores.alerts.watched()) == ({20_521: 3, 20_522: 9}, 20_522)


def test_every_write_moves_the_stamp_that_readers_watch(stores):
    seen = [stores.live.stamp()]
    for write in (
        lambda: stores.alerts.put([ALERT], watched=1),
        lambda: stores.alerts.put([], watched=2),
        lambda: stores.alerts.act("alert_1", Status.CLOSED, at=later(0)),
    ):
        write()
        seen.append(stores.live.stamp())
    assert len(set(seen)) == 4
    assert stores.alerts.watched() == 2


def test_half_a_night_is_not_kept(stores):
    with pytest.raises(TypeError):
        stores.alerts.put([ALERT, replace(ALERT, alert_id="b", evidence=(object(),))], watched=1)
    assert (stores.alerts.all(), stores.alerts.watched()) == ([], None)
