"""Posts of the accounts of the case, put where the services find them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta

from bot.accounts import AccountRef, Platform
from bot.app import Services
from bot.store.posts import record
from bot.store.records import Counts, Post, PostKind
from tests.services import NOW


async def hold_posts(
    services: Services, n: int, *, handle: str = "ejemplo_hoy_1", platform: Platform = Platform.X
) -> None:
    """Hold one original post for each of the last `n` half days, each with 12 likes, reposts and replies."""
    author = AccountRef(platform=platform, handle=handle, platform_id=f"{platform}-{handle}")
    posts = [
        Post(
            platform=platform,
            post_id=f"{handle}-{k}",
            author=author,
            created_at=NOW - timedelta(hours=12 * k),
            kind=PostKind.ORIGINAL,
            text=f"Una noticia de ejemplo, número {k}",
            counts=Counts(likes=7, reposts=3, replies=2),
            counts_at=NOW,
        )
        for k in range(1, n + 1)
    ]
    await services.database.write(record, posts=posts)


async def hold_the_same(services: Services, n: int, *, handles: Iterable[str], minutes: int = 20) -> None:
    """Let others publish the first n long texts of ejemplo_hoy_1, and a crowd texts of its own."""
    texts = [long_text(f"común {k}") for k in range(n)]
    posts: list[Post] = []
    for place, handle in enumerate(("ejemplo_hoy_1", *handles)):
        posts += [_said(handle, k, said, minutes=minutes * place) for k, said in enumerate(texts)]
    for neighbour in range(40):
        handle = f"vecina_{neighbour}"
        posts += [_said(handle, k, long_text(f"{handle} {k}"), minutes=7 * neighbour) for k in range(6)]
    await services.database.write(record, posts=posts)


def long_text(seed: str) -> str:
    """Return twenty words that no other seed gives."""
    chance = random.Random(seed)  # noqa: S311 - words, no secret
    return " ".join("".join(chance.choices("abcdefghijklm", k=6)) for _ in range(20))


def _said(handle: str, k: int, text: str, *, minutes: int) -> Post:
    return Post(
        platform=Platform.X,
        post_id=f"{handle}-same-{k}",
        author=AccountRef(platform=Platform.X, handle=handle, platform_id=f"{Platform.X}-{handle}"),
        created_at=NOW - timedelta(hours=31 * (k + 1)) + timedelta(minutes=minutes, seconds=11 * k + 1),
        kind=PostKind.ORIGINAL,
        text=text,
    )
