from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.attribution.officials import officials_among
from bot.checks.dossier import Finding, State
from bot.checks.statistics import hypergeometric_tail
from bot.store.follows import Follow, FollowList, record_follows
from bot.store.posts import record
from bot.store.records import PostKind
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, a_snapshot, checked, finding_of
from tests.bot.registry.founding import add_account, add_entity

OTHER = AccountRef(platform=Platform.X, handle="otro_diario")


@pytest.mark.parametrize(
    ("n", "of", "audience", "state"),
    [
        (2, 8, 8, State.NOT_FOUND),  # two are no pattern, however few the others
        (3, 8, 8, State.FOUND),
        (3, 150, 150, State.FOUND),  # 2 % exactly
        (3, 151, 151, State.NOT_FOUND),  # below 2 % of a small audience
        (3, 151, 200, State.FOUND),  # the share counts below 200 followers alone
        (3, 151, None, State.NOT_FOUND),  # without a count the list itself is the audience
        (0, 8, 8, State.NOT_FOUND),
    ],
)
def test_three_officials_and_two_in_a_hundred(n: int, of: int, audience: int | None, state: State) -> None:
    measured = officials_among(n, of, audience=audience)
    assert measured.state is state
    assert (measured.expected, measured.chance) == (None, None)


@pytest.mark.parametrize(
    ("others", "others_officials", "state"),
    [
        (99, 0, State.FOUND),  # one short of a comparison
        (1000, 0, State.FOUND),
        (1000, 3, State.FOUND),
        (1000, 60, State.NOT_FOUND),  # as common elsewhere
    ],
)
def test_chance_has_to_be_unlikely(others: int, others_officials: int, state: State) -> None:
    measured = officials_among(4, 40, audience=40, others=others, others_officials=others_officials)
    assert measured.state is state
    assert (measured.expected is None) == (others < 100)


def test_the_expectation_is_that_of_a_draw_from_all() -> None:
    measured = officials_among(3, 50, audience=50, others=150, others_officials=1)
    assert measured.expected == pytest.approx(50 * 4 / 200)
    assert measured.chance == pytest.approx(hypergeometric_tail(3, drawn=50, marked=4, population=200))


def _x(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle)


def _officials(store: sqlite3.Connection, n: int, *, country: str = "CN") -> list[AccountRef]:
    found: list[AccountRef] = []
    for number in range(n):
        key = f"consul {country} {number}"
        add_entity(store, key, kind="official")
        store.execute("UPDATE entity SET country = ? WHERE key = ?", (country, key))
        found.append(_x(f"consul_{country}_{number}".lower()))
        add_account(store, key, found[-1])
    return found


def _follow(
    store: sqlite3.Connection, account: AccountRef, followers: list[AccountRef], readers: int
) -> None:
    around = [*followers, *(_x(f"{account.handle or ''}"[:8] + f"_{number}") for number in range(readers))]
    record_follows(
        store,
        [
            Follow(
                account=account,
                follower=each,
                listed_in=FollowList.FOLLOWERS,
                source="import:test",
                seen_at=NOW,
            )
            for each in around
        ],
    )


def _found(store: sqlite3.Connection) -> Finding:
    return finding_of(checked(store, ACCOUNT), "officials")


def test_names_count_expectation_and_coverage_are_shown(store: sqlite3.Connection) -> None:
    consuls = _officials(store, 4)
    record(store, snapshots=[a_snapshot(80)])
    _follow(store, ACCOUNT, consuls, 36)
    _follow(store, OTHER, consuls[:1], 199)
    finding = _found(store)
    assert finding.state is State.FOUND
    assert finding.summary == (
        "Officials of China stand around it: 4 of China among 40 followers held (50 % of 80), where 0.83 "
        "would be expected from 1 other account. They are `@consul_cn_0` (`Consul Cn 0`), `@consul_cn_1` "
        "(`Consul Cn 1`), `@consul_cn_2` (`Consul Cn 2`) and `@consul_cn_3` (`Consul Cn 3`)."
    )
    assert (finding.n, finding.of, finding.weight, finding.qualifiers) == (4, 40, 0.30, ())
    assert len(finding.evidence) == 4


def test_without_anybody_to_compare_with_the_kind_reading_fits(store: sqlite3.Connection) -> None:
    _follow(store, ACCOUNT, _officials(store, 3), 36)
    dossier = checked(store, ACCOUNT)
    finding = finding_of(dossier, "officials")
    assert finding.qualifiers == ("benign_fits",)
    assert "too few other accounts held for an expectation" in finding.summary
    assert "of how many is not known" in finding.summary
    assert dossier.assessment.state_link.band == "very unlikely"


def test_officials_of_two_states_are_not_added_up(store: sqlite3.Connection) -> None:
    both = [*_officials(store, 2), *_officials(store, 2, country="RU")]
    _follow(store, ACCOUNT, both, 36)
    finding = _found(store)
    assert finding.state is State.NOT_FOUND
    assert "2 of China" in finding.summary
    assert "2 of Russia" in finding.summary
    assert "`@consul_ru_0`" in finding.summary


def test_too_small_a_list_is_too_little_data_unless_it_is_all(store: sqlite3.Connection) -> None:
    _officials(store, 1)
    _follow(store, ACCOUNT, [], 19)
    assert _found(store).state is State.INSUFFICIENT
    record(store, snapshots=[a_snapshot(19)])
    finding = _found(store)
    assert finding.state is State.NOT_FOUND
    assert "no registered official among 19 followers held (100 % of 19)" in finding.summary


def test_a_registry_without_officials_cannot_tell(store: sqlite3.Connection) -> None:
    _follow(store, ACCOUNT, [], 40)
    assert _found(store).reason == "the registry holds no officials on X"


def test_without_lists_the_officials_own_lists_are_named_and_not_counted(store: sqlite3.Connection) -> None:
    (consul,) = _officials(store, 1)
    assert _found(store).reason == "no list of its followers and no reposts of its posts are held"
    follow = Follow(
        account=ACCOUNT, follower=consul, listed_in=FollowList.FOLLOWS, source="import:test", seen_at=NOW
    )
    record_follows(store, [follow])
    finding = _found(store)
    assert finding.state is State.COULD_NOT_CHECK
    assert "By their own lists these follow it: `@consul_cn_0` (`Consul Cn 0`)" in (finding.reason or "")


def test_those_who_share_are_looked_at_as_well(store: sqlite3.Connection) -> None:
    consuls = _officials(store, 3)
    shares = [
        replace(a_post(100 + n, author=each, kind=PostKind.REPOST), refers_to="1")
        for n, each in enumerate([*consuls, *(_x(f"lectora_{n}") for n in range(20))])
    ]
    record(store, posts=[a_post(1), *shares])
    finding = _found(store)
    assert finding.state is State.FOUND
    assert "3 of China among 23 accounts held that reposted or quoted it" in finding.summary


def test_a_list_of_followers_would_change_it(store: sqlite3.Connection) -> None:
    told = "A list of its followers is imported."
    assert told not in checked(store, ACCOUNT).assessment.would_change
    consuls = _officials(store, 1)
    assert told in checked(store, ACCOUNT).assessment.would_change
    _follow(store, ACCOUNT, consuls, 30)
    assert told not in checked(store, ACCOUNT).assessment.would_change
