"""docs/methods.md states the numbers that the engagement checks use."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checks.catalogue import CHECKS
from bot.checks.dossier import Line
from bot.checks.engagement import (
    amplifiers,
    co_amplifiers,
    cohorts,
    fast_reshares,
    growth,
    low_reach,
    output_against_audience,
    readings,
    reference_cohort,
    rhythm,
    spikes,
)
from bot.checks.engagement.baseline import figures
from bot.checks.wording import label

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Engagement", 1)[1].split("\n## ", 1)[0]


def _row(check: str) -> str:
    name = label(f"check.{check}")
    return next(line for line in SECTION.splitlines() if line.startswith(f"| {name} |"))


@pytest.mark.parametrize(
    "check",
    [c.name for c in CHECKS if c.line is Line.ENGAGEMENT or "amplifiers" in c.name or "fast" in c.name],
)
def test_every_check_of_the_section_has_its_row(check: str) -> None:
    assert _row(check).count("|") == 5


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("output_against_audience", f"{output_against_audience.BURST_POSTS} posts or more"),
        (
            "output_against_audience",
            f"within {output_against_audience.BURST_GAP_S} seconds of the one before",
        ),
        *[("output_against_audience", f"{mark:.0f} ") for mark, _who in output_against_audience.MARKS],
        ("reference_cohort", f"Up to {cohorts.DRAWN} accounts"),
        ("reference_cohort", f"newest {cohorts.POSTS_EACH} posts"),
        (
            "reference_cohort",
            f"{reference_cohort.MIN_ACCOUNTS} accounts with {cohorts.MIN_POSTS_EACH} such posts",
        ),
        *[("low_reach", f"{figure.share * 100:.0f} %") for figure in figures() if "videos" in figure.measure],
        ("low_reach", f"{low_reach.MIN_SAMPLE} items"),
        ("growth", f"robust z {growth.JUMP_Z}"),
        ("growth", f"{growth.JUMP_SHARE * 100:.0f} % and {growth.JUMP_FOLLOWERS} followers"),
        ("growth", f"{growth.MIN_COUNTS} days with a count over {growth.MIN_DAYS:.0f} days"),
        ("spikes", f"the {spikes.TRAILING} days before: beyond robust z {spikes.SPIKE_Z}"),
        ("spikes", f"at least {spikes.MIN_ABOVE} posts above"),
        ("spikes", f"{spikes.TRAILING + 1} full days"),
        (
            "amplifiers",
            f"{amplifiers.MIN_REPOSTS} reposts; for the top 1 %, {amplifiers.MIN_FOR_ONE_PERCENT}",
        ),
        ("fast_reshares", f"within {fast_reshares.FIRST_S} and within {fast_reshares.SECOND_S} seconds"),
        ("fast_reshares", f"reaches {fast_reshares.MIN_SHARE * 100:.0f} %"),
        ("fast_reshares", f"{fast_reshares.MIN_SAMPLE} reposts"),
        ("co_amplifiers", f"with {co_amplifiers.MIN_REPOSTS} reposts or more"),
        ("co_amplifiers", f"cosine {co_amplifiers.MIN_COSINE} or more, {co_amplifiers.MIN_SHARED} posts"),
        ("co_amplifiers", f"symmetry {co_amplifiers.MIN_SYMMETRY}"),
        ("co_amplifiers", f"less than {co_amplifiers.MAX_CHANCE * 100:.0f} of 100"),
        ("co_amplifiers", f"top {co_amplifiers.TOP_EDGES * 100} %"),
        ("co_amplifiers", f"the {co_amplifiers.MOST_ACCOUNTS} most active"),
        ("rhythm", f"equal within {rhythm.TOLERANCE_S} seconds"),
        ("rhythm", f"{rhythm.MIN_POSTS} posts"),
    ],
)
def test_the_numbers_of_a_row_are_the_programs(check: str, words: str) -> None:
    assert words in _row(check)


def test_the_bounds_of_what_can_be_true_are_the_programs() -> None:
    assert f"more people than {readings.MOST_PEOPLE:,}" in SECTION
    assert f"more views than {readings.MOST_VIEWS:,}" in SECTION
