"""One night: every stream of a panel tested as things stood at the end of its last day.

The windows of a stream are combined, then all streams corrected together. A stream is alarming if its q-value is within
the night's level, its ratio clearly above 1, and enough different people speak. How a window is read: `reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voc.alerts import Kind
from voc.trend.baseline import WEEK
from voc.trend.reading import Base, Heard, NightOptions, Reading, Window, unhappiness, volume
from voc.trend.streams import WINDOWS, Panel
from voc.trend.surprise import weighted_q

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARES = {
    Kind.VOLUME: (0.5, 0.1, 0.15),
    Kind.SENTIMENT: (0.1, 0.05, 0.1),
}
"""What each family gets of a night's level: themes in the whole, themes in a part, and a part as a whole. Where
feedback has no parts, theirs goes to the rest."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a night says of each stream.

    news:  what nobody was told yet; q: the same corrected over all streams and kinds of the night, float64 (streams,)
    still: windows of a week at most beside what is usual: is it unusual now, told or not; slow: the same by all windows
    """

    kind: Kind
    news: Reading
    q: NDArray[np.float64]
    still: Reading
    slow: Reading


def night(panel: Panel, options: NightOptions | None = None, heard: Heard | None = None) -> list[Findings]:
    """Findings at the end of the panel's last day, of volume and of unhappiness."""
    import numpy as np

    options, number = options or NightOptions(), len(panel.streams)
    rows = np.flatnonzero(panel.alive())
    kept, told = panel.of(rows), (heard or Heard.nothing(number)).of(rows)
    bases = {left_out: Base.of(kept, left_out, options) for left_out in {options.left_out(each) for each in WINDOWS}}
    windows = [
        (window, base)
        for window in WINDOWS
        if (base := bases[options.left_out(window)]) is not None and panel.days >= window
    ]
    found = [
        _combined(Kind.VOLUME, [volume(kept, window, base, told, options) for window, base in windows], kept),
        _combined(Kind.SENTIMENT, [unhappiness(kept, window, base, told, options) for window, base in windows], kept),
    ]
    corrected = _corrected(found, _families(kept), ~told.young)
    return [_among(each, rows, number) for each in corrected]


def _combined(kind: Kind, windows: Sequence[Window], panel: Panel) -> Findings:
    import numpy as np

    nothing = Reading.empty(len(panel.streams))
    if not windows:
        return Findings(kind, nothing, nothing.p, nothing, nothing)
    news = Reading.of([each.news for each in windows])
    still = Reading.of([each.usual for each in windows if each.days <= WEEK])
    slow = Reading.of([each.usual for each in windows])
    return Findings(kind, news, np.ones(len(panel.streams)), still, slow)


def _families(panel: Panel) -> NDArray[np.int64]:
    """Number of each stream's family, in the order of SHARES."""
    import numpy as np

    parts = panel.whole != np.arange(len(panel.whole))
    return np.where(panel.everything_of_parts(), 2, np.where(parts, 1, 0))


def _corrected(found: Sequence[Findings], families: NDArray[np.int64], asked: NDArray[np.bool_]) -> list[Findings]:
    """With q-values over all kinds of the streams that are asked."""
    import numpy as np

    rows = np.flatnonzero(asked)
    sizes = np.bincount(families[rows], minlength=3)
    p = np.concatenate([each.news.p[rows] for each in found])
    shares = {kind: np.array(share) * (sizes > 0) for kind, share in SHARES.items()}
    every = max(1e-9, float(sum(share.sum() for share in shares.values())))
    weight = np.concatenate([(shares[each.kind] / every)[families[rows]] for each in found])
    weight *= len(p) / np.tile(np.maximum(sizes, 1)[families[rows]], len(found))
    corrected = []
    for each, own in zip(found, np.split(weighted_q(p, weight), len(found)), strict=True):
        q = np.ones(len(families))
        q[rows] = own
        corrected.append(replace(each, q=q))
    return corrected


def _among(found: Findings, rows: NDArray[np.int64], number: int) -> Findings:
    """The findings of some streams among all."""
    import numpy as np

    q = np.ones(number)
    q[rows] = found.q
    news, still, slow = (read.among(rows, number) for read in (found.news, found.still, found.slow))
    return Findings(found.kind, news, q, still, slow)
