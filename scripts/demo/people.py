"""Who writes: a pool of invented customers who come back on other channels, and the choice of one for an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demo.dice import Dice
from demo.entries import Entry

POOL = {"ko": 290, "en": 270, "ja": 14, "de": 14, "es": 11, "zh": 12}
COUNTRIES: dict[str, tuple[tuple[str, float], ...]] = {
    "ko": (("KR", 0.96), ("US", 0.03), ("AU", 0.01)),
    "en": (("SG", 0.3), ("AU", 0.25), ("GB", 0.2), ("US", 0.15), ("KR", 0.1)),
    "ja": (("JP", 0.7), ("KR", 0.3)),
    "de": (("DE", 0.8), ("AT", 0.2)),
    "es": (("ES", 1.0),),
    "zh": (("TW", 0.6), ("SG", 0.4)),
}
DEVICES = (("android", 0.52), ("ios", 0.38), ("web", 0.1))
KNOWN = {"app_review": 0.6, "social": 0.25}
"""Share of items on a channel that come with a customer id; all of them on the others."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One invented customer."""

    id: str
    lang: str
    country: str
    segment: str
    device: str


def pool(dice: Dice) -> dict[str, list[Customer]]:
    """Every customer, by language. Ids do not tell the language."""
    names = [f"{lang}/{number}" for lang, size in POOL.items() for number in range(size)]
    by_lang: dict[str, list[Customer]] = {lang: [] for lang in POOL}
    for place, name in enumerate(dice.shuffled(names, "customers")):
        lang = name.partition("/")[0]
        by_lang[lang].append(
            Customer(
                id=f"C-{10204 + 7 * place}",
                lang=lang,
                country=_weighted(COUNTRIES[lang], dice, "country", name),
                segment="plus" if dice.number("segment", name) < 0.35 else "basic",
                device=_weighted(DEVICES, dice, "device", name),
            )
        )
    return by_lang


def choose(entry: Entry, customers: Sequence[Customer], taken: set[str], dice: Dice) -> Customer:
    """Somebody who speaks the entry's language, fits its hints, and has not written on this topic yet.

    The front of the pool is drawn more often: a few people write a great deal. Adds the choice to `taken`. Raises
    ValueError if nobody is left.
    """
    start = int(len(customers) * dice.number("who", entry.key) ** 1.5)
    for step in range(len(customers)):
        customer = customers[(start + step) % len(customers)]
        if customer.id not in taken and _fits(customer, entry):
            taken.add(customer.id)
            return customer
    raise ValueError(f"no customer left for {entry.topic!r} ({entry.lang})")


def known(entry: Entry, dice: Dice) -> bool:
    """Whether the item carries its customer's id."""
    return dice.number("known", entry.key) < KNOWN.get(entry.channel, 1.0)


def _fits(customer: Customer, entry: Entry) -> bool:
    country, segment = entry.hints.get("country"), entry.hints.get("seg")
    return customer.country == (country or customer.country) and customer.segment == (segment or customer.segment)


def _weighted(choices: Sequence[tuple[str, float]], dice: Dice, *name: object) -> str:
    return choices[dice.pick([weight for _, weight in choices], *name)][0]
