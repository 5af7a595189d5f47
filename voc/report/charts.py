"""Small charts as inline SVG: they print, they open without a network, and a screen reader can say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from voc.model import Spike, Window

WIDTH, HEIGHT, PAD = 240, 48, 3


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps window numbers and counts to points of the drawing."""

    count: int
    top: float
    width: int = WIDTH
    height: int = HEIGHT

    def x(self, at: float) -> float:
        """Middle of window `at`."""
        return round(PAD + (at + 0.5) * (self.width - 2 * PAD) / max(self.count, 1), 1)

    def y(self, value: float) -> float:
        """Height of a count; nought lies at the bottom."""
        return round(self.height - PAD - value / max(self.top, 1) * (self.height - 2 * PAD), 1)


def series(
    windows: Sequence[Window], *, title: str, spikes: Sequence[Spike] = (), width: int = WIDTH, height: int = HEIGHT
) -> Markup:
    """Bars of reach per window, over the band in which the expectation puts it; bars of a spike stand out."""
    if not windows:
        return Markup("")
    top = max([window.reach for window in windows] + [window.high or 0 for window in windows] + [1])
    scale = Scale(len(windows), top, width, height)
    hot = _hot(windows, spikes)
    bar = max(1.0, (width - 2 * PAD) / len(windows) * 0.72)
    bars = "".join(
        f'<rect class="bar{" hot" if at in hot else ""}" x="{scale.x(at) - bar / 2:.1f}" y="{scale.y(window.reach)}" '
        f'width="{bar:.1f}" height="{max(0.0, scale.y(0) - scale.y(window.reach)):.1f}">'
        f"<title>{window.start:%Y-%m-%d}: {window.reach}</title></rect>"
        for at, window in enumerate(windows)
        if window.reach
    )
    return Markup(  # noqa: S704 - numbers of ours; the only text is escaped
        f'<svg class="series" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>{_band(windows, scale)}{bars}</svg>"
    )


def _band(windows: Sequence[Window], scale: Scale) -> str:
    """The 95 % range of the expectation as one shape, over the windows that have one."""
    known = [(at, w.low, w.high) for at, w in enumerate(windows) if w.low is not None and w.high is not None]
    if len(known) < 2:
        return ""
    upper = [f"{scale.x(at)},{scale.y(high)}" for at, _, high in known]
    lower = [f"{scale.x(at)},{scale.y(low)}" for at, low, _ in reversed(known)]
    return f'<polygon class="band" points="{" ".join(upper + lower)}"/>'


def _hot(windows: Sequence[Window], spikes: Sequence[Spike]) -> set[int]:
    """Windows that touch a spike."""
    starts = [window.start for window in windows]
    hot: set[int] = set()
    for spike in spikes:
        for at, start in enumerate(starts):
            end = starts[at + 1] if at + 1 < len(starts) else None
            if start < spike.end and (end is None or end > spike.start):
                hot.add(at)
    return hot


def mood(negative: float, neutral: float, positive: float, *, title: str) -> Markup:
    """One bar in three parts: negative, neutral, positive."""
    width, height = 120, 10
    parts, at = [], 0.0
    for name, share in (("negative", negative), ("neutral", neutral), ("positive", positive)):
        part = share * width
        parts.append(f'<rect class="{name}" x="{at:.1f}" y="0" width="{part:.1f}" height="{height}"/>')
        at += part
    return Markup(  # noqa: S704 - numbers of ours; the only text is escaped
        f'<svg class="mood" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
