"""The service under load: clients on this machine mix searches, posts and pages for a bounded time.

    python scripts/benchmark_server.py --home voc-demo --clients 32 --seconds 60
    python scripts/benchmark_server.py --what embeddings --clients 64 --texts-per-request 1 32 --json

Starts `voc serve` over a copy of the home, on 127.0.0.1 only, and prints requests, errors, and milliseconds at the 50th
and 95th percentile for each kind of request. With `--what score` or `embeddings` every request is for the model, needs
no home, and is compared with the batch engine: see `benchmark_model_routes.py`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

MOST_CLIENTS, MOST_SECONDS = 64, 300
QUERIES = (
    "can't pay with saved card", "late delivery", "환불이 안 와요", "앱이 자꾸 꺼져요", "refund has not arrived",
    "coupon does not work", "배송 기사님 친절", "photo upload fails", "로그인이 안 돼요", "fresh fruit",
    "고객센터 연결이 안 됨", "wrong item in the box", "minimum order is too high", "포장 쓰레기가 너무 많아요",
)  # fmt: skip
POSTS = (
    "The parcel came {n} minutes late and nobody answered the phone",
    "주문 {n}번 결제가 두 번 됐는데 환불은 언제 되나요",
    "Search shows {n} results but none is what I typed",
    "사과 {n}개 중에 절반이 멍들어 있었어요",
)
SHARES = (("search", 0.6), ("page", 0.25), ("post", 0.15))


@dataclass
class Tally:
    """What one client saw: seconds per kind, and failures by their status."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(home: Path, *, environment: dict[str, str] | None = None, patience: float = 120) -> Iterator[int]:
    """`voc serve` over a home in a process of its own; yields its port once the model is loaded."""
    with serving(home, environment=environment, patience=patience) as (port, _):
        yield port


@contextmanager
def serving(
    home: Path, *, environment: dict[str, str] | None = None, patience: float = 120
) -> Iterator[tuple[int, int]]:
    """The same; yields the port and the id of the process."""
    port = free_port()
    command = [sys.executable, "-m", "voc", "serve", "--home", str(home.resolve()), "--port", str(port)]
    # Not in a source tree: there `python -m` would take the folder voc for the installed package.
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment, cwd="/")
    try:
        until = time.monotonic() + patience
        while not loaded(port):
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("The server did not start.")
            time.sleep(0.2)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def loaded(port: int) -> bool:
    """Whether the server answers and has its model in memory."""
    try:
        status, body = ask_once(port, "/readyz")
    except OSError:
        return False
    return status == 200 and json.loads(body)["model"]["loaded"]


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    """One request on an open connection."""
    content = None if body is None else json.dumps(body).encode()
    connection.request(method, path, content, {"Content-Type": "application/json", "Accept": "text/html"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def ask_once(port: int, path: str) -> tuple[int, bytes]:
    """One GET on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        return ask(connection, "GET", path)


def client(port: int, number: int, until: float, keys: list[str], tally: Tally) -> None:
    """Ask one thing after the other until the time is up."""
    dice = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    count = 0
    while time.monotonic() < until:
        count += 1
        kind = dice.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
        began = time.perf_counter()
        try:
            status, _ = ask(connection, *request(kind, dice, f"{number}-{count}", keys))
            if status >= 400:
                tally.failures.append(f"{kind} {status}")
        except OSError as error:
            tally.failures.append(f"{kind} {type(error).__name__}")
            connection.close()
        tally.seconds[kind].append(time.perf_counter() - began)
    connection.close()


def request(kind: str, dice: random.Random, name: str, keys: list[str]) -> tuple[str, str, object]:
    """Method, path and body of one request of a kind. One search in three is new to the server."""
    if kind == "search":
        query = dice.choice(QUERIES)
        if dice.random() < 1 / 3:
            query = f"{query} {name}"
        return "GET", "/v1/search?" + urlencode({"q": query, "k": 10}), None
    if kind == "post":
        text = dice.choice(POSTS).format(n=dice.randrange(2, 90))
        return "POST", "/v1/feedback", {"id": f"load-{name}", "text": text, "channel": "ticket"}
    path = dice.choice(
        ["/", "/attention", "/search?q=" + quote(dice.choice(QUERIES)), *(f"/themes/{key}" for key in keys)]
    )
    return "GET", path, None


def load(port: int, *, clients: int, seconds: float) -> dict[str, object]:
    """Run the clients; counts, failures and percentiles."""
    _, body = ask_once(port, "/v1/themes")
    keys = [theme["key"] for theme in json.loads(body)["data"][:5]]
    tallies = [Tally() for _ in range(clients)]
    began = time.monotonic()
    threads = [
        threading.Thread(target=client, args=(port, number, began + seconds, keys, tally))
        for number, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 120)
    spent = time.monotonic() - began
    kinds = {kind: sorted(s for tally in tallies for s in tally.seconds[kind]) for kind, _ in SHARES}
    failures = sorted(failure for tally in tallies for failure in tally.failures)
    requests = sum(len(found) for found in kinds.values())
    return {
        "clients": clients,
        "seconds": round(spent, 1),
        "requests": requests,
        "per_second": round(requests / spent, 1),
        "errors": len(failures),
        "failures": sorted(set(failures)),
        "kinds": {kind: summary(found) for kind, found in kinds.items()},
    }


def summary(seconds: list[float]) -> dict[str, float]:
    """Count and percentiles in milliseconds (nearest rank)."""
    if not seconds:
        return {"count": 0}
    return {
        "count": len(seconds),
        "p50_ms": round(1000 * seconds[len(seconds) // 2], 1),
        "p95_ms": round(1000 * seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))], 1),
        "max_ms": round(1000 * seconds[-1], 1),
    }


def model_routes(given: argparse.Namespace) -> dict[str, object]:
    """Loads on a route of the model, between two measurements of the batch engine."""
    import benchmark_model_routes as routes

    with tempfile.TemporaryDirectory() as folder:
        engines = [routes.engine_rates(given.what, given.engine_seconds)]
        with serving(Path(folder)) as (port, pid):
            load = {"clients": given.clients, "seconds": given.seconds, "encoding": given.encoding}
            seen = [routes.measure(port, pid, given.what, each=each, **load) for each in given.texts_per_request]
        engines.append(routes.engine_rates(given.what, given.engine_seconds))
    return {**routes.machine(), "loads": [routes.compared(one, engines) for one in seen]}


def mixed(given: argparse.Namespace) -> dict[str, object]:
    """Searches, pages and posts over a copy of a home."""
    if given.home is None:
        raise SystemExit("A mixed load needs --home, a home with a published run.")
    with tempfile.TemporaryDirectory() as folder:
        home = shutil.copytree(given.home, Path(folder) / "home")
        with served(home) as port:
            return load(port, clients=given.clients, seconds=given.seconds)


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--what", choices=("mixed", "score", "embeddings"), default="mixed")
    options.add_argument("--home", type=Path, help="a home with a published run; it is copied, not changed")
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--texts-per-request", type=int, nargs="+", default=[1], help="a load for each number")
    options.add_argument("--engine-seconds", type=float, default=10, help="for the batch engine, before and after")
    options.add_argument("--encoding", choices=("float", "base64"), default="float", help="of embeddings")
    options.add_argument("--json", action="store_true", help="one line instead of an indented document")
    given = options.parse_args()
    if not (1 <= given.clients <= MOST_CLIENTS and 1 <= given.seconds <= MOST_SECONDS):
        raise SystemExit(f"At most {MOST_CLIENTS} clients for {MOST_SECONDS} seconds.")
    result = mixed(given) if given.what == "mixed" else model_routes(given)
    sys.stdout.write(json.dumps(result, indent=None if given.json else 2) + "\n")


if __name__ == "__main__":
    main()
