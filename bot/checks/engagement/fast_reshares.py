"""E6: how many of the reposts held came within seconds of publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.engagement.amplifiers import coverage, without_reposts
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, phrase, say, share
from bot.store.reposts import Repost

# [S] Windows: methods, E6 (Luceri 2024, Schliebs 2021), inclusive.
FIRST_S = 10
SECOND_S = 60
# [P] Sample, and the share within the first window from which it is found: its lower bound decides.
MIN_SAMPLE = 20
MIN_SHARE = 0.10

# [P] One post in sixty falls on a whole minute by itself; so many in a row do not.
MIN_TIMES = 5
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FastReshares:
    """Reposts within both windows, out of the `sample` that are not older than the post.

    COULD_NOT_CHECK: the times are whole minutes, which say nothing of seconds.
    """

    state: State
    sample: int
    first: int = 0
    second: int = 0
    early: int = 0


def fast_reshares(reposts: Sequence[Repost]) -> FastReshares:
    """Measure how soon reposts came. One that is older than its post shows a wrong clock and is left out."""
    lags = [at - published for _account, _post, at, published in reposts]
    kept = [lag for lag in lags if lag >= 0]
    early = len(lags) - len(kept)
    if len(kept) < MIN_SAMPLE:
        return FastReshares(state=State.INSUFFICIENT, sample=len(kept), early=early)
    if _coarse(reposts):
        return FastReshares(state=State.COULD_NOT_CHECK, sample=len(kept), early=early)
    first, second = (len([lag for lag in kept if lag <= limit * 1000]) for limit in (FIRST_S, SECOND_S))
    low, _high = wilson_interval(first, len(kept))
    return FastReshares(
        state=State.FOUND if low >= MIN_SHARE else State.NOT_FOUND,
        sample=len(kept),
        first=first,
        second=second,
        early=early,
    )


def _coarse(reposts: Sequence[Repost]) -> bool:
    """Whether the times of reposts or of posts are whole minutes throughout."""
    if all(at % _MINUTE_MS == 0 for _account, _post, at, _published in reposts):
        return True
    if any(published % _MINUTE_MS for _account, _post, _at, published in reposts):
        return False
    return len({post for _account, post, _at, _published in reposts}) >= MIN_TIMES


def run(subject: Subject) -> tuple[Finding, ...]:
    """Measure the reposts held of the window's posts."""
    missing = without_reposts(CHECK, subject, needed=MIN_SAMPLE)
    if missing is not None:
        return (missing,)
    measured = fast_reshares(subject.reach.reposts)
    if measured.state is State.COULD_NOT_CHECK:
        return (could_not_check(CHECK, reason=say("fast.coarse", window=FIRST_S)),)
    if measured.state is State.INSUFFICIENT:
        reason = say("reason.few reposts", n=measured.sample, needed=MIN_SAMPLE)
        return (insufficient(CHECK, n=measured.sample, needed=MIN_SAMPLE, reason=reason),)
    found = measured.state is State.FOUND
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=measured.state,
            summary=say(
                "fast.found" if found else "fast.nothing",
                short=_part(measured.first, measured),
                first=FIRST_S,
                long=_part(measured.second, measured),
                second=SECOND_S,
                notes=_notes(measured, subject),
            ),
            n=measured.first,
            of=measured.sample,
            benign=say("fast.benign") if found else None,
        ),
    )


def _part(n: int, measured: FastReshares) -> Word:
    return share(n, measured.sample, interval=wilson_interval(n, measured.sample))


def _notes(measured: FastReshares, subject: Subject) -> Word:
    held = phrase("fast.held", reposts=counted(measured.sample, "repost"), coverage=coverage(subject))
    if not measured.early:
        return held
    return Word(held + phrase("fast.early", reposts=counted(measured.early, "repost")))


CHECK = Check(name="fast_reshares", line=Line.COORDINATION, category=Category.BEHAVIOURAL, run=run)
