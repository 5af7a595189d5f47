"""Many clients at once against a real server; `scripts/benchmark_server.py` does the same for longer."""

from __future__ import annotations

import http.client
import time
from contextlib import closing


def test_searches_posts_and_pages_at_the_same_time_give_no_error(port, load_script):
    seen = load_script.load(port, clients=8, seconds=5)
    assert seen["failures"] == []
    assert seen["errors"] == 0
    assert all(kind["count"] > 0 for kind in seen["kinds"].values())


def test_an_answer_does_not_wait_for_the_callers_acknowledgement(port, load_script):
    """Without TCP_NODELAY an answer takes 40 ms more: its body is held back until the header is acknowledged."""
    seconds = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        for _ in range(50):
            began = time.perf_counter()
            assert load_script.ask(connection, "GET", "/healthz")[0] == 200
            seconds.append(time.perf_counter() - began)
    assert sorted(seconds)[10] < 0.03
