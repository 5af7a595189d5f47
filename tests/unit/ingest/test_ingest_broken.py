"""Bad input: every broken row costs itself alone, every unreadable file is one sentence with a hint."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest

from voc.errors import InputError
from voc.ingest import IngestOptions, Taken, read_feedback
from voc.model import Rejected

ZEBRA = "zebra words of a customer"


def read(path: Path, **options: object) -> tuple[list[Taken], list[Rejected]]:
    rows = list(read_feedback(path, IngestOptions(**options)))  # type: ignore[arg-type]
    return [r for r in rows if isinstance(r, Taken)], [r for r in rows if isinstance(r, Rejected)]


def refuse(path: Path | str, **options: object) -> InputError:
    with pytest.raises(InputError) as caught:
        list(read_feedback(path, IngestOptions(**options)))  # type: ignore[arg-type]
    assert caught.value.hint
    assert caught.value.exit_code == 4
    assert "zebra" not in caught.value.message + caught.value.hint
    return caught.value


BROKEN_CSV = {
    3: b'3,"never closed,2026-01-01',
    11: b'11,"stray "quote" inside",2026-01-01',
    17: b"17,one field too many,2026-01-01,extra",
    18: b"18",
    30: b"30,\xff\xfe not decodable,2026-01-01",
    44: b"44,   ,2026-01-01",
    71: b'"71","opened, never closed,2026-01-01',
    90: b"90,,",
}


@pytest.mark.parametrize("quoted", [False, True])
def test_broken_csv_rows_cost_themselves_alone(tmp_path: Path, quoted: bool) -> None:
    form = b'"%d","fine, ""text"" number\n%d","2026-01-01"' if quoted else b"%d,text number %d,2026-01-01"
    rows = [BROKEN_CSV.get(n) or form % (n, n) for n in range(100)]
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text,created_at\n" + b"\n".join(rows) + b"\n")
    taken, rejected = read(path)
    assert {row.feedback.id for row in taken} == {str(n) for n in range(100) if n not in BROKEN_CSV}
    assert len(rejected) == len(BROKEN_CSV)
    lines = path.read_bytes().split(b"\n")
    for row in rejected:
        assert lines[row.line - 1] in BROKEN_CSV.values()


def test_a_quote_that_is_never_closed_costs_one_row_also_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,good\n2,"bad\n3,fine\n4,fine too\n')
    taken, rejected = read(path)
    assert [row.feedback.id for row in taken] == ["1", "3", "4"]
    assert rejected == [Rejected(str(path), 3, "a quoted field is never closed")]


def test_broken_json_lines_cost_themselves_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    broken = [
        b'{"text": "cut',
        b"[1]",
        b"plain words",
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"n": ' + b"9" * 5000 + b"}",
    ]
    good = [json.dumps({"id": str(n), "text": f"fine {n}"}).encode() for n in range(100)]
    path.write_bytes(b"\n".join([*good[:50], *broken, b"", *good[50:]]))
    taken, rejected = read(path)
    assert [row.feedback.id for row in taken] == [str(n) for n in range(100)]
    assert [row.line for row in rejected] == [51, 52, 53, 54, 55, 56]


def test_json_without_a_value_is_null_and_a_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "half \\ud83d", "rating": NaN, "wait": Infinity}\n')
    ((row,), _) = read(path)
    assert (row.feedback.text, row.feedback.rating, row.feedback.attributes) == ("half \ufffd", None, {})
    assert len(row.warnings) == 1


def test_a_cell_of_a_megabyte_is_kept_and_a_longer_text_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    sizes = [1_000_000, 1_000_001, 9_000_000]
    path.write_text("id,text\n" + "".join(f"{n},{'x' * n}\n" for n in sizes) + "last,fine\n")
    taken, rejected = read(path)
    assert [len(row.feedback.text) for row in taken] == [1_000_000, 4]
    assert [row.line for row in rejected] == [3, 4]


def test_an_endless_line_behind_an_open_quote_costs_no_other_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,"open\n2,fine\n3,' + "x" * 9_000_000 + "\n4,fine\n5,fine\n")
    taken, rejected = read(path)
    assert [row.feedback.id for row in taken] == ["2", "4", "5"]
    assert [row.line for row in rejected] == [2, 4]


def test_a_json_line_without_end_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "' + "x" * 9_000_000 + '"}\n{"text": "fine"}\n')
    taken, rejected = read(path)
    assert ([row.feedback.text for row in taken], [row.line for row in rejected]) == (["fine"], [1])


def test_a_few_nul_bytes_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,a nul \0 byte in a row of words\n2,fine and long enough for a text\n")
    taken, _ = read(path)
    assert [row.feedback.text for row in taken] == [
        "a nul \ufffd byte in a row of words",
        "fine and long enough for a text",
    ]


def test_every_problem_with_a_file_is_one_sentence_with_a_hint(tmp_path: Path) -> None:
    files: dict[str, bytes] = {
        "empty.csv": b"",
        "empty.jsonl": b"",
        "header.csv": b"id,text\n",
        "blank.csv": b"\n\n\n",
        "bom.csv": b"\xef\xbb\xbf",
        "image.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "noise.csv": random.Random(1).randbytes(5000),
        "noise.jsonl": random.Random(2).randbytes(5000),
        "noise.parquet": random.Random(3).randbytes(5000),
        "noise.xlsx": random.Random(4).randbytes(5000),
        "cut.parquet": b"PAR1" + b"\x15\x04" * 100,
        "cut.xlsx": b"PK\x03\x04" + bytes(range(200)),
        "zipped.csv.gz": b"\x1f\x8b\x08" + bytes(range(100)),
        "utf16.csv": ("id,text\n1," + ZEBRA).encode("utf-16"),
        "latin1.csv": "id,text\n1,café fermé\n2,très déçu\n".encode("latin-1"),
        "shift_jis.csv": "id,text\n1,アプリが遅いです\n2,とても良い\n".encode("shift_jis"),
        "euc_jp.csv": "id,text\n1,アプリが遅いです。改善してください\n2,とても良い製品\n".encode("euc_jp"),
        "gbk.csv": "id,text\n1,这个应用太慢了\n2,非常好用的软件\n".encode("gbk"),
        "array.json": b'[{"text": "zebra"}, {"te',
        "number.json": b"[1, 2",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert name in refuse(path).message
    assert "folder" in refuse(tmp_path).message
    assert "no file" in refuse(tmp_path / "missing.csv").message


def test_no_text_column_names_the_columns_and_guesses_the_right_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,body,rating\n1,{ZEBRA},4\n")
    assert refuse(path).hint == "Columns found: id, body, rating. Name the one with the words: --map text=body"
    taken, _ = read(path, mapping={"text": "body"})
    assert taken[0].feedback.text == ZEBRA


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_forgetting_to_map_prose_beside_a_figure_is_an_error(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    path.write_text(f"why,nps\n{ZEBRA},9\n" if form == "csv" else json.dumps({"why": ZEBRA, "nps": 9}))
    assert "--map text=why" in refuse(path).hint
    taken, _ = read(path, mapping={"text": ""})
    assert (taken[0].feedback.text, taken[0].feedback.nps) == ("", 9.0)


def test_a_survey_without_text_column_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,nps,created_at,plan\n1,9,2026-11-01 10:00,pro\n2,3,2026-11-02 11:30,free\n")
    taken, rejected = read(path)
    assert ([row.feedback.nps for row in taken], rejected) == ([9.0, 3.0], [])


def test_a_file_without_header_does_not_leak_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"1,{ZEBRA} that goes on,5\n2,good,4\n")
    assert "column names" in refuse(path).hint


def test_a_mapped_column_that_is_missing_lists_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,slow\n")
    error = refuse(path, mapping={"created_at": "date"})
    assert "'date'" in error.message
    assert "id, text" in error.hint


def test_a_bad_third_file_stops_before_the_first_row(tmp_path: Path) -> None:
    good = tmp_path / "a.csv"
    good.write_text("id,text\n1,slow\n")
    with pytest.raises(InputError):
        read_feedback([good, good, tmp_path / "missing.csv"])


@pytest.mark.parametrize("content", [b"", b"\n", b"\x89PNG" + bytes(range(256))])
def test_bad_standard_input_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_feedback(io.BytesIO(content))
    assert "standard input" in caught.value.message
