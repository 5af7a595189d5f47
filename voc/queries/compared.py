"""A comparison as JSON."""

from __future__ import annotations

import math

from voc.comparison import Change, Comparison, Metric, Placebo, Side
from voc.queries.shapes import Row, figure, moment


def comparison_row(found: Comparison) -> Row:
    """A comparison as `voc compare` prints it. null where nothing is known, and for a ratio without an upper end."""
    return {
        "theme": found.theme,
        "label": found.label,
        "metric": str(found.metric),
        "verdict": str(found.verdict),
        "sentence": found.sentence,
        "before": _side(found.before),
        "after": _side(found.after),
        "change": {
            "measure": "ratio" if found.metric is Metric.REACH else "difference",
            **_change(found.change),
            "q": _chance(found.q),
            "dispersion": _number(found.change.dispersion),
        },
        "net": None if found.net is None else {"measure": "difference", **_change(found.net)},
        "placebo": None if found.placebo is None else _placebo(found.placebo),
    }


def _side(side: Side) -> Row:
    return {
        "name": side.name,
        "start": moment(side.start),
        "end": moment(side.end),
        "people": side.people,
        "speaking": side.speaking,
        "value": _number(side.value),
    }


def _change(change: Change) -> Row:
    return {
        "value": _number(change.value),
        "low": _number(change.low),
        "high": _number(change.high),
        "p": _chance(change.p),
        "smallest": _number(change.smallest),
    }


def _placebo(placebo: Placebo) -> Row:
    return {
        "dates": placebo.dates,
        "as_large": placebo.as_large,
        "p": figure(placebo.p),
        "enough": placebo.enough,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isinf(value) else figure(value)


def _chance(value: float) -> float:
    return float(f"{value:.3g}")
