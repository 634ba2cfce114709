"""A5: does the account repeat texts that outlets linked to a state published before, and does it say so?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median

import msgspec

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.claims import shown
from bot.checks.copies import Copy
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.evidence import POST_TEXT, from_post
from bot.checks.repeats import (
    MIN_ITEMS,
    MIN_SHARE,
    Item,
    Sorted,
    bearer_of,
    is_customer,
    meets_rule,
    posts_in,
    sort_copies,
    strength_to,
)
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.weights import MAINS
from bot.checks.wording import Word, counted, lapse, listing, percent, phrase, quoted, say, share
from bot.store.chains import above
from bot.store.published import COUNTED
from bot.store.records import Relation

# [P] methods A5.
MIN_SAMPLE = 20
SHOWN = 3


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report each state whose outlets are repeated; outlets are counted apart and never merged."""
    compared = subject.compared
    if compared.sampled == 0:
        return (could_not_check(CHECK, reason=say("reason.no posts", days=subject.days)),)
    if compared.accounts == 0:
        return (could_not_check(CHECK, reason=say("reason.no corpus")),)
    found = sort_copies(subject)
    items = [item for group in found.of_state.values() for item in group]
    if compared.comparable < MIN_SAMPLE:
        return (_too_few(items, subject),)
    findings = [
        _finding(group, found, subject)
        for group in found.of_state.values()
        if meets_rule(group, of=compared.sampled)
    ]
    return tuple(findings) or (_nothing(items, found, subject),)


def _finding(items: Sequence[Item], found: Sorted, subject: Subject) -> Finding:
    sampled = subject.compared.sampled
    n = posts_in(items)
    silent = [item for item in items if item.silent]
    named = [item for item in items if item.credited]
    bearers = _by_bearer(items, subject)
    towards = next(iter(bearers))
    without_credit = meets_rule(silent, of=sampled)
    licensed = _licensed(bearers, subject)
    customer = without_credit and (licensed is not None or is_customer(silent, found.others))
    disarm = ["T0084.002"] if without_credit and not customer else []
    if meets_rule(named, of=sampled):
        disarm.append("T0084.004")
    unsigned = posts_in(item for item in named if item.unsigned)
    credited = phrase(
        "republication.credited",
        without=counted(posts_in(silent), "post"),
        named=counted(posts_in(named), "post"),
    )
    if unsigned:
        credited = Word(credited + phrase("republication.unsigned", posts=counted(unsigned, "post")))
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            "republication.found",
            share=share(n, sampled, interval=wilson_interval(n, sampled)),
            outlets=_outlets(bearers, subject),
            credited=credited,
            lag=lapse(_median_lag(items)),
            apart=_apart(found, elsewhere=[item for item in items if item.elsewhere and not item.credited]),
        ),
        n=n,
        of=sampled,
        weight=_weight(towards, subject, customer=customer) if without_credit else None,
        evidence=_evidence([*silent, *named, *items], subject),
        benign=_benign(silent, found, subject, licensed=licensed, credited=not without_credit),
        disarm=tuple(disarm),
        towards=towards,
        qualifiers=("benign_fits",) if customer else (),
    )


def _weight(towards: str, subject: Subject, *, customer: bool) -> float:
    main = MAINS["wire_customer" if customer else "republication"].value
    return min(main, strength_to(towards, subject) or main)


def _median_lag(items: Sequence[Item]) -> timedelta:
    return timedelta(seconds=median(item.source.lag.total_seconds() for item in items))


def _by_bearer(items: Sequence[Item], subject: Subject) -> dict[str, int]:
    """Count posts by the outlet that published first, most first."""
    counts: dict[str, int] = {}
    for item in items:
        key = bearer_of(item.source, subject) or item.source.holders[0]
        counts[key] = counts.get(key, 0) + item.posts
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _outlets(bearers: dict[str, int], subject: Subject) -> Word:
    """Name the outlets with their counts; nobody reads more than five."""
    entities = subject.registry.entities
    return listing(
        phrase("republication.outlet", entity=entities[key].name, posts=n)
        for key, n in list(bearers.items())[:5]
    )


def _licensed(bearers: Iterable[str], subject: Subject) -> str | None:
    """Return whose content the account's holder is registered to take under licence."""
    givers = {
        above(step).key
        for chain in subject.registry.account.chains
        for step in chain.steps[:1]
        if step.relation is Relation.LICENSES_CONTENT
    }
    return next((key for key in bearers if key in givers), None)


def _benign(
    silent: Sequence[Item], found: Sorted, subject: Subject, *, licensed: str | None, credited: bool
) -> str:
    if credited:
        return say("republication.benign credited")
    entities = subject.registry.entities
    if licensed is not None:
        return say("republication.benign licensed", entity=entities[licensed].name)
    like = counted(posts_in(item for item in found.others if item.silent), "post")
    against = counted(posts_in(silent), "post")
    if is_customer(silent, found.others):
        return say("republication.benign customer", n=like, state=against)
    held = [key for key in subject.compared.others if key in entities and strength_to(key, subject) is None]
    if held or found.others:
        return say("republication.benign compared", n=like, state=against)
    return say("republication.benign not compared")


def _apart(found: Sorted, *, elsewhere: Sequence[Item]) -> Word:
    parts = [
        phrase(key, posts=counted(n, "post"))
        for key, n in (
            ("republication.elsewhere", posts_in(elsewhere)),
            ("republication.others", posts_in(found.others)),
            ("republication.sisters", found.sisters),
            ("republication.ahead", found.ahead),
        )
        if n
    ]
    return phrase("republication.apart", parts=listing(parts)) if parts else Word("")


def _evidence(items: Iterable[Item], subject: Subject) -> tuple[Evidence, ...]:
    """Show posts with their sources, in pairs; the post that was asked about comes first."""
    asked = subject.post.post_id if subject.post else None
    distinct = list({item.source.post.post_id: item for item in items}.values())
    distinct.sort(key=lambda item: item.source.post.post_id != asked)
    pairs = [(from_post(item.source.post), from_source(item.source)) for item in distinct[:SHOWN]]
    return tuple(evidence for pair in pairs for evidence in pair)


def from_source(copy: Copy) -> Evidence:
    """Show what a registered account published before."""
    source = copy.published
    return Evidence(
        text=say(
            "republication.source",
            lag=lapse(copy.lag),
            account=shown(source.author),
            text=quoted(source.text, limit=POST_TEXT),
        ),
        at=source.created_at,
        url=source.url,
    )


def _too_few(items: Sequence[Item], subject: Subject) -> Finding:
    """Too few posts for a share; what was found is still shown."""
    more = Word("")
    if items:
        outlets = _outlets(_by_bearer(items, subject), subject)
        more = phrase("republication.some", posts=posts_in(items), outlets=outlets)
    n = subject.compared.comparable
    reason = say("reason.few comparable", n=n, needed=MIN_SAMPLE, more=more)
    finding = insufficient(CHECK, n=n, needed=MIN_SAMPLE, reason=reason)
    return msgspec.structs.replace(finding, evidence=_evidence(items, subject))


def _nothing(items: Sequence[Item], found: Sorted, subject: Subject) -> Finding:
    compared = subject.compared
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=say(
            "republication.nothing",
            n=posts_in(items),
            posts=counted(compared.sampled, "post"),
            accounts=_accounts(compared.accounts),
            items=MIN_ITEMS,
            least=percent(MIN_SHARE),
            apart=_apart(found, elsewhere=[]),
        ),
        n=posts_in(items),
        of=compared.sampled,
        evidence=_evidence(items, subject),
    )


def _accounts(n: int) -> Word:
    accounts = counted(n, "registered account")
    return phrase("republication.at least", accounts=accounts) if n >= COUNTED else accounts


CHECK = Check(name="republication", line=Line.STATE_LINK, category=Category.BEHAVIOURAL, run=run)
