"""What a button of curation stands on: an entity, an account's claim, a site's claim, or a check.

An anchor is short enough for a custom id and is looked up when it is needed, so that buttons work after a
restart and show what is held then.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

import discord

from bot.accounts import AccountRef, account_url
from bot.checks.dossier import from_json
from bot.client import Masthead
from bot.errors import InputError
from bot.registry.curation.queue import claim_of
from bot.registry.curation.roles import Member
from bot.registry.record import Numbered, Record, account_record, entity_record
from bot.store.checks import load_run
from bot.store.facts import Fact
from bot.store.held import ClaimKind, ClaimRef
from bot.store.holdings import number_of
from bot.store.layers import BASE
from bot.store.records import AccountClaim, CheckRunId, EntityId
from bot.store.registry import entities

ENTITY, RUN, ACCOUNT, SITE = "e", "r", "k", "s"
PATTERN = r"(?P<anchor>[erks][0-9]{1,18})"

_TYPED = re.compile(r"(?P<kind>[erks])(?P<number>[0-9]{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """What an anchor means now: an entity by its key, or an account or site."""

    key: str | None
    name: str
    account: AccountRef | None

    @property
    def typed(self) -> str:
        """What somebody would type for it in a statement."""
        if self.key is not None:
            return self.key
        return account_url(self.account) if self.account is not None else ""


def member_of(interaction: discord.Interaction[Masthead]) -> Member:
    """Return who acts, as the domain knows them. In direct messages the base is seen and nothing changed."""
    user = interaction.user
    roles = [role.id for role in user.roles] if isinstance(user, discord.Member) else []
    return Member(
        layer=interaction.guild_id or BASE,
        member=str(user.id),
        name=user.display_name,
        roles=frozenset(roles),
        manages=interaction.guild_id is not None and interaction.permissions.manage_guild,
    )


def anchor_of(record: Record) -> str:
    """Return the anchor of an entry."""
    if record.entity is not None:
        return f"{ENTITY}{record.entity.entity_id}"
    first = record.claims[0].ref
    return f"{SITE if first.kind is ClaimKind.SITE else ACCOUNT}{first.claim_id}"


def run_anchor(run_id: CheckRunId) -> str:
    return f"{RUN}{run_id}"


def resolved(connection: sqlite3.Connection, anchor: str) -> Anchored:
    """Return what an anchor means. Raises InputError where it is no longer held or not seen from here."""
    match = _TYPED.fullmatch(anchor)
    number = int(match["number"]) if match else 0
    match match["kind"] if match else "":
        case "e":
            found = entities(connection, [EntityId(number)]).get(EntityId(number))
            if found is not None:
                return Anchored(key=found.key, name=found.name, account=None)
        case "r":
            raw = load_run(connection, CheckRunId(number))
            if raw is not None:
                account = from_json(raw).account
                ref = AccountRef(
                    platform=account.platform, handle=account.handle, platform_id=account.platform_id
                )
                return Anchored(key=None, name=account.handle or account.platform_id or "", account=ref)
        case "k" | "s" as kind:
            table = ClaimKind.ACCOUNT if kind == ACCOUNT else ClaimKind.SITE
            claim = claim_of(connection, ClaimRef(kind=table, claim_id=number))
            if isinstance(claim, AccountClaim):
                ref = claim.account
                return Anchored(key=None, name=ref.handle or ref.platform_id or "", account=ref)
        case _:
            pass
    raise InputError("what this button stands on is no longer held. Look it up again.")


def record_of(connection: sqlite3.Connection, anchor: str) -> Record | None:
    """Return the entry that an anchor means; None for an account of which nothing is claimed."""
    found = resolved(connection, anchor)
    if found.key is not None:
        return entity_record(connection, found.key)
    return account_record(connection, found.account) if found.account is not None else None


def claims_of(connection: sqlite3.Connection, anchor: str) -> list[Numbered]:
    """Return every claim that an entry or a check's card shows, its chains' included."""
    record = record_of(connection, anchor)
    if record is None:
        return []
    shown = {each.ref: each for each in record.numbered}
    for chain in record.chains:
        for step in (*chain.steps, *chain.also):
            ref = number_of(connection, step)
            if ref is not None:
                shown.setdefault(ref, Numbered(ref=ref, claim=step))
    return list(shown.values())


def facts_of(connection: sqlite3.Connection, anchor: str) -> list[Fact]:
    """Return the names and classes that an entry shows, classes first; the name it goes by is none."""
    record = record_of(connection, anchor)
    if record is None:
        return []
    shown = [each.fact for each in (*record.classes, *record.names)]
    return [each for each in shown if each.note != "main"]


def read_claim(text: str) -> ClaimRef:
    """Read what `str(ClaimRef)` wrote. Raises InputError."""
    kind, _, number = text.partition(":")
    if kind not in set(ClaimKind) or not number.isdigit():
        raise InputError("that is no claim. Choose one from the list.")
    return ClaimRef(kind=ClaimKind(kind), claim_id=int(number))
