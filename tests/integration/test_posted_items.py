"""Posted items over a published run: every one is searchable when its answer has come, whatever happened before."""

from __future__ import annotations

import csv
import dataclasses
import shutil

import pytest

from voc.demo import sample_path
from voc.engine import Engine
from voc.errors import ModelError
from voc.ingest import IngestOptions
from voc.intake import accept

TEXT = "The glass teapot arrived cracked because the box had no padding"


@pytest.fixture(scope="module")
def engine(demo_home, tmp_path_factory):
    """An engine over a home that these tests may post to."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("posted") / "home")
    with Engine(home, tz="Asia/Seoul") as opened:
        yield opened


def found(engine, text: str) -> list[str]:
    return [hit.id for hit in engine.search(text, k=5, mode="dense") if hit.text == text]


def test_a_post_whose_encoding_failed_is_searchable_once_it_is_sent_again(engine):
    def broken():
        raise ModelError("The device is gone.", "Try again.")

    row = {"id": "teapot", "text": TEXT}
    tools = dataclasses.replace(engine._tools, encoder=broken)
    with pytest.raises(ModelError):
        accept(tools, engine.snapshot().published, [row], IngestOptions(), heads=None)
    assert found(engine, TEXT) == []
    (again,) = engine.accept([row])
    assert again.status == "unchanged"
    assert found(engine, TEXT) == ["teapot"]


def test_an_item_of_a_file_is_searchable_once_it_is_posted(engine):
    row = {"id": "saucer", "text": "Two saucers of the porcelain set were chipped at the rim"}
    engine.ingest([row])
    assert found(engine, row["text"]) == []
    assert [answer.status for answer in engine.accept([row])] == ["unchanged"]
    assert found(engine, row["text"]) == ["saucer"]


def test_what_is_searchable_already_is_not_made_so_again(engine):
    with sample_path().open(encoding="utf-8", newline="") as file:
        of_the_run = next(csv.DictReader(file))
    posted = {"id": "kettle", "text": "The kettle whistles before the water boils"}
    engine.accept([posted])
    before = engine._tools.live.stamp()
    assert [answer.status for answer in engine.accept([posted, of_the_run])] == ["unchanged", "unchanged"]
    assert engine._tools.live.stamp() == before
