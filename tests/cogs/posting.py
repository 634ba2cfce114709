"""Posts of the accounts of the case, put where the services find them."""

from __future__ import annotations

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
