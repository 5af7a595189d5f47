"""Sharing passes: alone at once, full under load, fair, bounded, and nobody harmed by others."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from voc.api.batching import FILL, LINGER, Batcher, Gone, Lane, Limits
from voc.api.errors import Busy, of_voc
from voc.api.queue import TURN, Ticket, tokens_of
from voc.errors import UsageError, VocError


class Worker:
    """Doubles numbers; holds each call until it is let go, so that others gather behind it."""

    def __init__(self, *, held: bool = True) -> None:
        self.calls: list[list[int]] = []
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()
        if not held:
            self.go_on.set()

    def __call__(self, rows):
        self.calls.append(list(rows))
        self.begun.release()
        assert self.go_on.wait(10)
        if -1 in rows:
            raise UsageError("minus one")
        return [2 * row for row in rows]


class Asked:
    """Requests in threads of their own; results or errors by name."""

    def __init__(self) -> None:
        self.found, self._threads = {}, []

    def ask(self, name, lane, rows):
        def run():
            try:
                self.found[name] = lane(rows)
            except VocError as error:
                self.found[name] = error

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    def wait(self):
        for thread in self._threads:
            thread.join(10)
        return self.found


def until(true):
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture
def batchers():
    """Makes batchers and ends them."""
    made = []

    def make(**options):
        made.append(Batcher(**{"passes": 1, **options}))
        return made[-1]

    yield make
    for batcher in made:
        batcher.close()


def size(row):
    return 10


def gathered(batcher, worker, requests, **options):
    """What becomes of requests that all wait, in this order, while a first one is in the only pass."""
    lane, asked = Lane(batcher, worker, size=size, **options), Asked()
    asked.ask("first", lane, [0])
    assert worker.begun.acquire(timeout=10)
    for number, rows in enumerate(requests):
        asked.ask(number, lane, rows)
        until(lambda number=number: batcher.waiting[0] == number + 1)
    worker.go_on.set()
    return asked.wait()


def test_who_waits_goes_together_and_gets_their_own_results(batchers):
    worker = Worker()
    found = gathered(batchers(), worker, [[1], [2, 3], [4]])
    assert found == {"first": [0], 0: [2], 1: [4, 6], 2: [8]}
    assert worker.calls == [[0], [1, 2, 3, 4]]


def test_a_request_alone_goes_at_once(batchers):
    lane = Lane(batchers(), Worker(held=False), size=size)
    lane([1])
    spent = []
    for row in range(50):
        began = time.perf_counter()
        assert lane([row]) == [2 * row]
        spent.append(time.perf_counter() - began)
    assert sorted(spent)[25] < 0.005


def test_nobody_fails_for_what_somebody_else_sent(batchers):
    found = gathered(batchers(), Worker(), [[1], [-1], [3]])
    assert (found[0], found[2]) == ([2], [6])
    assert isinstance(found[1], UsageError)


def test_a_large_request_takes_turns_with_small_ones(batchers):
    worker, large = Worker(), list(range(1, 4 * TURN + 1))
    found = gathered(batchers(pass_tokens=lambda: 10 * (TURN + 2)), worker, [large, [1000]])
    assert found == {"first": [0], 0: [2 * row for row in large], 1: [2000]}
    assert worker.calls[1] == [*large[:TURN], 1000, large[TURN]]


def test_a_request_that_must_stay_whole_is_one_call(batchers):
    worker, large = Worker(), list(range(1, 4 * TURN + 1))
    gathered(batchers(pass_tokens=lambda: 50 * 10), worker, [[-2], large, [-3]], whole=True)
    assert worker.calls == [[0], [-2], large, [-3]]


def test_kinds_of_work_never_meet_in_a_pass(batchers):
    batcher, worker, other, asked = batchers(), Worker(), Worker(held=False), Asked()
    doubled, again = Lane(batcher, worker, size=size), Lane(batcher, other, size=size)
    asked.ask("first", doubled, [0])
    assert worker.begun.acquire(timeout=10)
    for number, lane in enumerate([doubled, again, doubled, again], start=1):
        asked.ask(number, lane, [number])
        until(lambda number=number: batcher.waiting[0] == number)
    worker.go_on.set()
    asked.wait()
    assert worker.calls == [[0], [1, 3]]
    assert other.calls == [[2, 4]]


def test_a_full_queue_refuses_and_says_when_to_come_again(batchers):
    batcher, worker, asked = batchers(limits=Limits(tokens=30)), Worker(), Asked()
    lane = Lane(batcher, worker, size=size)
    asked.ask("first", lane, [0])
    assert worker.begun.acquire(timeout=10)
    asked.ask("second", lane, [1, 1])
    until(lambda: batcher.waiting == (1, 20))
    with pytest.raises(Busy) as refused:
        lane([2, 2])
    problem = of_voc(refused.value)
    assert (problem.status, problem.code) == (503, "busy")
    assert 1 <= int(problem.headers["Retry-After"]) <= 60
    asked.ask("third", lane, [3])  # what fits is still taken
    until(lambda: batcher.waiting == (2, 30))
    worker.go_on.set()
    assert asked.wait() == {"first": [0], "second": [2, 2], "third": [6]}


def test_a_request_larger_than_the_queue_is_taken_when_nobody_waits(batchers):
    lane = Lane(batchers(limits=Limits(tokens=30)), Worker(held=False), size=size)
    assert len(lane([1] * 500)) == 500


def test_nobody_waits_longer_than_the_limit(batchers):
    batcher, worker, asked = batchers(limits=Limits(seconds=0.05)), Worker(), Asked()
    lane = Lane(batcher, worker, size=size)
    asked.ask("first", lane, [0])
    assert worker.begun.acquire(timeout=10)
    with pytest.raises(Busy):
        lane([1])
    assert batcher.waiting == (0, 0)
    time.sleep(0.1)
    worker.go_on.set()
    assert asked.wait() == {"first": [0]}  # what has begun is answered, however long it took
    assert worker.calls == [[0]]


def test_work_of_a_caller_who_hung_up_is_dropped(batchers):
    batcher, worker, asked = batchers(), Worker(), Asked()
    lane = Lane(batcher, worker, size=size)
    asked.ask("first", lane, [0])
    assert worker.begun.acquire(timeout=10)

    async def hangs_up():
        async def receive():
            until(lambda: batcher.waiting == (1, 10))
            return {"type": "http.disconnect"}

        with pytest.raises(Gone):
            await lane.ask([1], receive)

    asyncio.run(hangs_up())
    assert batcher.waiting == (0, 0)
    worker.go_on.set()
    asked.wait()
    assert worker.calls == [[0]]


def test_coroutines_get_results_errors_and_refusals(batchers):
    async def never():
        await asyncio.Event().wait()

    async def ask_all(lane):
        return await asyncio.gather(*(lane.ask(rows, never) for rows in ([1], [2, 3], [-1])), return_exceptions=True)

    lane = Lane(batchers(), Worker(held=False), size=size)
    one, two, error = asyncio.run(ask_all(lane))
    assert (one, two) == ([2], [4, 6])
    assert isinstance(error, UsageError)
    held, asked = Lane(batchers(limits=Limits(seconds=0.05)), Worker(), size=size), Asked()
    asked.ask("first", held, [0])
    assert held.work.begun.acquire(timeout=10)
    refused = asyncio.run(ask_all(held))
    held.work.go_on.set()
    assert asked.wait() == {"first": [0]}
    assert all(isinstance(error, Busy) for error in refused)


def test_a_second_pass_begins_when_it_is_worth_it_or_somebody_has_waited(batchers):
    worker, asked = Worker(), Asked()
    lane = Lane(batchers(passes=2), worker, size=size)
    asked.ask("first", lane, [0])
    assert worker.begun.acquire(timeout=10)
    began = time.monotonic()
    asked.ask("second", lane, [1])
    assert worker.begun.acquire(timeout=10)
    assert time.monotonic() - began >= LINGER[0] / 2
    worker.go_on.set()
    assert asked.wait() == {"first": [0], "second": [2]}


def test_two_free_threads_share_what_waits(batchers):
    sizes = []
    both = threading.Barrier(2, timeout=10)

    def work(rows):
        if len(rows) > 1:
            sizes.append(len(rows))
            both.wait()
        return list(rows)

    batcher = batchers(passes=2, pass_tokens=lambda: 100 * FILL)
    lane = Lane(batcher, work, size=size)
    lane([0])
    until(lambda: batcher._active == 0)
    assert lane(list(range(TURN * 4))) == list(range(TURN * 4))
    assert len(sizes) >= 2


def test_closing_refuses_what_waits(batchers):
    batcher, worker, asked = batchers(), Worker(), Asked()
    lane = Lane(batcher, worker, size=size)
    asked.ask("first", lane, [0])
    assert worker.begun.acquire(timeout=10)
    asked.ask("second", lane, [1])
    until(lambda: batcher.waiting[0] == 1)
    threading.Timer(0.05, worker.go_on.set).start()
    batcher.close()
    found = asked.wait()
    assert found["first"] == [0]
    assert isinstance(found["second"], Busy)
    with pytest.raises(Busy):
        lane([2])


def test_tokens_are_guessed_from_the_length_of_a_text():
    assert tokens_of(None) == tokens_of("") == 6
    assert tokens_of("the card payment does not work") == 13
    assert tokens_of("결제가 안 돼요") == 11
    assert tokens_of("a" * 100_000, 512) == 512


def test_a_model_that_can_not_be_loaded_fails_requests_and_not_the_service(batchers):
    def missing():
        raise UsageError("no model")

    lane = Lane(batchers(pass_tokens=missing), Worker(held=False), size=size)
    assert [lane([1]), lane([2])] == [[2], [4]]


def test_two_passes_may_end_one_request_at_the_same_moment():
    for attempt in range(300):
        ticket = Ticket(object(), [0, 1], [1, 1], 0.0)
        together = threading.Barrier(2)

        def end(at: int, ticket=ticket, together=together, attempt=attempt) -> None:
            together.wait()
            if attempt % 2:
                ticket.fail(ValueError(str(at)))
            else:
                ticket.put(at, [at])

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(end, (0, 1)))
        assert ticket.future.done()
        assert attempt % 2 or ticket.future.result() == [0, 1]
