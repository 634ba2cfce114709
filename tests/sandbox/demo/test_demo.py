"""The reconstruction: it carries the published facts, says what it is, and leaves nothing but its audit."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.accounts import parse_one
from bot.app import open_services
from bot.cards.text import text_card
from bot.checks.dossier import Dossier
from bot.config import Config, StoreConfig
from bot.registry.curation.replay import examined
from sandbox.demo import load_demo, remove_demo
from sandbox.demo.posts import CREDIT, HOST, HOY, PEOPLE, posts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _dump(connection: sqlite3.Connection) -> dict[str, int]:
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608


async def _cards(folder: Path, *handles: str) -> list[Dossier]:
    config = Config(store=StoreConfig(path=folder / "m.db"))
    async with open_services(config, clock=lambda: NOW) as services:
        await services.database.write(load_demo, now=NOW)
        checked = [await services.checks.check(parse_one(handle), asked=handle) for handle in handles]
        return [each.dossier for each in checked]


# The trail is append-only: it goes on telling that something was loaded, and which rows went.
TRAIL = ("audit", "audit_about", "audit_prints", "text_change")


async def test_nothing_of_it_stays_but_what_the_audit_trail_tells(tmp_path: Path) -> None:
    config = Config(store=StoreConfig(path=tmp_path / "m.db"))
    async with open_services(config, clock=lambda: NOW) as services:
        before = await services.database.read(_dump)
        first = await services.database.write(load_demo, now=NOW)
        again = await services.database.write(load_demo, now=NOW)
        assert first.posts_new == len(list(posts()))
        assert again.posts_new == 0
        await services.checks.check(parse_one(f"@hoychile@{HOST}"), asked="x")
        assert await services.database.write(remove_demo) > 0
        after = await services.database.read(_dump)
        assert {table: n for table, n in after.items() if table not in TRAIL} == {
            table: n for table, n in before.items() if table not in TRAIL
        }
        assert await services.database.read_whole(examined) == []
        assert await services.database.write(remove_demo) == 0


async def test_every_card_says_that_it_is_a_reconstruction(tmp_path: Path) -> None:
    for dossier in await _cards(tmp_path, *(f"@{person.ref.handle}" for person in PEOPLE)):
        assert "This is a reconstruction for demonstration" in text_card(dossier)


async def test_the_three_are_likely_linked_and_never_said_to_be_operated(tmp_path: Path) -> None:
    for dossier in await _cards(tmp_path, *(f"@{person.ref.handle}" for person in HOY)):
        line = dossier.assessment.state_link
        assert line.band == "likely"
        assert "China News Service" in line.sentence
        assert "Mundo China" in line.sentence
        card = text_card(dossier)
        assert "not shown to be operated by" in card
        assert not re.search(r"(?<!not shown to be )operated by|\bbots?\b|\bfake\b|propaganda", card)


@pytest.mark.parametrize("handle", ["diariocliente", "gacetadelbarrio", "elnorte", "elsur"])
async def test_the_controls_are_not_linked(tmp_path: Path, handle: str) -> None:
    (dossier,) = await _cards(tmp_path, f"@{handle}@{HOST}")
    line = dossier.assessment.state_link
    assert line.high is None or line.high <= 0.55


def test_the_published_facts_are_there() -> None:
    written = list(posts())
    on_the_day = [post for post in written if post.created_at.date().isoformat() == "2023-05-31"]
    hoy = {person.ref for person in HOY}
    civilian = [post for post in on_the_day if "espacio" in post.text and post.author in hoy]
    assert {post.author for post in civilian} == hoy
    assert len({post.text for post in civilian}) == 1
    assert any(CREDIT in post.text for post in written)
    assert [person.followers for person in HOY] == [7, 4, 81]
    assert all((post.author.handle or "").endswith(f"@{HOST}") for post in written)
