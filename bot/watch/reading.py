"""Reading the facts of a look from the store: on a reader's connection, before anything is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from bot.accounts import AccountRef
from bot.checks.dossier import from_json as read_dossier
from bot.checks.gather import AliasCache
from bot.checks.wording import quoted
from bot.store.layers import seen_from
from bot.store.looks import labels_of
from bot.store.posts import snapshots_of
from bot.store.records import AccountClaim, AccountId
from bot.store.registry import find_account, find_entity
from bot.store.watch_looks import (
    Due,
    NewPost,
    disputes_about,
    keywords_for,
    last_run,
    mark_of,
    posts_after,
    state_of,
)
from bot.watch.changes import ANCHOR_AGE, jumped
from bot.watch.crediting import with_posts
from bot.watch.facts import Facts
from bot.watch.seen import Assessed, OwnSeen, Seen, assessed
from bot.watch.seen import from_json as read_seen

# Beyond these the posts of one look are counted, not read.
MOST_POSTS = 200
SNAPSHOTS = 20
# The mark of a server that never decided or disputed anything of its own.
NO_LAYER = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a look found. `facts` is None for the first look and where nothing came in.

    `own` are the facts as servers see them whose own layer of the registry says something else.
    """

    account_id: AccountId
    ref: AccountRef
    seen: Seen
    facts: Facts | None = None
    own: Mapping[int, Facts] = field(default_factory=dict[int, Facts])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the registry says of an account, as the connection sees it: claims and open disputes by key."""

    claims: Mapping[str, AccountClaim]
    disputed: Mapping[str, str]

    @property
    def own(self) -> set[str]:
        """Who is said to have the account."""
        return {claim.entity.key for claim in self.claims.values()}


def read_account(
    connection: sqlite3.Connection,
    due: Due,
    *,
    aliases: AliasCache,
    layers: Mapping[int, tuple[int, int]],
    now: datetime,
) -> Read:
    """Compare what the store holds of an account with what the last look saw.

    `layers` is how far the own layer of each server that watches it has grown.
    """
    mark = mark_of(connection, due.account_id)
    before = None if due.seen is None else read_seen(due.seen)
    grown = {guild: layers[guild] for guild in due.guilds}
    if before is not None and before.mark == mark and before.handle == due.ref.handle:
        known = {int(guild): own.mark for guild, own in before.own.items()}
        if known == grown:
            return Read(account_id=due.account_id, ref=due.ref, seen=before)
    said = _said(connection, due)
    theirs: dict[int, _Said] = {}
    for guild in (guild for guild, grew in grown.items() if grew != NO_LAYER):
        with seen_from(connection, guild):
            theirs[guild] = _said(connection, due)
    seen = _seen(connection, due, before=before, mark=mark, said=said, now=now)
    own = {str(guild): _own(grew, theirs.get(guild)) for guild, grew in grown.items()}
    seen = msgspec.structs.replace(seen, own=own)
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
        claims=said.claims,
        disputed=said.disputed,
        keywords=keywords_for(connection, due.account_id),
    )
    return Read(
        account_id=due.account_id,
        ref=due.ref,
        seen=seen,
        facts=with_posts(connection, facts, came, aliases=aliases, own=said.own),
        own={
            guild: _seen_by(connection, guild, facts, came, aliases=aliases, said=theirs[guild])
            for guild in theirs
            # A server that begins to watch is told nothing of what its layer held before.
            if str(guild) in before.own
        },
    )


def _seen_by(
    connection: sqlite3.Connection,
    guild: int,
    facts: Facts,
    came: Sequence[NewPost],
    *,
    aliases: AliasCache,
    said: _Said,
) -> Facts:
    """Return the facts as one server sees them."""
    held = facts.before.own[str(guild)]
    before, after = facts.before, facts.after
    if held.claims is not None:
        before = msgspec.structs.replace(before, claims=held.claims, disputed=held.disputed)
    after = msgspec.structs.replace(after, claims=tuple(sorted(said.claims)), disputed=tuple(said.disputed))
    theirs = replace(facts, before=before, after=after, claims=said.claims, disputed=said.disputed)
    with seen_from(connection, guild):
        return with_posts(connection, theirs, came, aliases=aliases, own=said.own, layer=guild)


def _own(mark: tuple[int, int], said: _Said | None) -> OwnSeen:
    if said is None:
        return OwnSeen(mark=mark)
    return OwnSeen(mark=mark, claims=tuple(sorted(said.claims)), disputed=tuple(said.disputed))


def with_assessment(read: Read, newest: Assessed, *, now: datetime) -> tuple[Read, bool]:
    """Put a check of this look in; say whether it comes to something else than the one before."""
    held = read.seen.assessed
    changed = held is None or _gist(held) != _gist(newest)
    kept = newest if changed or held is None else held

    def checked(seen: Seen) -> Seen:
        return msgspec.structs.replace(seen, assessed=kept, checked_at=now)

    facts = None if read.facts is None else replace(read.facts, after=checked(read.facts.after))
    own = {guild: replace(each, after=checked(each.after)) for guild, each in read.own.items()}
    # The first check of an account is what later ones are compared with.
    return replace(read, seen=checked(read.seen), facts=facts, own=own), changed and held is not None


def _gist(held: Assessed) -> tuple[object, ...]:
    return held.days, held.band, {(each.check, each.towards) for each in held.found}


def _seen(
    connection: sqlite3.Connection,
    due: Due,
    *,
    before: Seen | None,
    mark: tuple[int, ...],
    said: _Said,
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
        claims=tuple(sorted(said.claims)),
        disputed=tuple(said.disputed),
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


def _said(connection: sqlite3.Connection, due: Due) -> _Said:
    claims = {_key(claim): claim for claim in find_account(connection, due.ref).claims}
    return _Said(claims=claims, disputed=_disputed(connection, due.account_id))


def _disputed(connection: sqlite3.Connection, account_id: AccountId) -> dict[str, str]:
    """Return open disputes by number, as sentences."""
    found: dict[str, str] = {}
    for number, key, reason in disputes_about(connection, account_id):
        entity = find_entity(connection, key)
        found[str(number)] = f"{quoted(entity.name if entity else key)}, {quoted(reason, limit=120)}"
    return found
