"""A team starts from its own themes: they are there under its names and keys, and stay; the rest is discovered."""

from __future__ import annotations

import json

import pytest

from voc.engine import Engine
from voc.errors import InputError

OWN = [
    {
        "label": "Late delivery",
        "label_ko": "배송 지연",
        "description": "parcels that come late or not at all",
        "examples": ["my parcel has not arrived yet", "배송이 너무 늦어요", "택배가 아직도 안 왔어요"],
    },
    {"label": "Crash on start", "examples": ["the app crashes when I open it", "앱이 켜자마자 꺼져요", "앱이 튕겨요"]},
    {"label": "Volcano tours", "examples": ["the volcano tour guide was late", "화산 투어가 취소됐어요"]},
]


@pytest.fixture(scope="module")
def home(tmp_path_factory, voc):
    """A home with own themes and one run over the sample, by the command line."""
    from voc.demo import sample_path

    folder = tmp_path_factory.mktemp("own")
    (folder / "themes.jsonl").write_text(
        "\n".join(json.dumps(theme, ensure_ascii=False) for theme in OWN), encoding="utf-8"
    )
    done = voc("taxonomy", "set", str(folder / "themes.jsonl"), "--home", str(folder / "home"), "--json")
    assert done.code == 0, done.err
    assert done.json["themes"] == 3
    assert voc("run", str(sample_path()), "--home", str(folder / "home"), "--quiet").code == 0
    return folder / "home", done.json["keys"]


def test_own_themes_are_there_under_their_names_and_keys(home, voc):
    folder, keys = home
    with Engine(folder) as engine:
        themes = {theme.key: theme for theme in engine.themes("fine")}
        late, crash = themes[keys[0]], themes[keys[1]]
        assert (late.label, late.labels["ko"]) in (("Late delivery", "배송 지연"), ("배송 지연", "배송 지연"))
        assert late.mentions >= 20
        assert crash.label == "Crash on start"
        assert keys[2] not in themes
        assert len(themes) > 5
        told = " ".join(quote.text for quote in late.exemplars)
        assert "배송" in told or "deliver" in told or "parcel" in told
    shown = voc("taxonomy", "show", "--home", str(folder), "--json").json
    assert [row["mentions"] > 0 for row in shown] == [True, True, False]


def test_they_stay_through_later_runs_and_one_comes_when_it_is_spoken_of(home):
    folder, keys = home
    with Engine(folder) as engine:
        before = {theme.key: theme.label for theme in engine.themes("fine")}
        tours = [
            "The volcano tour guide never came.",
            "Volcano tour was cancelled without a word.",
            "화산 투어 가이드가 안 왔어요",
        ]
        tours += [
            "Our volcano tour started two hours late.",
            "The guide of the volcano tour was lovely.",
            "화산 투어가 취소됐대요",
        ]
        engine.ingest([{"text": text, "id": f"tour-{at}"} for at, text in enumerate(tours)])
        engine.run()
        now = {theme.key: theme.label for theme in engine.themes("fine")}
        assert keys[2] in now
        assert {key: now.get(key) for key in keys[:2]} == {key: before[key] for key in keys[:2]}
        engine.run(recluster=True)
        again = {theme.key: theme.label for theme in engine.themes("fine")}
        assert {key: again.get(key) for key in keys} == {key: now[key] for key in keys}


def test_a_broken_file_is_told_by_its_row(home, voc, tmp_path):
    folder, _ = home
    (tmp_path / "themes.jsonl").write_text('{"label": "Refund"}\n{"description": "no label"}\n', encoding="utf-8")
    done = voc("taxonomy", "set", str(tmp_path / "themes.jsonl"), "--home", str(folder))
    assert done.code == 4
    assert "Theme 2 has no label" in done.err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"label": "A"}, {"label": "a"}], "one id or label"),
        ([{"label": "A", "examples": 3}], "not a list"),
        ([{"label": "x" * 81}], "no label"),
        (["A"], "not an object"),
        ([{"label": "A", "label_ko": "나"}, {"label": "B", "label_ko": "나"}], "one id or label"),
        ([{"label": "A", "label_ko": "x" * 81}], "more than"),
        ([{"label": "half a \ud83d"}], "no Unicode"),
        ([{"label": "A", "description": ["late"]}], "no text"),
    ],
)
def test_bad_rows_are_refused(tmp_path, rows, said):
    with Engine(tmp_path / "home") as engine, pytest.raises(InputError, match=said):
        engine.set_taxonomy(rows)


def test_a_csv_reads_as_the_same_taxonomy(tmp_path):
    (tmp_path / "t.csv").write_text(
        "label,label_ko,examples\nRefund,환불,money back|환불해 주세요\n", encoding="utf-8-sig"
    )
    with Engine(tmp_path / "home") as engine:
        from_file = engine.set_taxonomy(tmp_path / "t.csv")
        rows = [{"label": "Refund", "label_ko": "환불", "examples": ["money back", "환불해 주세요"]}]
        assert engine.set_taxonomy(rows) == from_file == engine.taxonomy
        engine.set_taxonomy([])
        assert not engine.taxonomy.themes
