"""/doctor: what the bot lacks here, how watching stands, and what could not be delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.discord_layout import notice
from bot.cards.markup import code_span, discord_text, discord_time
from bot.checks.wording import counted
from bot.client import NEEDED_PERMISSIONS, Masthead, invite_url
from bot.doctor import sweeps
from bot.watch.service import WatchState
from bot.watch.stream_words import is_well, stream_words

SHOWN = 5


class DoctorCog(commands.Cog, name="Doctor"):
    """What is missing here, and how to mend it."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def doctor(self, interaction: discord.Interaction[Masthead]) -> None:
        """Show what the bot lacks here and which alerts could not be delivered."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        state = await self._bot.services.watch.state(guild_id=interaction.guild_id)
        lines = [
            "### Diagnosis",
            *self._rights(interaction),
            *self._parts(),
            *watching_lines(state),
            *self._sweeps(),
        ]
        await interaction.edit_original_response(view=notice(*lines))

    def _rights(self, interaction: discord.Interaction[Masthead]) -> Iterator[str]:
        missing = discord.Permissions(NEEDED_PERMISSIONS.value & ~interaction.app_permissions.value)
        # The library calls View Channel by its old name.
        names = [
            name.replace("read_messages", "view_channel").replace("_", " ").title()
            for name, on in missing
            if on
        ]
        if not names:
            yield "● I have every permission that I need in this channel."
            return
        yield f"? I lack **{', '.join(names)}** in this channel."
        if self._bot.application_id is not None:
            invitation = invite_url(self._bot.application_id)
            yield f"-# An administrator can give them, or [invite me anew]({invitation})."

    def _parts(self) -> Iterator[str]:
        if self._bot.broken:
            broken = ", ".join(code_span(name) for name in self._bot.broken)
            yield f"? These parts could not be loaded: {broken}. The log says why."

    def _sweeps(self) -> Iterator[str]:
        for each in sweeps(self._bot.services.config.network):
            # Spark missing where nobody asked for it is no news to a server.
            if each.ok or not each.optional or each.what == "sweeps":
                yield f"{'●' if each.ok else '?'} {each.what.capitalize()}: {each.found}."
                if each.remedy:
                    yield f"-# {each.remedy}"

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who asks."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


def watching_lines(state: WatchState) -> Iterator[str]:
    """Yield how watching stands, as Discord Markdown of ours."""
    looks, outbox = state.looks, state.outbox
    now = datetime.now(UTC)
    for each in state.streams:
        sign = "●" if is_well(each, now=now) else "?"
        yield f"{sign} Stream {code_span(each.name)}: {discord_text(stream_words(each, now=now), limit=400)}"
    if looks.accounts == 0:
        yield "○ No account is watched. /watchlist create begins."
        return
    last = discord_time(looks.last_look, style="R") if looks.last_look else "never"
    yield f"● {counted(looks.accounts, 'account')} watched on all servers, last look {last}"
    if looks.parked or looks.failing:
        yield (
            f"? {counted(looks.parked, 'account')} parked, {looks.failing} failing. "
            "/watchlist show says why, /watchlist resume looks again."
        )
    if outbox.open:
        since = discord_time(outbox.oldest, style="R") if outbox.oldest else ""
        yield f"◔ {counted(outbox.open, 'message')} on the way, {outbox.retrying} tried again, oldest {since}"
    else:
        yield "● Every alert of this server was delivered or given up."
    if not state.dead:
        yield "● No dead letters."
        return
    yield f"? {counted(outbox.dead, 'dead letter')} in the last 7 days"
    for letter in state.dead[:SHOWN]:
        kind, _, number = letter.place.partition(":")
        place = {"channel": f"<#{number}>", "owner": "the owner"}.get(kind, "a member")
        code = f"code {letter.code}, " if letter.code else ""
        of_list = f"{code_span(letter.list_name)} to " if letter.list_name else "to "
        reason = code_span(letter.error, limit=80)
        yield f"-# {of_list}{place} {discord_time(letter.failed_at, style='R')}: {code}{reason}"


async def setup(bot: Masthead) -> None:
    await bot.add_cog(DoctorCog(bot))
