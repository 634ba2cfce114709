"""What new posts share with others: whom they credit, whose texts they repeat, who said the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.checks.copies import Copy, read_copies
from bot.checks.gather import AliasCache
from bot.store.layers import BASE
from bot.store.records import AccountId, Post, PostKind
from bot.store.registry import find_entity
from bot.store.watch_looks import NewPost, same_words
from bot.text.aliases import Aliases
from bot.text.credits import CreditKind, credits_in
from bot.text.normalise import body
from bot.text.tokens import long_enough
from bot.watch.facts import Facts, HalfCredit
from bot.watch.post_events import FRESH, fresh_posts

# The same words count within this time.
AROUND = timedelta(days=1)


def with_posts(
    connection: sqlite3.Connection,
    facts: Facts,
    came: Sequence[NewPost],
    *,
    aliases: AliasCache,
    own: set[str],
    layer: int = BASE,
) -> Facts:
    """Put in what the registry that the connection sees makes of the new posts.

    `own` are the keys of those who are said to have the account.
    """
    fresh = fresh_posts(facts)
    if not fresh:
        return facts
    ids = {post.post_id for post in fresh}
    # Greetings and the like are the same everywhere.
    rows = [each.row for each in came if each.post.post_id in ids and long_enough(body(each.post.text))]
    known, _ = aliases.of(connection, layer=layer)
    return replace(
        facts,
        half=tuple(_half(connection, fresh, known=known, own=own)),
        copies=_copies(connection, fresh, account_id=facts.account_id, own=own, now=facts.now),
        same=tuple(same_words(connection, rows, around_ms=round(AROUND.total_seconds() * 1000))),
    )


def _half(
    connection: sqlite3.Connection, posts: Sequence[Post], *, known: Aliases, own: set[str]
) -> Iterable[HalfCredit]:
    names: dict[str, str] = {}
    for post in posts:
        if post.kind is PostKind.REPOST:
            continue
        found = credits_in(
            post.text, known, platform=post.platform, mentioned=post.mentions, linked=post.links
        )
        real = {
            each.alias.bearer
            for each in found
            if each.kind in {CreditKind.REAL_MENTION, CreditKind.REAL_LINK}
        }
        for bearer, handle in {
            each.alias.bearer: each.alias.text for each in found if each.kind is CreditKind.HALF
        }.items():
            if bearer in own or bearer in real:
                continue
            if bearer not in names:
                entity = find_entity(connection, bearer)
                names[bearer] = entity.name if entity else bearer
            yield HalfCredit(post=post, entity=names[bearer], handle=handle)


def _copies(
    connection: sqlite3.Connection,
    posts: Sequence[Post],
    *,
    account_id: AccountId,
    own: set[str],
    now: datetime,
) -> tuple[Copy, ...]:
    """Return what an outlet published first, once for each of our posts; its own accounts do not count."""
    compared = read_copies(connection, posts, account_id=account_id, until=now)
    first: dict[str, Copy] = {}
    for copy in compared.copies:
        if copy.lag <= timedelta() or copy.lag > FRESH or own & set(copy.holders):
            continue
        known = first.get(copy.post.post_id)
        if known is None or copy.published.created_at < known.published.created_at:
            first[copy.post.post_id] = copy
    return tuple(first.values())
