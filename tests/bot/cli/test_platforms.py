from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.accounts import Platform
from bot.cli import app
from bot.store.accounts import find_accounts
from bot.store.database import Database
from bot.store.live import fetches_of
from bot.store.posts import posts_of, record
from bot.store.records import Post, PostKind
from tests.bot.platforms import appview
from tests.bot.platforms.looking import KNOWN, NAMED, desk
from tests.bot.platforms.scripted import BEGAN

FILE = "masthead.db"


@pytest.fixture
def looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database that holds one live look of 2026 and one imported post of the same account."""

    async def look() -> None:
        async with desk(tmp_path) as at:
            await at.service.look(NAMED, days=90, wait_s=300)
            imported = Post(
                platform=Platform.BLUESKY,
                post_id=f"at://{appview.DID}/app.bsky.feed.post/imported",
                author=KNOWN,
                created_at=BEGAN - timedelta(days=3),
                kind=PostKind.ORIGINAL,
                text="Importada",
            )
            await at.database.write(record, posts=[imported])

    asyncio.run(look())
    monkeypatch.chdir(tmp_path)
    return tmp_path / FILE


def _run(*arguments: str, fails: bool = False) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert (result.exit_code != 0) is fails, result.output
    return result.stdout


def _held(path: Path) -> tuple[int, int]:
    """Return how many posts of the account are held, and how many kinds of things were asked for."""

    async def read() -> tuple[int, int]:
        database = Database.open(path)
        try:
            (found,) = await database.read(find_accounts, KNOWN)
            posts = await database.read(posts_of, found.account_id)
            return len(posts), len(await database.read(fetches_of, found.account_id))
        finally:
            database.close()

    return asyncio.run(read())


def test_every_platform_is_listed_with_how_to_have_it(looked_at: Path) -> None:
    printed = _run("platforms", "show")
    assert "Bluesky    off. Switch on: [platforms.bluesky] enabled = true" in printed
    assert "TikTok     no connector. TikTok gives data to approved researchers" in printed
    for platform in ("X", "Fediverse", "Threads", "VK", "Weibo", "website"):
        assert f"\n{platform:10} " in f"\n{printed}"


def test_what_is_on_says_what_it_gives_and_keeps(looked_at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_PLATFORMS_BLUESKY_ENABLED", "true")
    told = {each["platform"]: each for each in json.loads(_run("platforms", "show", "--json"))}
    bluesky = told["bluesky"]
    assert bluesky["on"] is True
    assert bluesky["gives"] == ["profile", "posts", "followers", "follows", "shares"]
    assert bluesky["keep_raw_s"] == 14 * 86_400
    assert told["threads"]["on"] is False
    assert "App Review" in told["threads"]["why"]


def test_what_a_platform_gave_can_be_taken_back(looked_at: Path) -> None:
    assert _held(looked_at) == (3, 5)
    assert "rows deleted" in _run("platforms", "withdraw", "bluesky", appview.HANDLE)
    # The imported post stays.
    assert _held(looked_at) == (1, 0)


def test_everything_of_a_platform_is_taken_back_only_when_meant(looked_at: Path) -> None:
    _run("platforms", "withdraw", "bluesky", fails=True)
    assert _held(looked_at)[0] == 3
    _run("platforms", "withdraw", "x", "--yes")
    assert _held(looked_at)[0] == 3
    _run("platforms", "withdraw", "bluesky", "--yes")
    assert _held(looked_at) == (1, 0)


def test_an_account_of_another_platform_is_refused(looked_at: Path) -> None:
    _run("platforms", "withdraw", "bluesky", "https://x.com/alguien", fails=True)
    assert _held(looked_at)[0] == 3


def test_nothing_held_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("platforms", "withdraw", "bluesky", "nadie.example.org") == "0 rows deleted.\n"
