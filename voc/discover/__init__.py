"""Theme space, discovery of themes, and assignment of mentions to them."""

from voc.discover.context import in_context
from voc.discover.discovery import Assigned, Discovery, Options, assign, assign_published, centroids_of, discover
from voc.discover.dividing import divide, meant
from voc.discover.space import RunSpace, ThemeSpace

__all__ = [
    "Assigned",
    "Discovery",
    "Options",
    "RunSpace",
    "ThemeSpace",
    "assign",
    "assign_published",
    "centroids_of",
    "discover",
    "divide",
    "in_context",
    "meant",
]
