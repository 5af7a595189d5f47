"""What the bytes of a text file are: UTF-8, CP949, or not text at all. Does not parse anything."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from voc.errors import InputError

_CHUNK = 1 << 20
_BAD_LINES = 0.1
"""Above this share of undecodable lines the whole file has another encoding; below it those lines are broken rows."""
_HANGUL = 0.8
"""Least share of everyday Hangul among the non-ASCII letters of a file that is believed to be CP949. Shift JIS, GBK,
Latin-1 and damaged UTF-8 often decode as CP949 too, but to rare syllables and hanja."""
_KS_X_1001_BYTES = 2
"""In EUC-KR; the codec spells other syllables out in eight bytes."""
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
    bad = votes.neither + (votes.utf8 if encoding == "cp949" else votes.cp949)
    if bad > _BAD_LINES * votes.lines:
        raise InputError(
            f"{name} is neither UTF-8 nor CP949 text.", "Save it as UTF-8 (Excel: CSV UTF-8) and try again."
        )
    return encoding


@dataclass(slots=True)
class _Votes:
    """Lines in all; non-ASCII lines by what reads them; letters of those that only CP949 reads."""

    lines: int = 0
    utf8: int = 0
    cp949: int = 0
    neither: int = 0
    letters: int = 0
    everyday: int = 0

    def settled(self) -> _Votes:
        """The votes without those for CP949 if what it reads is not Korean."""
        if self.everyday >= _HANGUL * self.letters:
            return self
        return replace(self, cp949=0, neither=self.neither + self.cp949)


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
        if _decoded(line, "utf-8") is not None:
            votes.utf8 += 1
        elif (text := _decoded(line, "cp949")) is not None:
            votes.cp949 += 1
            letters = [c for c in text if not c.isascii() and c.isalpha()]
            votes.letters += len(letters)
            votes.everyday += sum(_is_everyday(c) for c in letters)
        else:
            votes.neither += 1
    return votes.settled()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Lines, the longest of them in pieces: no line feed is part of a character in either encoding."""
    return iter(lambda: file.readline(_CHUNK), b"")


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_everyday(letter: str) -> bool:
    """Whether it is one of the 2,350 syllables of KS X 1001, with which nearly all Korean is written, or chat jamo."""
    if not "가" <= letter <= "힣":
        return letter in _EVERYDAY_JAMO
    return len(letter.encode("euc_kr")) == _KS_X_1001_BYTES
