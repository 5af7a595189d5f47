"""Answers that are kept for `Idempotency-Key`: the same key with the same body gets the same answer, and the work is
done once (IETF draft-ietf-httpapi-idempotency-key-header). In memory and bounded: a restart forgets them, and then the
store's own rule holds, by which the same item twice is `unchanged`."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from voc.api.errors import KeyReused
from voc.errors import UsageError

MOST_KEYS = 1000
MOST_BYTES = 32_000_000
LONGEST_KEY = 255


@dataclass(slots=True)
class _Reply:
    body: bytes
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: bytes | None = None


class Replies:
    """The kept answers. Callers with one key wait for each other; the oldest answers make room for new ones."""

    def __init__(self, *, most_keys: int = MOST_KEYS, most_bytes: int = MOST_BYTES) -> None:
        self._most_keys, self._most_bytes = most_keys, most_bytes
        self._kept: OrderedDict[str, _Reply] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, key: str, body: object, work: Callable[[], bytes]) -> tuple[bytes, bool]:
        """(answer, whether it was kept from before). A failure of `work` is raised and not kept.

        Raises UsageError on an overlong key, KeyReused where the body differs from the first one.
        """
        if not 0 < len(key) <= LONGEST_KEY:
            raise UsageError(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.", "A UUID is a good key.")
        reply = self._reply(key, _digest(body))
        with reply.lock:
            if reply.answer is not None:
                return reply.answer, True
            try:
                answer = work()
            except BaseException:
                self._drop(key, reply)
                raise
            reply.answer = answer
        self._make_room()
        return answer, False

    def _reply(self, key: str, digest: bytes) -> _Reply:
        with self._lock:
            reply = self._kept.setdefault(key, _Reply(digest))
        if reply.body != digest:
            raise KeyReused(
                "This Idempotency-Key was used with another body.", "Use a fresh key for every new request."
            )
        return reply

    def _drop(self, key: str, reply: _Reply) -> None:
        with self._lock:
            if self._kept.get(key) is reply:
                del self._kept[key]

    def _make_room(self) -> None:
        with self._lock:
            held = sum(len(reply.answer or b"") for reply in self._kept.values())
            done = [key for key, reply in self._kept.items() if reply.answer is not None]
            for key in done:
                if len(self._kept) <= self._most_keys and held <= self._most_bytes:
                    return
                held -= len(self._kept.pop(key).answer or b"")


def _digest(body: object) -> bytes:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("utf-8", "surrogatepass")).digest()
