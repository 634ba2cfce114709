"""Sweeps with the real bot on real sockets and a real process for each, as members ask for them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.accounts import AccountRef, Platform
from bot.network.results import from_json
from bot.store.posts import record
from bot.store.records import Post, PostKind
from bot.store.sweeps import SweepRunId, load_sweep, runs
from cogs.network import STOPPED
from sandbox.components import walk
from sandbox.server import Sandbox
from sandbox.world import Flag
from tests.cogs.posting import hold_the_same, long_text
from tests.sandbox.browser.live_bot import masthead
from tests.sandbox.test_watching import labels, text
from tests.services import NOW, case_services

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.app import Services
    from bot.network.results import Sweep
    from sandbox.asking import Outcome
    from sandbox.people import Actor
    from sandbox.world import Channel, Message

# A sweep starts a Python of its own, and machines that test are busy.
PATIENCE_S = 240.0
OTHERS = ("ejemplo_dos", "ejemplo_tres")


@dataclass(slots=True, kw_only=True)
class Desk:
    """Ada is an administrator, Ana and Rui are not."""

    sandbox: Sandbox
    services: Services
    ada: Actor
    ana: Actor
    rui: Actor
    channel: Channel

    async def run(self, command: str, by: Actor | None = None, /, **options: object) -> str:
        """Type a command and return the last words of its answer."""
        return await self.settled(await self.ask(command, by, **options))

    async def ask(self, command: str, by: Actor | None = None, /, **options: object) -> Outcome:
        return await (by or self.ana).slash(command, options, channel=self.channel)

    async def settled(self, outcome: Outcome) -> str:
        message = outcome.message
        assert message is not None, outcome.failed
        await self.until(lambda: not message.flags & Flag.LOADING and "Cancel" not in labels(message))
        return text(message)

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.sandbox.until(condition, seconds=PATIENCE_S)

    async def kept(self) -> list[Sweep]:
        """Return the results that are kept, newest first."""
        held = [await self.result(each.run_id) for each in await self.services.database.read(runs)]
        return sorted(held, key=lambda sweep: sweep.ran_at, reverse=True)

    async def result(self, run_id: SweepRunId) -> Sweep:
        raw = await self.services.database.read(load_sweep, run_id)
        assert raw is not None
        return from_json(raw)


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with case_services(tmp_path) as services, Sandbox() as sandbox:
        async with masthead(services, sandbox):
            yield Desk(
                sandbox=sandbox,
                services=services,
                ada=sandbox.person("ada"),
                ana=sandbox.person("ana"),
                rui=sandbox.person("rui"),
                channel=sandbox.channel("desk"),
            )
        assert sandbox.backend.complaints == []


def workers() -> list[int]:
    """Return the processes of sweeps that this process started."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            # It ended while we looked.
            continue
        if int(status[1]) == os.getpid() and b"bot.network.worker" in command and status[0] != "Z":
            found.append(int(folder.name))
    return found


def names_of(sweep: Sweep) -> set[str | None]:
    return {node.handle for node in sweep.nodes}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
async def test_cancel_ends_the_process_and_keeps_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await hold_the_same(desk.services, 8, handles=OTHERS, minutes=0)
    # The process waits for somebody who reads this until it is ended.
    corpus = desk.services.database.path.parent / desk.services.config.network.corpus
    corpus.mkdir()
    os.mkfifo(corpus / "accounts.partial")

    outcome = await desk.ask("network account", account="@ejemplo_hoy_1", platform="x")
    message = outcome.message
    assert message is not None
    await desk.until(lambda: "Posts prepared: 264 of 264. " in text(message))
    assert labels(message) == ["Cancel"]
    assert len(workers()) == 1
    button = custom_id(message, "Cancel")

    # One at a time, and only whoever asked can stop it.
    second = await desk.run("network account", desk.rui, account="@ejemplo_hoy_1", platform="x")
    assert "Another sweep is under way." in second
    refused = await desk.rui.click(message, button)
    assert refused.message is not None
    assert "Only whoever asked for this sweep can stop it." in text(refused.message)
    assert len(workers()) == 1

    await desk.ana.click(message, button)
    await desk.until(lambda: STOPPED in text(message))
    assert labels(message) == []
    assert workers() == []
    assert await desk.kept() == []

    # The next one begins where nothing was left.
    (corpus / "accounts.partial").unlink()
    shown = await desk.run("network account", desk.rui, account="@ejemplo_hoy_1", platform="x")
    assert "joined to 2 other accounts" in shown
    assert len(await desk.kept()) == 1


async def test_a_sweep_is_kept_compared_and_told_on_the_card_of_a_check(desk: Desk) -> None:
    await desk.services.database.write(record, posts=linking("ejemplo_hoy_1", *OTHERS))
    asked = {"account": "@ejemplo_hoy_1", "platform": "x", "method": "same-link"}
    first = await desk.run("network account", **asked)
    assert "joined to 2 other accounts" in first
    assert "Against the sweep before" not in first

    await desk.services.database.write(record, posts=linking("ejemplo_cuatro"))
    second = await desk.run("network account", **asked)
    assert "joined to 3 other accounts" in second
    assert "Against the sweep before (1): 3 new pairs, 0 gone, 1 account for the first time." in second
    newest, oldest = await desk.kept()
    assert newest.change is not None
    assert (newest.change.new_edges, oldest.change) == (3, None)

    card = await desk.run("check", account="@ejemplo_hoy_1", platform="x")
    told = "for links to the same page, this account shares at least two with 3 other accounts."
    assert "**Coordination** In the sweep of " in card
    assert told in card


def linking(*handles: str) -> list[Post]:
    """Each links to the same eight pages within the same minutes, in words of its own."""
    return [
        Post(
            platform=Platform.X,
            post_id=f"{handle}-link-{k}",
            author=AccountRef(platform=Platform.X, handle=handle, platform_id=f"{Platform.X}-{handle}"),
            created_at=NOW - timedelta(hours=31 * (k + 1), seconds=7 * place + 2),
            kind=PostKind.ORIGINAL,
            text=long_text(f"{handle} on {k}"),
            links=(f"https://diario-ejemplo.example/{k}",),
        )
        for place, handle in enumerate(handles)
        for k in range(8)
    ]


async def test_only_accounts_of_the_list_are_compared(desk: Desk) -> None:
    await hold_the_same(desk.services, 8, handles=OTHERS, minutes=0)
    await desk.run("watchlist create", desk.ada, name="Papers")
    for handle in ("ejemplo_dos", "ejemplo_tres", "vecina_1"):
        await desk.run("watchlist add", desk.ada, watchlist="Papers", account=f"@{handle}", platform="x")
    offered = await desk.ana.complete("network list", "watchlist", options={"watchlist": "pap"})
    assert [choice["value"] for choice in offered.choices] == ["Papers"]

    shown = await desk.run("network list", watchlist="papers")
    assert "of 3 accounts" in shown
    assert "1 pair of accounts did" in shown
    assert "Too few accounts are held to say what is usual" in shown
    (sweep,) = await desk.kept()
    assert names_of(sweep) == {"ejemplo_dos", "ejemplo_tres"}
    assert sweep.recipe.watchlist == "Papers"


async def test_an_empty_list_says_so(desk: Desk) -> None:
    await hold_the_same(desk.services, 8, handles=OTHERS, minutes=0)
    await desk.run("watchlist create", desk.ada, name="Papers")
    assert "There is no account on this watchlist" in await desk.run("network list", watchlist="Papers")


async def test_the_window_is_estimated_on_request_and_said_on_the_card(desk: Desk) -> None:
    # Sixty texts of two accounts, the k-th copied after 5 + k seconds; the fastest six take 5 to 10 s.
    authors = [AccountRef(platform=Platform.X, handle=each, platform_id=f"x-{each}") for each in OTHERS]
    posts = [
        Post(
            platform=Platform.X,
            post_id=f"{author.handle}-{k}",
            author=author,
            created_at=NOW - timedelta(hours=k) + timedelta(seconds=side * (5 + k)),
            kind=PostKind.ORIGINAL,
            text=f"the words of text number {k} are the same for both of them",
        )
        for k in range(60)
        for side, author in enumerate(authors)
    ]
    await desk.services.database.write(record, posts=posts)
    asked = {"account": "@ejemplo_dos", "platform": "x", "method": "identical-text", "window": 0}
    shown = await desk.run("network account", **asked)
    assert "within 7.5 s" in shown
    assert "The window of 7.5 s was estimated from the data: of 60 things" in shown


def custom_id(message: Message, label: str) -> str:
    found = next(each for each in walk(message.components) if each.get("label") == label)
    return str(found["custom_id"])
