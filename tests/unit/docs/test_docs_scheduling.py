"""The files for schedulers call commands, flags and exit codes that exist."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
import typer

from voc.cli import app
from voc.errors import RunLocked, VocError

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "scheduling"


def flags_of_run() -> set[str]:
    run = typer.main.get_command(app).commands["run"]
    return {option for parameter in run.params for option in parameter.opts if option.startswith("-")}


def flags_in(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("-")}


def exit_codes() -> set[int]:
    kinds = [VocError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return {kind.exit_code for kind in kinds}


def unit(name: str) -> configparser.ConfigParser:
    """A systemd unit; its repeated keys keep the last value."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(FOLDER / name, encoding="utf-8")
    return parser


def test_the_cron_line_runs_at_two_with_flags_that_exist() -> None:
    (line,) = [row for row in (FOLDER / "voc.cron").read_text().splitlines() if row.startswith("0 2 * * * ")]
    command = shlex.split(line.split(">>")[0])
    assert command[5:8] == ["voc", "/srv/voc/venv/bin/voc", "run"]
    assert flags_in(command) <= flags_of_run()


def test_the_page_shows_the_cron_file_as_it_is() -> None:
    shown = re.findall(r"```cron\n(.*?)```", (ROOT / "docs/scheduling.md").read_text(), flags=re.DOTALL)
    rows = (FOLDER / "voc.cron").read_text().splitlines()
    assert shown[0].splitlines() == [row for row in rows if not row.startswith("#")]


def test_the_service_treats_exit_codes_as_the_page_says() -> None:
    service = unit("voc-run.service")["Service"]
    assert {int(code) for code in service["SuccessExitStatus"].split()} == {RunLocked.exit_code}
    final = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert final == exit_codes() - {VocError.exit_code, RunLocked.exit_code}
    command = shlex.split(service["ExecStart"])
    assert command[1] == "run"
    assert flags_in(command) <= flags_of_run()


def test_the_service_may_write_where_its_home_and_cache_are() -> None:
    text = (FOLDER / "voc-run.service").read_text()
    places = dict(re.findall(r"^Environment=(VOC_HOME|VOC_CACHE)=(\S+)$", text, flags=re.MULTILINE))
    assert set(unit("voc-run.service")["Service"]["ReadWritePaths"].split()) == set(places.values())


def test_the_timer_fires_at_two_and_makes_up_for_a_missed_night() -> None:
    timer = unit("voc-run.timer")["Timer"]
    assert timer["OnCalendar"].startswith("*-*-* 02:00:00")
    assert timer["Persistent"] == "true"


def test_the_cronjob_stops_where_no_second_try_helps() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    spec = yaml.safe_load((FOLDER / "cronjob.yaml").read_text())["spec"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("0 2 * * *", "Forbid")
    job = spec["jobTemplate"]["spec"]
    (rule,) = job["podFailurePolicy"]["rules"]
    assert rule["action"] == "FailJob"
    assert set(rule["onExitCodes"]["values"]) == exit_codes() - {VocError.exit_code}
    pod = job["template"]["spec"]
    (container,) = pod["containers"]
    assert rule["onExitCodes"]["containerName"] == container["name"]
    assert container["args"][0] == "run"
    assert flags_in(container["args"]) <= flags_of_run()
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
