"""Own tags: a small head over the encoder's vectors, taught from a few examples. Arrays in, a head and figures out.

Here is what needs no arrays; teaching is `fit.fit_tag`, applying `head.TagHead`.
"""

from voc.tags.names import LEAST_EXAMPLES, MOST_EXAMPLES, tag_name, warning

__all__ = ["LEAST_EXAMPLES", "MOST_EXAMPLES", "tag_name", "warning"]
