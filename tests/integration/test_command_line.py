"""The command line itself: options that mean something are taken, and errors say what and where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from voc import cli
from voc.commands import doctor
from voc.engine import Engine


@pytest.fixture
def command(monkeypatch, capfdbinary):
    """Run the command line in this process: (exit code, standard output, standard error)."""

    def run(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voc", *(str(arg) for arg in args)])
        # `voc --home X` sets the variable for its own process; here it must not outlive the call.
        before = os.environ.copy()
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            os.environ.clear()
            os.environ.update(before)
        said = capfdbinary.readouterr()
        return code, said.out.decode("utf-8"), said.err.decode("utf-8")

    return run


@pytest.fixture
def rows(tmp_path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("id,body\n1,The parcel came late again\n2,배송이 너무 늦어요\n", encoding="utf-8")
    return path


def fail_with_note(engine: Engine, *_: object, **__: object) -> None:
    engine.runs.list()  # the home is open, as it is when a run fails
    error = RuntimeError("the words of a customer")
    error.add_note("run_20260101T000000Z_abcdef")
    raise error


@pytest.mark.parametrize("shape", ["--home={}", "--home {}", "VOC_HOME"])
def test_an_unexpected_error_names_its_run_and_the_log_that_holds_it(command, tmp_path, monkeypatch, shape):
    monkeypatch.setattr(Engine, "run", fail_with_note)
    home = tmp_path / "somewhere"
    if shape == "VOC_HOME":
        monkeypatch.setenv(shape, str(home))
    given = () if shape == "VOC_HOME" else shape.format(home).split()
    code, out, err = command("run", "--quiet", *given)
    log = home / "logs" / "voc.log"
    assert (code, out) == (1, "")
    assert "run_20260101T000000Z_abcdef" in err
    assert str(log) in err
    assert "customer" not in err
    assert json.loads(log.read_text(encoding="utf-8").splitlines()[-1])["error"] == "RuntimeError"


@pytest.mark.parametrize("told", ["option of voc", "variable", "nothing"])
def test_the_demo_has_a_home_of_its_own_unless_told(command, tmp_path, monkeypatch, told):
    monkeypatch.setattr(Engine, "run", fail_with_note)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VOC_HOME", raising=False)
    if told == "variable":
        monkeypatch.setenv("VOC_HOME", "mine")
    code, _, err = command(*(("--home", "mine") if told == "option of voc" else ()), "demo", "--quiet")
    assert code == 1
    home = "voc-demo" if told == "nothing" else "mine"
    assert os.path.join(home, "logs", "voc.log") in err  # noqa: PTH118
    assert [path.name for path in tmp_path.iterdir()] == [home]


def test_a_document_is_one_line_where_it_is_not_read_on_a_terminal(command, tmp_path, rows):
    code, out, _ = command("ingest", rows, "--map", "text=body", "--home", tmp_path / "home", "--json", "--quiet")
    assert code == 0
    assert out.count("\n") == 1
    assert json.loads(out)["added"] == 2


def test_closed_standard_input_is_exit_4(tmp_path):
    line = f'"{sys.executable}" -m voc ingest - --home "{tmp_path / "home"}" --quiet <&-'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_scores_go_to_standard_output_when_asked(command, tmp_path, rows):
    flags = ("--map", "text=body", "--source", "shop", "--home", tmp_path / "home", "--quiet")
    code, out, err = command("score", rows, "--out", "-", *flags)
    assert code == 0, err
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["1", "2"]


def test_vectors_take_the_options_of_every_file_and_never_go_to_standard_output(command, tmp_path, rows):
    import numpy as np

    out = tmp_path / "vectors.npy"
    flags = ("--map", "text=body", "--source", "s", "--channel", "c", "--tz", "Asia/Seoul", "--home", tmp_path / "home")
    code, _, err = command("embed", rows, "--out", out, *flags, "--quiet")
    assert code == 0, err
    assert np.load(out).shape[0] == 2
    assert command("embed", rows, "--out", "-", *flags)[0] == 2


def test_only_json_lines_go_to_standard_output(command, demo_home):
    code, out, _ = command("export", "themes", "--out", "-", "--home", demo_home)
    assert code == 0
    assert {"key", "label"} <= set(json.loads(out.splitlines()[0]))
    assert command("export", "themes", "--out", "-", "--format", "csv", "--home", demo_home)[0] == 2
    assert command("export", "themes", "--out", "-", "--json", "--home", demo_home)[0] == 2


def test_attention_since_a_time_leaves_out_what_came_before(command, demo_home):
    _, out, _ = command("attention", "--limit", 1000, "--json", "--home", demo_home)
    every = json.loads(out)
    middle = every[len(every) // 2]["created_at"]
    code, out, err = command("attention", "--since", middle, "--limit", 1000, "--json", "--home", demo_home)
    assert code == 0, err
    since = json.loads(out)
    assert 0 < len(since) < len(every)
    assert since == every[: len(since)]
    assert since[-1]["created_at"] == middle


def test_attention_says_how_many_it_leaves_out_and_leaves_out_none_in_json(command, demo_home):
    every = json.loads(command("attention", "--json", "--home", demo_home)[1])
    assert len(every) > 100
    code, out, err = command("attention", "--limit", 3, "--json", "--home", demo_home)
    assert (code, json.loads(out)) == (0, every[:3])
    assert f"the newest 3 of {len(every)}; {len(every) - 3} more with --limit {len(every)}" in err
    assert f"; {len(every) - 100} more" in command("attention", "--home", demo_home)[2]
    code, out, err = command("attention", "--limit", len(every), "--json", "--home", demo_home)
    assert (json.loads(out), "more" in err) == (every, False)
    since = every[5]["created_at"]
    assert "the newest 3 of 6; 3 more" in command("attention", "--since", since, "--limit", 3, "--home", demo_home)[2]


def test_attention_shows_people_the_time_of_their_zone(command, demo_home):
    moment = json.loads(command("attention", "--limit", 1, "--json", "--home", demo_home)[1])[0]["created_at"]
    said = datetime.fromisoformat(moment)
    assert f"{said.astimezone(ZoneInfo('Asia/Seoul')):%Y-%m-%d %H:%M}" in command("attention", "--home", demo_home)[1]
    flags = ("--limit", 1, "--tz", "America/New_York", "--home", demo_home)
    assert f"{said.astimezone(ZoneInfo('America/New_York')):%Y-%m-%d %H:%M}" in command("attention", *flags)[1]


@pytest.mark.parametrize("flags", [("--since", "yesterday"), ("--limit", "-3"), ("--limit", "0")])
def test_attention_refuses_what_it_cannot_mean(command, demo_home, flags):
    assert command("attention", *flags, "--home", demo_home)[0] == 2


@pytest.mark.parametrize("ending", ["json", "md", "html"])
def test_a_report_is_verified_and_a_changed_one_is_not(command, demo_home, tmp_path, ending):
    path = tmp_path / f"report.{ending}"
    assert command("report", "--out", path, "--home", demo_home)[0] == 0
    code, out, err = command("report", "verify", path, "--json", "--home", demo_home)
    assert code == 0, err
    assert json.loads(out)["agrees"] is True
    whole = path.read_text(encoding="utf-8")
    if ending == "json":
        document = json.loads(whole)
        document["coverage"]["mentions"] += 1
        path.write_text(json.dumps(document), encoding="utf-8")
    else:
        path.write_text(whole + "and more\n", encoding="utf-8")
    code, _, err = command("report", "verify", path, "--home", demo_home)
    assert code == 3
    assert ending != "json" or "$.coverage.mentions" in err


def test_a_report_of_another_run_is_exit_4_and_one_without_a_file_exit_2(command, demo_home, tmp_path):
    path = tmp_path / "report.json"
    path.write_text('{"run": {"run_id": "run_of_another_home"}}', encoding="utf-8")
    assert command("report", "verify", path, "--home", demo_home)[0] == 4
    assert command("report", "verify", tmp_path / "nowhere.json", "--home", demo_home)[0] == 4
    assert command("report", "--home", demo_home)[0] == 2


def test_a_model_that_is_not_in_the_cache_is_exit_3(command, tmp_path, monkeypatch):
    monkeypatch.setenv("VOC_CACHE", str(tmp_path / "cache"))
    code, out, err = command("models", "verify", "multilingual-e5-small")
    assert (code, out) == (3, "")
    assert "voc models pull" in err


def test_no_way_back_is_promised_where_there_is_no_older_run(demo_home):
    with Engine(demo_home) as engine:
        current = engine.snapshot().published.run.run_id
        assert "rollback" not in doctor.way_back(engine.runs, current)
        assert current in doctor.way_back(engine.runs, "run_of_later")
