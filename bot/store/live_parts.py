"""Writing a piece of what a platform gave: records, raw answers, state and handle in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, PostRef
from bot.store.accounts import FoundBy, ensure_account, find_accounts
from bot.store.follows import Follow, record_follows
from bot.store.live import (
    AccountState,
    Aspect,
    Fetch,
    StateSeen,
    fetches_of,
    note_live_posts,
    record_state,
    states_of,
    withdraw,
)
from bot.store.looks import LabelLook, record_label
from bot.store.post_lookup import find_post
from bot.store.posts import record
from bot.store.raw_answers import RawAnswer, keep_all
from bot.store.records import AccountId, Post, Snapshot

_HANDLE = "SELECT handle FROM account WHERE account_id = ?"

_MOST_SHARED = """
SELECT platform_post_id
  FROM post JOIN post_counts AS c USING (post_id)
 WHERE account_id = ? AND kind = 'original' AND coalesce(c.quotes, c.reposts, 0) > 0
   AND c.taken_ms = (SELECT max(taken_ms) FROM post_counts WHERE post_id = post.post_id)
 ORDER BY ifnull(c.quotes, 0) + ifnull(c.reposts, 0) DESC, post_id DESC
 LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccount:
    """What is held of an account before a platform is asked.

    `by` says whether the account bears the asked handle now or bore it once.
    """

    account_id: AccountId
    ref: AccountRef
    by: FoundBy
    fetches: dict[Aspect, Fetch]
    state: StateSeen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one part of an answer is made of; see bot.platforms.contract.Part."""

    account: AccountRef
    source: str
    at: datetime
    state: AccountState | None = None
    reason: str | None = None
    snapshots: Sequence[Snapshot] = ()
    posts: Sequence[Post] = ()
    follows: Sequence[Follow] = ()
    labels: Sequence[LabelLook] = ()
    raw: Sequence[RawAnswer] = ()
    # A pattern of sources whose rows of this account must go.
    withdraw: str | None = None


def held_account(connection: sqlite3.Connection, ref: AccountRef) -> HeldAccount | None:
    """Return what is held of an account, found by id, handle or former handle; None where nothing is."""
    found = next(iter(find_accounts(connection, ref)), None)
    if found is None:
        return None
    return HeldAccount(
        account_id=found.account_id,
        ref=found.ref,
        by=found.by,
        fetches=fetches_of(connection, found.account_id),
        state=next(iter(states_of(connection, found.account_id, limit=1)), None),
    )


def held_post(connection: sqlite3.Connection, post: PostRef) -> Post | None:
    """Return a post that is held, whoever wrote it."""
    author = held_account(connection, post.author) if post.author else None
    return find_post(connection, post, author=author.account_id if author else None)


def most_shared(connection: sqlite3.Connection, account_id: AccountId, *, limit: int) -> tuple[str, ...]:
    """Return the ids of an account's own posts that were reposted and quoted most."""
    return tuple(found for (found,) in connection.execute(_MOST_SHARED, (account_id, limit)))


def record_given(connection: sqlite3.Connection, given: Given) -> tuple[AccountId | None, str | None]:
    """Keep a part; return the account's row, and the handle it was held under where it bears another now.

    What a platform knows nothing of gets no row: a slip of the finger must not become an account.
    """
    before = next(
        (each for each in find_accounts(connection, given.account) if each.by is not FoundBy.FORMER_HANDLE),
        None,
    )
    if before is None and given.state is AccountState.NOT_FOUND:
        keep_all(connection, given.raw, account_id=None)
        return None, None
    handle_before = before.ref.handle if before else None
    account_id = ensure_account(connection, given.account, seen=given.at)
    if given.withdraw is not None:
        withdraw(connection, account_id, source=given.withdraw)
    else:
        keep_all(connection, given.raw, account_id=account_id)
    if given.state is not None:
        record_state(
            connection,
            account_id,
            state=given.state,
            reason=given.reason,
            source=given.source,
            seen_at=given.at,
        )
    record(connection, snapshots=given.snapshots, posts=given.posts)
    if given.posts:
        ids = msgspec.json.encode([post.post_id for post in given.posts]).decode()
        note_live_posts(
            connection, given.account.platform, post_ids=ids, source=given.source, fetched_at=given.at
        )
    if given.follows:
        record_follows(connection, given.follows)
    for look in given.labels:
        record_label(connection, given.account, look)
    handle_now = connection.execute(_HANDLE, (account_id,)).fetchone()[0]
    return account_id, handle_before if handle_before != handle_now else None
