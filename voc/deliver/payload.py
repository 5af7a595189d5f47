"""A message as programs read it: `{"type", "timestamp", "data"}`, as Standard Webhooks has it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from voc.delivery import Message


def payload(message: Message) -> dict[str, Any]:
    """The JSON object of a message."""
    return {
        "type": message.event.value,
        "timestamp": message.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {**message.data, "title": message.title, "link": message.link},
    }
