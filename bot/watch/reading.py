"""Reading the facts of a look from the store: on a reader's connection, before anything is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from bot.accounts import AccountRef
from bot.checks.copies import Copy, read_copies
from bot.checks.dossier import from_json as read_dossier
from bot.checks.gather import AliasCache
from bot.checks.wording import quoted
from bot.store.looks import labels_of
from bot.store.posts import snapshots_of
from bot.store.records import AccountClaim, AccountId, Post, PostKind
from bot.store.registry import find_account, find_entity
from bot.store.watch_looks import (
    Due,
    disputes_about,
    keywords_for,
    last_run,
    mark_of,
    posts_after,
    same_words,
    state_of,
)
from bot.text.credits import CreditKind, credits_in
from bot.text.normalise import body
from bot.text.tokens import long_enough
from bot.watch.changes import ANCHOR_AGE, jumped
from bot.watch.facts import Facts, HalfCredit
from bot.watch.post_events import FRESH, fresh_posts
from bot.watch.seen import Assessed, Seen, assessed
from bot.watch.seen import from_json as read_seen

# Beyond these the posts of one look are counted, not read.
MOST_POSTS = 200
SNAPSHOTS = 20
# Sources that give a profile's texts as they are; a count without a name comes from others.
AROUND = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a look found. `facts` is None for the first look and where nothing came in."""

    account_id: AccountId
    ref: AccountRef
    seen: Seen
    facts: Facts | None = None


def read_account(connection: sqlite3.Connection, due: Due, *, aliases: AliasCache, now: datetime) -> Read:
    """Compare what the store holds of an account with what the last look saw."""
    mark = mark_of(connection, due.account_id)
    before = None if due.seen is None else read_seen(due.seen)
    if before is not None and before.mark == mark and before.handle == due.ref.handle:
        return Read(account_id=due.account_id, ref=due.ref, seen=before)
    claims = {_key(claim): claim for claim in find_account(connection, due.ref).claims}
    disputed = _disputed(connection, due.account_id)
    seen = _seen(connection, due, before=before, mark=mark, claims=claims, now=now)
    seen = msgspec.structs.replace(seen, disputed=tuple(disputed))
    if before is None:
        return Read(account_id=due.account_id, ref=due.ref, seen=seen)
    came, count = posts_after(connection, due.ref, due.account_id, row=before.post_row, limit=MOST_POSTS)
    facts = Facts(
        account_id=due.account_id,
        ref=due.ref,
        before=before,
        after=seen,
        posts=tuple(each.post for each in came),
        came_in=count,
        claims=claims,
        disputed=disputed,
        keywords=keywords_for(connection, due.account_id),
    )
    fresh = fresh_posts(facts)
    if not fresh:
        return Read(account_id=due.account_id, ref=due.ref, seen=seen, facts=facts)
    ids = {post.post_id for post in fresh}
    # Greetings and the like are the same everywhere.
    rows = [each.row for each in came if each.post.post_id in ids and long_enough(body(each.post.text))]
    own = {claim.entity.key for claim in claims.values()}
    facts = replace(
        facts,
        half=tuple(_half(connection, fresh, aliases=aliases, own=own)),
        copies=_copies(connection, fresh, account_id=due.account_id, own=own, now=now),
        same=tuple(same_words(connection, rows, around_ms=round(AROUND.total_seconds() * 1000))),
    )
    return Read(account_id=due.account_id, ref=due.ref, seen=seen, facts=facts)


def with_assessment(read: Read, newest: Assessed, *, now: datetime) -> tuple[Read, bool]:
    """Put a check of this look in; say whether it comes to something else than the one before."""
    held = read.seen.assessed
    changed = held is None or _gist(held) != _gist(newest)
    kept = newest if changed or held is None else held
    seen = msgspec.structs.replace(read.seen, assessed=kept, checked_at=now)
    facts = None if read.facts is None else replace(read.facts, after=seen)
    # The first check of an account is what later ones are compared with.
    return replace(read, seen=seen, facts=facts), changed and held is not None


def _gist(held: Assessed) -> tuple[object, ...]:
    return held.days, held.band, {(each.check, each.towards) for each in held.found}


def _seen(
    connection: sqlite3.Connection,
    due: Due,
    *,
    before: Seen | None,
    mark: tuple[int, ...],
    claims: Mapping[str, AccountClaim],
    now: datetime,
) -> Seen:
    snapshots = snapshots_of(connection, due.account_id, limit=SNAPSHOTS)
    labels = labels_of(connection, due.account_id)
    state = state_of(connection, due.account_id)
    # Each text from the newest profile that has it: feeds carry names alone, exports counts alone.
    name = next((each.display_name for each in snapshots if each.display_name is not None), None)
    bio = next((each.bio for each in snapshots if each.bio is not None), None)
    link = next((each.profile_link for each in snapshots if each.profile_link is not None), None)
    counted = next((each for each in snapshots if each.followers is not None), None)
    followers, followers_at, rounded = _anchor(
        before,
        followers=counted.followers if counted else None,
        at=counted.taken_at if counted else None,
        rounded=counted.rounded if counted else False,
    )
    return Seen(
        at=now,
        mark=mark,
        handle=due.ref.handle,
        name=name,
        bio=bio,
        link=link,
        profile_at=snapshots[0].taken_at if snapshots else None,
        followers=followers,
        followers_at=followers_at,
        rounded=rounded,
        label=(labels[0].label or "") if labels else None,
        state=state.state if state else None,
        claims=tuple(sorted(claims)),
        assessed=_assessed(connection, due.account_id, before=before),
        checked_at=before.checked_at if before else None,
    )


def _anchor(
    before: Seen | None, *, followers: int | None, at: datetime | None, rounded: bool
) -> tuple[int | None, datetime | None, bool]:
    """Return the count that the next jump is measured from: the old one for a day, unless it jumped."""
    if followers is None or at is None:
        return (before.followers, before.followers_at, before.rounded) if before else (None, None, False)
    if before is None or before.followers is None or before.followers_at is None:
        return followers, at, rounded
    if at <= before.followers_at:
        return before.followers, before.followers_at, before.rounded
    if jumped(before.followers, followers, rounded=rounded or before.rounded):
        return followers, at, rounded
    if at - before.followers_at >= ANCHOR_AGE:
        return followers, at, rounded
    return before.followers, before.followers_at, before.rounded


def _assessed(
    connection: sqlite3.Connection, account_id: AccountId, *, before: Seen | None
) -> Assessed | None:
    """Return what the newest check came to; one over other days cannot be compared and is passed over."""
    held = before.assessed if before else None
    run = last_run(connection, account_id)
    if run is None or (held is not None and run.run_id == held.run_id):
        return held
    newest = assessed(read_dossier(run.dossier), run_id=run.run_id)
    return held if held is not None and held.days != newest.days else newest


def _key(claim: AccountClaim) -> str:
    return "|".join((claim.entity.name, claim.relation, claim.entity.key, claim.source.key, claim.locator))


def _disputed(connection: sqlite3.Connection, account_id: AccountId) -> dict[str, str]:
    """Return open disputes by number, as sentences."""
    found: dict[str, str] = {}
    for number, key, reason in disputes_about(connection, account_id):
        entity = find_entity(connection, key)
        found[str(number)] = f"{quoted(entity.name if entity else key)}, {quoted(reason, limit=120)}"
    return found


def _half(
    connection: sqlite3.Connection, posts: Sequence[Post], *, aliases: AliasCache, own: set[str]
) -> Iterable[HalfCredit]:
    known, _ = aliases.of(connection)
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
