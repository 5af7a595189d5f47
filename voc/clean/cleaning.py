"""The stage: one item as received → the item that may be stored.

What stays is the customer's text character by character, personal data replaced. The normalised form is made again
wherever a model needs it; it is never stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from voc.clean.language import detect
from voc.clean.pii import redact
from voc.model import AttributeValue, Feedback


def clean(feedback: Feedback) -> Feedback:
    """The item with its text and text attributes redacted and its language told.

    `redactions` adds to what earlier cleaning has counted: cleaning a clean item changes nothing.
    """
    text = redact(feedback.text)
    counts = Counter(feedback.redactions) + Counter(text.counts)
    attributes: dict[str, AttributeValue] = {}
    for name, value in feedback.attributes.items():
        redacted = redact(value) if isinstance(value, str) else None
        attributes[name] = value if redacted is None else redacted.text
        counts += Counter(redacted.counts if redacted else {})
    return replace(
        feedback,
        text=text.text,
        lang=detect(text.text, feedback.lang),
        attributes=attributes,
        redactions=_sorted(counts),
    )


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
