"""An entry becomes rows: columns, sources, ids, conversations, copies. Owns the shape of the CSV, not the dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from demo import people, when
from demo.dice import Dice
from demo.entries import Entry
from demo.people import Customer

COLUMNS = (
    *("id", "text", "created_at", "source", "channel", "lang", "customer_id"),
    *("rating", "nps", "csat", "ces", "thread_id", "author_role"),
    *("version", "country", "product", "segment", "device"),
)
PREFIX = {"app_review": "RV", "ticket": "TK", "chat": "CH", "survey": "SV", "social": "SO", "call_note": "CN"}
SOURCE = {"ticket": "helpdesk", "chat": "livechat", "survey": "survey", "social": "social", "call_note": "call_center"}
PRODUCT = {"points_wallet": "Bandal Pay", "payment": "Bandal Pay", "cancel_plus": "Bandal Plus"}
WITH_VERSION = {"app_review": 1.0, "chat": 0.7, "ticket": 0.5, "survey": 0.5}
"""Share of items on a channel whose app version is known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the CSV to be, with what the answer sheet needs to know of it. `place` orders the turns of a chat."""

    topic: str
    channel: str
    time: datetime
    key: str
    place: int = 0
    kind: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)


def rows_of(entry: Entry, time: datetime, customer: Customer, dice: Dice) -> list[Row]:
    """The rows of one entry: one, or one a turn for a chat. Ids are given later, by `number`."""
    cells = _common(entry, time, customer, dice)
    rows = []
    for place, turn in enumerate(entry.turns):
        moment = time + timedelta(seconds=place * 70 + dice.below(50, "turn", place, entry.key) * bool(place))
        own = {"text": turn.text, "created_at": stamp(moment, entry.channel)}
        if len(entry.turns) > 1 or entry.channel == "chat":
            own["author_role"] = turn.role
        kind = turn.role if turn.role != "customer" else "follow_up" if place else ""
        rows.append(
            Row(entry.topic, entry.channel, moment, entry.key, place, kind, {**cells, **own}, dict(entry.hints))
        )
    return rows


def copies(entry: Entry, first: Row, dice: Dice) -> list[Row]:
    """The duplicates of an entry: the same customer again within the hour, or on social other people within the day."""
    rows = []
    for number, text in enumerate(entry.versions[1:], start=1):
        apart = timedelta(minutes=3 + dice.below(55, "apart", number, entry.key))
        time = first.time + apart * (8 if entry.channel == "social" else 1)
        cells = {**first.cells, "text": text, "created_at": stamp(time, entry.channel)}
        if entry.channel in ("social", "app_review"):
            cells["customer_id"] = ""
        kind = "exact_copy" if text == entry.versions[0] else "near_copy"
        rows.append(replace(first, time=time, kind=kind, cells=cells, key=f"{entry.key}#{number}"))
    return rows


def number(rows: Iterable[Row], dice: Dice) -> list[Row]:
    """The rows in the order of time, each with its id, as an export of several systems would have them."""
    counters = {"RV": 48210, "TK": 20931, "CH": 7120, "SV": 3300, "SO": 912, "CN": 15400}
    threads: dict[str, str] = {}
    numbered = []
    for row in sorted(rows, key=lambda row: (row.time, row.key, row.place)):
        prefix = PREFIX[row.channel]
        name = threads.get(row.key, "") if row.channel == "chat" else ""
        if not name:
            counters[prefix] += 1 + dice.below(4, "gap", row.key, row.place)
            name = f"{prefix}-{counters[prefix]}"
        cells = {**row.cells, "id": name}
        if row.channel == "chat":
            threads[row.key] = name
            cells |= {"id": f"{name}-{row.place + 1}", "thread_id": name}
        numbered.append(replace(row, cells=cells))
    return numbered


def stamp(time: datetime, channel: str) -> str:
    """The time as the channel's system writes it: UTC for social, Korean time without seconds for call notes."""
    if channel == "social":
        return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if channel == "call_note":
        return time.strftime("%Y-%m-%d %H:%M+09:00")
    return time.isoformat()


def _common(entry: Entry, time: datetime, customer: Customer, dice: Dice) -> dict[str, str]:
    channel, known = entry.channel, people.known(entry, dice)
    store = "app_store" if customer.device == "ios" else "play_store"
    version = ""
    if entry.topic == "regression_photo":
        version = when.BAD_RELEASE
    elif dice.number("version", entry.key) < WITH_VERSION.get(channel, 0.0) and customer.device != "web":
        version = when.version(time, customer.id, dice)
    cells = {
        "source": SOURCE.get(channel, store),
        "channel": channel,
        "lang": entry.lang if channel == "ticket" and dice.number("lang", entry.key) < 0.4 else "",
        "customer_id": customer.id if known else "",
        "rating": entry.rating,
        **{figure: entry.hints.get(figure, "") for figure in ("nps", "csat", "ces")},
        "version": version,
        "country": customer.country if channel != "social" or known else "",
        "product": PRODUCT.get(entry.topic, "Bandal Basket"),
        "segment": customer.segment if known else "",
    }
    return {**cells, "device": _device(customer, entry, cells)}


def _device(customer: Customer, entry: Entry, cells: Mapping[str, str]) -> str:
    """The device as far as the channel can tell: reviews and versions come from phones, posts and calls say nothing."""
    if entry.channel in ("social", "call_note"):
        return ""
    on_phone = entry.channel == "app_review" or bool(cells["version"])
    if on_phone and customer.device == "web":
        return "android"
    return customer.device if on_phone or cells["customer_id"] else ""
