"""A file that grows in steps: what is certain survives, what is torn is cut off, what is of another job is not used."""

from __future__ import annotations

import fcntl
import json
from contextlib import suppress

import pytest

from voc.errors import DiskFull, RunLocked
from voc.growing import growing_file, notes_of, part_of

JOB = {"input": "a", "model": "m"}


class Stopped(Exception):
    pass


def begin(out, *, job=JOB, steps=2):
    """A job that stops after some steps of one line each."""
    with suppress(Stopped), growing_file(out, job) as growing:
        for number in range(steps):
            growing.step(f"line {number}\n".encode(), {"rows": number + 1})
        raise Stopped


def test_a_whole_job_leaves_one_file(tmp_path):
    out = tmp_path / "folder" / "out.jsonl"
    with growing_file(out, JOB) as growing:
        growing.step(b"a\n", {"rows": 1})
        assert not out.exists()
    assert [path.name for path in out.parent.iterdir()] == ["out.jsonl"]
    assert out.read_bytes() == b"a\n"


def test_a_job_goes_on_after_its_last_step(tmp_path):
    out = tmp_path / "out"
    begin(out)
    assert not out.exists()
    with growing_file(out, JOB) as growing:
        assert (growing.counts, growing.changed) == ({"rows": 2}, ())
        growing.step(b"line 2\n", {"rows": 3})
    assert out.read_text() == "line 0\nline 1\nline 2\n"


@pytest.mark.parametrize("torn", [b"half a li", b"a whole line\n", b"\0" * 4096])
def test_what_lies_beyond_the_last_step_is_cut_off(tmp_path, torn):
    out = tmp_path / "out"
    begin(out)
    with part_of(out).open("ab") as file:
        file.write(torn)
    with growing_file(out, JOB) as growing:
        assert growing.counts == {"rows": 2}
    assert out.read_text() == "line 0\nline 1\n"


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda out: part_of(out).write_bytes(b"line 0\n"), "part"),
        (lambda out: part_of(out).write_bytes(b"line X\nline 1\n"), "part"),
        (lambda out: notes_of(out).write_text('{"form": 1'), "part"),
        (lambda out: notes_of(out).unlink(), "part"),
        (lambda out: notes_of(out).write_text(notes_of(out).read_text().replace('"form": 1', '"form": 99')), "part"),
        (lambda out: notes_of(out).write_text(notes_of(out).read_text().replace('"a"', '"b"')), "input"),
    ],
)
def test_a_damaged_part_or_another_job_begins_anew_and_says_why(tmp_path, damage, named):
    out = tmp_path / "out"
    begin(out)
    damage(out)
    with growing_file(out, JOB) as growing:
        assert (growing.counts, growing.changed) == ({}, (named,))
        growing.step(b"new\n", {"rows": 1})
    assert out.read_bytes() == b"new\n"


def test_everything_that_changed_is_named_once(tmp_path):
    out = tmp_path / "out"
    begin(out)
    with growing_file(out, {"input": "x", "model": "y", "voc": "2"}) as growing:
        assert growing.changed == ("input", "model", "voc")


def test_notes_that_a_kill_left_behind_without_a_part_are_no_damage(tmp_path):
    out = tmp_path / "out"
    begin(out)
    part_of(out).unlink()
    with growing_file(out, JOB) as growing:
        assert (growing.counts, growing.changed) == ({}, ())
        growing.step(b"line 0\n", {"rows": 1})
    assert out.read_bytes() == b"line 0\n"


def test_a_restart_needs_no_reason(tmp_path):
    out = tmp_path / "out"
    begin(out)
    with growing_file(out, JOB, restart=True) as growing:
        assert (growing.counts, growing.changed) == ({}, ())
    assert out.read_bytes() == b""


def test_a_job_that_can_not_be_taken_up_leaves_nothing(tmp_path):
    begin(tmp_path / "out", job=None)
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_fails_before_its_first_step_destroys_nothing(tmp_path):
    out = tmp_path / "out"
    begin(out, job={"options": "mistyped"}, steps=0)
    assert list(tmp_path.iterdir()) == []
    begin(out)
    begin(out, job={"options": "mistyped"}, steps=0)
    with growing_file(out, JOB) as growing:
        assert growing.counts == {"rows": 2}
    assert out.read_text() == "line 0\nline 1\n"


def test_a_job_that_begins_anew_leaves_nothing_of_the_old_one(tmp_path):
    out = tmp_path / "out"
    begin(out, steps=5)
    begin(out, job={"input": "b"}, steps=1)
    with growing_file(out, {"input": "b"}) as growing:
        assert growing.counts == {"rows": 1}
    assert out.read_text() == "line 0\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_error_of_the_work_is_not_taken_for_one_of_writing(tmp_path):
    with pytest.raises(ConnectionError), growing_file(tmp_path / "out", JOB):
        raise ConnectionError


def test_only_one_process_writes_a_file(tmp_path):
    out = tmp_path / "out"
    with growing_file(out, JOB) as growing:
        growing.step(b"a\n", {"rows": 1})
        with pytest.raises(RunLocked), growing_file(out, JOB):
            pass
    assert out.read_bytes() == b"a\n"


def test_a_file_that_became_whole_while_it_was_locked_is_not_written_into(tmp_path, monkeypatch):
    out, flock, calls = tmp_path / "out", fcntl.flock, []
    part_of(out).write_bytes(b"of the other process\n")

    def finished_meanwhile(file, how):
        if not calls:
            part_of(out).rename(out)
        calls.append(how)
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", finished_meanwhile)
    begin(out, steps=1)
    assert len(calls) == 2
    assert out.read_bytes() == b"of the other process\n"
    assert part_of(out).read_bytes() == b"line 0\n"


def test_a_place_that_can_not_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskFull, match="can't be written"), growing_file(tmp_path / "file" / "out", JOB):
        pass


def test_the_notes_hold_digests_and_counts_only(tmp_path):
    out = tmp_path / "out"
    begin(out)
    row = json.loads(notes_of(out).read_text())
    assert set(row) == {"form", "job", "size", "digest", "counts"}
    assert "line" not in notes_of(out).read_text()
