"""Rules for network addresses and secrets: IP addresses, credentials in web addresses, keys, passwords.

A version such as "1.2.3.4" is no address; neither is a network's range, a mask or the loopback.
"""

from __future__ import annotations

import ipaddress
import re

from voc.clean.rules import Rule, before, found

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"(?<![A-Za-z0-9.])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9A-Za-z]|\.[0-9]|/[0-9]|-[0-9])")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]|/[0-9])")
_VERSION_WORD = re.compile(
    r"(?:\bv|\bver|version|버전|버젼|업데이트|업뎃|update|release|build|펌웨어|firmware)[^0-9\n]{0,12}\Z", re.IGNORECASE
)
_ADDRESS_WORD = re.compile(r"\bip\b|아이피|\bdns\b|서버|게이트웨이|server|gateway|\bhost", re.IGNORECASE)

_PARAMETER_NAME = (
    r"(?:(?:access|refresh|id|auth)?_?token|api_?key|key|(?:client_)?secret|sig|signature|auth|"
    r"session(?:_?id)?|sid|jsessionid)"
)
_IN_QUERY = re.compile(
    rf"(?<=[?&;])(?:{_PARAMETER_NAME}=(?=[^&#\s<>\"']{{8}})|(?:password|passwd|pwd|otp)=)(?P<pii>[^&#\s<>\"']{{1,4000}})",
    re.IGNORECASE,
)
_IN_AUTHORITY = re.compile(r"://(?P<pii>[^\s/@:<>]{1,100}:[^\s/@<>]{1,100})(?=@)")
_JSON_WEB_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,2000}")
_KEY = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,100}|sk-[A-Za-z0-9_-]{20,200}|xox[abpr]-[A-Za-z0-9-]{10,200})\b"
)
_PASSWORD = re.compile(
    r"(?:password|passcode|passwd|\bpw\b|비밀번호|비번|패스워드)(?:[ ]?(?:is|:|=)[ ]{0,2}|[은는][ ]{0,2})"
    r"(?P<pii>[!-;=?-~]{4,64}?)(?=[.,]?(?:\s|\Z)|입니다|이에요|예요|이고|인데|임\b)",
    re.IGNORECASE,
)
_A_PARAMETER = re.compile(r"[?&;]\w{2,20}=")
_AN_AUTHORITY = re.compile(r"://[^\s/]{0,200}@")
_A_KEY = re.compile(r"eyJ|AKIA|gh[pousr]_|sk-|xox")
_A_QUAD = re.compile(r"[0-9]\.[0-9]{1,3}\.[0-9]")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_A_PASSWORD = re.compile(r"passw|passc|\bpw\b|비밀번호|비번|패스워드", re.IGNORECASE)


def _is_address(match: re.Match[str]) -> bool:
    """Four small numbers are a version unless a word says address; beyond that the larger ones speak for themselves."""
    head = before(match, 30)
    if _VERSION_WORD.search(head):
        return False
    octets = [int(octet) for octet in found(match).split(".")]
    if octets[0] in (0, 127, 255):
        return False
    if _ADDRESS_WORD.search(head):
        return True
    return (octets[0] >= 10 and max(octets) >= 32) or (len(set(octets)) <= 2 and max(octets) >= 8)


def _is_address_6(match: re.Match[str]) -> bool:
    text = found(match)
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return sum(bool(group) for group in text.split(":")) >= 3


def _is_password(match: re.Match[str]) -> bool:
    """A word alone is what is said about the password ("password is wrong"); a secret has a digit or a sign in it."""
    return any(not char.isalpha() for char in found(match)[:-1])


RULES = (
    Rule("url_token", _IN_QUERY, needs=_A_PARAMETER),
    Rule("url_token", _IN_AUTHORITY, needs=_AN_AUTHORITY),
    Rule("secret", _JSON_WEB_TOKEN, needs=_A_KEY),
    Rule("secret", _KEY, needs=_A_KEY),
    Rule("ip", _IPV4, _is_address, _A_QUAD),
    Rule("ip", _IPV6, _is_address_6, _COLONS),
    Rule("secret", _PASSWORD, _is_password, _A_PASSWORD),
)
