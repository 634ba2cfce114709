"""What is held around an account: the words of its profile, its audience, looks at its page, one post."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.accounts import AccountRef, PostRef, host_of, match_key, parse
from bot.checks.copies import NOT_COMPARED, Compared, read_copies
from bot.store.follows import (
    Circle,
    Official,
    followers_of,
    official_followers,
    officials_registered,
    sharers_of,
)
from bot.store.looks import LabelLook, SiteLook, labels_of, looks_at
from bot.store.post_lookup import find_post
from bot.store.records import AccountClaim, AccountId, Entity, Post, Snapshot
from bot.store.registry import claims_of_hosts, find_entity
from bot.text.aliases import Aliases
from bot.text.credits import Credit, credits_in
from bot.text.disclosures import disclaims, owners_linked, owners_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One registered entity that the profile names as its owner or links to.

    `address` is None where it is only named. `claims` say who has the linked site. `looks` are what is
    held of that site, newest first; `back` is the newest of them that links to the account.
    """

    bearer: str
    words: str
    address: str | None = None
    claims: tuple[AccountClaim, ...] = ()
    looks: tuple[SiteLook, ...] = ()
    back: SiteLook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """`profile` is the newest snapshot that carries a bio or a link; None where no profile text is held.

    `followers` and `sharers` are None where none are held. `post` is the post that was asked about, None
    where none was or where it is not held; `copied` are its copies at registered accounts, of any age.
    `named` are the entities that it credits or that published it, by key.
    """

    profile: Snapshot | None = None
    disclosures: tuple[Disclosure, ...] = ()
    disclaims: bool = False
    followers: Circle | None = None
    sharers: Circle | None = None
    official_followers: tuple[Official, ...] = ()
    officials_registered: bool = False
    labels: tuple[LabelLook, ...] = ()
    post: Post | None = None
    post_credits: tuple[Credit, ...] = ()
    copied: Compared = NOT_COMPARED
    named: Mapping[str, Entity] = field(default_factory=dict[str, Entity])

    @property
    def bearers(self) -> list[str]:
        """The entities that the profile discloses."""
        return list(dict.fromkeys(each.bearer for each in self.disclosures))

    @property
    def officials(self) -> list[Entity]:
        """The officials and bodies that stand around the account."""
        held = [circle for circle in (self.followers, self.sharers) if circle is not None]
        return [official.claim.entity for circle in held for official in circle.officials]

    @property
    def claims(self) -> Iterable[AccountClaim]:
        """Every registered claim that a finding about this may quote."""
        for disclosure in self.disclosures:
            yield from disclosure.claims
        for circle in (self.followers, self.sharers):
            yield from (each.claim for each in circle.officials) if circle else ()
        yield from (each.claim for each in self.official_followers)


NOTHING = Around()


def read_around(
    connection: sqlite3.Connection,
    ref: AccountRef,
    *,
    account_id: AccountId | None,
    snapshots: Sequence[Snapshot],
    post: PostRef | None,
    aliases: Aliases,
    now: datetime,
) -> Around:
    """Read it from the store. `ref` is completed with what is held."""
    profile = next((each for each in snapshots if each.bio or each.profile_link), None)
    held = find_post(connection, post, author=account_id) if post is not None else None
    found = _credits(held, aliases) if held is not None else ()
    copied = NOT_COMPARED
    if held is not None and account_id is not None:
        copied = read_copies(connection, [held], account_id=account_id, until=now)
    bearers = {*(credit.alias.bearer for credit in found), *copied.bearers}
    named = {key: find_entity(connection, key) for key in bearers}
    bio = (profile.bio or "") if profile else ""
    around = Around(
        profile=profile,
        disclosures=_disclosures(connection, ref, profile, aliases=aliases) if profile else (),
        disclaims=disclaims(f"{profile.display_name or ''}\n{bio}") if profile else False,
        officials_registered=officials_registered(connection, ref.platform),
        post=held,
        post_credits=found,
        copied=copied,
        named={key: entity for key, entity in named.items() if entity is not None},
    )
    return around if account_id is None else _with_audience(connection, around, ref, account_id)


def _with_audience(
    connection: sqlite3.Connection, around: Around, ref: AccountRef, account_id: AccountId
) -> Around:
    return replace(
        around,
        followers=followers_of(connection, account_id, platform=ref.platform),
        sharers=sharers_of(connection, account_id, platform=ref.platform),
        official_followers=official_followers(connection, account_id),
        labels=labels_of(connection, account_id),
    )


def _disclosures(
    connection: sqlite3.Connection, ref: AccountRef, profile: Snapshot, *, aliases: Aliases
) -> tuple[Disclosure, ...]:
    """Return what the profile links, then what it names beyond that."""
    bio = profile.bio or ""
    found: dict[str, Disclosure] = {}
    for linked in owners_linked(bio, aliases, link=profile.profile_link):
        host = host_of(linked.words) or linked.alias.text
        looks = looks_at(connection, [host.removeprefix("www."), linked.alias.text])
        found[linked.alias.bearer] = Disclosure(
            bearer=linked.alias.bearer,
            words=linked.words,
            address=linked.address,
            claims=claims_of_hosts(connection, [linked.alias.text]),
            looks=looks,
            back=next((look for look in looks if links_to(look, ref)), None),
        )
    for named in owners_named(bio, aliases):
        found.setdefault(named.alias.bearer, Disclosure(bearer=named.alias.bearer, words=named.words))
    return tuple(found.values())


def links_to(look: SiteLook, ref: AccountRef) -> bool:
    """Whether a page links to the account, by its lasting id or its handle."""
    for address in look.links:
        for named in parse(address):
            if not isinstance(named, AccountRef) or named.platform is not ref.platform:
                continue
            if named.platform_id is not None and named.platform_id == ref.platform_id:
                return True
            if named.handle is not None and ref.handle is not None and match_key(named) == match_key(ref):
                return True
    return False


def _credits(post: Post, aliases: Aliases) -> tuple[Credit, ...]:
    return tuple(
        credits_in(post.text, aliases, platform=post.platform, mentioned=post.mentions, linked=post.links)
    )


def looked_at(disclosure: Disclosure) -> datetime | None:
    """When the linked site was last looked at."""
    return disclosure.looks[0].looked_at if disclosure.looks else None
