"""A small bot on real discord.py that uses every kind of interaction, to try the sandbox's wire with."""

from __future__ import annotations

import asyncio
import io
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import discord
from discord import app_commands

from sandbox.connect import NoNames, pointed_at

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.server import Sandbox

Interaction = discord.Interaction["Probe"]
Command = app_commands.Command[Any, ..., None]
HANDLES = ("@mundo_china", "@hoychile@social.example", "@xinhua")


class Evidence(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"ev:1:(?P<number>\d+)"):
    """A button that outlives the process."""

    def __init__(self, number: int) -> None:
        button = discord.ui.Button[Any](label="Evidence", custom_id=f"ev:1:{number}")
        super().__init__(button)
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"Evidence {self.number}", ephemeral=True)


class Judge(discord.ui.Modal, title="Judge this finding"):
    reason = discord.ui.Label[Any](
        text="Reason",
        component=discord.ui.TextInput[Any](custom_id="reason", max_length=400),
    )
    verdict = discord.ui.Label[Any](
        text="Verdict",
        component=discord.ui.Select[Any](
            custom_id="verdict",
            options=[discord.SelectOption(label=name, value=name) for name in ("confirm", "refute")],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        reason, verdict = self.reason.component, self.verdict.component
        assert isinstance(reason, discord.ui.TextInput)
        assert isinstance(verdict, discord.ui.Select)
        await interaction.response.send_message(f"{verdict.values[0]}: {reason.value}")


class Choices(discord.ui.View):
    """An old-style view with a select that rewrites its message and a button that opens a modal."""

    @discord.ui.select(
        custom_id="platform",
        options=[discord.SelectOption(label=name, value=name) for name in ("x", "bluesky")],
    )
    async def platform(self, interaction: discord.Interaction[Any], select: discord.ui.Select[Any]) -> None:
        await interaction.response.edit_message(content=f"Chosen: {select.values[0]}", view=None)

    @discord.ui.button(label="Judge", custom_id="judge")
    async def judge(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(Judge())


def card(text: str, *, number: int = 1) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    row = discord.ui.ActionRow[Any](Evidence(number))
    box = discord.ui.Container[Any](discord.ui.TextDisplay(text), row, accent_colour=0x3498DB)
    view.add_item(box)
    return view


class Probe(discord.Client):
    def __init__(self, *, heartbeat_timeout: float = 60.0) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True, guild_reactions=True),
            connector=aiohttp.TCPConnector(limit=32, resolver=NoNames()),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.02,
            heartbeat_timeout=heartbeat_timeout,
        )
        self.tree = app_commands.CommandTree(self)
        self.failures: list[Exception] = []
        self.heard: list[discord.Message] = []
        self.resumes = 0
        self.readies = 0
        self.release = asyncio.Event()
        self.started: list[str] = []

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Evidence)
        commands: list[Command] = [check, choose, private, with_file, judge, wait, twice, read_file]
        for command in (*commands, about_post, watchlist):
            self.tree.add_command(command)
        self.tree.error(self._failed)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds before a second IDENTIFY."""

    async def on_ready(self) -> None:
        self.readies += 1

    async def on_resumed(self) -> None:
        self.resumes += 1

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def _failed(self, _interaction: Interaction, error: app_commands.AppCommandError) -> None:
        self.failures.append(error)

    def text_channel(self, sandbox: Sandbox, name: str = "desk") -> discord.TextChannel:
        channel = self.get_channel(sandbox.channel(name).id)
        assert isinstance(channel, discord.TextChannel)
        return channel


@app_commands.command()
async def check(interaction: Interaction, account: str, days: app_commands.Range[int, 1, 90] = 30) -> None:
    """Check an account: defer, then edit."""
    await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(view=card(f"{account} over {days} days"))


@check.autocomplete("account")
async def complete_account(_interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=handle, value=handle) for handle in HANDLES if current in handle]


@app_commands.command()
async def choose(interaction: Interaction) -> None:
    """Answer at once with a view of the old kind."""
    embed = discord.Embed(title="Which platform?", description="The name stands on two.")
    await interaction.response.send_message("Choose", embed=embed, view=Choices())


@app_commands.command()
async def private(interaction: Interaction) -> None:
    """Answer one person alone, then follow up in the same way."""
    await interaction.response.send_message("For you alone", ephemeral=True)
    await interaction.followup.send("And this", ephemeral=True)


@app_commands.command(name="file")
async def with_file(interaction: Interaction) -> None:
    """Answer with a file after a defer."""
    await interaction.response.defer()
    csv = discord.File(io.BytesIO(b"account,posts\n@x,3\n"), "evidence.csv", description="The posts")
    await interaction.edit_original_response(content="Attached", attachments=[csv])


@app_commands.command()
async def judge(interaction: Interaction) -> None:
    """Open a modal."""
    await interaction.response.send_modal(Judge())


@app_commands.command()
async def wait(interaction: Interaction) -> None:
    """Defer, then answer when the test says so."""
    await interaction.response.defer(thinking=True)
    interaction.client.started.append("wait")
    await interaction.client.release.wait()
    await interaction.edit_original_response(content="Done")


@app_commands.command()
async def twice(interaction: Interaction) -> None:
    """Answer twice, behind the back of the library's own guard."""
    await interaction.response.send_message("First")
    fresh = discord.InteractionResponse(interaction)
    await fresh.send_message("Second")


@app_commands.command()
async def read_file(interaction: Interaction, table: discord.Attachment) -> None:
    """Read an uploaded file."""
    data = await table.read()
    await interaction.response.send_message(f"{table.filename}: {len(data)} bytes")


@app_commands.context_menu(name="Check this post")
async def about_post(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"Read: {message.content}", ephemeral=True)


watchlist = app_commands.Group(
    name="watchlist",
    description="Named lists",
    default_permissions=discord.Permissions(administrator=True),
)


@watchlist.command()
async def add(interaction: Interaction, name: str, member: discord.Member | None = None) -> None:
    """Add to a list."""
    await interaction.response.send_message(f"{name} for {member.mention if member else 'all'}")


@asynccontextmanager
async def connected(sandbox: Sandbox, *, heartbeat_timeout: float = 60.0) -> AsyncGenerator[Probe]:
    """A probe that is ready; closed, and its last error raised, at the end."""
    with pointed_at(sandbox.host, sandbox.port):
        probe = Probe(heartbeat_timeout=heartbeat_timeout)
        running = asyncio.create_task(probe.start(sandbox.token))
        try:
            await sandbox.until(lambda: running.done() or sandbox.backend.gateway.connected)
            if running.done():
                running.result()
            await probe.wait_until_ready()
            yield probe
        finally:
            await probe.close()
            await asyncio.wait([running])
