"""docs/alerts.md tells of every event with the severity that the program gives it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.store.watch_records import EventKind
from bot.watch.compose import BURST
from bot.watch.kinds import NAMES, SEVERITIES
from bot.watch.lists import Limits
from bot.watch.schedule import MOST_FAILURES
from tests.wording import forbidden_words

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip(): cells[2].strip()
    for line in PAGE.splitlines()
    if line.startswith("| ") and len(cells := line.strip("|").split("|")) == 4
}


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_stands_there_with_its_severity(kind: EventKind) -> None:
    assert re.match(r"[a-z]+", ROWS[NAMES[kind]]), ROWS
    assert ROWS[NAMES[kind]].split(",")[0].split(";")[0] == SEVERITIES[kind].name.lower()


def test_the_limits_are_those_of_the_program() -> None:
    limits = Limits()
    assert f"at most {limits.lists} lists, {limits.accounts:,} watched accounts and" in PAGE
    assert f"{limits.subscriptions} subscriptions." in PAGE
    assert f"after {MOST_FAILURES} failures in a row" in PAGE
    assert f"More than {BURST} messages for one subscriber" in PAGE


def test_the_page_keeps_the_words() -> None:
    # The product calls itself a bot; nothing says so of an account.
    assert [word for word in forbidden_words(PAGE) if word.casefold() not in {"bot", "bots"}] == []
