"""YouTube on loopback: what is asked, what it costs in quota, and what its answers mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.accounts import AccountRef, Platform, PostRef
from bot.platforms.settings import YouTubeSettings
from bot.platforms.youtube import YouTube, day_of
from bot.store.live import AccountState
from bot.store.spending import spent
from tests.bot.platforms.desk import NOW, Desk, FakeServer, Handler, as_json, desk, fake_server

if TYPE_CHECKING:
    from pathlib import Path

CHANNEL_ID = "UCejemploejemploejemplo0"
CHANNEL = AccountRef(platform=Platform.YOUTUBE, handle="ejemplohoy")
KEY = "not-a-real-key"
API = "/youtube/v3"


def asking(server: FakeServer, *, units: int = 10_000) -> YouTube:
    return YouTube(replace(YouTubeSettings(enabled=True, key=KEY, url=server.url()), units_per_day=units))


def channel(**statistics: object) -> dict[str, object]:
    return {
        "kind": "youtube#channel",
        "id": CHANNEL_ID,
        "snippet": {
            "title": "Ejemplo Hoy",
            "description": "Noticias",
            "customUrl": "@ejemplohoy",
            "publishedAt": "2020-01-01T00:00:00Z",
            "country": "MX",
        },
        "statistics": {"viewCount": "900", "subscriberCount": "12300", "videoCount": "60", **statistics},
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UUejemploejemploejemplo0"}},
        "aNewPart": {"of": "tomorrow"},
    }


def video(number: int, *, channel: str = CHANNEL_ID, **statistics: object) -> dict[str, object]:
    when = datetime(2026, 11, 20, tzinfo=UTC) - timedelta(hours=number)
    return {
        "kind": "youtube#video",
        "id": f"video{number:06}",
        "snippet": {
            "publishedAt": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "channelId": channel,
            "title": f"Vídeo {number}",
            "description": "",
        },
        "statistics": {"viewCount": str(number), **statistics},
    }


def uploads(count: int) -> tuple[Handler, Handler]:
    """A playlist of that many videos in pages of 50, and the details of any of them."""

    def items(request: web.Request) -> web.Response:
        first = int(request.query.get("pageToken", "0"))
        numbers = range(first, min(first + 50, count))
        page: dict[str, object] = {
            "items": [{"contentDetails": {"videoId": f"video{number:06}"}} for number in numbers]
        }
        if first + 50 < count:
            page["nextPageToken"] = str(first + 50)
        return web.json_response(page)

    def videos(request: web.Request) -> web.Response:
        numbers = [int(each.removeprefix("video")) for each in request.query["id"].split(",")]
        return web.json_response({"items": [video(number) for number in numbers]})

    return items, videos


async def units(here: Desk) -> int:
    return await here.database.read(spent, Platform.YOUTUBE, unit="units", since=day_of(NOW))


async def test_a_channel_costs_one_unit_and_two_for_every_fifty_videos(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table[f"{API}/channels"] = as_json({"items": [channel()]})
        server.table[f"{API}/playlistItems"], server.table[f"{API}/videos"] = uploads(120)
        look = await here.look(CHANNEL)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        assert await units(here) == 1 + 2 * 3
        assert not any("search" in asked or KEY in asked for asked in server.asked)
        assert all(head["x-goog-api-key"] == KEY for head in server.heads)
        profile = await here.snapshot(CHANNEL)
        assert profile is not None
        assert (profile.followers, profile.rounded, profile.posts) == (12_300, True, 60)
        posts = await here.posts(CHANNEL)
        assert len(posts) == 120
        # Likes and comments that the channel hides are absent, which is not 0.
        assert (posts[7].counts.views, posts[7].counts.likes, posts[7].counts.replies) == (7, None, None)


async def test_hidden_subscribers_are_unknown(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        hidden = channel(hiddenSubscriberCount=True, subscriberCount="0")
        server.table[f"{API}/channels"] = as_json({"items": [hidden]})
        await here.look(CHANNEL)
        profile = await here.snapshot(CHANNEL)
        assert profile is not None
        assert profile.followers is None


async def test_the_quota_of_a_day_is_never_passed(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server, units=3), server=server) as here:
        server.table[f"{API}/channels"] = as_json({"items": [channel()]})
        server.table[f"{API}/playlistItems"], server.table[f"{API}/videos"] = uploads(120)
        look = await here.look(CHANNEL)
        assert await units(here) == 3
        assert len(look.problems) == 1
        assert "units to YouTube for today" in look.problems[0]
        assert len(await here.posts(CHANNEL)) == 50


async def test_an_unknown_channel_is_not_found(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table[f"{API}/channels"] = as_json({"pageInfo": {"totalResults": 0}})
        look = await here.look(CHANNEL)
        assert look.state is AccountState.NOT_FOUND
        assert look.reason is not None
        assert "`ejemplohoy`" in look.reason


async def test_a_channel_without_uploads_has_none(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table[f"{API}/channels"] = as_json({"items": [channel()]})
        reason = {"error": {"code": 404, "errors": [{"reason": "playlistNotFound"}]}}
        server.table[f"{API}/playlistItems"] = as_json(reason, status=404)
        look = await here.look(CHANNEL)
        assert look.problems == ()


REFUSALS = [
    (403, "quotaExceeded", "quota", "quota for this key is used up"),
    (400, "badRequest", "API key not valid. Please pass a valid API key.", "refuses the key"),
    (403, "channelSuspended", "", "suspended or closed"),
    (400, "invalidParameter", "", "did not understand"),
]


@pytest.mark.parametrize(("status", "reason", "message", "told"), REFUSALS)
async def test_refusals_are_told_by_their_reason(
    tmp_path: Path, status: int, reason: str, message: str, told: str
) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        refusal = {"error": {"code": status, "message": message, "errors": [{"reason": reason}]}}
        server.table[f"{API}/channels"] = as_json(refusal, status=status)
        look = await here.look(CHANNEL)
        assert len(look.problems) == 1
        assert told in look.problems[0]
        assert KEY not in look.problems[0]
        assert await units(here) == 1


async def test_a_video_brings_its_channel(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table[f"{API}/channels"] = as_json({"items": [channel()]})
        server.table[f"{API}/playlistItems"], server.table[f"{API}/videos"] = uploads(3)
        look = await here.look(PostRef(platform=Platform.YOUTUBE, post_id="video000002"))
        assert look.account is not None
        assert look.account.platform_id == CHANNEL_ID


async def test_what_may_be_kept_for_thirty_days_goes_after_them(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table[f"{API}/channels"] = as_json({"items": [channel()]})
        server.table[f"{API}/playlistItems"], server.table[f"{API}/videos"] = uploads(3)
        await here.look(CHANNEL)
        here.later(timedelta(days=31))
        await here.service.tidy()
        assert await here.posts(CHANNEL) == ()
        assert await here.snapshot(CHANNEL) is None


def test_the_day_of_the_quota_begins_in_california() -> None:
    assert day_of(datetime(2026, 11, 22, 7, 59, tzinfo=UTC)) == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert day_of(datetime(2026, 7, 1, 7, 0, tzinfo=UTC)) == datetime(2026, 7, 1, 7, tzinfo=UTC)
