"""A desk that watches, with the real bot on real sockets, in the words of people."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.posts import record
from bot.store.records import Post, PostKind
from bot.watch.lists import Limits
from bot.watch.service import WatchService
from sandbox.components import walk
from sandbox.server import Sandbox
from sandbox.world import Flag
from tests.bot.watch.desk import account
from tests.sandbox.browser.live_bot import masthead
from tests.services import NOW, case_services

if TYPE_CHECKING:
    from bot.app import Services
    from bot.client import Masthead
    from sandbox.asking import Outcome
    from sandbox.people import Actor
    from sandbox.world import Channel, Message

PATIENCE_S = 60.0


@dataclass(slots=True, kw_only=True)
class Newsroom:
    """Ada is an administrator, Ana and Rui are not."""

    sandbox: Sandbox
    services: Services
    bot: Masthead
    ada: Actor
    ana: Actor
    desk: Channel
    alerts: Channel

    async def run(self, command: str, by: Actor | None = None, /, **options: object) -> str:
        """Type a command and return the answer."""
        return await self.settled(await (by or self.ada).slash(command, options, channel=self.desk))

    async def settled(self, outcome: Outcome) -> str:
        message = outcome.message
        assert message is not None, outcome.failed
        await self.sandbox.until(lambda: not message.flags & Flag.LOADING, seconds=PATIENCE_S)
        return text(message)

    async def click(self, message: Message, label: str, *, by: Actor | None = None) -> Outcome:
        found = next(each for each in walk(message.components) if each.get("label") == label)
        return await (by or self.ada).click(message, str(found["custom_id"]))

    async def choose(self, message: Message, value: str, *, by: Actor | None = None) -> Outcome:
        found = next(each for each in walk(message.components) if each["type"] == 3)
        return await (by or self.ada).choose(message, str(found["custom_id"]), values=[value])

    async def panel(self, by: Actor | None = None) -> Message:
        """Type /alerts; return the message that answers."""
        outcome = await (by or self.ada).slash("alerts", channel=self.desk)
        await self.settled(outcome)
        assert outcome.message is not None
        return outcome.message

    async def reads(self, message: Message, words: str) -> None:
        """Wait until a message says something."""
        await self.sandbox.until(lambda: words in text(message), seconds=PATIENCE_S)

    async def arrived(self, channel: Channel, words: str) -> Message:
        """Wait for a message with these words."""

        def found() -> list[Message]:
            return [message for message in channel.messages.values() if words in text(message)]

        await self.sandbox.until(lambda: bool(found()), seconds=PATIENCE_S)
        return found()[-1]

    async def watching(self) -> None:
        """Watch one account, tell #alerts, and wait for the first look."""
        await self.run("watchlist create", name="Papers")
        await self.run("watchlist add", watchlist="Papers", account="@gaceta", platform="x")
        await self.run("subscribe", watchlist="Papers", channel=str(self.alerts.id), severity=1)
        poller = self.services.watch.poller
        await self.sandbox.until(lambda: poller.looks > 0, seconds=PATIENCE_S)

    async def publish(self, words: str) -> Message:
        """Store a post of the watched account; return the message that tells of it."""
        author = account("gaceta")
        post = Post(
            platform=author.platform,
            post_id=words,
            author=author,
            created_at=NOW,
            kind=PostKind.ORIGINAL,
            text=words,
        )
        await self.services.database.write(record, posts=[post])
        await self.services.database.write(lambda c: c.execute("UPDATE watch_account SET next_ms = 0"))
        self.services.watch.poller.wake()
        await self.sandbox.until(lambda: bool(self._telling(words)), seconds=PATIENCE_S)
        return self._telling(words)[0]

    def _telling(self, words: str) -> list[Message]:
        return [message for message in self.alerts.messages.values() if words in text(message)]


def text(message: Message) -> str:
    """Everything written in a message."""
    shown = [str(each["content"]) for each in walk(message.components) if "content" in each]
    embeds = [str(embed.get("description", "")) for embed in message.embeds]
    return "\n".join([message.content, *embeds, *shown])


def labels(message: Message) -> list[str]:
    return [
        str(each["label"]) for each in walk(message.components) if "custom_id" in each and "label" in each
    ]


@asynccontextmanager
async def open_newsroom(folder: Path, *, limits: Limits | None = None) -> AsyncGenerator[Newsroom]:
    """Open the desk; at the end nothing may have been asked of Discord that it does not know."""
    async with case_services(folder) as case, Sandbox() as sandbox:
        # Those of the case begin nothing by themselves.
        watch = WatchService(case.database, clock=lambda: NOW, aliases=case.checks.aliases, limits=limits)
        services = replace(case, watch=watch)
        async with masthead(services, sandbox) as bot:
            yield Newsroom(
                sandbox=sandbox,
                services=services,
                bot=bot,
                ada=sandbox.person("ada"),
                ana=sandbox.person("ana"),
                desk=sandbox.channel("desk"),
                alerts=sandbox.channel("alerts"),
            )
        assert sandbox.backend.complaints == []
