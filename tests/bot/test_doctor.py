from __future__ import annotations

from dataclasses import replace
from importlib.machinery import ModuleSpec

import pytest

from bot.config import Config, NetworkConfig
from bot.doctor import Result, examine, sweeps
from bot.network import libraries
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


def _sweeping(monkeypatch: pytest.MonkeyPatch, *, lacking: set[str], engine: str = "duckdb") -> list[Result]:
    present = libraries.find_spec

    def find(name: str) -> ModuleSpec | None:
        return None if name in lacking else present("os")

    monkeypatch.setattr(libraries, "find_spec", find)
    monkeypatch.setattr(libraries, "has_java", lambda: "java" not in lacking)
    return list(sweeps(NetworkConfig(engine=engine)))


def test_libraries_of_sweeps_that_are_there_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    here, cluster = _sweeping(monkeypatch, lacking=set())
    assert (here.ok, here.remedy, cluster.ok, cluster.remedy) == (True, None, True, None)
    assert here.found == "DuckDB is installed; 2 cores, 2,048 MiB"


def test_missing_libraries_of_sweeps_come_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, cluster = _sweeping(monkeypatch, lacking={"duckdb", "ibis", "pyspark", "java"})
    assert here.found == "not installed: duckdb, ibis"
    assert here.remedy is not None
    assert "pip install 'masthead-bot[network]'" in here.remedy
    assert cluster.found == "not installed: pyspark, Java"
    # Neither is a fault of an installation that does not sweep, or not on a cluster.
    assert (here.optional, cluster.optional) == (True, True)


def test_spark_that_is_asked_for_and_missing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    _here, cluster = _sweeping(monkeypatch, lacking={"pyspark"}, engine="spark://cluster:7077")
    assert (cluster.ok, cluster.optional) == (False, False)
    assert cluster.remedy is not None
    assert "`network.engine` is set to Spark" in cluster.remedy
