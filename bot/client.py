"""The Discord client: intents, cogs, commands sent when they change, error answers, a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
import logging
import signal
import time
from collections.abc import Generator
from typing import Any

import aiohttp
import discord
from aiohttp.abc import AbstractResolver
from discord import app_commands
from discord.ext import commands

from bot.app import Services
from bot.cards.failures import answer_failure, reference
from bot.errors import ConfigError, MastheadError, UnreachableError
from bot.registry.names_kept import names_kept
from bot.store.commands import SyncedCommands, record_sync, synced_commands

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.check",
    "cogs.message_menus",
    "cogs.mention",
    "cogs.choose",
    "cogs.evidence",
    "cogs.export",
    "cogs.partners",
    "cogs.paid",
    "cogs.site_button",
    "cogs.compare",
    "cogs.network",
    "cogs.watchlist",
    "cogs.subscribe",
    "cogs.alerts",
    "cogs.watch_button",
    "cogs.doctor",
    "cogs.registry",
    "cogs.curating",
    "cogs.settings",
    "cogs.help",
    "cogs.privacy",
)

# The one list of what the bot needs in a channel: invitation, diagnosis and refusals are drawn from it.
NEEDED_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    # Alerts tell what changed in an embed, and a thread can be opened on them.
    embed_links=True,
    create_public_threads=True,
    # Without it cards come without their picture.
    attach_files=True,
)

# Without a limit, 2,000 commands at once had their first answers after 4.8 s (p99), past Discord's 3 s.
MAX_CONNECTIONS = 32
# A command answers "wait" instead of sleeping through a longer rate limit. Discord.py's least is 30 s.
MAX_RATE_LIMIT_WAIT_S = 30.0
# How long the end waits for commands under way. Service managers kill after 90 s, containers after 10 s.
FINISH_WITHIN_S = 8.0


class Tree(app_commands.CommandTree["Masthead"]):
    """The application commands; every error of theirs is answered in one place."""

    async def on_error(
        self, interaction: discord.Interaction[Masthead], error: app_commands.AppCommandError
    ) -> None:
        await answer_failure(interaction, error)


class Masthead(commands.Bot):
    """Masthead on Discord. Asks for no privileged intent: slash commands and menus bring their own data,
    and so do direct messages and messages that mention the bot.
    """

    tree: Tree  # pyright: ignore[reportIncompatibleMethodOverride]  # narrows the library's property

    def __init__(
        self,
        services: Services,
        *,
        connector: aiohttp.BaseConnector | None = None,
        resend_commands: bool = False,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=MAX_RATE_LIMIT_WAIT_S,
            connector=connector,
        )
        self.services = services
        self._resend_commands = resend_commands
        # Names of extensions that could not be loaded; the others work without them.
        self.broken: list[str] = []
        self._command_ids: dict[str, int] = {}
        self._under_way: set[asyncio.Task[object]] = set()
        # Checks take turns after their first answer, so that the first answers of a burst do not wait behind
        # cards: of 200 checks at once, p99 was 2.9 s without and 0.6 s with four at a time.
        self.working = asyncio.Semaphore(4)

    async def setup_hook(self) -> None:
        for name in EXTENSIONS:
            try:
                await self.load_extension(name)
            except commands.ExtensionError:
                log.exception("extension %s could not be loaded; the others go on", name)
                self.broken.append(name)
        try:
            await self.sync_commands(force=self._resend_commands)
        except (discord.HTTPException, discord.RateLimited):
            # Old commands go on working; a new one is answered with "being updated".
            log.exception("commands could not be sent to Discord; trying again at the next start")

    async def sync_commands(self, *, force: bool = False) -> int:
        """Send our commands to Discord when they differ from what it was last told; return how many went."""
        known = sorted(
            (command.to_dict(self.tree) for command in self.tree.get_commands()),
            key=lambda command: (command["type"], command["name"]),
        )
        digest = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
        # With the application's id: one database may serve a test application and then the real one.
        scope = f"global:{self.application_id}"
        before = await self.services.database.read(synced_commands, scope)
        if before is not None and before.hash == digest and not force:
            self._command_ids = before.ids
            return 0
        sent = await self.tree.sync()
        self._command_ids = {command.name: command.id for command in sent}
        synced = SyncedCommands(hash=digest, ids=self._command_ids)
        now = self.services.clock()
        await self.services.database.write(record_sync, scope, commands=synced, at=now)
        log.info("sent %d commands to Discord", len(sent))
        return len(sent)

    def command_link(self, name: str) -> str:
        """Return `</check:id>`, which opens the command; its bare name while the id is unknown."""
        found = self._command_ids.get(name.split()[0])
        return f"</{name}:{found}>" if found else f"`/{name}`"

    @contextlib.contextmanager
    def finishing(self) -> Generator[None]:
        """Mark the current task as work that the end waits for."""
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
        try:
            yield
        finally:
            if task is not None:
                self._under_way.discard(task)

    async def close(self) -> None:
        mine = asyncio.current_task()
        under_way = {task for task in self._under_way if task is not mine}
        if under_way:
            log.info("waiting for %d commands under way", len(under_way))
            await asyncio.wait(under_way, timeout=FINISH_WITHIN_S)
        await super().close()

    async def on_ready(self) -> None:
        # Comes again after each new session, so nothing is started here.
        log.info("connected as %s in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Prefix commands are not used: a cog listens to mentions."""

    async def on_app_command_completion(
        self,
        interaction: discord.Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        elapsed_ms = (time.time() - interaction.created_at.timestamp()) * 1000
        log.info("ref %s: %s in %.0f ms", reference(interaction.id), command.qualified_name, elapsed_ms)


def invite_url(application_id: int) -> str:
    """Return the address that adds the bot to a server with the permissions it needs."""
    return discord.utils.oauth_url(
        application_id, permissions=NEEDED_PERMISSIONS, scopes=("bot", "applications.commands")
    )


async def serve(
    services: Services,
    token: str,
    *,
    resolver: AbstractResolver | None = None,
    resend_commands: bool = False,
) -> None:
    """Serve Discord until a signal (SIGINT, SIGTERM) or the gateway ends it.

    `resolver` looks up host names; tests pass one that knows none. `resend_commands`: send them even if
    they did not change since the last start. Raises ConfigError when Discord
    refuses the token, UnreachableError when it does not answer at the start.
    """
    connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS, resolver=resolver)
    async with (
        Masthead(services, connector=connector, resend_commands=resend_commands) as client,
        names_kept(services.names, services.database.path),
    ):
        stopped = asyncio.Event()
        _on_signals(stopped)
        run = asyncio.create_task(client.start(token), name="discord")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        settle = asyncio.create_task(_settled(client), name="settle")
        await asyncio.wait({run, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        settle.cancel()
        if not run.done():
            log.info("asked to stop")
            await client.close()
        with _explained():
            await run


async def _settled(client: Masthead) -> None:
    """Once everything is loaded, spare the garbage collector what stays for the life of the process.

    A full collection went through all of it in 70 to 120 ms, in which nothing was answered.
    """
    await client.wait_until_ready()
    gc.freeze()


async def sync(services: Services, token: str) -> int:
    """Send the commands to Discord whether they changed or not; return how many went.

    Raises ConfigError for a token that Discord refuses, MastheadError when it does not take the commands.
    """
    async with Masthead(services) as client:
        with _explained():
            await client.login(token)
        try:
            return await client.sync_commands(force=True)
        except (discord.HTTPException, discord.RateLimited) as error:
            raise MastheadError(f"Discord did not take the commands: {error}. Try again later.") from error


@contextlib.contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except discord.LoginFailure as error:
        raise ConfigError(
            "discord.token",
            "Discord refuses this token. Copy it again from the Bot page of your application "
            "(https://discord.com/developers/applications), or reset it there.",
        ) from error
    except aiohttp.ClientConnectionError as error:
        raise UnreachableError(
            f"Discord cannot be reached ({error}). Check the network of this machine and start again."
        ) from error


def _on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers on its loop; there Ctrl-C raises KeyboardInterrupt in asyncio.run.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
