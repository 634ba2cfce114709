"""docs/alerts.md tells of every event with the severity that the program gives it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from discord import app_commands

from bot.cards.markup import discord_text
from bot.store.watch_records import EventKind
from bot.watch.compose import BURST
from bot.watch.kinds import LEVELS, NAMES, SEVERITIES, read_severities, severity_of
from bot.watch.lists import Limits
from bot.watch.schedule import MOST_FAILURES
from cogs.watchlist import WatchlistCog
from tests.bot.watch.examples import EXAMPLES
from tests.wording import forbidden_words

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "alerts.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip(): (cells[2].strip(), cells[3].strip())
    for line in PAGE.splitlines()
    if line.startswith("| ") and len(cells := line.strip("|").split("|")) == 4
}


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_stands_there_with_its_severity_and_what_it_says(kind: EventKind) -> None:
    severity, example = ROWS[NAMES[kind]]
    assert re.match(r"[a-z]+", severity)
    assert re.split("[,;]", severity)[0] == SEVERITIES[kind].name.lower()
    # What the rules themselves make of the example's facts.
    assert example == discord_text(EXAMPLES[kind].told.what)


def test_no_event_stands_there_that_the_program_does_not_know() -> None:
    assert set(ROWS) - {"event", "-"} == {NAMES[kind] for kind in EventKind}


@pytest.mark.parametrize("kind", EventKind)
def test_a_list_can_tune_every_event(kind: EventKind) -> None:
    for level, value in LEVELS.items():
        if kind is EventKind.PARKED and level == "off":
            continue
        tuned = read_severities(f"{NAMES[kind]}={level}")
        assert tuned == {kind.value: value}
        usual = replace(EXAMPLES[kind], severity=None)
        severity = severity_of(usual, {kind.value: value})
        assert (0 if severity is None else int(severity)) == value


def test_the_pictures_are_there() -> None:
    page = (DOCS / "pictures.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((pictures/alerts[^)]+)\)", page)
    assert len(shown) == 4
    assert [name for name in shown if not (DOCS / name).exists()] == []


def test_every_command_of_a_list_stands_there() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `/watchlist ")]
    told = {name for row in rows for name in re.findall(r"`(?:/watchlist )?([a-z]+)`", row)}
    assert told == {
        each.name for each in vars(WatchlistCog).values() if isinstance(each, app_commands.Command)
    }


def test_the_limits_are_those_of_the_program() -> None:
    limits = Limits()
    assert f"at most {limits.lists} lists, {limits.accounts:,} watched accounts and" in PAGE
    assert f"{limits.subscriptions} subscriptions;" in PAGE
    assert f"after {MOST_FAILURES} failures in a row" in PAGE
    assert f"More than {BURST} messages for one subscriber" in PAGE


def test_the_page_keeps_the_words() -> None:
    # The product calls itself a bot; nothing says so of an account.
    assert [word for word in forbidden_words(PAGE) if word.casefold() not in {"bot", "bots"}] == []
