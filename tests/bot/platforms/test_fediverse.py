"""Accounts of the fediverse, asked of servers of several makes on loopback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.accounts import AccountRef, Platform, PostRef
from bot.platforms.fediverse import Fediverse
from bot.store.live import AccountState
from bot.store.records import PostKind
from tests.bot.platforms.desk import FakeServer, Handler, as_json, desk, fake_server

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOST = "social.example.org"
ANA = AccountRef(platform=Platform.FEDIVERSE, handle=f"ana@{HOST}")


def actor_of(server: FakeServer, user: str = "ana") -> str:
    return f"{server.url(HOST)}/users/{user}"


def finger(server: FakeServer, *, subject: str = f"acct:ana@{HOST}", actor: str | None = None) -> Handler:
    links = [{"rel": "self", "type": "application/activity+json", "href": actor or actor_of(server)}]
    return as_json({"subject": subject, "links": links}, kind="application/jrd+json")


def account(server: FakeServer, **changes: object) -> dict[str, object]:
    return {
        "id": "109",
        "username": "ana",
        "acct": "ana",
        "uri": actor_of(server),
        "url": f"{server.url(HOST)}/@ana",
        "display_name": "Ana",
        "note": '<p>Editor at <a href="https://noticias.example">noticias.example</a></p>',
        "created_at": "2024-03-01T00:00:00.000Z",
        "followers_count": 12,
        "following_count": 3,
        "statuses_count": 2,
        "something_new": {"of": "tomorrow"},
        **changes,
    }


def status(server: FakeServer, number: int, **changes: object) -> dict[str, object]:
    return {
        "id": str(number),
        "uri": f"{actor_of(server)}/statuses/{number}",
        "url": f"{server.url(HOST)}/@ana/{number}",
        "created_at": f"2026-11-{number:02}T10:00:00.000Z",
        "account": account(server),
        "content": f"<p>Noticia {number}</p>",
        "visibility": "public",
        "language": "es",
        "favourites_count": number,
        "reblogs_count": 1,
        "replies_count": 0,
        "mentions": [],
        "media_attachments": [],
        **changes,
    }


def mastodon(
    server: FakeServer, *, software: str = "mastodon", changes: Mapping[str, object] | None = None
) -> None:
    """Let the server answer as one that speaks the Mastodon API."""
    origin = server.url(HOST)
    server.table |= {
        "/.well-known/webfinger": finger(server),
        "/.well-known/nodeinfo": as_json({"links": [{"rel": "2.0", "href": f"{origin}/nodeinfo/2.0"}]}),
        "/nodeinfo/2.0": as_json({"software": {"name": software, "version": "4.5"}}),
        "/api/v1/accounts/lookup": as_json(account(server, **(changes or {}))),
        "/api/v1/accounts/109/statuses": as_json([]),
        "/api/v1/accounts/109/followers": as_json([]),
        "/api/v1/accounts/109/following": as_json([]),
    }


def asking(server: FakeServer) -> Fediverse:
    return Fediverse(origin=lambda host: server.url(host))


async def test_an_account_is_read_at_its_own_server(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server)
        boosted = status(server, 9, uri="https://other.example/users/b/statuses/9", url=None)
        boosted["account"] = account(server, acct="b@other.example", uri="https://other.example/users/b")
        mention = {"acct": "eva@else.example", "url": "https://else.example/@eva"}
        text = (
            '<p><a href="https://else.example/@eva">@eva</a> lea '
            '<a href="https://noticias.example/a">noticias.example/a</a></p>'
        )
        first = [
            status(server, 20, content=text, mentions=[mention], spoiler_text="Urgente"),
            status(server, 19, reblog=boosted, content=""),
        ]
        second = [
            status(server, 18, in_reply_to_id="4", media_attachments=[{"type": "gifv"}]),
            status(server, 17, visibility="private"),
        ]

        def statuses(request: web.Request) -> web.Response:
            following = f"{server.url(HOST)}{request.path}?max_id=19"
            link = {"Link": f'<{following}>; rel="next", <{following}>; rel="prev"'}
            is_first = "max_id" not in request.query
            return web.json_response(first if is_first else second, headers=link if is_first else {})

        server.table["/api/v1/accounts/109/statuses"] = statuses
        server.table["/api/v1/accounts/109/followers"] = as_json(
            [account(server, id="7", acct="min@gov.example", uri="https://gov.example/users/min")]
        )
        look = await here.look(ANA)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        assert look.account is not None
        assert (look.account.handle, look.account.platform_id) == (ANA.handle, actor_of(server))
        profile = await here.snapshot(ANA)
        assert profile is not None
        assert (profile.display_name, profile.bio) == ("Ana", "Editor at https://noticias.example")
        assert (profile.followers, profile.following, profile.posts) == (12, 3, 2)
        assert profile.profile_link == "https://noticias.example"
        written, boost, reply = await here.posts(ANA)
        assert written.text == "Urgente\n\n@eva lea https://noticias.example/a"
        assert written.mentions == ("eva@else.example",)
        assert written.links == ("https://noticias.example/a",)
        assert (written.counts.likes, written.counts.quotes) == (20, None)
        assert written.post_id == f"{server.url(HOST)}/@ana/20"
        assert (boost.kind, boost.refers_to) == (PostKind.REPOST, "https://other.example/users/b/statuses/9")
        assert boost.counts.likes is None
        assert (reply.kind, reply.media, reply.created_at) == (
            PostKind.REPLY,
            ("video",),
            datetime(2026, 11, 18, 10, tzinfo=UTC),
        )
        circle = await here.followers(ANA)
        assert circle is not None
        assert circle.size == 1


async def test_a_post_brings_its_author(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server)
        server.table["/api/v1/statuses/20"] = as_json(status(server, 20))
        address = f"{server.url(HOST)}/@ana/20"
        look = await here.look(PostRef(platform=Platform.FEDIVERSE, post_id=address))
        assert look.account is not None
        assert look.account.handle == ANA.handle
        assert [post.post_id for post in await here.posts(ANA)] == [address]


STATES = [
    ({"suspended": True}, AccountState.SUSPENDED, "Its server has suspended the account."),
    ({"limited": True}, AccountState.LIMITED, "Its server has limited the account."),
    (
        {"moved": {"id": "1", "acct": "ana@new.example"}},
        AccountState.LIMITED,
        "The account has moved to `ana@new.example`, as it says itself.",
    ),
]


@pytest.mark.parametrize(("changes", "state", "reason"), STATES)
async def test_what_its_server_says_of_an_account_is_a_state(
    tmp_path: Path, changes: dict[str, object], state: AccountState, reason: str
) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server, changes=changes)
        look = await here.look(ANA)
        assert (look.state, look.reason, look.problems) == (state, reason, ())


@pytest.mark.parametrize(("code", "state"), [(404, AccountState.NOT_FOUND), (410, AccountState.GONE)])
async def test_a_server_that_knows_no_such_account(tmp_path: Path, code: int, state: AccountState) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/.well-known/webfinger"] = as_json({}, status=code)
        look = await here.look(ANA)
        assert look.state is state
        assert look.reason is not None
        assert f"`{HOST}`" in look.reason
        assert await here.snapshot(ANA) is None


async def test_posts_of_an_account_that_asks_not_to_be_indexed_are_not_kept(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server, changes={"noindex": True})
        server.table["/api/v1/accounts/109/statuses"] = as_json([status(server, 20)])
        look = await here.look(ANA)
        assert look.remarks == ("The account asks not to be indexed, so its posts are not kept.",)
        assert await here.posts(ANA) == ()
        assert not any("/statuses" in asked for asked in server.asked)


async def test_zeros_of_a_server_that_never_counts_are_unknown(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        zeros: dict[str, object] = {"followers_count": 0, "following_count": 0, "statuses_count": 0}
        mastodon(server, software="snac", changes=zeros)
        await here.look(ANA)
        profile = await here.snapshot(ANA)
        assert profile is not None
        assert (profile.followers, profile.following, profile.posts) == (None, None, None)


def by_activitypub(server: FakeServer, *, status_of_actor: int = 200) -> None:
    """Let the API refuse, and ActivityPub answer."""
    mastodon(server, software="gotosocial")
    refused = as_json({"error": "Unauthorized"}, status=401)
    server.table["/api/v1/accounts/lookup"] = refused
    actor, origin = actor_of(server), server.url(HOST)
    kind = "application/activity+json"
    server.table["/users/ana"] = as_json(
        {
            "id": actor,
            "type": "Person",
            "preferredUsername": "ana",
            "name": "Ana",
            "summary": "<p>Editor</p>",
            "published": "2024-03-01T00:00:00Z",
            "outbox": f"{actor}/outbox",
            "followers": f"{actor}/followers",
            "following": f"{actor}/following",
        },
        kind=kind,
        status=status_of_actor,
    )
    server.table["/users/ana/followers"] = as_json({"totalItems": 44}, kind=kind)
    server.table["/users/ana/following"] = as_json({}, kind=kind, status=403)
    note = {
        "id": f"{origin}/notes/20",
        "type": "Note",
        "published": "2026-11-20T10:00:00Z",
        "content": "<p>Hola</p>",
        "to": "https://www.w3.org/ns/activitystreams#Public",
        "likes": {"totalItems": 5},
    }
    hidden = {**note, "id": f"{origin}/notes/19", "to": [f"{actor}/followers"]}
    items = [
        {"type": "Create", "actor": actor, "id": f"{origin}/a/1", "object": note},
        {"type": "Create", "actor": actor, "id": f"{origin}/a/2", "object": hidden},
        {
            "type": "Announce",
            "actor": actor,
            "id": f"{origin}/a/3",
            "published": "2026-11-18T10:00:00Z",
            "object": "https://other.example/users/b/statuses/9",
        },
    ]
    server.table["/users/ana/outbox"] = as_json({"totalItems": 3, "first": f"{actor}/outbox/1"}, kind=kind)
    server.table["/users/ana/outbox/1"] = as_json({"orderedItems": items}, kind=kind)


async def test_where_the_api_wants_a_token_the_outbox_is_read(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        by_activitypub(server)
        look = await here.look(ANA)
        assert look.state is AccountState.PRESENT
        assert any("nobody without a token" in remark for remark in look.remarks)
        profile = await here.snapshot(ANA)
        assert profile is not None
        assert (profile.followers, profile.following, profile.posts) == (44, None, 3)
        assert profile.source == "api:fediverse-activitypub"
        note, boost = await here.posts(ANA)
        assert (note.text, note.counts.likes, note.counts.reposts) == ("Hola", 5, None)
        assert (boost.kind, boost.refers_to) == (PostKind.REPOST, "https://other.example/users/b/statuses/9")


async def test_a_server_that_tells_nobody_anything_is_said_to_want_a_token(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        by_activitypub(server, status_of_actor=401)
        look = await here.look(ANA)
        assert look.state is AccountState.NEEDS_SIGN_IN
        assert look.reason == "Its server shows the account to nobody without a token."


async def test_a_misskey_server_is_asked_in_its_own_way(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server, software="sharkey")
        server.table["/api/users/show"] = as_json(
            {"id": "9x", "username": "ana", "name": "Ana", "followersCount": 8, "notesCount": 2}
        )
        original = {
            "id": "n2",
            "createdAt": "2026-11-20T10:00:00.000Z",
            "text": "Hola https://noticias.example/a",
            "reactions": {"👍": 2, "❤": 3},
            "renoteCount": 1,
            "repliesCount": 0,
            "files": [{"type": "image/png"}],
        }
        renote = {
            "id": "n1",
            "createdAt": "2026-11-19T10:00:00.000Z",
            "text": None,
            "renoteId": "z",
            "renote": {**original, "id": "z", "uri": "https://other.example/notes/z"},
        }
        server.table["/api/users/notes"] = as_json([original, renote])
        look = await here.look(ANA)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        question = json.loads(next(body for body in server.bodies if b"username" in body))
        assert question == {"username": "ana", "host": None}
        profile = await here.snapshot(ANA)
        assert profile is not None
        assert (profile.followers, profile.following) == (8, None)
        note, shared = await here.posts(ANA)
        assert (note.counts.likes, note.counts.reposts, note.media) == (5, 1, ("photo",))
        assert note.post_id == f"{server.url(HOST)}/notes/n2"
        assert (shared.kind, shared.refers_to) == (PostKind.REPOST, "https://other.example/notes/z")


async def test_a_name_that_points_at_somebody_elses_account_is_not_believed(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server)
        victim = f"{server.url('gov.example')}/users/minister"

        def fingers(request: web.Request) -> web.Response:
            asked = request.query["resource"]
            subject = f"acct:ana@{HOST}" if asked.startswith("acct:") else "acct:minister@gov.example"
            links = [{"rel": "self", "type": "application/activity+json", "href": victim}]
            return web.json_response({"subject": subject, "links": links})

        server.table["/.well-known/webfinger"] = fingers
        server.table["/api/v1/accounts/lookup"] = as_json(
            account(server, acct="minister", uri=victim, display_name="The minister")
        )
        look = await here.look(ANA)
        # The name leads to the minister's account, and is reported under the minister's own name alone.
        assert look.account is not None
        assert look.account.handle == "minister@gov.example"
        assert await here.snapshot(ANA) is None


async def test_a_next_page_on_another_server_is_not_followed(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server)
        server.table["/api/v1/accounts/109/statuses"] = as_json(
            [status(server, 20)], Link='<http://elsewhere.example/next>; rel="next"'
        )
        look = await here.look(ANA)
        assert look.problems == ()
        assert [each.counts.likes for each in await here.posts(ANA)] == [20]
        assert not any("/next" in asked for asked in server.asked)


async def test_a_page_that_comes_again_ends_the_paging(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server)
        again = f'<{server.url(HOST)}/api/v1/accounts/109/statuses?max_id=1>; rel="next"'
        server.table["/api/v1/accounts/109/statuses"] = as_json([status(server, 20)], Link=again)
        await here.look(ANA)
        assert sum("/statuses" in asked for asked in server.asked) == 2


def a_page(_: web.Request) -> web.Response:
    return web.Response(text="<html>", content_type="text/html")


def cut_short(_: web.Request) -> web.Response:
    return web.Response(body=b'[{"id": "1"', content_type="application/json")


BROKEN: list[tuple[Handler, str]] = [
    (as_json([{"id": 5}]), "unknown shape"),
    (as_json({"error": "x"}, status=500), "fault of its own"),
    (as_json({"error": "slow down"}, status=429), "answers no more requests for now"),
    (a_page, "unknown shape"),
    (cut_short, "unknown shape"),
]


@pytest.mark.parametrize(("answer", "told"), BROKEN)
async def test_a_gap_in_the_posts_is_told_and_the_profile_stays(
    tmp_path: Path, answer: Handler, told: str
) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        mastodon(server)
        server.table["/api/v1/accounts/109/statuses"] = answer
        look = await here.look(ANA)
        assert look.state is AccountState.PRESENT
        assert len(look.problems) == 1
        assert told in look.problems[0]
        assert await here.snapshot(ANA) is not None
