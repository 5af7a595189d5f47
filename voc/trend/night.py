"""One night: every stream of a panel tested as things stood at the end of its last day.

Volume is tested against a negative-binomial baseline with exposure, unhappiness against the stream's usual share. The
windows of a stream are combined, then all streams corrected together. A stream is alarming if its q-value is within the
night's level, its ratio clearly above 1, and enough different people speak.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from voc.alerts import Kind
from voc.trend.baseline import WEEK, Baseline, baseline
from voc.trend.streams import WINDOWS, Panel
from voc.trend.surprise import count_tail, ratio_interval, share_tail, simes, weighted_q

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARES = {(Kind.VOLUME, True): 0.6, (Kind.VOLUME, False): 0.2, (Kind.SENTIMENT, True): 0.1}
"""What part of a night's level each family gets; the rest is for unhappiness in parts of the feedback."""
USUAL_KNOWN = 30.0
"""As sure as so many people a usual share of unhappy ones is, at most: shares wander."""
USUAL_LEAN = 10.0
"""People for which the usual share in the whole stands in a part of the feedback."""


@dataclass(frozen=True, slots=True)
class NightOptions:
    """What is asked of an alarm. Days are calendar days."""

    history: int = 182
    leave_out: int = 7
    least_history: int = 14
    least_people: int = 5
    least_ratio: float = 1.3
    """Lower end of the 95 % interval of observed over expected."""

    @property
    def looks_back(self) -> int:
        """Days that a night looks at, its own included: what lies before changes nothing."""
        return self.history + self.leave_out + max(WINDOWS)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a night says of each stream, arrays (streams,).

    window:  days of the window that told it most clearly; observed, expected, low, high are of that window
    p:       combined over windows; calm: the same over windows of a week at most: is it still so
    q:       among all streams and kinds of the night
    """

    kind: Kind
    window: NDArray[np.int64]
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]
    calm: NDArray[np.float64]
    q: NDArray[np.float64]


def night(
    panel: Panel,
    options: NightOptions | None = None,
    *,
    past: NDArray[np.int64] | None = None,
    known: NDArray[np.bool_] | None = None,
) -> list[Findings]:
    """Findings at the end of the panel's last day, of volume and of unhappiness.

    past:  int64 (streams,), column of the last day that an earlier alert has told of, −1 for none: windows that reach
           back to it are no news
    known: bool (streams,), an alert that is going on tells of the stream: it takes no part in the correction, or what
           is known already would make room for what is not. Its q is `calm`.
    """
    import numpy as np

    options = options or NightOptions()
    number = len(panel.streams)
    since = panel.days - 1 - (np.full(number, -1) if past is None else past)
    told = np.zeros(number, np.bool_) if known is None else known
    alive = panel.alive()
    rows = np.flatnonzero(alive)
    kept = panel.of(rows)
    bases = {left_out: _Base.of(kept, left_out, options) for left_out in _left_out(options)}
    windows = [
        (window, base)
        for window in WINDOWS
        if (base := bases[max(window, options.leave_out)]) is not None and panel.days >= window
    ]
    found = [
        _combined(Kind.VOLUME, [_volume(kept, window, base, since[rows], options) for window, base in windows], kept),
        _combined(
            Kind.SENTIMENT, [_unhappy(kept, window, base, since[rows], options) for window, base in windows], kept
        ),
    ]
    return [_spread(each, rows, number) for each in _corrected(found, kept.whole == np.arange(len(rows)), ~told[rows])]


def _left_out(options: NightOptions) -> set[int]:
    return {max(window, options.leave_out) for window in WINDOWS}


def _corrected(found: Sequence[Findings], whole: NDArray[np.bool_], asked: NDArray[np.bool_]) -> list[Findings]:
    """With q-values over all kinds of the streams that are asked; of the others q is `calm`."""
    import numpy as np

    p = np.concatenate([each.p[asked] for each in found])
    weight = np.concatenate([_weight(each.kind, whole[asked], len(p)) for each in found])
    corrected = []
    for each, own in zip(found, np.split(weighted_q(p, weight), len(found)), strict=True):
        q = each.calm.copy()
        q[asked] = own
        corrected.append(replace(each, q=q))
    return corrected


def _spread(found: Findings, rows: NDArray[np.int64], number: int) -> Findings:
    """The findings of some streams among all: nothing is found where nobody spoke."""
    import numpy as np

    def of(values: NDArray[Any], otherwise: float) -> NDArray[Any]:
        every = np.full(number, otherwise, values.dtype)
        every[rows] = values
        return every

    ones = {name: of(getattr(found, name), 1) for name in ("p", "calm", "q")}
    rest = {name: of(getattr(found, name), 0) for name in ("window", "observed", "expected", "low", "high")}
    return Findings(kind=found.kind, **ones, **rest)


def _weight(kind: Kind, whole: NDArray[np.bool_], tests: int) -> NDArray[np.float64]:
    """Weights of a kind's streams, so that each family has its share of the level."""
    import numpy as np

    def of(share: float, members: NDArray[np.bool_]) -> float:
        return share * tests / max(1, int(members.sum()))

    rest = 1.0 - sum(SHARES.values())
    return np.where(whole, of(SHARES[kind, True], whole), of(SHARES.get((kind, False), rest), ~whole))


@dataclass(frozen=True, slots=True)
class _Base:
    """The history of a window: its baseline, how many people it counts, and how many of them were unhappy."""

    line: Baseline
    people: NDArray[np.float64]
    unhappy: NDArray[np.float64]

    @classmethod
    def of(cls, panel: Panel, left_out: int, options: NightOptions) -> _Base | None:
        """None where there is too little history."""
        import numpy as np

        stop = panel.days - left_out
        start = max(0, stop - options.history)
        if stop - start < options.least_history:
            return None
        counts, exposure = panel.counts[1][:, start:stop], panel.exposure[:, start:stop]
        line = baseline(counts.astype(np.float64), exposure.astype(np.float64), panel.whole, panel.first + start)
        unhappy = panel.unhappy[1][:, start:stop].sum(axis=1).astype(np.float64)
        return cls(line, counts.sum(axis=1).astype(np.float64), unhappy)


@dataclass(frozen=True, slots=True)
class _Test:
    """One window of all streams. p is 1 where too few spoke, the ratio may be chance, or an alert has told of it."""

    window: int
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]


def _volume(panel: Panel, window: int, base: _Base, since: NDArray[np.int64], options: NightOptions) -> _Test:
    observed = panel.counts[window][:, -1].astype(int)
    exposure = panel.exposure[:, panel.days - window :].astype(float)
    by_day = base.line.expected(exposure, panel.first + panel.days - window)
    expected, dispersion = by_day.sum(axis=1), base.line.dispersion(by_day)
    low, high = ratio_interval(observed, expected, dispersion)

    def tail(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return count_tail(observed[rows], expected[rows], dispersion[rows])

    return _Test(window, observed, expected, low, high, _gated(observed, low, since >= window, options, tail))


def _unhappy(panel: Panel, window: int, base: _Base, since: NDArray[np.int64], options: NightOptions) -> _Test:
    import numpy as np

    people, unhappy = (rows[window][:, -1].astype(int) for rows in (panel.counts, panel.unhappy))
    alone = (base.unhappy + 1.0) / (base.people + 2.0)
    usual = (base.unhappy + USUAL_LEAN * alone[panel.whole]) / (base.people + USUAL_LEAN)
    known = 1.0 / (1.0 / USUAL_KNOWN + 1.0 / (base.people + USUAL_LEAN))
    expected = people * usual
    low, high = ratio_interval(unhappy, expected, (1.0 - usual) / np.maximum(usual * known, 1e-9))

    def tail(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return share_tail(unhappy[rows], people[rows], usual[rows], known[rows])

    return _Test(window, unhappy, expected, low, high, _gated(unhappy, low, since >= window, options, tail))


def _gated(
    observed: NDArray[np.int64],
    low: NDArray[np.float64],
    news: NDArray[np.bool_],
    options: NightOptions,
    tail: Callable[[NDArray[np.int64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """P where it may alarm, else 1: larger than it is, so that what follows errs on the side of silence."""
    import numpy as np

    rows = np.flatnonzero(news & (observed >= options.least_people) & (low >= options.least_ratio))
    p = np.ones(len(observed))
    p[rows] = tail(rows)
    return p


def _combined(kind: Kind, tests: Sequence[_Test], panel: Panel) -> Findings:
    """All windows of a stream as one p-value, and the window that tells it most clearly."""
    import numpy as np

    if not tests:
        nought, one = np.zeros(len(panel.streams)), np.ones(len(panel.streams))
        whole = nought.astype(int)
        return Findings(kind, whole, whole, nought, nought, nought, one, one, one)
    p = np.stack([test.p for test in tests])
    best, rows = p.argmin(axis=0), np.arange(p.shape[1])

    def of(name: str) -> NDArray[Any]:
        found: NDArray[Any] = np.stack([getattr(test, name) for test in tests])[best, rows]
        return found

    lately = np.array([test.window <= WEEK for test in tests])
    return Findings(
        kind=kind,
        window=np.array([test.window for test in tests])[best],
        observed=of("observed"),
        expected=of("expected"),
        low=of("low"),
        high=of("high"),
        p=simes(p),
        calm=simes(p[lately]),
        q=np.ones(len(rows)),
    )
