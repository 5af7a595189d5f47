"""Many clients at once against a real server; `scripts/benchmark_server.py` does the same for longer."""

from __future__ import annotations


def test_searches_posts_and_pages_at_the_same_time_give_no_error(port, load_script):
    seen = load_script.load(port, clients=8, seconds=5)
    assert seen["failures"] == []
    assert seen["errors"] == 0
    assert all(kind["count"] > 0 for kind in seen["kinds"].values())
