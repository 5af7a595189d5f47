"""What a RunStore promises, shown on the one over folders and SQLite."""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from voc.errors import NotFound, RunLocked, StoreDamaged, StoreError
from voc.index import build_index, open_index
from voc.model import Exemplar, Level, LineageEvent, State, Theme, Trend, Window
from voc.ports import LiveMention, MentionTable, RunResult
from voc.store import open_store

NIGHT = datetime(2026, 11, 14, 2, 0, tzinfo=UTC)


def objects(values) -> np.ndarray:
    return np.array(list(values), dtype=object)


def made(n: int = 6, *, dim: int = 8, seed: int = 0, revision: int = 1) -> RunResult:
    """A run's result over n items with one mention each."""
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    probabilities = rng.random((n, 3)).astype(np.float32)
    probabilities[::4] = np.nan
    mentions = MentionTable(
        item_id=objects(f"fb1:{i:05d}" for i in range(n)),
        id=objects(f"행-{i} 😤" for i in range(n)),
        revision=np.full(n, revision, np.int32),
        index=np.zeros(n, np.int32),
        start=np.arange(n, dtype=np.int32),
        end=np.arange(n, dtype=np.int32) + 9,
        lang=objects("ko" if i % 2 else "en" for i in range(n)),
        theme=objects(None if i % 3 == 0 else f"th_{i % 3}" for i in range(n)),
        strength=rng.random(n).astype(np.float32),
        how=objects(None if i % 3 == 0 else "clustered" for i in range(n)),
        reason=objects("unique" if i % 3 == 0 else None for i in range(n)),
        duplicate_of=objects(None for _ in range(n)),
        sentiment=probabilities,
        urgency=rng.random(n).astype(np.float32),
        urgency_level=objects("low" for _ in range(n)),
        urgency_reasons=objects("money,churn" if i % 5 == 0 else "" for i in range(n)),
        evidence=objects(f"0-{i}" for i in range(n)),
        facets=objects("emotions=anger:0.8;intents=" if i % 2 else "" for i in range(n)),
        person=np.arange(n, dtype=np.int32) // 2,
        day=np.full(n, 20_000, np.int32),
        judged=np.arange(n) % 2 == 0,
        bare=np.arange(n) % 3 == 0,
    )
    themes = (
        Theme(
            key="th_1",
            label="배송 지연",
            level=Level.FINE,
            labels={"en": "late parcel"},
            keywords=("배송", "늦"),
            state=State.RISING,
            first_seen=NIGHT - timedelta(days=9),
            exemplars=(Exemplar("a", "fb1:00001", "너무 늦어요", 0, 6),),
            languages={"ko": 3},
        ),
        Theme(key="th_2", label="Card refused", level=Level.FINE),
    )
    return RunResult(
        mentions=mentions,
        vectors=vectors.astype(np.float16),
        neutral=vectors,
        space={"map": rng.random((dim, 4)).astype(np.float32), "mean": np.zeros(dim, np.float32)},
        themes=themes,
        trends=(Trend("th_1", State.RISING, (Window(NIGHT, 4, 1.5, None, 3.0),)),),
        lineage=(LineageEvent("born", "th_1"), LineageEvent("split", "th_2", ("th_1",))),
    )


def opened(path, **options):
    return open_store(path, build_index=build_index, open_index=open_index, **options)


def publish(stores, result: RunResult | None = None, *, days: int = 0):
    result = result or made()
    with stores.runs.lock():
        run = stores.runs.begin(started_at=NIGHT + timedelta(days=days), options={"seed": 7})
        run = dataclasses.replace(run, items=5, mentions=len(result.mentions), themes=2, seconds={"encode": 1.5})
        return stores.runs.publish(run, result, manifest={"input": "abc", "models": {"e5": "hash"}})


@pytest.fixture
def stores(tmp_path):
    stores = opened(tmp_path / "home")
    yield stores
    stores.close()


def assert_same_table(ours: MentionTable, theirs: MentionTable) -> None:
    for field in dataclasses.fields(MentionTable):
        mine, other = getattr(ours, field.name), getattr(theirs, field.name)
        assert mine.dtype == other.dtype, field.name
        np.testing.assert_array_equal(mine, other, field.name)


def test_before_the_first_run_there_is_none(stores):
    assert stores.runs.current_id() is None
    assert list(stores.runs.list()) == []


def test_a_published_run_opens_as_it_was_made(stores):
    result = made(40)
    run = publish(stores, result)
    assert run.status == "published"
    assert stores.runs.current_id() == run.run_id
    shown = stores.runs.open(run.run_id)
    assert_same_table(shown.mentions, result.mentions)
    np.testing.assert_array_equal(shown.vectors, result.vectors)
    assert shown.themes == {theme.key: theme for theme in result.themes}
    assert shown.trends == {trend.theme: trend for trend in result.trends}
    assert tuple(shown.lineage) == result.lineage
    assert set(shown.space) == {"map", "mean"}
    np.testing.assert_array_equal(shown.space["map"], result.space["map"])
    assert shown.index.search(result.neutral[[11]], 1)[1].tolist() == [[11]]
    assert shown.run.manifest["input"] == "abc"


def test_a_run_without_a_mention_can_be_published(stores):
    run = publish(stores, dataclasses.replace(made(0), themes=(), trends=(), lineage=()))
    shown = stores.runs.open(run.run_id)
    assert len(shown.mentions) == len(shown.vectors) == len(shown.index) == 0


def test_an_opened_run_can_not_be_changed(stores):
    shown = stores.runs.open(publish(stores).run_id)
    with pytest.raises(ValueError, match="read-only"):
        shown.mentions.theme[0] = "th_9"
    with pytest.raises(ValueError, match="read-only"):
        shown.vectors[0] = 0


def test_ids_sort_by_time_and_the_newest_is_listed_first(stores):
    ids = [publish(stores, days=days).run_id for days in (0, 1, 2)]
    assert ids == sorted(ids)
    assert ids[0].startswith("run_20261114T020000Z_")
    assert [run.run_id for run in stores.runs.list()] == ids[::-1]


def test_counts_and_times_stay_with_the_run(stores):
    run = publish(stores)
    again = stores.runs.get(run.run_id)
    assert again == run
    assert (again.items, again.mentions, again.seconds) == (5, 6, {"encode": 1.5})
    assert again.started_at == NIGHT
    assert again.finished_at is not None


def test_the_manifest_names_every_file_with_checksum_and_size(stores):
    run = publish(stores)
    folder = stores.home.run(run.run_id)
    names = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert set(run.manifest["files"]) == names
    assert {"mentions.parquet", "vectors.npy", "index.faiss", "space.safetensors", "themes.json"} <= names
    assert all(run.manifest["files"][name]["bytes"] == (folder / name).stat().st_size for name in names)


def test_equal_results_give_equal_files(stores):
    first, second = publish(stores), publish(stores, days=1)
    assert first.manifest["files"] == second.manifest["files"]


def test_a_failed_run_leaves_the_published_one_current(stores):
    published = publish(stores)
    run = stores.runs.begin(started_at=NIGHT, options={})
    failed = stores.runs.fail(run, "out of memory")
    assert (failed.status, failed.error) == ("failed", "out of memory")
    assert stores.runs.current_id() == published.run_id
    with pytest.raises(NotFound):
        stores.runs.open(run.run_id)


def test_a_result_that_does_not_fit_together_is_not_published(stores):
    old = publish(stores)
    with pytest.raises(StoreError, match="belong together"):
        publish(stores, dataclasses.replace(made(), neutral=made(3).neutral), days=1)
    with pytest.raises(StoreError, match="not a number"):
        publish(
            stores,
            dataclasses.replace(made(), themes=(Theme(key="k", label="l", level=Level.FINE, share=float("nan")),)),
            days=2,
        )
    assert stores.runs.current_id() == old.run_id
    assert [path.name for path in stores.home.runs.iterdir()] == [old.run_id]


def test_verify_tells_damage_from_loss(stores):
    run = publish(stores)
    assert set(stores.runs.verify(run.run_id).values()) == {"ok"}
    folder = stores.home.run(run.run_id)
    data = bytearray((folder / "vectors.npy").read_bytes())
    data[-1] ^= 1
    (folder / "vectors.npy").write_bytes(bytes(data))
    (folder / "trends.json").unlink()
    state = stores.runs.verify(run.run_id)
    assert {name for name, said in state.items() if said != "ok"} == {"vectors.npy", "trends.json"}
    assert (state["vectors.npy"], state["trends.json"]) == ("damaged", "missing")


def test_a_changed_manifest_is_damage_too(stores):
    run = publish(stores)
    manifest = stores.home.run(run.run_id) / "manifest.json"
    manifest.write_text(manifest.read_text().replace("abc", "abd"))
    assert stores.runs.verify(run.run_id) == {"manifest.json": "damaged"}


@pytest.mark.parametrize(
    "name", ["mentions.parquet", "vectors.npy", "index.faiss", "space.safetensors", "themes.json", "manifest.json"]
)
def test_a_cut_or_missing_file_is_noticed_on_opening(stores, name):
    run = publish(stores)
    file = stores.home.run(run.run_id) / name
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(StoreDamaged):
        stores.runs.open(run.run_id)
    file.unlink()
    with pytest.raises(StoreDamaged):
        stores.runs.open(run.run_id)


@pytest.mark.parametrize("name", ["mentions.parquet", "index.faiss", "space.safetensors", "themes.json", "vectors.npy"])
def test_a_file_of_the_right_size_with_other_content_is_never_a_traceback(stores, name):
    run = publish(stores)
    file = stores.home.run(run.run_id) / name
    file.write_bytes(b"\xff" * file.stat().st_size)
    with pytest.raises(StoreDamaged):
        stores.runs.open(run.run_id)


def test_publishing_takes_over_the_live_mentions_it_holds_and_no_others(stores):
    def live(item_id: str, revision: int) -> LiveMention:
        return LiveMention(
            item_id, "i", revision, 0, 0, 1, "ko", None, 0.0, None, "unique", None, 0.0, "low", "", "", "", b"v", b"n"
        )

    stores.live.add([live("fb1:00001", 1), live("fb1:00002", 2), live("fb1:newer", 1)])
    stamp = stores.live.stamp()
    publish(stores, made(6, revision=1))
    assert [mention.item_id for mention in stores.live.all()] == ["fb1:00002", "fb1:newer"]
    assert stores.live.stamp() != stamp


def test_a_second_run_is_told_who_holds_the_home(stores):
    other = opened(stores.home.path)
    with stores.runs.lock():
        with pytest.raises(RunLocked, match=r"Process \d+ .* since \d{4}-\d\d-\d\dT"), other.runs.lock():
            pass
        with pytest.raises(RunLocked):
            other.runs.begin(started_at=NIGHT, options={})
        with stores.runs.lock():
            pass  # the thread that holds it may enter again
    with other.runs.lock():
        pass
    other.close()


def test_a_run_that_lost_its_place_is_not_published(stores):
    run = stores.runs.begin(started_at=NIGHT, options={})
    newer = publish(stores, days=1)
    with pytest.raises(StoreError, match="given up"):
        stores.runs.publish(run, made(), manifest={})
    assert stores.runs.current_id() == newer.run_id
    assert stores.runs.get(run.run_id).error == "died"


def test_a_night_of_35000_mentions_publishes_and_opens_in_seconds(stores):
    result = made(35_000, dim=384)
    began = time.process_time()
    run = publish(stores, result)
    published = time.process_time()
    shown = stores.runs.open(run.run_id)
    ended = time.process_time()
    assert len(shown.mentions) == 35_000
    # Processor time: what a busy test machine can't stretch.
    assert published - began < 2
    assert ended - published < 2
