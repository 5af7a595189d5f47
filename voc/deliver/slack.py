"""Incoming webhooks as Slack has them, and Mattermost, Discord (`/slack`) and others after it: `text` and `blocks`
(https://api.slack.com/messaging/webhooks)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from voc.deliver.posting import post
from voc.delivery import Delivery, Message

_HEADER, _SECTION, _FIELD, _FIELDS = 150, 3000, 2000, 10
"""Characters in a header, a section and a field, and fields in a section, at most."""


class Slack:
    """`Channel` that posts to an incoming webhook. The address is the secret."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, message: Message, *, at: datetime) -> Delivery:
        return post(self._url, json.dumps(body(message), ensure_ascii=False).encode(), {}, at=at)


def body(message: Message) -> dict[str, Any]:
    """What Slack draws, and `text` for notifications. Nothing in it can mention or link of its own accord."""
    return {"text": _escaped(message.title, _SECTION), "blocks": list(_blocks(message))}


def _blocks(message: Message) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": {"type": "plain_text", "text": _cut(message.title, _HEADER), "emoji": False}}
    if message.facts:
        fields = [_marked(f"*{_escaped(name)}*\n{_escaped(value)}", _FIELD) for name, value in message.facts[:_FIELDS]]
        yield {"type": "section", "fields": fields}
    for quote in message.quotes:
        yield {"type": "section", "text": _marked(f">{_escaped(quote)}", _SECTION)}
    if message.link is not None:
        yield {"type": "section", "text": _marked(f"<{_escaped(message.link)}|Open>", _SECTION)}
    yield {"type": "context", "elements": [_marked(message.message_id, _FIELD)]}


def _marked(text: str, most: int) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": _cut(text, most)}


def _escaped(text: str, most: int = _FIELD // 2) -> str:
    """The three signs that Slack gives a meaning, as it asks for them; cut before, so that no sign is cut in two."""
    return _cut(text, most // 2).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
