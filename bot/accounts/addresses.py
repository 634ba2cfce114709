"""The canonical address of an account or a post."""

from __future__ import annotations

from bot.accounts.platforms import RULES
from bot.accounts.refs import AccountRef, PostRef


def account_url(account: AccountRef) -> str:
    """Return the address people open; by handle where one is known, else by id.

    Reading it gives the reference back (with the handle alone, where both are known). Raises ValueError
    where the platform has no address for what is known: an Instagram or Threads account by id alone.
    """
    url = RULES[account.platform].account_url(account)
    if url is None:
        raise ValueError(f"no address on {account.platform} for {account!r}")
    return url


def post_url(post: PostRef) -> str:
    """Return the address people open. Where it needs no author, posts without one have it too.

    Raises ValueError where the platform's addresses need an author and none is known (Bluesky, Telegram).
    """
    url = RULES[post.platform].post_url(post)
    if url is None:
        raise ValueError(f"no address on {post.platform} for {post!r}")
    return url
