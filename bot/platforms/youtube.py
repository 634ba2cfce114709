"""YouTube through its Data API v3: free with a key, in quota units.

One unit a call: a channel, then for every 50 videos a page of the uploads playlist and their details. Search
is never used. https://developers.google.com/youtube/v3/determine_quota_cost. The terms let data of people who
did not authorise us be kept for about 30 days, then refreshed or deleted:
https://developers.google.com/youtube/terms/developer-policies.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import msgspec

from bot.accounts import AccountRef, Platform, PostRef
from bot.errors import NotThereError, RateLimitedError, ShapeChangedError, TokenRefusedError, WithheldError
from bot.imports.common import RowError
from bot.imports.json_values import decode
from bot.imports.youtube_things import Thing, channel_snapshot, video_post
from bot.platforms.answers import each, unread_remark
from bot.platforms.contract import Pages, Part, Rate, Scope, SpendLimit, Terms, Wish
from bot.platforms.settings import YouTubeSettings
from bot.platforms.visit import Answer, Visit
from bot.store.live import AccountState, Aspect
from bot.store.records import Post
from bot.text.inert import quoted

SOURCE = "api:youtube"
PAGE = 50
PACIFIC = ZoneInfo("America/Los_Angeles")
_REFUSALS = frozenset({400, 403, 404})
_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"})
_BAD_KEY = frozenset({"keyInvalid", "keyExpired", "badRequest", "accessNotConfigured", "ipRefererBlocked"})
_SUSPENDED = frozenset({"channelSuspended", "channelClosed"})


class _Playlists(msgspec.Struct, kw_only=True):
    uploads: str | None = None


class _Related(msgspec.Struct, kw_only=True, rename="camel"):
    related_playlists: _Playlists | None = None


class _Channel(msgspec.Struct, kw_only=True, rename="camel"):
    content_details: _Related | None = None


class _Video(msgspec.Struct, kw_only=True, rename="camel"):
    video_id: str | None = None


class _Item(msgspec.Struct, kw_only=True, rename="camel"):
    content_details: _Video | None = None


class _Page(msgspec.Struct, kw_only=True, rename="camel"):
    items: list[msgspec.Raw] | None = None
    next_page_token: str | None = None


class _Reason(msgspec.Struct, kw_only=True):
    reason: str = ""


class _Error(msgspec.Struct, kw_only=True):
    message: str = ""
    errors: list[_Reason] | None = None


class _Refused(msgspec.Struct, kw_only=True):
    error: _Error


_page = msgspec.json.Decoder(_Page)
_thing = msgspec.json.Decoder(Thing)
_channel = msgspec.json.Decoder(_Channel)
_item = msgspec.json.Decoder(_Item)
_refused = msgspec.json.Decoder(_Refused)


class YouTube:
    """Reads channels and their uploads with the owner's key."""

    def __init__(self, settings: YouTubeSettings) -> None:
        self._settings = settings
        self._terms = Terms(
            platform=Platform.YOUTUBE,
            source=SOURCE,
            aspects=(Aspect.PROFILE, Aspect.POSTS),
            rate=Rate(requests=300, per_s=60),
            page="https://developers.google.com/youtube/v3/determine_quota_cost",
            read_on="2026-11-21",
            finds_posts=True,
            ttl=timedelta(hours=1),
            keep_raw=timedelta(days=14),
            keep_data=timedelta(days=30),
            unit="units",
            limits=(
                SpendLimit(
                    amount=settings.units_per_day,
                    scope=Scope.ALL,
                    since=day_of,
                    period="today (Pacific time)",
                ),
            ),
            # An invalid request costs one unit as well.
            error_cost=1,
            token_setting="platforms.youtube.key",  # noqa: S106  # the name of a setting
        )

    @property
    def terms(self) -> Terms:
        return self._terms

    async def fetch(
        self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        if aspect is Aspect.PROFILE:
            yield await self._profile(account, visit)
        elif aspect is Aspect.POSTS:
            async for part in self._uploads(account, wish=wish, visit=visit):
                yield part

    async def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        posts, _ = await self._videos([post.post_id], visit)
        for found in posts:
            yield Part(account=found.author, posts=(found,))

    async def _profile(self, account: AccountRef, visit: Visit) -> Part:
        question = {"part": "snippet,statistics,contentDetails,status"}
        if account.platform_id is not None:
            question["id"] = account.platform_id
        else:
            question["forHandle"] = f"@{account.handle}"
        got = await self._ask("channels", question, visit)
        found = next(iter(got.read(_page).items or ()), None)
        if found is None:
            name = quoted(account.handle or account.platform_id or "")
            reason = f"YouTube shows no channel {name}: there is none, or it was taken down."
            return Part(account=account, state=AccountState.NOT_FOUND, reason=reason)
        try:
            snapshot = channel_snapshot(decode(_thing, found), taken_at=got.at, now=got.at, source=SOURCE)
            details = decode(_channel, found).content_details
        except RowError as error:
            raise ShapeChangedError(f"YouTube answered in an unknown shape ({error}).") from error
        uploads = details.related_playlists if details else None
        visit.memory["uploads"] = (uploads.uploads if uploads else None) or ""
        return Part(account=snapshot.account, state=AccountState.PRESENT, snapshots=(snapshot,))

    async def _uploads(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        playlist = visit.memory.get("uploads")
        pages = Pages(most=-(-wish.posts // PAGE) + 1, items=wish.posts)
        given, page = 0, 0
        token: str | None = None
        while playlist:
            question = {"part": "contentDetails", "playlistId": playlist, "maxResults": str(PAGE)}
            question |= {"pageToken": token} if token else {}
            try:
                got = await self._ask("playlistItems", question, visit)
            except NotThereError:
                # A channel that never published has no such list.
                yield Part(account=account, reached=wish.since)
                return
            found = got.read(_page)
            ids, unread = each(found.items or (), _video_id, name="YouTube")
            posts, unread_videos = await self._videos([video for video in ids if video], visit)
            given, page, token = given + len(ids), page + 1, found.next_page_token
            newest = max((post.created_at for post in posts), default=None)
            ended = (newest is not None and newest < wish.since) or not token
            yield Part(
                account=account,
                # A playlist of uploads may hold videos that several channels published together.
                posts=tuple(post for post in posts if post.author.platform_id == account.platform_id),
                reached=wish.since if ended else min((post.created_at for post in posts), default=None),
                remark=unread_remark(unread + unread_videos),
            )
            if ended or not pages.goes_on(token, given=given, pages=page):
                return

    async def _videos(self, ids: list[str], visit: Visit) -> tuple[list[Post], int]:
        """Return at most 50 videos with their counts; those that are gone or private are not among them."""
        if not ids:
            return [], 0
        got = await self._ask("videos", {"part": "snippet,statistics", "id": ",".join(ids)}, visit)
        return each(got.read(_page).items or (), partial(_read, at=got.at), name="YouTube")

    async def _ask(self, method: str, question: dict[str, str], visit: Visit) -> Answer:
        got = await visit.get(
            f"{self._settings.url}/youtube/v3/{method}",
            params=question,
            # In a header rather than the address, which is kept and logged.
            secret={"X-Goog-Api-Key": self._settings.key},
            accept=_REFUSALS,
            cost=1,
        )
        if got.status == 200:
            return got
        self._refuse(got)
        return got

    def _refuse(self, got: Answer) -> None:
        """Raise what a refusal means."""
        error = got.read(_refused).error
        reasons = {each.reason for each in error.errors or ()}
        if reasons & _USED_UP:
            raise RateLimitedError(
                "YouTube's quota for this key is used up for today.",
                retry_at=day_of(got.at) + timedelta(days=1),
            )
        if reasons & _BAD_KEY and ("key" in error.message.lower() or "accessNotConfigured" in reasons):
            raise TokenRefusedError("YouTube refuses the key that is configured for it.")
        if reasons & _SUSPENDED:
            raise WithheldError("YouTube has suspended or closed the channel.")
        if got.status == 404:
            raise NotThereError("YouTube knows of no such thing.")
        if got.status == 403:
            raise WithheldError("YouTube does not show this.")
        raise ShapeChangedError("YouTube did not understand the request.")


def day_of(now: datetime) -> datetime:
    """Return when the quota's day of an instant began: midnight in California."""
    there = now.astimezone(PACIFIC)
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def _video_id(piece: msgspec.Raw) -> str | None:
    details = decode(_item, piece).content_details
    return details.video_id if details else None


def _read(piece: msgspec.Raw, *, at: datetime) -> Post:
    return video_post(decode(_thing, piece), collected_at=at, now=at)
