"""What there is to compare after a look: how the account was seen before and now, and what came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.accounts import AccountRef, PostRef, account_url, post_url
from bot.checks.copies import Copy
from bot.store.records import AccountClaim, AccountId, Post
from bot.store.watch_looks import SameWords
from bot.store.watch_records import EventKind, Shown, Told, WatchlistId
from bot.watch.seen import Seen
from bot.watch.sentences import TODO, WHY


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCredit:
    """A post that credits a registered entity by a handle without its sign."""

    post: Post
    entity: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the rules for events may look at.

    `posts` are the newest of those that came in since `before`, newest first, and `came_in` how many came in
    at all. `claims` are the registry's by key; `keywords` are what each list looks for.
    """

    account_id: AccountId
    ref: AccountRef
    before: Seen
    after: Seen
    posts: tuple[Post, ...] = ()
    came_in: int = 0
    half: tuple[HalfCredit, ...] = ()
    copies: tuple[Copy, ...] = ()
    same: tuple[SameWords, ...] = ()
    claims: Mapping[str, AccountClaim] = field(default_factory=dict[str, AccountClaim])
    disputed: Mapping[str, str] = field(default_factory=dict[str, str])
    keywords: Mapping[WatchlistId, tuple[str, ...]] = field(
        default_factory=dict[WatchlistId, tuple[str, ...]]
    )

    @property
    def now(self) -> datetime:
        """When the account was looked at."""
        return self.after.at

    def told(
        self,
        kind: EventKind,
        what: str,
        *,
        before: str | None = None,
        after: str | None = None,
        shown: tuple[Shown, ...] = (),
        hits: int = 1,
    ) -> Told:
        """Return what an alert of this account says."""
        return told(self.ref, kind, what=what, before=before, after=after, shown=shown, hits=hits)


def told(
    ref: AccountRef,
    kind: EventKind,
    *,
    what: str,
    before: str | None = None,
    after: str | None = None,
    shown: tuple[Shown, ...] = (),
    hits: int = 1,
    todo: str | None = None,
) -> Told:
    """Return what an alert about `ref` says, with the reasons of its kind."""
    try:
        url = account_url(ref)
    except ValueError:
        url = None
    return Told(
        platform=ref.platform,
        handle=ref.handle,
        platform_id=ref.platform_id,
        url=url,
        what=what,
        why=WHY[kind],
        todo=TODO[kind] if todo is None else todo,
        before=before,
        after=after,
        shown=shown,
        hits=hits,
    )


def address_of(post: Post) -> str | None:
    """Return where a post can be opened; None where nobody knows."""
    if post.url:
        return post.url
    try:
        return post_url(PostRef(platform=post.platform, post_id=post.post_id, author=post.author))
    except ValueError:
        return None
