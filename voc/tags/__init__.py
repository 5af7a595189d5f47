"""Own tags: a small head over the encoder's vectors, taught from a few examples. Arrays in, a head and figures out."""

from voc.tags.fit import Lesson, Taught, fit_tag
from voc.tags.head import TagHead
from voc.tags.names import LEAST_EXAMPLES, MOST_EXAMPLES, tag_name, warning

__all__ = ["LEAST_EXAMPLES", "MOST_EXAMPLES", "Lesson", "TagHead", "Taught", "fit_tag", "tag_name", "warning"]
