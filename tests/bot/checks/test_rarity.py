"""What a shared mark is worth by its rarity, and which values are worth nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.rarity import TOO_COMMON, discount_of, rarity, speaks
from bot.text.indicators import Mark

TABLE = Path(__file__).resolve().parents[3] / "bot" / "checks" / "data" / "discounted_marks.csv"


@given(st.integers(3, 1_000_000), st.integers(2, 200))
def test_rarer_is_never_worth_less(sample: int, sites: int) -> None:
    worth = rarity(min(sites, sample), sample=sample)
    assert 0.0 <= worth <= 1.0
    assert worth >= rarity(min(sites + 1, sample), sample=sample)


@pytest.mark.parametrize(
    ("sites", "sample", "worth"),
    [
        (2, 1_000, 1.0),
        (2, 2, 1.0),  # too few sites to tell; the check itself caps such a finding
        (20, 1_000, 0.67),
        (21, 1_000, 0.0),
        (10, 10, 0.0),  # everybody has it
    ],
)
def test_the_document_frequency_decides(sites: int, sample: int, worth: float) -> None:
    assert rarity(sites, sample=sample) == pytest.approx(worth, abs=0.01)


@pytest.mark.parametrize(
    ("mark", "value", "sites", "expected"),
    [
        (Mark.TAG_MANAGER, "GTM-5EXMPLE", 2, True),
        (Mark.TAG_MANAGER, "GTM-5EXMPLE", 1, False),
        (Mark.TAG_MANAGER, "GTM-5EXMPLE", TOO_COMMON + 1, False),
        (Mark.GENERATOR, "ExampleCMS", 2, False),  # weak by its kind
        (Mark.CERTIFICATE_NAME, "cloudflaressl.com", 2, False),
        (Mark.CERTIFICATE_NAME, "owner.example", 2, True),
        (Mark.FAVICON, "81586312 sha256:00", 2, False),
        (Mark.FAVICON, "815863120 sha256:00", 2, True),  # another hash that begins alike
        (Mark.IOS_APP, "284882215", 3, False),
    ],
)
def test_what_can_speak_at_all(mark: Mark, value: str, sites: int, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert speaks(mark, value, sites=sites) is expected


def test_every_discounted_value_has_a_reason_and_a_source() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["kind"], row["match"], row["value"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["reason"]
        assert row["source"].startswith("https://")
        assert row["match"] in {"is", "starts"}
        assert discount_of(Mark(row["kind"]), row["value"]) is not None
