"""What one server adds to, disputes in or takes out of the registry is told to its own lists alone."""

from __future__ import annotations

import sqlite3

import pytest_asyncio

from bot.checks.service import CheckService
from bot.registry.curation.roles import Member
from bot.registry.curation.service import Curation
from bot.store.held import ClaimKind, ClaimRef
from bot.store.proposals import ProposalState
from bot.store.watch_records import EventKind
from tests.bot.watch.desk import ALERTS, DESK, GUILD, OTHER_GUILD, RUI, Desk, account, whats

HERE = f"channel:{ALERTS}"
THERE = f"channel:{DESK}"
LONG = "El ministerio anunció hoy un nuevo acuerdo de cooperación económica entre los dos países de la región"
CLAIMED = "has a new entry in the registry: `Agency` has account `@gaceta`"


class Servers:
    """Two servers that watch the same account, and the curators of the first one."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.curation = Curation(desk.database, clock=desk.clock)
        self.member = Member.at_the_command_line(layer=GUILD)

    async def open(self) -> None:
        await self.desk.subscribe(await self.desk.list_of("gaceta"))
        there = await self.desk.list_of("gaceta", guild=OTHER_GUILD)
        await self.desk.subscribe(there, channel=DESK, user=RUI)
        await self.desk.after(minutes=30)

    async def claim(self, name: str, handle: str) -> None:
        """Let the first server's own layer say that somebody has an account."""
        proposal = await self.curation.propose(
            self.member,
            subject=name,
            relation="has_account",
            object=f"https://x.com/{handle}",
            url=f"https://example.org/{handle}",
            grade="B2",
            published_on="2026-10",
            note="seen in the imprint",
        )
        if proposal.state is ProposalState.OPEN:
            await self.curation.accept(self.member, proposal.proposal_id, version=proposal.version)

    def told(self, place: str) -> list[str]:
        return whats(self.desk.courier.to(place))

    def kinds(self, place: str) -> list[EventKind]:
        return [alert.kind for message in self.desk.courier.to(place) for alert in message.alerts]


@pytest_asyncio.fixture
async def servers(desk: Desk) -> Servers:
    opened = Servers(desk)
    await opened.open()
    return opened


async def test_an_own_entry_is_told_where_it_was_made_and_nowhere_else(servers: Servers) -> None:
    await servers.claim("Agency", "gaceta")
    await servers.desk.after(minutes=30)
    (text,) = servers.told(HERE)
    assert text.startswith(CLAIMED)
    assert servers.told(THERE) == []


async def test_a_dispute_of_one_server_is_told_to_its_subscribers_and_once(servers: Servers) -> None:
    await servers.claim("Agency", "gaceta")
    await servers.desk.after(minutes=30)
    await servers.curation.dispute(
        servers.member, await claim_on(servers, "gaceta"), reason="it is another account"
    )
    await servers.desk.after(minutes=30)
    assert servers.kinds(HERE) == [EventKind.CLAIM_ADDED, EventKind.CLAIM_DISPUTED]
    assert "`it is another account`" in servers.told(HERE)[1]
    await servers.desk.after(hours=2)
    assert len(servers.told(HERE)) == 2
    assert servers.told(THERE) == []


async def test_an_entry_of_everybodys_that_one_server_takes_out_is_told_there(servers: Servers) -> None:
    everybody = Member.at_the_command_line()
    proposal = await servers.curation.propose(
        everybody,
        subject="Agency",
        relation="has_account",
        object="https://x.com/gaceta",
        url="https://example.org/all",
        grade="B2",
        published_on="2026-10",
        note="seen in the imprint",
    )
    if proposal.state is ProposalState.OPEN:
        await servers.curation.accept(everybody, proposal.proposal_id, version=proposal.version)
    await servers.desk.after(minutes=30)
    assert [len(servers.told(place)) for place in (HERE, THERE)] == [1, 1]
    disputed = await servers.curation.dispute(
        servers.member, await claim_on(servers, "gaceta"), reason="it is another account"
    )
    await servers.curation.accept(servers.member, disputed.proposal_id, version=disputed.version)
    await servers.desk.after(minutes=30)
    assert "has an entry in the registry that was withdrawn: `Agency`" in servers.told(HERE)
    assert len(servers.told(THERE)) == 1


async def test_credits_of_an_entity_that_one_server_registered_are_told_there(servers: Servers) -> None:
    await servers.claim("Agency", "eco_ejemplo")
    await servers.desk.after(minutes=30)
    await servers.desk.publish("gaceta", "Cumbre en la capital • eco_ejemplo")
    await servers.desk.after(minutes=30)
    assert servers.told(HERE) == ["credited `Agency` as `eco_ejemplo` without a link in a post"]
    assert servers.told(THERE) == ["posted: `Cumbre en la capital • eco_ejemplo`"]


async def test_texts_of_an_outlet_that_one_server_registered_are_told_there(servers: Servers) -> None:
    await servers.claim("Agency", "eco_ejemplo")
    desk = servers.desk
    await desk.publish("eco_ejemplo", LONG)
    await desk.after(minutes=5)
    await desk.publish("gaceta", LONG)
    await desk.after(minutes=30)
    assert servers.kinds(HERE) == [EventKind.REPUBLICATION]
    assert servers.kinds(THERE) == [EventKind.NEW_POST]


async def test_a_server_that_begins_to_watch_hears_nothing_of_what_it_held_before(desk: Desk) -> None:
    servers = Servers(desk)
    there = await desk.list_of("gaceta", guild=OTHER_GUILD)
    await desk.subscribe(there, channel=DESK, user=RUI)
    await servers.claim("Agency", "gaceta")
    await desk.after(minutes=30)
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(hours=1)
    assert (servers.told(HERE), servers.told(THERE)) == ([], [])


async def test_no_platform_is_asked_twice_for_two_servers(servers: Servers) -> None:
    desk = servers.desk
    desk.platforms.live = {"gaceta"}
    await servers.claim("Agency", "eco_ejemplo")
    asked = len(desk.platforms.asked)
    await desk.look()
    assert len(desk.platforms.asked) == asked + 1


async def test_a_check_that_used_one_servers_entries_is_no_news_elsewhere(servers: Servers) -> None:
    desk = servers.desk
    checks = CheckService(desk.database, clock=desk.clock)
    await desk.publish("gaceta", *(f"Noticia {n} • eco_ejemplo" for n in range(20)))
    await checks.check(account("gaceta"), asked="@gaceta")
    await desk.after(minutes=30)
    told = [len(servers.told(place)) for place in (HERE, THERE)]
    await servers.claim("Agency", "eco_ejemplo")
    await checks.check(account("gaceta"), asked="@gaceta", layer=GUILD)
    await desk.after(hours=1)
    assert EventKind.ASSESSMENT_CHANGED not in [*servers.kinds(HERE), *servers.kinds(THERE)]
    assert [len(servers.told(place)) for place in (HERE, THERE)] == told


async def claim_on(servers: Servers, handle: str) -> ClaimRef:
    def newest(connection: sqlite3.Connection) -> int:
        (number,) = connection.execute(
            "SELECT max(account_claim_id) FROM account_claim JOIN account USING (account_id) "
            "WHERE handle = ?",
            (handle,),
        ).fetchone()
        return number

    number = await servers.desk.database.read_whole(newest)
    return ClaimRef(kind=ClaimKind.ACCOUNT, claim_id=number)
