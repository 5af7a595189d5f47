"""Marks campaigns: one text sent many times with other numbers, links and emoji in it. Deletes nothing.

Copies with equal numbers are `voc.clean.duplicates`' business. Whoever takes part in a campaign counts as one voice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from voc.clean.normalise import normalise
from voc.model import Feedback

LEAST_LETTERS = 30
"""Shorter texts are alike by chance."""
LEAST_ITEMS = 5
"""Fewer are people who quote each other."""

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b\S+\.\S+/\S*|<[a-z_]+>|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![a-z0-9])",
    re.IGNORECASE,
)
"""Addresses, hosts alone (what `normalise` leaves of an address), and placeholders."""


def mark_campaigns(items: Sequence[Feedback]) -> dict[str, str]:
    """item_id → the campaign it belongs to, named by its first item's id; items of none are left out.

    Two texts belong together if their letters are equal once links, digits and placeholders are gone. The order of the
    items does not matter.
    """
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        letters = letters_of(item.text)
        if letters:
            alike[letters].append(item.item_id)
    groups = (sorted(members) for members in alike.values() if len(members) >= LEAST_ITEMS)
    return {member: members[0] for members in groups for member in members}


def letters_of(text: str) -> str:
    """What two texts of a campaign have in common: the letters, without links, digits and placeholders; empty where
    there are fewer than LEAST_LETTERS."""
    letters = "".join(char for char in _LINK.sub(" ", normalise(text).text).casefold() if char.isalpha())
    return letters if len(letters) >= LEAST_LETTERS else ""
