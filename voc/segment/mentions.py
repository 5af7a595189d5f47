"""The stage: one item → its mentions.

Owns what is done with boundaries: short items stay whole, scraps join a neighbour, endless stretches are cut. Where the
boundaries are is decided in `segment.sentences` and `segment.clauses`.
"""

from __future__ import annotations

import re

from voc.clean.language import detect, dominant_script, written_in
from voc.clean.normalise import normalise
from voc.clean.pii import PLACEHOLDER
from voc.model import UNDETERMINED, Feedback, Mention, Unassigned
from voc.segment.clauses import clauses, has_turn
from voc.segment.sentences import sentences

MOST_MENTIONS = 200
"""What one item can have; the last one holds the rest."""
LONGEST = 300
"""Characters of a mention, some 200 tokens of Korean; a longer stretch is cut at a blank."""
SHORT_CHARACTERS, SHORT_WORDS = 20, 6
"""An item up to both sizes is one mention, unless it contrasts two things."""
_LEAST_WEIGHT = 8
"""What a mention must weigh to stand alone: a letter 1, a syllable block or Han character 2."""

_LETTER = re.compile(r"[^\W\d_ㄱ-ㆎ]")
_HEAVY = re.compile(r"[가-힣\u3040-\u30ff\u3400-\u9fff]")
_STARTS_CLAUSE = re.compile(
    r"\s*(?:but|however|although|though|yet|그런데|근데|하지만|그리고|그래도|다만|\d{1,2}[.)])(?!\w)", re.IGNORECASE
)
_LEFT_OVER = re.compile(r"\A[\W\d_]*(?:입니다|이에요|예요|으로|로|에|은|는|이|가|요)?[\W\d_]*\Z")
_DIFFERENT_LETTERS = 8
_READ = MOST_MENTIONS * LONGEST
"""Characters in which boundaries are looked for; what comes after them belongs to the last mention."""
_LONGEST_SENTENCE = 4 * LONGEST
"""A longer "sentence" is no sentence: it is cut by length alone."""

_ADDRESS = re.compile(
    r"(?<![\w@])@\w{2,}:?|\b(?:t\.co|bit\.ly|goo\.gl|ow\.ly|tinyurl\.com|youtu\.be|fb\.me|dlvr\.it)\b(?:/\S*)?|^RT\b:?"
)

Stretch = tuple[int, int]


def segment(feedback: Feedback) -> tuple[Mention, ...]:
    """The mentions of an item in order.

    They do not overlap and leave out nothing but blanks and markup. `start` and `end` point into `feedback.text`, which
    is redacted already. A text without letters is one mention (see `content_reason`), an empty text none.
    """
    normalised = normalise(feedback.text)
    mentions: list[Mention] = []
    at = 0
    for start, end in _stretches(normalised.text):
        source = normalised.span(start, end)
        first = max(source.start, at)  # one source character may stand for two normalised ones
        at = max(source.end, first)
        text = _said(normalised.text[start:end])
        lang = _language(text, feedback.lang or UNDETERMINED)
        mentions.append(Mention(feedback.item_id, feedback.revision, len(mentions), first, at, text, lang))
    return tuple(mentions)


def _said(stretch: str) -> str:
    """A stretch as the encoder reads it: on one line, without whom it was sent to and without shortened links.

    Left in, an `@handle` in every text would make one theme of each address instead of one of what is said.
    """
    flat = stretch.replace("\n", " ")
    if "@" not in flat and "." not in flat and "RT" not in flat:
        return flat
    return " ".join(_ADDRESS.sub(" ", flat).split())


def content_reason(mention: Mention) -> Unassigned | None:
    """Why a mention can have no theme whatever it says: nothing left after redaction, or no word in it; else None.

    Letters typed for their sound ("ㅋㅋ", "ㅠㅠ") are no word.
    """
    rest = PLACEHOLDER.sub(" ", mention.text)
    if rest != mention.text and _LEFT_OVER.match(rest):
        return Unassigned.REDACTED_EMPTY
    return None if _LETTER.search(rest) else Unassigned.NO_CONTENT


def _stretches(text: str) -> list[Stretch]:
    """Where the mentions are in the normalised text, without blanks at their ends."""
    if not text:
        return []
    pieces = [piece for piece in _pieces(text) if text[piece[0] : piece[1]].strip()]
    cut = [part for piece in _joined(text, pieces) for part in _cut(text, piece)]
    if len(cut) > MOST_MENTIONS or len(text) > _READ:
        last = min(len(cut), MOST_MENTIONS) - 1
        cut[last:] = [(cut[last][0], len(text))]
    return [_stripped(text, piece) for piece in cut]


def _pieces(text: str) -> list[Stretch]:
    if len(text) <= SHORT_CHARACTERS and text.count(" ") < SHORT_WORDS and not has_turn(text):
        return [(0, len(text))]
    pieces: list[Stretch] = []
    for start, end in sentences(text[:_READ]):
        if end - start > _LONGEST_SENTENCE:
            pieces.append((start, end))
        else:
            pieces += ((start + first, start + last) for first, last in clauses(text[start:end]))
    return pieces


def _joined(text: str, pieces: list[Stretch]) -> list[Stretch]:
    """Scraps joined to the piece before them; one that begins the text or a clause of its own, to the piece after."""
    joined: list[Stretch] = []
    waiting: int | None = None
    for start, end in pieces:
        begin = start if waiting is None else waiting
        waiting = None
        if _weight(text, begin, end) >= _LEAST_WEIGHT:
            joined.append((begin, end))
        elif joined and not _STARTS_CLAUSE.match(text[begin:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            waiting = begin
    if waiting is not None:
        begin = joined.pop()[0] if joined else waiting
        joined.append((begin, pieces[-1][1]))
    return joined


def _weight(text: str, start: int, end: int) -> int:
    piece = text[start : min(end, start + 200)]
    return len(_LETTER.findall(piece)) + len(_HEAVY.findall(piece))


def _cut(text: str, piece: Stretch) -> list[Stretch]:
    """A long piece in parts of at most LONGEST characters: at a blank in the last third, else where it must."""
    start, end = piece
    parts: list[Stretch] = []
    while end - start > LONGEST:
        comma = text.rfind(", ", start + LONGEST // 2, start + LONGEST)
        blank = text.rfind(" ", start + LONGEST * 2 // 3, start + LONGEST)
        at = comma + 2 if comma > 0 else blank + 1 if blank > 0 else start + LONGEST
        parts.append((start, at))
        start = at
    return [*parts, (start, end)]


def _stripped(text: str, piece: Stretch) -> Stretch:
    start, end = piece
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _language(text: str, lang: str) -> str:
    """The item's language, unless the mention is clearly written in another script."""
    text = PLACEHOLDER.sub(" ", text[:LONGEST])
    script = dominant_script(text)
    if script is None or script == written_in(lang) or len(_LETTER.findall(text)) < _DIFFERENT_LETTERS:
        return lang
    found = detect(text)
    return lang if found == UNDETERMINED else found
