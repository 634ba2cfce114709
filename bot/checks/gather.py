"""Reading a subject from the store: one function on one connection, few statements."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.accounts import AccountRef, PostRef
from bot.checks.around import read_around
from bot.checks.copies import NOT_COMPARED, read_copies
from bot.checks.engagement.readings import audience_of
from bot.checks.reach import UNKNOWN, CohortCache, read_reach
from bot.checks.sites import read_sites
from bot.checks.subject import Listing, Registered, Registry, Subject, Upon
from bot.checks.twins import NO_TWINS, read_twins
from bot.checks.wording import Word, say
from bot.errors import UnknownAccountError
from bot.registry.look_alikes import resembles
from bot.registry.names import PLATFORM_NAMES
from bot.registry.starter import registry_version
from bot.store.accounts import FoundAccount, FoundBy, find_accounts
from bot.store.chains import Chain, above, below, chains
from bot.store.checks import (
    RegistryMark,
    author_of,
    layer_changes,
    registry_mark,
    registry_size,
    spellings,
)
from bot.store.judgements import judgements_of_claims, judgements_upon
from bot.store.layers import BASE
from bot.store.posts import NEWEST_POSTS, held, posts_of, snapshots_of
from bot.store.records import DEMO_SOURCE, AccountId, Entity, Post, PostKind, Typology
from bot.store.registry import claims, find_account, find_entity, typologies
from bot.store.sweeps import memberships, sweeps_held
from bot.text.aliases import Alias, Aliases, AliasKind
from bot.text.credits import NO_STYLE, Credit, CreditKind, CreditStyle, credits_and_style

# Snapshots looked through for one that reports followers.
SNAPSHOTS = 20
# Credited entities whose chains are followed; an account that credits more is a digest of everybody.
CREDITED = 20


# Servers with entries of their own for whom the spellings are kept; the others share those of the base.
LAYERS_KEPT = 4


class AliasCache:
    """The spellings of everybody registered, built once for each state of the registry and each layer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._built: OrderedDict[int, tuple[RegistryMark, Aliases, int]] = OrderedDict()

    def of(self, connection: sqlite3.Connection, *, layer: int = BASE) -> tuple[Aliases, int]:
        """Return the aliases seen from a layer, and how many accounts are registered."""
        own = layer if layer_changes(connection, layer) else BASE
        mark = registry_mark(connection, layer=own)
        with self._lock:
            held = self._built.get(own)
            if held is None or held[0] != mark:
                aliases = Aliases(
                    Alias(text=text, kind=AliasKind(kind), bearer=key)
                    for kind, text, key in spellings(connection)
                )
                held = (mark, aliases, registry_size(connection))
                self._built[own] = held
                while len(self._built) > LAYERS_KEPT:
                    self._built.popitem(last=False)
            self._built.move_to_end(own)
            return held[1], held[2]


def gather(
    connection: sqlite3.Connection,
    target: AccountRef | PostRef,
    *,
    cache: AliasCache,
    now: datetime,
    days: int,
    warnings: tuple[str, ...] = (),
    cohorts: CohortCache | None = None,
    layer: int = BASE,
) -> Subject:
    """Read everything the checks may look at.

    Raises UnknownAccountError for a post that is not held and whose URL does not name its author.
    """
    ref = _author(connection, target)
    aliases, size = cache.of(connection, layer=layer)
    found = find_accounts(connection, ref)
    row = next((each for each in found if each.by is not FoundBy.FORMER_HANDLE), None)
    named = _completed(ref, row)
    posts: tuple[Post, ...] = ()
    until = now
    snapshots = snapshots_of(connection, row.account_id, limit=SNAPSHOTS) if row else ()
    if row is not None:
        until = _window_end(connection, row.account_id, now=now, days=days)
        since = until - timedelta(days=days)
        posts = posts_of(connection, row.account_id, since=since, until=until, limit=NEWEST_POSTS)
    audience = audience_of(snapshots, posts_held=len(posts))
    # Data of the platform itself, held under this id, confirm that the handle and the id belong together.
    confirmed = bool(snapshots or posts)
    read = [_credits_of(post, aliases) for post in posts]
    credited = tuple(found for found, _style in read)
    compared, twins = NOT_COMPARED, NO_TWINS
    if row is not None and posts:
        compared = read_copies(connection, posts, account_id=row.account_id, until=until)
        twins = read_twins(connection, posts, account_id=row.account_id, until=until, compared=compared)
    account = _registered(connection, ref, found=found, confirmed=confirmed)
    post = target if isinstance(target, PostRef) else None
    around = read_around(
        connection,
        named,
        account_id=row.account_id if row else None,
        snapshots=snapshots,
        post=post,
        aliases=aliases,
        now=now,
    )
    sites = read_sites(
        connection,
        named,
        holders=[each.claim.entity for each in account.listings if each.by is not FoundBy.FORMER_HANDLE],
        profile=around.profile,
    )
    return Subject(
        ref=named,
        account_id=row.account_id if row else None,
        post=post,
        warnings=(*_demonstration(account), *warnings),
        snapshots=snapshots,
        posts=posts,
        credits=credited,
        styles=tuple(style for _found, style in read),
        registry=_registry(
            connection,
            account,
            size=size,
            bearers=dict.fromkeys(
                [
                    *around.bearers,
                    *_bearers(credited),
                    *compared.bearers,
                    *twins.bearers,
                    *sites.bearers,
                ]
            ),
            officials=around.officials,
            display_name=snapshots[0].display_name if snapshots else None,
        ),
        now=now,
        until=until,
        days=days,
        around=around,
        sites=sites,
        reach=read_reach(
            connection,
            row.account_id,
            platform=ref.platform,
            followers=audience.followers if audience else None,
            since=until - timedelta(days=days),
            until=until,
            now=now,
            cohorts=cohorts or CohortCache(),
        )
        if row
        else UNKNOWN,
        compared=compared,
        twins=twins,
        sweeps=memberships(connection, row.account_id) if row else (),
        sweeps_held=sweeps_held(connection),
        judgements=judgements_upon(connection, [each.account_id for each in found]),
        upon=_upon(connection, account.chains),
    )


def _upon(connection: sqlite3.Connection, chains: Iterable[Chain]) -> tuple[Upon, ...]:
    """Return what analysts said of the claims that these chains are made of."""
    judgements = judgements_of_claims(connection)
    if not judgements:
        return ()
    steps = {step for chain in chains for step in (*chain.steps, *chain.also)}
    held = claims(connection, [each.claim.claim_id for each in judgements if each.claim is not None])
    return tuple(
        Upon(judgement=each, claim=held[each.claim.claim_id])
        for each in judgements
        if each.claim is not None and held.get(each.claim.claim_id) in steps
    )


def _demonstration(account: Registered) -> tuple[str, ...]:
    staged = any(listing.claim.source.key == DEMO_SOURCE for listing in account.listings)
    return (say("demonstration"),) if staged else ()


def _window_end(
    connection: sqlite3.Connection, account_id: AccountId, *, now: datetime, days: int
) -> datetime:
    """Return `now`, or the newest post's time when nothing newer than `days` is held."""
    last = held(connection, account_id).last
    return now if last is None or last >= now - timedelta(days=days) else last


def _author(connection: sqlite3.Connection, target: AccountRef | PostRef) -> AccountRef:
    if isinstance(target, AccountRef):
        return target
    author = target.author or author_of(connection, target.platform, post_id=target.post_id)
    if author is None:
        platform = Word(PLATFORM_NAMES[target.platform])
        raise UnknownAccountError(say("post.unknown author", platform=platform, post=target.post_id))
    return author


def _completed(ref: AccountRef, row: FoundAccount | None) -> AccountRef:
    """Add what is held to what was asked, without changing how the handle was written."""
    if row is None:
        return ref
    return AccountRef(
        platform=ref.platform,
        handle=ref.handle or row.ref.handle,
        platform_id=ref.platform_id or row.ref.platform_id,
    )


def _registered(
    connection: sqlite3.Connection, ref: AccountRef, *, found: Sequence[FoundAccount], confirmed: bool
) -> Registered:
    ways = {each.ref: each.by for each in found}
    listings: list[Listing] = []
    for claim in find_account(connection, ref).claims:
        by = ways.get(claim.account, FoundBy.HANDLE)
        if by is FoundBy.HANDLE and confirmed and claim.account.platform_id is not None:
            by = FoundBy.PLATFORM_ID
        listings.append(Listing(claim=claim, by=by))
    upward = chains(connection, ref) if listings else ()
    return Registered(ref=ref, listings=tuple(listings), chains=upward)


def _registry(
    connection: sqlite3.Connection,
    account: Registered,
    *,
    size: int,
    bearers: Iterable[str],
    officials: Iterable[Entity],
    display_name: str | None,
) -> Registry:
    entities = {each.claim.entity.key: each.claim.entity for each in account.listings}
    entities.update({official.key: official for official in officials})
    over: dict[str, tuple[Chain, ...]] = {}
    for key in bearers:
        entity = find_entity(connection, key)
        if entity is not None:
            entities[key] = entity
            over[key] = chains(connection, entity.entity_id)
    tops = {chain.top.key: chain.top for chain in account.chains if chain.is_ownership}
    if len(tops) > 1:
        # Whether the bodies at the top stand apart or above each other is another question.
        for key, top in tops.items():
            over[key] = chains(connection, top.entity_id)
    for chain in (*account.chains, *(chain for found in over.values() for chain in found)):
        for step in chain.steps:
            entities.update({end.key: end for end in (above(step), below(step))})
    classes: dict[str, tuple[Typology, ...]] = typologies(connection, entities.values())
    return Registry(
        version=registry_version(connection),
        accounts=size,
        account=account,
        entities=entities,
        typologies=classes,
        above=over,
        # A registered account resembles its own sister accounts; that says nothing.
        resembling=() if account.listings else resembles(connection, account.ref, display_name=display_name),
    )


def _credits_of(post: Post, aliases: Aliases) -> tuple[tuple[Credit, ...], CreditStyle]:
    if post.kind is PostKind.REPOST:
        return (), NO_STYLE
    found, style = credits_and_style(
        post.text, aliases, platform=post.platform, mentioned=post.mentions, linked=post.links
    )
    return tuple(found), style


def _bearers(credited: Iterable[Iterable[Credit]]) -> list[str]:
    """Return the entities credited without a sign, most often first: only they can need a chain."""
    counts: dict[str, int] = {}
    for found in credited:
        for bearer in {credit.alias.bearer for credit in found if credit.kind is CreditKind.HALF}:
            counts[bearer] = counts.get(bearer, 0) + 1
    return sorted(counts, key=lambda key: (-counts[key], key))[:CREDITED]
