from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.places import country_name, place_of_country, place_of_text


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Santiago, Chile", "CL"),
        ("santiago de chile 🇨🇱", "CL"),
        ("ASUNCIÓN", "PY"),
        ("中国 北京", "CN"),
        ("South Sudan", "SS"),
        ("Guinea Ecuatorial", "GQ"),
        ("Москва", "RU"),
        ("Beijing & London", None),  # two places are none
        ("everywhere", None),
        ("Chilean at heart", None),
        ("", None),
    ],
)
def test_one_country_or_none(text: str, country: str | None) -> None:
    place = place_of_text(text)
    assert (place.country if place else None) == country


@pytest.mark.parametrize("country", ["CN", "RU", "IR", "US", "CL", "PY", "CR", "BR", "VE", "DE", "NP", "KP"])
def test_a_capital_has_a_clock_and_a_weekend(country: str) -> None:
    place = place_of_country(country.lower())
    assert place is not None
    assert place.country == country
    assert 1 <= len(place.weekend) <= 2
    assert ZoneInfo(place.zone).key == place.zone


def test_a_country_without_a_row_is_shown_by_its_code() -> None:
    assert place_of_country("XX") is None
    assert country_name("XX") == "XX"
    assert country_name("CN") == "China"
    assert country_name(None) == "a state that the registry does not name"


@given(st.text(max_size=100))
def test_any_text_may_stand_in_a_profile(text: str) -> None:
    place = place_of_text(text)
    assert place is None or place_of_country(place.country) == place
