from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from itertools import cycle, islice
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.charts import (
    MIN_POSTS,
    Picture,
    Theme,
    activity_picture,
    chain_picture,
    comparison_picture,
    hours_picture,
)
from bot.cards.charts.canvas import Canvas
from bot.cards.charts.hours import shade
from bot.cards.charts.marks import drawable
from bot.cards.charts.picture import MAX_ALT, SCALE, WIDTH, palette
from bot.cards.charts.scales import axis, columns, short, together
from bot.cards.limits import units
from bot.checks.dossier import Band, ChainStep, Dossier, Evidence, Finding, Happened, Line, Series, State
from bot.checks.wording import quoted
from bot.store.records import Counts, Relation
from tests.bot.cards.charts.drawn import a_dossier, image, pixels_of, posts, series, with_series
from tests.bot.cards.hostile import NASTY, dossiers
from tests.bot.cards.samples import LINKED, UNKNOWN
from tests.bot.checks.worlds import NOW, a_post
from tests.wording import forbidden_words

BUSY = a_dossier(posts(200))
# A file that a phone loads at once.
MAX_BYTES = 150_000

_day = st.integers(0, 5_000)
_earned = st.none() | st.floats(0, 1e9)


class Shape(NamedTuple):
    """A series in few words: its lists go round, so that a failing example stays small enough to read."""

    days: int
    daily: list[int]
    earned: list[float | None]
    hourly: list[int]
    originals: int
    counted: int
    median: float | None

    def series(self) -> Series:
        return Series(
            starts_on=(NOW - timedelta(days=self.days - 1)).date(),
            posts=tuple(islice(cycle(self.daily), self.days)),
            engagement=tuple(islice(cycle(self.earned), self.days)),
            hours=tuple(
                tuple(self.hourly[(24 * day + hour) % len(self.hourly)] for hour in range(24))
                for day in range(7)
            ),
            originals=self.originals,
            counted=self.counted,
            median=self.median,
        )


_shapes = st.builds(
    Shape,
    days=st.sampled_from([1, 2, 30, 121, 841, 3_650]),
    daily=st.lists(_day, min_size=1, max_size=20),
    earned=st.lists(_earned, min_size=1, max_size=20),
    hourly=st.lists(_day, min_size=1, max_size=20),
    originals=_day,
    counted=_day,
    median=_earned,
)


def sound(picture: Picture | None) -> None:
    """A PNG of the size it says, small, with an alt text that Discord takes and our words keep to."""
    if picture is None:
        return
    assert picture.png.startswith(b"\x89PNG")
    assert image(picture).size == (picture.width, picture.height)
    assert picture.width == WIDTH * SCALE
    assert len(picture.png) < MAX_BYTES
    assert 0 < units(picture.alt) <= MAX_ALT
    assert re.fullmatch(r"[a-z-]+\.png", picture.name)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_shapes, st.integers(1, 3_650), st.sampled_from(Theme))
def test_any_series_makes_a_picture_or_none(shape: Shape, days: int, theme: Theme) -> None:
    found = shape.series()
    dossier = with_series(found, days=days)
    for picture in (activity_picture(dossier, theme=theme), hours_picture(dossier, theme=theme)):
        enough = sum(found.posts) >= MIN_POSTS and sum(map(sum, found.hours)) > 0
        assert (picture is not None) >= enough
        sound(picture)
    sound(comparison_picture([dossier, BUSY], theme=theme))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(dossiers)
def test_no_stranger_breaks_the_picture_of_a_chain(dossier: Dossier) -> None:
    picture = chain_picture(dossier)
    sound(picture)
    assert (picture is None) == (not dossier.assessment.state_link.chain)


@pytest.mark.parametrize(("n", "drawn"), [(0, False), (1, False), (MIN_POSTS - 1, False), (MIN_POSTS, True)])
def test_few_posts_make_no_shape(n: int, *, drawn: bool) -> None:
    dossier = a_dossier(posts(n))
    assert (activity_picture(dossier) is not None) is drawn
    assert (hours_picture(dossier) is not None) is drawn


@pytest.mark.parametrize("theme", Theme)
def test_hidden_counts_are_gaps_and_said_to_be(theme: Theme) -> None:
    hidden = a_dossier(posts(60, counts=Counts(likes=4)))
    shown = a_dossier(posts(60))
    colour = palette(theme).engagement
    with_dots, without = activity_picture(shown, theme=theme), activity_picture(hidden, theme=theme)
    assert with_dots is not None
    assert without is not None
    # The square of the title alone is left.
    assert pixels_of(with_dots, colour) > pixels_of(without, colour) == (9 * SCALE) ** 2
    assert "no original post has all its counts reported" in without.alt
    assert "median 15 a post, on 60 of 60 original posts" in with_dots.alt


def test_days_around_the_posts_held_are_not_zeros() -> None:
    covered, partly = activity_picture(a_dossier(posts(80), days=20)), activity_picture(a_dossier(posts(80)))
    assert covered is not None
    assert partly is not None
    unknown = palette(Theme.DARK).unknown
    assert pixels_of(covered, unknown) == 0
    assert pixels_of(partly, unknown) > 10_000
    assert "Nothing is held of the days before 1 Nov 2026" in partly.alt
    assert "Nothing is held" not in covered.alt


def test_the_alt_text_of_the_card_carries_its_figures() -> None:
    stands_out = Finding(
        check="engagement_rate",
        line=Line.ENGAGEMENT,
        category=None,
        state=State.FOUND,
        summary="…",
        evidence=(Evidence(text="`x`", at=NOW - timedelta(days=3)),),
    )
    dossier = msgspec.structs.replace(BUSY, findings=(stands_out,))
    picture = activity_picture(dossier)
    assert picture is not None
    assert picture.alt.startswith("@ejemplo_hoy_1 on X. 200 posts between ")
    assert "3.9 a day over the 51 days" in picture.alt
    assert "most on " in picture.alt
    assert "Mark 1, 18 Nov 2026: a post far from the rest in engagement." in picture.alt
    assert forbidden_words(picture.alt) == []
    plain = activity_picture(BUSY)
    assert plain is not None
    event = palette(Theme.DARK).event
    assert pixels_of(picture, event) > 50 > pixels_of(plain, event) == 0


BAND = Band(accounts=187, low=6.5, median=21.0, high=58.0)


@pytest.mark.parametrize("theme", Theme)
def test_accounts_of_its_size_are_a_band_behind_the_marks(theme: Theme) -> None:
    picture = activity_picture(msgspec.structs.replace(BUSY, cohort=BAND), theme=theme)
    plain = activity_picture(BUSY, theme=theme)
    assert picture is not None
    assert plain is not None
    colours = palette(theme)
    assert pixels_of(picture, colours.band) > 10_000 > pixels_of(plain, colours.band) == 0
    # The marks of the posts are not covered.
    assert pixels_of(picture, colours.engagement) == pixels_of(plain, colours.engagement)
    assert (
        "The middle half of 187 accounts of its size would earn 6.5 to 58 with as many followers, their "
        "median 21." in picture.alt
    )


def test_without_engagement_there_is_nothing_to_hold_a_band_against() -> None:
    hidden = msgspec.structs.replace(a_dossier(posts(60, counts=Counts(likes=4))), cohort=BAND)
    picture = activity_picture(hidden)
    assert picture is not None
    assert pixels_of(picture, palette(Theme.DARK).band) == 0
    assert "of its size" not in picture.alt


def test_what_happened_is_marked_listed_and_told() -> None:
    happened = tuple(
        Happened(on=(NOW - timedelta(days=days)).date(), words=words)
        for days, words in ((200, "too early"), (40, "it is first seen as `新名字`"), (9, "−1,204 followers"))
    )
    picture = activity_picture(msgspec.structs.replace(BUSY, happened=happened))
    plain = activity_picture(BUSY)
    assert picture is not None
    assert plain is not None
    assert picture.height > plain.height
    assert pixels_of(picture, palette(Theme.DARK).event) > pixels_of(plain, palette(Theme.DARK).event)
    assert "Mark 1, 12 Oct 2026: it is first seen as 新名字." in picture.alt
    assert "Mark 2, 12 Nov 2026: −1,204 followers." in picture.alt
    assert "too early" not in picture.alt


def test_more_events_than_marks_are_counted_and_the_account_goes_first() -> None:
    happened = tuple(
        Happened(on=(NOW - timedelta(days=days)).date(), words=f"+{days} followers") for days in range(1, 6)
    )
    stands_out = Finding(
        check="engagement_rate",
        line=Line.ENGAGEMENT,
        category=None,
        state=State.FOUND,
        summary="…",
        evidence=tuple(Evidence(text="`x`", at=NOW - timedelta(days=days)) for days in (30, 31, 32)),
    )
    picture = activity_picture(msgspec.structs.replace(BUSY, happened=happened, findings=(stands_out,)))
    assert picture is not None
    assert all(f"+{days} followers" in picture.alt for days in range(1, 6))
    assert picture.alt.count("a post far from the rest") == 1
    assert picture.alt.endswith("2 more are not marked.")


@pytest.mark.parametrize("name", NASTY)
def test_an_event_is_listed_with_the_letters_that_the_font_has(name: str) -> None:
    words = f"its name changes from {quoted(name)} to `W{'w' * 80}`"
    dossier = msgspec.structs.replace(BUSY, happened=(Happened(on=NOW.date(), words=words),))
    sound(activity_picture(dossier))
    canvas = Canvas(20, theme=Theme.DARK)
    assert canvas.can_write(drawable(canvas, words))


def test_days_put_together_are_said_to_be() -> None:
    daily, weekly = activity_picture(BUSY), activity_picture(a_dossier(posts(200), days=400))
    assert daily is not None
    assert weekly is not None
    assert "Each column stands for 7 days: their mean above, their median below." in weekly.alt
    assert "Each column" not in daily.alt
    assert (together(1, what="mean"), together(7, what="mean")) == ("", ", mean of 7 days")
    both = comparison_picture([BUSY, a_dossier([a_post(1, hours_ago=24 * 300)])])
    days = comparison_picture([BUSY, BUSY])
    assert both is not None
    assert days is not None
    assert "Each column is the mean of 7 days." in both.alt
    assert "Each column" not in days.alt


def test_the_alt_text_of_the_hours_names_every_hour() -> None:
    held = [a_post(n, hours_ago=24 * n) for n in range(1, 15)] + [a_post(20, hours_ago=3)]
    picture = hours_picture(a_dossier(held))
    assert picture is not None
    assert "15 posts by weekday and hour, UTC." in picture.alt
    assert "By hour: 9h 1 and 12h 14." in picture.alt
    assert "None at 0h, 1h" in picture.alt


def test_a_cell_with_one_post_is_told_from_an_empty_one() -> None:
    for theme in Theme:
        colours = palette(theme)
        drawn = [
            shade(share, empty=colours.unknown, full=colours.posts, ink=colours.ink)
            for share in (0, 0.001, 0.25, 0.5, 0.75, 1)
        ]
        light = [_luminance(colour) for colour in drawn]
        rising = theme is Theme.DARK
        assert light == sorted(light, reverse=not rising)
        assert abs(light[1] - light[0]) > 0.02


@pytest.mark.parametrize("theme", Theme)
def test_words_and_marks_stand_out_from_the_ground(theme: Theme) -> None:
    colours = palette(theme)
    # WCAG 2.2: 4.5 for text, 3 for marks.
    assert _contrast(colours.ink, colours.ground) >= 7
    assert _contrast(colours.faint, colours.unknown) >= 4.5
    for mark in (colours.posts, colours.engagement, colours.event, *colours.marks):
        assert _contrast(mark, colours.ground) >= 3


def test_the_chain_names_everybody_and_tells_ownership_apart() -> None:
    picture = chain_picture(LINKED)
    assert picture is not None
    assert "@ejemplo_hoy_1: listed as an account of · B2: Ejemplo Hoy." in picture.alt
    assert "co-publishes with · B3: Example News Service." in picture.alt
    owned = ChainStep(from_="中央媒体集团", relation=Relation.OWNS, to="Ejemplo Hoy", source="s", grade="A2")
    state = LINKED.assessment.state_link
    dossier = msgspec.structs.replace(
        LINKED,
        assessment=msgspec.structs.replace(
            LINKED.assessment, state_link=msgspec.structs.replace(state, chain=(*state.chain[:1], owned))
        ),
    )
    drawn = chain_picture(dossier)
    assert drawn is not None
    assert "Ejemplo Hoy: owned by · A2: 中央媒体集团." in drawn.alt
    colour = palette(Theme.DARK).engagement
    # The key, and one line of the chain.
    assert pixels_of(drawn, colour) > pixels_of(picture, colour) > 0
    assert chain_picture(UNKNOWN) is None


def test_a_comparison_of_platforms_draws_no_engagement() -> None:
    one = series(posts(50))
    same = comparison_picture([with_series(one), with_series(one, handle="ejemplo_dos")])
    mixed = comparison_picture([with_series(one), msgspec.structs.replace(UNKNOWN, series=one), UNKNOWN])
    assert same is not None
    assert mixed is not None
    assert "1: @ejemplo_hoy_1 on X, 50 posts over 13 days" in same.alt
    assert "2: @ejemplo_dos on X" in same.alt
    assert "engagement median 15" in same.alt
    assert comparison_picture([UNKNOWN, UNKNOWN]) is None


@pytest.mark.parametrize("name", NASTY)
def test_no_name_is_drawn_with_letters_the_font_does_not_have(name: str) -> None:
    step = ChainStep(from_=name, relation=Relation.OWNS, to="Ejemplo", source="s", grade="A2")
    state = msgspec.structs.replace(LINKED.assessment.state_link, chain=(step,))
    picture = chain_picture(
        msgspec.structs.replace(
            LINKED, assessment=msgspec.structs.replace(LINKED.assessment, state_link=state)
        )
    )
    sound(picture)


@pytest.mark.parametrize(
    ("days", "step"), [(1, 1), (90, 1), (120, 1), (121, 7), (840, 7), (841, 30), (3_650, 91), (40_000, 365)]
)
def test_days_are_put_together_where_they_outnumber_the_columns(days: int, step: int) -> None:
    found = series(posts(10))
    assert found is not None
    last = NOW.date()
    shown = columns(found, first=last - timedelta(days=days - 1), last=last)
    assert shown.step == step
    assert len(shown.columns) <= 120
    assert shown.last == last
    if step == 1:
        assert len(shown.columns) == days


@pytest.mark.parametrize(
    ("values", "top", "ticks"),
    [
        ([], 1, ("0", "1")),
        ([0.2], 1, ("0", "1")),
        ([13], 15, ("0", "15")),
        ([40], 40, ("0", "20", "40")),
        ([999], 1_000, ("0", "500", "1k")),
    ],
)
def test_axes_end_on_round_figures(values: list[float], top: float, ticks: tuple[str, ...]) -> None:
    found = axis(values)
    assert found.top == top
    assert tuple(map(short, found.ticks)) == ticks


@given(st.lists(st.floats(0, 1e12), max_size=5))
def test_every_value_stands_within_its_axis(values: list[float]) -> None:
    for bends in (True, False):
        found = axis(values, may_bend=bends)
        assert all(0 <= found.place(value) <= 1 for value in values)
        assert 2 <= len(found.ticks) <= 6


def test_pillow_is_not_imported_before_the_first_picture() -> None:
    code = "import sys, bot.client, cogs.check, bot.cards.charts; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0  # noqa: S603  our own code


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
