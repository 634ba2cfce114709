"""Curation for every front end: Discord, the command line and tests go through the same doors.

Each act is one transaction on the writer that is on the disk when the call returns; statements are read on a
reading connection, seen from the member's layer, before that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from bot.accounts import AccountRef
from bot.registry.curation import judging, loads, proposals, queue, setting
from bot.registry.curation.queue import Queued
from bot.registry.curation.replay import examined
from bot.registry.curation.roles import Member, Publishers, Right, Role, may, role_of
from bot.registry.curation.statements import Statement, read_statement
from bot.store import actors, audit
from bot.store.audit import Entry
from bot.store.database import Database
from bot.store.guilds import GuildSettings, settings_of
from bot.store.held import ClaimRef
from bot.store.judgements import Judgement
from bot.store.layers import seen_from
from bot.store.proposals import Proposal

NOBODY = Publishers()

P = ParamSpec("P")
T = TypeVar("T")


class Curation:
    """Who may change the registry, and how. Every method checks the member's role itself."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        publishers: Publishers = NOBODY,
    ) -> None:
        self._database = database
        self._clock = clock
        self._publishers = publishers

    async def seen(
        self,
        member: Member,
        function: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a store function that reads, seen from the member's layer."""

        def look(connection: sqlite3.Connection) -> T:
            with seen_from(connection, member.layer):
                return function(connection, *args, **kwargs)

        return await self._database.read(look)

    async def role(self, member: Member) -> Role:
        return await self.seen(member, role_of, member)

    async def refuse_unless(self, member: Member, right: Right) -> None:
        """Raise NotAllowedError before a form is opened; the act itself asks again."""
        await self.seen(member, may, member, right)

    async def propose(self, member: Member, **said: str) -> Proposal:
        """Propose a statement as it was typed (`statements.read_statement`)."""
        statement = await self.seen(member, _may_state, member, Right.PROPOSE, **said)
        return await self._write(proposals.propose, statement, member=member)

    async def dispute(self, member: Member, claim: ClaimRef, *, reason: str, url: str = "") -> Proposal:
        return await self._write(proposals.dispute, claim, reason=reason, url=url, member=member)

    async def publish(self, member: Member, claim: ClaimRef, *, reason: str) -> Proposal:
        return await self._write(proposals.ask_to_publish, claim, reason=reason, member=member)

    async def amend(self, member: Member, proposal_id: int, *, version: int, **said: str) -> Proposal:
        """Give an addition other words; what is left empty stays as it is."""
        statement = await self.seen(member, _amended, member, proposal_id, **said)
        return await self._write(proposals.amend, proposal_id, statement, version=version, member=member)

    async def accept(self, member: Member, proposal_id: int, *, version: int, decision: str = "") -> Proposal:
        return await self._write(
            proposals.accept, proposal_id, version=version, member=member, decision=decision
        )

    async def reject(self, member: Member, proposal_id: int, *, version: int, reason: str) -> Proposal:
        return await self._write(proposals.reject, proposal_id, version=version, reason=reason, member=member)

    async def withdraw(self, member: Member, proposal_id: int) -> Proposal:
        return await self._write(proposals.withdraw, proposal_id, member=member)

    async def undo(self, member: Member, proposal_id: int, *, reason: str) -> Proposal:
        return await self._write(proposals.undo, proposal_id, reason=reason, member=member)

    async def judge_account(
        self,
        member: Member,
        ref: AccountRef,
        *,
        about: str,
        towards: str | None,
        verdict: str,
        reason: str,
        likelihood: str = "",
        responsibility: str = "",
    ) -> Judgement:
        return await self._write(
            judging.judge_account,
            ref,
            about=about,
            towards=towards,
            verdict=verdict,
            reason=reason,
            likelihood=likelihood,
            responsibility=responsibility,
            member=member,
        )

    async def judge_claim(self, member: Member, claim: ClaimRef, *, verdict: str, reason: str) -> Judgement:
        return await self._write(judging.judge_claim, claim, verdict=verdict, reason=reason, member=member)

    async def take_back(
        self, member: Member, thing: AccountRef | ClaimRef, *, about: str, towards: str | None, reason: str
    ) -> Judgement:
        """Withdraw the member's own word on a link, a finding or a claim."""
        return await self._write(
            judging.take_back, thing, about=about, towards=towards, reason=reason, member=member
        )

    async def withdraw_judgement(self, member: Member, judgement_id: int, *, reason: str) -> Judgement:
        return await self._write(judging.withdraw, judgement_id, reason=reason, member=member)

    async def queue(self, member: Member) -> tuple[int, ...]:
        """Return the numbers of the proposals that wait, oldest first."""
        return await self.seen(member, queue.waiting, member)

    async def queued(self, member: Member, proposal_id: int) -> Queued | None:
        """Return a proposal with what a curator needs to decide; None where there is none here."""
        return await self.seen(member, queue.queued, member, proposal_id)

    async def settings(self, member: Member) -> GuildSettings:
        return await self.seen(member, settings_of, member.layer)

    async def set_rules(
        self, member: Member, *, two_person: bool | None = None, everyone: str | None = None
    ) -> GuildSettings:
        return await self._write(setting.set_rules, member=member, two_person=two_person, everyone=everyone)

    async def map_roles(self, member: Member, grants: str, role_ids: Collection[int]) -> GuildSettings:
        return await self._write(setting.map_roles, grants, role_ids, member=member)

    async def history(self, member: Member, ref: str, *, limit: int = 25, offset: int = 0) -> list[Entry]:
        """Return what happened to "entity:KEY", "account:PLATFORM:HANDLE" or "proposal:N", newest first."""
        return await self.seen(member, audit.entries_about, ref, limit=limit, offset=offset)

    async def trail(self, member: Member) -> list[Entry]:
        """Return the chain of the member's own layer, oldest first."""
        await self.refuse_unless(member, Right.AUDIT)
        return await self._database.read_whole(_entries, member.layer)

    async def head(self, member: Member) -> str:
        """Return the last hash of the chain of the member's own layer."""
        await self.refuse_unless(member, Right.AUDIT)
        return await self._database.read_whole(audit.head, member.layer)

    async def stands(self, found: str) -> bool:
        """Whether the trail still holds the entry that bears this hash."""
        return await self._database.read_whole(audit.stands, found)

    async def examine(self) -> list[str]:
        """Return everything that is wrong with the trail, and where it and the tables part."""
        return await self._database.read_whole(examined)

    async def undo_import(self, member: Member, version: str) -> int:
        return await self._write(loads.undo_load, version, member=member)

    async def restore_import(self, member: Member, version: str) -> int:
        return await self._write(loads.restore_load, version, member=member)

    async def acts_of(self, member_id: str) -> list[tuple[int, str, str]]:
        """Return (Unix milliseconds, act, subject) of all that a person did."""
        return await self._database.read_whole(actors.acts_of, member_id)

    async def forget(self, member_id: str) -> int:
        """Take a person's name out of everything they decided; the decisions stay."""
        return await self._database.write_lasting(actors.forget_actor, member_id)

    async def _write(
        self,
        function: Callable[..., T],
        *args: object,
        **kwargs: object,
    ) -> T:
        member = kwargs.get("member")
        if isinstance(member, Member):
            # Whatever a front end says of it.
            kwargs["member"] = replace(member, publishes=self._publishers.include(member))
        return await self._database.write_lasting(_entered, function, args, kwargs, self._clock())


def _entered(
    connection: sqlite3.Connection,
    function: Callable[..., T],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    now: datetime,
) -> T:
    # Whatever was held before curation began is accounted for before the first change.
    loads.begin(connection, now=now)
    return function(connection, *args, now=now, **kwargs)


def _may_state(connection: sqlite3.Connection, member: Member, right: Right, **said: str) -> Statement:
    may(connection, member, right)
    return read_statement(
        connection,
        subject=said["subject"],
        relation=said["relation"],
        object_=said["object"],
        url=said["url"],
        layer=member.layer,
        title=said.get("title", ""),
        published_on=said.get("published_on", ""),
        grade=said.get("grade", ""),
        note=said.get("note", ""),
    )


def _amended(connection: sqlite3.Connection, member: Member, proposal_id: int, **said: str) -> Statement:
    may(connection, member, Right.REVIEW)
    return queue.amended(connection, member, proposal_id, **said)


def _entries(connection: sqlite3.Connection, layer: int) -> list[Entry]:
    return list(audit.entries(connection, layer=layer))
