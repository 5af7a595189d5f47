"""Segment: an item into mentions, each about one thing."""

from voc.segment.mentions import content_reason, segment

__all__ = ["content_reason", "segment"]
