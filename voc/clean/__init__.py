"""Clean: Unicode, markup, language, personal data, copies."""

from voc.clean.campaigns import mark_campaigns
from voc.clean.cleaning import clean
from voc.clean.duplicates import Duplicate, mark_duplicates
from voc.clean.language import detect
from voc.clean.normalise import normalise
from voc.clean.pii import PLACEHOLDER, redact

__all__ = [
    "PLACEHOLDER",
    "Duplicate",
    "clean",
    "detect",
    "mark_campaigns",
    "mark_duplicates",
    "normalise",
    "redact",
]
