"""What streams told about watched accounts: kept with the cursor, confirmed by looks.

A message is no event. It makes a look due, and stays until an answer of the platform shows what it told of:
an AppView may be seconds behind the stream that it feeds on itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.live import Aspect
from bot.store.records import AccountId
from bot.store.stream_records import ACTIVE, News, NewsKind, StreamStanding, StreamState
from bot.store.times import from_ms, to_ms

# The first look waits a moment, so that a burst of messages costs one look and the platform has indexed them.
SETTLE = timedelta(seconds=2)
# Least time between two looks at one account that a stream asks for.
LOOK_GAP = timedelta(seconds=15)
# After an answer that could not be had.
REFUSED_WAIT = timedelta(minutes=5)
# Whatever the looks came to.
GIVE_UP = timedelta(hours=2)
# [P] Ours: how long after the news, or after the look that did not show it, the next look comes. After the
# last it is given up: the post was deleted meanwhile, or the platform does not show it to us.
_AGAIN: dict[NewsKind, tuple[timedelta, ...]] = {
    NewsKind.POST: (
        SETTLE,
        timedelta(seconds=15),
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
    ),
    NewsKind.HANDLE: (SETTLE, timedelta(minutes=1), timedelta(minutes=10)),
    NewsKind.STATE: (SETTLE, timedelta(minutes=1), timedelta(minutes=10)),
    # Nothing in an answer says that it is the new profile, so it is read once more when it certainly is.
    NewsKind.PROFILE: (SETTLE, timedelta(minutes=1)),
    NewsKind.GAP: (timedelta(),),
}
_ASPECTS: dict[NewsKind, tuple[Aspect, ...]] = {
    NewsKind.POST: (Aspect.POSTS,),
    NewsKind.HANDLE: (Aspect.PROFILE,),
    NewsKind.STATE: (Aspect.PROFILE,),
    NewsKind.PROFILE: (Aspect.PROFILE,),
    NewsKind.GAP: (Aspect.PROFILE, Aspect.POSTS),
}
_NEVER: Sequence[int | None] = (None, 0, None)
# States in which posts of an account are shown to us.
_OPEN = frozenset({None, "present", "limited"})

_WANTED = """
SELECT account_id, platform, handle, platform_id
  FROM watch_account JOIN account USING (account_id)
 WHERE platform = ? AND parked_ms IS NULL
   AND EXISTS (SELECT 1 FROM watch_item JOIN watchlist USING (watchlist_id)
                WHERE watch_item.account_id = watch_account.account_id AND paused_ms IS NULL)
 ORDER BY account_id
"""

_HELD_POST = "SELECT 1 FROM post WHERE platform = ? AND platform_post_id = ?"
_PUT_NEWS = """
INSERT INTO stream_news (account_id, key, stream, kind, expected, happened_ms, heard_ms)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, key) DO NOTHING
"""
_PUT_GAP = """
INSERT INTO stream_news (account_id, key, stream, kind, heard_ms) VALUES (?, 'gap', ?, 'gap', ?)
ON CONFLICT (account_id, key) DO UPDATE SET heard_ms = max(heard_ms, excluded.heard_ms), looks = 0
"""
_TAKE_NEWS = "DELETE FROM stream_news WHERE account_id = ? AND key = ?"
# A look that waits after a failure or for a limit keeps its time: the stream must not hammer.
_MAKE_DUE = """
UPDATE watch_account SET next_ms = min(next_ms, max(?, ifnull(looked_ms + ?, 0)))
 WHERE account_id = ? AND last_error IS NULL AND parked_ms IS NULL
"""
_SOONER = """
UPDATE watch_account SET next_ms = min(next_ms, ?) WHERE account_id = ? AND parked_ms IS NULL
"""

_READ_TO = """
UPDATE stream
   SET cursor_us = ifnull(max(ifnull(cursor_us, 0), ?), cursor_us), messages = messages + ?
 WHERE name = ?
"""
_NEWS_OF = """
SELECT key, stream, kind, expected, heard_ms, looks, asked_ms
  FROM stream_news WHERE account_id = ? ORDER BY key
"""
_ASKED = "SELECT aspect, done_ms, tried_ms, retry_ms FROM account_fetch WHERE account_id = ?"
_STATE = """
SELECT state FROM account_state WHERE account_id = ? ORDER BY last_ms DESC, account_state_id DESC LIMIT 1
"""
_NAMED = "SELECT platform, handle FROM account WHERE account_id = ?"
_COUNT_LOOK = "UPDATE stream_news SET looks = ?, asked_ms = ? WHERE account_id = ? AND key = ?"
_UNSEEN = "UPDATE stream SET unseen = unseen + 1 WHERE name = ?"

_OPEN_NEWS = """
SELECT kind, max(heard_ms), max(ifnull(asked_ms + 1, 0))
  FROM stream_news JOIN account USING (account_id)
 WHERE platform = ? AND handle IS ? AND platform_id IS ?
 GROUP BY kind
"""
_FORGET = """
DELETE FROM stream_news
 WHERE NOT EXISTS (SELECT 1 FROM watch_account WHERE watch_account.account_id = stream_news.account_id)
"""

_NOTE = """
INSERT INTO stream (name, whole_ms, state, since_ms, noted_ms, problem, accounts, left_out, heard_ms, lag_ms,
                    drops)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
    whole_ms = max(ifnull(excluded.whole_ms, whole_ms), ifnull(whole_ms, excluded.whole_ms)),
    state = excluded.state, since_ms = excluded.since_ms, noted_ms = excluded.noted_ms,
    problem = excluded.problem,
    accounts = excluded.accounts, left_out = excluded.left_out,
    heard_ms = ifnull(excluded.heard_ms, heard_ms), lag_ms = ifnull(excluded.lag_ms, lag_ms),
    drops = drops + excluded.drops
"""
_STANDINGS = """
SELECT name, state, since_ms, noted_ms, cursor_us, whole_ms, problem, accounts, left_out, heard_ms, lag_ms,
       messages, drops, unseen,
       (SELECT count(*) FROM stream_news WHERE stream_news.stream = stream.name)
  FROM stream ORDER BY name
"""
_SKIP_TO = "UPDATE stream SET cursor_us = ? WHERE name = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAccount:
    """A watched account that a stream may tell of."""

    account_id: AccountId
    ref: AccountRef


def wanted_accounts(connection: sqlite3.Connection, platform: Platform) -> list[WantedAccount]:
    """Return the accounts of a platform that some list looks at."""
    return [
        WantedAccount(
            account_id=account_id,
            ref=AccountRef(platform=Platform(name), handle=handle, platform_id=platform_id),
        )
        for account_id, name, handle, platform_id in connection.execute(_WANTED, (platform.value,))
    ]


def keep_news(
    connection: sqlite3.Connection,
    stream: str,
    *,
    news: Sequence[tuple[AccountId, News]],
    platform: Platform,
    cursor: int | None,
    now: datetime,
) -> int:
    """Keep what a stream told, make the looks due, and remember how far it was read: one transaction.

    What the store holds already is left out. Returns how many news are new.
    """
    new = 0
    for account_id, each in news:
        if each.taken_back:
            connection.execute(_TAKE_NEWS, (account_id, each.key))
            continue
        held = each.kind is NewsKind.POST and each.expected is not None
        if held and connection.execute(_HELD_POST, (platform.value, each.expected)).fetchone():
            continue
        happened_ms = None if each.at is None else to_ms(each.at)
        row = (account_id, each.key, stream, each.kind.value, each.expected, happened_ms, to_ms(now))
        if connection.execute(_PUT_NEWS, row).rowcount:
            new += 1
            connection.execute(_MAKE_DUE, (to_ms(now + SETTLE), _ms(LOOK_GAP), account_id))
    connection.execute(_READ_TO, (cursor, len(news), stream))
    return new


def keep_gap(
    connection: sqlite3.Connection,
    stream: str,
    *,
    accounts: Iterable[AccountId],
    now: datetime,
    wait: timedelta,
    step: timedelta,
) -> None:
    """Have accounts looked at after `wait`, one `step` after the other: messages may have been missed."""
    for number, account_id in enumerate(accounts):
        connection.execute(_PUT_GAP, (account_id, stream, to_ms(now + wait)))
        connection.execute(_MAKE_DUE, (to_ms(now + wait + number * step), 0, account_id))


def settle_news(connection: sqlite3.Connection, account_id: AccountId, *, now: datetime) -> None:
    """After a look: forget the news that it showed, and plan the next look for what it did not show yet."""
    rows: list[tuple[str, str, str, str | None, int, int, int | None]] = connection.execute(
        _NEWS_OF, (account_id,)
    ).fetchall()
    if not rows:
        return
    is_open = _state(connection, account_id) in _OPEN
    asked: dict[str, Sequence[int | None]] = {
        aspect: times for aspect, *times in connection.execute(_ASKED, (account_id,))
    }
    for key, stream, name, expected, heard_ms, looks, asked_ms in rows:
        kind = NewsKind(name)
        if _shown(connection, account_id, kind=kind, expected=expected):
            connection.execute(_TAKE_NEWS, (account_id, key))
            continue
        since = max(heard_ms, asked_ms or 0)
        # Of an account that is not shown nothing but the profile is asked for.
        aspects = _ASPECTS[kind] if is_open else (Aspect.PROFILE,)
        times = [asked.get(aspect, _NEVER) for aspect in aspects]
        answered = min(done or 0 for done, _, _ in times)
        if answered > since:
            looks, since = looks + 1, answered
            connection.execute(_COUNT_LOOK, (looks, answered, account_id, key))
        waits = _AGAIN[kind]
        old = to_ms(now - GIVE_UP) > heard_ms
        if looks >= len(waits) or old or (kind is NewsKind.POST and not is_open):
            connection.execute(_TAKE_NEWS, (account_id, key))
            if expected is not None:
                connection.execute(_UNSEEN, (stream,))
            continue
        next_ms = max(since + _ms(waits[looks]), to_ms(now + LOOK_GAP))
        refused = [retry or 0 for done, tried, retry in times if (tried or 0) > max(since, done or 0)]
        if refused:
            # The account could be asked about, but not for this.
            next_ms = max(next_ms, to_ms(now + REFUSED_WAIT), *refused)
        connection.execute(_SOONER, (next_ms, account_id))


def _shown(
    connection: sqlite3.Connection, account_id: AccountId, *, kind: NewsKind, expected: str | None
) -> bool:
    """Whether the store now holds what a message told of."""
    if expected is None:
        return False
    platform, handle = connection.execute(_NAMED, (account_id,)).fetchone()
    if kind is NewsKind.POST:
        return connection.execute(_HELD_POST, (platform, expected)).fetchone() is not None
    if kind is NewsKind.HANDLE:
        return handle == expected
    state = _state(connection, account_id)
    return state is not None and (state in _OPEN) == (expected == ACTIVE)


def _state(connection: sqlite3.Connection, account_id: AccountId) -> str | None:
    row = connection.execute(_STATE, (account_id,)).fetchone()
    return None if row is None else row[0]


def asked_anew(connection: sqlite3.Connection, account: AccountRef) -> dict[Aspect, datetime]:
    """Return since when an answer must be to count, by aspect, where a stream told something."""
    found: dict[Aspect, int] = {}
    row = (account.platform.value, account.handle, account.platform_id)
    for name, heard_ms, after_ms in connection.execute(_OPEN_NEWS, row):
        for aspect in _ASPECTS[NewsKind(name)]:
            found[aspect] = max(found.get(aspect, 0), heard_ms, after_ms)
    return {aspect: from_ms(ms) for aspect, ms in found.items()}


def forget_unwatched(connection: sqlite3.Connection) -> int:
    """Delete news of accounts that nobody watches any more."""
    return connection.execute(_FORGET).rowcount


def look_sooner(connection: sqlite3.Connection, wanted: Iterable[tuple[AccountId, datetime]]) -> None:
    """Bring looks forward to the times given; those that come sooner anyway keep theirs."""
    connection.executemany(_SOONER, [(to_ms(at), account_id) for account_id, at in wanted])


def note_stream(connection: sqlite3.Connection, standing: StreamStanding) -> None:
    """Keep how a stream stands. `drops` is added; cursor and counts of messages are kept by `keep_news`."""
    row = (
        standing.name,
        None if standing.whole_until is None else to_ms(standing.whole_until),
        standing.state.value,
        to_ms(standing.since),
        to_ms(standing.noted_at),
        standing.problem,
        standing.accounts,
        standing.left_out,
        None if standing.heard_at is None else to_ms(standing.heard_at),
        standing.lag_ms,
        standing.drops,
    )
    connection.execute(_NOTE, row)


def skip_to(connection: sqlite3.Connection, stream: str, *, cursor: int | None) -> None:
    """Go on from elsewhere than what was read; the accounts have to be looked at."""
    connection.execute(_SKIP_TO, (cursor, stream))


def streams(connection: sqlite3.Connection) -> list[StreamStanding]:
    """Return how every stream stands that this database ever listened to."""
    return [
        StreamStanding(
            name=name,
            state=StreamState(state),
            since=from_ms(since_ms),
            noted_at=from_ms(noted_ms),
            cursor=cursor_us,
            whole_until=None if whole_ms is None else from_ms(whole_ms),
            problem=problem,
            accounts=accounts,
            left_out=left_out,
            heard_at=None if heard_ms is None else from_ms(heard_ms),
            lag_ms=lag_ms,
            messages=messages,
            drops=drops,
            unseen=unseen,
            waiting=waiting,
        )
        for (
            name,
            state,
            since_ms,
            noted_ms,
            cursor_us,
            whole_ms,
            problem,
            accounts,
            left_out,
            heard_ms,
            lag_ms,
            messages,
            drops,
            unseen,
            waiting,
        ) in connection.execute(_STANDINGS)
    ]


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
