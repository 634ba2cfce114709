"""Bluesky's reference servers on loopback, checked as people check: by the service and the command line."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from bot.accounts import AccountRef, Platform, PostRef
from bot.checks.dossier import Dossier, State
from bot.checks.service import Checked, CheckService
from bot.cli import app
from bot.platforms.bluesky import Bluesky
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.accounts import find_accounts
from bot.store.database import Database
from bot.store.history import handles_of
from bot.store.live import AccountState, states_of
from bot.store.posts import posts_of, snapshots_of
from bot.store.raw_answers import raw_of
from bot.store.records import Post, PostKind
from tests.bot.platforms import bluesky_world
from tests.bot.platforms.bluesky_servers import running
from tests.bot.platforms.bluesky_world import OFFICIALS, POSTS, World
from tests.bot.registry.founding import add_account, add_entity

# The whole answer is waited for: these tests are about what it is, not about how fast it comes.
PATIENT = 300.0


@pytest.fixture(scope="module")
def world() -> Generator[World]:
    with running() as network:
        yield bluesky_world.build(network)


@pytest.fixture
def database(tmp_path: Path) -> Generator[Database]:
    opened = Database.open(tmp_path / "masthead.db")
    yield opened
    opened.close()


def _loopback(url: str) -> str:
    return f"http://127.0.0.1:{urlsplit(url).port}"


def _settings(world: World, *, appview: str | None = None, posts: int = 1_000) -> PlatformsConfig:
    url = appview or _loopback(world.network.bsky)
    return PlatformsConfig(
        wait_s=60,
        rest_s=600,
        posts=posts,
        bluesky=BlueskySettings(
            enabled=True, url=url, fallback_url=url, directory_url=_loopback(world.network.plc)
        ),
    )


@asynccontextmanager
async def _platforms(
    database: Database, settings: PlatformsConfig, world: World, *, clock: Callable[[], datetime]
) -> AsyncGenerator[PlatformService]:
    port = urlsplit(world.network.pds).port or 0
    allow = frozenset({("localhost", port), ("127.0.0.1", port)})
    http = SafeHttp(clock=clock, lookup=_on_loopback, allow=allow)
    async with api_session("Masthead tests") as session:
        service = PlatformService(
            database,
            connectors={Platform.BLUESKY: Bluesky(settings.bluesky)},
            settings=settings,
            api=ApiTransport(session, clock=clock),
            strangers=StrangersTransport(http),
            clock=clock,
        )
        try:
            yield service
        finally:
            await service.close()
            http.close()


def _named(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.BLUESKY, handle=handle)


async def _on_loopback(host: str, port: int) -> list[str]:
    """Find the name under which the account server is registered, as a name server would."""
    return ["127.0.0.1"]


async def _check(
    database: Database,
    world: World,
    target: AccountRef | PostRef,
    *,
    settings: PlatformsConfig | None = None,
    after: timedelta = timedelta(0),
) -> Checked:
    """Check as /check does, but wait for everything; `after`: so much later than now."""

    def clock() -> datetime:
        return datetime.now(UTC) + after

    chosen = settings or _settings(world)
    async with _platforms(database, chosen, world, clock=clock) as platforms:
        checks = CheckService(database, clock=clock, platforms=platforms)
        look = await platforms.look(target, days=90, wait_s=PATIENT)
        assert look.rest is None
        return await checks.check(target, asked="a test", look=look)


async def _posts(database: Database, world: World, handle: str) -> tuple[Post, ...]:
    ref = AccountRef(platform=Platform.BLUESKY, platform_id=world.did(handle))
    (found,) = await database.read(find_accounts, ref)
    return await database.read(posts_of, found.account_id)


async def test_an_account_is_read_in_full_with_its_counts(database: Database, world: World) -> None:
    dossier = (await _check(database, world, _named("diario.test"))).dossier
    assert dossier.account.platform_id == world.did("diario.test")
    assert dossier.snapshot is not None
    assert (dossier.snapshot.followers, dossier.snapshot.following) == (7, 1)
    assert dossier.snapshot.source == "api:bluesky"
    assert dossier.live is not None
    assert (dossier.live.state, dossier.live.complete, dossier.live.gaps) == (AccountState.PRESENT, True, ())
    # All pages of the feed: 130 posts, a reply, the repost; the text of 500 days ago is outside the window.
    assert dossier.posts_held == POSTS + 2
    posts = await _posts(database, world, "diario.test")
    kinds = [post.kind for post in posts if post.text != "De antaño"]
    assert (kinds.count(PostKind.ORIGINAL), kinds.count(PostKind.REPLY), kinds.count(PostKind.REPOST)) == (
        POSTS,
        1,
        1,
    )
    newest = next(post for post in posts if post.text.startswith("Noticia 0:"))
    assert (newest.counts.likes, newest.counts.reposts, newest.counts.quotes, newest.counts.replies) == (
        3,
        1,
        1,
        1,
    )
    repost = next(post for post in posts if post.kind is PostKind.REPOST)
    assert repost.text == "Una nota de la agencia"
    assert repost.counts.likes is None


async def test_followers_are_held_against_registered_officials(database: Database, world: World) -> None:
    for number, handle in enumerate(OFFICIALS):
        key = f"consul-{number}"
        await database.write(add_entity, key, kind="official")
        await database.write(add_account, key, _named(handle))
    dossier = (await _check(database, world, _named("diario.test"))).dossier
    finding = next(each for each in dossier.findings if each.check == "officials")
    assert finding.state is State.FOUND
    assert (finding.n, finding.of) == (3, 7)


async def test_a_young_look_is_not_repeated_and_raw_answers_are_kept(
    database: Database, world: World
) -> None:
    await _check(database, world, _named("diario.test"))
    (found,) = await database.read(find_accounts, _named("diario.test"))
    before = await database.read(raw_of, found.account_id)
    # A profile, two pages of the feed, of the followers and of the follows (there is a cursor on a last page
    # too), and the quotes of the one post that was quoted.
    assert len(before) == 8
    assert all(json.loads(answer.body) for answer in before)
    again = (await _check(database, world, _named("diario.test"))).dossier
    assert await database.read(raw_of, found.account_id) == before
    assert again.live is not None
    assert again.live.looked_at is not None
    assert again.live.looked_at < again.checked_at


async def test_a_look_stops_at_the_most_posts_that_are_wanted(database: Database, world: World) -> None:
    settings = _settings(world, posts=40)
    dossier = (await _check(database, world, _named("diario.test"), settings=settings)).dossier
    assert dossier.posts_held == 40


async def test_who_asks_not_to_be_shown_is_not_kept(database: Database, world: World) -> None:
    dossier = (await _check(database, world, _named("discreta.test"))).dossier
    assert dossier.live is not None
    assert dossier.live.state is AccountState.NEEDS_SIGN_IN
    assert "asks not to be shown" in dossier.account.warnings[0]
    assert (dossier.snapshot, dossier.posts_held) == (None, 0)
    (found,) = await database.read(find_accounts, _named("discreta.test"))
    assert await database.read(raw_of, found.account_id) == ()


async def test_a_post_is_found_by_its_address(database: Database, world: World) -> None:
    await _check(database, world, _named("agencia.test"))
    (post,) = await _posts(database, world, "agencia.test")
    fresh = Database.open(database.path.with_name("fresh.db"))
    try:
        ref = PostRef(
            platform=Platform.BLUESKY,
            post_id=post.post_id.rpartition("/")[2],
            author=_named("agencia.test"),
        )
        dossier = (await _check(fresh, world, ref)).dossier
        assert dossier.account.platform_id == world.did("agencia.test")
        assert dossier.posts_held == 1
    finally:
        fresh.close()


async def test_without_an_appview_the_accounts_own_server_is_asked(database: Database, world: World) -> None:
    # Nobody listens on port 9, so the connection is refused at once.
    settings = _settings(world, appview="http://127.0.0.1:9")
    ref = AccountRef(platform=Platform.BLUESKY, platform_id=world.did("diario.test"))
    dossier = (await _check(database, world, ref, settings=settings)).dossier
    assert dossier.live is not None
    assert "the account's own server was asked, which knows no counts" in " ".join(dossier.live.remarks)
    assert dossier.snapshot is not None
    assert dossier.snapshot.source == "api:bluesky-pds"
    assert (dossier.snapshot.display_name, dossier.snapshot.followers) == ("Diario Inventado", None)
    posts = await _posts(database, world, "diario.test")
    assert len([post for post in posts if post.text.startswith("Noticia")]) == POSTS
    assert {post.counts.likes for post in posts} == {None}


async def test_renamed_deleted_paused_and_suspended_accounts_are_told_apart(
    database: Database, world: World
) -> None:
    for handle in ("antes.test", "borrada.test", "pausada.test", "retirada.test"):
        assert _state(await _check(database, world, _named(handle))) is AccountState.PRESENT
    bluesky_world.leave(world)
    # An hour later: nothing that was seen before is fresh any more.
    later = partial(_check, database, world, after=timedelta(hours=1))
    renamed = (await later(_named("antes.test"))).dossier
    assert renamed.account.handle == "despues.test"
    assert renamed.account.warnings[0] == (
        "The account that bore the handle `antes.test` bears `despues.test` now."
    )
    assert renamed.posts_held == 1
    (found,) = await database.read(find_accounts, _named("despues.test"))
    assert [each.handle for each in await database.read(handles_of, found.account_id)] == [
        "antes.test",
        "despues.test",
    ]
    states = {
        "borrada.test": AccountState.GONE,
        "pausada.test": AccountState.GONE,
        "retirada.test": AccountState.SUSPENDED,
    }
    for handle, state in states.items():
        checked = await later(_named(handle))
        assert _state(checked) is state
        (found,) = await database.read(find_accounts, _named(handle))
        seen = await database.read(states_of, found.account_id)
        assert [each.state for each in seen] == [state, AccountState.PRESENT]
        # What was seen of it before stays held.
        assert await database.read(snapshots_of, found.account_id)


async def test_an_account_that_never_was_gets_no_row(database: Database, world: World) -> None:
    dossier = (await _check(database, world, _named("nadie-nunca.test"))).dossier
    assert dossier.live is not None
    assert dossier.live.state is AccountState.NOT_FOUND
    assert dossier.account.warnings[0] == "Bluesky knows no account `nadie-nunca.test`."
    assert await database.read(find_accounts, _named("nadie-nunca.test")) == []


def test_the_command_line_fetches_with_one_line_of_configuration(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    appview, directory = _loopback(world.network.bsky), _loopback(world.network.plc)
    (tmp_path / "config.toml").write_text(
        f"[platforms.bluesky]\nenabled = true\nurl = '{appview}'\nfallback_url = '{appview}'\n"
        f"directory_url = '{directory}'\n",
        encoding="utf-8",
    )
    command = ["check", "diario.test", "--platform", "bluesky"]
    printed = CliRunner().invoke(app, [*command, "--json"], env=dict(os.environ))
    assert printed.exit_code == 0, printed.output
    dossier = json.loads(printed.stdout)
    assert dossier["live"]["state"] == "present"
    assert dossier["snapshot"]["followers"] == 7
    assert dossier["posts_held"] == POSTS + 2
    card = CliRunner().invoke(app, command, env=dict(os.environ))
    assert "Bluesky asked" in card.stdout


def _state(checked: Checked) -> AccountState | None:
    dossier: Dossier = checked.dossier
    return dossier.live.state if dossier.live else None
