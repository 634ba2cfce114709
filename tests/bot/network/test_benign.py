"""Seven innocent ways of acting alike (docs/methods.md, "Coordination"): none is a finding against anybody.

No finding, or a finding with the innocent reading beside it; and never a word more on the link to a state.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.cards.network import network_container
from bot.checks.service import CheckService
from bot.network.recipe import Method, Recipe
from bot.network.results import Benign, Level
from bot.network.wording import GENERAL, READINGS, edge_lines
from bot.store.database import Database
from bot.store.posts import record
from bot.store.records import Post, Relation
from tests.bot.network.test_service import NOW, crowd, said, sweep, together, who
from tests.bot.registry.founding import add_account, add_claim, add_entity, add_typology
from tests.cogs.posting import long_text

Register = Callable[[sqlite3.Connection], None]


def nobody(_connection: sqlite3.Connection) -> None:
    """Register none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """`reading` is the explanation that the registry gives; `asked` one of the accounts."""

    name: str
    posts: list[Post]
    asked: str
    register: Register = nobody
    reading: Benign | None = None
    may_be_a_finding: bool = False


def editions(connection: sqlite3.Connection) -> None:
    add_entity(connection, "casa", kind="publisher")
    for handle in ("norte", "sur", "este"):
        add_entity(connection, handle)
        add_claim(connection, "casa", Relation.OWNS, handle)
        add_account(connection, handle, who(handle))


def agency(connection: sqlite3.Connection) -> None:
    add_entity(connection, "agencia")
    add_account(connection, "agencia", who("agencia"))


def broadcaster(connection: sqlite3.Connection) -> None:
    add_entity(connection, "radio")
    add_typology(connection, "radio", "IP")
    add_account(connection, "radio", who("radio"))


def supplied() -> list[Post]:
    """Three papers print what the agency said three minutes before."""
    return [
        said(handle, number, long_text(f"wire {number}"), second=second)
        for number in range(7)
        for handle, second in (("agencia", 0), ("diario", 180), ("gaceta", 190), ("heraldo", 205))
    ]


def call_to_post() -> list[Post]:
    """Forty supporters post the two sentences that they were asked to, each within the minute."""
    return [
        said(f"activista{n}", day, long_text(f"call {day}"), second=n) for day in range(2) for n in range(40)
    ]


def share_buttons() -> list[Post]:
    """Readers press a button under an article when they read it: the headline, at any time of the day."""
    chance = random.Random(11)  # noqa: S311 - test data
    return [
        said(f"lector{n}", article, long_text(f"headline {article}"), second=chance.uniform(0, 36_000))
        for n in range(60)
        for article in chance.sample(range(14), 8)
    ]


def small_channels() -> list[Post]:
    """Five new channels have three posts each, taken over from one another."""
    return together("canal1", "canal2", "canal3", "canal4", "canal5", texts=range(3))


def weather() -> list[Post]:
    """Six programs post the same forecast at the same second, twice a day."""
    return [
        said(f"tiempo{n}", number, long_text(f"forecast {number}"), second=n % 2)
        for number in range(16)
        for n in range(6)
    ]


CONTROLS = [
    Control(
        name="regional editions",
        posts=together("norte", "sur", "este", texts=range(8)),
        asked="norte",
        register=editions,
        reading=Benign.SISTERS,
    ),
    Control(
        name="customers of an agency",
        posts=supplied(),
        asked="diario",
        register=agency,
        reading=Benign.SUPPLIED,
    ),
    Control(
        name="a public broadcaster",
        posts=together("radio", "oyente", texts=range(8)),
        asked="oyente",
        register=broadcaster,
        reading=Benign.SOURCE,
    ),
    Control(name="a call to post", posts=call_to_post(), asked="activista3"),
    Control(name="share buttons", posts=share_buttons(), asked="lector3"),
    Control(name="new small channels", posts=small_channels(), asked="canal1"),
    Control(name="a weather feed", posts=weather(), asked="tiempo1", may_be_a_finding=True),
]


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "masthead.db")
    yield opened
    opened.close()


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
async def test_no_innocent_likeness_is_held_against_anybody(database: Database, control: Control) -> None:
    await database.write(record, posts=[*control.posts, *crowd()])
    await database.write(control.register)
    checks = CheckService(database, clock=lambda: NOW)
    before = (await checks.check(who(control.asked), asked=control.asked)).dossier

    found = (await sweep(database, recipe=Recipe(method=Method.IDENTICAL_TEXT))).sweep
    findings = [edge for edge in found.edges if edge.level is Level.FINDING]
    assert control.may_be_a_finding or findings == []
    if control.reading is not None:
        registered = [edge for edge in found.edges if control.reading in edge.benign]
        assert registered
        assert any(READINGS[control.reading] in line for line in edge_lines(found, registered))

    after = (await checks.check(who(control.asked), asked=control.asked)).dossier
    assert after.assessment.state_link == before.assessment.state_link
    told = [finding for finding in after.findings if finding.check == "sweeps"]
    assert told
    for finding in told:
        assert finding.weight is None
        # The innocent reading stands wherever the likeness does.
        assert finding.n == 0 or finding.benign


async def test_a_feed_that_chance_does_not_explain_has_its_innocent_reading_on_the_card(
    database: Database,
) -> None:

    await database.write(record, posts=[*weather(), *crowd()])
    swept = await sweep(database, recipe=Recipe(method=Method.IDENTICAL_TEXT))
    assert swept.run_id is not None
    assert {edge.level for edge in swept.sweep.edges} == {Level.FINDING}
    shown = str(network_container(swept.sweep, swept.run_id).to_component_dict())
    assert "news feeds posted by software" in GENERAL
    assert GENERAL in shown
