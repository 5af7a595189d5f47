"""Whatever is wrong: one clear sentence with a hint, the right exit code, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from voc import cli
from voc.engine import Engine
from voc.queries import Snapshots


@pytest.fixture
def command(monkeypatch, capsys):
    """Run the command line in this process: (exit code, standard output, standard error)."""

    def run(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voc", *(str(arg) for arg in args)])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def complained(code: int, err: str, expected: int) -> None:
    assert code == expected, err
    assert "Error: " in err
    assert "Hint: " in err
    assert "Traceback" not in err


GOOD = "id,text\n1,The delivery came late again\n2,배송이 너무 늦어요\n"


def bad_files(folder: Path) -> dict[str, Path]:
    files = {
        "empty": b"",
        "header only": b"id,text\n",
        "no text column": b"id,colour\n1,red\n",
        "binary": bytes(range(256)) * 40,
        "wrong encoding": "id,text\n1,テスト\n".encode("utf-16"),
    }
    paths = {}
    for name, data in files.items():
        paths[name] = folder / f"{name.replace(' ', '_')}.csv"
        paths[name].write_bytes(data)
    paths["missing"] = folder / "nowhere.csv"
    paths["folder"] = folder / "folder.csv"
    paths["folder"].mkdir()
    return paths


@pytest.mark.parametrize(
    "name", ["empty", "header only", "no text column", "binary", "wrong encoding", "missing", "folder"]
)
def test_a_file_that_cannot_be_read_is_exit_4(command, tmp_path, name):
    home = tmp_path / "home"
    path = bad_files(tmp_path)[name]
    code, out, err = command("ingest", path, "--home", home, "--json", "--quiet")
    complained(code, err, 4)
    assert out == ""


def test_nothing_is_lost_when_the_second_of_two_files_is_bad(command, tmp_path):
    good = tmp_path / "good.csv"
    good.write_text(GOOD, encoding="utf-8")
    home = tmp_path / "home"
    code, _, err = command("ingest", good, tmp_path / "missing.csv", "--home", home, "--quiet")
    complained(code, err, 4)
    code, out, _ = command("ingest", good, "--home", home, "--json", "--quiet")
    assert code == 0
    assert json.loads(out)["added"] + json.loads(out)["unchanged"] == 2


def test_ten_broken_rows_in_a_thousand_are_counted_and_written_down(command, tmp_path):
    lines = [json.dumps({"id": i, "text": f"row number {i} speaks of parcel {i}"}) for i in range(1000)]
    for i in range(0, 1000, 100):
        lines[i] = '{"id": broken'
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = command("ingest", path, "--home", tmp_path / "home", "--json", "--quiet")
    counts = json.loads(out)
    assert code == 0
    assert (counts["read"], counts["added"], counts["rejected"]) == (1000, 990, 10)
    rejected = [json.loads(line) for line in Path(counts["rejected_file"]).read_text(encoding="utf-8").splitlines()]
    assert [row["line"] for row in rejected] == [i + 1 for i in range(0, 1000, 100)]
    assert all(row["reason"] for row in rejected)
    code, _, err = command("ingest", path, "--home", tmp_path / "home", "--strict", "--quiet")
    complained(code, err, 4)


def test_a_cell_of_a_megabyte_is_taken(command, tmp_path):
    path = tmp_path / "big.jsonl"
    path.write_text(json.dumps({"id": "big", "text": "slow delivery " * 71_000}), encoding="utf-8")
    code, out, _ = command("ingest", path, "--home", tmp_path / "home", "--json", "--quiet")
    assert code == 0
    assert json.loads(out)["added"] == 1


def test_cp949_and_a_byte_order_mark_are_read(command, tmp_path):
    for encoding in ("cp949", "utf-8-sig"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes("id,text\n1,배송이 너무 늦어요\n".encode(encoding))
        home = tmp_path / encoding
        code, _, err = command("ingest", path, "--home", home, "--quiet")
        assert code == 0, err
        with Engine(home) as engine:
            assert engine.item("1").feedback.text == "배송이 너무 늦어요"


def test_a_question_before_the_first_run_is_exit_3(command, tmp_path):
    for question in (["themes"], ["search", "late"], ["report", "--out", tmp_path / "r.html"], ["trends"]):
        code, _, err = command(*question, "--home", tmp_path / "home")
        complained(code, err, 3)


def test_an_unknown_model_is_exit_3_or_2(command, tmp_path):
    code, _, err = command("run", "--home", tmp_path / "home", "--model", "no-such-model", "--quiet")
    assert code in (2, 3)
    assert "Hint: " in err
    assert "Traceback" not in err


def test_a_missing_hub_model_is_one_sentence(command, tmp_path, monkeypatch):
    monkeypatch.setenv("VOC_CACHE", str(tmp_path / "cache"))
    model = "hub:intfloat/multilingual-e5-small@" + "0" * 40
    path = tmp_path / "good.csv"
    path.write_text(GOOD, encoding="utf-8")
    code, _, err = command("run", path, "--home", tmp_path / "home", "--model", model, "--quiet")
    complained(code, err, 3)


def test_a_home_of_a_newer_version_is_exit_3(command, tmp_path):
    home = tmp_path / "home"
    with Engine(home) as engine:
        engine.runs.list()
    with sqlite3.connect(home / "voc.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    code, _, err = command("themes", "--home", home)
    complained(code, err, 3)
    assert "newer" in err


def test_a_damaged_database_is_exit_3(command, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "voc.db").write_bytes(b"this is not a database, it only has its name" * 100)
    code, _, err = command("themes", "--home", home)
    complained(code, err, 3)


def test_a_home_that_is_a_file_is_exit_3(command, tmp_path):
    (tmp_path / "home").write_text("", encoding="utf-8")
    code, _, err = command("themes", "--home", tmp_path / "home")
    complained(code, err, 3)


def test_a_run_while_another_holds_the_lock_is_exit_5(command, tmp_path):
    home = tmp_path / "home"
    with Engine(home) as engine:
        pid = os.fork()
        if pid == 0:
            # The child holds the lock until it is told to go.
            with engine.runs.lock():
                (tmp_path / "held").touch()
                while not (tmp_path / "go").exists():
                    pass
            os._exit(0)
        while not (tmp_path / "held").exists():
            pass
        try:
            code, _, err = command("run", "--home", home, "--quiet")
        finally:
            (tmp_path / "go").touch()
            os.waitpid(pid, 0)
    complained(code, err, 5)


@pytest.mark.parametrize(
    "where",
    ["lang==", "rating<=bad", "lang=ko or lang=en", "sentiment=angry", "created_at>=yesterday", "(", "a" * 3000],
)
def test_a_malformed_filter_is_exit_2(command, demo_home, where):
    code, _, err = command("search", "late", "--where", where, "--home", demo_home)
    complained(code, err, 2)


def test_an_unknown_key_is_exit_4(command, demo_home):
    code, _, err = command("trends", "--theme", "t_nothing", "--home", demo_home)
    complained(code, err, 4)


def test_wrong_use_is_exit_2(command, tmp_path):
    for args in (["fly"], ["themes", "--level", "huge"], ["ingest"], ["search"], ["run", "--threads", "many"]):
        code, _, err = command(*args)
        assert code == 2, (args, err)
        assert "Traceback" not in err
    code, _, err = command("ingest", tmp_path / "x.csv", "--map", "txt=body")
    complained(code, err, 2)


def test_an_embed_file_with_a_bad_row_is_exit_4(command, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "fine"}\n{"text": ""}\n', encoding="utf-8")
    code, _, err = command("embed", path, "--out", tmp_path / "v.npy", "--quiet")
    complained(code, err, 4)
    assert not (tmp_path / "v.npy").exists()


def test_a_report_that_cannot_be_written_is_exit_3(command, demo_home, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = command("report", "--out", tmp_path / "file" / "r.html", "--home", demo_home)
    complained(code, err, 3)


def test_something_unforeseen_is_exit_1_without_a_customers_words(command, demo_home, monkeypatch):
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("the customer wrote: SECRET")

    monkeypatch.setattr(Snapshots, "now", broken)
    code, out, err = command("themes", "--home", demo_home)
    assert code == 1
    assert "SECRET" not in out + err
    assert "voc.log" in err
    log = (demo_home / "logs" / "voc.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log
    assert "SECRET" not in log


@pytest.mark.parametrize(
    "args",
    [
        ("search", "x", "--mode", "foo"),
        ("nosuch",),
        ("search",),
        ("search", "x", "--nosuch"),
        ("themes", "--level", "x"),
    ],
)
def test_wrong_use_is_one_sentence_with_a_hint(command, tmp_path, args):
    code, out, err = command(*args, *(("--home", tmp_path / "home") if args[0] != "nosuch" else ()))
    complained(code, err, 2)
    assert out == ""
    assert len(err.strip().splitlines()) == 2
    assert "Value error" not in err
