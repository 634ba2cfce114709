"""A proposal as a card: what it says, who says so and where, what stands against it, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.cards.discord_layout import ACCENT, Component, batched
from bot.cards.entry import held_line
from bot.cards.markup import code_span, discord_time, link
from bot.cards.words import NAME_KINDS, PLATFORMS, SAYS, SOURCE
from bot.checks.sentences import TYPOLOGIES
from bot.checks.wording import day
from bot.registry.curation.ends import AccountEnd, ClassEnd, End, EntityEnd, NameEnd, SiteEnd
from bot.registry.curation.queue import Held, Queued
from bot.registry.curation.statements import Statement
from bot.store.proposals import ProposalAct, ProposalState

TITLES = {
    ProposalAct.ADD: "to add a claim",
    ProposalAct.RETRACT: "to take a claim out",
    ProposalAct.PUBLISH: "to show a claim to every server",
}
SHOWN = 4


def proposal_container(queued: Queued, *, buttons: Sequence[Component] = ()) -> ui.Container[Any]:
    """Return the card of a proposal. Needs a running event loop."""
    texts = [_heading(queued), _said(queued), *_beside(queued), _state(queued)]
    children: list[Component] = [ui.TextDisplay(text) for text in texts if text]
    children += [ui.ActionRow(*row) for row in batched(buttons, 5)]
    return ui.Container(*children, accent_colour=ACCENT)


def statement_words(statement: Statement) -> str:
    """Return a statement as one sentence of Discord Markdown."""
    return f"{_end(statement.subject)} {SAYS[statement.relation]} {_end(statement.object)}"


def _heading(queued: Queued) -> str:
    found = queued.proposal
    place = f" · {queued.place} of {queued.waiting} that wait" if queued.place else ""
    by = f"by {code_span(found.made_by.shown)} {discord_time(found.made_at)}"
    return f"### Proposal {found.proposal_id} {TITLES[found.act]}\n-# {by}{place}"


def _said(queued: Queued) -> str:
    lines: list[str] = []
    statement = queued.statement
    if statement is not None:
        lines.append(f"**{statement_words(statement)}**")
        facts = [link(SOURCE, statement.url), code_span(statement.title, limit=80)]
        facts += [day(statement.published_on)] if statement.published_on else []
        lines.append(f"{' · '.join([*facts, f'grade {statement.grade}'])}")
    elif queued.claim is not None:
        lines.append(held_line(queued.claim))
    else:
        lines.append("The claim is not seen from here any more.")
    found = queued.proposal
    if found.reason:
        word = "Note" if found.act is ProposalAct.ADD else "Reason"
        lines.append(f"**{word}** {code_span(found.reason, limit=400)}")
    if found.url and statement is None:
        lines.append(link(SOURCE, found.url))
    if found.worded_by.actor_id != found.made_by.actor_id:
        lines.append(f"-# As amended by {code_span(found.worded_by.shown)}")
    return "\n".join(lines)


def _beside(queued: Queued) -> list[str]:
    if queued.statement is None:
        return []
    lines: list[str] = []
    if queued.against:
        lines += [
            "**Sources disagree.** Accepted, both stand side by side:",
            *_listed(queued.against),
        ]
    if queued.same:
        lines += ["**Others say the same:**", *_listed(queued.same)]
    if not lines:
        lines.append("-# Nothing held says the same or contradicts it.")
    return ["\n".join(lines)]


def _listed(claims: Sequence[Held]) -> list[str]:
    more = [f"-# {len(claims) - SHOWN} more"] if len(claims) > SHOWN else []
    return [*(held_line(claim) for claim in claims[:SHOWN]), *more]


def _state(queued: Queued) -> str:
    found = queued.proposal
    if found.state is ProposalState.OPEN:
        return ""
    by = f" by {code_span(found.decided_by.shown)}" if found.decided_by else ""
    when = f" {discord_time(found.decided_at)}" if found.decided_at else ""
    why = f": {code_span(found.decision, limit=300)}" if found.decision else ""
    return f"**{found.state.capitalize()}**{by}{when}{why}"


def _end(end: End) -> str:
    match end:
        case EntityEnd() if end.new:
            facts = ", ".join(part for part in ("new", end.kind, end.country) if part)
            return f"{code_span(end.name)} ({facts})"
        case EntityEnd():
            return code_span(end.name)
        case AccountEnd():
            name = f"@{end.handle}" if end.handle else end.platform_id or ""
            return f"{code_span(name)} on {PLATFORMS[end.platform]}"
        case SiteEnd():
            return code_span(end.host)
        case NameEnd():
            facts = ", ".join(filter(None, (NAME_KINDS[end.kind], end.language)))
            return f"{code_span(end.name)} ({facts})"
        case ClassEnd():
            return f"{TYPOLOGIES[end.code]} in the edition {code_span(end.edition)}"
