"""E3 against accounts of its platform and size: is what its posts earn usual among those held?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bot.checks.check import Check, could_not_check, insufficient, not_applicable
from bot.checks.dossier import Band, Category, Finding, Line, State
from bot.checks.engagement.cohorts import (
    BUCKETS,
    MIN_POSTS_EACH,
    Age,
    Cohort,
    Standing,
    by_age,
    standings,
)
from bot.checks.engagement.engagement_rate import OUTLIER_Z, WITHOUT_RATIOS
from bot.checks.engagement.output_against_audience import no_followers
from bot.checks.engagement.words import fine, followers_between
from bot.checks.statistics import mad, robust_distance, wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, number, percent, phrase, say, share
from bot.registry.names import PLATFORM_NAMES

# [P] Fewer accounts make no yardstick.
MIN_ACCOUNTS = 30

_AGES = {Age.DAY: "cohort.day", Age.WEEK: "cohort.week", Age.LATER: "cohort.later"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One account's rate among those of `accounts` others.

    `above` counts the others with a lower rate. `z` is None where the others' deviation is 0. FOUND means
    beyond 3.5 robust standard deviations; the figures are None exactly when `state` is INSUFFICIENT.
    """

    state: State
    accounts: int
    above: int | None = None
    median: float | None = None
    mad: float | None = None
    z: float | None = None
    zero: float | None = None


def compare(own: Standing, others: Sequence[Standing]) -> Comparison:
    """Compare an account with others of its size, by posts of the same age."""
    if len(others) < MIN_ACCOUNTS:
        return Comparison(state=State.INSUFFICIENT, accounts=len(others))
    rates = [other.rate for other in others]
    z = robust_distance(own.rate, rates)
    return Comparison(
        state=State.FOUND if z is not None and abs(z) > OUTLIER_Z else State.NOT_FOUND,
        accounts=len(others),
        above=sum(rate < own.rate for rate in rates),
        median=median(rates),
        mad=mad(rates),
        z=z,
        zero=median(other.zero for other in others),
    )


def own_standing(subject: Subject) -> tuple[Age, Standing] | None:
    """Return what the account's posts earned, of the age of which there are most; None without enough."""
    profile = subject.audience
    if profile is None or not profile.followers:
        return None
    found = standings(subject.earned, followers=profile.followers)
    return max(found.items(), key=lambda item: (item[1].posts, item[0])) if found else None


def band(subject: Subject) -> Band | None:
    """Return what the others' middle half earns, for pictures; None where they are too few to compare."""
    own, profile, cohort = own_standing(subject), subject.audience, subject.reach.cohort
    if own is None or profile is None or cohort is None or subject.ref.platform in WITHOUT_RATIOS:
        return None
    rates = [standing.rate for standing in cohort.of(own[0])]
    if len(rates) < MIN_ACCOUNTS:
        return None
    low, middle, high = (rate * (profile.followers or 0) for rate in quantiles(rates, method="inclusive"))
    return Band(accounts=len(rates), low=low, median=middle, high=high)


def run(subject: Subject) -> tuple[Finding, ...]:
    """Compare the account's original posts of the age of which it has most."""
    if subject.ref.platform in WITHOUT_RATIOS:
        return (not_applicable(CHECK, reason=say("cohort.no ratio")),)
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    profile, cohort = subject.audience, subject.reach.cohort
    if profile is None or profile.followers is None or cohort is None:
        return (could_not_check(CHECK, reason=no_followers(subject)),)
    if profile.followers == 0:
        return (not_applicable(CHECK, reason=say("cohort.no followers")),)
    found = subject.earned
    best = own_standing(subject)
    if best is None:
        n = max(map(len, by_age(found).values()), default=0)
        reason = say("cohort.few posts", n=n, needed=MIN_POSTS_EACH)
        return (insufficient(CHECK, n=n, needed=MIN_POSTS_EACH, reason=reason),)
    age, own = best
    measured = compare(own, cohort.of(age))
    if measured.above is None or measured.median is None or measured.mad is None or measured.zero is None:
        return (_too_few(measured, cohort, age=age),)
    rounded = profile.rounded or any(reading.rounded for reading in found)
    zeros = round(own.zero * own.posts)
    figures = {
        "accounts": counted(measured.accounts, "account"),
        "rate": fine(own.rate),
        "above": share(
            measured.above, measured.accounts, interval=wilson_interval(measured.above, measured.accounts)
        ),
    }
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=measured.state,
            summary=say(
                "cohort.measured",
                **figures,
                platform=Word(PLATFORM_NAMES[subject.ref.platform]),
                size=_size(cohort),
                age=phrase(_AGES[age]),
                median=fine(measured.median),
                mad=fine(measured.mad),
                z=Word("") if measured.z is None else phrase("cohort.z", z=number(measured.z)),
                zero=number(zeros),
                posts=counted(own.posts, "post"),
                zeros=percent(measured.zero),
                notes=phrase("cohort.rounded") if rounded else Word(""),
            ),
            figure=say("cohort.in line", **figures),
            n=measured.above,
            of=measured.accounts,
            benign=say("cohort.benign") if measured.state is State.FOUND else None,
        ),
    )


def _too_few(measured: Comparison, cohort: Cohort, *, age: Age) -> Finding:
    reason = say(
        "cohort.few",
        n=measured.accounts,
        needed=MIN_ACCOUNTS,
        platform=Word(PLATFORM_NAMES[cohort.platform]),
        size=_size(cohort),
        age=phrase(_AGES[age]),
    )
    return insufficient(CHECK, n=measured.accounts, needed=MIN_ACCOUNTS, reason=reason)


def _size(cohort: Cohort) -> Word:
    return followers_between(cohort.followers, open_from=BUCKETS[-2])


CHECK = Check(name="reference_cohort", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
