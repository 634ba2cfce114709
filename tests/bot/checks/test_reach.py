"""What is held around an account's posts: who reposted them, how it grew, and accounts of its size."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.checks.engagement.cohorts import DRAWN, Age
from bot.checks.gather import AliasCache, gather
from bot.checks.reach import NAMED, CohortCache
from bot.checks.subject import Subject
from bot.store.posts import record
from bot.store.records import Counts, PostKind
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, a_snapshot


def _peer(number: int) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=f"vecina_{number}", platform_id=f"9{number:05}")


def _add_peers(store: sqlite3.Connection, numbers: range) -> None:
    counts = Counts(likes=1, reposts=0, replies=0)
    posts = [
        a_post(
            1_000_000 + 100 * number + post,
            author=_peer(number),
            hours_ago=24 * 20 + post,
            counts=counts,
            counted_after=timedelta(days=8),
        )
        for number in numbers
        for post in range(5)
    ]
    record(store, snapshots=[a_snapshot(500, account=_peer(number)) for number in numbers], posts=posts)


def _read(store: sqlite3.Connection, *, cohorts: CohortCache | None = None, now: datetime = NOW) -> Subject:
    return gather(store, ACCOUNT, cache=AliasCache(), now=now, days=90, cohorts=cohorts)


def _members(subject: Subject) -> int:
    assert subject.reach.cohort is not None
    return len(subject.reach.cohort.of(Age.LATER))


def test_an_account_is_no_yardstick_of_its_own(store: sqlite3.Connection) -> None:
    counts = Counts(likes=9, reposts=0, replies=0)
    own = [a_post(n, counts=counts, counted_after=timedelta(days=8)) for n in range(9)]
    record(store, snapshots=[a_snapshot(500)], posts=own)
    _add_peers(store, range(3))
    assert _members(_read(store)) == 3


def test_a_cohort_is_a_sample_of_limited_size(store: sqlite3.Connection) -> None:
    record(store, snapshots=[a_snapshot(500)], posts=[a_post(1)])
    _add_peers(store, range(DRAWN + 5))
    assert _members(_read(store)) == DRAWN


def test_a_cohort_is_kept_for_an_hour(store: sqlite3.Connection) -> None:
    record(store, snapshots=[a_snapshot(500)], posts=[a_post(1)])
    _add_peers(store, range(3))
    kept = CohortCache()
    assert _members(_read(store, cohorts=kept)) == 3
    _add_peers(store, range(3, 8))
    assert _members(_read(store, cohorts=kept, now=NOW + timedelta(minutes=59))) == 3
    assert _members(_read(store, cohorts=kept, now=NOW + timedelta(minutes=60))) == 8
    # A clock that was set back must not keep an old one for ever.
    _add_peers(store, range(8, 10))
    assert _members(_read(store, cohorts=kept, now=NOW)) == 10


def test_without_an_audience_there_is_nobody_of_its_size(store: sqlite3.Connection) -> None:
    record(store, snapshots=[a_snapshot(-1)], posts=[a_post(1)])
    _add_peers(store, range(3))
    assert _read(store).reach.cohort is None


def test_reposts_of_the_window_come_with_the_names_of_the_most_active(store: sqlite3.Connection) -> None:
    own = [a_post(n, hours_ago=n + 1) for n in range(3)]
    reposts = [
        replace(
            a_post(
                5_000 + 10 * reader + post,
                author=AccountRef(platform=Platform.X, handle=f"lectora_{reader}"),
                hours_ago=0.5,
                kind=PostKind.REPOST,
            ),
            refers_to=str(post),
        )
        for reader in range(NAMED + 20)
        for post in range(3 if reader == 7 else 1)
    ]
    record(store, posts=[*own, *reposts])
    reach = _read(store).reach
    assert len(reach.reposts) == NAMED + 22
    assert not reach.reposts_capped
    assert len(reach.names) == NAMED
    assert "lectora_7" in {ref.handle for ref in reach.names.values()}


def test_history_is_read_whole_and_an_unknown_account_has_none(store: sqlite3.Connection) -> None:
    profiles = [a_snapshot(n, taken_at=NOW - timedelta(days=n)) for n in range(120)]
    record(store, snapshots=profiles, posts=[a_post(1)])
    assert len(_read(store).reach.follower_counts) == 120
    nobody = AccountRef(platform=Platform.X, handle="nadie")
    unknown = gather(store, nobody, cache=AliasCache(), now=NOW, days=90).reach
    assert (unknown.follower_counts, unknown.reposts, unknown.cohort) == ((), (), None)
