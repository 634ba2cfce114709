"""docs/platforms.md says what connectors do, and its worked example works."""

from __future__ import annotations

import importlib
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.platforms.catalogue import SWITCHES, connectors
from bot.platforms.contract import Connector
from bot.platforms.settings import NO_PLATFORMS
from bot.platforms.unavailable import UNAVAILABLE
from bot.registry.names import PLATFORM_NAMES
from bot.store.accounts import find_accounts
from bot.store.live import AccountState
from bot.store.posts import posts_of, snapshots_of
from tests.bot.platforms.looking import desk
from tests.bot.platforms.scripted import BEGAN, Script, says, serving

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "platforms.md").read_text(encoding="utf-8")
WEIBO = AccountRef(platform=Platform.WEIBO, platform_id="1234567890")


def _all_on() -> dict[Platform, Connector]:
    sections = {
        platform.value: type(section)(**{"enabled": True, **_key_of(platform)})
        for platform in SWITCHES
        if (section := getattr(NO_PLATFORMS, platform.value, None)) is not None
    }
    return connectors(type(NO_PLATFORMS)(**sections))


def _key_of(platform: Platform) -> dict[str, str]:
    return {Platform.X: {"token": "invented"}, Platform.YOUTUBE: {"key": "invented"}}.get(platform, {})


def _span(time: timedelta) -> str:
    if time.days:
        return f"{time.days} {'day' if time.days == 1 else 'days'}"
    return f"{int(time.total_seconds() // 60)} min"


def test_every_platform_stands_there_once() -> None:
    assert set(SWITCHES) | set(UNAVAILABLE) == set(Platform)
    assert not set(SWITCHES) & set(UNAVAILABLE)


@pytest.mark.parametrize("platform", SWITCHES)
def test_every_connector_has_its_switch_and_a_section(platform: Platform) -> None:
    name = PLATFORM_NAMES[platform]
    assert f"| {name} | `{SWITCHES[platform]}` |" in PAGE
    assert f"\n## {name}\n" in PAGE


def test_what_is_kept_is_what_the_terms_of_the_connectors_say() -> None:
    for platform, connector in _all_on().items():
        terms = connector.terms
        row = f"| {PLATFORM_NAMES[platform]} | {_span(terms.ttl)} | {_span(terms.keep_raw)} |"
        assert row in PAGE
        if terms.keep_data is not None:
            assert f"{row} {_span(terms.keep_data)}, then read again or deleted |" in PAGE


@pytest.mark.parametrize("platform", UNAVAILABLE)
def test_every_platform_without_connector_has_its_reason(platform: Platform) -> None:
    none = UNAVAILABLE[platform]
    assert f"| {PLATFORM_NAMES[platform]} | {none.why} | {none.access} | [page]({none.page}) |" in PAGE


async def test_the_worked_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "worked_example.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    archive = importlib.import_module("worked_example")
    entries = [
        {"id": str(n), "text": f"新闻 {n}", "created": (BEGAN - timedelta(days=n)).isoformat(), "likes": n}
        for n in range(1, 5)
    ]
    script = Script(
        **{
            "1234567890": [says({"uid": "1234567890", "name": "虚构日报", "followers": 7})],
            "posts": [says({"entries": entries[:3], "next": "3"}), says({"entries": entries[3:]})],
            "404404404": [says({}, status=404)],
        }
    )
    async with serving(script) as url, desk(tmp_path, more={Platform.WEIBO: archive.Archive(url)}) as at:
        look = await at.service.look(WEIBO, days=90, wait_s=300)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        (found,) = await at.database.read(find_accounts, WEIBO)
        assert [post.counts.likes for post in await at.database.read(posts_of, found.account_id)] == [
            1,
            2,
            3,
            4,
        ]
        (snapshot,) = await at.database.read(snapshots_of, found.account_id)
        assert (snapshot.display_name, snapshot.followers) == ("虚构日报", 7)
        nobody = AccountRef(platform=Platform.WEIBO, platform_id="404404404")
        assert (await at.service.look(nobody, days=90, wait_s=300)).state is AccountState.NOT_FOUND
