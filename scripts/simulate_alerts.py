"""False alarms, power and peers on made streams whose truth is known: `python scripts/simulate_alerts.py`.

Two hundred themes, a year, negative-binomial noise, a weekday cycle and shocks of the total volume. Reports what
docs/benchmarks/alerts.md holds: false alerts in 30 days, the false-discovery proportion, the share of planted signals
told in time; and the same streams under three rules that others use.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from voc.trend.streams import WINDOWS, Panel, Stream
from voc.trend.watch import WatchOptions, watch_panel

WARM = 90
"""Days of history before the first night that is watched."""


@dataclass(frozen=True, slots=True)
class World:
    """Daily counts, int64 (themes, days), and the signals in them: (theme, day it begins)."""

    counts: NDArray[np.int64]
    signals: list[tuple[int, int]]


def world(rng: np.random.Generator, *, themes: int, days: int, size: tuple[float, float], signal: str = "") -> World:
    mean = np.exp(rng.normal(np.log(4), 1.0, themes))[:, None] * np.ones((1, days))
    week = 1 + 0.35 * np.sin(2 * np.pi * np.arange(7) / 7 + rng.uniform(0, 6))
    shock = np.where(rng.random(days) < 0.02, rng.uniform(1.5, 3.0, days), 1.0)
    signals: list[tuple[int, int]] = []
    for block in range(WARM, days - BLOCK + 1, BLOCK) if signal else ():
        free = np.setdiff1d(np.arange(themes), [row for row, _ in signals])
        for row in rng.choice(free, themes // 20, replace=False).tolist():
            begin = block + int(rng.integers(0, 14))
            plant(mean[row], begin, signal if signal != "mixed" else str(rng.choice(["step", "new", "ramp"])))
            signals.append((row, begin))
    mean = mean * week[np.arange(days) % 7] * shock
    alpha = rng.uniform(*size, themes)[:, None]
    counts = rng.negative_binomial(alpha, alpha / (alpha + mean))
    return World(counts.astype(np.int64), signals)


BLOCK = 60
"""In each stretch of so many days one theme in twenty has a signal, every time another one."""


def plant(mean: NDArray[np.float64], begin: int, signal: str) -> None:
    ahead = np.arange(len(mean) - begin)
    if signal == "step":
        mean[:] = 5.0
        mean[begin : begin + 21] = 15.0
    elif signal == "new":
        mean[:] = 0.0
        mean[begin : begin + 21] = 10.0
    elif signal == "ramp":
        mean[:] = 5.0
        mean[begin : begin + 56] *= 1.15 ** (ahead[:56] / 7)


def panel_of(counts: NDArray[np.int64]) -> Panel:
    """Everybody speaks once, so that windows are sums."""
    running = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
    ahead = np.arange(1, running.shape[1])
    windows = {w: (running[:, ahead] - running[:, np.maximum(ahead - w, 0)]).astype(np.int32) for w in WINDOWS}
    exposure = np.repeat(counts.sum(axis=0)[None], len(counts), 0).astype(np.float32)
    still = {w: np.zeros_like(rows) for w, rows in windows.items()}
    streams = [Stream(f"t{row}") for row in range(len(counts))]
    return Panel(streams, 0, windows, still, exposure, np.arange(len(counts)))


Rule = Callable[[NDArray[np.int64], WatchOptions], list[tuple[int, int]]]
"""Daily counts to (theme, day) of each alert opened."""


def ours(counts: NDArray[np.int64], options: WatchOptions) -> list[tuple[int, int]]:
    panel = panel_of(counts)
    found = watch_panel(panel, range(WARM, counts.shape[1]), options)
    number = {stream.theme: row for row, stream in enumerate(panel.streams)}
    return [(number[event.headline.stream.theme], event.opened) for event in found]


def two_sigma(counts: NDArray[np.int64], options: WatchOptions, z: float = 2.0) -> list[tuple[int, int]]:
    del options
    found = []
    for day in range(WARM, counts.shape[1]):
        past = counts[:, day - 28 : day]
        hot = (counts[:, day] > past.mean(axis=1) + z * past.std(axis=1, ddof=1)) & (counts[:, day] >= 5)
        found += [(row, day) for row in np.flatnonzero(hot).tolist()]
    return once(found)


def ewma(counts: NDArray[np.int64], options: WatchOptions, z: float = 3.0, pull: float = 0.3) -> list[tuple[int, int]]:
    del options
    level, found = counts[:, :28].mean(axis=1), []
    for day in range(28, counts.shape[1]):
        past = counts[:, max(0, day - 56) : day]
        level = pull * counts[:, day] + (1 - pull) * level
        limit = past.mean(axis=1) + z * past.std(axis=1, ddof=1) * np.sqrt(pull / (2 - pull))
        if day >= WARM:
            found += [(row, day) for row in np.flatnonzero((level > limit) & (counts[:, day] >= 5)).tolist()]
    return once(found)


def percentile(counts: NDArray[np.int64], options: WatchOptions, cut: float = 99.0) -> list[tuple[int, int]]:
    del options
    found = []
    for day in range(WARM, counts.shape[1]):
        hot = (counts[:, day] > np.percentile(counts[:, :day], cut, axis=1)) & (counts[:, day] >= 5)
        found += [(row, day) for row in np.flatnonzero(hot).tolist()]
    return once(found)


def once(fired: list[tuple[int, int]], quiet: int = 7) -> list[tuple[int, int]]:
    """One alert an event: what fires again within `quiet` days of its last time is the same."""
    last: dict[int, int] = {}
    found = []
    for row, day in fired:
        if day - last.get(row, -(10**6)) > quiet:
            found.append((row, day))
        last[row] = day
    return found


def wilson(hits: int, of: int) -> tuple[float, float]:
    low, high = stats.binomtest(hits, max(of, 1)).proportion_ci(method="wilson")
    return float(low), float(high)


def null(options: WatchOptions, seeds: int, size: tuple[float, float], rule: Rule = ours) -> tuple[float, float, float]:
    """False alerts in 30 days with the exact Poisson interval."""
    alerts, nights = 0, 0
    for seed in range(seeds):
        made = world(np.random.default_rng([1, seed]), themes=200, days=WARM + 365, size=size)
        alerts += len(rule(made.counts, options))
        nights += 365
    low, high = stats.chi2.ppf(0.025, 2 * alerts) / 2 if alerts else 0.0, stats.chi2.ppf(0.975, 2 * alerts + 2) / 2
    return tuple(30 * float(value) / nights for value in (alerts, low, high))  # type: ignore[return-value]


def discovery(options: WatchOptions, seeds: int, rule: Rule = ours) -> tuple[int, int, int]:
    """False alerts, all alerts, signals planted; an alert while its signal lasts, or within ten days after, is true."""
    false = every = planted = 0
    for seed in range(seeds):
        made = world(np.random.default_rng([2, seed]), themes=200, days=WARM + 365, size=(2, 20), signal="mixed")
        found = rule(made.counts, options)
        every += len(found)
        planted += len(made.signals)
        begins = dict(made.signals)
        false += sum(1 for row, day in found if not 0 <= day - begins.get(row, day + 1) < BLOCK + 10)
    return false, every, planted


def power(signal: str, within: int, options: WatchOptions, seeds: int, rule: Rule = ours) -> tuple[int, int, float]:
    told = planted = 0
    delays: list[int] = []
    for seed in range(seeds):
        made = world(np.random.default_rng([3, seed]), themes=200, days=WARM + 2 * BLOCK, size=(2, 20), signal=signal)
        found = rule(made.counts, options)
        for row, begin in made.signals:
            after = [day - begin for of, day in found if of == row and day >= begin]
            planted += 1
            told += bool(after) and min(after) < within
            delays += [min(after)] if after else []
    return told, planted, float(np.median(delays)) if delays else float("nan")


def doubled(options: WatchOptions, seeds: int) -> int:
    alerts = 0
    for seed in range(seeds):
        rng = np.random.default_rng([4, seed])
        made = world(rng, themes=200, days=WARM + 60, size=(2, 20))
        twice = made.counts.copy()
        twice[:, WARM + 30 :] = made.counts[:, WARM + 30 :] + rng.permuted(made.counts[:, WARM + 30 :], axis=1)
        alerts += len(ours(twice, options))
    return alerts


def ceiling(options: WatchOptions, made: int = 20_000, within: int = 5) -> float:
    """Share of steps that a test tells in time which knows mean and dispersion of every stream, at the same level
    spread evenly over 200 themes: what noise alone leaves to be told."""
    rng = np.random.default_rng(5)
    size = rng.uniform(2, 20, made)[:, None]
    mean = np.where(np.arange(27 + within) < 27, 5.0, 15.0)[None]
    counts = rng.negative_binomial(size, size / (size + mean))
    told = np.zeros(made, bool)
    for day in range(27, 27 + within):
        p = np.sort([tail(counts[:, day - w + 1 : day + 1].sum(axis=1), 5.0, size[:, 0], w) for w in WINDOWS], axis=0)
        simes = (p * len(WINDOWS) / np.arange(1, len(WINDOWS) + 1)[:, None]).min(axis=0)
        told |= simes <= options.false_alarms / 30 / 200
    return float(told.mean())


def tail(counts: NDArray[np.int64], mean: float, size: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    return np.asarray(stats.nbinom.sf(counts - 1, size * days, size / (size + mean)))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--false-alarms", type=float, default=WatchOptions().false_alarms)
    asked.add_argument("--peers", action="store_true", help="The same streams under three other rules.")
    given = asked.parse_args()
    options = WatchOptions(false_alarms=given.false_alarms)
    seeds = given.seeds
    begun = time.perf_counter()
    rate, low, high = null(options, seeds, (2.0, 20.0))
    print(f"null: {rate:.3f} false alerts in 30 days [{low:.3f}, {high:.3f}], {seeds} seeds, {time.perf_counter() - begun:.0f} s", flush=True)  # fmt: skip # noqa: E501
    false, every, planted = discovery(options, seeds)
    print(f"5 % signals: {every} alerts, {false} false, FDR {false / max(1, every):.3f} {wilson(false, every)}, planted {planted}", flush=True)  # fmt: skip # noqa: E501
    rules: dict[str, Rule] = {"ours": ours}
    if given.peers:
        rules |= {"2 sigma": two_sigma, "EWMA": ewma, "99th percentile": percentile}
    for name, rule in rules.items():
        rate = null(options, min(seeds, 5), (2.0, 20.0), rule)[0]
        row = [power(signal, within, options, min(seeds, 10), rule) for signal, within in (("step", 5), ("new", 2), ("ramp", 42))]  # fmt: skip # noqa: E501
        told = ", ".join(f"{hits}/{of} in time (median {delay:.0f} d)" for hits, of, delay in row)
        print(f"{name}: {rate:.2f} false in 30 days; step, new, ramp: {told}", flush=True)
    print(f"a test that knows all but the day tells {ceiling(options):.3f} of steps in time", flush=True)
    print(f"doubled volume: {doubled(options, min(seeds, 10))} alerts", flush=True)


if __name__ == "__main__":
    main()
