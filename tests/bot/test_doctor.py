from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config import Config
from bot.doctor import Result, examine
from bot.platforms.settings import BlueskySettings, PlatformsConfig, XSettings, YouTubeSettings


def _about(what: str, settings: PlatformsConfig) -> Result | None:
    results = {each.what: each for each in examine(replace(Config(), platforms=settings))}
    return results.get(what)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))


def test_no_live_platform_is_no_fault() -> None:
    told = _about("live platforms", PlatformsConfig())
    assert told is not None
    assert (told.ok, told.optional) == (False, True)
    assert told.remedy is not None
    assert "docs/platforms.md" in told.remedy


def test_what_is_on_is_named_and_a_contact_is_asked_for() -> None:
    settings = PlatformsConfig(bluesky=BlueskySettings(enabled=True))
    told = _about("live platforms", settings)
    assert told is not None
    assert (told.ok, told.found) == (True, "on: Bluesky")
    assert _about("contact", settings) is not None
    assert _about("contact", replace(settings, contact="https://institute.example/")) is None


@pytest.mark.parametrize(
    ("what", "settings", "key"),
    [
        ("X key", PlatformsConfig(x=XSettings(enabled=True)), "platforms.x.token"),
        ("YouTube key", PlatformsConfig(youtube=YouTubeSettings(enabled=True)), "platforms.youtube.key"),
    ],
)
def test_a_platform_without_its_key_is_a_fault(what: str, settings: PlatformsConfig, key: str) -> None:
    told = _about(what, settings)
    assert told is not None
    assert (told.ok, told.optional) == (False, False)
    assert told.remedy is not None
    assert f"`{key}`" in told.remedy


def test_a_platform_with_its_key_is_fine() -> None:
    assert _about("X key", PlatformsConfig(x=XSettings(enabled=True, token="invented"))) is None
