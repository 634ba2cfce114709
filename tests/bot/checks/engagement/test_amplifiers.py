from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.dossier import State
from bot.checks.engagement.amplifiers import amplifiers, run
from bot.store.records import Counts
from bot.store.reposts import Repost
from tests.bot.checks.engagement.reaching import a_repost, with_reposts
from tests.bot.checks.worlds import a_post, a_subject


def _made(*counts: int) -> list[Repost]:
    """Account number n reposted `counts[n]` posts."""
    return [a_repost(account, post) for account, made in enumerate(counts) for post in range(made)]


@pytest.mark.parametrize(
    ("reposts", "state", "one_percent"),
    [
        (_made(19), State.INSUFFICIENT, 0),
        (_made(20), State.NOT_FOUND, 0),
        (_made(*[1] * 99, 200), State.FOUND, 1),  # exactly 100 accounts
        (_made(*[1] * 98, 200), State.NOT_FOUND, 0),  # 99 accounts: no share of the top 1 %
        (_made(*[1] * 100), State.NOT_FOUND, 1),  # exactly 100 reposts
        (_made(*[1] * 99, 99), State.FOUND, 1),  # half, exactly
        (_made(*[1] * 99, 98), State.NOT_FOUND, 1),
        (_made(*[1] * 198, 100, 100), State.FOUND, 2),
        (_made(*[1] * 199, 100, 100), State.FOUND, 3),  # 201 accounts: the part of one counts whole
    ],
)
def test_the_top_one_percent_at_its_borders(reposts: list[Repost], state: State, one_percent: int) -> None:
    measured = amplifiers(reposts)
    assert (measured.state, measured.one_percent) == (state, one_percent)


@given(st.lists(st.integers(0, 40), min_size=20, max_size=300))
def test_every_figure_agrees_with_a_plain_reckoning(accounts: list[int]) -> None:
    reposts = [a_repost(account, post) for post, account in enumerate(accounts)]
    measured = amplifiers(reposts)
    made = sorted(Counter(accounts).values(), reverse=True)
    assert (measured.reposts, measured.accounts) == (len(accounts), len(made))
    assert measured.by_five == sum(made[:5])
    assert measured.again == len([each for each in made if each > 1])
    assert measured.repeated == sum(each for each in made if each > 1)
    # The mean difference between all pairs, over twice the mean.
    mean = len(accounts) / len(made)
    difference = sum(abs(one - other) for one in made for other in made) / len(made) ** 2
    assert measured.gini == pytest.approx(difference / (2 * mean))


def test_the_order_of_reposts_does_not_matter() -> None:
    reposts = _made(5, 9, 1, 30, 30)
    assert amplifiers(reposts[::-1]) == amplifiers(reposts)


def test_a_small_sample_gives_the_top_five_and_says_that_it_is_small() -> None:
    posts = [a_post(n, counts=Counts(likes=1, reposts=50, replies=0)) for n in range(30)]
    (finding,) = run(with_reposts(_made(10, 5, 3, 2, 1, 1), posts=posts))
    assert finding.summary == (
        "Amplifiers: 22 reposts by 6 accounts are held, of 1,500 that its posts report; the top five made "
        "21 of 22 (95 %, 95 % interval 78–99 %); Gini 0.44; 4 accounts reposted it more than once and made "
        "20 of 22 (91 %, 95 % interval 72–97 %). Too small for the share of the top 1 %, which asks for 100 "
        "reposts by 100 accounts."
    )
    assert finding.figure == (
        "Amplifiers: 22 reposts by 6 accounts held, the top five made 21 of 22 (95 %, 95 % interval 78–99 %)"
    )
    assert finding.evidence[0].text == "`@lectora_0`: 10 of its posts reposted"
    assert len(finding.evidence) == 5


def test_concentration_is_compared_with_a_named_figure_of_another_network() -> None:
    (finding,) = run(with_reposts(_made(*[1] * 120, 300)))
    assert finding.state is State.FOUND
    assert finding.summary.startswith("Amplifiers: the top 1 % (2 accounts) made 301 of 420 (72 %")
    assert "half or more" in finding.summary
    assert (
        "about half, of the reposts of the diplomats of one state on Twitter, another network"
        in finding.summary
    )
    assert finding.benign is not None
    assert finding.disarm == ()


def test_a_capped_list_is_called_so() -> None:
    (finding,) = run(with_reposts(_made(30), capped=True))
    assert "30 reposts by 1 account are held, the newest only;" in finding.summary


def test_negative_and_absurd_totals_do_not_enter_the_coverage() -> None:
    posts = [a_post(n, counts=Counts(reposts=total)) for n, total in enumerate((40, -5, 10**11))]
    (finding,) = run(with_reposts(_made(30), posts=posts))
    assert "of 40 that its posts report" in finding.summary


@pytest.mark.parametrize(("held", "state"), [(0, State.COULD_NOT_CHECK), (19, State.INSUFFICIENT)])
def test_no_reposts_is_a_gap_and_few_are_too_few(held: int, state: State) -> None:
    (finding,) = run(with_reposts(_made(held)) if held else a_subject([a_post(1)]))
    assert finding.state is state
    assert finding.reason == (
        "19 of 20 reposts of its posts are held" if held else "no reposts of its posts are held"
    )
