"""Live data on the card and behind it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from bot.cards.card import card
from bot.cards.pages import entries
from bot.cards.text import text_card, text_evidence
from bot.checks.dossier import Dossier, Live
from bot.store.live import AccountState
from tests.bot.cards.samples import CHECKED_AT, LINKED, UNKNOWN

ASKED = Live(
    asked=True,
    complete=True,
    looked_at=CHECKED_AT - timedelta(minutes=4),
    source="api:bluesky",
    state=AccountState.PRESENT,
    remarks=("Only the newest 1,000 followers were read.",),
)
OFF = Live(
    asked=False,
    complete=True,
    looked_at=None,
    source=None,
    state=None,
    gaps=("Bluesky is not asked, since it is not switched on in the settings: `[platforms.bluesky]`.",),
)


def _with(dossier: Dossier, live: Live | None) -> Dossier:
    return msgspec.structs.replace(dossier, live=live)


def test_a_card_without_live_data_says_nothing_of_them() -> None:
    drawn = card(_with(LINKED, None))
    assert (drawn.live, drawn.live_at) == (None, None)
    assert "live data" not in text_card(_with(LINKED, None))


def test_when_the_platform_was_asked_stands_with_the_data() -> None:
    shown = " ".join(text_card(_with(LINKED, ASKED)).split())
    assert "X asked 21 Nov 2026, 13:59 UTC" in shown


def test_what_is_missing_comes_first_and_what_to_know_last() -> None:
    live = msgspec.structs.replace(ASKED, gaps=("`a.example` did not answer in time.",))
    gaps = [item.text for item in card(_with(LINKED, live)).gaps.items]
    assert gaps[0] == "live data: `a.example` did not answer in time."
    assert gaps[-1] == "live data: Only the newest 1,000 followers were read."


@pytest.mark.parametrize(("dossier", "place"), [(UNKNOWN, 0), (LINKED, -1)])
def test_why_nobody_was_asked_matters_most_where_nothing_is_held(dossier: Dossier, place: int) -> None:
    gaps = [item.text for item in card(_with(dossier, OFF)).gaps.items]
    assert gaps[place].startswith("live data: Bluesky is not asked")


def test_a_look_that_goes_on_says_so() -> None:
    going = msgspec.structs.replace(ASKED, complete=False)
    assert card(_with(LINKED, going)).live == "X still being fetched, the card follows again"


def test_everything_about_the_look_stands_behind_the_card() -> None:
    live = msgspec.structs.replace(
        ASKED, said=("Bluesky has suspended the account.",), gaps=("`a.example` did not answer in time.",)
    )
    (entry,) = [each for each in entries(_with(LINKED, live)) if each.title == "live data"]
    assert [item.text for item in entry.items] == [
        "asked (`api:bluesky`)",
        "Bluesky has suspended the account.",
        "`a.example` did not answer in time.",
        "Only the newest 1,000 followers were read.",
    ]
    assert "Only the newest 1,000 followers were read." in text_evidence(_with(LINKED, live))
