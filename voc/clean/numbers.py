"""Rules for numbers that a state, a bank or a card issuer gave to a person or a company.

A number with a check digit must pass it, unless the words around it say what it is. Does not find order, tracking,
version or error numbers, prices and dates, and must not.
"""

from __future__ import annotations

import re

from voc.clean import checksums
from voc.clean.rules import (
    NOT_AFTER_CODE,
    NOT_BEFORE_CODE,
    Rule,
    after,
    before,
    digits_of,
    found,
    is_date,
    is_other_number,
)

_GROUPS = r"(?P<cut>[ -]?|[ ]-[ ])[0-9]{4}(?P=cut)[0-9]{4}(?P=cut)[0-9]{4}(?:(?P=cut)[0-9]{3})?"
_CARD = re.compile(rf"{NOT_AFTER_CODE}(?:[0-9]{{4}}{_GROUPS}|[0-9]{{12,19}}){NOT_BEFORE_CODE}")
_CARD_15 = re.compile(rf"{NOT_AFTER_CODE}3[04678][0-9]{{2}}[ -][0-9]{{6}}[ -][0-9]{{4,5}}{NOT_BEFORE_CODE}")
_M = r"[0-9*xX•●○]"
_CARD_MASKED = re.compile(
    rf"(?<![\w*•●○-]){_M}{{4}}(?P<cut>[ -]?){_M}{{4}}(?P=cut){_M}{{4}}(?P=cut){_M}{{4}}(?![A-Za-z0-9*•●○])"
)
_A_MASK = re.compile(r"[*xX•●○]{2}")
_CARD_WORD = re.compile(r"card|\bcc\b|credit|debit|visa|master|amex|카드", re.IGNORECASE)

_RESIDENT = re.compile(
    rf"{NOT_AFTER_CODE}[0-9]{{6}}(?P<cut>[ ]?[- ]?[ ]?)(?:[1-8][0-9*xX●○•]{{6}}|"
    rf"(?<=-)[*xX●○•]{{7}})(?![0-9*A-Za-z]|-[0-9])"
)
_SAID = "[0-9공영빵일이삼사오육륙칠팔구]"
_RESIDENT_SAID = re.compile(
    rf"(?:주민|외국인\s?등록|민증)[^0-9\n]{{0,20}}?(?P<pii>{_SAID}(?:[ ]?{_SAID}){{5}}[ ]?(?:-|다시|"
    rf"대시)?[ ]?{_SAID}(?:[ ]?{_SAID}){{6}})"
)
_RESIDENT_HEAD = re.compile(r"(?:주민|민증)[^0-9\n]{0,20}(?P<pii>[0-9]{6}[ ]?-[ ]?[1-8])(?![0-9*])")
_RESIDENT_WORD = re.compile(r"주민|외국인\s?등록|민증|resident registration", re.IGNORECASE)
_A_RESIDENT = re.compile(r"주민|외국인\s?등록|민증")
_COMPANY_WORD = re.compile(r"법인")

_BUSINESS = re.compile(rf"{NOT_AFTER_CODE}[0-9]{{3}}-[0-9]{{2}}-[0-9]{{5}}{NOT_BEFORE_CODE}")
_BUSINESS_PLAIN = re.compile(rf"사업자[^0-9\n]{{0,14}}(?P<pii>[0-9]{{10}}){NOT_BEFORE_CODE}")
_LICENCE = re.compile(rf"{NOT_AFTER_CODE}(?:1[1-9]|2[0-8])-[0-9]{{2}}-[0-9]{{6}}-[0-9]{{2}}{NOT_BEFORE_CODE}")
_LICENCE_CALLED = re.compile(
    r"(?:driv(?:er'?s?|ers'|ing)\s?licen[cs]e|면허)(?:[ ]?(?:number|no\.?|#|번호))?[ ]?(?:is|:|=|은|는)?[ ]{0,2}"
    rf"(?P<pii>[A-Za-z0-9][A-Za-z0-9-]{{5,18}}){NOT_BEFORE_CODE}",
    re.IGNORECASE,
)
_PASSPORT = re.compile(
    rf"{NOT_AFTER_CODE}(?:[A-Za-z]{{1,2}}[ -]?[0-9*]{{3,5}}[ -]?[0-9*]{{3,5}}|[MSRGDmsrgd][0-9]{{3}}[A-Za-z][0-9]{{4}})"
    rf"{NOT_BEFORE_CODE}"
)
_A_PASSPORT = re.compile(r"[A-Za-z][ -]?[0-9*]{3}")
_PASSPORT_KOREAN = re.compile(r"[MSRGD](?:[0-9]{8}|[0-9]{3}[A-Z][0-9]{4})")
_PASSPORT_WORD = re.compile(r"여권|passport", re.IGNORECASE)
_SSN = re.compile(rf"{NOT_AFTER_CODE}[0-9]{{3}}[- ][0-9]{{2}}[- ][0-9]{{4}}{NOT_BEFORE_CODE}")
_SSN_WORD = re.compile(r"\bssn\b|social security|tax id", re.IGNORECASE)
_HANGUL = re.compile("[가-힣]")

_IBAN = re.compile(rf"{NOT_AFTER_CODE}[A-Za-z]{{2}}[0-9]{{2}}[A-Za-z0-9]{{11,30}}(?![A-Za-z0-9])")
_IBAN_SPACED = re.compile(
    rf"{NOT_AFTER_CODE}[A-Z]{{2}}[0-9]{{2}}(?: [A-Z0-9]{{4}}){{2,7}}(?: [A-Z0-9]{{1,3}})?(?![A-Za-z0-9])"
)

_NO_UNIT = r"(?![ ]?(?:원|만|억|건|개|명|달러|주|won|krw|usd|%))"
_ACCOUNT = re.compile(
    rf"{NOT_AFTER_CODE}(?:[0-9]{{2,7}}(?:[ ]?-[ ]?[0-9]{{1,8}}){{1,4}}|[0-9]{{10,16}}){NOT_BEFORE_CODE}{_NO_UNIT}"
)
_BANK = (
    r"(?:국민|신한|우리|하나|기업|씨티|제일|산업|대구|부산|경남|광주|전북|제주|카카오|케이|토스|저축|KB|NH|IBK|"
    r"SC|K)[ ]?(?:은행|뱅크)"
    r"|농협|신협|수협|새마을금고|카뱅|우체국"
)
_ACCOUNT_WORD = re.compile(rf"계좌|입금|송금|예금주|이체|{_BANK}", re.IGNORECASE)
_HOLDER_WORD = re.compile(rf"예금주|계좌|{_BANK}", re.IGNORECASE)
_ACCOUNT_CALLED = re.compile(
    r"\b(?:account|acct\.?|a/c|routing)[ ]?(?:number|no\.?|num\.?|nr\.?|#)?[ ]?(?:is|:|=|#)?[ ]{0,2}"
    rf"(?P<pii>[0-9](?:[ -]?[0-9]){{5,16}}){NOT_BEFORE_CODE}",
    re.IGNORECASE,
)
_PHONE_LIKE = re.compile(r"0(?:1[016789]|70|80|2(?=[- ]))")


def _is_card(match: re.Match[str]) -> bool:
    """Issuer range and Luhn; four groups of four in an issuer's range are a card even with a digit mistyped."""
    digits = digits_of(match)
    if not checksums.card_range(digits):
        return False
    called = _CARD_WORD.search(before(match, 30)) is not None
    if called:
        return checksums.luhn(digits) or len(digits) >= 15
    if is_other_number(match):
        return False
    grouped = len(found(match)) > len(digits) and len(digits) == 16 and _is_varied(digits)
    return grouped or (len(digits) >= 14 and checksums.luhn(digits))


def _is_masked_card(match: re.Match[str]) -> bool:
    """Four digits and four masks at least; sixteen plain digits are for the other rules."""
    digits = digits_of(match)
    return 4 <= len(digits) <= 12 and (not is_other_number(match) or bool(_CARD_WORD.search(before(match, 30))))


def _is_resident(match: re.Match[str]) -> bool:
    """Cut in two, a date is enough; in one piece, the check digit or the word has to speak for it."""
    text = found(match)
    head = before(match, 30)
    digits = text.replace(match["cut"], "", 1) if match["cut"] else text
    sex = digits[6] if digits[6].isdigit() else "1"
    if not checksums.resident_date(digits[:6] + sex + "000000") or _COMPANY_WORD.search(head):
        return False
    if match["cut"] or _RESIDENT_WORD.search(head):
        return True
    return digits.isdigit() and checksums.resident_check(digits) and not checksums.ean_check(digits)


def _is_passport(match: re.Match[str]) -> bool:
    """A word says so before it; the shape of Korean numbers is enough in Korean text."""
    size = sum(char in "0123456789*" for char in found(match))
    if 7 <= size <= 9 and len(digits_of(match)) >= 3 and _PASSPORT_WORD.search(before(match, 60)):
        return True
    korean = _HANGUL.search(before(match, 40) + after(match, 40)) and _PASSPORT_KOREAN.fullmatch(found(match))
    return bool(korean) and not is_other_number(match)


def _is_ssn(match: re.Match[str]) -> bool:
    if not checksums.ssn_range(digits_of(match)):
        return False
    plain = (
        "-" in found(match) and not is_other_number(match) and not _HANGUL.search(before(match, 40) + after(match, 40))
    )
    return plain or _SSN_WORD.search(before(match, 40)) is not None


def _is_account(match: re.Match[str]) -> bool:
    """Between nine and sixteen digits beside the name of a bank or a word for account; never a phone number "
    "or a date."""
    text = found(match)
    if not 9 <= len(digits_of(match)) <= 16 or not _is_varied(text):
        return False
    if _PHONE_LIKE.match(text) or is_date(match) or is_other_number(match):
        return False
    return bool(_ACCOUNT_WORD.search(before(match, 25)) or _HOLDER_WORD.search(after(match, 14)))


def _is_varied(digits: str) -> bool:
    """At least three different digits: "0000-0000" is a filler."""
    return len(set(digits) - {"-", " "}) >= 3


def _many_digits(match: re.Match[str]) -> bool:
    return len(digits_of(match)) >= 5


RULES = (
    Rule("iban", _IBAN, lambda match: checksums.iban_check(found(match))),
    Rule("iban", _IBAN_SPACED, lambda match: checksums.iban_check(found(match).replace(" ", ""))),
    Rule("rrn", _RESIDENT, _is_resident),
    Rule("rrn", _RESIDENT_HEAD, lambda match: checksums.resident_date(digits_of(match) + "000000")),
    Rule("rrn", _RESIDENT_SAID, needs=_A_RESIDENT),
    Rule("card", _CARD, _is_card),
    Rule("card", _CARD_15, lambda match: checksums.card_range(digits_of(match)) and checksums.luhn(digits_of(match))),
    Rule("card", _CARD_MASKED, _is_masked_card, needs=_A_MASK),
    Rule("driver_licence", _LICENCE),
    Rule("driver_licence", _LICENCE_CALLED, _many_digits),
    Rule("passport", _PASSPORT, _is_passport, needs=_A_PASSPORT),
    Rule("business_no", _BUSINESS, lambda match: checksums.business_check(digits_of(match))),
    Rule("business_no", _BUSINESS_PLAIN, lambda match: checksums.business_check(digits_of(match))),
    Rule("ssn", _SSN, _is_ssn),
    Rule("account", _ACCOUNT, _is_account),
    Rule("account", _ACCOUNT_CALLED, lambda match: not is_date(match)),
)
