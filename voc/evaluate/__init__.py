"""How well the scores agree with somebody's own labels: `voc evaluate`.

`labels` reads the file, `judge` scores it as `voc score` does, `metrics` holds the formulas, `report` the shape of the
answer. Stores nothing.
"""

from __future__ import annotations

from voc.evaluate.judge import evaluate_file
from voc.evaluate.labels import TASKS, parse_labels, split_mapping
from voc.evaluate.report import Evaluation, evaluation_row

__all__ = ["TASKS", "Evaluation", "evaluate_file", "evaluation_row", "parse_labels", "split_mapping"]
