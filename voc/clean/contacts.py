"""Rules for e-mail addresses and phone numbers, written plainly, spaced, spelled out or disguised.

Numbers that only companies have (080, 15xx, 16xx, 18xx) are no personal data and stay: "1588-0000 never answers" is
feedback. Does not find messenger ids or social handles.
"""

from __future__ import annotations

import re

from voc.clean.rules import (
    NOT_AFTER_CODE,
    NOT_BEFORE_CODE,
    Rule,
    digits_of,
    found,
    is_date,
    is_other_number,
)

_LOCAL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+](?:[A-Za-z0-9._%+-]{0,126}[A-Za-z0-9_%+-])?"
_LABEL = r"[A-Za-z0-9가-힣](?:[A-Za-z0-9가-힣-]{0,62})"
_PROVIDER = (
    r"(?:g-?mail|naver|daum|hanmail|nate|kakao|yahoo|hotmail|outlook|icloud|proton(?:mail)?|live|msn|aol|gmx|web|qq|163"
    r"|네이버|지메일|쥐메일|구글|다음|한메일|네이트|카카오|핫메일|야후)"
)
_TLD = r"(?:com|net|org|edu|gov|info|io|me|kr|jp|cn|de|fr|uk|us|eu|co|co\.kr|co\.uk|co\.jp|ac\.kr|or\.kr|go\.kr|컴|넷)"
_BRACKETED_AT = r"[ ]{0,2}(?:[(\[{<][ ]?(?:at|a|@|앳|골뱅이)[ ]?[)\]}>]|골뱅이|(?<= )앳(?= ))[ ]{0,2}"
_DOT = r"[ ]{0,2}(?:\.|[(\[{<][ ]?(?:dot|\.|닷|점)[ ]?[)\]}>]|(?<= )dot(?= )|닷|쩜|(?<= )점)[ ]{0,2}"

_EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.){{1,6}}[A-Za-z]{{2,24}}", re.IGNORECASE)
_EMAIL_DISGUISED = re.compile(
    rf"{_LOCAL}{_BRACKETED_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}{_TLD}(?![A-Za-z])", re.IGNORECASE
)
_EMAIL_SPOKEN = re.compile(rf"{_LOCAL} at {_LABEL}(?: dot {_LABEL}){{0,3}} dot {_TLD}(?![A-Za-z])", re.IGNORECASE)
_EMAIL_SPACED = re.compile(
    rf"{_LOCAL}(?:[ ]{{0,2}}@[ ]{{0,2}}|{_BRACKETED_AT}){_PROVIDER}(?:{_DOT}{_TLD}(?![A-Za-z])|(?![A-Za-z0-9가-힣.]))",
    re.IGNORECASE,
)

_EMAIL_WIDE = re.compile(rf"{_LOCAL} ?@ ?{_LABEL}(?: \. {_LABEL}){{0,3}} [.,] {_TLD}(?![A-Za-z])", re.IGNORECASE)
_AN_AT = re.compile(
    rf"[A-Za-z0-9] ?@|@ |@{_PROVIDER}|골뱅이| 앳 |[(\[{{<][ ]?(?:at?|@|앳)[ ]?[)\]}}>]| dot ", re.IGNORECASE
)

_GAP = r"[-. ~_/]{0,3}"
_CUT = r"[-. )~_/]{1,3}"
_COUNTRY = r"(?:\(?\+?82\)?[-. ]{0,2}\(?0?\)?|\(?0)"
_AREA = r"(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50[0-9])"
_MASK = r"[0-9*●○•xX]"
_MOBILE = re.compile(rf"{NOT_AFTER_CODE}{_COUNTRY}1[016789]\)?{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}(?!-?[0-9])")
_MOBILE_MASKED = re.compile(
    rf"{NOT_AFTER_CODE}{_COUNTRY}1[016789]\)?[-. ]?{_MASK}{{3,4}}[-. ]?{_MASK}{{4}}(?![0-9A-Za-z*])"
)
_LANDLINE = re.compile(rf"{NOT_AFTER_CODE}{_COUNTRY}{_AREA}{_CUT}[0-9]{{3,4}}{_CUT}[0-9]{{4}}(?!-?[0-9])")
_KOREA = re.compile(
    rf"{NOT_AFTER_CODE}\(?\+82\)?[-. ]{{0,2}}\(?0?\)?{_AREA}{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}(?!-?[0-9])"
)
_SPOKEN_DIGIT = "0-9공영빵일이삼사오육륙칠팔구"
_MOBILE_SPOKEN = re.compile(
    rf"(?<![A-Za-z0-9])[0공영빵oO][-. ]?[1일Il][-. ]?[0공영빵oO](?:[-. ]{{0,3}}[{_SPOKEN_DIGIT}oOlI]){{8}}(?![0-9])"
)
_A_MOBILE_HEAD = re.compile(r"[0공영빵oO][- ]?[1일Il][- ]?[016-9공영빵oO]")
_NORTH_AMERICA = re.compile(
    rf"{NOT_AFTER_CODE}(?:(?:\+|00)?1[-. ])?(?:\([2-9][0-9]{{2}}\)[-. ]?|[2-9][0-9]{{2}}[-.])[0-9]{{3}}[-. ][0-9]{{4}}"
    rf"(?:[ ]?(?:x|ext\.?)[ ]?[0-9]{{1,6}})?{NOT_BEFORE_CODE}"
)
_INTERNATIONAL = re.compile(r"(?<![A-Za-z0-9+-])(?:\+|00(?=[1-9][0-9]{0,2}-))[0-9][0-9 ().-]{6,20}[0-9](?![A-Za-z0-9])")
_NUMBER = r"\(?[0-9](?:[ ().-]{0,2}[0-9]){6,14}(?:x[0-9]{1,6})?"
_AFTER_WORD = re.compile(
    r"(?:phone|\btel\b|telephone|mobile|\bcell\b|\bfax|\bdesk|whatsapp|call(?:ing)?(?: me| us)?(?: back)? (?:at|on)"
    r"|(?:reach|text)(?: me| us)? (?:at|on)|answering at|messages to|registered|my number|전화|연락처|핸드폰|"
    r"휴대폰|휴대전화|폰번호|팩스|내선)"
    rf"[^0-9\n(+]{{0,14}}\n?(?P<pii>{_NUMBER})(?![0-9A-Za-z]|[.,][0-9]|[ ]?(?:원|번|건|개|명|분|시|초|회|년|won|krw))",
    re.IGNORECASE,
)
_BEFORE_WORD = re.compile(
    rf"(?<![A-Za-z0-9.-])(?P<pii>{_NUMBER})(?=[ ]?[-(]?[ ]?(?:office|fax|mobile|cell|home)\b)", re.IGNORECASE
)


def _is_mobile(match: re.Match[str]) -> bool:
    """010 has eight digits after it; the older prefixes have seven or eight."""
    number = digits_of(match).removeprefix("82").lstrip("0")
    return len(number) == 10 or (len(number) == 9 and not number.startswith("10"))


def _is_masked(match: re.Match[str]) -> bool:
    return any(char in found(match) for char in "*●○•xX")


def _is_spelled(match: re.Match[str]) -> bool:
    """Not three blocks of plain digits, which the other rules have judged."""
    return not re.fullmatch(r"[0-9]{3}[-. ]{0,3}[0-9]{1,4}[-. ]{0,3}[0-9]{1,7}", found(match))


def _is_possible(match: re.Match[str]) -> bool:
    """Whether the country has numbers of this length (libphonenumber's metadata)."""
    import phonenumbers  # heavy, and few texts hold such a number

    try:
        number = phonenumbers.parse("+" + digits_of(match).removeprefix("00"))
    except phonenumbers.NumberParseException:
        return False
    # A trunk zero in brackets, "+46 (0)8 …", is part of how people write it; the parser takes it for a digit.
    return phonenumbers.is_possible_number(number) or "(0)" in found(match)


def _is_called_phone(match: re.Match[str]) -> bool:
    company = re.match(r"(?:080|1[568][0-9]{2})", digits_of(match))
    return not (company or is_date(match) or is_other_number(match))


RULES = (
    Rule("email", _EMAIL, needs=_AN_AT),
    Rule("email", _EMAIL_DISGUISED, needs=_AN_AT),
    Rule("email", _EMAIL_SPACED, needs=_AN_AT),
    Rule("email", _EMAIL_WIDE, needs=_AN_AT),
    Rule("email", _EMAIL_SPOKEN, needs=_AN_AT),
    Rule("phone", _MOBILE, _is_mobile),
    Rule("phone", _MOBILE_MASKED, _is_masked, needs=_A_MOBILE_HEAD),
    Rule("phone", _MOBILE_SPOKEN, _is_spelled, needs=_A_MOBILE_HEAD),
    Rule("phone", _LANDLINE),
    Rule("phone", _KOREA, lambda match: not re.search(r"1[568][0-9]{2}[0-9]{4}\Z", digits_of(match))),
    Rule("phone", _INTERNATIONAL, _is_possible),
    Rule("phone", _NORTH_AMERICA, lambda match: not is_other_number(match)),
    Rule("phone", _AFTER_WORD, _is_called_phone),
    Rule("phone", _BEFORE_WORD, lambda match: not is_date(match)),
)
