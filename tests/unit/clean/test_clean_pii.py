from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.clean import PLACEHOLDER, redact
from voc.clean.pii import KINDS, find


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("메일은hana.kim@mailbox.example.com입니다", "메일은<EMAIL>입니다"),
        ("hana.kim (at) mailbox (dot) com please", "<EMAIL> please"),
        ("hana.kim 골뱅이 gmail 닷 com 으로 주세요", "<EMAIL> 으로 주세요"),
        ("hana at gmail dot com", "<EMAIL>"),
        ("hana @ gmail . com", "<EMAIL>"),
        ("hana@네이버 로요", "<EMAIL> 로요"),
        ("hana&#64;mail.example.org", "<EMAIL>"),
        ('<a href="mailto:h@x.example.com">write</a>', '<a href="mailto:<EMAIL>">write</a>'),
        ("번호는010-2345-6789예요", "번호는<PHONE>예요"),
        ("01023456789 로 전화", "<PHONE> 로 전화"),
        ("+82 10-2345-6789", "<PHONE>"),
        ("０１０-２３４５-６７８９", "<PHONE>"),
        ("010\u200b-2345\u200b-6789", "<PHONE>"),
        ("010-<b>2345</b>-6789", "<PHONE>"),
        ("공일공 이삼사오 육칠팔구로 연락", "<PHONE>로 연락"),
        ("O1O-2345-6789", "<PHONE>"),
        ("010-****-6789", "<PHONE>"),
        ("02-345-6789, 070.1234.5678", "<PHONE>, <PHONE>"),
        ("call me at 0699 868 88 55 please", "call me at <PHONE> please"),
        ("reach +46 (0)8 928 571 38", "reach <PHONE>"),
        ("(415) 555-2671 x12", "<PHONE>"),
        ("카드 4111-1111-1111-1111 취소", "카드 <CARD> 취소"),
        ("4111 1111 1111 1111", "<CARD>"),
        ("amex 378282246310005", "amex <CARD>"),
        ("4111-11**-****-1111", "<CARD>"),
        ("주민번호 900101-1234567", "주민번호 <RRN>"),
        ("050101-3******", "<RRN>"),
        ("국민은행 123456-78-901234로 환불", "국민은행 <ACCOUNT>로 환불"),
        ("계좌는 110234567890 입니다", "계좌는 <ACCOUNT> 입니다"),
        ("account number 12345678 was closed", "account number <ACCOUNT> was closed"),
        ("입금 계좌 말고 010-2345-6789", "입금 계좌 말고 <PHONE>"),
        ("여권 M12345678", "여권 <PASSPORT>"),
        ("면허 11-12-345678-90", "면허 <DRIVER_LICENCE>"),
        ("사업자 124-81-00998", "사업자 <BUSINESS_NO>"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN <IBAN> please"),
        ("to DE89370400440532013000 now", "to <IBAN> now"),
        ("my SSN is 125-17-4954", "my SSN is <SSN>"),
        ("from 203.0.113.77 today", "from <IP> today"),
        ("ip 2001:db8::8a2e:370:7334", "ip <IP>"),
        ("https://x.example/a?token=abcdef0123&b=2", "https://x.example/a?token=<URL_TOKEN>&b=2"),
        ("비밀번호는 abc123! 입니다", "비밀번호는 <SECRET> 입니다"),
        ("제 이름은 홍길동입니다", "제 이름은 <NAME>입니다"),
        ("My name is Ada Lovelace and I wait", "My name is <NAME> and I wait"),
        ("서울특별시 마포구 월드컵북로 396 으로", "<ADDRESS> 으로"),
        ("생년월일: 1992년 8월 15일", "생년월일: <BIRTH_DATE>"),
    ],
)
def test_personal_data_is_replaced(text: str, expected: str) -> None:
    assert redact(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "주문번호 2024-0315-123456 아직 안 왔어요",
        "송장번호 1234567890123",
        "order 4111111111111111 never came",
        "버전 3.10.200.55 에서 튕겨요",
        "v10.20.30.40 crashes",
        "업데이트 1.2.3.4 이후",
        "2020-03-15 14:30 부터 오류",
        "20200315123000 에 결제",
        "가격이 1,000,000원이에요",
        "오류 코드 5001234567",
        "error 0x80070005 and 404",
        "1588-0000 은 전화를 안 받아요",
        "9시 30분에 3000번 버스",
        "I looked at amazon.com dot matrix",
        "password is wrong again",
        "비밀번호는 8자리로 하래요",
        "이름은 좋은데 앱이 느려요",
        "네트워크 대역 10.0.0.0/24",
        "법인등록번호: 110111-0234567",
        "1. 로그인 2. 결제 3. 알림",
        "std::vector at 12:30:45",
        "점수는 9999 9999 9999 9999",
        "다시 20로 돌아가요",
        "@airline thanks for 24/7 service, flight 1234 to 5678",
    ],
)
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert redact(text).text == text


def test_counts_say_how_many_of_each_kind() -> None:
    assert redact("a@b.example.com, c@d.example.com, 010-2345-6789").counts == {"email": 2, "phone": 1}


def test_every_kind_has_a_placeholder_that_is_recognised() -> None:
    assert all(PLACEHOLDER.fullmatch(f"<{kind.upper()}>") for kind in KINDS)


def test_text_around_personal_data_is_kept_character_by_character() -> None:
    text = "  <b>느려요</b>  ㅋㅋㅋㅋ\u200d 010-2345-6789\t끝 "
    assert redact(text).text == text.replace("010-2345-6789", "<PHONE>")


sensitive = st.sampled_from(
    [
        "a@b.example.com",
        "010-2345-6789",
        "4111-1111-1111-1111",
        "900101-1234567",
        "계좌",
        "국민은행",
        "110-234-567890",
        "여권",
        "M12345678",
        "203.0.113.77",
        "my name is",
        "Ada",
        "제 이름은 홍길동",
        "account",
        "12345678",
        "call me at",
        "3.10.2.1",
        "v",
        "<b>",
        "</b>",
        " ",
        "-",
        "\n",
        "010",
        "2345",
        "비밀번호는",
        "abc1!",
        "?token=abcdefgh",
        "DE89370400440532013000",
        "<EMAIL>",
        "0",
        "12",
        "원",
        ".",
        "공일공",
        "이삼사오",
        "육칠팔구",
        "@",
        "(at)",
        "gmail",
        "dot com",
        "name:",
    ]
)


@settings(max_examples=400)
@given(st.lists(st.one_of(sensitive, st.text(max_size=3)), max_size=20).map(" ".join))
def test_redaction_leaves_nothing_that_its_own_rules_find(text: str) -> None:
    redacted = redact(text)
    assert find(redacted.text) == ()
    assert redact(redacted.text).text == redacted.text


@settings(max_examples=300)
@given(st.lists(sensitive, max_size=20).map("".join))
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "01", "010-", "a@", "4111 ", "계좌 1", "a", "가 ", "1.", "강남구 ", ":a", "x", "name: "]
)
def test_a_hostile_cell_takes_linear_time(unit: str) -> None:
    start = time.perf_counter()
    redact(unit * (100_000 // len(unit)))
    assert time.perf_counter() - start < 8
