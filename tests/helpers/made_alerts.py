"""An alert to start from, for tests that are about what becomes of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from voc.alerts import Alert, Kind

NIGHT = datetime(2026, 3, 8, tzinfo=UTC)
"""When it was opened."""


def an_alert(**changes: Any) -> Alert:
    told: dict[str, Any] = {
        "alert_id": "alert_1",
        "kind": Kind.VOLUME,
        "theme": "t_late",
        "label": "배송 지연",
        "scope": {"source": "shop"},
        "opened": NIGHT,
        "updated": NIGHT,
        "since": NIGHT - timedelta(days=2),
        "window": 3,
        "observed": 24,
        "expected": 6.0,
        "ratio": 4.0,
        "ratio_low": 2.5,
        "ratio_high": 6.1,
        "p": 3.2e-9,
        "q": 4.1e-7,
        "reach": 31,
    }
    return Alert(**(told | {"themes": (changes.get("theme", "t_late"),)} | changes))
