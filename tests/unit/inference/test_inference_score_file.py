"""Scoring a file in chunks: any interruption, any cut, the same bytes; broken rows in their places; bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from voc import inference
from voc.engines.fake import FakeEncoder
from voc.growing import notes_of, part_of
from voc.inference import FileScores, score_file
from voc.ingest import IngestOptions, from_dicts

ROWS = 50


class Mortal(FakeEncoder):
    """Stops the process at its n-th call, as Ctrl-C does."""

    def __init__(self, lives: int) -> None:
        super().__init__()
        self.lives = lives

    def encode(self, texts, *, kind="query", features=True, progress=lambda done, total: None):
        self.lives -= 1
        if self.lives < 0:
            raise KeyboardInterrupt
        return super().encode(texts, kind=kind, progress=progress)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(inference, "CHUNK", 8)


@pytest.fixture
def rows(tmp_path):
    """Rows without ids, some of them equal, two of them broken."""
    path = tmp_path / "rows.jsonl"
    lines = [json.dumps({"text": f"The parcel came late, number {n % 20}"}) for n in range(ROWS)]
    lines[5], lines[33] = "{broken", json.dumps({"id": "x", "colour": "red"})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def score(rows, out, encoder=None, options=None, **more) -> FileScores:
    return score_file(str(rows), out, encoder or FakeEncoder(), None, options or IngestOptions(), **more)


@pytest.fixture
def whole(rows, tmp_path) -> bytes:
    out = tmp_path / "whole.jsonl"
    assert score(rows, out) == FileScores(ROWS - 2, 2)
    return out.read_bytes()


def test_broken_rows_stand_in_their_places_with_their_lines(whole):
    lines = [json.loads(line) for line in whole.splitlines()]
    assert [(at, row) for at, row in enumerate(lines) if "error" in row] == [
        (5, {"id": None, "error": "not valid JSON", "line": 6}),
        (33, {"id": "x", "error": "no text and no survey figure", "line": 34}),
    ]
    assert len({row["id"] for row in lines if "error" not in row}) == ROWS - 2


def test_any_number_of_interruptions_leaves_the_same_bytes(rows, tmp_path, whole):
    out = tmp_path / "out.jsonl"
    said, stops = [], 0
    while True:
        try:
            done = score(rows, out, Mortal(2), notice=said.append)
            break
        except KeyboardInterrupt:
            stops += 1
            with part_of(out).open("ab") as part:
                part.write(b'{"id": "tor')
    assert stops == 3
    assert out.read_bytes() == whole
    assert done == FileScores(ROWS - 2, 2, earlier=48)
    assert [sentence.split(" rows")[0] for sentence in said] == [f"Going on after {n}" for n in (16, 32, 48)]
    assert not part_of(out).exists()
    assert not notes_of(out).exists()


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_where_it_is_cut_changes_nothing(rows, tmp_path, whole, monkeypatch, chunk):
    monkeypatch.setattr(inference, "CHUNK", chunk)
    score(rows, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == whole


def interrupted(rows, out) -> None:
    with pytest.raises(KeyboardInterrupt):
        score(rows, out, Mortal(2))


@pytest.mark.parametrize("change", ["input", "options", "model"])
def test_a_change_begins_anew_and_says_so(rows, tmp_path, change):
    out, fresh, said = tmp_path / "out.jsonl", tmp_path / "fresh.jsonl", []
    interrupted(rows, out)
    encoder, options = FakeEncoder(), IngestOptions()
    if change == "input":
        rows.write_text(rows.read_text().replace("late", "soon"), encoding="utf-8")
    elif change == "options":
        options = IngestOptions(source="shop")
    else:
        encoder = FakeEncoder(dim=32)
    score(rows, fresh, encoder, options)
    assert score(rows, out, encoder, options, notice=said.append).earlier == 0
    assert out.read_bytes() == fresh.read_bytes()
    assert len(said) == 1
    assert said[0].startswith("Starting afresh: the ")


def test_a_restart_scores_everything_again(rows, tmp_path, whole):
    out = tmp_path / "out.jsonl"
    interrupted(rows, out)
    assert score(rows, out, restart=True) == FileScores(ROWS - 2, 2)
    assert out.read_bytes() == whole


def test_a_touched_file_is_the_same_file(rows, tmp_path, whole):
    out = tmp_path / "out.jsonl"
    interrupted(rows, out)
    rows.touch()
    assert score(rows, out).earlier == 16
    assert out.read_bytes() == whole


def test_progress_counts_rows_and_never_goes_back(rows, tmp_path):
    seen = []
    score(rows, tmp_path / "out.jsonl", progress=lambda done, total: seen.append((done, total)))
    assert {total for _, total in seen} == {ROWS}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (ROWS, ROWS)


def test_long_texts_are_few_at_a_time(monkeypatch):
    monkeypatch.setattr(inference, "CHUNK_CHARACTERS", 100)
    texts = ["x" * size for size in (90, 10, 60, 30, 300, 5, 5)]
    chunks = inference._chunks(row.feedback for row in from_dicts(texts))
    assert [[len(row.text) for row in chunk] for chunk in chunks] == [[90, 10], [60, 30], [300], [5, 5]]


MEASURE = """
import sys
from pathlib import Path
from voc import inference
from voc.engines.fake import FakeEncoder
from voc.ingest import IngestOptions
from voc.telemetry import peak_rss_mb
inference.CHUNK = 100
rows, out = sys.argv[1:]
inference.score_file(rows, Path(out), FakeEncoder(feature_width=0), None, IngestOptions())
print(peak_rss_mb())
"""


def test_memory_does_not_grow_with_the_file(tmp_path):
    """Twenty times the rows, each with a text of its own and a heavy column that no score looks at."""

    def peak(count: int) -> float:
        path = tmp_path / f"{count}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for n in range(count):
                file.write(json.dumps({"id": n, "text": f"late {n}", "note": f"{n:06d}" * 1000}) + "\n")
        command = [sys.executable, "-c", MEASURE, str(path), str(tmp_path / "out")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(done.stdout)

    # Kept rows would be 6 kB each: 23 MB more.
    assert peak(4000) - peak(200) < 8
