"""The two processes beside the server in `benchmark_server.py`: the batch engine alone, and clients that cost little.

    python scripts/service_load.py engine --what score --seconds 10
    python scripts/service_load.py clients --port 8000 --what score --clients 64 --texts-per-request 1 --seconds 20

Each prints one JSON document. Texts are those of the bundled feedback, in an order of their own; once all have been
used they come again with a number behind them, so that no two texts of a run are equal.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import itertools
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
PATHS = {"score": "/v1/score", "embeddings": "/v1/embeddings"}
PATIENCE = 180
"""Seconds that a client waits for one answer."""


def texts() -> Iterator[str]:
    """Distinct texts without end."""
    from voc.demo import sample_path

    with sample_path().open(encoding="utf-8-sig", newline="") as file:
        found = list(dict.fromkeys(row["text"] for row in csv.DictReader(file) if row["text"].strip()))
    random.Random(0).shuffle(found)
    yield from found
    for number in itertools.count(2):
        yield from (f"{text} ({number})" for text in found)


# ------------------------------------------------------------------------------------------------ the batch engine


def engine(what: str, seconds: float, count: int) -> dict[str, object]:
    """Rate of `TorchEncoder.encode` over `count` texts, again and again for some seconds; for scores also over what
    scoring has the model read of them, their mentions."""
    from voc.engine import Engine
    from voc.segment import segment

    given = list(itertools.islice(texts(), count))
    with Engine() as opened:
        encoder = opened._models.encoder()  # noqa: SLF001 - the adapter itself is what is measured
        rates = {"texts": _rate(encoder, given, len(given), what, seconds)}
        if what == "score":
            from voc.clean import clean
            from voc.ingest import from_dicts

            rows = [clean(row.feedback) for row in from_dicts(given)]
            mentions = [mention.text for row in rows for mention in segment(row)]
            rates["mentions"] = _rate(encoder, mentions, len(given), what, seconds)
        place = encoder.place
    return {"rates": rates, "device": str(place.device), "dtype": str(place.dtype)}


def _rate(encoder, given: list[str], rows: int, what: str, seconds: float) -> dict[str, float]:  # noqa: ANN001
    options = {"kind": "query", "features": True} if what == "score" else {"kind": "passage", "features": False}
    encoder.encode(given[:64], **options)
    wall, busy, turns = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - wall < seconds or not turns:
        encoder.encode(given, **options)
        turns += 1
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    return {"texts_per_s": turns * rows / wall, "cpu_ms_per_text": 1000 * busy / (turns * rows)}


# ----------------------------------------------------------------------------------------------------- the clients


@dataclass
class Seen:
    """What all clients saw together."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    last: float = 0.0


async def clients(port: int, what: str, number: int, each: int, seconds: float, encoding: str) -> dict[str, object]:
    """Each asks one thing after the other until the time is up, and waits for its last answer."""
    source, seen, began = texts(), Seen(), time.perf_counter()
    ready = time.process_time()
    await asyncio.gather(*(_client(port, what, each, began + seconds, source, seen, encoding) for _ in range(number)))
    spent = seen.last - began
    good = seen.statuses["200"]
    return {
        "seconds": spent,
        "requests": good,
        "texts": good * each,
        "latencies_s": sorted(seen.seconds),
        "statuses": dict(seen.statuses),
        "bytes_per_text": round(seen.bytes / max(1, good * each)),
        "client_cpu_s": time.process_time() - ready,
    }


async def _client(
    port: int, what: str, each: int, until: float, source: Iterator[str], seen: Seen, encoding: str
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    while time.perf_counter() < until:
        given = list(itertools.islice(source, each))
        members = {"items": given} if what == "score" else {"input": given, "encoding_format": encoding}
        body = json.dumps(members).encode()
        head = f"POST {PATHS[what]} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        began = time.perf_counter()
        writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        try:
            status, size = await asyncio.wait_for(_answer(reader), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            seen.statuses[type(error).__name__] += 1
            return
        seen.last = time.perf_counter()
        seen.statuses[status] += 1
        if status == "200":
            seen.seconds.append(seen.last - began)
            seen.bytes += size
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[str, int]:
    """Status and size of one answer; the body is read, not understood."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    size = int(head.partition("content-length:")[2].partition("\r\n")[0])
    await reader.readexactly(size)
    return head[9:12], size


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("role", choices=("engine", "clients"))
    options.add_argument("--what", choices=tuple(PATHS), default="score")
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--texts", type=int, default=1024, help="texts that the engine encodes at once")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--texts-per-request", type=int, default=1)
    options.add_argument("--encoding", choices=("float", "base64"), default="float")
    given = options.parse_args()
    if given.role == "engine":
        result = engine(given.what, given.seconds, given.texts)
    else:
        each = given.texts_per_request
        result = asyncio.run(clients(given.port, given.what, given.clients, each, given.seconds, given.encoding))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
