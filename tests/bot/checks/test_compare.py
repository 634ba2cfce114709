from __future__ import annotations

import msgspec
import pytest

from bot.accounts import AccountRef, Platform
from bot.cards.comparison import TABLE_WIDTH, headlines, table
from bot.checks.compare import compare, refuse_the_same, refuse_unless_comparable
from bot.errors import InputError
from bot.store.records import Counts
from tests.bot.cards.charts.drawn import a_dossier, posts, series, with_series
from tests.bot.cards.samples import LINKED, UNKNOWN
from tests.wording import forbidden_words


def refs(*handles: str) -> list[AccountRef]:
    return [AccountRef(platform=Platform.X, handle=handle) for handle in handles]


@pytest.mark.parametrize(
    ("handles", "said"),
    [
        (("a",), "takes 2 to 5"),
        (("a", "b", "c", "d", "e", "f"), "6 were named"),
        (("a", "b", "a"), "named twice"),
    ],
)
def test_two_to_five_different_accounts_are_compared(handles: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        refuse_unless_comparable(refs(*handles))


def test_five_are_taken() -> None:
    refuse_unless_comparable(refs("a", "b", "c", "d", "e"))


def test_platforms_stand_apart_and_numbers_stay_those_of_the_asking() -> None:
    found = series(posts(60))
    other = with_series(found, handle="b.example", platform=Platform.BLUESKY)
    comparison = compare([LINKED, other, with_series(found, handle="c")])
    assert [(platform, [row.number for row in group]) for platform, group in comparison.groups] == [
        (Platform.X, [1, 3]),
        (Platform.BLUESKY, [2]),
    ]
    assert [row.number for row in comparison.accounts] == [1, 2, 3]
    assert any("not compared between platforms" in note for note in comparison.notes)
    assert not any("between platforms" in note for note in compare([LINKED, LINKED]).notes)


def test_what_is_not_known_is_not_zero() -> None:
    comparison = compare([a_dossier(posts(60, counts=Counts(likes=3))), UNKNOWN])
    hidden, nothing = comparison.accounts
    assert (hidden.median, hidden.rate, hidden.counted) == (None, None, 0)
    assert (nothing.per_day, nothing.followers, nothing.posts) == (None, None, 0)
    assert "No engagement for 1 and 2" in " ".join(comparison.notes)
    assert table(comparison.accounts).splitlines()[2].split() == ["2", "0", "-", "-", "-", "-"]


def test_figures_are_those_of_the_posts() -> None:
    (row, _other) = compare([a_dossier(posts(60, every_hours=12)), UNKNOWN]).accounts
    assert (row.posts, row.days, row.median, row.followers) == (60, 31, 15.0, 8)
    assert row.per_day == pytest.approx(60 / 31)
    assert row.rate == pytest.approx(15 / 8)


@pytest.mark.parametrize("followers", [-1, 10**10 + 1])
def test_a_follower_count_that_cannot_be_true_is_not_known(followers: int) -> None:
    profile = LINKED.snapshot
    assert profile is not None
    impossible = msgspec.structs.replace(
        a_dossier(posts(60)), snapshot=msgspec.structs.replace(profile, followers=followers)
    )
    (row, _other) = compare([impossible, UNKNOWN]).accounts
    assert (row.followers, row.rate) == (None, None)


def test_where_the_platform_forbids_ratios_there_is_none() -> None:
    channel = with_series(series(posts(60)), platform=Platform.YOUTUBE)
    (row, _other) = compare([channel, UNKNOWN]).accounts
    assert (row.median, row.followers, row.rate) == (15.0, 8, None)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"handle": "ejemplo_hoy_1", "platform_id": None}, True),
        ({"handle": "antes", "platform_id": "7"}, True),  # a former handle
        ({"handle": "ejemplo_hoy_1", "platform_id": "8"}, False),  # a handle that somebody else took
        ({"handle": "otra", "platform_id": None}, False),
        ({"handle": "ejemplo_hoy_1", "platform_id": "7", "platform": Platform.TIKTOK}, False),
    ],
)
def test_one_account_is_known_by_its_id_and_else_by_its_handle(
    other: dict[str, str | Platform | None], *, same: bool
) -> None:
    one = msgspec.structs.replace(LINKED.account, handle="ejemplo_hoy_1", platform_id="7")
    dossiers = [
        msgspec.structs.replace(LINKED, account=one),
        UNKNOWN,
        msgspec.structs.replace(LINKED, account=msgspec.structs.replace(one, **other)),
    ]
    if same:
        with pytest.raises(InputError, match="1 and 3 are the same account"):
            refuse_the_same(dossiers)
    else:
        refuse_the_same(dossiers)


@pytest.mark.parametrize("followers", [0, 8, 12_345, 999_999, 1_234_567, 4_000_000_000])
def test_the_table_stays_as_narrow_as_a_phone(followers: int) -> None:
    profile = LINKED.snapshot
    assert profile is not None
    dossier = msgspec.structs.replace(
        a_dossier(posts(60, every_hours=0.01, counts=Counts(likes=10**7, reposts=0, replies=0))),
        snapshot=msgspec.structs.replace(profile, followers=followers, rounded=True),
    )
    drawn = table(compare([dossier] * 5).accounts)
    assert max(map(len, drawn.splitlines())) <= TABLE_WIDTH + 2
    assert "~" in drawn


def test_names_of_the_comparison_keep_to_our_words() -> None:
    comparison = compare([LINKED, UNKNOWN])
    assert headlines(comparison) == [
        "`@ejemplo_hoy_1` on X: link to a state: likely.",
        "`@nadie_conocido` on X: link to a state not assessed.",
    ]
    assert [note for note in comparison.notes if forbidden_words(note)] == []
