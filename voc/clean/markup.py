"""What counts as markup in a customer's text: HTML, Markdown, BBCode, web addresses.

Owns the patterns and the order in which they come off. A word in angle brackets that is no HTML element ("<설정>",
a placeholder such as "<EMAIL>") is the customer's and stays.
"""

from __future__ import annotations

import html
import re

from voc.clean.mapped import Mapped

_BLOCK = (
    "address|article|blockquote|br|dd|div|dl|dt|figure|footer|form|h[1-6]|header|hr|li|ol|p|pre|section|table|tr|ul"
)
_INLINE = (
    "a|abbr|b|big|body|button|center|cite|code|col|del|details|em|fieldset|figcaption|font|head|html|i|iframe|img|"
    "input|ins|kbd|label|legend|link|main|mark|meta|nav|noscript|o:p|option|picture|q|s|samp|script|select|small|"
    "source|span|strike|strong|style|sub|summary|sup|svg|tbody|td|textarea|tfoot|th|thead|time|title|tt|u|var|video"
)
# A redacted attribute leaves a placeholder inside its tag, hence the inner alternative.
_REST = r"(?:\s(?:[^<>]|<[A-Z_]{2,20}>)*)?/?>"

_HIDDEN = re.compile(r"<!--.{0,2000}?-->|<(script|style)\b[^<>]*>.{0,2000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK}){_REST}", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE}){_REST}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINK = re.compile(r"!?\[(?P<keep>[^\[\]\n]{0,300})\]\((?:[^()\s\[\]]|\([^()\s\[\]]{0,200}\)){1,2000}\)")
_BBCODE = re.compile(
    r"\[/?(?:b|i|u|h[1-3]|url(?:=[^\[\]\s]{0,2000})?|o?list|\*|quote(?:=[^\[\]\n]{0,200})?|spoiler|strike|code|img|hr)\]",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(?<![\w*])(?P<mark>\*\*|__)(?P<keep>[^\s*_](?:[^*_\n]{0,300}[^\s*_])?)(?P=mark)(?![\w*])")
_HEADING = re.compile(r"^#{1,6}[ \t](?=\S)", re.MULTILINE)
_TICKS = re.compile(r"```[A-Za-z0-9]{0,20}\n|`+")
_ADDRESS = re.compile(
    r"\b(?:https?|ftp)://(?:www\.)?(?P<keep>[^\s/?#<>\"'()\[\]]{1,253})(?:[/?#][^\s<>\"']{0,4000})?", re.IGNORECASE
)

_HINT = re.compile(r"[<`]|\*\*|__|&[A-Za-z#]|\]\(|\[[/\w*]|://|^#", re.MULTILINE)


def has_markup(text: str) -> bool:
    """Whether anything here could be markup; no is certain, yes is not."""
    return _HINT.search(text) is not None


def without_entities(text: Mapped) -> Mapped:
    """Character references written out: "&amp;" is "&"."""
    return text.substitute(_ENTITY, lambda match: html.unescape(match[0])) if "&" in text.text else text


def without_markup(text: Mapped) -> Mapped:
    """Tags, link targets, emphasis and code marks off; a web address is reduced to its host.

    A block tag leaves a line break, since it separates sentences; an inline tag leaves nothing.
    """
    text = without_entities(text)
    if "<" in text.text:
        text = text.substitute(_HIDDEN, "\n").substitute(_BLOCK_TAG, "\n").substitute(_INLINE_TAG, "")
    text = text.keep(_LINK).substitute(_BBCODE, "").keep(_BOLD).substitute(_TICKS, "").keep(_ADDRESS)
    return text.substitute(_HEADING, "")
