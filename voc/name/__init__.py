"""Naming: what a theme is called, the words that tell it, and the customers' own words for it.

`Tokeniser` is shared with the full-text index: what is searchable and what names themes is read the same way.
"""

from voc.name.drafts import NameOptions
from voc.name.glossary import Glossary
from voc.name.naming import EVERY_READER, Embed, Members, Named, Names, name
from voc.name.sides import names_something
from voc.name.tokens import Tokeniser, Units

__all__ = [
    "EVERY_READER",
    "Embed",
    "Glossary",
    "Members",
    "NameOptions",
    "Named",
    "Names",
    "Tokeniser",
    "Units",
    "name",
    "names_something",
]
