"""A card, and the pages behind its Evidence button, as Discord components (Components V2).

V2 because it shows when the reader has embeds switched off and needs no Embed Links permission.
Everything is built as components first, so that it can be measured and tested without a client.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.cards.card import Block, Card, fitting
from bot.cards.charts import Picture
from bot.cards.items import Item
from bot.cards.limits import units
from bot.cards.markup import code_span, discord_text, discord_time, link, safe_url
from bot.cards.pages import Page
from bot.cards.words import ALSO_FROM, ASKED_POST, MORE, OPEN_ACCOUNT
from bot.checks.dossier import Dossier
from bot.checks.wording import label

# Far from every wall of Discord (4,000 characters, 40 components).
MAX_CHARACTERS = 3_600
MAX_COMPONENTS = 25
# What a team reads before lunch: an address behind words is not read. The published case of 2023, with three
# bodies in its judgement, needs so much to be told without a cut in judgement and evidence.
MAX_READ = 2_000
_ADDRESS = re.compile(r"\]\([^()\s]*\)")
# Discord's most in one row.
MAX_BUTTONS = 5

# A dark ink, as of a printed masthead. Decoration: nothing is told by colour alone.
ACCENT = discord.Colour(0x2F4858)

# What stands in a view of ours; the library's type is generic over the view.
Component: TypeAlias = "ui.Item[Any]"


def layout(
    dossier: Dossier, *, buttons: Sequence[Component] = (), picture: Picture | None = None
) -> ui.LayoutView:
    """Return the card of a dossier with `buttons` below it. Needs a running event loop.

    The file of `picture` goes along with the message under its name (`picture_file`).
    """
    return view_of(card_container(dossier, buttons=buttons, picture=picture))


def card_container(
    dossier: Dossier, *, buttons: Sequence[Component] = (), picture: Picture | None = None
) -> ui.Container[Any]:
    """Return the card as one container, as full as the budget allows."""
    drawn = fitting(dossier, lambda candidate: _fits(_container(candidate, buttons, picture)))
    return _container(drawn, buttons, picture)


def picture_file(picture: Picture) -> discord.File:
    """Return a picture as the file of a message that shows it."""
    return discord.File(io.BytesIO(picture.png), filename=picture.name, description=picture.alt)


def gallery(picture: Picture) -> ui.MediaGallery[Any]:
    """Return a picture that comes with the message, in its whole width, with its alt text."""
    return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{picture.name}", description=picture.alt))


def page_container(page: Page, *, buttons: Sequence[Component] = ()) -> ui.Container[Any]:
    """Return one page of evidence."""
    heading = f"### Evidence for {discord_text(page.account)}\n-# Page {page.number + 1} of {page.of}"
    texts = [
        "\n".join([f"**{discord_text(entry.title)}**", *(_line(item) for item in entry.items)])
        for entry in page.entries
    ]
    children: list[Component] = [ui.TextDisplay(heading), *(ui.TextDisplay(text) for text in texts)]
    return _with_buttons(children, buttons)


def notice(*lines: str, below: Sequence[Component] = ()) -> ui.LayoutView:
    """Return a short message of ours: `lines` are Discord Markdown, `below` a row of buttons or a select."""
    text: Component = ui.TextDisplay("\n".join(lines))
    return view_of(text, ui.ActionRow(*below)) if below else view_of(text)


def view_of(*components: Component) -> ui.LayoutView:
    """Return a view without a timeout: every item in it that can be clicked is dynamic."""
    view = ui.LayoutView(timeout=None)
    for component in components:
        view.add_item(component)
    return view


def _container(card: Card, buttons: Sequence[Component], picture: Picture | None) -> ui.Container[Any]:
    children: list[Component] = [
        ui.TextDisplay(_heading(card)),
        ui.TextDisplay(_judgement(card)),
        ui.Separator(),
        *_evidence(card.evidence),
        ui.TextDisplay(_labelled("against", card.against)),
        ui.Separator(),
        ui.TextDisplay(
            f"{_labelled('coordination', card.coordination)}\n{_labelled('engagement', card.engagement)}"
        ),
    ]
    if picture is not None:
        children.append(gallery(picture))
    rest = [*_listed("could_not_check", card.gaps), *_listed("would_change", card.would_change)]
    if rest:
        children.append(ui.TextDisplay("\n".join(rest)))
    children.append(ui.TextDisplay(_data(card)))
    return _with_buttons(children, [*buttons, *_link_button(OPEN_ACCOUNT, card.heading.url)])


def _link_button(words: str, url: str) -> list[ui.Button[Any]]:
    safe = safe_url(url)
    return [ui.Button(label=words, url=safe)] if safe else []


def _with_buttons(children: list[Component], buttons: Sequence[Component]) -> ui.Container[Any]:
    children += [ui.ActionRow(*row) for row in batched(buttons, MAX_BUTTONS)]
    return ui.Container(*children, accent_colour=ACCENT)


def batched(buttons: Sequence[Component], n: int) -> Iterator[Sequence[Component]]:
    """Yield rows of at most n."""
    for start in range(0, len(buttons), n):
        yield buttons[start : start + n]


def _heading(card: Card) -> str:
    head = card.heading
    facts = [code_span(head.name)] if head.name else []
    facts += [f"id {code_span(head.platform_id)}"] if head.platform_id else []
    facts += [link(ASKED_POST, head.post_url)] if head.post_url else []
    lines = [f"### {code_span(head.account)} on {head.platform}"]
    lines += [f"-# {' · '.join(facts)}"] if facts else []
    lines += [f"-# {discord_text(warning)}" for warning in head.warnings]
    return "\n".join(lines)


def _judgement(card: Card) -> str:
    lines = [f"**{discord_text(card.judgement)}**"]
    if card.confidence:
        lines.append(discord_text(card.confidence))
    for place, route in enumerate(card.chain):
        words = f"**{label('chain')}**" if place == 0 else ALSO_FROM
        lines.append(" ← ".join([f"{words} {discord_text(route.start)}", *map(_hop, route.hops)]))
    if card.chain and card.chain_more:
        lines[-1] += f" ← {MORE.format(n=card.chain_more)}"
    return "\n".join(lines)


def _hop(item: Item) -> str:
    notes = [discord_text(note) for note in item.notes]
    notes += [link(item.words, item.url)] if item.words and item.url else []
    return discord_text(item.text) + (f" ({', '.join(notes)})" if notes else "")


def _evidence(block: Block) -> Iterator[Component]:
    if not block.items:
        return
    shown = len(block.items)
    count = f" ({shown} of {shown + block.more})" if block.more else ""
    yield ui.TextDisplay(f"**{label('evidence')}**{count}")
    for place, item in enumerate(block.items, start=1):
        text = "\n".join([f"{place}\\. {discord_text(item.text)}", *_notes(item)])
        buttons = _link_button(item.words, item.url) if item.words and item.url else []
        yield ui.Section(text, accessory=buttons[0]) if buttons else ui.TextDisplay(text)


def _notes(item: Item) -> list[str]:
    notes = [discord_text(note) for note in item.notes]
    notes += [discord_time(item.at)] if item.at else []
    return [f"-# {' · '.join(notes)}"] if notes else []


def _line(item: Item) -> str:
    """An item of an evidence page: its link stands in the text, since a page has no room for buttons."""
    notes = [discord_text(note) for note in item.notes]
    notes += [discord_time(item.at)] if item.at else []
    notes += [link(item.words.lower(), item.url)] if item.words and item.url else []
    return discord_text(item.text) + (f"\n-# {' · '.join(notes)}" if notes else "")


def _labelled(key: str, sentence: str) -> str:
    return f"**{label(key)}** {discord_text(sentence)}"


def _listed(key: str, block: Block) -> list[str]:
    """Items on one line; nothing where all of them are behind the button."""
    if not block.items:
        return []
    texts = [discord_text(item.text).removesuffix(".") for item in block.items]
    texts += [MORE.format(n=block.more)] if block.more else []
    return [f"**{label(key)}** {' · '.join(texts)}"]


def _data(card: Card) -> str:
    age = f" ({discord_time(card.checked_at, style='R')})" if card.shows_age else ""
    facts = [
        f"Checked {discord_time(card.checked_at)}{age}",
        card.window,
        f"registry {code_span(card.registry_version, limit=24)}",
    ]
    facts[1:1] = [f"profile {discord_time(card.profile_at)}"] if card.profile_at else []
    if card.live:
        facts.insert(1, f"{card.live} {discord_time(card.live_at)}" if card.live_at else card.live)
    return f"-# {' · '.join(facts)}"


def _fits(container: ui.Container[Any]) -> bool:
    texts = [item.content for item in container.walk_children() if isinstance(item, ui.TextDisplay)]
    # One for the container itself.
    components = 1 + sum(1 for _ in container.walk_children())
    if sum(map(units, texts)) > MAX_CHARACTERS or components > MAX_COMPONENTS:
        return False
    return sum(map(read_length, texts)) <= MAX_READ


def read_length(text: str) -> int:
    """Return how much of a text of Discord Markdown is read."""
    return units(_ADDRESS.sub("]", text))
