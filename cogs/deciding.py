"""The buttons of a proposal: accept, amend, reject, withdraw, undo, show to every server, next."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.cards.discord_layout import notice
from bot.cards.failures import answered
from bot.client import Masthead
from bot.registry.curation.queue import Queued
from bot.store.proposals import ProposalAct, ProposalState
from cogs.anchors import member_of
from cogs.forms import PublishForm
from cogs.permissions import refusal
from cogs.review_forms import AmendForm, RejectForm, UndoForm, show_proposal

LOOKS = {
    "accept": ("Accept", discord.ButtonStyle.success),
    "amend": ("Amend", discord.ButtonStyle.secondary),
    "reject": ("Reject", discord.ButtonStyle.danger),
    "withdraw": ("Withdraw", discord.ButtonStyle.secondary),
    "undo": ("Undo the decision", discord.ButtonStyle.secondary),
    "next": ("Next proposal", discord.ButtonStyle.secondary),
}
EMPTY = "No proposal waits for a decision here."


class Decide(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=(
        r"review:1:(?P<number>[0-9]{1,12}):(?P<version>[0-9]{1,6})"
        r":(?P<act>accept|amend|reject|withdraw|undo|next)"
    ),
):
    """One act on one proposal, as it was worded when the button was drawn."""

    def __init__(self, number: int, *, version: int, act: str) -> None:
        label, style = LOOKS[act]
        super().__init__(ui.Button(label=label, style=style, custom_id=f"review:1:{number}:{version}:{act}"))
        self.number, self.version, self.act = number, version, act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Decide:
        return cls(int(match["number"]), version=int(match["version"]), act=match["act"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._decide(interaction))

    async def _decide(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        match self.act:
            case "amend":
                await interaction.response.send_modal(AmendForm(self.number, version=self.version))
            case "reject":
                await interaction.response.send_modal(RejectForm(self.number, version=self.version))
            case "undo":
                await interaction.response.send_modal(UndoForm(self.number))
            case "next":
                await interaction.response.defer(ephemeral=True, thinking=True)
                await show_next(interaction, after=self.number)
            case _:
                await self._at_once(interaction)

    async def _at_once(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        member, curation = member_of(interaction), interaction.client.services.curation
        if self.act == "withdraw":
            await curation.withdraw(member, self.number)
        else:
            await curation.accept(member, self.number, version=self.version)
        await show_proposal(interaction, self.number)


class Publish(
    ui.DynamicItem[ui.Button[ui.LayoutView]],
    template=r"publish-claim:1:(?P<claim>(?:claim|account_claim|domain_claim|entity_name|typology):[0-9]{1,18})",
):
    """Asks to show a claim of this server to every server."""

    def __init__(self, claim: str) -> None:
        super().__init__(ui.Button(label="Show to every server", custom_id=f"publish-claim:1:{claim}"))
        self.claim = claim

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Publish:
        return cls(match["claim"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._open(interaction))

    async def _open(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.send_modal(PublishForm(self.claim))


def buttons_for(queued: Queued) -> list[Decide | Publish]:
    """Return what can be done about a proposal in its state; who may is asked at the click."""
    found = queued.proposal
    number, version = found.proposal_id, found.version
    acts: list[Decide | Publish] = []
    if found.state is ProposalState.OPEN:
        acts.append(Decide(number, version=version, act="accept"))
        if found.act is ProposalAct.ADD:
            acts.append(Decide(number, version=version, act="amend"))
        acts.append(Decide(number, version=version, act="reject"))
        acts.append(Decide(number, version=version, act="withdraw"))
    elif found.state is not ProposalState.WITHDRAWN:
        acts.append(Decide(number, version=version, act="undo"))
        if found.state is ProposalState.ACCEPTED and found.act is ProposalAct.ADD and found.claim is not None:
            acts.append(Publish(str(found.claim)))
    if queued.waiting > (1 if queued.place else 0):
        acts.append(Decide(number, version=version, act="next"))
    return acts


async def show_next(interaction: discord.Interaction[Masthead], *, after: int = 0) -> None:
    """Show the proposal that waits after this one, from the beginning again behind the last."""
    waiting = await interaction.client.services.curation.queue(member_of(interaction))
    if not waiting:
        await interaction.edit_original_response(view=notice(EMPTY))
        return
    following = next((number for number in waiting if number > after), waiting[0])
    await show_proposal(interaction, following)
