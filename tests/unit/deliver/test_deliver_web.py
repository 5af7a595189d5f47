"""Webhooks and Slack's incoming webhooks against a real server on loopback."""

from __future__ import annotations

import json
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import receivers
from receivers import SECRET, verified, web

from voc.deliver import Lines, Slack, Webhook, posting, secret_bytes, slack
from voc.deliver.webhook import signature
from voc.delivery import Delivery, Event, Message

ROOT = Path(__file__).parents[3]
AT = datetime.now(UTC)
MESSAGE = Message(
    message_id="msg_1",
    event=Event.OPENED,
    at=datetime(2026, 3, 8, tzinfo=UTC),
    title="Alert: 배송 지연 <now> & here",
    facts=(("Observed", "24 in 3 days"), ("Only in", "source=<!channel>")),
    quotes=("아직도 안 와요 <b>",),
    link="https://voc.example.com/alerts/a",
    data={"alert_id": "a", "observed": 24},
)


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    """A proxy of this machine must not stand between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def send(server, message=MESSAGE):
    return Webhook(server.url, secret_bytes(SECRET)).send(message, at=datetime.now(UTC))


def test_a_signature_is_that_of_the_specifications_example():
    body = b'{"test": 2432232314}'
    key = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_arrives_signed_and_a_changed_one_is_found_out():
    with web() as server:
        assert send(server) == Delivery()
    ((path, headers, body),) = server.requests
    assert (path, headers["content-type"], headers["webhook-id"]) == ("/hook", "application/json", "msg_1")
    assert verified(headers, body, SECRET)
    assert not verified(headers, body.replace(b"24", b"25"), SECRET)
    assert not verified({**headers, "webhook-id": "msg_2"}, body, SECRET)
    assert json.loads(body) == {
        "type": "alert.opened",
        "timestamp": "2026-03-08T00:00:00Z",
        "data": {**MESSAGE.data, "title": MESSAGE.title, "link": MESSAGE.link},
    }


def test_the_documented_check_is_the_one_that_these_tests_use():
    (shown,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/delivery.md").read_text(), flags=re.DOTALL)
    scope: dict[str, object] = {}
    exec(shown, scope)
    with web() as server:
        send(server)
    ((_, headers, body),) = server.requests
    assert scope["verified"](headers, body, SECRET) is receivers.verified(headers, body, SECRET) is True
    assert scope["verified"](headers, body + b" ", SECRET) is False
    old = {**headers, "webhook-timestamp": "1614265330"}
    assert scope["verified"](old, body, SECRET) is False


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (200, Delivery()),
        (400, Delivery("http_400", final=True)),
        (404, Delivery("http_404", final=True)),
        (410, Delivery("http_410", final=True)),
        (408, Delivery("http_408")),
        (425, Delivery("http_425")),
        (429, Delivery("http_429")),
        ((429, {"Retry-After": "120"}), Delivery("http_429", retry_after=120.0)),
        ((503, {"Retry-After": "99999999"}), Delivery("http_503", retry_after=86_400.0)),
        ((503, {"Retry-After": "soon"}), Delivery("http_503")),
        ((503, {"Retry-After": "-5"}), Delivery("http_503")),
        ((500, {"Retry-After": "120"}), Delivery("http_500")),
        ((503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), Delivery("http_503", retry_after=0.0)),
    ],
)
def test_an_answer_says_whether_trying_again_helps_and_when(answer, came):
    with web(answer) as server:
        assert send(server) == came


def test_retry_after_may_be_a_date():
    ahead = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with web((503, {"Retry-After": ahead})) as server:
        assert send(server).retry_after == pytest.approx(600, abs=1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status):
    with web() as other, web((status, {"Location": other.url})) as server:
        assert send(server) == Delivery(f"http_{status}", final=True)
    assert other.requests == []
    assert len(server.requests) == 1


def test_who_does_not_answer_is_waited_for_a_short_time(monkeypatch):
    monkeypatch.setattr(posting, "PATIENCE_S", 0.2)
    with web(1.0) as server:
        assert send(server) == Delivery("timeout")


def test_nobody_there_and_nobody_who_speaks_http_are_told_apart():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    closed = Webhook(f"http://127.0.0.1:{port}/", secret_bytes(SECRET))
    assert closed.send(MESSAGE, at=AT) == Delivery("unreachable")
    with receivers.post_office() as office:
        other = Webhook(f"http://127.0.0.1:{office.port}/", secret_bytes(SECRET))
        assert other.send(MESSAGE, at=AT) == Delivery("protocol")


def test_an_untrusted_certificate_is_no_way(certificate):
    with web() as server, server_over_tls(certificate) as port:
        del server
        channel = Webhook(f"https://127.0.0.1:{port}/", secret_bytes(SECRET))
        assert channel.send(MESSAGE, at=AT) == Delivery("tls")


def server_over_tls(certificate):
    from contextlib import contextmanager

    @contextmanager
    def opened():
        with receivers.post_office(tls=certificate, from_start=True) as office:
            yield office.port

    return opened()


def test_slack_gets_text_and_blocks_and_no_sign_of_ours_means_anything():
    with web() as server:
        assert Slack(server.url).send(MESSAGE, at=AT) == Delivery()
    (body,) = server.documents
    assert body["text"] == "Alert: 배송 지연 &lt;now&gt; &amp; here"
    kinds = [block["type"] for block in body["blocks"]]
    assert kinds == ["header", "section", "section", "section", "context"]
    assert body["blocks"][0]["text"] == {"type": "plain_text", "text": MESSAGE.title, "emoji": False}
    fields = [field["text"] for field in body["blocks"][1]["fields"]]
    assert fields == ["*Observed*\n24 in 3 days", "*Only in*\nsource=&lt;!channel&gt;"]
    assert body["blocks"][2]["text"]["text"] == ">아직도 안 와요 &lt;b&gt;"
    assert body["blocks"][3]["text"]["text"] == "<https://voc.example.com/alerts/a|Open>"


def test_slack_gets_no_more_than_it_takes():
    long = Message(
        message_id="m",
        event=Event.OPENED,
        at=AT,
        title="&" * 5000,
        facts=tuple((str(at), "<" * 5000) for at in range(20)),
        quotes=("&" * 5000,),
    )
    body = slack.body(long)
    header, facts, quote, _ = body["blocks"]
    assert len(header["text"]["text"]) <= 150
    assert len(facts["fields"]) == 10
    assert max(len(field["text"]) for field in facts["fields"]) <= 2000
    assert len(quote["text"]["text"]) <= 3000
    for text in (body["text"], quote["text"]["text"]):
        assert re.fullmatch(r">?(&amp;)*…", text), "a sign is cut in two"


@pytest.mark.parametrize("secret", ["whsec_", "whsec_c2hvcnQ=", "not base64!", "A" * 120])
def test_a_secret_that_is_none_is_refused(secret):
    with pytest.raises(ValueError, match=r"not (base64|24 to 64 bytes)"):
        secret_bytes(secret)


def test_a_file_gets_a_line_a_message_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "new" / "told.jsonl"
    channel = Lines(path)
    assert channel.send(MESSAGE, at=AT) == Delivery()
    with path.open("ab") as file:
        file.write(b'{"id": "torn')
    assert channel.send(MESSAGE, at=AT) == Delivery()
    first, torn, last = path.read_bytes().splitlines()
    assert torn == b'{"id": "torn'
    assert first == last
    assert json.loads(first)["id"] == "msg_1"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_can_not_be_written_is_an_answer(tmp_path):
    came = Lines(tmp_path).send(MESSAGE, at=datetime.now(UTC))
    assert (came.arrived, came.final, came.code[:3]) == (False, False, "os_")
