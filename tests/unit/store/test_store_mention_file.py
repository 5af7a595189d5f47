from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.ports import MentionTable
from voc.store.mention_file import from_parquet, to_parquet

strings = st.none() | st.text(max_size=12) | st.sampled_from(["😤👩‍💻", "가나", "", "같은 말"])
reals = st.floats(width=32, allow_infinity=False)
wholes = st.integers(-1, 2**31 - 1)
WHOLE, REAL = {"revision", "index", "start", "end", "person", "day"}, {"strength", "urgency"}


@st.composite
def tables(draw) -> MentionTable:
    n = draw(st.integers(0, 8))

    def column(name: str) -> np.ndarray:
        if name == "sentiment":
            rows = draw(st.lists(st.tuples(reals, reals, reals), min_size=n, max_size=n))
            return np.array(rows, np.float32).reshape(n, 3)
        if name in ("judged", "bare"):
            return np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_)
        if name in WHOLE or name in REAL:
            kind, dtype = (wholes, np.int32) if name in WHOLE else (reals, np.float32)
            return np.array(draw(st.lists(kind, min_size=n, max_size=n)), dtype)
        return np.array([*draw(st.lists(strings, min_size=n, max_size=n)), None], object)[:n]

    return MentionTable(**{field.name: column(field.name) for field in dataclasses.fields(MentionTable)})


@given(table=tables())
def test_a_table_comes_back_as_it_went_in(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("mentions") / "m.parquet"
    path.write_bytes(to_parquet(table))
    again = from_parquet(path)
    for field in dataclasses.fields(MentionTable):
        ours, theirs = getattr(again, field.name), getattr(table, field.name)
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        np.testing.assert_array_equal(ours, theirs, field.name)
        assert not ours.flags.writeable


def test_a_file_of_another_kind_is_an_error_that_readers_expect(tmp_path):
    path = tmp_path / "m.parquet"
    path.write_bytes(b"not parquet at all")
    with pytest.raises((OSError, ValueError, KeyError)):
        from_parquet(path)


@pytest.mark.parametrize(
    "left_out",
    [("judged", "bare"), ("judged", "bare", "person", "day"), ("judged", "bare", "person", "day", "facets")],
    ids=["state 3", "state 2", "state 1"],
)
def test_tables_of_older_states_are_read_with_what_they_did_not_say(tmp_path, left_out):
    import pyarrow.parquet as pq

    n = 3
    wholes_of = dict.fromkeys(WHOLE, np.arange(n, dtype=np.int32))
    reals_of = dict.fromkeys(REAL, np.zeros(n, np.float32))
    columns = {
        field.name: np.array(["a", "a", "b"], object)
        for field in dataclasses.fields(MentionTable)
        if field.name not in wholes_of | reals_of
    }
    columns |= {"sentiment": np.zeros((n, 3), np.float32), "judged": np.zeros(n, bool), "bare": np.ones(n, bool)}
    path = tmp_path / "m.parquet"
    path.write_bytes(to_parquet(MentionTable(**columns, **wholes_of, **reals_of)))
    pq.write_table(pq.read_table(path).drop_columns(list(left_out)), path)
    again = from_parquet(path)
    assert again.judged.tolist() == [True] * n
    assert again.bare.tolist() == [False] * n
    if "person" in left_out:
        assert again.person.tolist() == [0, 0, 1]
    if "facets" in left_out:
        assert again.facets.tolist() == [""] * n
