"""Everything behind the Evidence button: each finding with all its evidence, then sources and data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from bot.cards.items import Item, account_name, category_of, check_name, grade_of, sourced
from bot.cards.limits import units
from bot.cards.markup import discord_text, safe_url, shorten
from bot.cards.routes import routes
from bot.cards.words import ALSO_FROM, OPEN_SOURCE, PLATFORMS, RECKONING, SIGNS
from bot.checks.dossier import Dossier, Finding, Live, Reckoned, SourceNote, State
from bot.checks.weights import CAPS, QUALIFIERS
from bot.checks.wording import day, label, quoted, window

# A page stays well below Discord's 4,000 characters whatever escaping and links add to it.
PAGE_WEIGHT = 2_000
PAGE_ITEMS = 14
MAX_SENTENCE = 600
# What stands around the text of an item: separators, the time, the words of its link.
ITEM_OVERHEAD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A title and what belongs under it. Both are sentences in the dossier's markup."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page; `number` counts from 0."""

    account: str
    number: int
    of: int
    entries: tuple[Entry, ...]


def pages(dossier: Dossier) -> tuple[Page, ...]:
    """Lay the whole dossier out on pages; at least one."""
    account = dossier.account
    name = account_name(account.handle, account.platform_id, platform=account.platform)
    sheets = list(_sheets(entries(dossier)))
    return tuple(
        Page(
            account=f"{quoted(name)} on {PLATFORMS[account.platform]}",
            number=number,
            of=len(sheets),
            entries=sheet,
        )
        for number, sheet in enumerate(sheets)
    )


def entries(dossier: Dossier) -> Iterator[Entry]:
    """Yield every finding, what would change the judgement, the sources and the state of the data."""
    sources = {source.key: source for source in dossier.sources}
    for number, route in enumerate(routes(dossier.assessment.state_link.chain, sources=sources)):
        title = f"{label('chain')}: {route.start}" if number == 0 else f"{ALSO_FROM} {route.start}"
        yield Entry(title=title, items=tuple(_marked("←", hop) for hop in route.hops))
    if dossier.assessment.state_link.reckoning:
        yield Entry(title=RECKONING, items=tuple(map(_reckoned, dossier.assessment.state_link.reckoning)))
    for finding in dossier.findings:
        yield Entry(title=_title(finding), items=tuple(_items(finding, sources)))
    if dossier.assessment.would_change:
        changes = tuple(Item(text=_cut(change)) for change in dossier.assessment.would_change)
        yield Entry(title=label("would_change"), items=changes)
    if dossier.sources:
        yield Entry(title=label("sources"), items=tuple(_source(s, sources) for s in dossier.sources))
    if dossier.live is not None:
        yield from _live(dossier.live)
    held = window(dossier.posts_held, days=dossier.days, until=dossier.until, now=dossier.checked_at)
    data = f"{held}; registry {quoted(dossier.registry_version)}"
    not_run = (Item(text=_cut(dossier.assessment.not_run)),) if dossier.assessment.not_run else ()
    yield Entry(title=label("data"), items=(Item(text=data, at=dossier.checked_at), *not_run))


def _live(live: Live) -> Iterator[Entry]:
    """What the platform itself gave and what it did not; nothing where that is the whole."""
    told = [*live.said, *live.gaps, *live.remarks]
    items = [Item(text=_cut(sentence)) for sentence in told]
    if live.asked and live.looked_at is not None:
        items.insert(0, Item(text=f"{label('live.asked')} ({quoted(live.source or '')})", at=live.looked_at))
    if items:
        yield Entry(title=label("live"), items=tuple(items))


def _title(finding: Finding) -> str:
    category = category_of(finding) if finding.state is State.FOUND else None
    kind = f" · {category}" if category else ""
    return f"{SIGNS[finding.state]} {check_name(finding.check)}: {label(f'state.{finding.state}')}{kind}"


def _items(finding: Finding, sources: dict[str, SourceNote]) -> Iterator[Item]:
    # The title has said the state already; the reason alone does not say it again.
    yield Item(text=_cut(finding.reason or finding.summary))
    for evidence in finding.evidence:
        yield _marked("•", sourced(evidence, text=_cut(evidence.text), sources=sources, category=None))
    if finding.benign:
        yield Item(text=f"{label('benign')}: {_cut(finding.benign)}")
    if finding.disarm:
        yield Item(text=f"DISARM: {', '.join(quoted(code, limit=16) for code in finding.disarm)}")


def _reckoned(step: Reckoned) -> Item:
    """One number of the likelihood: what it is for, and the sum after it."""
    if step.step in QUALIFIERS:
        words, change = QUALIFIERS[step.step].reason, f"{step.value:+.2f}".replace("-", "−")
    elif step.step in CAPS:
        words, change = CAPS[step.step].reason, f"at most {step.value:.2f}"
    else:
        words, change = check_name(step.step), f"{step.value:.2f}"
    return Item(text=f"{words}: {change}, makes {step.result:.2f}")


def _marked(mark: str, item: Item) -> Item:
    return replace(item, text=f"{mark} {item.text}")


def _source(source: SourceNote, sources: dict[str, SourceNote]) -> Item:
    dates = [f"published {day(source.published_on)}"] if source.published_on else []
    dates.append(f"read {day(source.retrieved_on)}")
    origin = sources.get(source.derived_from) if source.derived_from else None
    copied = [quoted(origin.title if origin else source.derived_from)] if source.derived_from else []
    return Item(
        text=f"{quoted(source.publisher)}: {quoted(source.title, limit=120)}",
        notes=(*dates, grade_of(source.grade), *(f"copies {title}" for title in copied)),
        url=source.url,
        words=OPEN_SOURCE,
    )


def _sheets(everything: Iterator[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Fill page after page; an entry that does not fit goes on under the same title."""
    sheet: list[tuple[str, Item]] = []
    weight = 0
    for entry in everything:
        for item in entry.items:
            heavy = _weight(item) + (len(entry.title) if not sheet or sheet[-1][0] != entry.title else 0)
            if sheet and (weight + heavy > PAGE_WEIGHT or len(sheet) == PAGE_ITEMS):
                yield _gathered(sheet)
                sheet, weight = [], 0
                heavy = _weight(item) + len(entry.title)
            sheet.append((entry.title, item))
            weight += heavy
    yield _gathered(sheet)


def _gathered(sheet: list[tuple[str, Item]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(title=title, items=tuple(item for _title, item in group))
        for title, group in groupby(sheet, key=lambda pair: pair[0])
    )


def _weight(item: Item) -> int:
    """Characters of an item as Discord gets it: escapes and percent forms make it longer than its text."""
    texts = sum(units(discord_text(text)) for text in (item.text, *item.notes))
    return texts + len(safe_url(item.url or "") or "") + ITEM_OVERHEAD


def _cut(sentence: str) -> str:
    return shorten(sentence, MAX_SENTENCE)
