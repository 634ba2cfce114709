"""Servers that speak the Mastodon client API: Mastodon itself, Pleroma, GoToSocial, Pixelfed and others.

Limits: https://docs.joinmastodon.org/api/rate-limits/. Pages follow the `Link` header, since the cursors of
followers are no account ids (https://docs.joinmastodon.org/methods/accounts/#followers).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

from bot.accounts import AccountRef, PostRef
from bot.platforms import mastodon_answers as answers
from bot.platforms.answers import each, unread_remark
from bot.platforms.contract import Pages, Part, Wish
from bot.platforms.visit import Answer, Visit
from bot.store.follows import Follow, FollowList

STATUSES = 40
PEOPLE = 80
REFUSED = frozenset({401, 403, 404, 410, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mastodon:
    """One server. `origin` is where its API is, `host` the name that its accounts bear."""

    origin: str
    host: str
    dialect: str

    async def lookup(self, user: str, *, visit: Visit) -> Answer:
        """Ask for an account by its local name; refusals come back for the caller to read."""
        return await visit.get(
            f"{self.origin}/api/v1/accounts/lookup", params={"acct": user}, accept=REFUSED, stranger=True
        )

    async def posts(
        self, account: AccountRef, local_id: str, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        """Give the statuses of an account, newest first. Raises PlatformError."""
        url = f"{self.origin}/api/v1/accounts/{local_id}/statuses?limit={STATUSES}"
        pages = Pages(most=-(-wish.posts // STATUSES) + 1, items=wish.posts)
        given, page = 0, 0
        while True:
            got = await visit.get(url, stranger=True)
            entries = got.read(answers.PAGE)
            statuses, unread = each(entries, answers.status_of, name=answers.SERVER)
            read = [answers.status_post(status, host=self.host, at=got.at) for status in statuses]
            posts = tuple(post for post in read if post is not None)
            given, page = given + len(entries), page + 1
            # Pinned posts may come first and are as old as they like, so the newest of a page decides.
            newest = max((post.created_at for post in posts), default=None)
            past = newest is not None and newest < wish.since
            following = answers.next_page(got.headers.get("link", ""), page=got.url)
            ended = past or not following
            yield Part(
                account=account,
                posts=posts,
                reached=wish.since if ended else min((post.created_at for post in posts), default=None),
                remark=unread_remark(unread),
            )
            if ended or following is None or not pages.goes_on(following, given=given, pages=page):
                return
            url = following

    async def people(
        self, listed_in: FollowList, account: AccountRef, local_id: str, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        """Give followers or follows. Raises PlatformError."""
        name = "followers" if listed_in is FollowList.FOLLOWERS else "following"
        url = f"{self.origin}/api/v1/accounts/{local_id}/{name}?limit={PEOPLE}"
        pages = Pages(most=-(-wish.accounts // PEOPLE) + 1, items=wish.accounts)
        given, page = 0, 0
        while True:
            got = await visit.get(url, stranger=True)
            entries = got.read(answers.PAGE)
            people, unread = each(entries, partial(answers.person_of, host=self.host), name=answers.SERVER)
            given, page = given + len(entries), page + 1
            following = answers.next_page(got.headers.get("link", ""), page=got.url)
            more = following is not None and pages.goes_on(following, given=given, pages=page)
            cut = None if more or following is None else f"Only {given:,} of its {name} were read."
            audience = listed_in is FollowList.FOLLOWERS
            yield Part(
                account=account,
                follows=tuple(
                    Follow(
                        account=account if audience else other,
                        follower=other if audience else account,
                        listed_in=listed_in,
                        source=answers.SOURCE,
                        seen_at=got.at,
                    )
                    for other in people
                ),
                remark=cut or unread_remark(unread),
            )
            if not more or following is None:
                return
            url = following

    async def find_post(self, post: PostRef, status_id: str, *, visit: Visit) -> Part | None:
        """Give one status by its local id; None where it is not public. Raises PlatformError."""
        got = await visit.get(f"{self.origin}/api/v1/statuses/{status_id}", stranger=True)
        found = answers.status_post(got.read(answers.STATUS), host=self.host, at=got.at)
        return Part(account=found.author, posts=(found,)) if found else None
