"""Claims as words and evidence: what a registered source says, with its own caution, date and grade."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import ChainStep, Evidence
from bot.checks.sentences import RELATIONS
from bot.checks.weights import OLD_MONTHS
from bot.checks.wording import Word, day, phrase, quoted, say
from bot.store.chains import Chain, above, below
from bot.store.records import AccountClaim, Claim, Relation, Source


def forwards(relation: Relation) -> Word:
    """How the subject of a claim stands to its object."""
    return Word(RELATIONS[relation][0])


def backwards(relation: Relation) -> Word:
    """How the object of a claim stands to its subject."""
    return Word(RELATIONS[relation][1])


def shown(account: AccountRef) -> str:
    """Return an account's name as people write it: with "@", a site's host without."""
    if account.handle is None:
        return account.platform_id or ""
    return account.handle if account.platform is Platform.WEBSITE else f"@{account.handle}"


def dated(source: Source) -> str:
    """Return the day, or the month or year, that a source speaks of."""
    return source.published_on or source.retrieved_on


def is_old(sources: Iterable[Source], *, now: date) -> bool:
    """Whether the newest of these sources is older than 24 months. A partial date counts to its end."""
    newest = max((_months(dated(source)) for source in sources), default=None)
    return newest is not None and now.year * 12 + now.month - newest > OLD_MONTHS


def _months(text: str) -> int:
    """Return the last month of an ISO date, counted from year 0; text that is no date counts as oldest."""
    year, month = text[:4], text[5:7]
    if not (year.isdigit() and (not month or month.isdigit())):
        return 0
    return int(year) * 12 + (int(month) if month else 12)


def root(source: Source) -> str:
    """Return what a source counts as: a list that copies another counts as that list."""
    return source.derived_from or source.key


def from_account_claim(claim: AccountClaim) -> Evidence:
    """Show who is said to have an account, and by whom."""
    return Evidence(
        text=say(
            "registry.claim",
            entity=claim.entity.name,
            relation=forwards(claim.relation),
            account=shown(claim.account),
            **_cautions(claim),
        ),
        url=claim.source.url,
        source=claim.source.key,
        grade=str(claim.grade),
    )


def from_claim(claim: Claim) -> Evidence:
    """Show one hop of a chain as its source states it."""
    return Evidence(
        text=say(
            "chain.claim",
            subject=claim.subject.name,
            relation=forwards(claim.relation),
            object=claim.object.name,
            **_cautions(claim),
        ),
        url=claim.source.url,
        source=claim.source.key,
        grade=str(claim.grade),
    )


def _cautions(claim: Claim | AccountClaim) -> dict[str, Word]:
    """Return where the source says it, its own hedge, and since or until when it holds."""
    period = Word("")
    if claim.valid_to is not None:
        period = phrase("period.until", until=day(claim.valid_to))
    elif claim.valid_from is not None:
        period = phrase("period.since", since=day(claim.valid_from))
    return {
        "locator": phrase("locator", where=quoted(claim.locator)) if claim.locator else Word(""),
        "hedge": phrase("hedge", words=claim.hedge) if claim.hedge else Word(""),
        "period": period,
    }


def chain_words(chain: Chain) -> Word:
    """Return a chain as words, from whoever has the account upward."""
    if not chain.steps:
        return Word("")
    parts = [quoted(below(chain.steps[0]).name)]
    for number, step in enumerate(chain.steps):
        upward = forwards(step.relation) if step.subject == below(step) else backwards(step.relation)
        hop = phrase("chain.hop", relation=upward, entity=above(step).name)
        parts.append(Word(f", which {hop}") if number else Word(f" {hop}"))
    return Word("".join(parts))


def chain_steps(chain: Chain) -> tuple[ChainStep, ...]:
    """Return a chain as the dossier holds it, from the account upward; each step as its source states it."""
    steps: list[ChainStep] = []
    if chain.start is not None:
        start = chain.start
        steps.append(_step(start, from_=start.entity.name, to=shown(start.account)))
    steps += [_step(step, from_=step.subject.name, to=step.object.name) for step in chain.steps]
    return tuple(steps)


def _step(claim: Claim | AccountClaim, *, from_: str, to: str) -> ChainStep:
    return ChainStep(
        from_=from_,
        relation=claim.relation,
        to=to,
        source=claim.source.key,
        grade=str(claim.grade),
        as_of=claim.valid_to or claim.valid_from or dated(claim.source),
        hedge=claim.hedge,
    )
