"""Propose, Dispute and Judge: the buttons of a check's card and of an entry of the registry."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.ext import commands

from bot.cards.charts import neighbourhood_picture
from bot.cards.discord_layout import notice, picture_file, view_of
from bot.cards.entry import around, entry_container, held_words
from bot.cards.failures import answered
from bot.cards.items import check_name
from bot.cards.markup import clean, plain_text
from bot.cards.trail import PAGE, trail_container
from bot.checks.claims import from_account_claim, from_claim
from bot.checks.dossier import Line, State, from_json
from bot.client import Masthead
from bot.errors import InputError
from bot.registry.curation.roles import Right
from bot.registry.record import Numbered, Record, account_reference
from bot.store.checks import load_run
from bot.store.facts import Fact
from bot.store.judgements import LINK
from bot.store.records import CheckRunId, Claim
from cogs.anchors import (
    PATTERN,
    RUN,
    anchor_of,
    claims_of,
    facts_of,
    member_of,
    record_of,
    resolved,
    run_anchor,
)
from cogs.deciding import Decide, Publish
from cogs.forms import DisputeForm, ProposeForm
from cogs.judge_form import JudgeForm
from cogs.permissions import refusal

MAX_OPTIONS = 25
MAX_OPTION = 100
MAX_FACTS = 8
MAX_NEIGHBOURS = 5
MAX_BUTTON = 34
NO_CLAIMS = "The registry claims nothing of it here, so there is nothing to dispute. *Propose* adds a claim."
WHICH_CLAIM = "Which claim is wrong? It stands, marked as disputed, until a curator decides."
WHAT_TO_JUDGE = (
    "What do you judge? Your word is held with your name, the day and your reason. It never changes a claim."
)

ACTS = {"propose": "Propose", "dispute": "Dispute", "judge": "Judge"}


class Curate(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=rf"curate:1:(?P<act>propose|dispute|judge):{PATTERN}",
):
    """Opens the form of an act, or the list of what it can be about. Works after a restart."""

    def __init__(self, act: str, anchor: str) -> None:
        super().__init__(ui.Button(label=ACTS[act], custom_id=f"curate:1:{act}:{anchor}"))
        self.act, self.anchor = act, anchor

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Curate:
        return cls(match["act"], match["anchor"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._open(interaction))

    async def _open(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        if self.act == "propose":
            await interaction.response.send_modal(ProposeForm(self.anchor))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        member, curation = member_of(interaction), interaction.client.services.curation
        right = Right.DISPUTE if self.act == "dispute" else Right.JUDGE
        await curation.refuse_unless(member, right)
        options = await curation.seen(member, _options, self.act, self.anchor)
        if not options:
            await interaction.edit_original_response(view=notice(NO_CLAIMS))
            return
        words = WHICH_CLAIM if self.act == "dispute" else WHAT_TO_JUDGE
        select = Which.among(options, act=self.act, anchor=self.anchor)
        await interaction.edit_original_response(view=notice(words, below=[select]))


class Which(
    ui.DynamicItem[ui.Select[ui.LayoutView]], template=rf"curate-which:1:(?P<act>dispute|judge):{PATTERN}"
):
    """What is disputed or judged; the form follows."""

    def __init__(self, select: ui.Select[Any], *, act: str, anchor: str) -> None:
        super().__init__(select)
        self.act, self.anchor = act, anchor

    @classmethod
    def among(cls, options: list[tuple[str, str]], *, act: str, anchor: str) -> Which:
        """Return a select of (value, words)."""
        select: ui.Select[Any] = ui.Select(
            custom_id=f"curate-which:1:{act}:{anchor}",
            placeholder="Choose one",
            options=[
                discord.SelectOption(label=clean(words, limit=MAX_OPTION), value=value)
                for value, words in options[:MAX_OPTIONS]
            ],
        )
        return cls(select, act=act, anchor=anchor)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Which:
        if not isinstance(item, ui.Select):
            raise TypeError(f"{match[0]} stands on {item!r}")
        select: ui.Select[Any] = item
        return cls(select, act=match["act"], anchor=match["anchor"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._chosen(interaction))

    async def _chosen(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        chosen: str = self.item.values[0]
        if self.act == "dispute":
            await interaction.response.send_modal(DisputeForm(chosen))
            return
        about = chosen.partition("|")[0]
        name = "the link" if about == LINK else "a claim" if ":" in about else plain_text(check_name(about))
        await interaction.response.send_modal(JudgeForm(self.anchor, chosen, name=name))


class OpenEntry(ui.DynamicItem[ui.Button[ui.LayoutView]], template=rf"entry:1:{PATTERN}"):
    """Opens another entry of the registry."""

    def __init__(self, anchor: str, *, label: str = "Open") -> None:
        super().__init__(ui.Button(label=clean(label, limit=MAX_BUTTON), custom_id=f"entry:1:{anchor}"))
        self.anchor = anchor

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> OpenEntry:
        return cls(match["anchor"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._open(interaction))

    async def _open(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        record = await interaction.client.services.curation.seen(
            member_of(interaction), record_of, self.anchor
        )
        if record is None:
            raise InputError("the registry claims nothing of it any more.")
        await show_record(interaction, record)


class OpenHistory(
    ui.DynamicItem[ui.Button[ui.LayoutView]], template=rf"trail:1:{PATTERN}:(?P<page>[0-9]{{1,4}})"
):
    """Opens a page of what was decided about an entry."""

    def __init__(self, anchor: str, *, page: int = 0, label: str = "History") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"trail:1:{anchor}:{page}"))
        self.anchor, self.page = anchor, page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> OpenHistory:
        return cls(match["anchor"], page=int(match["page"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._open(interaction))

    async def _open(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_history(interaction, self.anchor, page=self.page)


def card_buttons(run_id: CheckRunId) -> list[Curate]:
    """Return what a check's card offers."""
    anchor = run_anchor(run_id)
    return [Curate("judge", anchor), Curate("propose", anchor), Curate("dispute", anchor)]


async def show_record(interaction: discord.Interaction[Masthead], record: Record) -> None:
    """Show an entry in the answer that waits, with its picture where files may go along."""
    anchor = anchor_of(record)
    buttons: list[Any] = [*(Curate(act, anchor) for act in ACTS), OpenHistory(anchor)]
    buttons += [
        OpenEntry(f"e{each.entity_id}", label=each.name) for each in record.neighbours[:MAX_NEIGHBOURS]
    ]
    allowed = interaction.guild_id is None or interaction.app_permissions.attach_files
    picture = neighbourhood_picture(around(record)) if allowed else None
    card = entry_container(record, buttons=buttons, picture=picture)
    files = [picture_file(picture)] if picture else []
    await interaction.edit_original_response(view=view_of(card), attachments=files)


async def show_history(interaction: discord.Interaction[Masthead], anchor: str, *, page: int) -> None:
    """Show a page of the history of an entry in the answer that waits."""
    member, curation = member_of(interaction), interaction.client.services.curation
    here = await curation.seen(member, resolved, anchor)
    ref = f"entity:{here.key}" if here.account is None else account_reference(here.account)
    found = await curation.history(member, ref, limit=PAGE + 1, offset=page * PAGE)
    turns: list[OpenHistory] = []
    if page:
        turns.append(OpenHistory(anchor, page=page - 1, label="Newer"))
    if len(found) > PAGE:
        turns.append(OpenHistory(anchor, page=page + 1, label="Older"))
    card = trail_container(here.name, found[:PAGE], page=page, buttons=turns)
    await interaction.edit_original_response(view=view_of(card))


def _options(connection: sqlite3.Connection, act: str, anchor: str) -> list[tuple[str, str]]:
    """Return (value, words) of what can be disputed or judged."""
    options: list[tuple[str, str]] = []
    if act == "judge" and anchor.startswith(RUN):
        raw = load_run(connection, CheckRunId(int(anchor[1:])))
        if raw is None:
            raise InputError("this check is no longer held. Run it again, then judge.")
        options.append((LINK, "the link as a whole"))
        told = {
            f"{finding.check}|{finding.towards or ''}"[:MAX_OPTION]: finding
            for finding in from_json(raw).findings
            if finding.state is State.FOUND and finding.line is Line.STATE_LINK and finding.check != "analyst"
        }
        options += [
            (value, f"{check_name(finding.check)}: {finding.summary}") for value, finding in told.items()
        ]
    options = [(value, plain_text(words)) for value, words in options]
    return [*options, *claim_options(claims_of(connection, anchor), facts_of(connection, anchor))]


def claim_options(claims: Sequence[Numbered], facts: Sequence[Fact] = ()) -> list[tuple[str, str]]:
    """Return (value, words) of claims, names and classes, the words short enough to tell them apart.

    Where there are more than a list takes, names and classes still have places of their own.
    """
    said = [(str(each.ref), plain_text(held_words(each))) for each in facts[:MAX_FACTS]]
    return [*_claim_options(claims)[: MAX_OPTIONS - len(said) - 1], *said]


def _claim_options(claims: Sequence[Numbered]) -> list[tuple[str, str]]:
    options: list[tuple[str, str]] = []
    for each in claims:
        claim = each.claim
        said = from_claim(claim) if isinstance(claim, Claim) else from_account_claim(claim)
        options.append((str(each.ref), f"{plain_text(said.text)} {claim.grade}"))
    return options


class CuratingCog(commands.Cog, name="Curating"):
    """Keeps the buttons of curation working on every message ever posted."""

    ITEMS = (Curate, Which, OpenEntry, OpenHistory, Decide, Publish)

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(*self.ITEMS)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(*self.ITEMS)

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Return what a member proposed, decided and judged."""
        acts = await self._bot.services.curation.acts_of(str(member_id))
        return (
            {"acts": [{"at_ms": at, "act": act, "about": subject} for at, act, subject in acts]}
            if acts
            else {}
        )

    async def forget_member(self, member_id: int) -> int:
        """Take a member's name out of what they decided; the decisions stay, by "a former member"."""
        return await self._bot.services.curation.forget(str(member_id))


async def setup(bot: Masthead) -> None:
    await bot.add_cog(CuratingCog(bot))
