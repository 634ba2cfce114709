"""The forms of a review: amend, reject, undo; and the card of a proposal, where their answers are shown."""

from __future__ import annotations

import discord
from discord import ui

from bot.cards.discord_layout import notice, view_of
from bot.cards.review import proposal_container
from bot.cards.words import SAYS
from bot.client import Masthead
from bot.errors import InputError
from cogs.anchors import member_of
from cogs.form import Form, date_and_grade, select_field, text_field


class RejectForm(Form):
    """Turns a proposal down with a reason."""

    def __init__(self, proposal_id: int, *, version: int) -> None:
        self.proposal_id, self.version = proposal_id, version
        super().__init__(
            f"Reject proposal {proposal_id}",
            f"reject:1:{proposal_id}",
            text_field("Reason, for whoever proposed it", "reason", long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        await interaction.client.services.curation.reject(
            member_of(interaction), self.proposal_id, version=self.version, reason=self.typed("reason")
        )
        await show_proposal(interaction, self.proposal_id)


class UndoForm(Form):
    """Takes a decision back."""

    def __init__(self, proposal_id: int) -> None:
        self.proposal_id = proposal_id
        super().__init__(
            f"Undo the decision on proposal {proposal_id}"[:45],
            f"undo:1:{proposal_id}",
            text_field("Why", "reason", long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        await interaction.client.services.curation.undo(
            member_of(interaction), self.proposal_id, reason=self.typed("reason")
        )
        await show_proposal(interaction, self.proposal_id)


class AmendForm(Form):
    """Gives a proposal other words; a field that stays empty changes nothing."""

    def __init__(self, proposal_id: int, *, version: int) -> None:
        self.proposal_id, self.version = proposal_id, version
        relations = [(f"… {words} …", relation) for relation, words in SAYS.items()]
        super().__init__(
            f"Amend proposal {proposal_id}",
            f"amend:1:{proposal_id}",
            select_field("Relation (empty: as it is)", "relation", relations, required=False),
            text_field("Subject (empty: as it is)", "subject", required=False),
            text_field("Object (empty: as it is)", "object", required=False),
            text_field("Address of the source (empty: as it is)", "url", required=False, limit=500),
            text_field("Date and grade (empty: as they are)", "dated", required=False, limit=20),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        published_on, grade = date_and_grade(self.typed("dated"))
        said = {name: self.typed(name) for name in ("relation", "subject", "object", "url")}
        await interaction.client.services.curation.amend(
            member_of(interaction),
            self.proposal_id,
            version=self.version,
            **said,
            published_on=published_on,
            grade=grade,
        )
        await show_proposal(interaction, self.proposal_id)


async def show_proposal(interaction: discord.Interaction[Masthead], proposal_id: int) -> None:
    """Show a proposal, with what can be done about it, in the message that waits or was clicked."""
    await interaction.edit_original_response(view=await _card(interaction, proposal_id))


async def announce(interaction: discord.Interaction[Masthead], proposal_id: int) -> None:
    """Tell the member that it worked, and the channel what waits for a curator."""
    card = await _card(interaction, proposal_id)
    done = f"Proposal {proposal_id} waits for a curator. It stands in the channel below."
    await interaction.edit_original_response(view=notice(done))
    await interaction.followup.send(view=card)


async def _card(interaction: discord.Interaction[Masthead], proposal_id: int) -> ui.LayoutView:
    # The buttons open forms of this module, which is why it cannot import them while it is read.
    from cogs.deciding import buttons_for

    found = await interaction.client.services.curation.queued(member_of(interaction), proposal_id)
    if found is None:
        raise InputError(f"there is no proposal {proposal_id} here.")
    return view_of(proposal_container(found, buttons=buttons_for(found)))
