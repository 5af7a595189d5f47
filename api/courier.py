"""Sends messages in the background while the service runs: what is urgent at once, the rest when it is due.

The outbox decides who sends what, so that couriers of several processes, `voc run` and `voc deliver` do not collide.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from voc.errors import NoRun
from voc.telemetry import log_failure

ROUND_S = 15.0
"""Seconds between two looks into the outbox when nothing urgent comes in."""
_GOODBYE_S = 5.0
"""Seconds that a shutdown waits for a message on its way; one that is cut off is sent again, under the same id."""


class Courier:
    """A thread that calls `send_due` every `every` seconds, and as soon as it is woken."""

    def __init__(self, send_due: Callable[[], object], *, every: float = ROUND_S) -> None:
        self._send_due = send_due
        self._every = every
        self._woken = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._rounds, name="voc-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something urgent is in the outbox."""
        self._woken.set()

    def close(self) -> None:
        """Begin no other round, and let the one at work end."""
        self._closing = True
        self._woken.set()
        self._thread.join(_GOODBYE_S)

    def _rounds(self) -> None:
        while True:
            self._woken.clear()
            if self._closing:
                return
            try:
                self._send_due()
            except NoRun:
                pass  # nothing is scored before the first run, so nothing waits
            except Exception:  # noqa: BLE001 - the next round tries again
                log_failure("deliver.round_failed")
            self._woken.wait(self._every)
