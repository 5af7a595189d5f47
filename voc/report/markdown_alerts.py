"""What is unusual, and the week, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from voc.model import Theme
from voc.queries import ToldAlert
from voc.queries.week import Move
from voc.report import alert_lines as said
from voc.report.digest import Digest, ToRead
from voc.report.html import label_of
from voc.report.unusual import Unusual
from voc.report.words import Words

QUOTES = 2
FLAG_TEXT = 200
"""Characters that are shown of a text that was sent many times."""


def alert_lines_of(unusual: Unusual, words: Words, zone: ZoneInfo, links: str | None) -> Iterator[str]:
    """The section of alerts: open ones in full, the others in brief."""
    yield from ("", f"## {words('unusual')}", "")
    for told in unusual.open:
        yield from _alert(told, words, zone, links)
    if not unusual.open:
        yield said.none_line(words, unusual.tested)
        yield ""
    yield said.tested_line(words, unusual.tested)
    for title, brief in (("asleep", unusual.asleep), ("closed_lately", unusual.closed)):
        if brief:
            yield from ("", f"**{words(title)}**", "")
            yield from (f"- {_brief(told, words)}: {plain(said.status(words, told.alert, zone))}" for told in brief)
    if unusual.flags:
        yield from ("", f"**{words('flags')}**", "")
        for flagged in unusual.flags:
            yield f"- {plain(said.flag(words, flagged.flag, zone))}"
            yield from (f"  > {plain(quote.text[:FLAG_TEXT])}" for quote in flagged.evidence[:1])


def week_lines_of(digest: Digest | None, words: Words, zone: ZoneInfo) -> Iterator[str]:
    """The section of the week."""
    yield from ("", f"## {words('week')}", "")
    if digest is None:
        yield words("week_none")
        return
    yield said.week_days(words, digest.week, zone)
    yield ""
    yield said.week_figures(words, digest.week)
    yield from ("", f"**{words('read_first')}**", "")
    yield from (
        f"{at}. **{plain(_name(line, words))}**: {said.why(words, line)}" for at, line in enumerate(digest.first, 1)
    )
    if not digest.first:
        yield words("read_none")
    yield ""
    for title, lines in _lists(digest, words):
        yield f"- {words(title)}: {'; '.join(lines) or words('none')}"
    if not digest.week.compared:
        yield from ("", words("not_compared"))


def plain(text: str) -> str:
    """Customers' words on one line, without what Markdown would read as markup."""
    flat = " ".join(text.split())
    for sign in "\\`*_[]<>#|":
        flat = flat.replace(sign, "\\" + sign)
    return flat


def _alert(told: ToldAlert, words: Words, zone: ZoneInfo, links: str | None) -> Iterator[str]:
    alert = told.alert
    yield f"### {plain(alert.label)}"
    yield (
        f"{plain(said.place(words, alert.scope))} · {words('since', day=said.day(alert.since, zone))} · "
        f"{words('so_far', reach=alert.reach)} · {plain(said.status(words, alert, zone))}"
    )
    yield ""
    yield said.observed(words, alert)
    yield ""
    if alert.where:
        yield f"{words('more_often')}: {plain('; '.join(said.trait(words, one) for one in alert.where))}"
        yield ""
    for quote in told.evidence[:QUOTES]:
        name = plain(quote.id) if links is None else f"[{plain(quote.id)}]({links}/items/{quote.item_id})"
        yield f"> {plain(quote.text)} ({name})"
        yield ""


def _brief(told: ToldAlert, words: Words) -> str:
    return f"{plain(told.alert.label)} ({plain(said.place(words, told.alert.scope))})"


def _lists(digest: Digest, words: Words) -> Sequence[tuple[str, list[str]]]:
    """Title and lines of what opened, grew, closed and moved."""

    def moved(moves: Sequence[Move]) -> list[str]:
        return [f"{_label(digest.themes[m.theme.key], words)} ({said.moved(words, m)})" for m in moves]

    return (
        ("opened", [_brief(told, words) for told in digest.opened]),
        (
            "grew",
            [
                f"{_brief(one.told, words)} {words('grew_by', before=one.before, reach=one.told.alert.reach)}"
                for one in digest.grew
            ],
        ),
        ("closed", [_brief(told, words) for told in digest.closed]),
        ("rose", moved(digest.rose)),
        ("fell", moved(digest.fell)),
        ("week_fresh", [_label(theme, words) for theme in digest.fresh]),
    )


def _label(theme: Theme, words: Words) -> str:
    return plain(label_of(theme, words.language))


def _name(line: ToRead, words: Words) -> str:
    """An alert's own label, else the theme's in the reader's language."""
    if line.alert is not None or line.theme is None:
        return line.label
    return label_of(line.theme, words.language)
