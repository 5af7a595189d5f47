"""An item has the same scores wherever they come from: a run, and the scoring of a list."""

from __future__ import annotations

import numpy as np
import pytest

from voc import Engine

pytestmark = pytest.mark.filterwarnings("ignore")
TEXTS = [
    "I called three times about my refund. Nobody answers. The colours of the app are lovely though.",
    "The delivery was quick but the box was crushed, and support never replied.",
    "배송은 빨랐어요. 그런데 환불이 아직 안 됐고 고객센터는 전화를 안 받아요.",
    "El pedido no llega y nadie contesta en soporte. Nobody answers.",
    "Nobody answers.",
]


def test_a_run_scores_an_item_as_a_list_is_scored(tmp_path):
    with Engine(tmp_path / "home") as engine:
        engine.ingest([{"id": str(at), "text": text} for at, text in enumerate(TEXTS)])
        engine.run()
        table = engine.snapshot().published.mentions
        scored = engine.score(TEXTS)
    several = 0
    for at, item in enumerate(scored):
        rows = np.flatnonzero(table.id == str(at))
        rows = rows[np.argsort(table.index[rows])]
        several += len(rows) > 1
        assert table.urgency[rows].tolist() == [np.float32(one.urgency.score) for _, one in item.mentions]
        assert table.urgency_level[rows].tolist() == [one.urgency.level for _, one in item.mentions]
        said = [one.sentiment.probs or (np.nan,) * 3 for _, one in item.mentions]
        assert np.array_equal(table.sentiment[rows], np.array(said, np.float32), equal_nan=True)
    assert several >= 3
