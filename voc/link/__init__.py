"""Keys that last: new groups matched with published themes, and what became of each."""

from voc.link.carrying import Carried, carry
from voc.link.groups import Group, Linked, Previous, birth_key
from voc.link.linking import link
from voc.link.stability import Stability, compare

__all__ = ["Carried", "Group", "Linked", "Previous", "Stability", "birth_key", "carry", "compare", "link"]
