"""Good input: what is written in any format, encoding and delimiter comes back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from voc.ingest import IngestOptions, Taken, read_feedback
from voc.model import Feedback

Cells = list[tuple[str, str]]
CHEAP = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LETTERS = "ab,;|\t\"'\n\\ é가나다뷁😀👍🏽ㅋ%=-\u200b\u3000"
TEXTS = st.text(st.sampled_from(LETTERS) | st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(
    lambda t: f"x{t}"
)
IDS = st.integers(1, 10**6).map(str)
TABLES = st.lists(st.tuples(IDS, TEXTS), min_size=1, max_size=8)


def feedback(source: Path | io.BytesIO, options: IngestOptions | None = None) -> list[Feedback]:
    rows = list(read_feedback(source, options))
    assert all(isinstance(row, Taken) for row in rows), rows
    return [row.feedback for row in rows if isinstance(row, Taken)]


def as_csv(path: Path, cells: Cells, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        # csv.writer quotes the line end that it was given, and no other one
        quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerow(("id", "text"))
        writer.writerows(cells)
    return path


def as_jsonl(path: Path, cells: Cells) -> Path:
    path.write_text(
        "".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in cells),
        encoding="utf-8",
        newline="",
    )
    return path


def as_array(path: Path, cells: Cells) -> Path:
    path.write_text(json.dumps([{"id": i, "text": t} for i, t in cells], indent=1), encoding="utf-8")
    return path


def as_parquet(path: Path, cells: Cells) -> Path:
    pq.write_table(pa.table({"id": [i for i, _ in cells], "text": [t for _, t in cells]}), path)
    return path


def as_xlsx(path: Path, cells: Cells) -> Path:
    book = Workbook()
    book.active.append(("id", "text"))
    for row in cells:
        book.active.append(row)
    book.save(path)
    return path


@CHEAP
@given(
    TABLES,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_csv_comes_back_in_every_delimiter_and_line_end(
    tmp_path: Path, cells: Cells, delimiter: str, encoding: str, end: str
) -> None:
    read = feedback(as_csv(tmp_path / "a.csv", cells, delimiter, encoding, end))
    assert [(row.id, row.text) for row in read] == cells


@CHEAP
@given(
    st.lists(
        st.tuples(IDS, st.text('가나다라마바사 ,"\nabcㅋㅠ', min_size=1).map(lambda t: f"결제{t}")),
        min_size=1,
        max_size=8,
    )
)
def test_korean_in_cp949_comes_back(tmp_path: Path, cells: Cells) -> None:
    cells = [*cells, ("0", "배송이 너무 늦어요 정말 실망했습니다 다시는 주문하지 않을 겁니다")]
    read = feedback(as_csv(tmp_path / "a.csv", cells, encoding="cp949"))
    assert {row.text[:2] for row in read} == {"결제", "배송"}
    assert [(row.id, row.text) for row in read] == cells


def test_rare_syllables_and_chat_in_cp949_come_back(tmp_path: Path) -> None:
    cells = [("1", "뷁! 이 앱 진짜 똠방각하 같아요 ㅋㅋㅋㅋ"), ("2", "펲시 주문했는데 안 왔어요 ㅠㅠ")]
    assert [(row.id, row.text) for row in feedback(as_csv(tmp_path / "a.csv", cells, encoding="cp949"))] == cells


@CHEAP
@given(TABLES)
@pytest.mark.parametrize("write", [as_jsonl, as_array, as_parquet])
def test_typed_formats_come_back(tmp_path: Path, write: Callable[[Path, Cells], Path], cells: Cells) -> None:
    suffix = {as_jsonl: "jsonl", as_array: "json", as_parquet: "parquet"}[write]
    read = feedback(write(tmp_path / f"a.{suffix}", cells))
    assert [(row.id, row.text) for row in read] == cells


@settings(CHEAP, max_examples=15)
@given(
    st.lists(
        st.tuples(IDS, st.text(LETTERS.replace("\t", ""), min_size=1).map(lambda t: f"x{t}y")), min_size=1, max_size=8
    )
)
def test_workbooks_come_back(tmp_path: Path, cells: Cells) -> None:
    read = feedback(as_xlsx(tmp_path / "a.xlsx", cells))
    assert [(row.id, row.text) for row in read] == cells


def test_one_table_gives_the_same_items_in_every_format(tmp_path: Path) -> None:
    cells = [("1", "결제가 안 돼요"), ("2", 'He said "no", twice\nand left 😀'), ("003", "=1+1")]
    paths = [
        as_csv(tmp_path / "a.csv", cells), as_jsonl(tmp_path / "a.jsonl", cells), as_array(tmp_path / "a.json", cells),
        as_parquet(tmp_path / "a.parquet", cells), as_csv(tmp_path / "b.tsv", cells, "\t"),
    ]  # fmt: skip
    assert len({tuple((row.item_id, row.content_hash) for row in feedback(path)) for path in paths}) == 1


@pytest.mark.parametrize("suffix", ["", ".txt", ".dat"])
def test_an_unknown_suffix_is_told_by_its_content(tmp_path: Path, suffix: str) -> None:
    cells = [("1", "the app is slow"), ("2", "good")]
    for write in (as_csv, as_jsonl, as_array, as_parquet, as_xlsx):
        assert [row.text for row in feedback(write(tmp_path / f"a{suffix}", cells))] == ["the app is slow", "good"]


def test_one_column_needs_no_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text\nslow, very slow\n"quoted, too"\n')
    assert [row.text for row in feedback(path)] == ["slow, very slow", "quoted, too"]


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text,nps\n1,"two\nlines",3\n\n2,one,99\n3\n4,,\n')
    rows = list(read_feedback(path))
    assert [row.warnings[0].line if isinstance(row, Taken) and row.warnings else getattr(row, "line", None) for row in rows] == [
        None, 5, 6, 7,
    ]  # fmt: skip


def test_typed_cells_become_fields(tmp_path: Path) -> None:
    day, moment = dt.date(2026, 11, 1), dt.datetime(2026, 11, 1, 15, 5)
    table = pa.table(
        {
            "id": pa.array([1001], pa.int64()), "text": ["slow"], "created_at": pa.array([1793545500_000000001], pa.timestamp("ns")),
            "rating": pa.array([float("nan")]), "score": pa.array([2], pa.int8()), "kind": pa.array(["a"]).dictionary_encode(),
            "day": [day], "tags": [["a", "b"]],
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    (row,) = feedback(tmp_path / "a.parquet")
    assert (row.id, row.rating, row.created_at) == ("1001", None, moment.replace(tzinfo=dt.UTC))
    assert row.attributes == {"day": "2026-11-01", "kind": "a", "score": 2.0, "tags": '["a", "b"]'}

    book = Workbook()
    for cells in (
        (None, None, None),
        ("ID", "Text", "Created At"),
        (1001, "slow", moment),
        (),
        (1002, 17, day),
        (1003, "x", 46327.5),
    ):
        book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    seoul = feedback(tmp_path / "a.xlsx", IngestOptions(tz="Asia/Seoul"))
    assert [(row.id, row.text, row.created_at) for row in seoul] == [
        ("1001", "slow", dt.datetime(2026, 11, 1, 6, 5, tzinfo=dt.UTC)),
        ("1002", "17", dt.datetime(2026, 10, 31, 15, tzinfo=dt.UTC)),
        ("1003", "x", dt.datetime(2026, 11, 1, 3, tzinfo=dt.UTC)),
    ]


def test_repeated_and_missing_column_names_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",text,tag,tag\n0,slow,a,b\n")
    assert feedback(path)[0].attributes == {"column_1": 0.0, "tag": "a", "tag_2": "b"}


def test_a_stream_is_jsonl_and_is_left_open() -> None:
    stream = io.BytesIO('\ufeff{"text": "느려요"}\n{"text": "good"}'.encode())
    assert [row.text for row in feedback(stream)] == ["느려요", "good"]
    assert not stream.closed


def test_repeats_are_counted_in_each_file_by_itself(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        path.write_text("text,plan\ngood,a\ngood,a\n")
    ids = [row.feedback.item_id for row in read_feedback([first, second]) if isinstance(row, Taken)]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


def test_progress_counts_bytes_up_to_the_size_of_all_files(tmp_path: Path) -> None:
    paths = [
        as_csv(tmp_path / "a.csv", [(str(n), "slow") for n in range(3000)]),
        as_parquet(tmp_path / "b.parquet", [("1", "x")] * 3000),
    ]
    seen: list[tuple[int, int]] = []
    list(read_feedback(paths, progress=lambda done, total: seen.append((done, total))))
    total = sum(path.stat().st_size for path in paths)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) > 10


def test_twenty_thousand_rows_are_read_in_seconds(tmp_path: Path) -> None:
    cells = [(str(n), f"결제가 안 돼요, 어제부터 계속 오류가 납니다 {n}") for n in range(20_000)]
    path = as_csv(tmp_path / "a.csv", cells, encoding="cp949")
    start = time.process_time()
    assert len(feedback(path)) == 20_000
    assert time.process_time() - start < 10
