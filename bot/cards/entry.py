"""An entry of the registry as a card: names, class, chains, claims, accounts, disputes, what happened.

Every line that states something names its source, date and grade. What people of a server decided and judged
is marked as theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from discord import ui

from bot.accounts import Platform
from bot.cards.charts import Around, Neighbour, Picture
from bot.cards.discord_layout import ACCENT, Component, batched, gallery
from bot.cards.items import account_name, grade_of
from bot.cards.limits import units
from bot.cards.markup import code_span, discord_text, discord_time, link, shorten
from bot.cards.trail import act_words
from bot.cards.words import MORE, NAME_KINDS, PLATFORMS, SAYS, SOURCE
from bot.checks.claims import chain_words, from_account_claim, from_claim
from bot.checks.sentences import KINDS, RELATIONS, TYPOLOGIES
from bot.checks.wording import day, quoted
from bot.registry.curation.ends import HAS_CLASS, HAS_NAME
from bot.registry.curation.queue import Held
from bot.registry.record import Facts, Numbered, Record
from bot.store.chains import Chain, above
from bot.store.facts import Fact
from bot.store.judgements import Judgement
from bot.store.records import OWNERSHIP, AccountClaim, Claim
from bot.store.registry import HOLDING

# From roomy to tight: how many claims, accounts, chains and names are written out.
STEPS = ((8, 8, 3, 12), (6, 6, 2, 8), (5, 4, 2, 5), (3, 2, 1, 3), (2, 1, 1, 2))
# Well below Discord's 4,000: an entry is read beside a conversation.
MAX_CHARACTERS = 3_000
# Discord answers a longer text with a bare 500; each text costs 12 more (limits).
MAX_BYTES = 9_500
MAX_LINE = 420
BELOW_DRAWN = 5

VERDICTS = {"confirm": "confirmed", "refute": "refuted", "unsure": "unsure"}


def entry_container(
    record: Record, *, buttons: Sequence[Component] = (), picture: Picture | None = None
) -> ui.Container[Any]:
    """Return the card of an entry, as full as Discord takes it. Needs a running event loop."""
    texts = _texts(record, STEPS[-1])
    for step in STEPS:
        texts = _texts(record, step)
        if sum(map(units, texts)) <= MAX_CHARACTERS and len("".join(texts).encode()) <= MAX_BYTES:
            break
    children: list[Component] = [ui.TextDisplay(text) for text in texts]
    if picture is not None:
        children.insert(min(2, len(children)), gallery(picture))
    children += [ui.ActionRow(*row) for row in batched(buttons, 5)]
    return ui.Container(*children, accent_colour=ACCENT)


def entry_name(record: Record) -> str:
    """Return what an entry is called, as plain text of others."""
    if record.entity is not None:
        return record.entity.name
    account = record.account
    return (
        ""
        if account is None
        else account_name(account.handle, account.platform_id, platform=account.platform)
    )


def around(record: Record) -> Around:
    """Return who stands above an entry, by ownership or else by any chain, and whom it owns itself."""
    name = entry_name(record)
    owning = [chain for chain in record.chains if chain.is_ownership]
    uppers: dict[tuple[str, ...], Neighbour] = {}
    for chain in owning or record.chains:
        path: tuple[str, ...] = ()
        for each in _upward(chain, name=name):
            path = (*path, each.name)
            uppers.setdefault(path, each)
    lowers: dict[str, list[Claim]] = {}
    for each in record.claims:
        claim = each.claim
        owner = record.entity is not None and isinstance(claim, Claim) and claim.relation in OWNERSHIP
        if owner and isinstance(claim, Claim) and claim.subject == record.entity:
            lowers.setdefault(claim.object.name, []).append(claim)
    below = [_owned(claims) for claims in lowers.values()]
    # A branch after the other, each from the nearest upward.
    return Around(name=name, above=tuple(uppers[path] for path in sorted(uppers)), below=tuple(below))


def _upward(chain: Chain, *, name: str) -> Iterator[Neighbour]:
    start = chain.start
    depth, beside = 1, name
    if start is not None:
        owning = start.relation in OWNERSHIP or start.relation in HOLDING
        how = RELATIONS[start.relation][0]
        note = str(start.grade)
        yield Neighbour(name=start.entity.name, beside=beside, how=how, note=note, owning=owning)
        depth, beside = 2, start.entity.name
    for step in chain.steps:
        upper = above(step)
        yield Neighbour(
            name=upper.name,
            beside=beside,
            how=RELATIONS[step.relation][0 if upper == step.subject else 1],
            note=str(step.grade),
            owning=step.relation in OWNERSHIP,
            depth=depth,
        )
        depth, beside = depth + 1, upper.name


def _owned(claims: Sequence[Claim]) -> Neighbour:
    best = min(claims, key=lambda claim: str(claim.grade))
    sources = len({claim.source.key for claim in claims})
    return Neighbour(
        name=best.object.name,
        beside=best.subject.name,
        how=RELATIONS[best.relation][1],
        note=str(best.grade) + (f" · {sources} sources" if sources > 1 else ""),
        owning=True,
    )


def claim_line(claim: Claim | AccountClaim) -> str:
    """Return what a claim says, with its date, grade and source, as Discord Markdown."""
    said = from_claim(claim) if isinstance(claim, Claim) else from_account_claim(claim)
    return f"{discord_text(shorten(said.text, MAX_LINE))} ({', '.join(_notes(claim))})"


def held_words(fact: Fact) -> str:
    """Return what a name or a class says of its entity."""
    return f"{code_span(fact.entity.name)} {SAYS[HAS_NAME if fact.is_name else HAS_CLASS]} {fact_words(fact)}"


def held_line(held: Held) -> str:
    """Return what a claim, a name or a class says, with its date, grade and source."""
    if not isinstance(held, Fact):
        return claim_line(held)
    said = held_words(held)
    source = held.source
    notes = [discord_text(quoted(source.publisher, limit=40))]
    notes += [discord_text(day(source.published_on))] if source.published_on else []
    return f"{said} ({', '.join([*notes, grade_of(str(source.grade)), link(SOURCE, source.url)])})"


def fact_words(fact: Fact) -> str:
    """Return a name with its kind and language, or a class with its edition."""
    if fact.is_name:
        facts = [NAME_KINDS.get(fact.note, fact.note)]
        facts += [code_span(fact.language)] if fact.language else []
        return f"{code_span(fact.said)} ({', '.join(facts)})"
    return f"{TYPOLOGIES[fact.said]} in the edition {code_span(fact.note)}"


def _texts(record: Record, limits: tuple[int, int, int, int]) -> list[str]:
    claims, accounts, chains, names = limits
    parts = [
        [_heading(record)],
        _names(record, names),
        _classes(record),
        _section("Chains", [discord_text(shorten(chain_words(c), MAX_LINE)) for c in record.chains], chains),
        _claims(
            "Claims" if record.entity else "Who is said to have it", record.claims, record.claims_held, claims
        ),
        _holdings("Accounts", record.accounts, record.accounts_held, accounts),
        _holdings("Sites", record.sites, record.sites_held, accounts),
        _labels(record),
        _disputes(record, accounts),
        _judgements(record.judgements),
        _history(record),
    ]
    return ["\n".join(part) for part in parts if part]


def _heading(record: Record) -> str:
    entity, account = record.entity, record.account
    if entity is not None:
        facts = [KINDS.get(entity.kind, entity.kind)]
        facts += [code_span(entity.country)] if entity.country else []
        facts.append(f"key {code_span(entity.key)}")
        return f"### {code_span(entity.name)}\n-# {' · '.join(facts)}"
    where = PLATFORMS[account.platform] if account else ""
    facts = [f"id {code_span(account.platform_id)}"] if account and account.platform_id else []
    return "\n".join(
        [f"### {code_span(entry_name(record))} on {where}", *([f"-# {facts[0]}"] if facts else [])]
    )


def _names(record: Record, shown: int) -> list[str]:
    others = [each for each in record.names if record.entity is None or each.fact.said != record.entity.name]
    if not others:
        return []
    said = [_name(each) for each in others[:shown]]
    more = [MORE.format(n=len(others) - shown)] if len(others) > shown else []
    return [f"**Also named** {' · '.join([*said, *more])}"]


def _name(each: Facts) -> str:
    """Return a name, with its language, what kind it is where that is no plain alias, and what a team did."""
    fact = each.fact
    facts = [fact.language] if fact.language else []
    facts += [NAME_KINDS[fact.note]] if fact.note not in {"main", "alias"} else []
    facts += _marks(each)
    return code_span(fact.said) + (f" ({', '.join(facts)})" if facts else "")


def _classes(record: Record) -> list[str]:
    lines: list[str] = []
    told: set[tuple[str, str, str]] = set()
    for each in record.classes:
        fact = each.fact
        # A list may class an outlet in several rows, one for each of its sites.
        if (key := (fact.said, fact.note, fact.source.key)) in told and not each.marked:
            continue
        told.add(key)
        source = fact.source
        publisher = discord_text(quoted(source.publisher, limit=40))
        line = f"{fact_words(fact)} ({publisher}, {link(SOURCE, source.url)})"
        marks = _marks(each)
        lines.append(line + (f"\n-# {' · '.join(marks)}" if marks else ""))
    return _section("Class", lines, 3)


def _claims(title: str, claims: Sequence[Numbered], held: int, shown: int) -> list[str]:
    lines = [_numbered(each, claim_line(each.claim)) for each in claims[:shown]]
    if held > len(lines):
        lines.append(f"-# {MORE.format(n=held - len(lines))}")
    return _section(title, lines, len(lines))


def _holdings(title: str, claims: Sequence[Numbered], held: int, shown: int) -> list[str]:
    """List accounts or sites, each once, with the first source that says so and how many more do."""
    grouped: dict[str, list[Numbered]] = {}
    for each in claims:
        if isinstance(each.claim, AccountClaim):
            grouped.setdefault(_held_words(each.claim), []).append(each)
    lines: list[str] = []
    told = 0
    for words, group in list(grouped.items())[:shown]:
        told += len(group)
        # Whose list it is stands behind the link; forty lines of the same name tell nobody anything.
        notes = _notes(group[0].claim)[1:]
        notes += [f"and {len(group) - 1} more"] if len(group) > 1 else []
        lines.append(_numbered(group[0], f"{words} ({', '.join(notes)})"))
    if held > told:
        lines.append(f"-# {MORE.format(n=held - told)}")
    return _section(title, lines, len(lines))


def _held_words(claim: AccountClaim) -> str:
    account = claim.account
    name = code_span(account_name(account.handle, account.platform_id, platform=account.platform))
    where = "" if account.platform is Platform.WEBSITE else f" on {PLATFORMS[account.platform]}"
    how = "" if claim.relation in HOLDING else f", which it {RELATIONS[claim.relation][0]}"
    return f"{name}{where}{how}"


def _notes(claim: Claim | AccountClaim) -> list[str]:
    notes = [discord_text(quoted(claim.source.publisher, limit=40))]
    notes += [discord_text(day(claim.source.published_on))] if claim.source.published_on else []
    return [*notes, grade_of(str(claim.grade)), link(SOURCE, claim.source.url)]


def _numbered(each: Numbered, line: str) -> str:
    marks = _marks(each)
    return line + (f"\n-# {' · '.join(marks)}" if marks else "")


def _marks(each: Numbered | Facts) -> list[str]:
    marks = ["this server's own"] if each.own else []
    marks += [f"disputed, proposal {dispute.proposal_id}" for dispute in each.disputes]
    return [
        *marks,
        *(
            f"{VERDICTS[judgement.verdict]} by {code_span(judgement.by.shown)}"
            for judgement in each.judgements
        ),
    ]


def _labels(record: Record) -> list[str]:
    lines = [
        f"{code_span(account_name(ref.handle, ref.platform_id, platform=ref.platform))} on "
        f"{PLATFORMS[ref.platform]}: {code_span(look.label) if look.label else 'none shown'}, seen "
        f"{discord_time(look.looked_at, style='D')}"
        for ref, look in record.labels
    ]
    return _section("Labels of platforms", lines, 4)


def _disputes(record: Record, shown: int) -> list[str]:
    lines = [
        f"Proposal {each.proposal_id}, by {code_span(each.made_by.shown)} "
        f"{discord_time(each.made_at, style='D')}: {code_span(each.reason, limit=160)}"
        for each in record.disputes
    ]
    return _section("Open disputes", lines, shown)


def _judgements(judgements: Sequence[Judgement]) -> list[str]:
    lines = [
        f"{code_span(each.by.shown)} {VERDICTS[each.verdict]}, {discord_time(each.at, style='D')}: "
        f"{code_span(each.reason, limit=160)}"
        for each in judgements
    ]
    return _section("Judgements", lines, 4)


def _history(record: Record) -> list[str]:
    lines = [f"-# {discord_time(entry.at)} {act_words(entry)}" for entry in record.history[:2]]
    return [*lines] if lines else []


def _section(title: str, lines: Iterable[str], shown: int) -> list[str]:
    everything = list(lines)
    if not everything:
        return []
    more = [f"-# {MORE.format(n=len(everything) - shown)}"] if len(everything) > shown else []
    return [f"**{title}**", *everything[:shown], *more]
