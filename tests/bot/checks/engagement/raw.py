"""One invented account as raw rows, and the same rows in a store: what the recomputation starts from."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.accounts import AccountRef, Platform
from bot.store.posts import record
from bot.store.records import Counts, Post, PostKind, Snapshot

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = AccountRef(platform=Platform.X, handle="ejemplo_local_1", platform_id="111")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A post as it was collected."""

    number: int
    at: datetime
    kind: str
    likes: int | None
    reposts: int | None
    replies: int | None
    views: int | None
    counted_at: datetime
    video: bool
    rounded: bool = False

    @property
    def total(self) -> int | None:
        """What the post earned, where that can be said."""
        counts = (self.likes, self.reposts, self.replies)
        if any(count is None for count in counts) or self.broken:
            return None
        return sum(count or 0 for count in counts)

    @property
    def broken(self) -> bool:
        counts = [c for c in (self.likes, self.reposts, self.replies, self.views) if c is not None]
        return any(count < 0 for count in counts) or (bool(counts) and self.counted_at < self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A repost: who, of which post, when."""

    account: int
    post: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    posts: tuple[Row, ...]
    followers: tuple[tuple[datetime, int], ...]
    shared: tuple[Shared, ...]
    # Followers, and what each of its posts earned.
    peers: tuple[tuple[int, tuple[int, ...]], ...]


def raw(seed: int) -> Raw:
    rng = random.Random(seed)  # noqa: S311 - invented rows, no secret
    posts = _posts(rng)
    followers = tuple(
        (
            NOW - timedelta(days=59 - day, minutes=7 * (day % 5)),
            400 + 4 * day + day * day % 11 + (300 if day > 40 else 0),
        )
        for day in range(60)
    )
    peers = tuple(
        (rng.randint(100, 999), tuple(int(rng.expovariate(0.2)) for _ in range(8))) for _ in range(45)
    )
    return Raw(posts=posts, followers=followers, shared=_shared(rng, posts), peers=peers)


def _posts(rng: random.Random) -> tuple[Row, ...]:
    moments = [NOW - timedelta(seconds=rng.randrange(80 * 86_400)) for _ in range(300)]
    moments += [NOW - timedelta(days=20, seconds=37 * n) for n in range(40)]
    rows: list[Row] = []
    for number, at in enumerate(sorted(moments)):
        likes = int(rng.paretovariate(0.9)) - 1
        hidden, negative, backwards = number % 29 == 3, number % 61 == 5, number % 67 == 9
        after = timedelta(hours=-1) if backwards else timedelta(hours=rng.choice((5, 60, 400, 400)))
        rows.append(
            Row(
                number=number,
                at=at,
                kind=rng.choice(("original",) * 5 + ("reply", "repost")),
                likes=-likes - 1 if negative else likes,
                reposts=likes // 4,
                replies=None if hidden else likes // 7,
                views=None if number % 31 == 2 else 12 * likes + number % 3,
                counted_at=at + after,
                video=number % 3 == 0,
                rounded=likes > 40,
            )
        )
    return tuple(rows)


def _shared(rng: random.Random, posts: tuple[Row, ...]) -> tuple[Shared, ...]:
    own = [row for row in posts if row.kind != "repost"]
    shared: list[Shared] = []
    for account in range(130):
        some = rng.sample(own, 12 if account < 12 else rng.choice((1, 1, 2, 3)))
        shared += [
            Shared(
                account=account,
                post=row.number,
                at=row.at + timedelta(seconds=rng.choice((4, 33, 700.5, 9_000))),
            )
            for row in some
        ]
    # Two who repost the same, and one whose clock went backwards.
    for account in (200, 201):
        shared += [
            Shared(account=account, post=row.number, at=row.at + timedelta(seconds=8 + account % 2))
            for row in own[5:200:13]
        ]
    shared.append(Shared(account=202, post=own[0].number, at=own[0].at - timedelta(seconds=3)))
    return tuple(shared)


def stored(connection: sqlite3.Connection, rows: Raw) -> None:
    """Write the rows through the same functions as an import."""
    profiles = [
        Snapshot(
            account=ACCOUNT,
            taken_at=at,
            source="import:example",
            followers=followers,
            location="Santiago, Chile",
        )
        for at, followers in rows.followers
    ]
    record(connection, snapshots=profiles, posts=[_post(row) for row in rows.posts])
    by_number = {row.number: row for row in rows.posts}
    record(connection, posts=[_repost(n, each, by_number) for n, each in enumerate(rows.shared)])
    for number, (followers, totals) in enumerate(rows.peers):
        ref = AccountRef(platform=Platform.X, handle=f"vecina_{number}", platform_id=f"9{number:05}")
        record(
            connection,
            snapshots=[Snapshot(account=ref, taken_at=NOW, source="import:example", followers=followers)],
            posts=[_peer_post(ref, number, n, total) for n, total in enumerate(totals)],
        )


def words(number: int) -> str:
    return f"Una noticia de ejemplo, número {number}"


def _post(row: Row) -> Post:
    return Post(
        platform=Platform.X,
        post_id=str(row.number),
        author=ACCOUNT,
        created_at=row.at,
        kind=PostKind(row.kind),
        text=words(row.number),
        counts=Counts(
            likes=row.likes,
            reposts=row.reposts,
            replies=row.replies,
            views=row.views,
            rounded=row.rounded,
        ),
        counts_at=row.counted_at,
        mentions=(),
        media=("video",) if row.video else (),
        url=f"https://x.example/status/{row.number}",
    )


def _repost(number: int, shared: Shared, by_number: dict[int, Row]) -> Post:
    return Post(
        platform=Platform.X,
        post_id=str(10_000 + number),
        author=AccountRef(platform=Platform.X, handle=f"lectora_{shared.account}"),
        created_at=shared.at,
        kind=PostKind.REPOST,
        text=words(by_number[shared.post].number),
        mentions=(),
        refers_to=str(shared.post),
    )


def _peer_post(ref: AccountRef, peer: int, number: int, total: int) -> Post:
    at = NOW - timedelta(days=20 + number)
    return Post(
        platform=Platform.X,
        post_id=f"{50_000 + 100 * peer + number}",
        author=ref,
        created_at=at,
        kind=PostKind.ORIGINAL,
        text=words(number),
        counts=Counts(likes=total, reposts=0, replies=0),
        counts_at=at + timedelta(days=9),
        mentions=(),
    )
