"""Every door of curation asks for the role itself, whatever stands before it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import ConfigError, InputError, NotAllowedError
from bot.registry.curation.roles import Member, Publishers, Right
from bot.registry.curation.service import Curation
from bot.registry.importers import import_file
from bot.store.database import Database
from bot.store.held import ClaimRef
from bot.store.judgements import LINK
from tests.bot.registry.curation.desks import (
    ADMIN,
    ANALYST,
    ANALYST_ROLE,
    CURATOR,
    CURATOR_ROLE,
    DESK,
    ELSEWHERE,
    OPERATOR,
    OUTSIDE,
    READER,
    SECOND,
    Clock,
    Registry,
    member,
)
from tests.bot.registry.curation.test_model import SET

# From least to most; "outside" acts from direct messages.
PEOPLE: Final = {
    "outside": OUTSIDE,
    "reader": READER,
    "analyst": ANALYST,
    "curator": CURATOR,
    "admin": ADMIN,
    "operator": Member.at_the_command_line(layer=DESK),
}
WHY = "it says so in the imprint"
NOBODY = "nobody"


@dataclass(slots=True, kw_only=True)
class Desk:
    """What is tried, prepared by somebody who may."""

    curation: Curation
    database: Database
    folder: Path
    numbers: int = 0

    async def waiting(self, who: Member = SECOND) -> int:
        self.numbers += 1
        made = await self.curation.propose(
            who, subject="news", relation="funds", object="paper", url=f"https://a.example/{self.numbers}"
        )
        return made.proposal_id

    async def accepted(self) -> tuple[int, ClaimRef]:
        number = await self.waiting()
        done = await self.curation.accept(ADMIN, number, version=1)
        assert done.claim is not None
        return number, done.claim

    async def imported(self) -> str:
        self.numbers += 1
        folder = self.folder / f"list-{self.numbers}"
        folder.mkdir()
        for name, text in SET.items():
            (folder / name).write_text(text.format(n=self.numbers), encoding="utf-8")
        await self.database.write(import_file, folder, now=Clock()())
        query = "SELECT version FROM registry_load ORDER BY load_id DESC LIMIT 1"
        return await self.database.read(lambda c: c.execute(query).fetchone()[0])


Act = Callable[[Desk, Member], Awaitable[Any]]


def account() -> AccountRef:
    return AccountRef(platform=Platform.X, handle="agencia_ejemplo")


async def _propose(desk: Desk, who: Member) -> None:
    desk.numbers += 1
    url = f"https://b.example/{desk.numbers}"
    await desk.curation.propose(who, subject="news", relation="owns", object="paper", url=url)


async def _amend(desk: Desk, who: Member) -> None:
    await desk.curation.amend(who, await desk.waiting(), version=1, relation="owns")


async def _undo(desk: Desk, who: Member) -> None:
    number, _ = await desk.accepted()
    await desk.curation.undo(who, number, reason=WHY)


async def _publish(desk: Desk, who: Member) -> None:
    _, claim = await desk.accepted()
    await desk.curation.publish(who, claim, reason=WHY)


async def _dispute(desk: Desk, who: Member) -> None:
    _, claim = await desk.accepted()
    await desk.curation.dispute(who, claim, reason=WHY)


async def _judge(desk: Desk, who: Member) -> None:
    await desk.curation.judge_account(
        who, account(), about=LINK, towards=None, verdict="refute", reason=WHY, responsibility="state-shaped"
    )


async def _judge_claim(desk: Desk, who: Member) -> None:
    _, claim = await desk.accepted()
    await desk.curation.judge_claim(who, claim, verdict="refute", reason=WHY)


async def _withdraw_judgement(desk: Desk, who: Member) -> None:
    made = await desk.curation.judge_account(
        CURATOR, account(), about=LINK, towards=None, verdict="unsure", reason=WHY
    )
    await desk.curation.withdraw_judgement(who, made.judgement_id, reason=WHY)


async def _take_back(desk: Desk, who: Member) -> None:
    # Only one's own word is taken back, so those who may not are refused before it is looked for.
    await desk.curation.take_back(who, account(), about=LINK, towards=None, reason=WHY)


async def _restore(desk: Desk, who: Member) -> None:
    version = await desk.imported()
    await desk.curation.undo_import(OPERATOR, version)
    await desk.curation.restore_import(_below(who), version)


async def _undo_import(desk: Desk, who: Member) -> None:
    await desk.curation.undo_import(_below(who), await desk.imported())


def _below(who: Member) -> Member:
    """Imports belong to the base, where the operator alone may act."""
    return OPERATOR if who.operator else who


async def _accept(desk: Desk, who: Member) -> None:
    await desk.curation.accept(who, await desk.waiting(), version=1)


async def _reject(desk: Desk, who: Member) -> None:
    await desk.curation.reject(who, await desk.waiting(), version=1, reason=WHY)


async def _withdraw(desk: Desk, who: Member) -> None:
    await desk.curation.withdraw(who, await desk.waiting())


async def _queued(desk: Desk, who: Member) -> None:
    await desk.curation.queued(who, await desk.waiting())


# By method: the least of PEOPLE who may, and how it is tried.
TABLE: Final[dict[str, tuple[str, Act]]] = {
    "seen": (
        "outside",
        lambda desk, who: desk.curation.seen(who, lambda c: c.execute("SELECT 1").fetchall()),
    ),
    "role": ("outside", lambda desk, who: desk.curation.role(who)),
    "refuse_unless": ("analyst", lambda desk, who: desk.curation.refuse_unless(who, Right.PROPOSE)),
    "queue": ("outside", lambda desk, who: desk.curation.queue(who)),
    "queued": ("outside", _queued),
    "history": ("outside", lambda desk, who: desk.curation.history(who, "entity:news")),
    "settings": ("outside", lambda desk, who: desk.curation.settings(who)),
    # Asked by the operator's command line and by the button that hands a person their own data.
    "examine": ("outside", lambda desk, _who: desk.curation.examine()),
    "acts_of": ("outside", lambda desk, who: desk.curation.acts_of(who.member)),
    "forget": ("outside", lambda desk, _who: desk.curation.forget("somebody else")),
    "propose": ("analyst", _propose),
    "dispute": ("analyst", _dispute),
    "judge_account": ("analyst", _judge),
    "judge_claim": ("analyst", _judge_claim),
    "take_back": ("analyst", _take_back),
    "withdraw_judgement": ("curator", _withdraw_judgement),
    "accept": ("curator", _accept),
    "amend": ("curator", _amend),
    "reject": ("curator", _reject),
    "undo": ("curator", _undo),
    "publish": ("admin", _publish),
    "stands": ("outside", lambda desk, _who: desk.curation.stands("0" * 64)),
    "head": ("admin", lambda desk, who: desk.curation.head(who)),
    "trail": ("admin", lambda desk, who: desk.curation.trail(who)),
    "set_rules": ("admin", lambda desk, who: desk.curation.set_rules(who, two_person=False)),
    "map_roles": ("admin", lambda desk, who: desk.curation.map_roles(who, "analyst", [])),
    "undo_import": ("operator", _undo_import),
    "restore_import": ("operator", _restore),
    # Somebody else's proposal: nobody takes that back but its author.
    "withdraw": (NOBODY, _withdraw),
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    Registry(tmp_path / "masthead.db").close()
    database = Database.open(tmp_path / "masthead.db")
    return Desk(curation=Curation(database, clock=Clock()), database=database, folder=tmp_path)


def test_every_door_stands_in_the_table() -> None:
    doors = {
        name
        for name, _ in inspect.getmembers(Curation, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert doors == TABLE.keys()


@pytest.mark.parametrize("role", PEOPLE)
async def test_every_door_asks_for_the_role(desk: Desk, role: str) -> None:
    who = PEOPLE[role]
    ranks = list(PEOPLE)
    told: dict[str, bool] = {}
    for name, (_least, act) in TABLE.items():
        try:
            await act(desk, who)
        except NotAllowedError:
            told[name] = False
        except InputError:
            # They may; only there is nothing of theirs to take back.
            told[name] = name == "take_back"
        else:
            told[name] = True
    assert told == {
        name: least != NOBODY and ranks.index(least) <= ranks.index(role)
        for name, (least, _act) in TABLE.items()
    }
    assert await desk.curation.examine() == []
    desk.database.close()


@pytest.mark.parametrize(
    ("servers", "members", "who", "may"),
    [
        ("", "", ADMIN, False),
        ("", "", ELSEWHERE, False),
        (f"{DESK}", "", ADMIN, True),
        (f"7, {DESK}", "", CURATOR, False),
        (f"{DESK}", "", ELSEWHERE, False),
        ("", f"{int.from_bytes(b'ada')}", replace(ADMIN, member=f"{int.from_bytes(b'ada')}"), True),
        ("", "7", ADMIN, False),
        ("all", "", ELSEWHERE, True),
        ("", "", Member.at_the_command_line(layer=DESK), True),
    ],
)
async def test_who_may_publish_is_configured_and_asked_in_the_service(
    desk: Desk, servers: str, members: str, who: Member, *, may: bool
) -> None:
    """Admins ask; only those who are configured show a claim to every server, whatever a front end claims."""
    curation = Curation(desk.database, clock=Clock(), publishers=Publishers.read(servers, members))
    home = ELSEWHERE if who is ELSEWHERE else ADMIN
    made = await curation.propose(
        home, subject="news", relation="funds", object="paper", url="https://p.example/"
    )
    done = await curation.accept(home, made.proposal_id, version=1)
    assert done.claim is not None
    asked = await curation.publish(home, done.claim, reason=WHY)
    claimed = replace(who, publishes=True)
    if not may:
        with pytest.raises(NotAllowedError):
            await curation.accept(claimed, asked.proposal_id, version=1)
    else:
        assert (await curation.accept(claimed, asked.proposal_id, version=1)).state == "accepted"
        with pytest.raises(NotAllowedError):
            await Curation(desk.database, clock=Clock()).undo(home, asked.proposal_id, reason=WHY)
    assert await curation.examine() == []
    desk.database.close()


@pytest.mark.parametrize(("servers", "members"), [("here", ""), ("1;2", ""), ("", "@ana")])
def test_a_setting_that_is_no_list_of_ids_is_refused(servers: str, members: str) -> None:
    with pytest.raises(ConfigError, match=r"registry\.publishing_"):
        Publishers.read(servers, members)


async def test_a_role_of_one_server_is_none_in_another(desk: Desk) -> None:
    """The same Discord roles, held by somebody who acts in a server that mapped them to nothing."""
    elsewhere = member("cai", ANALYST_ROLE, CURATOR_ROLE, layer=1_003)
    for name in ("propose", "accept", "dispute", "judge_account", "set_rules", "trail"):
        with pytest.raises(NotAllowedError):
            await TABLE[name][1](desk, elsewhere)
    # An admin there does not even see what waits here.
    number = await desk.waiting()
    assert await desk.curation.queued(ELSEWHERE, number) is None
    with pytest.raises(InputError, match="there is no proposal"):
        await desk.curation.accept(ELSEWHERE, number, version=1)
    desk.database.close()
