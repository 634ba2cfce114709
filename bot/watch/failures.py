"""What a look that failed means: when to ask again, whether the account is given up, who must know.

It follows from the class of the failure, never from its words. What is wrong with a whole platform parks no
account: the account did nothing, and nobody would resume a thousand of them afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from bot.accounts import AccountRef, Platform
from bot.checks.wording import Word, lapse
from bot.errors import (
    NotThereError,
    PlatformError,
    PlatformUnreachableError,
    RateLimitedError,
    SignInNeededError,
    SpendLimitError,
    TokenRefusedError,
    WithheldError,
)
from bot.registry.names import PLATFORM_NAMES
from bot.store.watch_looks import Due, Others, look_deferred, look_failed, others_at
from bot.store.watch_records import Event, EventKind
from bot.watch.changes import parked_words
from bot.watch.facts import told
from bot.watch.schedule import LONGEST, MOST_FAILURES, jittered, retry
from bot.watch.sentences import LOOKS_GO_ON, tell
from bot.watch.telling import tell_all

# A spent allowance comes back with the hour, day or month.
SPENT_WAIT = timedelta(hours=1)
LIMITED_WAIT = timedelta(minutes=15)
# An account that is withheld from us so many times while others are shown is given up.
MOST_REFUSALS = 3
# Some account of a platform is due in this time, so a platform that answers has answered somebody.
ANSWERS_WITHIN = LONGEST * 1.25
# After an outage an account needs so many failures of its own before it is given up.
FEWEST_OWN = 3
# An outage is told to those who watch when nobody was answered for so long, over several tries.
OUTAGE_TOLD = timedelta(hours=6)
SHUT_TOLD = timedelta(hours=1)
OUTAGE_TRIES = 5
# Accounts of one platform that fail in a row before the others wait for it.
BREAKS_AT = 3
BREAK = timedelta(minutes=2)
LONGEST_BREAK = timedelta(minutes=30)


class UnreadableError(PlatformError):
    """What is held of one account cannot be compared."""


class Failing(StrEnum):
    """What kept a look from being made."""

    RATE_LIMITED = "rate limited"
    SPENT = "allowance used up"
    DOWN = "platform down"
    NOT_CONFIGURED = "not configured"
    PROTECTED = "protected"
    NOT_FOUND = "not found"
    UNREADABLE = "unreadable"
    MALFORMED = "malformed"


def failing_of(error: PlatformError) -> Failing:
    """Return the class of a failure."""
    match error:
        case RateLimitedError():
            return Failing.RATE_LIMITED
        case SpendLimitError():
            return Failing.SPENT
        case PlatformUnreachableError():
            return Failing.DOWN
        case SignInNeededError() | TokenRefusedError():
            return Failing.NOT_CONFIGURED
        case WithheldError():
            return Failing.PROTECTED
        case NotThereError():
            return Failing.NOT_FOUND
        case UnreadableError():
            return Failing.UNREADABLE
        case _:
            return Failing.MALFORMED


def host_of(account: AccountRef) -> str:
    """Return what fails as a whole: a platform, one server of the fediverse, one web site."""
    name = account.handle or account.platform_id or ""
    match account.platform:
        case Platform.FEDIVERSE:
            return f"fediverse:{name.rpartition('@')[2]}"
        case Platform.WEBSITE:
            return f"website:{name}"
        case platform:
            return platform.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A look that failed. `until`: it was not even tried, since its platform is left alone until then."""

    due: Due
    error: PlatformError
    until: datetime | None = None


@dataclass(slots=True)
class _Broken:
    error: PlatformError
    until: datetime | None = None
    accounts: set[int] = field(default_factory=set[int])
    times: int = 0


class Breaker:
    """Leaves a platform alone that asked for it, that refuses everybody, or that answers nobody."""

    def __init__(self) -> None:
        self._broken: dict[str, _Broken] = {}

    def deferred(self, due: Due, *, now: datetime) -> Failed | None:
        """Return why an account is not to be asked about now; None where it may."""
        broken = self._broken.get(host_of(due.ref))
        if broken is None or broken.until is None:
            return None
        if broken.until <= now:
            # One account tries for all; the others wait for what it is told.
            broken.until = now + BREAK if broken.times else None
            return None
        return Failed(due=due, error=broken.error, until=broken.until)

    def answered(self, due: Due) -> None:
        """A platform answered: nothing is wrong with it as a whole."""
        self._broken.pop(host_of(due.ref), None)

    def failed(self, due: Due, error: PlatformError, *, now: datetime) -> None:
        """Take note of a failure that may be the platform's."""
        failing = failing_of(error)
        if failing not in {Failing.RATE_LIMITED, Failing.NOT_CONFIGURED, Failing.DOWN}:
            return
        broken = self._broken.setdefault(host_of(due.ref), _Broken(error))
        broken.error = error
        if isinstance(error, RateLimitedError):
            broken.until = error.retry_at
            return
        broken.accounts.add(due.account_id)
        if failing is Failing.NOT_CONFIGURED or len(broken.accounts) >= BREAKS_AT:
            broken.until = now + min(BREAK * 2**broken.times, LONGEST_BREAK)
            broken.times = min(broken.times + 1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a failure comes to. `wide`: it looks like trouble of the whole platform."""

    failures: int
    next_at: datetime
    parked: bool = False
    wide: bool = False


def judge(due: Due, error: PlatformError, *, others: Others, random: Random, now: datetime) -> Verdict:
    """Return what becomes of an account whose look failed.

    `others` is what the accounts of the same platform, this one included, came to.
    """
    failing = failing_of(error)
    if failing in {Failing.RATE_LIMITED, Failing.SPENT}:
        # To wait for a limit is nobody's failure.
        return Verdict(failures=due.failures, next_at=_after_limit(error, random=random, now=now))
    count = due.failures + 1
    wide = _is_wide(failing, due, others=others, now=now)
    if wide:
        count = min(count, MOST_FAILURES - FEWEST_OWN)
    most = MOST_REFUSALS if failing is Failing.PROTECTED else MOST_FAILURES
    return Verdict(
        failures=count,
        next_at=now + jittered(retry(count), random=random),
        parked=not wide and count >= most,
        wide=wide,
    )


def _is_wide(failing: Failing, due: Due, *, others: Others, now: datetime) -> bool:
    """Whether a failure may be the platform's: nobody else was answered meanwhile."""
    alone = others.accounts <= 1
    answered = others.answered_at
    match failing:
        case Failing.NOT_CONFIGURED:
            return True
        case Failing.UNREADABLE:
            return False
        case Failing.PROTECTED:
            # An address that is shut out is refused everything, so the others are waited for.
            since = due.looked_at
            return not alone and (answered is None or (since is not None and answered <= since))
        case Failing.NOT_FOUND:
            return not alone and (answered is None or now - answered > ANSWERS_WITHIN)
        case _:
            if due.ref.platform is Platform.WEBSITE:
                return False
            return alone or answered is None or now - answered > ANSWERS_WITHIN


def _after_limit(error: PlatformError, *, random: Random, now: datetime) -> datetime:
    if isinstance(error, RateLimitedError):
        asked = error.retry_at or now + LIMITED_WAIT
        return max(asked, now) + jittered(timedelta(minutes=1), random=random)
    return now + jittered(SPENT_WAIT, random=random)


def commit_failures(
    connection: sqlite3.Connection, failures: Sequence[Failed], *, random: Random, now: datetime
) -> int:
    """Write why looks failed; those that are given up are told, and platforms that do not answer."""
    new = 0
    known: dict[str, Others] = {}
    for each in failures:
        due, error = each.due, each.error
        if each.until is not None:
            later = max(each.until, now) + jittered(timedelta(minutes=1), random=random)
            look_deferred(connection, due.account_id, error=str(error), next_at=later)
            continue
        host = host_of(due.ref)
        if host not in known:
            known[host] = others_at(connection, due.ref.platform, server=_server(host))
        verdict = judge(due, error, others=known[host], random=random, now=now)
        look_failed(
            connection,
            due.account_id,
            error=str(error),
            failures=verdict.failures,
            at=now,
            next_at=verdict.next_at,
            parked=verdict.parked,
        )
        event = _event(due, error, verdict, others=known[host], now=now)
        if event is not None:
            new += tell_all(connection, due.account_id, event=event, now=now)
    return new


def _server(host: str) -> str | None:
    kind, _, server = host.partition(":")
    return server if kind == Platform.FEDIVERSE.value else None


def _event(
    due: Due, error: PlatformError, verdict: Verdict, *, others: Others, now: datetime
) -> Event | None:
    if verdict.parked:
        refused = failing_of(error) is Failing.PROTECTED
        return Event(
            kind=EventKind.PARKED,
            key=f"{due.account_id}:parked:{now.isoformat()}",
            happened_at=now,
            told=told(
                due.ref,
                EventKind.PARKED,
                what=parked_words(verdict.failures, refused=refused),
                after=str(error),
            ),
        )
    if not verdict.wide or not _is_told(due, error, others=others, now=now):
        return None
    answered = others.answered_at
    time = lapse(now - answered) if answered else Word("a while")
    if others.accounts > 1:
        what = tell("outage", platform=Word(PLATFORM_NAMES[due.ref.platform]), time=time)
    else:
        what = tell("outage alone", time=time)
    # The same for all accounts until the platform answers again, so a list hears of an outage once.
    key = f"outage:{host_of(due.ref)}:{answered.isoformat() if answered else 'never'}"
    return Event(
        kind=EventKind.PARKED,
        key=key,
        happened_at=now,
        told=told(due.ref, EventKind.PARKED, what=what, after=str(error), todo=LOOKS_GO_ON),
    )


def _is_told(due: Due, error: PlatformError, *, others: Others, now: datetime) -> bool:
    """Whether an outage has lasted long enough to be told."""
    shut = failing_of(error) is Failing.NOT_CONFIGURED
    if others.answered_at is not None and now - others.answered_at < (SHUT_TOLD if shut else OUTAGE_TOLD):
        return False
    return shut or due.failures + 1 >= OUTAGE_TRIES
