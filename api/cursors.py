"""Cursors of lists: opaque to callers, bound to the question they were given for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct

from voc.errors import UsageError

_DIGEST = 8


def cursor_at(offset: int, *question: object) -> str:
    """The place `offset` in the answer to a question."""
    return base64.urlsafe_b64encode(struct.pack(">I", offset) + _digest(question)).decode().rstrip("=")


def offset_of(given: str | None, *question: object) -> int:
    """The place that a cursor stands for; 0 without one. Raises UsageError if it belongs to another question."""
    if not given:
        return 0
    try:
        raw = base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != struct.calcsize(">I") + _DIGEST or raw[-_DIGEST:] != _digest(question):
        raise UsageError(
            "The cursor does not belong to this question.",
            "Ask without a cursor first, then with the `next` of the answer.",
        )
    offset: int = struct.unpack(">I", raw[:-_DIGEST])[0]
    return offset


def _digest(question: tuple[object, ...]) -> bytes:
    return hashlib.sha256(repr(question).encode("utf-8", "surrogatepass")).digest()[:_DIGEST]
