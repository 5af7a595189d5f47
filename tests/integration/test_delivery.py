"""Alerts and urgent items on their way to real receivers: once, again after a failure, and not what is settled."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from made_alerts import an_alert
from receivers import SECRET, web

from voc.alerts import OVER, Quote, Status
from voc.engine import Engine

QUOTED = "quotes = true\n"
URGENT = "계정이 도용되어 결제가 무단으로 됐습니다. 접속도 안 됩니다. 지금 당장 정지하고 환불해 주세요."


class Clock:
    """The time of the home, which tests move."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def folder(demo_home, tmp_path):
    return shutil.copytree(demo_home, tmp_path / "home")


@pytest.fixture
def opened(folder):
    """Open the home with one channel, at noon in Seoul long after the sample's last day."""
    engines = []

    def open_with(server, more="", kind="webhook"):
        (folder / "voc.toml").write_text(
            f'[[deliver]]\nname = "desk"\nkind = "{kind}"\nurl = "{server.url}"\n'
            + (f'secret = "{SECRET}"\n' if kind == "webhook" else "")
            + more,
            encoding="utf-8",
        )
        engine = Engine(folder, tz="Asia/Seoul")
        engines.append(engine)
        clock = Clock(datetime.fromisoformat("2027-01-10T12:00:00+09:00"))
        tools = engine._tools
        engine._opened = replace(engine._opened, tools=replace(tools, now=clock))
        return engine, clock

    yield open_with
    for engine in engines:
        engine.close()


def tell(engine, clock, **changes):
    alert = an_alert(**{"opened": clock() - timedelta(hours=12), "updated": clock(), **changes})
    engine._tools.alerts.put([alert], watched=1)
    return alert


def states(engine):
    return [(one.event.value, one.state.value, one.code, one.attempts) for one in engine.deliveries()]


def counts(done):
    return {state.value: number for state, number in done.items() if number}


def test_an_alert_is_told_once_when_it_opens_and_once_when_it_is_over(opened):
    with web() as server:
        engine, clock = opened(server, 'link_base = "https://voc.example.com"\n')
        alert = tell(engine, clock)
        assert counts(engine.deliver()) == {"sent": 1}
        assert counts(engine.deliver()) == {}
        clock.on(days=1)
        tell(engine, clock, opened=alert.opened, status=Status.CLOSED, closed=clock(), reason=OVER)
        assert counts(engine.deliver()) == {"sent": 1}
        assert counts(engine.deliver()) == {}
    begun, over = server.documents
    assert (begun["type"], over["type"]) == ("alert.opened", "alert.closed")
    assert len(set(server.ids)) == 2
    assert begun["data"]["alert_id"] == over["data"]["alert_id"] == "alert_1"
    assert begun["data"]["link"] == "https://voc.example.com/alerts/alert_1"
    assert (begun["data"]["observed"], begun["data"]["expected"]) == (24, 6.0)
    assert over["data"]["closed"] == "2027-01-11T03:00:00Z"


def test_what_was_opened_again_and_is_over_again_is_told_again_once(opened):
    with web() as server:
        engine, clock = opened(server)
        alert = tell(engine, clock)
        engine.deliver()
        for _ in range(2):
            clock.on(days=1)
            over = {"status": Status.CLOSED, "closed": clock(), "reason": OVER}
            tell(engine, clock, opened=alert.opened, **over)
            assert counts(engine.deliver()) == {"sent": 1}
            assert counts(engine.deliver()) == {}
            engine.act_on_alert("alert_1", "reopen")
            assert counts(engine.deliver()) == {}
    assert [row["type"] for row in server.documents] == ["alert.opened", "alert.closed", "alert.closed"]
    assert len(set(server.ids)) == 3
    assert [row["data"]["closed"] for row in server.documents[1:]] == ["2027-01-11T03:00:00Z", "2027-01-12T03:00:00Z"]


def test_an_end_that_nobody_heard_of_before_the_next_one_is_not_told(opened):
    with web() as server:
        engine, clock = opened(server)
        alert = tell(engine, clock)
        engine.deliver()
        server.answers = [500] * 9
        for _ in range(2):
            clock.on(hours=12)
            tell(engine, clock, opened=alert.opened, status=Status.CLOSED, closed=clock(), reason=OVER)
            engine.deliver()
            engine.act_on_alert("alert_1", "reopen")
        clock.on(hours=12)
        tell(engine, clock, opened=alert.opened, status=Status.CLOSED, closed=clock(), reason=OVER)
        server.answers = []
        assert counts(engine.deliver())["sent"] == 1
    assert [state for event, state, _, _ in states(engine) if event == "alert.closed"].count("sent") == 1


def test_an_alert_whose_theme_somebody_hid_is_not_told(opened):
    with web(500) as server:
        engine, clock = opened(server)
        tell(engine, clock, theme=engine.themes()[0].key)
        engine.deliver()
        engine.edit("hide", theme=engine.themes()[0].key)
        clock.on(minutes=5)
        assert counts(engine.deliver()) == {"dropped": 1}
    assert states(engine) == [("alert.opened", "dropped", "hidden", 2)]


def test_what_was_over_before_anybody_heard_of_it_is_one_message(opened):
    with web(500) as server:
        engine, clock = opened(server)
        alert = tell(engine, clock)
        assert counts(engine.deliver()) == {"waiting": 1}
        clock.on(days=1)
        tell(engine, clock, opened=alert.opened, status=Status.CLOSED, closed=clock(), reason=OVER)
        assert counts(engine.send_due()) == {"dropped": 1}
        assert counts(engine.deliver()) == {"sent": 1}
    assert [row["type"] for row in server.documents] == ["alert.opened", "alert.closed"]
    assert "24 customers where 6.0 were expected" in server.documents[1]["data"]["title"]


def test_no_words_leave_the_home_unless_the_channel_asks_for_them(opened):
    with web() as server, web() as open_one:
        engine, clock = opened(server)
        theme = engine.themes()[0]
        said = theme.exemplars[0]
        words = said.text[said.start : said.end]
        quote = Quote(said.item_id, engine.item(said.item_id).feedback.revision, said.start, said.end)
        alert = {"theme": theme.key, "evidence": (quote,), "assignee": "Mina"}
        tell(engine, clock, **alert)
        engine.deliver()
        asking, clock = opened(open_one, QUOTED)
        asking._tools.outbox.prune(clock() + timedelta(days=1))
        asking.deliver()
    closed, told = server.documents[0]["data"], open_one.documents[0]["data"]
    assert closed["evidence"] == [{"id": said.id, "item_id": said.item_id}]
    assert set(told) - set(closed) == {"where", "assignee", "reason"}
    assert told["evidence"] == [{"id": said.id, "item_id": said.item_id, "text": words}]
    assert words.encode() not in server.requests[0][2]


def test_what_did_not_arrive_is_tried_again_under_the_same_id(opened):
    with web(500, 503) as server:
        engine, clock = opened(server)
        tell(engine, clock)
        assert counts(engine.deliver()) == {"waiting": 1}
        assert counts(engine.deliver()) == {}  # not before its time
        clock.on(seconds=40)
        assert counts(engine.deliver()) == {"waiting": 1}
        clock.on(seconds=80)
        assert counts(engine.deliver()) == {"sent": 1}
    assert len(server.ids) == 3
    assert len(set(server.ids)) == 1
    assert states(engine) == [("alert.opened", "sent", "ok", 3)]


def test_a_receiver_that_asks_for_rest_gets_it_for_all_messages(opened):
    with web((429, {"Retry-After": "3600"})) as server:
        engine, clock = opened(server)
        tell(engine, clock)
        tell(engine, clock, alert_id="alert_2", opened=clock() - timedelta(hours=1))
        assert counts(engine.deliver()) == {"waiting": 1}
        clock.on(minutes=59)
        assert counts(engine.deliver()) == {}
        clock.on(minutes=2)
        assert counts(engine.deliver()) == {"sent": 2}
    assert len(server.requests) == 3


def test_a_refusal_is_for_good_until_somebody_says_again(opened):
    with web(404) as server:
        engine, clock = opened(server)
        tell(engine, clock)
        assert counts(engine.deliver()) == {"failed": 1}
        clock.on(days=1)
        assert counts(engine.deliver()) == {}
        assert counts(engine.deliver(again=True)) == {"sent": 1}


def test_after_three_days_it_is_given_up_and_can_be_seen(opened):
    with web(*[500] * 60) as server:
        engine, clock = opened(server)
        tell(engine, clock)
        for _ in range(40):
            engine.deliver()
            clock.on(hours=7)
            if states(engine)[0][1] == "failed":
                break
    assert states(engine)[0][1:3] == ("failed", "http_500")
    assert 8 <= states(engine)[0][3] <= 12


def test_a_channel_that_is_down_is_left_alone_after_three_attempts(opened):
    with web(*[500] * 3) as server:
        engine, clock = opened(server)
        for at in range(6):
            tell(engine, clock, alert_id=f"alert_{at}")
        assert counts(engine.deliver()) == {"waiting": 3}
        assert len(server.requests) == 3
        assert counts(engine.deliver()) == {"sent": 3}  # those that were not tried: one bad message blocks nobody


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (Status.SNOOZED, {"until": timedelta(days=7)}, "snoozed"),
        (Status.CLOSED, {"reason": "a known outage"}, "closed"),
    ],
)
def test_what_people_have_seen_to_is_not_told(opened, status, said, code):
    with web(500) as server:
        engine, clock = opened(server)
        alert = tell(engine, clock)
        engine.deliver()
        said = {name: clock() + value if name == "until" else value for name, value in said.items()}
        engine._tools.alerts.act(alert.alert_id, status, at=clock(), **said)
        clock.on(minutes=5)
        assert counts(engine.deliver()) == {"dropped": 1}
        other = tell(engine, clock, alert_id="alert_2")
        engine._tools.alerts.act(other.alert_id, status, at=clock(), **said)
        assert counts(engine.deliver()) == {}
        engine._tools.alerts.put(
            [replace(alert, status=Status.CLOSED, closed=clock(), reason=OVER)], watched=2
        )  # and that it is over is news to nobody
        assert counts(engine.deliver()) == {}
    assert states(engine) == [("alert.opened", "dropped", code, 2)]


def test_old_nights_and_old_items_are_no_news(opened):
    with web() as server:
        engine, clock = opened(server, 'attention_level = "high"\n')
        assert engine.attention(limit=1)
        old = clock() - timedelta(days=3, minutes=1)
        tell(engine, clock, opened=old, updated=old)
        tell(
            engine,
            clock,
            alert_id="alert_2",
            opened=clock() - timedelta(days=9),
            status=Status.CLOSED,
            closed=clock(),
            reason=OVER,
        )
        assert counts(engine.deliver()) == {}
        tell(engine, clock, alert_id="alert_3", opened=clock() - timedelta(days=2, hours=23))
        assert counts(engine.deliver()) == {"sent": 1}
        tell(engine, clock, alert_id="alert_4", opened=clock() - timedelta(days=9))  # and goes on last night
        assert counts(engine.deliver()) == {"sent": 1}


def test_urgent_items_of_a_run_are_told_once_each_while_they_are_young(opened):
    with web() as server:
        engine, clock = opened(server, 'send = ["attention"]\nattention_level = "high"\n')
        newest = max(hit.created_at for hit in engine.attention(limit=1000))
        clock.now = newest + timedelta(hours=1)
        since = clock() - timedelta(days=3)
        young = {hit.item_id: hit.urgency.level for hit in engine.attention(limit=1000) if hit.created_at >= since}
        engine.deliver()
        engine.deliver()
    told = {row["data"]["item_id"]: row["type"] for row in server.documents}
    assert len(told) == len(server.documents) > 2
    assert told.items() <= {name: f"attention.{level}" for name, level in young.items()}.items()
    assert all("text" not in row["data"] for row in server.documents)
    table = engine.snapshot().published.mentions
    originals = dict(zip(table.item_id, table.duplicate_of, strict=True))
    assert {name for name in young if originals[name] not in young} == set(told)  # a copy beside its original is none


def test_quiet_hours_keep_everything_but_what_is_critical(opened):
    with web() as server:
        engine, clock = opened(server, 'attention_level = "high"\nquiet_hours = "22:00-07:00"\n')
        clock.now = datetime.fromisoformat("2027-01-10T23:00:00+09:00")
        tell(engine, clock)
        queue(engine, "critical", "high")
        assert counts(engine.send_due() + engine.deliver()) == {"sent": 1}
        assert server.documents[0]["type"] == "attention.critical"
        clock.on(hours=7, minutes=59)
        assert counts(engine.deliver()) == {}
        clock.on(minutes=1)
        assert counts(engine.deliver()) == {"sent": 2}


def queue(engine, *levels):
    """Put an item of the sample a level into the box, as if it had just come in; people say that it is of that level."""
    from voc.delivery import Event, entry

    tools = engine._tools
    for hit, level in zip(engine.attention(), levels, strict=False):
        engine.edit("score", item=hit.item_id, urgency=level)
        revision = engine.item(hit.item_id).feedback.revision
        tools.outbox.queue([entry("desk", Event(f"attention.{level}"), hit.item_id, revision=revision, at=tools.now())])
    return engine.attention()[0]


def test_an_item_that_somebody_has_calmed_is_dropped(opened):
    with web() as server:
        engine, _ = opened(server)
        hit = queue(engine, "critical")
        engine.edit("score", item=hit.item_id, urgency="normal")
        assert counts(engine.send_due()) == {"dropped": 1}
        assert states(engine) == [("attention.critical", "dropped", "calm", 1)]
    assert server.requests == []


def test_an_item_that_is_no_longer_there_leaves_the_box(opened):
    from voc.delivery import Event, entry

    with web() as server:
        engine, clock = opened(server)
        engine._tools.outbox.queue([entry("desk", Event.CRITICAL, "fb1_erased", revision=1, at=clock())])
        assert counts(engine.send_due()) == {"dropped": 1}
        engine.deliver()
        assert states(engine) == []
    assert server.requests == []


def test_posted_items_are_queued_by_urgency_and_without_delay(opened):
    with web() as server:
        engine, clock = opened(server, QUOTED)
        woken = []
        engine.on_queued = lambda: woken.append(1)
        engine.accept([{"id": "u1", "text": URGENT}, {"id": "p1", "text": "배송이 빨라서 좋아요"}])
        engine.accept([{"id": "u1", "text": URGENT}])
        old = (clock() - timedelta(days=30)).isoformat()
        engine.accept([{"id": "u2", "text": f"{URGENT} 급합니다.", "created_at": old}])
        assert [engine.item(name).scores.urgency.level for name in ("u1", "u2")] == ["critical", "critical"]
        assert counts(engine.send_due()) == {"sent": 1}
        assert woken == [1]
    (row,) = server.documents
    assert (row["data"]["id"], row["data"]["text"], row["type"]) == ("u1", URGENT, "attention.critical")


def test_no_receiver_fails_a_post_or_a_run(opened, folder, monkeypatch):
    with web() as server:
        engine, _ = opened(server)
    monkeypatch.setattr(engine._tools.outbox, "queue", lambda _: 1 / 0)
    assert [row.status for row in engine.accept([{"id": "u1", "text": URGENT}])] == ["added"]
    assert engine.run().status == "published"
    log = (folder / "logs" / "voc.log").read_text()
    assert "deliver.queue_failed" in log
    assert "deliver.failed" in log
    assert "월세" not in log


def test_the_log_has_ids_and_codes_and_nothing_else(opened, folder):
    with web(500) as server:
        engine, _ = opened(server)
        queue(engine, "critical")
        engine.send_due()
    log = (folder / "logs" / "voc.log").read_text()
    assert '"state": "waiting", "code": "http_500"' in log
    assert "/hook" not in log
    assert SECRET not in log
