"""Which account is looked at next, and what a look finds in the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.store.records import AccountId, Post, PostKind
from bot.store.times import from_ms, to_ms
from bot.store.watch_records import WatchlistId

# Servers take turns: the first due account of each, then the second of each. An account that several servers
# watch comes when the first of them has its turn.
_DUE = """
WITH waiting AS (
    SELECT account_id, next_ms,
           row_number() OVER (PARTITION BY guild_id ORDER BY next_ms, account_id) AS turn
      FROM (SELECT DISTINCT guild_id, account_id, next_ms
              FROM watch_account
              JOIN watch_item USING (account_id)
              JOIN watchlist USING (watchlist_id)
             WHERE watch_account.parked_ms IS NULL AND next_ms <= ? AND watchlist.paused_ms IS NULL)
)
SELECT account_id, platform, handle, platform_id, seen, failures, looked_ms, succeeded_ms,
       (SELECT json_group_array(DISTINCT guild_id) FROM watch_item JOIN watchlist USING (watchlist_id)
         WHERE watch_item.account_id = watch_account.account_id AND paused_ms IS NULL)
  FROM (SELECT account_id, min(turn) AS turn, next_ms FROM waiting GROUP BY account_id)
  JOIN watch_account USING (account_id)
  JOIN account USING (account_id)
 ORDER BY turn, watch_account.next_ms, account_id
 LIMIT ?
"""
_NEXT = """
SELECT min(next_ms)
  FROM watch_account
 WHERE parked_ms IS NULL
   AND EXISTS (SELECT 1 FROM watch_item JOIN watchlist USING (watchlist_id)
                WHERE watch_item.account_id = watch_account.account_id AND paused_ms IS NULL)
"""

# Highest row ids: equal marks mean that nothing came in, and cost a look nothing more.
_MARK = """
SELECT (SELECT ifnull(max(post_id), 0) FROM post WHERE account_id = ?1),
       (SELECT ifnull(max(snapshot_id), 0) FROM snapshot WHERE account_id = ?1),
       (SELECT ifnull(max(platform_label_id), 0) FROM platform_label WHERE account_id = ?1),
       (SELECT ifnull(max(account_claim_id), 0) + count(retracted_ms)
          FROM account_claim WHERE account_id = ?1),
       (SELECT ifnull(max(check_run_id), 0) FROM check_run WHERE account_id = ?1),
       (SELECT ifnull(max(account_state_id), 0) FROM account_state WHERE account_id = ?1),
       (SELECT ifnull(max(proposal_id), 0)
          FROM proposal JOIN account_claim ON claim_kind = 'account_claim' AND claim_id = account_claim_id
         WHERE account_claim.account_id = ?1)
"""
# Open disputes, in the layers that the connection sees.
_DISPUTES = """
SELECT proposal_id, entity.key, proposal.reason
  FROM proposal
  JOIN account_claim ON claim_kind = 'account_claim' AND claim_id = account_claim_id
  JOIN entity USING (entity_id)
 WHERE account_claim.account_id = ? AND act = 'retract' AND state = 'open'
 ORDER BY proposal_id
"""
# How far the layers of servers have grown: decisions, and disputes that wait for one.
_LAYERS = """
SELECT value, ifnull((SELECT n FROM layer_change WHERE layer_change.layer = value), 0),
       (SELECT ifnull(max(proposal_id), 0) FROM main.proposal
         WHERE proposal.layer = value AND state = 'open')
  FROM json_each(?)
"""
_STATE = """
SELECT state, reason, first_ms FROM account_state
 WHERE account_id = ? ORDER BY last_ms DESC, account_state_id DESC LIMIT 1
"""

_NEW_POSTS = """
SELECT post_id, platform_post_id, created_ms, kind, text, language, links, mentions, url
  FROM post
 WHERE account_id = ? AND post_id > ?
 ORDER BY created_ms DESC, post_id DESC
 LIMIT ?
"""
_COUNT_NEW = "SELECT count(*) FROM post WHERE account_id = ? AND post_id > ?"

# How often it posts: what the interval of looks follows.
_PACE = "SELECT count(*), max(created_ms) FROM post WHERE account_id = ? AND created_ms >= ?"

# The same words by another account that is watched or registered, within the time around.
_IDENTICAL = """
SELECT mine.platform_post_id, twin.platform_post_id, twin.created_ms, twin.url, other.account_id,
       other.platform, other.handle, other.platform_id,
       EXISTS (SELECT 1 FROM account_claim
                WHERE account_claim.account_id = other.account_id AND retracted_ms IS NULL)
  FROM post AS mine
  JOIN post AS twin
    ON twin.text_key = mine.text_key AND twin.kind <> 'repost' AND twin.account_id <> mine.account_id
   AND twin.created_ms BETWEEN mine.created_ms - ?2 AND mine.created_ms + ?2
  JOIN account AS other ON other.account_id = twin.account_id
 WHERE mine.post_id IN (SELECT value FROM json_each(?1)) AND mine.text_key IS NOT NULL
   AND mine.kind <> 'repost'
   AND (EXISTS (SELECT 1 FROM watch_item WHERE watch_item.account_id = other.account_id)
        OR EXISTS (SELECT 1 FROM account_claim
                    WHERE account_claim.account_id = other.account_id AND retracted_ms IS NULL))
 ORDER BY mine.post_id, abs(twin.created_ms - mine.created_ms), twin.post_id
"""

_LAST_RUN = """
SELECT check_run_id, ran_ms, dossier FROM check_run
 WHERE account_id = ? AND drawn_from = 0 ORDER BY ran_ms DESC, check_run_id DESC LIMIT 1
"""

_SUCCEEDED = """
UPDATE watch_account
   SET seen = ?, looked_ms = ?, succeeded_ms = ?, next_ms = ?, failures = 0, last_error = NULL,
       parked_ms = NULL
 WHERE account_id = ?
"""
_FAILED = """
UPDATE watch_account
   SET looked_ms = ?, next_ms = ?, failures = ?, last_error = ?, parked_ms = ?
 WHERE account_id = ?
"""
_DEFERRED = "UPDATE watch_account SET next_ms = ?, last_error = ? WHERE account_id = ?"
_OTHERS = """
SELECT count(*), max(succeeded_ms)
  FROM watch_account JOIN account USING (account_id)
 WHERE platform = ?1 AND (?2 IS NULL OR handle LIKE '%@' || ?2)
"""
_WAKE = """
UPDATE watch_account SET parked_ms = NULL, failures = 0, next_ms = ?
 WHERE account_id IN (SELECT account_id FROM watch_item WHERE watchlist_id = ?)
   AND (parked_ms IS NOT NULL OR next_ms > ?)
"""
_SETTLED = "UPDATE watch_item SET anew = 0 WHERE account_id = ? AND anew = 1"
_ITEMS_ANEW = "UPDATE watch_item SET anew = 1 WHERE watchlist_id = ?"
# What nobody else watched meanwhile starts anew.
_START_ANEW = """
UPDATE watch_account SET seen = NULL, succeeded_ms = NULL
 WHERE account_id IN (SELECT account_id FROM watch_item WHERE watchlist_id = ?1)
   AND NOT EXISTS (SELECT 1 FROM watch_item JOIN watchlist USING (watchlist_id)
                    WHERE watch_item.account_id = watch_account.account_id AND watchlist_id <> ?1
                      AND paused_ms IS NULL)
"""
_WORDS = """
SELECT DISTINCT watchlist_id, keywords
  FROM watch_item JOIN watchlist USING (watchlist_id)
 WHERE account_id = ? AND paused_ms IS NULL AND keywords <> '[]'
 ORDER BY watchlist_id
"""
_STANDING = """
SELECT count(*), count(parked_ms), sum(failures > 0 AND parked_ms IS NULL), min(next_ms), max(looked_ms)
  FROM watch_account
"""

_REFS = """
SELECT account_id, platform, handle, platform_id
  FROM account WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY account_id
"""

_numbers = msgspec.json.Decoder(tuple[int, ...])
_strings = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An account whose look is due. `seen` is None before its first successful look."""

    account_id: AccountId
    ref: AccountRef
    seen: str | None
    failures: int
    succeeded_at: datetime | None
    looked_at: datetime | None = None
    # The servers that watch it.
    guilds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The watched accounts of one platform or server: how many, and when a look at one last succeeded."""

    accounts: int
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post that came in since the last look, with its row."""

    row: int
    post: Post


@dataclass(frozen=True, slots=True, kw_only=True)
class SameWords:
    """A post of another watched or registered account with the words of one of ours."""

    post_id: str
    other_post_id: str
    at: datetime
    url: str | None
    other: AccountRef
    registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a platform said of an account's existence: `present`, `gone`, `suspended` …"""

    state: str
    reason: str | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """The newest check of an account; `dossier` is its JSON."""

    run_id: int
    ran_at: datetime
    dossier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the looks stand over all lists."""

    accounts: int
    parked: int
    failing: int
    next_look: datetime | None
    last_look: datetime | None


def due_accounts(connection: sqlite3.Connection, *, now: datetime, limit: int) -> list[Due]:
    """Return accounts to look at now, servers in turn."""
    return [
        Due(
            account_id=account_id,
            ref=AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id),
            seen=seen,
            failures=failures,
            succeeded_at=None if succeeded_ms is None else from_ms(succeeded_ms),
            looked_at=None if looked_ms is None else from_ms(looked_ms),
            guilds=_numbers.decode(guilds),
        )
        for (
            account_id,
            platform,
            handle,
            platform_id,
            seen,
            failures,
            looked_ms,
            succeeded_ms,
            guilds,
        ) in connection.execute(_DUE, (to_ms(now), limit))
    ]


def next_look(connection: sqlite3.Connection) -> datetime | None:
    """Return when the next look is due; None where nothing is watched."""
    (next_ms,) = connection.execute(_NEXT).fetchone()
    return None if next_ms is None else from_ms(next_ms)


def mark_of(connection: sqlite3.Connection, account_id: AccountId) -> tuple[int, ...]:
    """Return how far the store's data of an account have grown; the first figure is that of its posts."""
    mark: tuple[int, ...] = connection.execute(_MARK, (account_id,)).fetchone()
    return mark


def layer_marks(connection: sqlite3.Connection, guilds: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return how far the own layer of each server has grown; (0, 0) where it has none."""
    wanted = msgspec.json.encode(sorted(set(guilds))).decode()
    return {guild: (n, newest) for guild, n, newest in connection.execute(_LAYERS, (wanted,))}


def state_of(connection: sqlite3.Connection, account_id: AccountId) -> State | None:
    """Return what the account was when it was last asked for; None where no live platform was asked."""
    row = connection.execute(_STATE, (account_id,)).fetchone()
    return None if row is None else State(state=row[0], reason=row[1], since=from_ms(row[2]))


def disputes_about(connection: sqlite3.Connection, account_id: AccountId) -> list[tuple[int, str, str]]:
    """Return the open disputes that the connection sees of what the registry says of an account.

    Each with its number, the entity's key and the reason.
    """
    return connection.execute(_DISPUTES, (account_id,)).fetchall()


def posts_after(
    connection: sqlite3.Connection, account: AccountRef, account_id: AccountId, *, row: int, limit: int
) -> tuple[list[NewPost], int]:
    """Return the newest posts that came in after a row, newest first, and how many there are in all."""
    found = connection.execute(_NEW_POSTS, (account_id, row, limit)).fetchall()
    posts = [
        NewPost(
            row=post_row,
            post=Post(
                platform=account.platform,
                post_id=post_id,
                author=account,
                created_at=from_ms(created_ms),
                kind=PostKind(kind),
                text=text,
                language=language,
                links=_strings.decode(links),
                mentions=None if mentions is None else _strings.decode(mentions),
                url=url,
            ),
        )
        for post_row, post_id, created_ms, kind, text, language, links, mentions, url in found
    ]
    if len(posts) < limit:
        return posts, len(posts)
    count: int = connection.execute(_COUNT_NEW, (account_id, row)).fetchone()[0]
    return posts, count


def pace_of(
    connection: sqlite3.Connection, account_id: AccountId, *, since: datetime
) -> tuple[int, datetime | None]:
    """Return how many posts since `since` are held, and when the newest of them was published."""
    count, last_ms = connection.execute(_PACE, (account_id, to_ms(since))).fetchone()
    return count, None if last_ms is None else from_ms(last_ms)


def same_words(connection: sqlite3.Connection, rows: Sequence[int], *, around_ms: int) -> list[SameWords]:
    """Return who else published the words of these posts, the nearest in time first for each."""
    if not rows:
        return []
    found = connection.execute(_IDENTICAL, (msgspec.json.encode(rows).decode(), around_ms))
    return [
        SameWords(
            post_id=post_id,
            other_post_id=other_post_id,
            at=from_ms(at_ms),
            url=url,
            other=AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id),
            registered=bool(registered),
        )
        for post_id, other_post_id, at_ms, url, _, platform, handle, platform_id, registered in found
    ]


def last_run(connection: sqlite3.Connection, account_id: AccountId) -> LastRun | None:
    """Return the newest check of an account from what everybody sees; None where there is none.

    One that used a server's own entries is that server's business.
    """
    row = connection.execute(_LAST_RUN, (account_id,)).fetchone()
    return None if row is None else LastRun(run_id=row[0], ran_at=from_ms(row[1]), dossier=row[2])


def keywords_for(connection: sqlite3.Connection, account_id: AccountId) -> dict[WatchlistId, tuple[str, ...]]:
    """Return the words that each list of an account looks for."""
    rows = connection.execute(_WORDS, (account_id,))
    return {WatchlistId(number): _strings.decode(keywords) for number, keywords in rows}


def look_succeeded(
    connection: sqlite3.Connection, account_id: AccountId, *, seen: str, at: datetime, next_at: datetime
) -> None:
    """Keep what a look saw; what it tells is written in the same transaction."""
    at_ms = to_ms(at)
    connection.execute(_SUCCEEDED, (seen, at_ms, at_ms, to_ms(next_at), account_id))
    connection.execute(_SETTLED, (account_id,))


def look_failed(
    connection: sqlite3.Connection,
    account_id: AccountId,
    *,
    error: str,
    failures: int,
    at: datetime,
    next_at: datetime,
    parked: bool,
) -> None:
    """Keep why a look failed; what was seen before stays."""
    at_ms = to_ms(at)
    row = (at_ms, to_ms(next_at), failures, error, at_ms if parked else None, account_id)
    connection.execute(_FAILED, row)


def look_deferred(
    connection: sqlite3.Connection, account_id: AccountId, *, error: str, next_at: datetime
) -> None:
    """Put a look off that was not tried, since its platform is to be left alone."""
    connection.execute(_DEFERRED, (to_ms(next_at), error, account_id))


def others_at(connection: sqlite3.Connection, platform: Platform, *, server: str | None = None) -> Others:
    """Return how looks at the accounts of a platform, or of one server of the fediverse, went."""
    count, answered_ms = connection.execute(_OTHERS, (platform, server)).fetchone()
    return Others(accounts=count, answered_at=None if answered_ms is None else from_ms(answered_ms))


def wake(connection: sqlite3.Connection, watchlist_id: WatchlistId, *, at: datetime) -> int:
    """Look at the accounts of a list now, parked ones too; return how many those are."""
    return connection.execute(_WAKE, (to_ms(at), watchlist_id, to_ms(at))).rowcount


def start_anew(connection: sqlite3.Connection, watchlist_id: WatchlistId) -> None:
    """Forget what was seen for a list that was paused: what happened meanwhile is not told."""
    connection.execute(_ITEMS_ANEW, (watchlist_id,))
    connection.execute(_START_ANEW, (watchlist_id,))


def standing(connection: sqlite3.Connection) -> Standing:
    """Return how the looks stand."""
    accounts, parked, failing, next_ms, last_ms = connection.execute(_STANDING).fetchone()
    return Standing(
        accounts=accounts,
        parked=parked,
        failing=failing or 0,
        next_look=None if next_ms is None else from_ms(next_ms),
        last_look=None if last_ms is None else from_ms(last_ms),
    )


def refs_of(connection: sqlite3.Connection, accounts: Iterable[AccountId]) -> dict[AccountId, AccountRef]:
    """Return how accounts are named now."""
    wanted = msgspec.json.encode(list(accounts)).decode()
    return {
        account_id: AccountRef(platform=Platform(platform), handle=handle, platform_id=platform_id)
        for account_id, platform, handle, platform_id in connection.execute(_REFS, (wanted,))
    }
