"""Keys that last: new groups matched with published themes, and what became of each."""

from voc.link.groups import Group, Linked, Previous, birth_key
from voc.link.linking import link

__all__ = ["Group", "Linked", "Previous", "birth_key", "link"]
