"""/network: who acts together with an account, or within a watchlist, over everything that is held."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from datetime import date, timedelta
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.accounts import AccountRef, Platform
from bot.cards.charts.network import network_picture
from bot.cards.discord_layout import notice, picture_file, view_of
from bot.cards.failures import answered
from bot.cards.network import network_container
from bot.client import Masthead
from bot.errors import InputError, MastheadError, NothingFoundError
from bot.network.recipe import DESCRIPTIONS, Method, Recipe
from bot.network.results import Sweep, from_json
from bot.network.running import Job, Runner
from bot.store.accounts import find_accounts
from bot.store.sweeps import SweepRunId, load_sweep
from bot.store.watch_lists import items_of, list_named
from cogs.check import PLATFORM_CHOICES
from cogs.compare import ACCOUNT, question_of
from cogs.questions import MAX_CHOICE, may_attach
from cogs.suggesting import suggest_accounts
from cogs.watching import guild_of, suggest_lists

METHODS = [
    app_commands.Choice(name=f"{method.value}: {DESCRIPTIONS[method]}"[:MAX_CHOICE], value=method.value)
    for method in Method
]
WINDOWS = [
    app_commands.Choice(name=name, value=seconds)
    for name, seconds in (
        ("10 seconds", 10),
        ("1 minute", 60),
        ("5 minutes", 300),
        ("1 hour", 3_600),
        ("1 day", 86_400),
        ("estimated from the data", 0),
    )
]
Days = app_commands.Range[int, 1, 3_650]
# Discord lets an answer be changed for fifteen minutes.
MAX_S = 14 * 60
# Progress is shown so often; Discord allows five changes in five seconds.
EVERY_S = 3.0
STOPPED = "The sweep was stopped. Nothing of it was kept."
TOO_LONG = (
    "the sweep took longer than Discord lets an answer wait. Choose a list or fewer days, or run it with "
    "`masthead sweep` where Masthead runs."
)


class CancelSweep(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"sweep-cancel:1:(?P<number>[0-9]{1,20})"
):
    """Stops a sweep that is under way; whoever asked for it may, and those who may manage the server."""

    def __init__(self, number: int) -> None:
        super().__init__(ui.Button(label="Cancel", custom_id=f"sweep-cancel:1:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> CancelSweep:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._cancel(interaction))

    async def _cancel(self, interaction: discord.Interaction[Masthead]) -> None:
        cog = interaction.client.get_cog("Network")
        under_way = cog.under_way.get(self.number) if isinstance(cog, NetworkCog) else None
        if under_way is None:
            await interaction.response.send_message("This sweep is over.", ephemeral=True)
            return
        asker, task = under_way
        if interaction.user.id != asker and not interaction.permissions.manage_guild:
            raise InputError("Only whoever asked for this sweep can stop it.")
        task.cancel()
        await interaction.response.defer()


class NetworkCog(commands.GroupCog, name="Network", group_name="network"):
    """Sweeps over everything that is held, each in a process of its own."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot
        self._runner = Runner()
        # By the number in the Cancel button: who asked, and the task.
        self.under_way: dict[int, tuple[int, asyncio.Task[SweepRunId]]] = {}

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(CancelSweep)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(CancelSweep)
        for _asker, task in self.under_way.values():
            task.cancel()

    @app_commands.command()
    @app_commands.describe(
        account=ACCOUNT,
        method="What accounts share; without it, similar texts",
        window="How near in time; without it, one minute",
        days="Only posts of so many days; without it, all that are held",
        platform="Where a bare @name is",
    )
    @app_commands.choices(method=METHODS, platform=PLATFORM_CHOICES)
    @app_commands.choices(window=WINDOWS)
    @app_commands.autocomplete(account=suggest_accounts)
    async def account(
        self,
        interaction: discord.Interaction[Masthead],
        account: str,
        method: app_commands.Choice[str] | None = None,
        window: app_commands.Choice[int] | None = None,
        days: Days | None = None,
        platform: app_commands.Choice[str] | None = None,
    ) -> None:
        """Show who does the same as an account, over everything that is held."""
        question = question_of(account, platform=Platform(platform.value) if platform else None, days=None)
        target = question.target
        if not isinstance(target, AccountRef):
            raise InputError("Name an account, not a post.")
        recipe = _recipe(method, window, since=self._since(days))
        self._runner.refuse_a_second()
        with self._bot.finishing():
            await interaction.response.defer(thinking=True)
            held = await self._bot.services.database.read(find_accounts, target)
            if not held:
                raise NothingFoundError("Nothing is held of this account. Import posts first.")
            await self._answer(interaction, recipe, account=held[0].account_id)

    @app_commands.command(name="list")
    @app_commands.guild_only()
    @app_commands.describe(
        watchlist="The watchlist whose accounts are compared with each other",
        method="What accounts share; without it, similar texts",
        window="How near in time; without it, one minute",
        days="Only posts of so many days; without it, all that are held",
    )
    @app_commands.choices(method=METHODS)
    @app_commands.choices(window=WINDOWS)
    @app_commands.autocomplete(watchlist=suggest_lists)
    async def list_(
        self,
        interaction: discord.Interaction[Masthead],
        watchlist: str,
        method: app_commands.Choice[str] | None = None,
        window: app_commands.Choice[int] | None = None,
        days: Days | None = None,
    ) -> None:
        """Show which accounts of a watchlist act together."""
        guild = guild_of(interaction)
        self._runner.refuse_a_second()
        with self._bot.finishing():
            await interaction.response.defer(thinking=True)
            database = self._bot.services.database
            held = await database.read(list_named, guild, name=watchlist)
            if held is None:
                raise NothingFoundError("There is no watchlist of that name here.")
            items = await database.read(items_of, held.watchlist_id)
            if not items:
                raise NothingFoundError(
                    "There is no account on this watchlist. /watchlist add puts one there."
                )
            recipe = _recipe(method, window, since=self._since(days), watchlist=held.name)
            await self._answer(interaction, recipe, accounts=[item.account_id for item in items])

    def _since(self, days: int | None) -> date | None:
        """Return the first of so many days (UTC), today included."""
        if days is None:
            return None
        return (self._bot.services.clock() - timedelta(days=days - 1)).date()

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who asked for a sweep."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0

    async def _answer(
        self,
        interaction: discord.Interaction[Masthead],
        recipe: Recipe,
        *,
        account: int | None = None,
        accounts: list[int] | None = None,
    ) -> None:
        shown = _Shown(interaction)
        run = asyncio.create_task(self._runner.run(self._job(recipe, accounts), progress=shown.note))
        self.under_way[interaction.id] = (interaction.user.id, run)
        try:
            async with asyncio.timeout(MAX_S):
                await shown.begin()
                run_id = await _cancelled_apart(run)
        except TimeoutError as error:
            run.cancel()
            await shown.clear()
            raise InputError(TOO_LONG) from error
        except MastheadError:
            await shown.clear()
            raise
        finally:
            del self.under_way[interaction.id]
            await shown.rest()
        if run_id is None:
            await interaction.edit_original_response(content=None, view=notice(STOPPED))
            return
        sweep = await self._kept(run_id)
        files = may_attach(interaction)
        picture = await asyncio.to_thread(network_picture, sweep, account=account) if files else None
        view = view_of(network_container(sweep, run_id, account=account, picture=picture))
        attachments = [picture_file(picture)] if picture else []
        await interaction.edit_original_response(content=None, view=view, attachments=attachments)

    async def _kept(self, run_id: SweepRunId) -> Sweep:
        raw = await self._bot.services.database.read(load_sweep, run_id)
        if raw is None:
            raise NothingFoundError("The sweep is no longer held. Run it again.")
        return await asyncio.to_thread(from_json, raw)

    def _job(self, recipe: Recipe, accounts: list[int] | None) -> Job:
        config = self._bot.services.config
        store = self._bot.services.database.path.absolute()
        return Job(
            store=str(store),
            corpus=str(store.parent / config.network.corpus),
            recipe=recipe,
            engine=config.network.engine,
            threads=config.network.threads,
            memory_mib=config.network.memory_mib,
            accounts=None if accounts is None else tuple(accounts),
        )


class _Shown:
    """The progress of one sweep, as its message shows it, with the Cancel button below."""

    def __init__(self, interaction: discord.Interaction[Masthead]) -> None:
        self._interaction = interaction
        self._began = time.monotonic()
        self._line = "Preparing posts"
        self._over = asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None

    def note(self, what: str, done: int, of: int) -> None:
        """Take how far the sweep is; it is shown when its turn comes."""
        self._line = f"{what.capitalize()}: {done:,} of {of:,}"

    async def begin(self) -> None:
        """Show the button, and from then on every few seconds how far the sweep is."""
        await self._show()
        self._ticking = asyncio.create_task(self._tick())

    async def rest(self) -> None:
        """Change nothing from now on, so that nothing comes after the result."""
        self._over.set()
        if self._ticking is not None:
            await self._ticking

    async def clear(self) -> None:
        """Take the button away: what went wrong is told in the words above it."""
        await self.rest()
        with contextlib.suppress(discord.HTTPException):
            await self._interaction.edit_original_response(view=None)

    async def _tick(self) -> None:
        while not self._over.is_set():
            try:
                await asyncio.wait_for(self._over.wait(), EVERY_S)
            except TimeoutError:
                await self._show()

    async def _show(self) -> None:
        # Not yet in our own components: a failure could not be told in their place.
        view = ui.View(timeout=None)
        view.add_item(CancelSweep(self._interaction.id))
        line = f"{self._line}. {time.monotonic() - self._began:.0f} s so far."
        # A change that does not arrive must not end the sweep.
        with contextlib.suppress(discord.HTTPException):
            await self._interaction.edit_original_response(content=line, view=view)


async def _cancelled_apart(run: asyncio.Task[SweepRunId]) -> SweepRunId | None:
    """Await a sweep; None where the sweep was cancelled, while this task was not."""
    try:
        return await run
    except asyncio.CancelledError:
        mine = asyncio.current_task()
        if mine is not None and mine.cancelling():
            run.cancel()
            raise
        return None


def _recipe(
    method: app_commands.Choice[str] | None,
    window: app_commands.Choice[int] | None,
    *,
    since: date | None,
    watchlist: str | None = None,
) -> Recipe:
    seconds = 60 if window is None else window.value
    return Recipe(
        method=Method(method.value) if method else Method.SIMILAR_TEXT,
        window_s=seconds or None,
        since=since,
        watchlist=watchlist,
    )


async def setup(bot: Masthead) -> None:
    await bot.add_cog(NetworkCog(bot))
