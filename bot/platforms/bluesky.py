"""Bluesky through its public AppView: free, no token. Identity is the DID, a handle is an attribute of it.

Where neither AppView answers, the account's own server (PDS) still gives profile and posts, without any
counts. Limits: https://docs.bsky.app/docs/advanced-guides/rate-limits (the AppView's own are not published;
the hosted PDS allows 3,000 requests in 5 minutes, which is what is kept here).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.accounts import AccountRef, Platform, PostRef
from bot.errors import (
    NotThereError,
    PlatformError,
    PlatformUnreachableError,
    ShapeChangedError,
    WithheldError,
)
from bot.platforms import bluesky_answers as answers
from bot.platforms.answers import unread_remark
from bot.platforms.bluesky_pds import Pds
from bot.platforms.contract import Pages, Part, Rate, Terms, Wish
from bot.platforms.settings import BlueskySettings
from bot.platforms.visit import Answer, Visit
from bot.store.follows import FollowList
from bot.store.live import AccountState, Aspect

PAGE = 100
# Posts whose quoting posts are read for the officials check.
SHARED_POSTS = 5

TERMS = Terms(
    platform=Platform.BLUESKY,
    source=answers.SOURCE,
    aspects=(Aspect.PROFILE, Aspect.POSTS, Aspect.FOLLOWERS, Aspect.FOLLOWS, Aspect.SHARES),
    rate=Rate(requests=3_000, per_s=300),
    page="https://docs.bsky.app/docs/advanced-guides/rate-limits",
    read_on="2026-11-21",
    finds_posts=True,
    ttl=timedelta(minutes=15),
    keep_raw=timedelta(days=14),
)

_BAD_REQUEST = frozenset({400})
_STATES = {
    "AccountTakedown": (AccountState.SUSPENDED, "Bluesky has suspended the account."),
    "AccountDeactivated": (AccountState.GONE, "The account is deactivated."),
}
_UNKNOWN = {"Profile not found", "Actor not found"}


class Bluesky:
    """Reads accounts, posts, followers and quotes; `settings` name the servers."""

    def __init__(self, settings: BlueskySettings) -> None:
        self._settings = settings

    @property
    def terms(self) -> Terms:
        return TERMS

    async def fetch(
        self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        match aspect:
            case Aspect.PROFILE:
                yield await self._profile(account, visit)
            case Aspect.POSTS:
                async for part in self._posts(account, wish=wish, visit=visit):
                    yield part
            case Aspect.FOLLOWERS:
                async for part in self._people(FollowList.FOLLOWERS, account, wish=wish, visit=visit):
                    yield part
            case Aspect.FOLLOWS:
                async for part in self._people(FollowList.FOLLOWS, account, wish=wish, visit=visit):
                    yield part
            case Aspect.SHARES:
                async for part in self._quotes(account, wish=wish, visit=visit):
                    yield part

    async def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        author = post.author
        if author is None:
            return
        uri = f"at://{_actor(author)}/app.bsky.feed.post/{post.post_id}"
        got = await self._ask(visit, "app.bsky.feed.getPosts", {"uris": uri})
        read = answers.view_posts(got.read(answers.POSTS), at=got.at)
        for found in read.posts:
            yield Part(account=found.author, posts=(found,))

    async def _profile(self, account: AccountRef, visit: Visit) -> Part:
        try:
            got = await self._ask(
                visit, "app.bsky.actor.getProfile", {"actor": _actor(account)}, accept=_BAD_REQUEST
            )
        except PlatformUnreachableError as error:
            # The account's own server is another way to the words, though not to the counts.
            try:
                return await self._pds().profile(account, visit=visit)
            except PlatformError:
                raise error from None
        if got.status == 200:
            return answers.profile_part(got.read(answers.PROFILE), at=got.at)
        refused = got.read(answers.REFUSED)
        if refused.error in _STATES:
            state, reason = _STATES[refused.error]
            return Part(account=account, state=state, reason=reason)
        if refused.message not in _UNKNOWN:
            raise ShapeChangedError("Bluesky did not understand the question for a profile.")
        return await self._not_found(account, visit)

    async def _not_found(self, account: AccountRef, visit: Visit) -> Part:
        """Tell an identity that never was from one that is gone: the directory of DIDs forgets none."""
        did = account.platform_id
        if did is not None and did.startswith("did:plc:"):
            try:
                await visit.get(f"{self._settings.directory_url}/{did}")
                known = True
            except NotThereError as error:
                known = error.gone
            if known:
                reason = "Its identity is still registered, but Bluesky no longer shows an account for it."
                return Part(account=account, state=AccountState.GONE, reason=reason)
        reason = f"Bluesky knows no account {answers.handle_remark(account)}."
        return Part(account=account, state=AccountState.NOT_FOUND, reason=reason)

    async def _posts(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        if visit.memory.get("pds"):
            async for part in self._pds().posts(account, wish=wish, visit=visit):
                yield part
            return
        pages = Pages(most=-(-wish.posts // PAGE) + 1, items=wish.posts)
        given, page, cursor = 0, 0, None
        while True:
            question = {"actor": _actor(account), "limit": min(PAGE, wish.posts - given)}
            got = await self._ask(
                visit, "app.bsky.feed.getAuthorFeed", question, cursor=cursor, accept=_BAD_REQUEST
            )
            if got.status == 400:
                raise WithheldError("Bluesky does not show the posts of this account.")
            found = got.read(answers.FEED)
            read = answers.feed_posts(found, at=got.at)
            given, page, cursor = given + len(found.feed), page + 1, found.cursor
            # A feed is sorted by when each post, or its repost, was first seen; a pinned one may come first.
            oldest = read.posts[-1].created_at if read.posts else None
            past = oldest is not None and oldest < wish.since
            more = not past and pages.goes_on(cursor, given=given, pages=page)
            ended = past or not cursor
            yield Part(
                account=account,
                posts=tuple(read.posts),
                reached=(wish.since if ended else oldest),
                remark=unread_remark(read.unread),
            )
            if not more:
                return

    async def _people(
        self, listed_in: FollowList, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        name = "Followers" if listed_in is FollowList.FOLLOWERS else "Follows"
        pages = Pages(most=-(-wish.accounts // PAGE) + 1, items=wish.accounts)
        given, page, cursor = 0, 0, None
        while True:
            question = {"actor": _actor(account), "limit": min(PAGE, wish.accounts - given)}
            got = await self._ask(visit, f"app.bsky.graph.get{name}", question, cursor=cursor)
            found = got.read(answers.PEOPLE)
            read = answers.people(found)
            given, page, cursor = given + len(found.people), page + 1, found.cursor
            more = pages.goes_on(cursor, given=given, pages=page)
            yield Part(
                account=account,
                follows=answers.follows(account, read, listed_in=listed_in, at=got.at),
                # The list is newest first, so this is no even sample of it.
                remark=None if more or not cursor else f"Only the newest {given:,} {name.lower()} were read.",
            )
            if not more:
                return

    async def _quotes(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        """Read who quoted the posts that were shared most. Who reposted has no date and is not read."""
        for uri in wish.shared[:SHARED_POSTS]:
            got = await self._ask(visit, "app.bsky.feed.getQuotes", {"uri": uri, "limit": PAGE})
            read = answers.view_posts(got.read(answers.POSTS), at=got.at)
            yield Part(account=account, posts=tuple(read.posts), remark=unread_remark(read.unread))

    async def _ask(
        self,
        visit: Visit,
        method: str,
        question: dict[str, str | int],
        *,
        cursor: str | None = None,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        params = {**question, **({"cursor": cursor} if cursor else {})}
        url, other = self._settings.url, self._settings.fallback_url
        if visit.memory.get("fallback"):
            url = other
        try:
            return await visit.get(f"{url}/xrpc/{method}", params=params, accept=accept)
        except PlatformUnreachableError:
            if url == other or not other:
                raise
            got = await visit.get(f"{other}/xrpc/{method}", params=params, accept=accept)
            visit.memory["fallback"] = other
            return got

    def _pds(self) -> Pds:
        return Pds(directory_url=self._settings.directory_url)


def _actor(account: AccountRef) -> str:
    return account.platform_id or account.handle or ""
