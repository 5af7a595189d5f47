"""Signed webhooks after the Standard Webhooks specification
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime

from voc.deliver.payload import payload
from voc.deliver.posting import post
from voc.delivery import Delivery, Message

PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64
"""Bytes of a secret, as the specification has it."""


class Webhook:
    """`Channel` that posts JSON with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`."""

    def __init__(self, url: str, secret: bytes) -> None:
        """`secret`: as `secret_bytes` reads it."""
        self._url = url
        self._secret = secret

    def send(self, message: Message, *, at: datetime) -> Delivery:
        body = json.dumps(payload(message), ensure_ascii=False, separators=(",", ":")).encode()
        stamp = str(int(at.timestamp()))
        headers = {
            "webhook-id": message.message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._secret, message.message_id, stamp, body),
        }
        return post(self._url, body, headers, at=at)


def signature(secret: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 of id, timestamp in seconds and body, joined by full stops."""
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def secret_bytes(secret: str) -> bytes:
    """The key behind `whsec_` and base64, or base64 alone. Raises ValueError unless it holds 24 to 64 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("not 24 to 64 bytes")
    return key
