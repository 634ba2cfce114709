"""Whatever a source reports, the engagement checks answer in one of five states and claim nothing more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.checks.catalogue import CHECKS
from bot.checks.dossier import Finding, Line, State
from bot.checks.engagement.line import engagement_line
from bot.checks.reach import Reach
from bot.checks.subject import Subject
from bot.store.history import FollowerCount
from bot.store.records import AccountId, Counts, Post, PostKind, Snapshot
from bot.store.reposts import Repost
from bot.store.times import to_ms
from tests.bot.checks.engagement.reaching import a_cohort, daily
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, a_snapshot, a_subject
from tests.wording import forbidden_words

ENGAGEMENT = [c for c in CHECKS if c.line is Line.ENGAGEMENT or c.name in {"fast_reshares", "co_amplifiers"}]
MEASURED = {State.FOUND, State.NOT_FOUND}
LIKELIHOOD = re.compile(r"\b(likely|unlikely|roughly even|almost certain|confidence)\b", re.IGNORECASE)


def _counts(number: st.SearchStrategy[int | None]) -> st.SearchStrategy[Counts]:
    return st.builds(
        Counts,
        likes=number,
        reposts=number,
        replies=number,
        quotes=number,
        views=number,
        rounded=st.booleans(),
    )


_ODD = st.sampled_from((None, -1, 0, 1, 2, 10**10, 10**10 + 1, 10**15)) | st.integers(0, 500)
_followers = st.none() | st.sampled_from((-5, 0, 1, 9, 10, 1_000_000, 10**10, 10**12))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A subject in few words: lists go round, so that a failing example stays small enough to read."""

    platform: Platform
    posts: int
    every_h: float
    counts: list[Counts]
    kinds: list[PostKind]
    texts: list[str]
    counted_after_h: list[int]
    # Followers and posts of each profile, and whether they are rounded.
    profiles: list[tuple[int | None, int | None, bool]]
    reposts: int
    reposters: int
    lags_ms: list[int]
    days: int
    history: list[int]

    def subject(self) -> Subject:
        ref = AccountRef(platform=self.platform, handle="ejemplo.example")
        subject = a_subject(
            [self._post(n, ref) for n in range(self.posts)],
            snapshots=[
                replace(a_snapshot(followers, rounded=rounded), posts=posts)
                for followers, posts, rounded in self.profiles
            ],
            ref=ref,
        )
        profile = subject.audience
        cohort = None
        if profile is not None and profile.followers is not None:
            cohort = a_cohort([], followers=profile.followers, platform=ref.platform)
        return replace(
            subject,
            reach=Reach(
                follower_counts=daily(islice(cycle(self.history), self.days)),
                reposts=tuple(self._repost(n) for n in range(self.reposts)),
                cohort=cohort,
            ),
        )

    def _post(self, n: int, ref: AccountRef) -> Post:
        return a_post(
            n,
            self.texts[n % len(self.texts)],
            author=ref,
            # In no order, and some of one moment.
            hours_ago=self.every_h * ((7 * n) % self.posts),
            kind=self.kinds[n % len(self.kinds)],
            counts=self.counts[n % len(self.counts)],
            media=("video",) if n % 2 else (),
            counted_after=timedelta(hours=self.counted_after_h[n % len(self.counted_after_h)]),
        )

    def _repost(self, n: int) -> Repost:
        """No account reposts a post twice."""
        post, account = divmod(n, self.reposters)
        published = to_ms(NOW) - post * 60_000
        lag = self.lags_ms[n % len(self.lags_ms)]
        return Repost(AccountId(account), post, published + lag, published)


_worlds = st.builds(
    World,
    platform=st.sampled_from(tuple(Platform)),
    posts=st.integers(0, 30) | st.integers(0, 130),
    every_h=st.sampled_from((0.0, 0.001, 1.0, 7.0, 18.5)),
    counts=st.lists(
        # What sources usually report beside what they never should.
        _counts(st.integers(0, 9)) | _counts(_ODD),
        min_size=1,
        max_size=6,
    ),
    kinds=st.lists(st.sampled_from(tuple(PostKind)), min_size=1, max_size=5),
    texts=st.lists(st.sampled_from(("", "Una noticia", "`")), min_size=1, max_size=3),
    counted_after_h=st.lists(st.sampled_from((-1, 0, 3, 200)), min_size=1, max_size=4),
    profiles=st.lists(st.tuples(_followers, _followers, st.booleans()), max_size=3),
    reposts=st.integers(0, 150),
    reposters=st.integers(1, 9),
    lags_ms=st.lists(st.integers(-5_000, 90_000), min_size=1, max_size=7),
    days=st.integers(0, 40),
    history=st.lists(st.sampled_from((-3, 0, 5, 400, 1_000_000, 10**11)), min_size=1, max_size=6),
)


def _run(subject: Subject) -> list[Finding]:
    return [finding for check in ENGAGEMENT for finding in check.run(subject)]


@settings(max_examples=250, deadline=None)
@given(_worlds)
def test_every_check_answers_whatever_it_is_given(world: World) -> None:
    findings = _run(world.subject())
    assert {finding.check for finding in findings} == {check.name for check in ENGAGEMENT}
    for finding in findings:
        texts = [finding.summary, finding.figure or "", finding.benign or ""]
        texts += [evidence.text for evidence in finding.evidence]
        for text in texts:
            assert forbidden_words(text) == []
            assert not LIKELIHOOD.search(text)
            assert text.count("`") % 2 == 0
            assert not re.search(r"\b(nan|inf|None)\b", text)
            assert not re.search(r"[.;,:] ?[.;,]", text)
        # Engagement never weighs for a link, and carries no label of a technique.
        assert finding.weight is None
        assert finding.disarm == ()
        if finding.state is State.INSUFFICIENT:
            assert finding.n is not None
            assert finding.of is not None
            assert finding.n < finding.of
        if finding.state in MEASURED and finding.n is not None and finding.of is not None:
            assert 0 <= finding.n <= finding.of
        if finding.state not in MEASURED:
            assert finding.reason
            assert finding.evidence == ()
    assert not LIKELIHOOD.search(engagement_line(findings))


def _good(n: int = 60) -> list[Post]:
    return [
        a_post(
            number,
            hours_ago=30 * number,
            counts=Counts(likes=number % 9, reposts=number % 4, replies=number % 3, views=40 * (number % 9)),
            counted_after=timedelta(days=8),
            media=("video",),
        )
        for number in range(n)
    ]


def _figures(posts: Sequence[Post], snapshots: Sequence[Snapshot] = (a_snapshot(100),)) -> dict[str, object]:
    """What is measured, without the notes on what was left out."""
    told = {f.check: f for f in _run(a_subject(posts, snapshots=snapshots))}
    return {
        check: (told[check].state, told[check].n, told[check].of, told[check].figure)
        for check in ("engagement_rate", "low_reach")
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Counts,
            likes=st.sampled_from((-1, -(10**9), 10**10 + 1, 10**18)),
            reposts=st.integers(0, 9),
            replies=st.integers(0, 9),
            views=st.none() | st.integers(0, 99),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_counts_that_cannot_be_true_change_no_figure_and_are_a_finding(broken: list[Counts]) -> None:
    good = _good()
    bad = [
        a_post(1_000 + n, hours_ago=10 + n, counts=counts, counted_after=timedelta(days=8), media=("video",))
        for n, counts in enumerate(broken)
    ]
    assert _figures([*good, *bad]) == _figures(good)
    (finding,) = (f for f in _run(a_subject([*good, *bad])) if f.check == "counts")
    assert (finding.state, finding.n) == (State.FOUND, len(broken))
    assert finding.evidence


def test_a_clock_that_went_backwards_changes_no_figure() -> None:
    good = _good()
    early = [
        replace(post, post_id=f"e{post.post_id}", counts_at=post.created_at - timedelta(1)) for post in good
    ]
    assert _figures([*good, *early]) == _figures(good)


def test_the_order_in_which_posts_come_changes_nothing() -> None:
    good = _good()
    assert _figures(good[::-1]) == _figures(good)
    assert _figures([*good[30:], *good[:30]]) == _figures(good)


NO_COUNTS = [a_post(n, hours_ago=30 * n) for n in range(60)]
HIDDEN = [a_post(n, hours_ago=30 * n, counts=Counts(reposts=1, replies=1)) for n in range(60)]
ZEROS = [
    a_post(
        n, hours_ago=30 * n, counts=Counts(likes=0, reposts=0, replies=0, views=0), counted_after=timedelta(9)
    )
    for n in range(60)
]

G, L, F, N = State.COULD_NOT_CHECK, State.INSUFFICIENT, State.FOUND, State.NOT_FOUND


@pytest.mark.parametrize(
    ("posts", "followers", "states"),
    [
        ([], 100, {"output_against_audience": G, "engagement_rate": G, "low_reach": G, "spikes": G}),
        (_good(1), 100, {"output_against_audience": L, "engagement_rate": L, "low_reach": L, "spikes": L}),
        (NO_COUNTS, 100, {"output_against_audience": N, "engagement_rate": G, "low_reach": G, "spikes": N}),
        (HIDDEN, 100, {"engagement_rate": G, "reference_cohort": L, "counts": N}),
        (ZEROS, 100, {"engagement_rate": N, "low_reach": F, "counts": N}),
        (ZEROS, None, {"output_against_audience": G, "engagement_rate": N, "reference_cohort": G}),
        (ZEROS, -4, {"output_against_audience": G, "reference_cohort": G, "counts": F}),
        (_good(), 1_000_000, {"output_against_audience": N, "engagement_rate": N, "low_reach": N}),
        (_good(), 10**12, {"output_against_audience": G, "reference_cohort": G, "counts": F}),
    ],
    ids=["none", "one", "no counts", "hidden", "zeros", "unknown", "negative", "million", "absurd"],
)
def test_states_of_hard_cases(posts: list[Post], followers: int | None, states: dict[str, State]) -> None:
    subject = a_subject(posts, snapshots=[a_snapshot(followers)])
    if subject.audience is not None:
        cohort = a_cohort([], followers=subject.audience.followers or 0)
        subject = replace(subject, reach=Reach(cohort=cohort))
    found = {finding.check: finding.state for finding in _run(subject)}
    assert {check: found[check] for check in states} == states


def test_a_million_followers_and_three_likes_are_a_small_rate_and_not_none() -> None:
    posts = [replace(post, counts=Counts(likes=3, reposts=0, replies=0), author=ACCOUNT) for post in _good()]
    told = _figures(posts, [a_snapshot(1_000_000)])["engagement_rate"]
    assert "which is 0.0003 % of 1,000,000 followers" in str(told)


def test_one_follower_count_is_no_history() -> None:
    one = FollowerCount(
        taken_at=NOW, followers=3, following=None, posts=None, rounded=False, source="import:example"
    )
    subject = replace(a_subject(_good()), reach=Reach(follower_counts=(one,)))
    (finding,) = (f for f in _run(subject) if f.check == "growth")
    assert finding.reason == "follower counts of 1 of 9 days are held"
