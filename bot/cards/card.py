"""A dossier as a card: what is said, in which order, and what is left out. No layout.

The order is that of docs/methods.md: judgement, confidence, chain, the three strongest pieces of
evidence, the strongest point against, coordination, engagement, what could not be checked, what would
change the judgement, and how old the data are. All texts are sentences in the dossier's markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, zip_longest

from bot.cards.items import Item, account_name, category_of, check_name, sourced
from bot.cards.markup import shorten
from bot.cards.routes import Route, routes, shortened
from bot.cards.words import PLATFORMS
from bot.checks.dossier import Dossier, Evidence, Finding, Line, SourceNote, State
from bot.checks.wording import label, window

EVIDENCE_SHOWN = 3
CHAIN_CHECK = "ownership_chain"
ANALYSTS = "analyst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Items under one label; `more` counts those that were left out."""

    items: tuple[Item, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which account the card is about: always its platform, and its lasting id where one is known."""

    account: str
    platform: str
    platform_id: str | None
    name: str | None
    url: str
    post_url: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What people read of a dossier; `chain_more` counts the hops that were left out."""

    heading: Heading
    judgement: str
    confidence: str | None
    chain: tuple[Route, ...]
    chain_more: int
    evidence: Block
    against: str
    coordination: str
    engagement: str
    gaps: Block
    would_change: Block
    checked_at: datetime
    # Whom we asked for live data and what came of it, in words; None where nobody was asked.
    live: str | None
    live_at: datetime | None
    shows_age: bool
    profile_at: datetime | None
    window: str
    registry_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a card may say.

    `judgement`, `piece` (of evidence) and `sentence` (any other) are characters, the rest are counts.
    """

    judgement: int = 700
    piece: int = 600
    sentence: int = 600
    evidence: int = EVIDENCE_SHOWN
    hops: int = 12
    gaps: int = 8
    changes: int = 4
    # Whether the time of the check is followed by its age.
    age: bool = True


# From roomy to tight. What goes first is what decides least and one click brings back: wishes, the tail of
# long sentences, gaps with other reasons. Evidence, the chain and the judgement itself go last.
STEPS = (
    Limits(),
    Limits(changes=1),
    Limits(changes=1, gaps=3, sentence=300),
    Limits(changes=0, gaps=2, sentence=240, piece=300),
    *(
        Limits(changes=0, gaps=1, age=False, sentence=sentence, evidence=evidence, piece=piece, hops=hops)
        for evidence, piece, hops, sentence in (
            (3, 260, 8, 180),
            (3, 260, 6, 150),
            (3, 220, 5, 150),
            (2, 260, 6, 150),
            (2, 220, 5, 150),
            (2, 200, 4, 150),
            (2, 160, 3, 150),
            (2, 160, 2, 150),
            (1, 200, 4, 150),
            (1, 200, 3, 140),
            (1, 200, 2, 140),
            (1, 160, 2, 140),
        )
    ),
    Limits(changes=0, gaps=1, age=False, sentence=140, evidence=1, piece=160, hops=2, judgement=500),
    Limits(changes=0, gaps=1, age=False, sentence=120, evidence=1, piece=120, hops=2, judgement=350),
    Limits(changes=0, gaps=1, age=False, sentence=90, evidence=1, piece=90, hops=0, judgement=200),
)


def card(dossier: Dossier, *, limits: Limits = STEPS[0]) -> Card:
    """Draw up the card of a dossier within `limits`."""
    assessment = dossier.assessment
    sources = {source.key: source for source in dossier.sources}
    chain, chain_more = shortened(routes(assessment.state_link.chain, sources=sources), limits.hops)
    # What the chain shows, hop by hop and with its sources, is not said again below it.
    # Nor what analysts said of the link: it stands in the judgement.
    findings = [f for f in dossier.findings if f.check != ANALYSTS and not (chain and f.check == CHAIN_CHECK)]
    return Card(
        heading=_heading(dossier, limits),
        judgement=shorten(assessment.state_link.sentence, limits.judgement),
        confidence=_short(assessment.state_link.confidence, limits),
        chain=chain,
        chain_more=chain_more,
        evidence=_evidence(
            findings, judgement=assessment.state_link.sentence, sources=sources, limits=limits
        ),
        against=shorten(assessment.against, limits.sentence),
        coordination=shorten(assessment.coordination.sentence, limits.sentence),
        engagement=shorten(assessment.engagement.sentence, limits.sentence),
        gaps=_gaps(dossier, limits),
        would_change=_block(assessment.would_change, shown=limits.changes, limits=limits),
        checked_at=dossier.checked_at,
        live=_live(dossier),
        live_at=dossier.live.looked_at if dossier.live else None,
        shows_age=limits.age,
        profile_at=dossier.snapshot.taken_at if dossier.snapshot else None,
        window=window(dossier.posts_held, days=dossier.days, until=dossier.until, now=dossier.checked_at),
        registry_version=dossier.registry_version,
    )


def fitting(dossier: Dossier, fits: Callable[[Card], bool]) -> Card:
    """Return the fullest card that `fits`; the tightest there is when none does."""
    cards: Iterator[Card] = (card(dossier, limits=limits) for limits in STEPS)
    last = next(cards)
    while not fits(last):
        tighter = next(cards, None)
        if tighter is None:
            break
        last = tighter
    return last


def _heading(dossier: Dossier, limits: Limits) -> Heading:
    account = dossier.account
    return Heading(
        account=account_name(account.handle, account.platform_id, platform=account.platform),
        platform=PLATFORMS[account.platform],
        platform_id=account.platform_id,
        name=account.name,
        url=account.url,
        post_url=account.post_url,
        warnings=tuple(shorten(warning, limits.sentence) for warning in account.warnings[:2]),
    )


def _evidence(
    findings: Iterable[Finding], *, judgement: str, sources: Mapping[str, SourceNote], limits: Limits
) -> Block:
    """The strongest pieces for a link, the best of each finding first: one kind must not fill the card."""
    linking = [f for f in findings if f.state is State.FOUND and f.line is Line.STATE_LINK]
    found = [finding for finding in linking if (finding.weight or 0) >= 0]
    found.sort(key=lambda finding: -(finding.weight or 0))
    ranks = zip_longest(*(list(_pieces(finding, judgement, sources)) for finding in found))
    pieces = [piece for rank in ranks for piece in rank if piece is not None]
    shown = tuple(_shortened(piece, limits) for piece in pieces[: limits.evidence])
    return Block(items=shown, more=len(pieces) - len(shown))


def _pieces(finding: Finding, judgement: str, sources: Mapping[str, SourceNote]) -> Iterator[Item]:
    """The finding itself with its first source, then the rest of its evidence.

    Where the judgement is the finding's own sentence, its first evidence speaks instead. Further claims of
    a source that was named add nothing; posts, which have addresses of their own, do.
    """
    category = category_of(finding)
    first, *rest = finding.evidence or (Evidence(text=""),)
    told = first.text and finding.summary.removesuffix(".") in judgement
    yield sourced(first, text=first.text if told else finding.summary, sources=sources, category=category)
    named = {first.source}
    for evidence in rest:
        if evidence.source is None or evidence.source not in named:
            named.add(evidence.source)
            yield sourced(evidence, text=evidence.text, sources=sources, category=category)


def _live(dossier: Dossier) -> str | None:
    """Whom we asked, and whether more is coming; when that was, stands beside it."""
    live = dossier.live
    if live is None or not live.asked:
        return None
    name = PLATFORMS[dossier.account.platform].removeprefix("the ")
    if not live.complete:
        return f"{name} {label('live.pending')}"
    return f"{name} {label('live.asked')}" if live.looked_at else None


def _gaps(dossier: Dossier, limits: Limits) -> Block:
    """What could not be had or checked and what had too little data, checks with the same reason together.

    Why nobody was asked for live data matters most where nothing is held. What live data leave out by their
    nature comes last.
    """
    live = dossier.live
    found = _lacking(dossier.findings)
    if live is None:
        return _block(found, shown=limits.gaps, limits=limits)
    missing = [f"{label('live')}: {gap}" for gap in live.gaps]
    remarks = [f"{label('live')}: {remark}" for remark in live.remarks]
    first = live.asked or not (dossier.posts_held or dossier.snapshot)
    ordered = [*missing, *found] if first else [*found, *missing]
    return _block([*ordered, *remarks], shown=limits.gaps, limits=limits)


def _lacking(findings: Sequence[Finding]) -> list[str]:
    lacking = [f for f in findings if f.state in {State.COULD_NOT_CHECK, State.INSUFFICIENT}]
    lacking.sort(key=lambda finding: (finding.state, finding.reason or ""))
    texts: list[str] = []
    for (state, reason), group in groupby(lacking, key=lambda finding: (finding.state, finding.reason or "")):
        checks = ", ".join(dict.fromkeys(check_name(finding.check) for finding in group))
        too_little = f" ({label(f'state.{state}')})" if state is State.INSUFFICIENT else ""
        texts.append(f"{checks}{too_little}: {reason}" if reason else f"{checks}{too_little}")
    return texts


def _block(texts: Sequence[str], *, shown: int, limits: Limits) -> Block:
    items = tuple(Item(text=shorten(text, limits.sentence)) for text in texts[:shown])
    return Block(items=items, more=len(texts) - len(items))


def _shortened(item: Item, limits: Limits) -> Item:
    return replace(item, text=shorten(item.text, limits.piece))


def _short(sentence: str | None, limits: Limits) -> str | None:
    return None if sentence is None else shorten(sentence, limits.sentence)
