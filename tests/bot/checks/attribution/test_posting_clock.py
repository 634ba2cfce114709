from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.checks.attribution.posting_clock import clock_of
from bot.checks.dossier import Finding, State
from bot.checks.places import Place, place_of_country
from bot.store.posts import record
from bot.store.records import PostKind
from tests.bot.checks.worlds import NOW, a_post, a_snapshot, checked, finding_of
from tests.bot.registry.founding import OUTLET, add_account, add_entity


def _place(country: str) -> Place:
    place = place_of_country(country)
    assert place is not None
    return place


@pytest.mark.parametrize(
    ("local", "inside"),
    [
        (datetime(2026, 11, 18, 9, 0), True),  # noqa: DTZ001  # the zone is added below
        (datetime(2026, 11, 18, 8, 59), False),  # noqa: DTZ001
        (datetime(2026, 11, 18, 17, 59), True),  # noqa: DTZ001
        (datetime(2026, 11, 18, 18, 0), False),  # noqa: DTZ001
        (datetime(2026, 11, 21, 12, 0), False),  # noqa: DTZ001  # a Saturday
    ],
)
def test_office_hours_are_local_and_half_open(local: datetime, *, inside: bool) -> None:
    moment = local.replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    assert clock_of([moment], _place("CN")).n == int(inside)


def test_the_weekend_is_the_countrys() -> None:
    friday, sunday = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert clock_of([friday, sunday], _place("EG")).n == 1
    assert clock_of([friday, sunday], _place("GB")).n == 1
    assert clock_of([sunday], _place("EG")).n == 1


def test_summer_time_moves_the_office() -> None:
    # Eight in the morning UTC is nine in London in winter no more than in summer.
    winter, summer = datetime(2026, 1, 14, 8, tzinfo=UTC), datetime(2026, 7, 15, 8, tzinfo=UTC)
    assert [clock_of([each], _place("GB")).n for each in (winter, summer)] == [0, 1]


def _posts(n: int, *, zone: str, kind: PostKind = PostKind.ORIGINAL) -> list[datetime]:
    found: list[datetime] = []
    day = NOW.date()
    while len(found) < n:
        day -= timedelta(days=1)
        if day.isoweekday() < 6:
            found += [
                datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
                for hour in range(9, 18)
            ]
    return found[:n]


def _world(store: sqlite3.Connection, *, n: int = 220, zone: str = "Asia/Shanghai") -> None:
    add_entity(store, "ministry", kind="government")
    add_account(store, "ministry", OUTLET)
    record(
        store,
        posts=[
            replace(a_post(number, author=OUTLET), created_at=moment)
            for number, moment in enumerate(_posts(n, zone=zone))
        ],
    )


def _located(store: sqlite3.Connection, location: str | None) -> None:
    record(store, snapshots=[replace(a_snapshot(5, account=OUTLET), location=location)])


def _found(store: sqlite3.Connection) -> Finding:
    return finding_of(checked(store, OUTLET), "posting_clock")


def test_hours_of_the_capital_and_not_of_the_stated_place_are_context(store: sqlite3.Connection) -> None:
    _world(store)
    _located(store, "Santiago, Chile")
    dossier = checked(store, OUTLET)
    finding = finding_of(dossier, "posting_clock")
    assert finding.state is State.FOUND
    assert finding.summary == (
        "Posting clock: 220 of 220 (100 %, 95 % interval 98–100 %) in the office hours of Beijing, more than "
        "0 of 220 (0 %, 95 % interval 0–2 %) in those of Chile, its stated place. Context only."
    )
    assert finding.weight is None
    assert "clock" not in dossier.assessment.state_link.sentence.lower()
    assert "Beijing" not in dossier.assessment.state_link.sentence


@pytest.mark.parametrize("location", ["Singapore", "Perth, Australia & London", "China", None])
def test_neighbours_and_unknown_places_are_no_finding(
    store: sqlite3.Connection, location: str | None
) -> None:
    _world(store)
    _located(store, location)
    assert _found(store).state is State.NOT_FOUND


def test_two_hundred_posts_of_its_own(store: sqlite3.Connection) -> None:
    _world(store, n=199)
    finding = _found(store)
    assert (finding.state, finding.n, finding.of) == (State.INSUFFICIENT, 199, 200)


def test_an_account_without_a_link_is_not_clocked(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet")
    add_account(store, "outlet", OUTLET)
    assert _found(store).reason == "no state is linked to the account, and a clock says nothing alone"


def test_no_posts_cannot_be_clocked(store: sqlite3.Connection) -> None:
    add_entity(store, "ministry", kind="government")
    add_account(store, "ministry", OUTLET)
    assert _found(store).state is State.COULD_NOT_CHECK
