"""The forms of proposing: a claim, a name or a class, a dispute, showing a claim to every server."""

from __future__ import annotations

import discord

from bot.cards.words import SAYS
from bot.checks.sentences import RELATIONS
from bot.client import Masthead
from bot.errors import InputError
from bot.registry.curation.ends import NAMINGS
from bot.store.records import Relation
from cogs.anchors import ACCOUNT, ENTITY, RUN, SITE, member_of, read_claim, resolved
from cogs.form import DATE_AND_GRADE, Form, date_and_grade, select_field, text_field
from cogs.review_forms import announce

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


class ProposeForm(Form):
    """Proposes a claim about the entry or account that its anchor means."""

    def __init__(self, anchor: str) -> None:
        self.anchor = anchor
        super().__init__(
            "Propose a claim",
            f"propose:1:{anchor}",
            select_field("Relation", "relation", _relations(anchor)),
            text_field(
                "To whom (key, name, account, host), or what",
                "other",
                hint="new: Diario (outlet, PY) · 新华社 (zh-Hans, abbreviation) · SC 2025",
            ),
            text_field("Address of the source", "url", hint="https://…", limit=500),
            text_field("Date and grade", "dated", hint=DATE_AND_GRADE, required=False, limit=20),
            text_field("Note for the curators", "note", required=False, long=True, limit=600),
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
            text_field("Address of the source", "url", hint="https://…", limit=500),
            text_field("Its title", "title", required=False, limit=120),
            text_field("Date and grade", "dated", hint=DATE_AND_GRADE, required=False, limit=20),
            text_field("Note for the curators", "note", required=False, long=True, limit=600),
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
            text_field("Why it is wrong", "reason", long=True, limit=600),
            text_field("Address of a source (may stay empty)", "url", required=False, limit=500),
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


class PublishForm(Form):
    """Asks to show a claim of this server to every server."""

    def __init__(self, claim: str) -> None:
        self.claim = claim
        super().__init__(
            "Show it to every server",
            f"publish:1:{claim}",
            text_field("Why others should see it", "reason", long=True, limit=600),
        )

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        made = await interaction.client.services.curation.publish(
            member_of(interaction), read_claim(self.claim), reason=self.typed("reason")
        )
        await announce(interaction, made.proposal_id)


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
    forward = [(f"it {RELATIONS[each][0]} …", f"{each.value}>") for each in FORWARD]
    # What is said of an entity by itself stands last: 25 in all, which is what Discord takes.
    return [*both, *forward, *((f"it {SAYS[each]} …", f"{each}>") for each in NAMINGS)]
