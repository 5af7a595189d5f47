"""Times the store and the index on invented rows: `python scripts/bench_store.py`. Prints Markdown table rows.

Each figure is the fastest of three, as wall time and as processor time of the process (all its threads); on a busy
machine the second is the steadier one.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from voc.index import FlatIndex, build_index, open_index
from voc.model import Feedback
from voc.ports import Condition, IngestPlan, MentionTable, RunResult, VectorIndex
from voc.store import Stores, encoding_cache, open_store

ROWS, MENTIONS, DIM = 20_000, 35_000, 384
NIGHT = datetime(2026, 1, 1, tzinfo=UTC)


Spent = tuple[float, float]
"""Wall and processor seconds."""


def timed(work: Callable[[], object]) -> Spent:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def best_of(work: Callable[[], object], times: int = 3) -> Spent:
    """The fastest of `times` calls, each kind of time for itself."""
    spent = [timed(work) for _ in range(times)]
    return min(wall for wall, _ in spent), min(processor for _, processor in spent)


def row(what: str, spent: Spent) -> None:
    cells = (f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds:.2f} s" for seconds in spent)
    print(f"| {what} | {' | '.join(cells)} |", flush=True)


def unit(n: int, seed: int) -> np.ndarray:
    """Clustered unit vectors float32 (n, DIM)."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((300, DIM), dtype=np.float32)
    vectors = centres[rng.integers(300, size=n)] + 1.5 * rng.standard_normal((n, DIM), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def plan() -> IngestPlan:
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(5000)]
    texts = [" ".join(rng.choice(words, 15)) for _ in range(ROWS)]
    items = [
        Feedback(
            item_id=f"fb1:{i:032x}", id=str(i), source="bench", text=text, content_hash=f"{i:064x}", created_at=NIGHT,
            rating=float(i % 5 + 1), lang="ko", attributes={"store": f"s{i % 40}"},
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip
    return IngestPlan(add=items, tokens={item.item_id: item.text for item in items})


def result() -> RunResult:
    n = MENTIONS
    text = {"lang": "ko", "theme": "th_1", "how": "clustered", "urgency_level": "low"}
    text |= {"urgency_reasons": "", "facets": ""}
    columns = {name: np.full(n, value, dtype=object) for name, value in text.items()}
    columns |= {name: np.full(n, None, dtype=object) for name in ("reason", "duplicate_of")}
    columns |= {name: np.array([f"{i:032x}" for i in range(n)], dtype=object) for name in ("item_id", "id", "evidence")}
    columns |= {name: np.arange(n, dtype=np.int32) for name in ("revision", "index", "start", "end", "person", "day")}
    columns |= {name: np.zeros(n, np.float32) for name in ("strength", "urgency")}
    mentions = MentionTable(sentiment=np.zeros((n, 3), np.float32), **columns)
    vectors = unit(n, 1)
    return RunResult(mentions, vectors.astype(np.float16), vectors, {"mean": vectors[0]}, (), (), ())


def rows_of_feedback(homes: list[Stores]) -> None:
    rows, fresh = plan(), iter(homes)
    row(f"write {ROWS:,} new rows with tokens", best_of(lambda: next(fresh).feedback.write(rows, ingest_id="in_1")))
    store = homes[0].feedback
    ids = [item.item_id for item in rows.add]
    row(f"known({ROWS:,} ids)", best_of(lambda: store.known(ids)))
    row(f"current(), {ROWS:,} rows", best_of(lambda: sum(1 for _ in store.current())))
    row(f"fingerprint of {ROWS:,} rows", best_of(store.fingerprint))
    row("match of 5 tokens, limit 200", best_of(lambda: store.match(["w1", "w2", "w3", "w4", "w5"], limit=200)))
    where = [Condition("rating", "<=", 2), Condition("store", "=", "s1")]
    row("select by rating and an attribute", best_of(lambda: store.select(where)))


def runs(stores: Stores) -> None:
    made = result()

    def publish() -> None:
        with stores.runs.lock():
            stores.runs.publish(stores.runs.begin(started_at=NIGHT, options={}), made, manifest={})

    row(f"publish a run of {MENTIONS:,} mentions x {DIM}", best_of(publish))
    run_id = stores.runs.current_id() or ""
    row("open it", best_of(lambda: stores.runs.open(run_id)))
    row("verify it", best_of(lambda: stores.runs.verify(run_id)))
    row("current_id()", best_of(stores.runs.current_id, 50))
    searches(f"exact index of {MENTIONS:,}", stores.runs.open(run_id).index, FlatIndex(made.neutral), MENTIONS)


def searches(what: str, index: VectorIndex, reference: FlatIndex, n: int) -> None:
    queries = unit(100, 2)[:, None, :]
    for share in (1, 2, 8, 100):
        allowed = None if share == 1 else np.arange(n) % share == 0
        found: list[np.ndarray] = []
        spent = [timed(lambda q=q, a=allowed, f=found: f.append(index.search(q, 50, allowed=a)[1][0])) for q in queries]
        truth = reference.search(queries[:, 0], 50, allowed=allowed)[1]
        recall = np.mean([len(set(ours) & set(theirs)) / 50 for ours, theirs in zip(found, truth, strict=True)])
        wall, processor = np.median(spent, axis=0).tolist()
        row(f"{what}, k = 50, filter to 1/{share} of the rows, recall {recall:.3f}, median", (wall, processor))


def large(folder: Path, n: int = 100_000) -> None:
    vectors = unit(n, 3)
    row(f"build an inverted file of {n:,}", best_of(lambda: build_index(vectors, folder), 1))
    searches(f"inverted file of {n:,}", open_index(folder), FlatIndex(vectors), n)


def cache(home: Path) -> None:
    encodings = encoding_cache(home, "b" * 64)
    keys = [i.to_bytes(32, "big") for i in range(MENTIONS)]

    def put() -> None:
        for start in range(0, MENTIONS, 1000):
            encodings.put([(key, b"v" * 768, b"f" * 768) for key in keys[start : start + 1000]])

    row(f"cache: put {MENTIONS:,} encodings in batches of 1,000", best_of(put, 1))
    row(f"cache: get {MENTIONS:,} encodings", best_of(lambda: encodings.get(keys)))
    encodings.close()


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    homes = [open_store(folder / str(i), build_index=build_index, open_index=open_index) for i in range(3)]
    try:
        rows_of_feedback(homes)
        runs(homes[0])
        large(folder)
        cache(folder / "0")
    finally:
        for stores in homes:
            stores.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
