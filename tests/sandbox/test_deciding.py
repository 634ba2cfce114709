"""Several people decide at once, on real sockets: nothing is lost or half-done, and everybody is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.registry.importers import import_file
from bot.store.proposals import ProposalState
from sandbox.server import Sandbox
from tests.bot.registry.curation.test_model import SET
from tests.sandbox.browser.live_bot import masthead
from tests.sandbox.office import Office, office, seat
from tests.sandbox.test_watching import Newsroom
from tests.services import case_services

if TYPE_CHECKING:
    from sandbox.asking import Outcome
    from sandbox.people import Actor


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    """Ada is an administrator, and the seated one a curator; both may decide."""
    async with case_services(tmp_path) as services, Sandbox() as sandbox:
        seated = seat(sandbox, "curator")
        async with masthead(services, sandbox) as bot:
            room = Newsroom(
                sandbox=sandbox,
                services=services,
                bot=bot,
                ada=sandbox.person("ada"),
                ana=sandbox.person("ana"),
                desk=sandbox.channel("desk"),
                alerts=sandbox.channel("alerts"),
            )
            yield await office(room, seated)
        assert sandbox.backend.complaints == []


async def by(desk: Office, who: Actor, custom_id: str, **values: object) -> str:
    """Press a button, fill in what opens, and return everything that this person was told."""
    hand = replace(desk, who=who, before=None, known=set())

    async def act(office: Office) -> Outcome:
        return await office.fill(await office.press(custom_id), **values)

    told, _ = await hand.attempt(act)
    return told


async def state(desk: Office, number: int) -> ProposalState:
    found = await desk.room.services.curation.queued(desk.boss, number)
    assert found is not None
    return found.proposal.state


@pytest.mark.parametrize("other", ["accept", "reject"])
async def test_two_curators_press_at_once_and_one_decides(desk: Office, other: str) -> None:
    ada = desk.room.ada
    values = {"reason": "not so"} if other == "reject" else {}
    for _ in range(5):
        number = await desk.waiting()
        told = await asyncio.gather(
            by(desk, desk.who, f"review:1:{number}:1:accept"),
            by(desk, ada, f"review:1:{number}:1:{other}", **values),
        )
        late = [said for said in told if "already." in said]
        assert len(late) == 1, told
        assert await state(desk, number) in {ProposalState.ACCEPTED, ProposalState.REJECTED}
        decisions = [
            entry
            for entry in await desk.room.services.curation.history(desk.boss, f"proposal:{number}")
            if entry.act in {"proposal.accepted", "proposal.rejected"}
        ]
        assert len(decisions) == 1
    assert await desk.room.services.curation.examine() == []


async def test_one_amends_while_the_other_accepts(desk: Office) -> None:
    """Whoever comes first, no words are accepted that nobody saw."""
    for _ in range(5):
        number = await desk.waiting()
        await asyncio.gather(
            by(desk, desk.who, f"review:1:{number}:1:amend", relation=["owns"]),
            by(desk, desk.room.ada, f"review:1:{number}:1:accept"),
        )
        found = await desk.room.services.curation.queued(desk.boss, number)
        assert found is not None
        assert found.statement is not None
        accepted = found.proposal.state is ProposalState.ACCEPTED
        # Accepted as it was shown, or amended and still waiting.
        assert found.statement.relation == ("funds" if accepted else "owns")
    assert await desk.room.services.curation.examine() == []


async def test_an_import_comes_while_both_review(desk: Office, tmp_path: Path) -> None:
    folder = tmp_path / "list"
    folder.mkdir()
    for name, text in SET.items():
        (folder / name).write_text(text.format(n=1), encoding="utf-8")
    services = desk.room.services
    numbers = [await desk.waiting() for _ in range(4)]
    coming = asyncio.create_task(services.database.write(import_file, folder, now=services.clock()))
    told = await asyncio.gather(
        *(
            by(desk, who, f"review:1:{number}:1:accept")
            for who, number in zip([desk.who, desk.room.ada] * 2, numbers, strict=True)
        ),
    )
    assert (await coming).new.total > 0
    assert all("**Accepted**" in said for said in told), told
    assert [await state(desk, number) for number in numbers] == [ProposalState.ACCEPTED] * 4
    assert await services.curation.examine() == []


async def test_a_right_that_is_taken_away_ends_at_the_next_click(desk: Office) -> None:
    """A message outlives the rights of those who see it."""
    number = await desk.waiting()
    curation = desk.room.services.curation
    await curation.map_roles(desk.boss, "curator", [])
    assert "you may not decide on proposals" in await by(desk, desk.who, f"review:1:{number}:1:accept")
    assert await state(desk, number) is ProposalState.OPEN
