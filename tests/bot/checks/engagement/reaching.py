"""Subjects whose reach is known: reposts, a history of followers, accounts of their size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.accounts import AccountRef, Platform
from bot.checks.engagement.cohorts import Age, Cohort, Member, Standing, bucket_of
from bot.checks.reach import Reach
from bot.checks.subject import Subject
from bot.store.history import FollowerCount
from bot.store.records import AccountId, Post
from bot.store.reposts import Repost
from bot.store.times import to_ms
from tests.bot.checks.worlds import NOW, a_post, a_subject


def a_repost(account: int, post: int, *, after_s: float = 600.5, published_s: float = 7.25) -> Repost:
    """The repost of post number `post`, which was published `published_s` seconds into its own hour."""
    published_ms = to_ms(NOW) - post * 3_600_000 + round(published_s * 1000)
    return Repost(AccountId(account), post, published_ms + round(after_s * 1000), published_ms)


def with_reposts(reposts: Iterable[Repost], *, posts: Sequence[Post] = (), capped: bool = False) -> Subject:
    held = tuple(reposts)
    names = {
        account: AccountRef(platform=Platform.X, handle=f"lectora_{account}")
        for account in {repost.account for repost in held}
    }
    subject = a_subject(posts or [a_post(1)])
    return replace(subject, reach=Reach(reposts=held, reposts_capped=capped, names=names))


def daily(followers: Iterable[int], *, rounded: bool = False) -> tuple[FollowerCount, ...]:
    """One count a day, the last of them now."""
    counts = list(followers)
    return tuple(
        FollowerCount(
            taken_at=NOW - timedelta(days=len(counts) - 1 - number),
            followers=count,
            following=None,
            posts=None,
            rounded=rounded,
            source="import:example",
        )
        for number, count in enumerate(counts)
    )


def a_cohort(
    standings: Sequence[Standing], *, followers: int, age: Age = Age.LATER, platform: Platform = Platform.X
) -> Cohort:
    return Cohort(
        platform=platform,
        followers=bucket_of(followers),
        members=tuple(
            Member(account_id=AccountId(1_000 + number), standings={age: standing})
            for number, standing in enumerate(standings)
        ),
    )
