"""Who a row is and whether it has changed: `item_id` and `content_hash`. What they mean never changes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

_TAG = "fb1_"
"""Version of the recipe below. A new recipe gets a new tag, so that old ids go on being valid."""
_LETTERS = 20


def item_id_of(source: str, own: str) -> str:
    """Our id of a row that has an id of its `own`, which is unique within its source."""
    return _item_id("id", source, own)


def row_key(source: str, text: str, created_at: datetime | None, customer_id: str | None) -> str:
    """What rows without an id have in common when they may be one row read twice."""
    return _digest("row", source, text, _moment(created_at), customer_id).hex()


def item_id_of_repeat(key: str, occurrence: int) -> str:
    """Our id of the n-th row (from 1) with this key in one file: real repeats stay apart, reading again adds none."""
    return _item_id("repeat", key, str(occurrence))


def content_hash(content: Mapping[str, object]) -> str:
    """32 hex digits over a row's fields as received; empty ones do not count, so that a later field changes no hash.

    Takes strings, numbers, booleans, datetimes and flat mappings of those.
    """
    filled = {name: value for name, value in content.items() if value not in (None, "", {})}
    data = json.dumps(filled, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.blake2b(data.encode(), digest_size=16, person=b"voc-content").hexdigest()


def _item_id(*parts: str) -> str:
    return _TAG + base64.b32encode(_digest(*parts)).decode()[:_LETTERS].lower()


def _digest(*parts: str | None) -> bytes:
    """BLAKE2b over the parts, each with its length before it: ("ab", "c") is not ("a", "bc"), None is not ""."""
    digest = hashlib.blake2b(digest_size=16, person=b"voc-item")
    for part in parts:
        data = b"" if part is None else part.encode()
        digest.update((-1 if part is None else len(data)).to_bytes(8, "big", signed=True))
        digest.update(data)
    return digest.digest()


def _moment(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no content: {type(value).__name__}")
