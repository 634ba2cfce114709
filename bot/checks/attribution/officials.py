"""A8: do more registered officials follow or share the account than others of its kind?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.claims import from_account_claim, shown
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.places import country_name
from bot.checks.statistics import hypergeometric_tail
from bot.checks.subject import Subject
from bot.checks.weights import MAINS
from bot.checks.wording import Word, counted, listing, number, percent, phrase, say
from bot.registry.names import PLATFORM_NAMES
from bot.store.follows import Circle, Official

# [P] Least officials of one state, and their least share where the audience is small (methods, A8).
MIN_OFFICIALS = 3
SMALL_AUDIENCE = 200
MIN_SHARE = 0.02
# [P] Accounts around others needed before an expectation means anything, and how rarely chance may do it.
MIN_AROUND_OTHERS = 100
MAX_CHANCE = 0.01
# [P] What a "nothing found" needs, unless the whole audience is held.
MIN_SAMPLE = 20
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Officials of one state among the accounts held around one.

    `expected` is how many a random draw from these and the others' accounts would hold, `chance` how
    likely so many or more are then; both are None where too few others are held to compare with.
    """

    state: State
    n: int
    of: int
    expected: float | None = None
    chance: float | None = None


def officials_among(
    n: int, of: int, *, audience: int | None = None, others: int = 0, others_officials: int = 0
) -> Measure:
    """Measure `n` officials among `of` > 0 accounts against `others` accounts around comparable ones.

    The draw is hypergeometric, from both together: what is special about the account has to show against
    a pool that it is part of. `audience` is the follower count, None where it is not known. Source of the
    question: Schliebs and others, Oxford Internet Institute 2021; the numbers are ours.
    """
    size = audience if audience is not None else of
    enough = n >= MIN_OFFICIALS and (size >= SMALL_AUDIENCE or n >= MIN_SHARE * of)
    if others < MIN_AROUND_OTHERS:
        return Measure(state=State.FOUND if enough else State.NOT_FOUND, n=n, of=of)
    marked, population = n + others_officials, of + others
    chance = hypergeometric_tail(n, drawn=of, marked=marked, population=population)
    return Measure(
        state=State.FOUND if enough and chance < MAX_CHANCE else State.NOT_FOUND,
        n=n,
        of=of,
        expected=of * marked / population,
        chance=chance,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """One circle of the account as the sentences speak of it."""

    circle: Circle
    key: str
    audience: int | None

    def of_state(self, country: str | None) -> list[Official]:
        return [each for each in self.circle.officials if each.claim.entity.country == country]

    def measure(self, country: str | None) -> Measure:
        circle = self.circle
        return officials_among(
            len(self.of_state(country)),
            circle.size,
            audience=self.audience,
            others=circle.others_size,
            others_officials=circle.others_officials.get(country, 0),
        )

    @property
    def covers(self) -> bool:
        """Whether enough is held for a "nothing found"."""
        whole = self.audience is not None and self.circle.size >= self.audience
        return whole or self.circle.size >= MIN_SAMPLE


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report each state whose officials gather; one finding for followers and sharers together."""
    around = subject.around
    circles = _circles(subject)
    if not around.officials_registered:
        platform = Word(PLATFORM_NAMES[subject.ref.platform])
        return (could_not_check(CHECK, reason=say("reason.no officials", platform=platform)),)
    if not circles:
        own = _own_lists(around.official_followers)
        return (could_not_check(CHECK, reason=say("reason.no audience", more=own)),)
    countries = dict.fromkeys(
        each.claim.entity.country for circle in circles for each in circle.circle.officials
    )
    found = [
        _finding(country, circles, subject=subject)
        for country in countries
        if any(circle.measure(country).state is State.FOUND for circle in circles)
    ]
    if found:
        return tuple(found)
    if not any(circle.covers for circle in circles):
        held = max(circle.circle.size for circle in circles)
        reason = say("reason.few around", n=held, needed=MIN_SAMPLE)
        return (insufficient(CHECK, n=held, needed=MIN_SAMPLE, reason=reason),)
    return (_nothing(circles, countries=list(countries), subject=subject),)


def _circles(subject: Subject) -> list[_Around]:
    around = subject.around
    audience = subject.audience
    circles: list[_Around] = []
    if around.followers is not None:
        followers = audience.followers if audience else None
        circles.append(_Around(circle=around.followers, key="officials.followers", audience=followers))
    if around.sharers is not None:
        circles.append(_Around(circle=around.sharers, key="officials.sharers", audience=None))
    return circles


def _finding(country: str | None, circles: Sequence[_Around], *, subject: Subject) -> Finding:
    telling = [circle for circle in circles if circle.measure(country).state is State.FOUND]
    measure = telling[0].measure(country)
    compared = any(circle.measure(country).expected is not None for circle in telling)
    officials = list(dict.fromkeys(each for circle in circles for each in circle.of_state(country)))
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            "officials.found",
            state=country_name(country),
            parts=listing(_part(circle, country) for circle in circles if circle.of_state(country)),
            names=_names(officials),
            more=_own_lists(subject.around.official_followers),
        ),
        n=measure.n,
        of=measure.of,
        weight=MAINS["officials"].value,
        evidence=tuple(_evidence(official) for official in officials),
        benign=say("officials.benign" if compared else "officials.benign alone"),
        towards=officials[0].claim.entity.key,
        qualifiers=() if compared else ("benign_fits",),
    )


def _nothing(circles: Sequence[_Around], *, countries: Sequence[str | None], subject: Subject) -> Finding:
    parts = [
        _part(circle, country) if countries else phrase("officials.none", sample=_sample(circle))
        for circle in circles
        for country in (countries or [None])
        if not countries or circle.of_state(country)
    ]
    officials = list(dict.fromkeys(each for circle in circles for each in circle.circle.officials))
    names = phrase("officials.names", names=_names(officials)) if officials else Word("")
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=say(
            "officials.nothing",
            parts=listing(parts),
            names=names,
            more=_own_lists(subject.around.official_followers),
        ),
        n=len(officials),
        of=max(circle.circle.size for circle in circles),
    )


def _part(circle: _Around, country: str | None) -> Word:
    measure = circle.measure(country)
    expected = phrase("officials.no base")
    if measure.expected is not None:
        expected = phrase(
            "officials.expected",
            expected=measure.expected,
            others=counted(circle.circle.others, "other account"),
        )
    return phrase(
        "officials.part",
        n=measure.n,
        state=country_name(country),
        sample=_sample(circle),
        expected=expected,
    )


def _sample(circle: _Around) -> Word:
    size = circle.circle.size
    coverage = phrase("officials.no coverage")
    if circle.audience:
        coverage = phrase(
            "officials.coverage", of=number(circle.audience), share=percent(min(1.0, size / circle.audience))
        )
    return phrase(circle.key, n=number(size), coverage=coverage)


def _names(officials: Sequence[Official]) -> Word:
    words = [
        phrase("officials.name", account=shown(each.claim.account), entity=each.claim.entity.name)
        for each in officials[:SHOWN]
    ]
    if len(officials) > SHOWN:
        words.append(phrase("officials.others", n=len(officials) - SHOWN))
    return listing(words)


def _own_lists(officials: Sequence[Official]) -> Word:
    return phrase("officials.own lists", names=_names(officials)) if officials else Word("")


def _evidence(official: Official) -> Evidence:
    said = from_account_claim(official.claim)
    return Evidence(text=said.text, at=official.seen_at, url=said.url, source=said.source, grade=said.grade)


CHECK = Check(name="officials", line=Line.STATE_LINK, category=Category.CONTEXTUAL, run=run)
