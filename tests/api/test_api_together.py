from __future__ import annotations

import threading

import pytest

from voc.api.together import Together
from voc.errors import UsageError


class Worker:
    """Doubles numbers; holds the first call until told, so that others gather behind it."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, rows):
        self.calls.append(list(rows))
        self.begun.set()
        assert self.go_on.wait(10)
        if -1 in rows:
            raise UsageError("minus one")
        return [2 * row for row in rows]


def gathered(worker, most, requests):
    """Results or errors of requests that all arrive while the worker is busy with a first one."""
    together, found = Together(worker, most=most), {}

    def ask(name, rows):
        try:
            found[name] = list(together(rows))
        except UsageError as error:
            found[name] = error

    first = threading.Thread(target=ask, args=("first", [0]))
    first.start()
    assert worker.begun.wait(10)
    threads = [threading.Thread(target=ask, args=(name, rows)) for name, rows in enumerate(requests)]
    for thread in threads:
        thread.start()
    while len(together._waiting) < len(requests):
        threading.Event().wait(0.001)
    worker.go_on.set()
    for thread in (first, *threads):
        thread.join(10)
    return found


def test_who_waits_goes_together_and_gets_their_own_results():
    worker = Worker()
    found = gathered(worker, 100, [[1], [2, 3], [4]])
    assert found == {"first": [0], 0: [2], 1: [4, 6], 2: [8]}
    assert [sorted(call) for call in worker.calls] == [[0], [1, 2, 3, 4]]


def test_no_call_is_larger_than_the_most_that_fits():
    worker = Worker()
    found = gathered(worker, 3, [[1, 1], [2, 2], [3, 3], [4, 4, 4, 4]])
    assert found == {"first": [0], 0: [2, 2], 1: [4, 4], 2: [6, 6], 3: [8, 8, 8, 8]}
    assert sorted(len(call) for call in worker.calls) == [1, 2, 2, 2, 4]


def test_nobody_fails_for_what_somebody_else_sent():
    found = gathered(Worker(), 100, [[1], [-1], [3]])
    assert (found[0], found[2]) == ([2], [6])
    assert isinstance(found[1], UsageError)


def test_a_request_that_comes_alone_goes_alone():
    worker = Worker()
    worker.go_on.set()
    together = Together(worker, most=10)
    assert [together([1]), together([2])] == [[2], [4]]
    assert worker.calls == [[1], [2]]
    with pytest.raises(UsageError):
        together([-1])
