"""What a reader can ask of a home. The API, the page, the command line and the report call these functions."""

from voc.queries.alerts import ToldAlert, alerts
from voc.queries.flags import ToldFlag, flags
from voc.queries.items import Item, ItemMention, attention, attention_count, begins, item
from voc.queries.nearest import QueryVectors
from voc.queries.question import Question
from voc.queries.search import SearchOptions, search
from voc.queries.snapshot import Snapshot, Snapshots
from voc.queries.themes import children, theme, theme_items, themes, trends
from voc.queries.where import parse_where

__all__ = [
    "Item",
    "ItemMention",
    "QueryVectors",
    "Question",
    "SearchOptions",
    "Snapshot",
    "Snapshots",
    "ToldAlert",
    "ToldFlag",
    "alerts",
    "attention",
    "attention_count",
    "begins",
    "children",
    "flags",
    "item",
    "parse_where",
    "search",
    "theme",
    "theme_items",
    "themes",
    "trends",
]
