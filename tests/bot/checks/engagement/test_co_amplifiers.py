from __future__ import annotations

import random
from itertools import combinations
from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import Platform
from bot.checks.dossier import Bond, BondKind, Line, State
from bot.checks.engagement.co_amplifiers import MOST_ACCOUNTS, co_amplifiers, run
from bot.store.reposts import Repost
from tests.bot.checks.engagement.reaching import a_repost, with_reposts


def _made(by_account: dict[int, list[int]]) -> list[Repost]:
    return [a_repost(account, post) for account, posts in by_account.items() for post in posts]


def _crowd(*, accounts: int = 40, posts: int = 200, each: int = 12, seed: int = 5) -> dict[int, list[int]]:
    """Readers who choose by themselves."""
    rng = random.Random(seed)  # noqa: S311 - a crowd, no secret
    return {100 + number: rng.sample(range(posts), each) for number in range(accounts)}


def test_two_who_repost_the_same_among_many_are_found() -> None:
    same = list(range(0, 60, 5))
    measured = co_amplifiers(_made({**_crowd(), 1: same, 2: same}))
    assert measured.state is State.FOUND
    (pair,) = measured.alike
    assert {pair.one, pair.other} == {1, 2}
    assert (pair.shared, pair.n, pair.m, pair.cosine, pair.symmetry) == (12, 12, 12, 1.0, 1.0)


def test_readers_who_choose_by_themselves_are_not() -> None:
    measured = co_amplifiers(_made(_crowd()))
    assert measured.state is State.NOT_FOUND
    assert (measured.alike, measured.by_chance) == ((), 0)


def test_nine_reposts_are_too_few_to_be_compared() -> None:
    assert co_amplifiers(_made({1: list(range(9)), 2: list(range(9))})).state is State.INSUFFICIENT
    assert co_amplifiers(_made({1: list(range(10)), 2: list(range(9))})).state is State.INSUFFICIENT
    assert co_amplifiers(_made({1: list(range(10)), 2: list(range(10))})).accounts == 2


def test_who_reposts_nearly_everything_is_alike_by_chance() -> None:
    fans = {number: list(range(20)) for number in range(6)}
    measured = co_amplifiers(_made({**fans, 50: [20]}))
    assert measured.state is State.NOT_FOUND
    assert measured.by_chance == 15


def test_symmetry_tells_a_small_account_from_a_large_one() -> None:
    many = list(range(100))
    measured = co_amplifiers(_made({**_crowd(posts=400), 1: many, 2: many[:95]}))
    (pair,) = measured.alike
    assert pair.symmetry == pytest.approx(0.95)
    assert pair.cosine == pytest.approx(sqrt(0.95), abs=0.01)


@given(
    st.dictionaries(
        st.integers(0, 12), st.sets(st.integers(0, 25), min_size=8, max_size=20), min_size=2, max_size=10
    )
)
def test_cosines_agree_with_plain_vectors(by_account: dict[int, set[int]]) -> None:
    measured = co_amplifiers(_made({account: sorted(posts) for account, posts in by_account.items()}))
    active = {account: posts for account, posts in by_account.items() if len(posts) >= 10}
    if len(active) < 2:
        assert measured.state is State.INSUFFICIENT
        return
    weights = {
        post: 1 + log((1 + len(by_account)) / (1 + sum(post in posts for posts in by_account.values())))
        for post in range(26)
    }

    def cosine(one: set[int], other: set[int]) -> float:
        vectors = [[weights[post] if post in posts else 0.0 for post in range(26)] for posts in (one, other)]
        dot = sum(a * b for a, b in zip(*vectors, strict=True))
        return dot / (sqrt(sum(a * a for a in vectors[0])) * sqrt(sum(b * b for b in vectors[1])))

    plain = [cosine(active[one], active[other]) for one, other in combinations(active, 2)]
    assert measured.edges == len([each for each in plain if each > 0])
    near = [each for each in plain if each >= 0.9 + 1e-9]
    assert len(measured.alike) + measured.by_chance >= len(near)
    for pair in measured.alike:
        assert pair.cosine == pytest.approx(cosine(by_account[pair.one], by_account[pair.other]))


def test_the_order_of_reposts_does_not_matter() -> None:
    reposts = _made({**_crowd(), 1: list(range(12)), 2: list(range(12))})
    random.Random(1).shuffle(reposts)  # noqa: S311 - any other order
    assert co_amplifiers(reposts) == co_amplifiers(sorted(reposts))


def test_many_accounts_are_capped_to_the_most_active_and_it_is_said() -> None:
    crowd = _crowd(accounts=MOST_ACCOUNTS + 5, each=12)
    crowd[1] = crowd[2] = list(range(0, 40, 2))
    measured = co_amplifiers(_made(crowd))
    assert (measured.accounts, measured.active) == (MOST_ACCOUNTS, MOST_ACCOUNTS + 7)
    (finding,) = run(with_reposts(_made(crowd)))
    assert "Only the 100 most active were compared." in finding.summary
    assert "the top 0.5 % (" in finding.summary


def test_the_summary_and_the_evidence_name_pairs_with_their_figures() -> None:
    same = list(range(0, 60, 5))
    (finding,) = run(with_reposts(_made({**_crowd(accounts=10), 1: same, 2: same})))
    assert finding.summary.startswith(
        "Co-amplifiers: 1 pair of 12 accounts repost nearly the same of its posts (cosine 0.9 or more, "
        "beyond chance)."
    )
    assert [evidence.text for evidence in finding.evidence] == [
        "`@lectora_1` and `@lectora_2`: 12 posts in common of 12 and 12, cosine 1, symmetry 1"
    ]
    assert finding.line is Line.COORDINATION
    assert finding.benign is not None
    assert finding.bonds == (
        Bond(
            kind=BondKind.REPOSTS,
            one="@lectora_1",
            other="@lectora_2",
            platform=Platform.X,
            shared=12,
        ),
    )


def test_no_reposts_is_a_gap() -> None:
    (finding,) = run(with_reposts([]))
    assert finding.state is State.COULD_NOT_CHECK
    (finding,) = run(with_reposts(_made({number: [number] for number in range(30)})))
    assert finding.reason == "0 of 2 accounts with 10 or more reposts of its posts"
