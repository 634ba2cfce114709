"""What a failed look comes to, by the class of its failure: in simulated time, and case by case."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import (
    NotThereError,
    PlatformError,
    PlatformUnreachableError,
    RateLimitedError,
    ShapeChangedError,
    SignInNeededError,
    SpendLimitError,
    TokenRefusedError,
    WithheldError,
)
from bot.store.live import AccountState
from bot.store.records import AccountId
from bot.store.watch_looks import Due, Others
from bot.store.watch_records import EventKind, Severity, Terms
from bot.watch.failures import (
    BREAKS_AT,
    FEWEST_OWN,
    MOST_REFUSALS,
    Breaker,
    Failing,
    UnreadableError,
    failing_of,
    host_of,
    judge,
)
from bot.watch.schedule import MOST_FAILURES
from tests.bot.watch.desk import OTHER_GUILD, RUI, START, Desk, account, whats
from tests.bot.watch.test_events import set_state

HOUR = timedelta(hours=1)
DOWN = PlatformUnreachableError("nobody answered")


def due(*, failures: int = 0, platform: Platform = Platform.X, number: int = 1) -> Due:
    name = "gaceta@social.example" if platform is Platform.FEDIVERSE else f"gaceta{number}"
    return Due(
        account_id=AccountId(number),
        ref=AccountRef(platform=platform, handle=name),
        seen="{}",
        failures=failures,
        succeeded_at=START - 3 * HOUR,
        looked_at=START - HOUR,
    )


def others(*, accounts: int = 5, answered: datetime | None = START) -> Others:
    return Others(accounts=accounts, answered_at=answered)


LONG_AGO = START - timedelta(days=2)
LAST = MOST_FAILURES - 1


@pytest.mark.parametrize(
    ("error", "failing"),
    [
        (RateLimitedError("x"), Failing.RATE_LIMITED),
        (SpendLimitError("x"), Failing.SPENT),
        (DOWN, Failing.DOWN),
        (SignInNeededError("x"), Failing.NOT_CONFIGURED),
        (TokenRefusedError("x"), Failing.NOT_CONFIGURED),
        (WithheldError("x"), Failing.PROTECTED),
        (NotThereError("x"), Failing.NOT_FOUND),
        (UnreadableError("x"), Failing.UNREADABLE),
        (ShapeChangedError("x"), Failing.MALFORMED),
        (PlatformError("x"), Failing.MALFORMED),
    ],
)
def test_every_error_has_its_class(error: PlatformError, failing: Failing) -> None:
    assert failing_of(error) is failing


@pytest.mark.parametrize(
    ("error", "failures", "who", "parked"),
    [
        # Limits are nobody's failure, however often.
        (RateLimitedError("x"), 50, others(), False),
        (SpendLimitError("x"), 50, others(), False),
        # Others are answered, so it is the account's own; one failure fewer is not enough.
        (DOWN, LAST, others(), True),
        (DOWN, LAST - 1, others(), False),
        (ShapeChangedError("x"), LAST, others(), True),
        (UnreadableError("x"), LAST, others(accounts=1), True),
        (NotThereError("x"), LAST, others(accounts=1), True),
        # Nobody is answered, or there is nobody to compare with: the platform, for all we know.
        (DOWN, LAST, others(answered=LONG_AGO), False),
        (DOWN, LAST, others(answered=None), False),
        (DOWN, LAST, others(accounts=1), False),
        (ShapeChangedError("x"), LAST, others(answered=LONG_AGO), False),
        (NotThereError("x"), LAST, others(answered=LONG_AGO), False),
        # The owner of the bot can mend it; no account is at fault.
        (SignInNeededError("x"), 50, others(), False),
        (TokenRefusedError("x"), 50, others(accounts=1), False),
        # Withheld from us: soon, but not where everybody is.
        (WithheldError("x"), MOST_REFUSALS - 1, others(), True),
        (WithheldError("x"), 0, others(), False),
        (WithheldError("x"), 50, others(answered=LONG_AGO), False),
        (WithheldError("x"), MOST_REFUSALS - 1, others(accounts=1, answered=None), True),
    ],
)
def test_an_account_is_given_up_for_failures_of_its_own_alone(
    error: PlatformError, failures: int, who: Others, *, parked: bool
) -> None:
    verdict = judge(due(failures=failures), error, others=who, random=Random(1), now=START)  # noqa: S311
    assert verdict.parked is parked
    assert verdict.next_at > START


def test_a_web_site_has_no_others() -> None:
    site = due(failures=LAST, platform=Platform.WEBSITE)
    assert judge(site, DOWN, others=others(accounts=1), random=Random(1), now=START).parked  # noqa: S311


def test_after_an_outage_an_account_needs_failures_of_its_own() -> None:
    verdict = judge(
        due(failures=LAST),
        DOWN,
        others=others(answered=LONG_AGO),
        random=Random(1),  # noqa: S311  # spreads looks
        now=START,
    )
    assert verdict.failures == MOST_FAILURES - FEWEST_OWN


def test_servers_of_the_fediverse_fail_one_by_one() -> None:
    assert host_of(due(platform=Platform.FEDIVERSE).ref) == "fediverse:social.example"
    assert host_of(account("gaceta")) == host_of(account("diario"))


def test_a_platform_that_named_a_time_is_left_alone_until_then() -> None:
    breaker = Breaker()
    breaker.failed(due(), RateLimitedError("slow down", retry_at=START + HOUR), now=START)
    held = breaker.deferred(due(number=2), now=START)
    assert held is not None
    assert held.until == START + HOUR
    assert breaker.deferred(due(platform=Platform.FEDIVERSE), now=START) is None
    assert breaker.deferred(due(number=2), now=START + HOUR) is None


def test_a_platform_that_answers_nobody_is_left_alone_for_a_while() -> None:
    breaker = Breaker()
    for number in range(1, BREAKS_AT):
        breaker.failed(due(number=number), DOWN, now=START)
        # The same account again says nothing about the platform.
        breaker.failed(due(number=number), DOWN, now=START)
        assert breaker.deferred(due(number=9), now=START) is None
    breaker.failed(due(number=BREAKS_AT), DOWN, now=START)
    assert breaker.deferred(due(number=9), now=START) is not None
    # After a while one tries for all.
    assert breaker.deferred(due(number=9), now=START + HOUR) is None
    assert breaker.deferred(due(number=8), now=START + HOUR) is not None
    breaker.answered(due(number=9))
    breaker.failed(due(number=1), DOWN, now=START + HOUR)
    assert breaker.deferred(due(number=9), now=START + HOUR) is None


async def test_an_outage_of_days_parks_nobody_is_told_once_and_passes(desk: Desk) -> None:
    handles = {f"diario{n}" for n in range(12)}
    desk.platforms.live = set(handles)
    watched = await desk.list_of(*sorted(handles))
    await desk.subscribe(watched, terms=Terms(least=Severity.CRITICAL))
    await desk.after(hours=1)
    desk.platforms.out = PlatformUnreachableError("nobody answered")
    asked_before = len(desk.platforms.asked)
    await desk.until(desk.clock.now + timedelta(days=6), step=timedelta(minutes=15))
    shown = await desk.watch.lists.show(watched)
    assert [item.parked_at for item in shown.items if item.parked_at] == []
    (message,) = desk.in_channel
    assert message.texts.startswith("cannot be looked at, and no other watched account on X was read for")
    assert message.alerts[0].told.after == "nobody answered"
    # Asked ever more rarely: twelve accounts every five minutes would have made 20,000 requests.
    assert len(desk.platforms.asked) - asked_before < 12 * 20
    desk.platforms.out = None
    await desk.until(desk.clock.now + timedelta(hours=14), step=timedelta(minutes=15))
    shown = await desk.watch.lists.show(watched)
    assert {item.failures for item in shown.items} == {0}
    assert {item.last_error for item in shown.items} == {None}
    assert len(desk.in_channel) == 1


async def test_of_an_account_alone_on_its_platform_nothing_is_said_about_others(desk: Desk) -> None:
    desk.platforms.live = {"gaceta"}
    watched = await desk.list_of("gaceta")
    await desk.subscribe(watched)
    await desk.after(minutes=10)
    desk.platforms.failing["gaceta"] = DOWN
    await desk.until(desk.clock.now + timedelta(days=6), step=timedelta(minutes=30))
    (message,) = desk.in_channel
    assert message.texts.startswith("could not be looked at for ")
    assert (await desk.watch.lists.show(watched)).items[0].parked_at is None


async def test_a_refused_token_parks_nobody_and_is_told_with_its_reason(desk: Desk) -> None:
    desk.platforms.live = {"gaceta", "diario"}
    watched = await desk.list_of("gaceta", "diario")
    await desk.subscribe(watched)
    await desk.after(minutes=10)
    desk.platforms.out = TokenRefusedError("its token is refused")
    await desk.until(desk.clock.now + timedelta(days=2), step=timedelta(minutes=15))
    (message,) = desk.in_channel
    assert [alert.kind for alert in message.alerts] == [EventKind.PARKED]
    assert message.alerts[0].told.after == "its token is refused"
    shown = await desk.watch.lists.show(watched)
    assert [item.parked_at for item in shown.items] == [None, None]


async def test_a_limit_defers_all_accounts_of_its_platform_and_costs_nobody_anything(desk: Desk) -> None:
    handles = [f"diario{n}" for n in range(20)]
    desk.platforms.live = set(handles)
    watched = await desk.list_of(*handles)
    await desk.look()
    asked = len(desk.platforms.asked)
    desk.platforms.out = RateLimitedError("no more for now", retry_at=desk.clock.now + 3 * HOUR)
    await desk.look()
    # Those already under way come back with it; nobody else is asked.
    assert len(desk.platforms.asked) - asked < 20
    asked = len(desk.platforms.asked)
    await desk.after(hours=2)
    assert len(desk.platforms.asked) == asked
    shown = await desk.watch.lists.show(watched)
    assert {item.failures for item in shown.items} == {0}
    assert {item.last_error for item in shown.items} == {"no more for now"}


async def test_who_is_withheld_from_us_while_others_are_shown_is_given_up_with_a_word(desk: Desk) -> None:
    desk.platforms.live = {"gaceta", "diario"}
    watched = await desk.list_of("gaceta", "diario")
    await desk.subscribe(watched)
    desk.platforms.failing["gaceta"] = WithheldError("it does not show this")
    await desk.until(desk.clock.now + timedelta(days=3), step=timedelta(minutes=30))
    assert whats(desk.in_channel) == ["is not looked at any more: its platform refuses"]
    shown = await desk.watch.lists.show(watched)
    assert [item.ref.handle for item in shown.items if item.parked_at] == ["gaceta"]


async def test_a_suspended_account_is_an_event_and_no_failure(desk: Desk) -> None:
    desk.platforms.live = {"gaceta"}
    watched = await desk.list_of("gaceta")
    await desk.subscribe(watched)
    await set_state(desk, "gaceta", AccountState.PRESENT)
    await desk.after(hours=13)
    await set_state(desk, "gaceta", AccountState.SUSPENDED)
    await desk.until(desk.clock.now + timedelta(days=7), step=timedelta(hours=1))
    assert whats(desk.in_channel) == ["was suspended by its platform"]
    (item,) = (await desk.watch.lists.show(watched)).items
    assert (item.failures, item.parked_at, item.last_error) == (0, None, None)


async def test_every_server_that_watches_is_named_as_one_that_may_pay(desk: Desk) -> None:
    desk.platforms.live = {"gaceta"}
    await desk.list_of("gaceta")
    there = await desk.watch.lists.create(OTHER_GUILD, "There", by=RUI)
    await desk.watch.lists.add(there, [account("gaceta")], by=RUI)
    await desk.look()
    assert desk.platforms.payers["gaceta"] == (1, OTHER_GUILD)
    # A server whose list is paused wants no look, so it pays for none.
    await desk.watch.lists.pause(there)
    await desk.look()
    assert desk.platforms.payers["gaceta"] == (1,)
