"""docs/methods.md prints the weights that the program uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.checks import agreement, chance, disarm, likeness, rarity, repeats
from bot.checks.attribution import republication
from bot.checks.attribution.half_attribution import MIN_POSTS as HALF_POSTS
from bot.checks.attribution.half_attribution import MIN_SAMPLE as HALF_SAMPLE
from bot.checks.attribution.registry_match import PERSONAS
from bot.checks.engagement import engagement_rate, low_reach, output_against_audience
from bot.checks.weights import BANDS, CAPS, CORROBORATES_FROM, MAINS, QUALIFIERS, Weight
from bot.store import prints

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "signed"),
    [(MAINS, False), (QUALIFIERS, True), (CAPS, False)],
    ids=["mains", "qualifiers", "caps"],
)
def test_every_weight_stands_there_with_reason_and_mark(table: Mapping[str, Weight], *, signed: bool) -> None:
    for name, weight in table.items():
        value = f"{weight.value:+.2f}" if signed else f"{weight.value:.2f}"
        row = f"| {name} | {value.replace('-', '−')} | {weight.reason} | {weight.mark} |"
        assert row in PAGE


def test_no_weight_stands_there_that_the_program_does_not_use() -> None:
    rows = re.findall(r"^\| (\w+) \| [+−]?\d\.\d\d \| (?!\d)", PAGE, flags=re.MULTILINE)
    assert sorted(rows) == sorted([*MAINS, *QUALIFIERS, *CAPS])


def test_the_bands_are_the_programs() -> None:
    for band in BANDS:
        assert f"| {band.word} | {band.low:.2f} | {band.high:.2f} |" in PAGE


@pytest.mark.parametrize(
    "words",
    [
        f"{output_against_audience.MIN_POSTS} posts over {output_against_audience.MIN_DAYS:.0f} days",
        f"Flag: {output_against_audience.FLAG_PER_DAY:.0f} a day",
        f"fewer than {output_against_audience.FLAG_BELOW_FOLLOWERS} followers",
        f"younger than {output_against_audience.YOUNG.days} days",
        f"{engagement_rate.MIN_SAMPLE} original posts",
        f"beyond {engagement_rate.OUTLIER_Z}",
        f"{low_reach.MIN_SAMPLE} items",
        f"under {low_reach.VIEW_LIMIT} views",
        f"an age of {low_reach.MIN_AGE.days} days",
        f"the lower bound reaches {low_reach.MIN_SHARE:.0%}".replace("%", " %"),
        f"Pattern: {HALF_POSTS} posts",
        f"{HALF_SAMPLE} posts for a",
        f"below {CORROBORATES_FROM:.2f} corroborates nothing",
        f"Rule: {repeats.MIN_ITEMS} distinct texts and {repeats.MIN_SHARE:.0%} of".replace("%", " %"),
        f"{republication.MIN_SAMPLE} posts that can be compared",
        f"({repeats.CUSTOMER_ITEMS} texts or more)",
        f"Note: {agreement.NOTE_TEXTS} distinct texts. Finding: {agreement.FINDING_TEXTS} distinct texts",
        f"symmetry {agreement.MIN_SYMMETRY}, λ at most {agreement.MAX_EXPECTED} and",
        f"q under {agreement.MAX_Q}",
        f"{likeness.MIN_CONTAINMENT:.0%} of the {likeness.GRAM}-character pieces".replace("%", " %"),
        f"{likeness.MIN_JACCARD:.0%} of all their tokens".replace("%", " %"),
        f"more than {prints.CAP}",
        f"Fewer than {chance.MIN_POOL} other accounts",
        f"values on more than {rarity.TOO_COMMON} registered domains",
        f"{rarity.MIN_SAMPLE} sites looked at before anything counts as rare",
    ],
)
def test_the_numbers_of_the_checks_are_the_programs(words: str) -> None:
    assert words in PAGE


def test_the_program_attaches_only_known_techniques() -> None:
    copied = {"T0084.001", "T0084.002", "T0084.004"}
    attached = {"T0129.003", "T0149", *copied, *PERSONAS.values()}
    assert attached <= set(disarm.TECHNIQUES)
    assert all(technique in PAGE for technique in attached)
    assert disarm.VERSION in PAGE
