from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Finding, Line, State
from bot.store.records import Post, PostKind, Relation
from tests.bot.checks.copied import (
    ALLY,
    STATE,
    WIRE,
    a_store,
    a_text,
    add_outlet,
    hold,
    written,
)
from tests.bot.checks.worlds import ACCOUNT, checked, finding_of, findings_of
from tests.bot.registry.founding import add_account, add_claim, add_entity
from tests.wording import forbidden_words

THIRD = AccountRef(platform=Platform.X, handle="ejemplo_hoy_3")


@pytest.fixture
def store() -> sqlite3.Connection:
    return a_store()


def _posts(
    seeds: Iterable[int], *, by: AccountRef = ACCOUNT, later_s: float = 0.0, suffix: str = ""
) -> list[Post]:
    """One text for each seed, an odd time apart; `later_s` seconds after the others' post of that seed."""
    return [
        written(
            a_text(seed) + suffix,
            by=by,
            minutes_ago=300 * seed + 500 + seed / 7 - later_s / 60,
            name=f"{by.handle}-{seed}{suffix}",
        )
        for seed in seeds
    ]


def _own(n: int) -> list[Post]:
    return _posts(range(50, 50 + n))


def _crowd(accounts: int = 40, posts: int = 10) -> list[Post]:
    """Others who share nothing, so that chance can be judged."""
    return [
        written(
            a_text(f"crowd {account} {post}"),
            by=AccountRef(platform=Platform.X, handle=f"vecino_{account}"),
            minutes_ago=97 * post + account * 13.3,
        )
        for account in range(accounts)
        for post in range(posts)
    ]


def _check(store: sqlite3.Connection) -> Finding:
    (finding,) = (
        each
        for each in findings_of(checked(store, ACCOUNT), "identical_posts")
        if each.line is Line.COORDINATION
    )
    return finding


def _level(store: sqlite3.Connection) -> str:
    sentence = checked(store, ACCOUNT).assessment.coordination.sentence
    assert forbidden_words(sentence) == []
    return sentence.partition(":")[0]


@pytest.mark.parametrize(
    ("texts", "level"), [(0, "None"), (1, "None"), (2, "Note"), (4, "Note"), (5, "Finding"), (12, "Finding")]
)
@pytest.mark.parametrize("gap_s", [20, 1800, 40_000])
def test_two_texts_are_a_note_and_five_a_finding(
    store: sqlite3.Connection, texts: int, gap_s: int, level: str
) -> None:
    hold(store, _own(20), _posts(range(texts)), _posts(range(texts), by=ALLY, later_s=gap_s), _crowd())
    assert _level(store) == level


def test_it_says_how_many_how_close_how_symmetric_and_how_likely_by_chance(store: sqlite3.Connection) -> None:
    hold(store, _own(20), _posts(range(6)), _posts(range(6), by=ALLY, later_s=20), _crowd())
    finding = _check(store)
    assert finding.state is State.FOUND
    assert (finding.n, finding.of) == (6, 26)
    assert "6 texts of this account and of `@ejemplo_hoy_2` agree within 60 s" in finding.summary
    assert "6 pairs of posts, symmetry 1, this account first in 6 of 6" in finding.summary
    assert "λ under 0.001, q under 0.001, among 40 other accounts" in finding.summary
    assert finding.disarm == ("T0084.001",)
    assert finding.weight is None
    mine, theirs = finding.evidence[:2]
    assert mine.url is not None
    assert theirs.text.startswith("Posted 20 s after by `@ejemplo_hoy_2`: `")


def test_a_small_pool_gives_no_figure_for_chance_and_says_so(store: sqlite3.Connection) -> None:
    hold(store, _own(20), _posts(range(6)), _posts(range(6), by=ALLY, later_s=20), _crowd(accounts=19))
    finding = _check(store)
    assert finding.summary.startswith("Finding")
    assert "no figure for chance, since posts of fewer than 20 other accounts are held" in finding.summary
    hold(store, _posts([40], by=THIRD))
    assert "among 20 other accounts" in _check(store).summary


def test_where_everybody_posts_the_same_it_is_compatible_with_chance(store: sqlite3.Connection) -> None:
    """A shared call to post: every account has the twelve texts of the week, at its own hours."""
    rng = random.Random(3)  # noqa: S311  # test data
    for number in range(40):
        by = AccountRef(platform=Platform.X, handle=f"activista_{number}")
        posts = [
            written(a_text(text), by=by, minutes_ago=rng.uniform(5, 1400), name=f"{number}-{text}")
            for text in range(12)
        ]
        hold(store, posts)
    hold(
        store,
        [written(a_text(text), minutes_ago=rng.uniform(5, 1400), name=f"own-{text}") for text in range(12)],
    )
    finding = _check(store)
    assert finding.summary.startswith("Note")
    assert "compatible with chance" in finding.summary
    assert "Likewise" in finding.summary


def test_one_who_posts_everything_often_is_not_symmetric(store: sqlite3.Connection) -> None:
    again = [
        written(a_text(seed), by=ALLY, minutes_ago=500.1 + 300 * seed + turn / 12, name=f"r{seed}-{turn}")
        for seed in range(6)
        for turn in range(10)
    ]
    hold(store, _own(20), _posts(range(6)), again, _crowd())
    assert _level(store) == "Note"


@pytest.mark.parametrize(
    "text",
    ["Buenos días a todos", "👋", "https://t.co/a", "@uno_ejemplo @dos_ejemplo", "#Elecciones", "谢谢大家"],
)
def test_blank_and_short_posts_never_agree(store: sqlite3.Connection, text: str) -> None:
    mine = [written(text, minutes_ago=30 * n + 10, name=f"m{n}") for n in range(10)]
    theirs = [written(text, by=ALLY, minutes_ago=30 * n + 10, name=f"t{n}") for n in range(10)]
    hold(store, _own(20), mine, theirs, _posts([30], by=THIRD))
    assert _level(store) == "None"


def test_a_quoted_statement_is_nobodys_own_text(store: sqlite3.Connection) -> None:
    def quoting(by: AccountRef) -> list[Post]:
        return [written(f"Dijo: «{a_text(n)}»", by=by, minutes_ago=50 * n + 9) for n in range(8)]

    hold(store, _own(20), quoting(ACCOUNT), quoting(ALLY))
    assert _level(store) == "None"


def test_reposts_are_no_texts_of_ones_own(store: sqlite3.Connection) -> None:
    mine = [replace(post, kind=PostKind.REPOST) for post in _posts(range(9))]
    hold(store, _own(20), mine, _posts(range(9), by=ALLY, later_s=9))
    assert _level(store) == "None"
    theirs = [
        replace(post, kind=PostKind.REPOST, post_id=f"r{post.post_id}")
        for post in _posts(range(50, 59), by=THIRD)
    ]
    hold(store, theirs)
    assert _level(store) == "None"


def test_repeating_oneself_is_no_agreement_with_others(store: sqlite3.Connection) -> None:
    again = [replace(post, post_id=f"again-{post.post_id}") for post in _posts(range(9), later_s=5)]
    hold(store, _posts(range(9)), again, [written(a_text("other"), by=ALLY, minutes_ago=900)])
    assert _level(store) == "None"


def test_mention_links_and_unseen_characters_do_not_hide_a_copy(store: sqlite3.Connection) -> None:
    suffix = " @otro_ejemplo https://t.co/xyz"
    disguised = [
        replace(post, text=post.text.replace("a", "a\u200b", 1))
        for post in _posts(range(6), by=ALLY, later_s=9, suffix=suffix)
    ]
    hold(store, _own(20), _posts(range(6)), disguised)
    assert "within 60 s" in _check(store).summary
    assert "nearly" not in _check(store).summary


@pytest.mark.parametrize(("texts", "level"), [(4, "Note"), (5, "Finding")])
def test_nearly_the_same_counts_and_is_called_so(store: sqlite3.Connection, texts: int, level: str) -> None:
    """One text agrees to the letter, which leads to the account; one word is added to the others."""
    near = _posts(range(1, texts), by=ALLY, later_s=15, suffix=" exclusivo")
    hold(store, _own(20), _posts(range(texts)), _posts([0], by=ALLY, later_s=15), near)
    assert _level(store) == level
    assert f"{texts - 1} of these agree nearly" in _check(store).summary


def test_beyond_a_day_nothing_agrees(store: sqlite3.Connection) -> None:
    hold(store, _own(20), _posts(range(9)), _posts(range(9), by=ALLY, later_s=86_401))
    assert _level(store) == "None"
    assert "within 24 h" in _check(store).summary


# Times.


def _rounded(posts: list[Post], *, to: timedelta) -> list[Post]:
    return [
        replace(
            post,
            created_at=post.created_at - timedelta(seconds=post.created_at.timestamp() % to.total_seconds()),
        )
        for post in posts
    ]


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (timedelta(minutes=1), "Within 60 s it could not be checked: times are given to the minute only"),
        (timedelta(hours=1), "Within 60 s and 1 h it could not be checked: times are given to the hour only"),
    ],
)
@pytest.mark.parametrize("mine", [True, False])
def test_coarse_times_leave_the_windows_that_are_wider(
    store: sqlite3.Connection, to: timedelta, said: str, *, mine: bool
) -> None:
    own, theirs = [*_own(20), *_posts(range(6))], _posts(range(6), by=ALLY, later_s=20)
    hold(store, _rounded(own, to=to) if mine else own, theirs if mine else _rounded(theirs, to=to))
    finding = _check(store)
    assert finding.state is State.FOUND
    assert "agree within 60 s" not in finding.summary
    assert said in finding.summary


def test_times_by_the_day_cannot_be_checked(store: sqlite3.Connection) -> None:
    hold(store, _rounded([*_own(20), *_posts(range(6))], to=timedelta(days=1)), _posts(range(6), by=ALLY))
    finding = _check(store)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "its times are given to the day only"
    assert checked(store, ACCOUNT).assessment.coordination.sentence == (
        "Not assessed: its times are given to the day only; no reposts of its posts are held."
    )


def test_without_a_second_account_it_could_not_be_checked(store: sqlite3.Connection) -> None:
    hold(store, _own(30))
    finding = _check(store)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "no posts of a second account of those days are held"


def test_a_second_account_of_another_year_is_none_of_those_days(store: sqlite3.Connection) -> None:
    hold(store, _own(30), [written(a_text(1), by=ALLY, minutes_ago=1440 * 500)])
    assert _check(store).state is State.COULD_NOT_CHECK


# Innocent reasons, and what follows for the link.


def test_sister_outlets_post_the_same_openly(store: sqlite3.Connection) -> None:
    for ref, key in ((ACCOUNT, "north"), (ALLY, "south")):
        add_outlet(store, ref, key=key)
    add_entity(store, "press", kind="publisher")
    add_claim(store, "press", Relation.OWNS, "north")
    add_claim(store, "press", Relation.PUBLISHES, "south")
    hold(store, _own(20), _posts(range(9)), _posts(range(9), by=ALLY, later_s=9), _crowd())
    finding = _check(store)
    assert finding.summary.startswith("Note")
    assert finding.benign == "`@ejemplo_hoy_2` belongs to the same house, which may post the same openly."


def test_two_accounts_of_one_entity_are_sisters(store: sqlite3.Connection) -> None:
    add_outlet(store, ACCOUNT, key="north")
    add_account(store, "north", ALLY)
    hold(store, _own(20), _posts(range(9)), _posts(range(9), by=ALLY, later_s=9), _crowd())
    assert _level(store) == "Note"


@pytest.mark.parametrize(
    ("before_s", "level"),
    [
        (30, "None"),  # both repeat a wire's alert within the minute
        (5000, "Finding"),  # an alert of an hour ago does not explain the same minute
    ],
)
def test_alerts_of_a_wire_explain_what_follows_at_once(
    store: sqlite3.Connection, before_s: int, level: str
) -> None:
    add_outlet(store, WIRE, key="wire", code="IP")
    hold(store, _posts(range(9), by=WIRE, later_s=-before_s))
    hold(store, _own(20), _posts(range(9)), _posts(range(9), by=ALLY, later_s=9), _crowd())
    dossier = checked(store, ACCOUNT)
    partner = "`@ejemplo_hoy_2`" in dossier.assessment.coordination.sentence
    assert partner is (level == "Finding")


def _linked(store: sqlite3.Connection) -> list[Finding]:
    found = findings_of(checked(store, ACCOUNT), "identical_posts")
    return [finding for finding in found if finding.line is Line.STATE_LINK]


def test_a_partner_that_is_linked_by_itself_raises_the_link(store: sqlite3.Connection) -> None:
    add_outlet(store, STATE, key="agency", code="SC")
    half = _posts(range(5), by=STATE, later_s=9), _posts(range(5, 10), by=STATE, later_s=-9)
    hold(store, _own(20), _posts(range(10)), *half, _crowd())
    (link,) = _linked(store)
    assert link.weight == 0.5
    assert link.towards == "agency"
    line = checked(store, ACCOUNT).assessment.state_link
    assert line.band == "roughly even chance"
    assert "identical posts" in line.sentence


def test_a_partner_without_a_link_raises_nothing(store: sqlite3.Connection) -> None:
    add_outlet(store, WIRE, key="wire", code="IP")
    half = _posts(range(5), by=WIRE, later_s=9), _posts(range(5, 10), by=WIRE, later_s=-9)
    hold(store, _own(20), _posts(range(10)), *half, _posts(range(10), by=ALLY, later_s=2), _crowd())
    assert _level(store) == "Finding"
    assert _linked(store) == []


@pytest.mark.parametrize("texts", [2, 4])
def test_a_note_raises_nothing(store: sqlite3.Connection, texts: int) -> None:
    add_outlet(store, STATE, key="agency", code="SC")
    hold(store, _own(20), _posts(range(texts)), _posts(range(texts), by=STATE, later_s=9), _crowd())
    assert _level(store) == "Note"
    assert _linked(store) == []


@pytest.mark.parametrize(("later_s", "level"), [(1800, "Note"), (20, "Finding")])
def test_repeating_a_registered_source_is_republication_and_no_partnership(
    store: sqlite3.Connection, later_s: int, level: str
) -> None:
    add_outlet(store, STATE, key="agency", code="SC")
    hold(store, _own(20), _posts(range(9), by=STATE), _posts(range(9), later_s=later_s), _crowd())
    assert _level(store) == level
    assert "`@agencia_ejemplo` came first nearly always: see republication." in _check(store).summary
    assert _linked(store) == []


def test_the_founding_accounts_post_the_same_at_the_same_time(store: sqlite3.Connection) -> None:
    """Three news accounts repeat one outlet's texts hours later, all within the same minute."""
    add_outlet(store, STATE, key="outlet", code="SC")
    hold(store, _posts(range(8), by=STATE, later_s=-7000), _own(12), _crowd())
    for by, later in ((ACCOUNT, 0), (ALLY, 20), (THIRD, 45)):
        hold(store, _posts(range(8), by=by, later_s=later, suffix=" Twitter •agencia_ejemplo"))
    sentence = checked(store, ACCOUNT).assessment.coordination.sentence
    assert sentence.startswith("Finding: 8 texts of this account and of `@ejemplo_hoy_")
    assert "within 60 s" in sentence
    assert "Likewise" in sentence
    assert "(8 within 60 s)" in sentence


def test_no_order_of_imports_changes_the_answer() -> None:
    groups = (
        [*_own(10), *_posts(range(7))],
        _posts(range(7), by=ALLY, later_s=12),
        _posts(range(3, 7), by=THIRD, later_s=2000),
        _crowd(accounts=22, posts=4),
    )
    found: set[str] = set()
    for order in itertools.permutations(range(len(groups))):
        connection = a_store()
        for number in order:
            hold(connection, groups[number])
        finding = _check(connection)
        found.add(f"{finding.summary} {finding.evidence}")
    assert len(found) == 1


def test_importing_again_changes_nothing(store: sqlite3.Connection) -> None:
    groups = (_own(10), _posts(range(7)), _posts(range(7), by=ALLY, later_s=12))
    hold(store, *groups)
    once = finding_of(checked(store, ACCOUNT), "identical_posts")
    hold(store, *groups)
    assert finding_of(checked(store, ACCOUNT), "identical_posts") == once
