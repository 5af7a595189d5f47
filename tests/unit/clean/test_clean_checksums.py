from __future__ import annotations

import pytest

from voc.clean import checksums


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "378282246310005", "30569309025904"])
def test_published_test_cards_pass_and_one_changed_digit_fails(number: str) -> None:
    changed = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert checksums.luhn(number)
    assert checksums.card_range(number)
    assert not checksums.luhn(changed)


@pytest.mark.parametrize("number", ["1248100998", "2208162517"])
def test_published_business_numbers_pass_and_one_changed_digit_fails(number: str) -> None:
    assert checksums.business_check(number)
    assert not checksums.business_check(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_iban_examples_of_the_standard_pass() -> None:
    assert checksums.iban_check("GB29NWBK60161331926819")
    assert checksums.iban_check("DE89370400440532013000")
    assert not checksums.iban_check("DE89370400440532013001")


def test_resident_number_check_digit_by_its_formula() -> None:
    head = "900101123456"
    total = sum(int(digit) * weight for digit, weight in zip(head, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    right = (11 - total % 11) % 10
    assert [digit for digit in range(10) if checksums.resident_check(f"{head}{digit}")] == [right]


@pytest.mark.parametrize(
    ("digits", "plausible"),
    [
        ("9001011234567", True),
        ("9002301234567", False),
        ("9013011234567", False),
        ("9001019234567", False),
        ("0002293123456", True),
    ],
)
def test_resident_number_needs_a_date_and_a_century(digits: str, plausible: bool) -> None:
    assert checksums.resident_date(digits) is plausible


def test_article_number_check() -> None:
    assert checksums.ean_check("4006381333931")
    assert not checksums.ean_check("4006381333932")
