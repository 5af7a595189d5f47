"""Stage 1: files and dicts to feedback. Columns are mapped, dates read, rows identified; broken rows are rejected.

Text stays raw: it is redacted by `voc.clean` before anything is stored. Start reading at `read.py`.
"""

from __future__ import annotations

from voc.ingest.convert import Converter, Taken, from_dicts
from voc.ingest.mapping import FIELDS, IngestOptions, find_column, parse_map
from voc.ingest.plan import Planned, Planner, Status, plan
from voc.ingest.read import count_rows, read_beside, read_feedback
from voc.ingest.values import words

__all__ = [
    "FIELDS",
    "Converter",
    "IngestOptions",
    "Planned",
    "Planner",
    "Status",
    "Taken",
    "count_rows",
    "find_column",
    "from_dicts",
    "parse_map",
    "plan",
    "read_beside",
    "read_feedback",
    "words",
]
