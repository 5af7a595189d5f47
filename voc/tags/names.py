"""How a tag is called, how many examples it takes, and when its figures call for a warning."""

from __future__ import annotations

import re
import unicodedata

from voc.errors import UsageError
from voc.model import Tag

LEAST_EXAMPLES = 8
MOST_EXAMPLES = 1000
LONGEST_NAME = 40
LONGEST_DESCRIPTION = 500
LOOSE = 0.5
"""Below this cross-validated F1, the examples do not hang together."""

_NAME = re.compile(r"[^\W\d_]\w*")


def tag_name(name: str) -> str:
    """The name as it is kept and filtered by: lower case, words joined by `_`, such as `mentions_competitor`.

    Raises UsageError without repeating the name.
    """
    found = re.sub(r"[\s\-_]+", "_", unicodedata.normalize("NFC", name).strip().lower())
    if len(found) > LONGEST_NAME or not _NAME.fullmatch(found):
        raise UsageError(
            f"A tag's name begins with a letter and has letters, digits and _, {LONGEST_NAME} characters at most.",
            "Such as: mentions_competitor.",
        )
    return found


def check_description(description: str) -> str:
    """The description without blanks around it. Raises UsageError if it is empty or overlong."""
    found = description.strip()
    if not found or len(found) > LONGEST_DESCRIPTION:
        raise UsageError(
            f"A tag needs a description of 1 to {LONGEST_DESCRIPTION} characters.",
            'Say in a sentence what carries it, such as: "The customer compares us with a competitor."',
        )
    return found


def check_examples(count: int) -> None:
    """Raises UsageError for too few or too many different examples."""
    if count < LEAST_EXAMPLES:
        raise UsageError(
            f"A tag needs at least {LEAST_EXAMPLES} different examples, and here are {count}.",
            "Give more texts with --examples, or items of this home with --item.",
        )
    if count > MOST_EXAMPLES:
        raise UsageError(
            f"A tag takes {MOST_EXAMPLES} examples at most, and here are {count}.", "50 good ones are plenty."
        )


def warning(tag: Tag) -> str | None:
    """What to think of before trusting a tag; None if its examples hang together."""
    if tag.f1.value >= LOOSE:
        return None
    return (
        f"The examples do not hang together: F1 in cross-validation is {tag.f1.value:.2f}. Give more of them, or make "
        "one tag of each thing that they speak of."
    )
