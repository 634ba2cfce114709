"""X through its API v2, which is paid by the item returned. Off by default; read docs/platforms.md first.

Prices: https://docs.x.com/x-api/getting-started/pricing (a post 0.005, a profile 0.010 US dollars). Before a
call its worst case is charged, after it what came. Nothing is expanded, since whether expansions are billed
is not documented; followers are not read. Fields are asked for in the names of the prose documentation and,
where that is refused, in those of the OpenAPI file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.accounts import AccountRef, Platform, PostRef
from bot.errors import NotThereError, ShapeChangedError
from bot.imports.common import RowError
from bot.imports.json_values import decode
from bot.imports.x_posts import Page, post_of, snapshot_of
from bot.imports.x_shapes import Tweet, User
from bot.platforms.answers import each, unread_remark
from bot.platforms.contract import Pages, Part, Rate, Scope, SpendLimit, Terms, Wish
from bot.platforms.settings import XSettings
from bot.platforms.visit import Answer, Visit
from bot.store.live import AccountState, Aspect
from bot.store.records import Post
from bot.text.inert import quoted

SOURCE = "api:x"
# Millionths of a US dollar.
PROFILE_PRICE, POST_PRICE = 10_000, 5_000
PAGE = 100
# X accepts no smaller page.
SMALLEST_PAGE = 5

_BAD_REQUEST = frozenset({400})
_USER_FIELDS = ",".join(
    "created_at description entities location name protected public_metrics url username verified "
    "verified_type".split()
)
_POST_FIELDS = "attachments,author_id,created_at,entities,lang,public_metrics"
# The two sets of names: parameter, and the fields that are called differently.
_NAMES = (
    ("tweet.fields", "referenced_tweets,edit_history_tweet_ids,note_tweet"),
    ("post.fields", "referenced_posts,edit_history_post_ids,note_post"),
)


class _User(User, kw_only=True):
    protected: bool = False


class _Problem(msgspec.Struct, kw_only=True):
    title: str = ""
    detail: str = ""
    type: str = ""


class _OneUser(msgspec.Struct, kw_only=True):
    data: _User | None = None
    errors: list[_Problem] | None = None


class _Meta(msgspec.Struct, kw_only=True):
    next_token: str | None = None


class _Posts(msgspec.Struct, kw_only=True):
    data: list[msgspec.Raw] | None = None
    errors: list[_Problem] | None = None
    meta: _Meta | None = None


class _OnePost(msgspec.Struct, kw_only=True):
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_one_user = msgspec.json.Decoder(_OneUser)
_posts = msgspec.json.Decoder(_Posts)
_one_post = msgspec.json.Decoder(_OnePost)
_tweet = msgspec.json.Decoder(Tweet)


class X:
    """Reads profiles and posts with the owner's own bearer token."""

    def __init__(self, settings: XSettings) -> None:
        self._settings = settings
        self._terms = Terms(
            platform=Platform.X,
            source=SOURCE,
            aspects=(Aspect.PROFILE, Aspect.POSTS),
            # 900 look-ups in 15 minutes for one app; posts have 10,000.
            rate=Rate(requests=300, per_s=900),
            page="https://docs.x.com/x-api/getting-started/pricing",
            read_on="2026-11-21",
            finds_posts=True,
            history=3_200,
            ttl=timedelta(hours=6),
            keep_raw=timedelta(days=1),
            unit="usd_micros",
            price=PROFILE_PRICE + settings.posts * POST_PRICE,
            limits=(
                SpendLimit(
                    amount=settings.usd_per_month * 1_000_000,
                    scope=Scope.PLACE,
                    since=month_of,
                    period="this month",
                ),
            ),
            token_setting="platforms.x.token",  # noqa: S106  # the name of a setting
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
            async for part in self._account_posts(account, wish=wish, visit=visit):
                yield part

    async def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        got = await self._fields(f"/2/tweets/{post.post_id}", {}, cost=POST_PRICE, visit=visit)
        piece = got.read(_one_post).data
        await visit.settle(got, cost=0 if piece is msgspec.UNSET else POST_PRICE)
        if piece is not msgspec.UNSET:
            try:
                found = _read(piece, at=got.at)
            except RowError as error:
                raise ShapeChangedError(f"X answered in an unknown shape ({error}).") from error
            yield Part(account=found.author, posts=(found,))

    async def _profile(self, account: AccountRef, visit: Visit) -> Part:
        way = f"/2/users/{account.platform_id}"
        if account.platform_id is None:
            way = f"/2/users/by/username/{account.handle}"
        try:
            got = await visit.get(
                f"{self._settings.url}{way}",
                params={"user.fields": _USER_FIELDS},
                secret=self._secret(),
                cost=PROFILE_PRICE,
            )
        except NotThereError:
            return _absent(account, _Problem())
        answer = got.read(_one_user)
        await visit.settle(got, cost=PROFILE_PRICE if answer.data else 0)
        if answer.data is None:
            problem = next(iter(answer.errors or ()), None)
            if problem is None:
                raise ShapeChangedError("X answered with neither a profile nor a reason.")
            return _absent(account, problem)
        snapshot = snapshot_of(answer.data, collected_at=got.at, now=got.at)
        if snapshot is None:
            raise ShapeChangedError("X gave a profile without an id.")
        if answer.data.protected:
            reason = "Its posts are shown to approved followers alone."
            return Part(account=snapshot.account, state=AccountState.PRIVATE, reason=reason, withdraw=True)
        return Part(
            account=snapshot.account,
            state=AccountState.PRESENT,
            snapshots=(replace(snapshot, source=SOURCE),),
        )

    async def _account_posts(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        wanted = min(wish.posts, self._settings.posts)
        pages = Pages(most=-(-wanted // PAGE) + 1, items=wanted)
        given, page = 0, 0
        cursor: str | None = None
        while True:
            size = max(min(PAGE, wanted - given), SMALLEST_PAGE)
            params = {"max_results": str(size), "start_time": f"{wish.since:%Y-%m-%dT%H:%M:%SZ}"}
            params |= {"pagination_token": cursor} if cursor else {}
            way = f"/2/users/{account.platform_id}/tweets"
            got = await self._fields(way, params, cost=size * POST_PRICE, visit=visit)
            answer = got.read(_posts)
            entries = answer.data or []
            await visit.settle(got, cost=len(entries) * POST_PRICE)
            posts, unread = each(entries, partial(_read, at=got.at), name="X")
            given, page = given + len(entries), page + 1
            cursor = answer.meta.next_token if answer.meta else None
            more = pages.goes_on(cursor, given=given, pages=page)
            cut = f"Only the newest {given:,} posts were asked for, as the settings say." if cursor else None
            yield Part(
                account=account,
                # The handle belongs to the profile; posts name their author by id.
                posts=tuple(replace(post, author=account) for post in posts),
                reached=min((post.created_at for post in posts), default=None) if cursor else wish.since,
                remark=unread_remark(unread) or (None if more else cut),
            )
            if not more:
                return

    async def _fields(self, way: str, params: dict[str, str], *, cost: int, visit: Visit) -> Answer:
        """Ask for posts with their fields, in the other names where the first are refused."""
        (first, fields), (second, others) = _NAMES
        url = f"{self._settings.url}{way}"
        if not visit.memory.get("post.fields"):
            got = await visit.get(
                url,
                params={**params, first: f"{_POST_FIELDS},{fields}"},
                secret=self._secret(),
                cost=cost,
                accept=_BAD_REQUEST,
            )
            if got.status != 400:
                return got
            await visit.settle(got, cost=0)
            visit.memory["post.fields"] = "yes"
        return await visit.get(
            url, params={**params, second: f"{_POST_FIELDS},{others}"}, secret=self._secret(), cost=cost
        )

    def _secret(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._settings.token}"}


def month_of(now: datetime) -> datetime:
    """Return when the month of an instant began, in UTC."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _read(piece: msgspec.Raw, *, at: datetime) -> Post:
    tweet = decode(_tweet, piece)
    if not tweet.id or not tweet.id.isdigit():
        raise RowError("a post without an id")
    return post_of(tweet, Page(collected_at=at), now=at)


def _absent(account: AccountRef, problem: _Problem) -> Part:
    """Return why there is no profile: X says it in an answer that is otherwise a success."""
    name = quoted(account.handle or account.platform_id or "")
    if problem.title == "Forbidden" or "suspended" in problem.detail.lower():
        return Part(
            account=account,
            state=AccountState.SUSPENDED,
            reason=f"X has suspended the account {name}.",
            withdraw=True,
        )
    reason = f"X knows no account {name}."
    return Part(account=account, state=AccountState.NOT_FOUND, reason=reason, withdraw=True)
