"""Theme space, discovery of themes, and assignment of mentions to them."""

from voc.discover.centroids import Assigned, assign, assign_published, centroids_of
from voc.discover.context import in_context
from voc.discover.discovery import Discovery, Options, discover
from voc.discover.dividing import divide, meant
from voc.discover.space import RunSpace, ThemeSpace
from voc.discover.standing import Standing

__all__ = [
    "Assigned",
    "Discovery",
    "Options",
    "RunSpace",
    "Standing",
    "ThemeSpace",
    "assign",
    "assign_published",
    "centroids_of",
    "discover",
    "divide",
    "in_context",
    "meant",
]
