"""How long a flag is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from voc.model import Feedback
from voc.queries import Snapshot, flags
from voc.trend.calendar import EPOCH

SENT = 700
"""The day on which one text was sent twenty times."""


def feedback(refs):
    """The items of a home in which everybody says the same."""
    return {
        ref: Feedback(item_id=ref[0], id=ref[0], source="shop", text="Win a free phone today, just follow this link")
        for ref in refs
    }


def snapshot(published, begun, *more_days):
    """`begun`: the day of the run; the last feedback besides the burst is of `more_days`."""
    said = [(f"a{number:02}", "late", 1, SENT) for number in range(20)]
    run = published([*said, *((f"z{day}", "price", day, day) for day in more_days)])
    at = datetime.combine(EPOCH, datetime.min.time(), tzinfo=UTC) + timedelta(days=begun, hours=12)
    run = replace(run, run=replace(run.run, started_at=at))
    rows_of = {item: [row] for row, item in enumerate(run.mentions.item_id)}
    return Snapshot(run, None, np.ones(len(run.mentions), np.bool_), rows_of, {})


@pytest.mark.parametrize(
    ("begun", "more_days", "listed"),
    [
        (SENT, (), True),
        (SENT + 60, (), True),
        (SENT + 60, (SENT + 27,), True),
        (SENT + 60, (SENT + 28,), False),
        (SENT + 28, (SENT + 28,), False),
        (SENT + 60, (SENT + 27, SENT + 900), True),
    ],
)
def test_a_burst_is_listed_for_four_weeks_of_feedback_whatever_is_dated_ahead(published, begun, more_days, listed):
    tools = SimpleNamespace(feedback=SimpleNamespace(get=feedback))
    seen = snapshot(published, begun, *more_days)
    assert bool(flags(tools, seen)) is listed
    assert len(flags(tools, seen, everything=True)) == 1
