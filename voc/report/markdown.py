"""The report as Markdown, for mail, chat and tickets."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from voc.model import Hit
from voc.report.alert_lines import place
from voc.report.coverage import coverage_rows
from voc.report.html import label_of, readable
from voc.report.markdown_alerts import alert_lines_of, plain, week_lines_of
from voc.report.view import Report, SpikeView, ThemeView
from voc.report.words import Words

QUOTES = 3


def to_markdown(report: Report, *, language: str, zone: ZoneInfo, links: str | None = None) -> str:
    """The whole report. `links`: see `write_report`."""
    words = Words(language)
    return "\n".join(_lines(report, words, zone, links)) + "\n"


def _lines(report: Report, words: Words, zone: ZoneInfo, links: str | None) -> Iterator[str]:
    yield f"# {words('title')}"
    yield ""
    if report.begins and report.ends:
        begins, ends = (moment.astimezone(zone) for moment in (report.begins, report.ends))
        yield f"{words('period')}: {begins:%Y-%m-%d} – {ends:%Y-%m-%d}"
        yield ""
    yield (
        f"{report.run.items:,} {words('items')} · {report.run.mentions:,} {words('mentions')} · "
        f"{report.listed:,} {words('themes')} · {words('languages')}: {', '.join(report.languages)}"
    )
    yield from alert_lines_of(report.unusual, words, zone, links)
    yield from week_lines_of(report.week, words, zone)
    yield from _section(words("fresh"), report.fresh, words, words("fresh_none"))
    yield from ("", f"## {words('spikes')}", "")
    for row in report.spikes:
        yield from _spike(row, words, zone)
    if not report.spikes:
        yield words("spikes_none")
    yield from ("", f"## {words('answers')}", "")
    for hit in report.answers:
        yield _answer(hit, words, zone)
    if not report.answers:
        yield words("answers_none")
    yield from _section(words("hurting"), report.hurting, words)
    yield from _section(words("liked"), report.liked, words)
    yield from _section(words("copied"), report.copied, words)
    yield from ("", f"## {words('all_themes')}", "")
    for group in report.groups:
        yield f"- **{plain(label_of(group.theme, words.language))}** ({group.theme.reach} {words('reach')})"
        for view in group.children:
            yield f"  - {plain(label_of(view.theme, words.language))} ({view.theme.reach}, {words(view.theme.state)})"
    yield from ("", f"## {words('coverage')}", "", f"- {words('with_theme')}: {report.coverage.assigned:,}")
    for reason, count in report.coverage.reasons.items():
        yield f"- {words(reason)}: {count:,}"
    for title, name, part in coverage_rows(report.coverage, words):
        yield f"- {title}, {plain(name)}: {part.mentions:,}, {words('with_theme')} {part.share:.0%}"
    yield from ("", f"_{words('made_by', run=report.run.run_id)}_")


def _section(title: str, views: tuple[ThemeView, ...], words: Words, none: str = "") -> Iterator[str]:
    if not views and not none:
        return
    yield from ("", f"## {title}", "")
    for view in views:
        yield from _theme(view, words)
    if not views:
        yield none


def _theme(view: ThemeView, words: Words) -> Iterator[str]:
    theme = view.theme
    yield f"### {plain(label_of(theme, words.language))}"
    yield (
        f"{theme.reach} {words('reach')} · {words(theme.state)} · {words('negative')} {theme.sentiment.negative:.0%} · "
        f"{words('positive')} {theme.sentiment.positive:.0%} · {words('urgency')} {theme.critical + theme.high:.0%}"
    )
    yield ""
    for exemplar in readable(theme.exemplars, words.language)[:QUOTES]:
        yield f"> {plain(exemplar.text[exemplar.start : exemplar.end])}"
        yield ""


def _spike(row: SpikeView, words: Words, zone: ZoneInfo) -> Iterator[str]:
    spike = row.spike
    said = words("observed_expected", observed=spike.observed, window=spike.window, expected=f"{spike.expected:.1f}")
    where = f" ({plain(place(words, spike.scope))})" if spike.scope else ""
    label = plain(label_of(row.theme.theme, words.language))
    yield f"- **{spike.start.astimezone(zone):%Y-%m-%d}** {label}{where}: {said}"
    for exemplar in readable(row.theme.theme.exemplars, words.language)[:1]:
        yield f"  > {plain(exemplar.text[exemplar.start : exemplar.end])}"


def _answer(hit: Hit, words: Words, zone: ZoneInfo) -> str:
    when = f"{hit.created_at.astimezone(zone):%Y-%m-%d %H:%M} " if hit.created_at else ""
    why = ", ".join(words(reason) for reason in hit.urgency.reasons)
    return f"- **{words(hit.urgency.level)}** {when}{hit.id} ({why}): {plain(hit.text[hit.start : hit.end])}"
