"""/registry: look at entries, propose and dispute, decide, and read what was decided."""

from __future__ import annotations

import io
import sqlite3

import discord
from discord import app_commands
from discord.ext import commands

from bot.accounts import AccountRef, read_one
from bot.cards.discord_layout import notice, view_of
from bot.cards.markup import code_span
from bot.cards.words import SAYS
from bot.checks.wording import counted
from bot.client import Masthead
from bot.errors import InputError, MastheadError, NothingFoundError
from bot.registry.curation.audit_file import trail_lines
from bot.registry.curation.roles import Right
from bot.registry.names import NameIndex
from bot.registry.record import Record, account_record, entity_record
from bot.registry.search import Hit, search
from bot.store.names import entities_called
from bot.store.searchable import search_key
from cogs.anchors import anchor_of, claims_of, facts_of, member_of
from cogs.curating import WHICH_CLAIM, OpenEntry, Which, claim_options, show_history, show_record
from cogs.deciding import show_next
from cogs.forms import SourceForm
from cogs.review_forms import show_proposal
from cogs.suggesting import suggest_entries

HITS = 10
RELATION_CHOICES = [
    app_commands.Choice(name=f"… {words} …", value=relation) for relation, words in SAYS.items()
]
NAME = "A name, a key, an account's address or a host"


class RegistryCog(commands.GroupCog, name="Registry", group_name="registry"):
    """The team's shared memory: every fact with its source and its history."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.describe(name=NAME)
    @app_commands.autocomplete(name=suggest_entries)
    async def show(self, interaction: discord.Interaction[Masthead], name: str) -> None:
        """Show an entry: names, class, chains, accounts, sources, disputes, history."""
        await interaction.response.defer(thinking=True)
        await show_record(interaction, await _record(interaction, name))

    @app_commands.command()
    @app_commands.describe(text="A name, or what is remembered of one")
    @app_commands.autocomplete(text=suggest_entries)
    async def search(self, interaction: discord.Interaction[Masthead], text: str) -> None:
        """Find entries by name, handle or host; a mistyped name finds the nearest."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        refuse_blank(text)
        services = self._bot.services
        hits = await services.curation.seen(
            member_of(interaction), search, text, limit=HITS, names=services.names
        )
        if not hits:
            raise NothingFoundError(
                f"nothing in the registry is named like {code_span(text)}. {self._hint()}"
            )
        lines = [_hit(hit) for hit in hits]
        buttons = [OpenEntry(f"e{hit.entity.entity_id}", label=hit.entity.name) for hit in hits[:5]]
        await interaction.edit_original_response(view=notice(*lines, below=buttons))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(
        subject="Who: a key or exact name, or new: NAME (kind, COUNTRY)",
        relation="How it stands to the other",
        object="To whom: a key, exact name, address or host; or a name (es, alias), or a class: SC 2025",
    )
    @app_commands.choices(relation=RELATION_CHOICES)
    @app_commands.autocomplete(subject=suggest_entries, object=suggest_entries)
    async def propose(
        self,
        interaction: discord.Interaction[Masthead],
        subject: str,
        relation: app_commands.Choice[str],
        object: str,  # noqa: A002 - named as members see it
    ) -> None:
        """Propose a claim; a form asks for its source."""
        await interaction.response.send_modal(SourceForm(subject, relation.value, object))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(name=NAME)
    @app_commands.autocomplete(name=suggest_entries)
    async def dispute(self, interaction: discord.Interaction[Masthead], name: str) -> None:
        """Say that a claim of an entry is wrong."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        member, curation = member_of(interaction), self._bot.services.curation
        await curation.refuse_unless(member, Right.DISPUTE)
        record = await _record(interaction, name)
        anchor = anchor_of(record)
        options = await curation.seen(member, _disputable, anchor)
        if not options:
            raise InputError("the registry claims nothing of it, so there is nothing to dispute.")
        select = Which.among(options, act="dispute", anchor=anchor)
        await interaction.edit_original_response(view=notice(WHICH_CLAIM, below=[select]))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(proposal="The number of a proposal; without it the first that waits")
    async def review(
        self,
        interaction: discord.Interaction[Masthead],
        proposal: app_commands.Range[int, 1, 2**31] | None = None,
    ) -> None:
        """Look at what waits for a decision; curators accept, amend and reject."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if proposal is None:
            await show_next(interaction)
        else:
            await show_proposal(interaction, proposal)

    @app_commands.command()
    @app_commands.describe(name=NAME)
    @app_commands.autocomplete(name=suggest_entries)
    async def history(self, interaction: discord.Interaction[Masthead], name: str) -> None:
        """Read what was proposed, decided and judged about an entry, and by whom."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        record = await _record(interaction, name)
        await show_history(interaction, anchor_of(record), page=0)

    @app_commands.command()
    @app_commands.guild_only()
    async def audit(self, interaction: discord.Interaction[Masthead]) -> None:
        """Export this server's audit trail as a file that can be verified."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        entries = await self._bot.services.curation.trail(member_of(interaction))
        name = f"masthead-audit-{interaction.guild_id}.jsonl"
        file = discord.File(io.BytesIO(trail_lines(entries)), filename=name)
        last = f" The last hash is {code_span(entries[-1].hash)}: keep it elsewhere." if entries else ""
        text = discord.ui.TextDisplay[discord.ui.LayoutView](
            f"{counted(len(entries), 'entry', 'entries')}, each with a hash that covers the one before "
            f"it.{last}"
        )
        view = view_of(text, discord.ui.File[discord.ui.LayoutView](file))
        await interaction.edit_original_response(view=view, attachments=[file])

    def _hint(self) -> str:
        """Say what can be done where nothing was found."""
        if not self._bot.services.names.ready:
            return "The names are being read; until that is done, only exact beginnings are found."
        propose = self._bot.command_link("registry propose")
        return f"Try another spelling, a handle or a host, or add it with {propose}."

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Nothing is kept about who looks; what a member decided is handed out with the buttons' cog."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def _record(interaction: discord.Interaction[Masthead], name: str) -> Record:
    services = interaction.client.services
    return await services.curation.seen(member_of(interaction), find_record, name, names=services.names)


def find_record(connection: sqlite3.Connection, name: str, *, names: NameIndex | None = None) -> Record:
    """Return the entry that `name` means: a key, an account, an exact name, or the one that is like it.

    Raises InputError with what could be meant, NothingFoundError where nothing is.
    """
    refuse_blank(name)
    by_key = entity_record(connection, name.strip())
    if by_key is not None:
        return by_key
    account = _account(name)
    found = None if account is None else account_record(connection, account)
    if found is not None:
        return found
    called = entities_called(connection, name)
    keys = [entity.key for entity in called] or [
        hit.entity.key for hit in search(connection, name, limit=5, names=names)
    ]
    if len(keys) == 1:
        only = entity_record(connection, keys[0])
        if only is not None:
            return only
    if not keys:
        raise NothingFoundError(f"the registry has no entry {code_span(name)}. Try another spelling.")
    listed = ", ".join(code_span(key, limit=80) for key in keys[:5])
    raise InputError(f"{code_span(name)} could be several entries. Give one of their keys: {listed}.")


def refuse_blank(text: str) -> None:
    """Raise InputError for a text in which nothing can be read."""
    if not search_key(text):
        raise InputError(
            "nothing readable was typed. Type a name, a handle, a host or the address of an account."
        )


def _account(name: str) -> AccountRef | None:
    try:
        named = read_one(name).reference
    except MastheadError:
        return None
    return named if isinstance(named, AccountRef) else named.author


def _disputable(connection: sqlite3.Connection, anchor: str) -> list[tuple[str, str]]:
    return claim_options(claims_of(connection, anchor), facts_of(connection, anchor))


def _hit(hit: Hit) -> str:
    also = f" ({code_span(hit.name)})" if hit.name != hit.entity.name else ""
    country = f", {code_span(hit.entity.country)}" if hit.entity.country else ""
    key = code_span(hit.entity.key, limit=80)
    return f"{code_span(hit.entity.name)}{also} · {hit.entity.kind}{country} · {key}"


async def setup(bot: Masthead) -> None:
    await bot.add_cog(RegistryCog(bot))
