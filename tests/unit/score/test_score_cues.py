"""Words that speak for a reason are found; words that are taken back are set aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.model import REASONS
from voc.score.cues import find_cues


def _counted(text):
    return {cue.reason for cue in find_cues(text) if cue.set_aside is None}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("계좌에서 3만원이 두 번 출금됐어요", "money"),
        ("아직도 환불을 못 받았습니다", "money"),
        ("로그인이 계속 안 됩니다", "blocked"),
        ("화면이 먹통이에요", "blocked"),
        ("상담원 연결이 안 돼요", "repeat_contact"),
        ("콘센트에서 연기가 났어요", "safety"),
        ("계정을 해킹당했어요", "fraud_security"),
        ("사진이 전부 사라졌어요", "data_loss"),
        ("연락처가 유출됐습니다", "privacy"),
        ("소송을 준비하고 있습니다", "legal"),
        ("다른 은행으로 갈아탈게요", "churn"),
        ("서버가 다운됐나 봐요", "outage"),
        ("I was billed twice", "money"),
        ("Couldn't log in all day", "blocked"),
        ("We can’t access the portal", "blocked"),
        ("I have called you four times", "repeat_contact"),
        ("The charger started smoking", "safety"),
        ("There are payments I did not authorize", "fraud_security"),
        ("It deleted all my photos", "data_loss"),
        ("I see another customer's address", "privacy"),
        ("My lawyer will be in touch", "legal"),
        ("I am closing my account", "churn"),
        ("Your whole site is down", "outage"),
    ],
)
def test_words_for_a_reason_are_found(text, reason):
    assert reason in _counted(text)


@pytest.mark.parametrize(
    "text",
    [
        "환불은 필요 없어요",
        "해킹당한 적 없어요",
        "혹시 해킹당하면 어떻게 하나요?",
        "예전에는 로그인이 안 됐는데 이제 괜찮아요",
        "never had to call support",
        "I was not charged twice",
        "No smoke, no smoking parts, all good",
        "If I were hacked, what would you do?",
        "What happens if I am locked out?",
        "It used to keep crashing, my account was locked back in 2019",
        "How do I stop it if I am charged twice?",
        "Is there a fee if I cancel my subscription?",
    ],
)
def test_negated_hypothetical_and_past_words_do_not_count(text):
    assert _counted(text) == set()


def test_a_threat_in_a_condition_counts():
    assert "churn" in _counted("If this is not fixed I will be closing my account.")


def test_a_word_that_needs_company_counts_only_in_company():
    assert _counted("우리 아이가 정말 좋아해요") == set()
    assert _counted("우리 아이가 쓰는 기기에서 연기가 나요") == {"safety", "vulnerable"}


def test_words_set_aside_are_kept_with_why():
    (cue,) = find_cues("I was not charged twice")
    assert cue.set_aside == "negated"


def test_negation_stays_in_its_own_sentence():
    assert "money" in _counted("I did not expect that. Charged twice!")


@given(st.text(max_size=300))
def test_any_text_gives_spans_inside_it_and_known_reasons(text):
    for cue in find_cues(text):
        assert 0 <= cue.span.start < cue.span.end <= len(text)
        assert cue.reason in REASONS
