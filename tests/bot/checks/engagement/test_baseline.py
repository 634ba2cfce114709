"""Every shipped figure names who published it, when, and of whom."""

from __future__ import annotations

import re

import pytest

from bot.checks.engagement.baseline import Figure, figures, published
from bot.checks.engagement.low_reach import MIN_SHARE
from tests.wording import forbidden_words


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: f"{figure.measure} {figure.year}")
def test_a_figure_has_source_date_and_whom_it_covers(figure: Figure) -> None:
    assert re.fullmatch(r"\d{4}(-\d{2}-\d{2})?", figure.date)
    assert 0 < figure.share < 1
    assert figure.source
    # None of them is about ordinary accounts, and each says of which network it is.
    assert "another network" in figure.covers
    assert forbidden_words(figure.covers) == []


def test_the_published_shares_are_those_of_the_bulletins() -> None:
    under = {figure.year: (figure.share, figure.over) for figure in published("videos under 100 views")}
    assert under == {2022: (0.83, False), 2023: (0.65, True)}
    assert MIN_SHARE == 0.65
    assert {figure.year: figure.share for figure in published("videos without views")} == {
        2022: 0.42,
        2023: 0.3,
    }


def test_no_rate_of_ordinary_accounts_is_shipped_since_none_has_a_source() -> None:
    assert {figure.measure for figure in figures()} == {
        "videos under 100 views",
        "videos without views",
        "reposts by the top 1 %",
    }
