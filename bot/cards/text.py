"""A card, and all its evidence, for a terminal: styled, or as plain text of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bot.cards.card import Block, Card, card
from bot.cards.items import Item, account_name
from bot.cards.markup import clean, parts, safe_url, text_time
from bot.cards.pages import entries
from bot.cards.words import ALSO_FROM, MORE, PLATFORMS
from bot.checks.dossier import Dossier
from bot.checks.wording import label, quoted

# What strangers wrote stands out from what we say about it.
THEIRS = "cyan"
NOTE = "dim"
INDENT = 2


class Ragged:
    """Lines without the spaces that rich fills them up with, which travel along when a card is copied."""

    def __init__(self, inside: RenderableType) -> None:
        self._inside = inside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self._inside, options, pad=False):
            while line and not line[-1].text.strip():
                line.pop()
            yield from line[:-1]
            if line:
                yield Segment(line[-1].text.rstrip(), line[-1].style)
            yield Segment.line()


def text_card(dossier: Dossier, *, width: int = 100) -> str:
    """Return the card as plain text. Addresses are never broken: their lines may exceed `width`."""
    return _plain(rich_card(dossier), width=width)


def text_evidence(dossier: Dossier, *, width: int = 100) -> str:
    """Return everything behind the card as plain text."""
    return _plain(rich_evidence(dossier), width=width)


def rich_card(dossier: Dossier) -> RenderableType:
    """Return the card for a rich console."""
    return Ragged(Group(*_card(card(dossier))))


def rich_evidence(dossier: Dossier) -> RenderableType:
    """Return all findings, sources and data for a rich console."""
    account = dossier.account
    name = account_name(account.handle, account.platform_id, platform=account.platform)
    title = f"{label('evidence')}: {quoted(name)} on {PLATFORMS[account.platform]}"
    return Ragged(Group(styled(title, style="bold"), *_entries(dossier)))


def styled(sentence: str, *, style: str = "") -> Text:
    """Return a sentence with strangers' parts coloured, and in quotation marks where they hold a space."""
    text = Text(style=style)
    for part, theirs in parts(sentence):
        if theirs:
            shown = clean(part, limit=240)
            text.append(f"“{shown}”" if " " in shown else shown, style=THEIRS)
        else:
            text.append(part)
    return text


def _card(drawn: Card) -> Iterator[RenderableType]:
    yield _heading(drawn)
    yield Text()
    yield styled(drawn.judgement, style="bold")
    if drawn.confidence:
        yield styled(drawn.confidence)
    if drawn.chain:
        yield from _section("chain", _chain(drawn))
    if drawn.evidence.items:
        yield from _section("evidence", _items(drawn.evidence, numbered=True))
    for key, sentence in (
        ("against", drawn.against),
        ("coordination", drawn.coordination),
        ("engagement", drawn.engagement),
    ):
        yield from _section(key, [styled(sentence)])
    if drawn.gaps.items:
        yield from _section("could_not_check", _items(drawn.gaps))
    if drawn.would_change.items:
        yield from _section("would_change", _items(drawn.would_change))
    yield Text()
    yield _data(drawn)


def _heading(drawn: Card) -> RenderableType:
    head = drawn.heading
    title = styled(f"{quoted(head.account)} on {head.platform}", style="bold")
    facts = [quoted(head.name)] if head.name else []
    facts += [f"id {quoted(head.platform_id)}"] if head.platform_id else []
    lines: list[RenderableType] = [title, *([styled(" · ".join(facts))] if facts else [])]
    lines += [_address(url) for url in (head.url, head.post_url) if url]
    lines += [styled(warning, style="yellow") for warning in head.warnings]
    return Group(*lines)


def _section(key: str, body: Iterable[RenderableType]) -> Iterator[RenderableType]:
    yield Text()
    yield Text(label(key), style="bold")
    for part in body:
        yield Padding(part, (0, 0, 0, INDENT))


def _chain(drawn: Card) -> Iterator[RenderableType]:
    for number, route in enumerate(drawn.chain):
        yield styled(route.start if number == 0 else f"{ALSO_FROM} {route.start}")
        for hop in route.hops:
            line = styled(f"← {hop.text}")
            line.append_text(styled(f" ({', '.join(hop.notes)})", style=NOTE))
            yield line
            if hop.url:
                yield Padding(_address(hop.url), (0, 0, 0, INDENT))
    if drawn.chain_more:
        yield Text(MORE.format(n=drawn.chain_more), style=NOTE)


def _items(block: Block, *, numbered: bool = False) -> Iterator[RenderableType]:
    # A grid keeps the lines of an item in a column of their own, right of its mark.
    grid = Table.grid(padding=(0, 1, 0, 0))
    for number, item in enumerate(block.items, start=1):
        grid.add_row(f"{number}." if numbered else "-", Group(*_lines(item)))
    if block.more:
        grid.add_row("", Text(MORE.format(n=block.more), style=NOTE))
    yield grid


def _lines(item: Item) -> Iterator[RenderableType]:
    yield styled(item.text)
    notes = [*item.notes, *([text_time(item.at)] if item.at else [])]
    if notes:
        yield styled(" · ".join(notes), style=NOTE)
    if item.url:
        yield _address(item.url)


def _address(url: str) -> Text:
    """An address on a line of its own, whole, so that it can be copied; nothing where it is unfit."""
    return Text(safe_url(url) or "", style=NOTE, no_wrap=True, overflow="ignore")


def _data(drawn: Card) -> Text:
    facts = [f"Checked {text_time(drawn.checked_at)}"]
    if drawn.live:
        facts.append(f"{drawn.live} {text_time(drawn.live_at)}" if drawn.live_at else drawn.live)
    facts += [f"profile of {text_time(drawn.profile_at)}"] if drawn.profile_at else []
    facts += [drawn.window]
    facts += [f"registry {quoted(drawn.registry_version, limit=24)}"]
    return styled(" · ".join(facts), style=NOTE)


def _entries(dossier: Dossier) -> Iterator[RenderableType]:
    for entry in entries(dossier):
        yield Text()
        yield styled(entry.title, style="bold")
        for item in entry.items:
            text, *details = _lines(item)
            yield Padding(text, (0, 0, 0, INDENT))
            yield from (Padding(detail, (0, 0, 0, 2 * INDENT)) for detail in details)


def _plain(renderable: RenderableType, *, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, no_color=True, force_terminal=False, highlight=False).print(
        renderable, end=""
    )
    return out.getvalue()
