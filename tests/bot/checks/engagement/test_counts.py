from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import State
from bot.checks.engagement.counts import run
from bot.store.records import Counts
from tests.bot.checks.worlds import a_post, a_snapshot, a_subject


def _counts(total: int) -> Counts:
    return Counts(likes=total, reposts=0, replies=0)


def test_counts_without_fault_say_how_many_and_from_where() -> None:
    posts = [a_post(n, counts=_counts(1), counted_after=timedelta(days=2)) for n in range(3)]
    (finding,) = run(a_subject(posts, snapshots=[a_snapshot(10)]))
    assert finding.state is State.NOT_FOUND
    assert finding.summary == (
        "Counts: likes, reposts and replies on 3 of 3 original posts; followers from import:example on 21 "
        "Nov 2026."
    )
    assert finding.benign is None


def test_counts_that_cannot_be_true_are_a_finding_with_the_posts() -> None:
    posts = [
        a_post(1, counts=_counts(-4)),
        a_post(2, counts=_counts(10**11)),
        a_post(3, counts=_counts(2), counted_after=timedelta(hours=-1)),
        a_post(4, counts=_counts(2), counted_after=timedelta(hours=30)),
    ]
    (finding,) = run(a_subject(posts))
    assert finding.state is State.FOUND
    assert (
        "Not used: 1 post counted before publication, 1 post with more than there are people and 1 post "
        "with a "
        "negative count." in finding.summary
    )
    assert (finding.n, finding.of) == (3, 4)
    assert [evidence.text for evidence in finding.evidence] == [
        "negative: `Una noticia de ejemplo, número 1`",
        "more than there are people: `Una noticia de ejemplo, número 2`",
        "read before the post was published: `Una noticia de ejemplo, número 3`",
    ]
    assert finding.benign is not None


def test_a_follower_count_that_cannot_be_true_is_a_finding() -> None:
    (finding,) = run(a_subject([a_post(1)], snapshots=[a_snapshot(-2), a_snapshot(40)]))
    assert finding.state is State.FOUND
    assert "Followers: the source gave a negative follower count, which is not used." in finding.summary


def test_hidden_rounded_and_early_counts_are_told() -> None:
    posts = [
        a_post(1, counts=Counts(reposts=1, replies=2)),
        a_post(2, counts=Counts(replies=2)),
        a_post(3, counts=Counts(likes=1_200, reposts=1, replies=2, rounded=True)),
        a_post(4, counts=_counts(0), hours_ago=2),
    ]
    profile = replace(a_snapshot(1_200_000, rounded=True), source="import:<b>x</b>")
    (finding,) = run(a_subject(posts, snapshots=[profile]))
    assert finding.state is State.NOT_FOUND
    assert "on 2 of 4 original posts; followers from import:bxb on" in finding.summary
    assert "Not reported: likes on 2 and reposts on 1." in finding.summary
    assert "Rounded by the platform: the counts of 1 post and the follower count." in finding.summary
    assert "so that more may have come: 1 post." in finding.summary


def test_the_fediverse_is_one_servers_view() -> None:
    ref = AccountRef(platform=Platform.FEDIVERSE, handle="ejemplo@social.example")
    (finding,) = run(a_subject([a_post(1, author=ref, counts=_counts(1))], ref=ref))
    assert "One server's view" in finding.summary


def test_nothing_held_is_no_result() -> None:
    (finding,) = run(a_subject())
    assert finding.state is State.COULD_NOT_CHECK
