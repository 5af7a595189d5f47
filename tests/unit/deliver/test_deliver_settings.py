"""The tables [[deliver]]: what can be set up, what is refused with a sentence, and what is never shown."""

from __future__ import annotations

import json
from datetime import time

import pytest
from receivers import SECRET

from voc.bootstrap import destinations
from voc.config import load_settings
from voc.delivery import Event, Quiet
from voc.errors import ConfigError

URL = "https://desk.example.com/hooks/T0P-S3CRET"
DESK = f"""
[[deliver]]
name = "desk"
kind = "webhook"
url = "{URL}"
secret = "{SECRET}"
"""
TEAM = """
[[deliver]]
name = "team"
kind = "slack"
url = "env:VOC_TEST_SLACK"
"""
LEAD = """
[[deliver]]
name = "lead"
kind = "mail"
host = "smtp.example.com"
from = "voc@example.com"
to = ["lead@example.com"]
"""
LOG = """
[[deliver]]
name = "log"
kind = "file"
path = "told.jsonl"
"""


def load(tmp_path, text):
    (tmp_path / "voc.toml").write_text(text, encoding="utf-8")
    return load_settings(home=tmp_path)


def test_a_channel_is_told_everything_at_any_hour_and_no_words_unless_it_says_otherwise(tmp_path):
    said = 'send = ["attention"]\nattention_level = "high"\nquotes = true\nquiet_hours = "22:00-07:00"\n'
    plain, own = destinations(load(tmp_path, f'{DESK}{LOG}{said}link_base = "https://voc.example.com/"\n'))
    assert plain.events == {Event.OPENED, Event.CLOSED, Event.CRITICAL}
    assert (plain.name, plain.kind, plain.quotes, plain.quiet, plain.link_base) == (
        "desk",
        "webhook",
        False,
        None,
        None,
    )
    assert own.events == {Event.CRITICAL, Event.HIGH}
    assert (own.quotes, own.quiet) == (True, Quiet(time(22), time(7)))
    assert own.link_base == "https://voc.example.com"


def test_the_environment_holds_the_same_as_json(tmp_path, monkeypatch):
    monkeypatch.setenv("VOC_DELIVER", json.dumps([{"name": "log", "kind": "file", "path": "a.jsonl"}]))
    assert [one.name for one in destinations(load(tmp_path, DESK))] == ["log"]


def test_what_is_secret_is_in_no_repr_and_no_dump(tmp_path):
    mail = f'{LEAD}user = "voc"\npassword = "hunter2"\n'
    settings = load(tmp_path, DESK + mail)
    shown = repr(settings) + str(settings.model_dump()) + settings.model_dump_json()
    shown += repr(destinations(settings))
    for secret in ("T0P-S3CRET", SECRET, "hunter2"):
        assert secret not in shown


def test_every_kind_can_be_opened_with_its_secrets_in_the_environment(tmp_path, monkeypatch):
    desk = DESK.replace(SECRET, "env:VOC_TEST_SECRET")
    found = destinations(load(tmp_path, desk + TEAM + LEAD + LOG))
    for one in found[:2]:
        with pytest.raises(ConfigError, match="is not set"):
            one.open()
    monkeypatch.setenv("VOC_TEST_SECRET", SECRET)
    monkeypatch.setenv("VOC_TEST_SLACK", URL)
    assert [type(one.open()).__name__ for one in found] == ["Webhook", "Slack", "Mail", "Lines"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DESK + DESK, "same name"),
        (DESK.replace("webhook", "pigeon"), "pigeon"),
        (DESK.replace('"desk"', '"The Desk"'), "name"),
        (f'{DESK}colour = "red"\n', "colour"),
        (DESK.replace("secret =", "# secret ="), "webhook.secret"),
        (f'{DESK}quiet_hours = "22-7"\n', "22:00-07:00"),
        (f'{DESK}quiet_hours = "07:00-07:00"\n', "22:00-07:00"),
        (f'{DESK}send = ["news"]\n', "alerts"),
        (f'{DESK}attention_level = "low"\n', "critical"),
        (f'{DESK}link_base = "javascript:x"\n', "https://voc.example.com"),
        (LEAD.replace("lead@example.com", "a@example.com>, <b"), "team@example.com"),
        (LEAD.replace('["lead@example.com"]', "[]"), "to"),
        (f'{LEAD}user = "voc"\n', "belong together"),
        (f'{LEAD}security = "plain"\nuser = "voc"\npassword = "hunter2"\n', "starttls or tls only"),
        (LOG.replace("told.jsonl", "voc.db"), "told.jsonl"),
        ('deliver = "desk"', "a JSON array"),
        ('[deliver]\nname = "desk"\n', "[[deliver]]"),
    ],
)
def test_a_table_that_can_not_be_is_a_sentence_that_names_it_and_no_secret(tmp_path, text, says):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    told = f"{caught.value.message} {caught.value.hint}"
    assert says in told
    assert "deliver" in caught.value.message
    assert "VOC_DELIVER," in caught.value.hint
    for secret in ("T0P-S3CRET", SECRET, "hunter2"):
        assert secret not in told


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (DESK.replace(SECRET, "whsec_c2hvcnQ="), "secret"),
        (DESK.replace("https://", "ftp://"), "url"),
        (DESK.replace(URL, f"{URL} x"), "url"),
        (DESK.replace("desk.example.com", "desk.example.com:99999"), "url"),
        (DESK.replace("desk.example.com", "voc:hunter2@desk.example.com"), "url"),
    ],
)
def test_what_only_shows_when_a_channel_is_opened_names_channel_and_field(tmp_path, text, field):
    (destination,) = destinations(load(tmp_path, text))
    with pytest.raises(ConfigError) as caught:
        destination.open()
    assert caught.value.message.startswith(f"The field {field!r} of the channel 'desk' can't be used: ")
    assert caught.value.hint
    assert "c2hvcnQ" not in str(caught.value)
    assert "T0P-S3CRET" not in str(caught.value)
