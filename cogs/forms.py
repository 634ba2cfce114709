"""The forms of curation. A form is the first answer to a click, so nothing is read before it opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.accounts import AccountRef
from bot.cards.discord_layout import notice, view_of
from bot.cards.failures import answered
from bot.cards.markup import code_span
from bot.cards.review import proposal_container
from bot.checks.sentences import RELATIONS
from bot.client import Masthead
from bot.errors import InputError
from bot.registry.curation.judging import LIKELIHOODS, RESPONSIBILITIES
from bot.store.held import ClaimRef
from bot.store.judgements import LINK
from bot.store.records import Relation
from cogs.anchors import ACCOUNT, ENTITY, RUN, SITE, member_of, read_claim, resolved

BOTH = (
    Relation.OWNS,
    Relation.CONTROLS,
    Relation.APPOINTS,
    Relation.FUNDS,
    Relation.PUBLISHES,
    Relation.LICENSES_CONTENT,
    Relation.DEVELOPS,
    Relation.HOSTS,
    Relation.MEMBER_OF,
)
FORWARD = (
    Relation.CO_PUBLISHES,
    Relation.EMPLOYS,
    Relation.REPRESENTS,
    Relation.HAS_ACCOUNT,
    Relation.HAS_SITE,
)
UPON_ACCOUNT = (Relation.HAS_ACCOUNT, Relation.OWNS, Relation.CONTROLS, Relation.APPOINTS)

DATE_AND_GRADE = "2025-03 B2: a date, a grade, either or neither"


def _text(
    label: str,
    custom_id: str,
    *,
    hint: str = "",
    required: bool = True,
    long: bool = False,
    limit: int = 300,
    value: str = "",
) -> ui.Label[Any]:
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    return ui.Label(
        text=label,
        component=ui.TextInput(
            style=style,
            custom_id=custom_id,
            placeholder=hint or None,
            required=required,
            max_length=limit,
            default=value or None,
        ),
    )


def _select(
    label: str, custom_id: str, options: Sequence[tuple[str, str]], *, required: bool = True
) -> ui.Label[Any]:
    return ui.Label(
        text=label,
        component=ui.Select(
            custom_id=custom_id,
            required=required,
            min_values=1 if required else 0,
            options=[discord.SelectOption(label=words, value=value) for words, value in options],
        ),
    )


class Form(ui.Modal):
    """A form whose failures are told to whoever filled it in."""

    def __init__(self, title: str, custom_id: str, *fields: ui.Label[Any]) -> None:
        super().__init__(title=title, custom_id=custom_id)
        for field in fields:
            self.add_item(field)

    def typed(self, custom_id: str) -> str:
        """Return what was typed or chosen in a field; "" for nothing."""
        for item in self.walk_children():
            if isinstance(item, ui.TextInput) and item.custom_id == custom_id:
                return item.value.strip()
            if isinstance(item, ui.Select) and item.custom_id == custom_id:
                return item.values[0] if item.values else ""
        return ""

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await answered(interaction, self.send(interaction))

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        """Do what the form is for."""
        raise NotImplementedError


class ProposeForm(Form):
    """Proposes a claim about the entry or account that its anchor means."""

    def __init__(self, anchor: str) -> None:
        self.anchor = anchor
        super().__init__(
            "Propose a claim",
            f"propose:1:{anchor}",
            _select("Relation", "relation", _relations(anchor)),
            _text(
                "To whom (key, name, account or host)",
                "other",
                hint="or new: Diario Ejemplo (outlet, PY)",
            ),
            _text("Address of the source", "url", hint="https://…", limit=500),
            _text("Date and grade", "dated", hint=DATE_AND_GRADE, required=False, limit=20),
            _text("Note for the curators", "note", required=False, long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        member, curation = member_of(interaction), interaction.client.services.curation
        here = await curation.seen(member, resolved, self.anchor)
        relation, forwards = self.typed("relation")[:-1], self.typed("relation").endswith(">")
        ends = (here.typed, self.typed("other")) if forwards else (self.typed("other"), here.typed)
        published_on, grade = date_and_grade(self.typed("dated"))
        if relation == Relation.HAS_ACCOUNT and self.anchor.startswith(SITE):
            relation = Relation.HAS_SITE
        made = await curation.propose(
            member,
            subject=ends[0],
            relation=relation,
            object=ends[1],
            url=self.typed("url"),
            published_on=published_on,
            grade=grade,
            note=self.typed("note"),
        )
        await announce(interaction, made.proposal_id)


class SourceForm(Form):
    """Asks for the source of a statement that was given as options of a command."""

    def __init__(self, subject: str, relation: str, object_: str) -> None:
        self.said = {"subject": subject, "relation": relation, "object": object_}
        super().__init__(
            "The source of this claim",
            "propose-source:1",
            _text("Address of the source", "url", hint="https://…", limit=500),
            _text("Its title", "title", required=False, limit=120),
            _text("Date and grade", "dated", hint=DATE_AND_GRADE, required=False, limit=20),
            _text("Note for the curators", "note", required=False, long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        published_on, grade = date_and_grade(self.typed("dated"))
        made = await interaction.client.services.curation.propose(
            member_of(interaction),
            **self.said,
            url=self.typed("url"),
            title=self.typed("title"),
            published_on=published_on,
            grade=grade,
            note=self.typed("note"),
        )
        await announce(interaction, made.proposal_id)


class DisputeForm(Form):
    """Says that a claim is wrong, and why."""

    def __init__(self, claim: str) -> None:
        self.claim = claim
        super().__init__(
            "Dispute this claim",
            f"dispute:1:{claim}",
            _text("Why it is wrong", "reason", long=True, limit=600),
            _text("Address of a source (may stay empty)", "url", required=False, limit=500),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        made = await interaction.client.services.curation.dispute(
            member_of(interaction),
            read_claim(self.claim),
            reason=self.typed("reason"),
            url=self.typed("url"),
        )
        await announce(interaction, made.proposal_id)


# What stands in the place of a verdict where an earlier word is withdrawn.
TAKE_BACK = "take back"


class JudgeForm(Form):
    """An analyst's word on a link, a finding or a claim. `about` is what was chosen in the list."""

    def __init__(self, anchor: str, about: str, *, name: str) -> None:
        self.anchor, self.about = anchor, about
        fields = [
            _select(
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
                _select(
                    "Likelihood, in your word",
                    "likelihood",
                    [(word, word) for word in LIKELIHOODS],
                    required=False,
                ),
                _select(
                    "A state's responsibility",
                    "responsibility",
                    [(word, word) for word in RESPONSIBILITIES],
                    required=False,
                ),
            ]
        fields.append(_text("Reason", "reason", long=True, limit=600))
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


class RejectForm(Form):
    """Turns a proposal down with a reason."""

    def __init__(self, proposal_id: int, *, version: int) -> None:
        self.proposal_id, self.version = proposal_id, version
        super().__init__(
            f"Reject proposal {proposal_id}",
            f"reject:1:{proposal_id}",
            _text("Reason, for whoever proposed it", "reason", long=True, limit=600),
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
            _text("Why", "reason", long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer()
        await interaction.client.services.curation.undo(
            member_of(interaction), self.proposal_id, reason=self.typed("reason")
        )
        await show_proposal(interaction, self.proposal_id)


class PublishForm(Form):
    """Asks to show a claim of this server to every server."""

    def __init__(self, claim: str) -> None:
        self.claim = claim
        super().__init__(
            "Show it to every server",
            f"publish:1:{claim}",
            _text("Why others should see it", "reason", long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        made = await interaction.client.services.curation.publish(
            member_of(interaction), read_claim(self.claim), reason=self.typed("reason")
        )
        await announce(interaction, made.proposal_id)


class AmendForm(Form):
    """Gives a proposal other words; a field that stays empty changes nothing."""

    def __init__(self, proposal_id: int, *, version: int) -> None:
        self.proposal_id, self.version = proposal_id, version
        relations = [(f"… {RELATIONS[each][0]} …", each.value) for each in Relation]
        super().__init__(
            f"Amend proposal {proposal_id}",
            f"amend:1:{proposal_id}",
            _select("Relation (empty: as it is)", "relation", relations, required=False),
            _text("Subject (empty: as it is)", "subject", required=False),
            _text("Object (empty: as it is)", "object", required=False),
            _text("Address of the source (empty: as it is)", "url", required=False, limit=500),
            _text("Date and grade (empty: as they are)", "dated", required=False, limit=20),
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


def date_and_grade(text: str) -> tuple[str, str]:
    """Split "2025-03 B2" into date and grade; either may be missing, in any order."""
    dates = [part for part in text.split() if part[:1].isdigit()]
    grades = [part for part in text.split() if not part[:1].isdigit()]
    if len(dates) > 1 or len(grades) > 1:
        raise InputError(f"{code_span(text)} is more than one date and one grade. Write {DATE_AND_GRADE}.")
    return (dates or [""])[0], (grades or [""])[0]


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


def _relations(anchor: str) -> list[tuple[str, str]]:
    if anchor[0] in {ACCOUNT, SITE, RUN}:
        return [(f"it {RELATIONS[each][1]} …", f"{each.value}<") for each in UPON_ACCOUNT]
    if anchor[0] != ENTITY:
        raise InputError("that is nothing a claim can be about.")
    both = [
        option
        for each in BOTH
        for option in (
            (f"it {RELATIONS[each][0]} …", f"{each.value}>"),
            (f"it {RELATIONS[each][1]} …", f"{each.value}<"),
        )
    ]
    return [*both, *((f"it {RELATIONS[each][0]} …", f"{each.value}>") for each in FORWARD)]
