from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.dossier import State
from bot.checks.engagement.rhythm import gaps_of, hours_of, run
from bot.store.records import PostKind
from tests.bot.checks.worlds import a_post, a_snapshot, a_subject

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def _at(*hours: float) -> list[datetime]:
    return [MONDAY + timedelta(hours=each) for each in hours]


@given(st.lists(st.integers(0, 24 * 21), min_size=1, max_size=200))
def test_hours_agree_with_a_plain_reckoning(after: list[int]) -> None:
    measured = hours_of(_at(*after), UTC)
    counts = [len([each for each in after if each % 24 == hour]) for hour in range(24)]
    assert list(measured.hours) == counts
    around = [sum((counts * 2)[start : start + 6]) for start in range(24)]
    assert measured.quiet_posts == min(around) == around[measured.quiet]
    assert counts[measured.busy] == max(counts)
    assert measured.weekend == len([each for each in after if (each // 24) % 7 >= 5])


def test_a_zone_shifts_the_hours_with_its_summer_time() -> None:
    zone = ZoneInfo("America/Santiago")
    # 12:00 UTC is 09:00 there in March (summer) and 08:00 in July.
    march, july = MONDAY.replace(hour=12), MONDAY.replace(month=7, hour=12)
    assert hours_of([march], zone).busy == 9
    assert hours_of([july], zone).busy == 8


def test_a_place_has_its_own_weekend() -> None:
    friday = [MONDAY + timedelta(days=4)]
    assert hours_of(friday, UTC).weekend == 0
    assert hours_of(friday, UTC, weekend=frozenset({5, 6})).weekend == 1


@pytest.mark.parametrize(
    ("hours", "equal", "common"),
    [
        ([0, 1, 2, 3, 4], 4, 3600.0),
        ([0, 1, 2 + 2 / 3600, 3 + 2 / 3600, 4 + 5 / 3600], 3, 3600.0),  # one gap is three seconds longer
        ([0, 0, 0, 0, 5], 1, 18_000.0),  # four posts of one moment are no schedule
        ([5, 0], 1, 18_000.0),  # any order
    ],
)
def test_equal_gaps_at_their_borders(hours: list[float], equal: int, common: float) -> None:
    measured = gaps_of(_at(*hours))
    assert (measured.equal, measured.of) == (equal, len(hours) - 1)
    assert measured.common_s == pytest.approx(common, abs=2)


@given(st.lists(st.integers(0, 5_000), min_size=2, max_size=60))
def test_equal_gaps_agree_with_a_plain_reckoning(seconds: list[int]) -> None:
    measured = gaps_of([MONDAY + timedelta(seconds=each) for each in seconds])
    ordered = sorted(seconds)
    gaps = [after - before for before, after in pairwise(ordered)]
    assert measured.median_s == median(gaps)
    # The most gaps that lie within two seconds below some gap longer than the tolerance.
    assert measured.equal == max(
        [0, *(len([gap for gap in gaps if 0 <= top - gap <= 2]) for top in gaps if top > 2)]
    )


def test_a_fixed_schedule_is_found_and_stays_context() -> None:
    posts = [a_post(n, hours_ago=6 * n) for n in range(120)]
    (finding,) = run(a_subject(posts))
    assert finding.state is State.FOUND
    assert finding.summary == (
        "Rhythm: 119 of 119 (100 %, 95 % interval 97–100 %) of the gaps between posts are the same 6 hours. "
        "120 posts; median gap 6 hours, 119 of 119 (100 %, 95 % interval 97–100 %) of the gaps equal within "
        "2 seconds; UTC: quietest six hours from 00:00 with 30 of 120 (25 %, 95 % interval 18–33 %), busiest "
        "hour 00:00 with 30 posts, weekend 35 of 120 (29 %, 95 % interval 22–38 %). Context only."
    )
    assert finding.weight is None
    assert finding.disarm == ()
    assert finding.benign == "Schedulers, feeds and programme hours give such rhythms."


def test_uneven_gaps_are_described_and_found_to_be_nothing() -> None:
    posts = [a_post(n, hours_ago=6 * n + (n * n % 97) / 60) for n in range(120)]
    (finding,) = run(a_subject(posts))
    assert finding.state is State.NOT_FOUND
    assert finding.summary.startswith("Rhythm: 120 posts;")


def test_the_stated_place_is_shown_in_its_own_time() -> None:
    posts = [a_post(n, hours_ago=6 * n + (n % 7) / 9) for n in range(120)]
    profile = replace(a_snapshot(5), location="Santiago, Chile")
    (finding,) = run(a_subject(posts, snapshots=[profile]))
    assert "; Chile (America/Santiago): quietest six hours from " in finding.summary
    assert ", office hours " in finding.summary


def test_reposts_keep_the_hours_of_others() -> None:
    posts = [a_post(n, hours_ago=n) for n in range(100)]
    posts += [a_post(200 + n, hours_ago=n + 0.5, kind=PostKind.REPOST) for n in range(60)]
    (finding,) = run(a_subject(posts))
    assert "Rhythm: 99 of 99" in finding.summary
    (finding,) = run(a_subject(posts[1:]))
    assert finding.state is State.INSUFFICIENT
    assert finding.reason == "99 of 100 posts"


def test_no_posts_is_no_result() -> None:
    (finding,) = run(a_subject())
    assert finding.state is State.COULD_NOT_CHECK
