"""Rules for what a person says of themselves: name, postal address, date of birth.

Conservative on purpose: a name is found only where the text announces one ("my name is", "성명:"), an address only with
street and number. Does not find names in running text; that takes a model.
"""

from __future__ import annotations

import re

from voc.clean.rules import Rule

_SURNAME = (
    r"(?:남궁|황보|제갈|선우|독고|사공|서문"
    r"|[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부])"
)
_LABEL = (
    r"(?:성\s?명|이\s?름|고객명|예금주|주문자|주문인|구매자|수령인|수취인|수신인|신청인|작성자|환자명|보호자명|민원인|가입자|신고인|청구인|담당자"
    r"|받는\s?(?:분|사람)|보내는\s?(?:분|사람))"
)
_NAME_LABELLED = re.compile(
    rf"{_LABEL}[ ]?(?:\([^()\n]{{0,10}}\))?[ ]?:[ ]{{0,2}}(?P<pii>{_SURNAME}[가-힣]{{1,3}})(?![가-힣])"
)
_NAME_TOLD = re.compile(
    rf"(?:제|내|저의|나의|본인)[ ]?이름은[ ]?(?P<pii>{_SURNAME}[가-힣]{{1,2}})(?=입니다|이에요|예요|이고|이구|"
    rf"인데|이라|[\s.,!]|\Z)"
)
_CAPITAL = "A-ZÀ-ÖØ-ÞĀČĆĐĒĘĞĢĪİĶĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽ"
_WORD = rf"[{_CAPITAL}][\w'’-]{{0,30}}"
_NAME_ENGLISH = re.compile(
    rf"(?i:\bmy (?:full )?name(?: is|'s|’s)|(?:^|[\n,;(][ ]?)(?:full |first |last |customer |"
    rf"contact )?name[ ]?:|성명\(영문\)[ ]?:)[ ]{{1,2}}(?P<pii>{_WORD}(?: {_WORD}){{0,3}})"
)
_NAME_CALLING = re.compile(rf"\b(?i:this is|i am|i'm) (?P<pii>{_WORD}(?: {_WORD}){{0,2}}) (?:speaking|calling)\b")

_PROVINCE = (
    r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|충청북|충청남|전라북|전라남|경상북|경상남)"
    r"(?:특별자치시|특별자치도|특별시|광역시|도|시)?[ ]{1,2}"
)
_NO_DISTRICT = (
    r"(?!(?:다시|혹시|역시|반드시|즉시|무시|표시|당시|공시|임시|동시|수시|잠시|일시|택시|친구|누구|요구|도구|"
    r"연구|욕구|입구|출구|영구|지구)[ ])"
)
_DISTRICT = (
    rf"(?:(?:{_PROVINCE})(?:[가-힣]{{1,5}}(?:시|군|구)[ ]{{1,2}}){{0,2}}|{_NO_DISTRICT}[가-힣]{{1,4}}(?:시|군|"
    rf"구)[ ]{{1,2}}(?:[가-힣]{{1,4}}구[ ]{{1,2}})?)(?:[가-힣]{{1,5}}(?:읍|면|동|리)[ ]){{0,2}}"
)
_UNIT = (
    r"(?![0-9]{0,3}[A-Za-z]|[0-9,.]{0,9}[ ]?(?:원|만|천|개|명|분|초|시|일|월|년|퍼|프로|%|층|번(?!지|길)|배|회|건|차))"
)
_ROAD = rf"[가-힣][가-힣0-9]{{0,11}}(?:로|길)[ ]?(?:[0-9]{{1,4}}번?길[ ]?)?[0-9]{{1,5}}(?:-[0-9]{{1,5}})?{_UNIT}"
_LOT = rf"[가-힣][가-힣0-9]{{0,7}}(?:동|리|[0-9]가)[ ][0-9]{{1,5}}(?:-[0-9]{{1,5}})?(?:번지)?{_UNIT}"
_DETAIL = (
    r"(?:,?[ ][가-힣A-Za-z0-9]{1,20}[ ]?(?:아파트|빌라|빌딩|타워|오피스텔|센터|맨션|하이츠|자이|"
    r"푸르지오))?(?:,?[ ]?[0-9A-Za-z가-힣]{1,5}(?:동|호|층)){0,3}"
)
_ADDRESS_KOREAN = re.compile(rf"(?<![가-힣0-9])(?:\([0-9]{{5}}\)[ ]?)?{_DISTRICT}(?:{_ROAD}|{_LOT}){_DETAIL}")
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|squares|terrace|"
    r"highway|hwy|parkway|pkwy)"
)
_ADDRESS_ENGLISH = re.compile(
    rf"(?<![\w.-])[0-9]{{1,5}} (?:[A-Z0-9][\w'.-]{{0,20}} ){{1,4}}(?i:{_STREET})\b\.?"
    r"(?:,?\s{1,2}(?i:apt|suite|unit|ste|floor|#)\.?[ ]?[\w-]{1,8})?"
    r"(?:,?\s{1,2}[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20})?,?\s{1,2}[A-Z]{2}(?: [0-9]{5}(?:-[0-9]{4})?)?)?"
)
_BOX = re.compile(r"\b(?i:p\.?[ ]?o\.?[ ]?box)[ ]#?[0-9]{1,6}\b")

_DATE = (
    r"(?:(?:19|20)?[0-9]{2}[ ]?[년./-][ ]?[0-9]{1,2}[ ]?[월./-][ ]?[0-9]{1,2}일?|"
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{8}|[0-9]{6}"
    r"|(?:[0-9]{1,2} )?[A-Z][a-z]{2,8}\.? (?:[0-9]{1,2}(?:st|nd|rd|th)?,? )?[0-9]{4})"
)
_BIRTH = re.compile(
    rf"(?i:생\s?년\s?월\s?일|(?<![가-힣])생일|date of birth|\bdob\b|birth ?date|birthday|\bborn on)[ ]?(?:은|"
    rf"는|이|is)?[^\w\n]{{0,8}}(?P<pii>{_DATE})(?![0-9])"
)
_A_BIRTH = re.compile(r"birth|\bdob\b|생\s?년|생일|born", re.IGNORECASE)
_A_PLACE = re.compile(r"[가-힣0-9](?:로|길|동|리|가)[ ]?[0-9]")
_A_STREET = re.compile(rf"[a-z] {_STREET}\b", re.IGNORECASE)
_A_BOX = re.compile("box", re.IGNORECASE)
_A_NAME = re.compile(rf"name|{_LABEL}|이름은|speaking|calling", re.IGNORECASE)


RULES = (
    Rule("birth_date", _BIRTH, needs=_A_BIRTH),
    Rule("address", _ADDRESS_KOREAN, needs=_A_PLACE),
    Rule("address", _ADDRESS_ENGLISH, needs=_A_STREET),
    Rule("address", _BOX, needs=_A_BOX),
    Rule("name", _NAME_LABELLED, needs=_A_NAME),
    Rule("name", _NAME_TOLD, needs=_A_NAME),
    Rule("name", _NAME_ENGLISH, needs=_A_NAME),
    Rule("name", _NAME_CALLING, needs=_A_NAME),
)
