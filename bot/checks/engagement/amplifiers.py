"""E5: how much of an account's spread a few accounts make, from the reposts of its posts that are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from operator import attrgetter

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.claims import shown
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.engagement.baseline import published
from bot.checks.engagement.readings import MOST_PEOPLE
from bot.checks.statistics import gini, wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, number, phrase, quoted, say, share
from bot.store.records import AccountId, PostKind
from bot.store.reposts import Repost

# [P] Samples: for any figure at all, and for the share of the top 1 %.
MIN_REPOSTS = 20
MIN_FOR_ONE_PERCENT = 100
# [S] About half of the reposts, by the top 1 %: Schliebs 2021, from the shipped table.
ABOUT_HALF = published("reposts by the top 1 %")[0]
TOP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Amplifiers:
    """How reposts are spread over those who made them, one a post and account.

    `one_percent` accounts made `by_one_percent` reposts; both are 0 where the sample is too small for
    that share. `repeated` reposts came from the `again` accounts that made more than one. FOUND: the top
    1 % made half or more. `gini` is None exactly when `state` is INSUFFICIENT.
    """

    state: State
    reposts: int
    accounts: int
    by_five: int = 0
    one_percent: int = 0
    by_one_percent: int = 0
    again: int = 0
    repeated: int = 0
    gini: float | None = None
    top: tuple[tuple[AccountId, int], ...] = ()


def amplifiers(reposts: Sequence[Repost]) -> Amplifiers:
    """Measure the concentration of reposts."""
    counts = Counter(map(attrgetter("account"), reposts))
    n = len(reposts)
    if n < MIN_REPOSTS:
        return Amplifiers(state=State.INSUFFICIENT, reposts=n, accounts=len(counts))
    ordered = sorted(counts.values(), reverse=True)
    enough = min(n, len(counts)) >= MIN_FOR_ONE_PERCENT
    one_percent = ceil(len(counts) / 100) if enough else 0
    by_one_percent = sum(ordered[:one_percent])
    noted = enough and by_one_percent / n >= ABOUT_HALF.share
    return Amplifiers(
        state=State.FOUND if noted else State.NOT_FOUND,
        reposts=n,
        accounts=len(counts),
        by_five=sum(ordered[:TOP]),
        one_percent=one_percent,
        by_one_percent=by_one_percent,
        again=len([made for made in ordered if made > 1]),
        repeated=sum([made for made in ordered if made > 1]),
        gini=gini(ordered),
        top=_top(counts, least=ordered[:TOP][-1]),
    )


def _top(counts: Mapping[AccountId, int], *, least: int) -> tuple[tuple[AccountId, int], ...]:
    """Return the most active, `least` being what the last of them made; of equals the oldest account."""
    active = [each for each in counts.items() if each[1] >= least]
    return tuple(sorted(active, key=lambda each: (-each[1], each[0]))[:TOP])


def coverage(subject: Subject) -> Word:
    """Say how many reposts its posts report, which is how much of the spread is held; "" where unknown."""
    known = [post.counts.reposts for post in subject.posts if post.kind is not PostKind.REPOST]
    reported = sum([n for n in known if n is not None and 0 <= n <= MOST_PEOPLE])
    # Reposts of posts that were counted before may be more than what the posts report.
    held = len(subject.reach.reposts)
    words = [phrase("reposts.coverage", reported=reported)] if reported >= held else []
    if subject.reach.reposts_capped:
        words.append(phrase("reposts.capped"))
    return Word("".join(words))


def without_reposts(check: Check, subject: Subject, *, needed: int) -> Finding | None:
    """Say that no reposts are held, or too few; None where there are enough."""
    n = len(subject.reach.reposts)
    if n == 0:
        return could_not_check(check, reason=say("reason.no reposts"))
    if n < needed:
        reason = say("reason.few reposts", n=n, needed=needed)
        return insufficient(check, n=n, needed=needed, reason=reason)
    return None


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure the reposts held of the window's posts."""
    missing = without_reposts(CHECK, subject, needed=MIN_REPOSTS)
    if missing is not None:
        return (missing,)
    measured = amplifiers(subject.reach.reposts)
    five = _part(measured.by_five, measured)
    one_percent = _part(measured.by_one_percent, measured) if measured.one_percent else None
    accounts = counted(measured.accounts, "account")
    top = Word("")
    if one_percent is not None:
        top = phrase(
            "amplifiers.one percent", accounts=counted(measured.one_percent, "account"), share=one_percent
        )
    figures = phrase(
        "amplifiers.figures",
        reposts=counted(measured.reposts, "repost"),
        accounts=accounts,
        coverage=coverage(subject),
        five=five,
        top=top,
        gini=number(round(measured.gini or 0.0, 2)),
        again=counted(measured.again, "account"),
        repeated=_part(measured.repeated, measured),
        notes=_notes(measured),
    )
    found = measured.state is State.FOUND
    if found and one_percent is not None:
        head = phrase("amplifiers.top", accounts=counted(measured.one_percent, "account"), share=one_percent)
        summary = say("amplifiers.found", top=head, figures=figures)
    else:
        summary = say("amplifiers.measured", figures=figures)
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=measured.state,
            summary=summary,
            figure=say(
                "amplifiers.in line",
                reposts=counted(measured.reposts, "repost"),
                accounts=accounts,
                five=five,
            ),
            n=measured.by_one_percent if measured.one_percent else measured.by_five,
            of=measured.reposts,
            evidence=tuple(_shown(account, made, subject) for account, made in measured.top),
            benign=say("amplifiers.benign") if found else None,
        ),
    )


def named(account: AccountId, subject: Subject) -> Word:
    """Return what an amplifier is called."""
    ref = subject.reach.names.get(account)
    return quoted(shown(ref)) if ref is not None else Word("an account")


def _shown(account: AccountId, made: int, subject: Subject) -> Evidence:
    return Evidence(text=say("amplifiers.one", account=named(account, subject), reposts=made))


def _part(n: int, measured: Amplifiers) -> Word:
    return share(n, measured.reposts, interval=wilson_interval(n, measured.reposts))


def _notes(measured: Amplifiers) -> Word:
    if measured.one_percent:
        return phrase("amplifiers.scale", covers=Word(ABOUT_HALF.covers), year=Word(str(ABOUT_HALF.year)))
    return phrase("amplifiers.small", reposts=MIN_FOR_ONE_PERCENT, accounts=MIN_FOR_ONE_PERCENT)


CHECK = Check(name="amplifiers", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
