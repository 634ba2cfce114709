"""A bot that uses every kind of message, component and answer, to try the page on."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import aiohttp
import discord
from discord import app_commands, ui

from sandbox.connect import NoNames, pointed_at
from tests.sandbox.browser.drawings import png
from tests.sandbox.browser.practice_views import ButtonsView, SelectsView, card

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.server import Sandbox

NOWHERE = discord.AllowedMentions.none()
PLACES = ["Lisbon", "Lima", "La Paz", "Ljubljana", "Santiago"]


class PracticeBot(discord.Client):
    """`slow_s` is how long a deferred answer takes; `seen` holds what commands were given."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=NOWHERE,
            guild_ready_timeout=0.02,
            connector=aiohttp.TCPConnector(limit=32, resolver=NoNames()),
        )
        self.tree = app_commands.CommandTree(self)
        self.slow_s = 0.3
        self.seen: list[dict[str, object]] = []
        add_commands(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Skip the five seconds that Discord asks for between two sessions."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if self.user is not None and self.user in message.mentions and not message.author.bot:
            await message.reply(f"You called, {message.author.display_name}?")


@asynccontextmanager
async def practising(sandbox: Sandbox) -> AsyncGenerator[PracticeBot]:
    """Run the bot against the sandbox for as long as the block lasts."""
    with pointed_at(sandbox.host, sandbox.port):
        async with PracticeBot() as bot:
            running = asyncio.create_task(bot.start(sandbox.token))
            ready = asyncio.create_task(_ready(bot))
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                ready.cancel()
                await running
            yield bot
            await bot.close()
            await running


async def _ready(bot: PracticeBot) -> None:
    while bot.user is None:  # noqa: ASYNC110 - discord.py offers no event for the end of the login
        await asyncio.sleep(0.005)
    await bot.wait_until_ready()


def add_commands(bot: PracticeBot) -> None:
    commands: list[app_commands.Command[Any, ..., Any]] = [say, show_card, show_embed, hide, think, ignore]
    commands += [buttons, selects, everything, place, pictures, read, alert, talk, open_case]
    for command in commands:
        bot.tree.add_command(command)
    bot.tree.add_command(Shelf())
    bot.tree.add_command(app_commands.ContextMenu(name="Quote this post", callback=quote))
    bot.tree.add_command(app_commands.ContextMenu(name="Greet", callback=greet))


def bot_of(interaction: discord.Interaction) -> PracticeBot:
    assert isinstance(interaction.client, PracticeBot)
    return interaction.client


@app_commands.command(description="Say a text in the channel")
@app_commands.describe(text="What to say")
async def say(interaction: discord.Interaction, text: str) -> None:
    await interaction.response.send_message(text.replace("\\n", "\n"))


@app_commands.command(name="card", description="Show a card with every second-version component")
async def show_card(interaction: discord.Interaction) -> None:
    files = [discord.File(io.BytesIO(png(560, 160)), "chart.png", description="Posts a day")]
    files.append(discord.File(io.BytesIO(b"account,result\n@a,found\n"), "result.csv"))
    await interaction.response.send_message(view=card(interaction.user), files=files)


@app_commands.command(name="embed", description="Show the older kind of rich message")
async def show_embed(interaction: discord.Interaction) -> None:
    text = "Credit *without* a link."
    embed = discord.Embed(title="3 new posts", url="https://example.org/a", description=text)
    embed.colour = discord.Colour(0xD97706)
    embed.add_field(name="Account", value="`@example`").add_field(name="Since", value="14:00")
    embed.add_field(name="Why", value="A name, no link.", inline=False)
    embed.set_author(name="Latin America").set_footer(text="Masthead")
    embed.set_image(url="https://example.org/elsewhere.png")
    await interaction.response.send_message("Watchlist *Latin America*: 3 posts", embed=embed)


@app_commands.command(description="Answer so that only you can see it")
async def hide(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Between us.", ephemeral=True)


@app_commands.command(description="Think before answering")
async def think(interaction: discord.Interaction) -> None:
    await interaction.response.defer(thinking=True)
    await asyncio.sleep(bot_of(interaction).slow_s)
    await interaction.edit_original_response(content="Thought about it.")


@app_commands.command(description="Never answer")
async def ignore(interaction: discord.Interaction) -> None:
    bot_of(interaction).seen.append({"command": "ignore"})


@app_commands.command(description="Show buttons of all styles")
async def buttons(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Press one:", view=ButtonsView())


@app_commands.command(description="Show selects of all kinds")
async def selects(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Choose:", view=SelectsView())


@app_commands.command(description="Take options of every type")
@app_commands.describe(
    kind="One of two",
    count="A whole number from 1 to 9",
    share="A number",
    sure="Yes or no",
    person="A member",
    where="A channel",
    role="A role",
    whom="A member or a role",
)
async def everything(
    interaction: discord.Interaction,
    kind: Literal["state", "private"],
    count: app_commands.Range[int, 1, 9],
    share: float | None = None,
    sure: bool | None = None,  # noqa: FBT001 - discord.py reads options from the signature
    person: discord.Member | None = None,
    where: discord.TextChannel | None = None,
    role: discord.Role | None = None,
    whom: discord.Member | discord.Role | None = None,
) -> None:
    given = {"kind": kind, "count": count, "share": share, "sure": sure, "person": person, "where": where}
    given |= {"role": role, "whom": whom}
    shown = ", ".join(f"{name}={value}" for name, value in given.items() if value is not None)
    await interaction.response.send_message(f"Got {shown}")


@app_commands.command(description="Name a place, with suggestions")
@app_commands.describe(name="Where", note="Anything")
async def place(interaction: discord.Interaction, name: str, note: str | None = None) -> None:
    await interaction.response.send_message(f"Place `{name}`, note `{note}`")


@place.autocomplete("name")
async def place_names(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    if current == "slow":
        await asyncio.sleep(4)
    return [
        app_commands.Choice(name=place, value=place.lower())
        for place in PLACES
        if current.lower() in place.lower()
    ]


@app_commands.command(description="Show several pictures")
async def pictures(interaction: discord.Interaction) -> None:
    files = [discord.File(io.BytesIO(png(200, 150, hue=n)), f"picture-{n}.png") for n in range(3)]
    await interaction.response.send_message("Three pictures", files=files)


@app_commands.command(description="Read a file")
@app_commands.describe(file="Any file")
async def read(interaction: discord.Interaction, file: discord.Attachment) -> None:
    await interaction.response.send_message(f"`{file.filename}` holds {file.size} bytes")


@app_commands.command(description="Alert the analysts in another channel")
async def alert(interaction: discord.Interaction) -> None:
    assert interaction.guild is not None
    channel = discord.utils.get(interaction.guild.text_channels, name="alerts")
    role = discord.utils.get(interaction.guild.roles, name="analyst")
    assert channel is not None
    assert role is not None
    await interaction.response.send_message("Sent.", ephemeral=True)
    called = discord.AllowedMentions(roles=[role])
    await channel.send(f"{role.mention} something changed", allowed_mentions=called)


@app_commands.command(description="Write you a direct message")
async def talk(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True)
    try:
        await interaction.user.send("A word in private.")
    except discord.Forbidden:
        await interaction.edit_original_response(content="You refuse direct messages.")
        return
    await interaction.edit_original_response(content="See your direct messages.")


@app_commands.command(name="open-case", description="Open a post in the forum")
@app_commands.describe(name="Title of the case")
async def open_case(interaction: discord.Interaction, name: str) -> None:
    assert interaction.guild is not None
    forum = discord.utils.get(interaction.guild.forums, name="cases")
    assert forum is not None
    await interaction.response.defer()
    tags = [tag for tag in forum.available_tags if tag.name == "open"]
    created = await forum.create_thread(name=name, content=f"Case: {name}", applied_tags=tags)
    await interaction.edit_original_response(content=f"Opened {created.thread.mention}")


class Shelf(app_commands.Group):
    """Commands with a subcommand."""

    def __init__(self) -> None:
        super().__init__(name="shelf", description="A shelf of accounts")

    @app_commands.command(description="Put an account on the shelf")
    @app_commands.describe(shelf="Which shelf", account="@account")
    async def add(self, interaction: discord.Interaction, shelf: str, account: str) -> None:
        await interaction.response.send_message(f"`{account}` is on `{shelf}`")


async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"> {message.content}", ephemeral=True)


async def greet(interaction: discord.Interaction, member: discord.Member) -> None:
    view = ui.View(timeout=None)
    await interaction.response.send_message(f"Hello, {member.mention}", view=view)
