"""X on loopback: what is asked, what is charged, and what its answers mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.accounts import AccountRef, Platform, PostRef
from bot.platforms.contract import Priced
from bot.platforms.settings import XSettings
from bot.platforms.x import X, month_of
from bot.store.live import AccountState
from bot.store.spending import spent
from tests.bot.platforms.desk import NOW, Desk, FakeServer, as_json, desk, fake_server

if TYPE_CHECKING:
    from pathlib import Path

ANA = AccountRef(platform=Platform.X, handle="ejemplo_hoy")
ANA_ID = AccountRef(platform=Platform.X, platform_id="4711")
TOKEN = "not-a-real-token"
PROFILE = {
    "id": "4711",
    "username": "Ejemplo_Hoy",
    "name": "Ejemplo",
    "description": "Noticias",
    "created_at": "2020-01-01T00:00:00.000Z",
    "protected": False,
    "public_metrics": {"followers_count": 10, "following_count": 2, "post_count": 30},
    "verified_type": "none",
    "a_field_of_tomorrow": [1],
}


def asking(server: FakeServer, **changes: int) -> X:
    return X(replace(XSettings(enabled=True, token=TOKEN, url=server.url()), **changes))


def post(number: int, **changes: object) -> dict[str, object]:
    return {
        "id": str(1000 + number),
        "text": f"Noticia {number}",
        "author_id": "4711",
        "created_at": f"2026-11-{number:02}T10:00:00.000Z",
        "lang": "es",
        "public_metrics": {"like_count": number, "repost_count": 1, "reply_count": 0, "quote_count": 0},
        **changes,
    }


def answering(server: FakeServer, *posts: dict[str, object]) -> None:
    server.table["/2/users/by/username/ejemplo_hoy"] = as_json({"data": PROFILE})
    server.table["/2/users/4711/tweets"] = as_json(
        {"data": list(posts), "meta": {"result_count": len(posts)}}
    )


async def cents(here: Desk) -> float:
    """What all looks of this month have cost, in US cents."""
    micros = await here.database.read(spent, Platform.X, unit="usd_micros", since=month_of(NOW))
    return micros / 10_000


async def test_a_look_costs_what_came_and_no_more(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        answering(server, post(20), post(19, note_post={"text": "Noticia larga " * 30}))
        look = await here.look(ANA)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        assert await cents(here) == 1 + 2 * 0.5
        profile = await here.snapshot(ANA)
        assert profile is not None
        assert (profile.followers, profile.posts, profile.source) == (10, 30, "api:x")
        newest, longer = await here.posts(ANA)
        assert (newest.counts.likes, newest.counts.reposts, newest.counts.views) == (20, 1, None)
        assert longer.text.startswith("Noticia larga Noticia larga")
        assert all(head["authorization"] == f"Bearer {TOKEN}" for head in server.heads)
        assert not any(TOKEN in asked for asked in server.asked)


async def test_nothing_is_asked_before_somebody_has_seen_the_price(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        answering(server, post(20))
        look = await here.look(ANA, pays=False)
        assert look.none == Priced(platform=Platform.X, most=510_000, left=5_000_000)
        assert server.asked == []


async def test_what_a_server_may_spend_in_a_month_is_never_passed(tmp_path: Path) -> None:
    async with (
        fake_server() as server,
        desk(tmp_path, asking(server, usd_per_month=0), server=server) as here,
    ):
        answering(server, post(20))
        look = await here.look(ANA)
        assert len(look.problems) == 1
        assert "money to X of this server for this month is used up" in look.problems[0]
        assert server.asked == []
        assert await cents(here) == 0


async def test_the_worst_case_must_fit_before_a_call(tmp_path: Path) -> None:
    connector = X(XSettings(enabled=True, token=TOKEN, url="http://127.0.0.1:1", usd_per_month=1, posts=400))
    assert connector.terms.price == 10_000 + 400 * 5_000
    async with (
        fake_server() as server,
        desk(tmp_path, asking(server, usd_per_month=1, posts=400), server=server) as here,
    ):
        server.table["/2/users/by/username/ejemplo_hoy"] = as_json({"data": PROFILE})

        def page(request: web.Request) -> web.Response:
            posts = [post(20, id=str(n + 1000 * len(server.asked))) for n in range(100)]
            return web.json_response({"data": posts, "meta": {"next_token": f"t{len(server.asked)}"}})

        server.table["/2/users/4711/tweets"] = page
        look = await here.look(ANA)
        # One dollar buys the profile and one page; the second page could cost more than is left.
        assert len([asked for asked in server.asked if "/tweets" in asked]) == 1
        assert len(look.problems) == 1
        assert await cents(here) == 51


async def test_posts_are_asked_for_in_the_other_names_where_the_first_are_refused(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        answering(server)

        def posts(request: web.Request) -> web.Response:
            if "tweet.fields" in request.query:
                return web.json_response({"errors": [{"message": "tweet.fields"}]}, status=400)
            assert "note_post" in request.query["post.fields"]
            return web.json_response({"data": [post(20)]})

        server.table["/2/users/4711/tweets"] = posts
        look = await here.look(ANA)
        assert look.problems == ()
        assert len(await here.posts(ANA)) == 1
        assert await cents(here) == 1.5


ABSENT = [
    (200, {"title": "Not Found Error", "detail": "Could not find user."}, AccountState.NOT_FOUND),
    (404, {"title": "Not Found Error"}, AccountState.NOT_FOUND),
    (200, {"title": "Forbidden", "detail": "User has been suspended."}, AccountState.SUSPENDED),
]


@pytest.mark.parametrize(("status", "problem", "state"), ABSENT)
async def test_a_missing_account_is_a_state_and_costs_nothing(
    tmp_path: Path, status: int, problem: dict[str, str], state: AccountState
) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/2/users/by/username/ejemplo_hoy"] = as_json({"errors": [problem]}, status=status)
        look = await here.look(ANA)
        assert (look.state, look.problems) == (state, ())
        assert await cents(here) == 0


async def test_a_protected_account_is_private_and_what_was_fetched_goes(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        answering(server, post(20))
        await here.look(ANA)
        assert len(await here.posts(ANA)) == 1
        here.later(timedelta(days=1))
        server.table["/2/users/4711"] = as_json({"data": {**PROFILE, "protected": True}})
        server.table["/2/users/by/username/ejemplo_hoy"] = server.table["/2/users/4711"]
        look = await here.look(ANA)
        assert look.state is AccountState.PRIVATE
        assert await here.posts(ANA_ID) == ()
        assert await here.snapshot(ANA_ID) is None


async def test_a_changed_handle_keeps_what_was_paid_for(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        answering(server, post(20))
        await here.look(ANA)
        here.later(timedelta(days=1))
        gone = as_json({"errors": [{"title": "Not Found Error", "detail": "Could not find user."}]})
        server.table["/2/users/by/username/ejemplo_hoy"] = gone
        server.table["/2/users/4711"] = as_json({"data": {**PROFILE, "username": "ejemplo_ya"}})
        server.table["/2/users/4711/tweets"] = as_json({"data": []})
        look = await here.look(ANA)
        assert (look.state, look.renamed_from) == (AccountState.PRESENT, "ejemplo_hoy")
        # Nothing new came, so what is held is what the first look brought.
        assert len(await here.posts(ANA_ID)) == 1


async def test_a_deleted_account_takes_what_was_fetched_with_it(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        answering(server, post(20))
        await here.look(ANA)
        here.later(timedelta(days=1))
        gone = as_json({"errors": [{"title": "Not Found Error", "detail": "Could not find user."}]})
        server.table["/2/users/by/username/ejemplo_hoy"] = gone
        server.table["/2/users/4711"] = gone
        await here.look(ANA)
        assert await here.posts(ANA_ID) == ()


async def test_a_refused_token_is_the_owners_to_mend(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/2/users/by/username/ejemplo_hoy"] = as_json({"title": "Unauthorized"}, status=401)
        look = await here.look(ANA)
        assert len(look.problems) == 1
        assert "refuses the token" in look.problems[0]
        assert TOKEN not in look.problems[0]
        assert await cents(here) == 0


async def test_a_used_up_rate_is_not_waited_for_at_a_command(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        reset = str(int(NOW.timestamp()) + 800)
        server.table["/2/users/by/username/ejemplo_hoy"] = as_json(
            {"title": "Too Many Requests"}, status=429, x_rate_limit_reset=reset, x_rate_limit_remaining="0"
        )
        look = await here.look(ANA)
        assert len(server.asked) == 1
        assert len(look.problems) == 1
        assert "no more requests for now" in look.problems[0]


async def test_a_post_brings_its_author(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/2/tweets/1020"] = as_json({"data": post(20)})
        server.table["/2/users/4711"] = as_json({"data": PROFILE})
        server.table["/2/users/4711/tweets"] = as_json({"data": [post(20)]})
        look = await here.look(PostRef(platform=Platform.X, post_id="1020"))
        assert look.account is not None
        assert look.account.handle == "ejemplo_hoy"
        assert [each.post_id for each in await here.posts(ANA)] == ["1020"]
