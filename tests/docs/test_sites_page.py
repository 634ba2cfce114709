"""docs/sites.md tells what a look costs, by the numbers that the program uses."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bot.checks.rarity import MIN_SAMPLE
from bot.cli.sites import ShownMark, ShownSite
from bot.platforms.fetching import ADS_TXT, ICON, PAGE, ROBOTS
from bot.platforms.safe_http import user_agent
from bot.platforms.settings import PlatformsConfig
from bot.platforms.site_looks import ICONS_TRIED, MAX_CERTIFICATE_NAMES
from bot.platforms.sites import FRESH, MAX_AT_ONCE

SITES = (Path(__file__).resolve().parents[2] / "docs" / "sites.md").read_text(encoding="utf-8")
WORDS = {2: "two", 6: "six", 8: "eight", 10: "ten"}


@pytest.mark.parametrize(
    "words",
    [
        f"{PAGE.body_bytes / 1e6:.0f} MB, the rest is cut off",
        f"icon, `ads.txt` {ICON.body_bytes / 1e3:.0f} KB; `robots.txt` {ROBOTS.body_bytes / 1e3:.0f} KB",
        f"| {PAGE.wire_bytes / 1e6} MB with headers",
        f"| {PAGE.total_s:.0f} s (icons {ICON.total_s:.0f} s, ",
        f"`robots.txt` and `ads.txt` {ADS_TXT.total_s:.0f} s)",
        f"| {PAGE.redirects}, each checked",
        f"{WORDS[MAX_AT_ONCE].capitalize()} sites at most in one go",
        f"{PlatformsConfig().sites_per_day} within 24 hours",
        f"none twice within {WORDS[int(FRESH.total_seconds() // 3600)]} hours",
        f"one or {WORDS[ICONS_TRIED]} icons",
        f"up to {WORDS[MAX_CERTIFICATE_NAMES]} (more is",
        f"{WORDS[MIN_SAMPLE]} sites must have\nbeen looked at",
        user_agent("…"),
    ],
)
def test_the_numbers_are_the_programs(words: str) -> None:
    assert words in SITES


def test_the_limits_are_those_of_every_kind_of_page() -> None:
    assert ADS_TXT.body_bytes == ICON.body_bytes
    assert ROBOTS.total_s == ADS_TXT.total_s


def test_the_json_is_the_programs() -> None:
    for kind in (ShownSite, ShownMark):
        for field in msgspec.structs.fields(kind):
            assert f"`{field.encode_name}`" in SITES
