"""Made streams: panels of counts, and what nights tell of them."""

from __future__ import annotations

import numpy as np

from voc.trend.events import Event, Kin
from voc.trend.streams import WINDOWS, Panel, Stream
from voc.trend.watch import WatchOptions, watch_panel

DAYS = 160
STRICT = WatchOptions(false_alarms=0.01)
"""What is planted here is beyond doubt; chance alone should say nothing."""


def panel_of(counts: np.ndarray, streams: list[Stream] | None = None, whole: list[int] | None = None) -> Panel:
    """Everybody speaks once; nobody is unhappy."""
    counts = np.asarray(counts, np.int64)
    running = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
    ahead = np.arange(1, running.shape[1])
    windows = {w: (running[:, ahead] - running[:, np.maximum(ahead - w, 0)]).astype(np.int32) for w in WINDOWS}
    exposure = np.repeat(counts.sum(axis=0)[None], len(counts), 0).astype(np.float32)
    still = {w: np.zeros_like(rows) for w, rows in windows.items()}
    names = streams or [Stream(f"t{row}") for row in range(len(counts))]
    return Panel(names, 0, windows, still, exposure, np.array(whole or range(len(counts))))


def noise(seed: int, themes: int = 40, days: int = DAYS) -> np.ndarray:
    return np.random.default_rng(seed).negative_binomial(5, 0.5, (themes, days))


def of(theme: str, events: list[Event]) -> list[Event]:
    return [event for event in events if event.headline.stream.theme == theme]


def told(panel: Panel, begin: int = 60, kin: Kin | None = None) -> list[Event]:
    return watch_panel(panel, range(begin, panel.days), STRICT, kin)
