"""The form of an analyst's word on a link, a finding or a claim."""

from __future__ import annotations

import discord

from bot.accounts import AccountRef
from bot.cards.discord_layout import notice
from bot.cards.markup import code_span
from bot.client import Masthead
from bot.errors import InputError
from bot.registry.curation.judging import LIKELIHOODS, RESPONSIBILITIES
from bot.store.held import ClaimRef
from bot.store.judgements import LINK
from cogs.anchors import member_of, read_claim, resolved
from cogs.form import Form, select_field, text_field

# What stands in the place of a verdict where an earlier word is withdrawn.
TAKE_BACK = "take back"


class JudgeForm(Form):
    """An analyst's word on a link, a finding or a claim. `about` is what was chosen in the list."""

    def __init__(self, anchor: str, about: str, *, name: str) -> None:
        self.anchor, self.about = anchor, about
        fields = [
            select_field(
                "Verdict",
                "verdict",
                (
                    ("confirm", "confirm"),
                    ("refute", "refute"),
                    ("unsure", "unsure"),
                    ("take my word back", TAKE_BACK),
                ),
            )
        ]
        if about == LINK:
            fields += [
                select_field(
                    "Likelihood, in your word",
                    "likelihood",
                    [(word, word) for word in LIKELIHOODS],
                    required=False,
                ),
                select_field(
                    "A state's responsibility",
                    "responsibility",
                    [(word, word) for word in RESPONSIBILITIES],
                    required=False,
                ),
            ]
        fields.append(text_field("Reason", "reason", long=True, limit=600))
        super().__init__(f"Judge {name}"[:45], f"judge:1:{anchor}", *fields)

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        member, curation = member_of(interaction), interaction.client.services.curation
        verdict, reason = self.typed("verdict"), self.typed("reason")
        about, _, towards = self.about.partition("|")
        thing = read_claim(self.about) if ":" in self.about else await self._account(interaction)
        if verdict == TAKE_BACK:
            back = await curation.take_back(
                member, thing, about=about, towards=towards or None, reason=reason
            )
            gone = f"Judgement {back.judgement_id} is withdrawn; the history keeps it."
            await interaction.edit_original_response(view=notice(gone))
            return
        if isinstance(thing, ClaimRef):
            made = await curation.judge_claim(member, thing, verdict=verdict, reason=reason)
        else:
            made = await curation.judge_account(
                member,
                thing,
                about=about,
                towards=towards or None,
                verdict=verdict,
                reason=reason,
                likelihood=self.typed("likelihood"),
                responsibility=self.typed("responsibility"),
            )
        said = (
            f"Judgement {made.judgement_id} is held with your name: {made.verdict}, "
            f"{code_span(reason, limit=300)}. The next check of this account here shows it."
        )
        await interaction.edit_original_response(view=notice(said))

    async def _account(self, interaction: discord.Interaction[Masthead]) -> AccountRef:
        here = await interaction.client.services.curation.seen(member_of(interaction), resolved, self.anchor)
        if here.account is None:
            raise InputError("a link is judged of an account. Check it, then judge from its card.")
        return here.account
