"""Which runs stay and which one is current: rollback and prune."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from voc.errors import NotFound, StoreDamaged
from voc.model import Feedback
from voc.ports import IngestPlan

# Test modules can't import each other; the makers of runs live with the contract.
SAMPLES = runpy.run_path(str(Path(__file__).with_name("test_runs_contract.py")))
opened, made, publish = SAMPLES["opened"], SAMPLES["made"], SAMPLES["publish"]


@pytest.fixture
def stores(tmp_path):
    stores = opened(tmp_path / "home")
    yield stores
    stores.close()


def test_rollback_makes_an_older_run_current(stores):
    first, second = publish(stores), publish(stores, days=1)
    stamp = stores.live.stamp()
    assert stores.runs.rollback(first.run_id).run_id == first.run_id
    assert stores.runs.current_id() == first.run_id
    assert stores.live.stamp() != stamp
    assert stores.runs.open(second.run_id).run.run_id == second.run_id


def test_rollback_to_what_can_not_be_opened_changes_nothing(stores):
    first, second = publish(stores), publish(stores, days=1)
    (stores.home.run(first.run_id) / "themes.json").unlink()
    for run_id in (first.run_id, "run_nobody"):
        with pytest.raises((StoreDamaged, NotFound)):
            stores.runs.rollback(run_id)
    assert stores.runs.current_id() == second.run_id


def test_prune_keeps_the_newest_and_always_the_current_one(stores):
    ids = [publish(stores, days=days).run_id for days in range(4)]
    stores.runs.rollback(ids[0])
    assert sorted(stores.runs.prune(2)) == [ids[1]]
    assert {path.name for path in stores.home.runs.iterdir()} == {ids[0], ids[2], ids[3]}
    assert stores.runs.current_id() == ids[0]
    assert sorted(stores.runs.prune(0)) == [ids[2], ids[3]]
    with pytest.raises(NotFound):
        stores.runs.get(ids[1])


def test_prune_drops_revisions_that_no_kept_run_shows(stores):
    def item(revision: int) -> Feedback:
        text = f"text {revision}"
        return Feedback(item_id="fb1:00000", id="1", source="shop", text=text, revision=revision, content_hash=text)

    stores.feedback.write(IngestPlan(add=[item(1)]), ingest_id="in_1")
    publish(stores, made(revision=1))
    stores.feedback.write(IngestPlan(update=[item(2)]), ingest_id="in_2")
    publish(stores, made(revision=2), days=1)
    stores.feedback.write(IngestPlan(update=[item(3)]), ingest_id="in_3")
    refs = [("fb1:00000", revision) for revision in (1, 2, 3)]
    stores.runs.prune(2)
    assert [revision for _, revision in stores.feedback.get(refs)] == [1, 2, 3]
    stores.runs.prune(1)
    assert sorted(stores.feedback.get(refs)) == refs[1:]
