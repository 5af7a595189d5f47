"""What an OutboxStore promises, shown on the one over SQLite."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from voc.delivery import Event, State, entry
from voc.index import build_index, open_index
from voc.store import open_store

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


def ahead(**time: float) -> datetime:
    return NOW + timedelta(**time)


def one(subject="alert_1", channel="team", event=Event.OPENED, **changes):
    return replace(entry(channel, event, subject, at=NOW), **changes)


@pytest.fixture
def outbox(tmp_path):
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    yield stores.outbox
    stores.close()


def test_a_message_comes_back_as_it_went_in(outbox):
    told = one("item", event=Event.HIGH, revision=3, state=State.SENT, attempts=2, settled_at=LATER, code="ok")
    assert outbox.queue([one(), told]) == 2
    assert {found.subject: found for found in outbox.all()} == {"alert_1": one(), "item": told}


def test_the_same_message_is_not_queued_again_whatever_became_of_it(outbox):
    outbox.queue([one()])
    claimed = outbox.claim("team", at=NOW, until=LATER)
    outbox.settle(claimed, State.SENT, at=NOW, code="ok")
    assert outbox.queue([one(), one(channel="desk")]) == 1
    assert [(found.channel, found.state) for found in outbox.all()] == [("desk", "waiting"), ("team", "sent")]
    assert outbox.claim("team", at=LATER, until=LATER) is None


def test_a_claimed_one_is_kept_from_others_until_its_time_is_over(outbox):
    outbox.queue([one()])
    claimed = outbox.claim("team", at=NOW, until=LATER)
    assert claimed == one(attempts=1, due_at=LATER)
    assert outbox.claim("team", at=ahead(minutes=9), until=ahead(minutes=19)) is None
    assert outbox.claim("team", at=LATER, until=ahead(minutes=20)).attempts == 2


def test_of_many_senders_one_gets_it(outbox):
    outbox.queue([one(str(at)) for at in range(20)])
    found, lock = [], threading.Lock()

    def take() -> None:
        while (claimed := outbox.claim("team", at=NOW, until=LATER)) is not None:
            with lock:
                found.append(claimed.message_id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(set(found)) == 20


def test_what_is_critical_goes_first_then_what_was_due_first(outbox):
    outbox.queue([one("late", due_at=ahead(minutes=2)), one("early"), one("item", event=Event.CRITICAL)])
    outbox.queue([one("tomorrow", due_at=ahead(days=1)), one("other", channel="desk")])
    order = [outbox.claim("team", at=LATER, until=ahead(hours=1)) for _ in range(4)]
    assert [claimed and claimed.subject for claimed in order] == ["item", "early", "late", None]


def test_what_did_not_arrive_waits_until_it_is_due_again(outbox):
    outbox.queue([one()])
    outbox.settle(
        outbox.claim("team", at=NOW, until=LATER), State.WAITING, at=NOW, code="timeout", due_at=ahead(hours=1)
    )
    (waiting,) = outbox.all()
    assert waiting == one(attempts=1, due_at=ahead(hours=1), code="timeout")
    assert outbox.claim("team", at=LATER, until=LATER) is None
    assert outbox.claim("team", at=ahead(hours=1), until=ahead(hours=2)).attempts == 2


def test_who_comes_back_too_late_changes_nothing(outbox):
    outbox.queue([one()])
    slow = outbox.claim("team", at=NOW, until=LATER)
    quick = outbox.claim("team", at=LATER, until=ahead(hours=1))
    outbox.settle(slow, State.FAILED, at=LATER, code="timeout")
    assert outbox.all()[0].state is State.WAITING
    outbox.settle(quick, State.SENT, at=LATER, code="ok")
    outbox.settle(slow, State.FAILED, at=LATER, code="timeout")
    assert (outbox.all()[0].state, outbox.all()[0].settled_at) == (State.SENT, LATER)


def test_postponing_holds_for_one_channels_waiting_ones_of_these_events(outbox):
    outbox.queue([one(), one(channel="desk"), one("item", event=Event.CRITICAL), one("far", due_at=ahead(days=9))])
    outbox.queue([one("done", state=State.SENT)])
    outbox.postpone("team", ahead(hours=8), {Event.OPENED, Event.HIGH})
    due = {(found.channel, found.subject): found.due_at for found in outbox.all()}
    assert due.pop(("team", "alert_1")) == ahead(hours=8)
    assert due.pop(("team", "far")) == ahead(days=9)
    assert set(due.values()) == {NOW}


def test_failed_ones_may_begin_anew_and_no_others(outbox):
    failed = one(state=State.FAILED, attempts=9, settled_at=LATER, code="http_404")
    outbox.queue([failed, one("sent", state=State.SENT), one("dropped", state=State.DROPPED)])
    assert outbox.again(at=ahead(days=5)) == 1
    again = outbox.claim("team", at=ahead(days=5), until=ahead(days=6))
    assert (again.subject, again.attempts, again.queued_at) == ("alert_1", 1, ahead(days=5))
    assert outbox.claim("team", at=ahead(days=5), until=ahead(days=6)) is None


def test_erased_items_and_old_messages_leave(outbox):
    outbox.queue([one("a", event=Event.HIGH), one("a", channel="desk", event=Event.HIGH), one("b", event=Event.HIGH)])
    assert outbox.forget([]) == 0
    assert outbox.forget(["a", "unknown"]) == 2
    assert [found.subject for found in outbox.all()] == ["b"]
    assert outbox.prune(NOW) == 0
    assert outbox.prune(LATER) == 1
    assert outbox.all() == []


def test_the_latest_queued_comes_first(outbox):
    outbox.queue([one("old"), one("new", queued_at=LATER), one("new", channel="desk", queued_at=LATER)])
    assert [(found.subject, found.channel) for found in outbox.all()] == [
        ("new", "desk"),
        ("new", "team"),
        ("old", "team"),
    ]
