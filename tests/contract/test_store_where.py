"""Filters over rows as files bring them in: from a CSV's cells to the items a filter's text selects."""

from __future__ import annotations

import pytest

from voc.index import build_index, open_index
from voc.ingest import IngestOptions, Taken, read_feedback
from voc.ports import IngestPlan
from voc.queries.where import parse_where
from voc.store import open_store

FILE = """id,text,version,order_value,vip,branch
a,The parcel came late,5.3,120,true,007
b,The parcel came early,5.30,99.5,false,12
c,The parcel never came,120,1.10,maybe,twelve
"""


@pytest.fixture
def select(tmp_path):
    """A function from a filter's text to the ids it selects out of FILE."""
    path = tmp_path / "orders.csv"
    path.write_text(FILE, encoding="utf-8")
    stores = open_store(tmp_path / "home", build_index=build_index, open_index=open_index)
    taken = [row.feedback for row in read_feedback([path], IngestOptions()) if isinstance(row, Taken)]
    stores.feedback.write(IngestPlan(add=taken), ingest_id="ing_1")
    ids = {item.item_id: item.id for item in taken}
    yield lambda text: "".join(sorted(ids[found] for found in stores.feedback.select(parse_where(text).item)))
    stores.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("order_value>100", "a"),
        ("order_value<=120", "ab"),
        ("order_value>=99.50", "ab"),
        ("order_value=120", "a"),
        ('order_value="120"', "a"),
        ("order_value=120.0", "a"),
        ("order_value!=120", "bc"),
        ("order_value=1.10", "c"),
        ("vip=true", "a"),
        ('vip="true"', "a"),
        ("vip!=true", "bc"),
        ("branch=007", "a"),
        ("branch=12", "b"),
        ("branch=twelve", "c"),
        ("version=5.3", "a"),
        ("version=5.30", "b"),
        ("id=a and order_value>100 and vip=true", "a"),
        ("revision=1", "abc"),
    ],
)
def test_a_filter_finds_the_cells_of_a_file(select, text, ids):
    assert select(text) == ids
