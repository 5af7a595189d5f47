"""The form of a text that models and rules see, with an exact map back to the stored text.

Owns Unicode form, invisible characters, blanks and drawn-out letters. Markup is `clean.markup`; the map is
`clean.mapped`. The stored text itself is never rewritten by this.
"""

from __future__ import annotations

import re
import unicodedata

from voc.clean.mapped import Mapped
from voc.clean.markup import has_markup, without_entities, without_markup

Normalised = Mapped
"""A normalised text: `text`, and for each of its characters the source stretch [starts[i], ends[i])."""

_MOST_PASSES = 8

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3"
    "\ufe00-\ufe0f\ufeff\ufff9-\uffff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
_CONTROL = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
# In a joined emoji the gender sign after the joiner goes with it: a shrug is a shrug. Skin tones are invisible here.
_INVISIBLE_RUN = re.compile(f"[{_INVISIBLE}]*\u200d[\u2640\u2642]|[{_INVISIBLE}{_CONTROL}]+")
_BLANKS = re.compile(r"\s{2,}|[^\S \n]|[\u3164\u2800]+")
_EDGES = re.compile(r"\A\s+|\s+\Z")
_JAMO = "\u3131-\u318e"
_DRAWN_OUT = re.compile(
    rf"(?P<sign>[{_JAMO}]|[^\w\s.]|_)(?P=sign){{2,}}|(?P<letter>[^\W\d_{_JAMO}])(?P=letter){{3,}}|\.{{4,}}"
)
_NOT_PLAIN = re.compile(
    rf"{_DRAWN_OUT.pattern}|\s\s|[^\S \n]|"
    rf"[{_INVISIBLE}{_CONTROL}\u3164\u2800\u3000\uff01-\uff5e\U0001d7ce-\U0001d7ff]|\A\s|\s\Z"
)
_BRACKETS = re.compile(r"[<>&\[\]`*_#:]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for code in range(0x80, 0x20000)
    if unicodedata.digit(chr(code), None) is not None
}
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\u3161\ufe58\ufe63\uff0d"), "-")
_FOLDED = _WIDTH | _DIGITS | _DASHES


def storable(text: str) -> str:
    """The text without what no database or encoder can hold: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text) if _UNSTORABLE.search(text) else text


def normalise(text: str) -> Normalised:
    """The text as models see it.

    NFC, invisible and control characters out, full-width ASCII narrow, markup off, runs of blanks one blank (or one
    line break if there was one), "ㅋㅋㅋㅋ" two, "soooooo" three, digits untouched. Normalising the result again
    changes nothing.
    """
    if not has_markup(text) and _NOT_PLAIN.search(text) is None and unicodedata.is_normalized("NFC", text):
        return Mapped.identity(text)
    done = Mapped.identity(text)
    for _ in range(_MOST_PASSES):
        before, done = done.text, _one_pass(done)
        if done.text == before:
            return done
    # Markup nested deeper than this is no customer's writing: its brackets become blanks, which ends the matter.
    done = done.substitute(_BRACKETS, " ")
    while (after := _one_pass(done)).text != done.text:
        done = after
    return done


def _one_pass(text: Mapped) -> Mapped:
    text = _visible(text)
    if has_markup(text.text):
        text = without_markup(text)
    text = text.substitute(_BLANKS, lambda match: "\n" if "\n" in match[0] or "\r" in match[0] else " ")
    return text.substitute(_DRAWN_OUT, _shortened).substitute(_EDGES, "").composed()


def _visible(text: Mapped) -> Mapped:
    """Full-width characters narrow, invisible ones out, the rest composed."""
    return text.translate(_WIDTH).substitute(_INVISIBLE_RUN, "").composed()


def _shortened(match: re.Match[str]) -> str:
    if match["sign"]:
        return match["sign"] * 2
    return match["letter"] * 3 if match["letter"] else "..."


def folded(text: str) -> Mapped:
    """The text as rules for personal data see it: visible characters, every dash "-", every digit 0-9; markup stays."""
    if text.isascii() and "&" not in text and not _INVISIBLE_RUN.search(text):
        return Mapped.identity(text)
    return without_entities(_visible(Mapped.identity(text))).translate(_FOLDED)


def without_markup_folded(text: str) -> Mapped:
    """The same for the normalised text: what personal data looks like once markup and blanks are gone."""
    return normalise(text).translate(_FOLDED)
