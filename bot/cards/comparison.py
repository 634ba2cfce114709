"""A comparison for Discord and for a terminal: who is meant by which number, then the figures by platform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from discord import ui
from rich.console import Group, RenderableType
from rich.text import Text

from bot.accounts import Platform
from bot.cards.charts import Picture
from bot.cards.charts.alt import account_words
from bot.cards.discord_layout import ACCENT, Component, gallery
from bot.cards.markup import discord_text
from bot.cards.text import NOTE, styled
from bot.cards.words import PLATFORMS
from bot.checks.compare import Compared, Comparison
from bot.checks.wording import Word, number, percent, phrase, say

# As wide as a code block of a phone shows without breaking lines.
TABLE_WIDTH = 38
HEADER = ("", "posts", "a day", "median", "of foll.", "followers")
WIDTHS = (1, 6, 5, 6, 8, 9)
UNKNOWN = "-"


def comparison_container(
    comparison: Comparison, *, buttons: Sequence[Component] = (), picture: Picture | None = None
) -> ui.Container[Any]:
    """Return the comparison as one container, with its picture and a row of buttons below."""
    named = [f"**{n}** {discord_text(line)}" for n, line in enumerate(headlines(comparison), start=1)]
    texts = ["### Accounts side by side", *named]
    children: list[Component] = [ui.TextDisplay("\n".join(texts))]
    for platform, group in comparison.groups:
        children.append(ui.TextDisplay(f"**{_title(platform)}**\n```\n{table(group)}\n```"))
    children += [gallery(picture)] if picture else []
    notes = "\n".join(f"-# {discord_text(line)}" for line in (say("compare.key"), *comparison.notes))
    children.append(ui.TextDisplay(notes))
    if buttons:
        children.append(ui.ActionRow(*buttons))
    return ui.Container(*children, accent_colour=ACCENT)


def rich_comparison(comparison: Comparison) -> RenderableType:
    """Return the comparison for a rich console."""
    return Group(*_lines(comparison))


def headlines(comparison: Comparison) -> list[str]:
    """Return one sentence an account, by number, in the dossier's markup: its name and judged link."""
    return [
        say(
            "compare.headline",
            account=Word(account_words(row.account)),
            link=phrase("compare.linked", band=Word(row.band))
            if row.band
            else phrase("compare.not assessed"),
        )
        for row in comparison.accounts
    ]


def table(group: Sequence[Compared]) -> str:
    """Return the figures of one platform's accounts in columns, at most `TABLE_WIDTH` characters wide."""
    rows = [HEADER, *(_cells(row) for row in group)]
    return "\n".join(
        " ".join(cell[:width].rjust(width) for cell, width in zip(row, WIDTHS, strict=True)) for row in rows
    )


def _cells(row: Compared) -> tuple[str, ...]:
    about = "~" if row.rounded and row.followers is not None else ""
    return (
        str(row.number),
        _figure(row.posts),
        _figure(row.per_day),
        _figure(row.median),
        UNKNOWN if row.rate is None else percent(row.rate).replace(" ", ""),
        about + _figure(row.followers),
    )


def _figure(value: float | None) -> str:
    """Return a figure that fits its column: seven digits and more are given in millions."""
    if value is None:
        return UNKNOWN
    if value >= 1_000_000:
        return f"{value / 1_000_000:.1f}M"
    return f"{value / 1_000:.0f}k" if value >= 100_000 else str(number(value))


def _title(platform: Platform) -> str:
    return PLATFORMS[platform].removeprefix("the ").capitalize()


def _lines(comparison: Comparison) -> Iterator[RenderableType]:
    for n, line in enumerate(headlines(comparison), start=1):
        yield Text(f"{n} ").append_text(styled(line))
    for platform, group in comparison.groups:
        yield Text()
        yield Text(_title(platform), style="bold")
        yield Text(table(group), no_wrap=True, overflow="ignore")
    yield Text()
    for line in (say("compare.key"), *comparison.notes):
        yield styled(line, style=NOTE)
