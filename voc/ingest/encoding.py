"""What the bytes of a text file are: UTF-8, CP949, or not text at all. Does not parse anything."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from voc.errors import InputError

_CHUNK = 1 << 20
_BAD_LINES = 0.1
"""Above this share of undecodable lines the whole file has another encoding; below it those lines are broken rows."""
_HANGUL = 0.8
"""Least share of everyday Hangul among the non-ASCII letters of a line that is believed to be CP949. Shift JIS, GBK,
Latin-1 and damaged UTF-8 often decode as CP949 too, but to rare syllables and hanja."""
_EVERYDAY_JAMO = frozenset("ㅋㅎㅠㅜㅡㅇㄷㄱㄴㅅㅈㅉㄹㅂㅁ")

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1b")
_CONTROL_SHARE = 0.02


def require_text(head: bytes, name: str) -> None:
    """Raise InputError if the first bytes of a file can't be those of a UTF-8 or CP949 text."""
    if head.startswith(_UTF16):
        raise InputError(f"{name} is UTF-16 text.", "Save it as UTF-8 (Excel: CSV UTF-8) and try again.")
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise InputError(f"{name} is {what}, not a table of feedback.", _FORMATS)
    controls = len(head) - len(head.translate(None, _CONTROL))
    if controls > _CONTROL_SHARE * len(head):
        raise InputError(f"{name} is a binary file, not text.", _FORMATS)


_FORMATS = "Give a CSV, JSONL, Parquet or XLSX file."


def find_encoding(file: BinaryIO, name: str) -> str:
    """`utf-8-sig` or `cp949`, whichever reads the file; reads it once from the start.

    A few undecodable lines do not decide: they become rejected rows. Raises InputError if neither encoding fits.
    """
    if _is_utf8(file):
        return "utf-8-sig"
    file.seek(0)
    votes = _vote(file)
    encoding = "cp949" if votes.cp949 > votes.utf8 else "utf-8-sig"
    bad = votes.other + (votes.utf8 if encoding == "cp949" else votes.cp949)
    if bad > _BAD_LINES * votes.lines:
        raise InputError(
            f"{name} is neither UTF-8 nor CP949 text.", "Save it as UTF-8 (Excel: CSV UTF-8) and try again."
        )
    return encoding


@dataclass(slots=True)
class _Votes:
    """Lines in all, and non-ASCII lines by what reads them."""

    lines: int = 0
    utf8: int = 0
    cp949: int = 0
    other: int = 0


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _vote(file: BinaryIO) -> _Votes:
    votes = _Votes()
    for line in _pieces(file):
        votes.lines += 1
        if line.isascii():
            continue
        if _decodes(line, "utf-8"):
            votes.utf8 += 1
        elif _decodes(line, "cp949") and _looks_korean(line.decode("cp949")):
            votes.cp949 += 1
        else:
            votes.other += 1
    return votes


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Lines, the longest of them in pieces: no line feed is part of a character in either encoding."""
    return iter(lambda: file.readline(_CHUNK), b"")


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_korean(text: str) -> bool:
    letters = [c for c in text if not c.isascii() and c.isalpha()]
    everyday = sum(c in _EVERYDAY_JAMO or ("가" <= c <= "힣" and _in_ks_x_1001(c)) for c in letters)
    return everyday >= _HANGUL * len(letters)


def _in_ks_x_1001(syllable: str) -> bool:
    """Whether the syllable is one of the 2,350 of KS X 1001, with which nearly all Korean is written."""
    try:
        syllable.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True
