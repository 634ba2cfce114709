"""Settings: what people get wrong is named, with the key and what is accepted."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import cast

import pytest

from bot.config import Config, load, settings
from bot.errors import ConfigError

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"


def _load(tmp_path: Path, text: str, **environment: str) -> Config:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environment=environment)


def _dotted(table: dict[str, object], within: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        inner = cast("dict[str, object]", value)
        found |= _dotted(inner, f"{within}{key}.") if isinstance(value, dict) else {f"{within}{key}"}
    return found


def test_example_documents_every_setting_with_its_default() -> None:
    assert _dotted(tomllib.loads(EXAMPLE.read_text("utf-8"))) == set(settings())
    assert load(EXAMPLE, environment={}) == Config()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[check]\ndays = 'soon'", "`check.days`: expected a whole number, got 'soon'"),
        ("[check]\ndays = true", "`check.days`: expected a whole number, got True"),
        ("[check]\ndays = 0", "`check.days`: expected a whole number from 1 to 3650, got 0"),
        ("[check]\ndyas = 9", "`check.dyas`: there is no such setting. Did you mean `days`?"),
        ("[chekc]\ndays = 9", "`chekc`: there is no such section. Did you mean `check`?"),
        ("[log]\nlevel = 'loud'", "`log.level`: expected one of debug, info, warning, error, got 'loud'"),
        (
            "[platforms.bluesky]\nenable = true",
            "`platforms.bluesky.enable`: there is no such setting. Did you mean `enabled`?",
        ),
        ("[platforms.blusky]", "`platforms.blusky`: there is no such setting. Did you mean `bluesky`?"),
        ("[platforms]\nbluesky = 1", "`platforms.bluesky`: expected a section `[platforms.bluesky]`, got 1"),
        (
            "[platforms.bluesky]\nenabled = 'maybe'",
            "`platforms.bluesky.enabled`: expected true or false, got 'maybe'",
        ),
        ("[store]\npath = ''", "`store.path`: expected a file name, got an empty text"),
        ("store = 'x'", "`store`: expected a section `[store]`, got 'x'"),
        # A token of the wrong type is not repeated in the message.
        ("[discord]\ntoken = 12345", "`discord.token`: expected text in quotes, got something else"),
    ],
)
def test_wrong_setting_is_named_with_what_is_accepted(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, text)
    assert str(caught.value) == sentence


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml`: not valid TOML"):
        _load(tmp_path, "[check\n")


def test_missing_file_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "absent.toml", environment={})


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    config = _load(tmp_path, "[check]\ndays = 7", MASTHEAD_CHECK_DAYS="30", MASTHEAD_STORE_PATH="a.db")
    assert config.check.days == 30
    assert config.store.path == Path("a.db")


def test_misspelt_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MASTHEAD_STORE_PATH"):
        _load(tmp_path, "", MASTHEAD_STORE_PAHT="a.db")


def test_token_is_never_part_of_the_printed_configuration(tmp_path: Path) -> None:
    config = _load(tmp_path, "", DISCORD_TOKEN="a-secret-token")
    assert config.discord.token == "a-secret-token"
    assert "a-secret-token" not in repr(config)


def test_section_of_a_platform_is_read_with_the_environment_over_it(tmp_path: Path) -> None:
    config = _load(
        tmp_path,
        "[platforms]\nposts = 50\n[platforms.bluesky]\nenabled = true\nurl = 'http://127.0.0.1:1'",
        MASTHEAD_PLATFORMS_BLUESKY_URL="http://127.0.0.1:2",
        MASTHEAD_PLATFORMS_WAIT_S="3",
    )
    bluesky = config.platforms.bluesky
    assert (config.platforms.posts, config.platforms.wait_s) == (50, 3)
    assert (bluesky.enabled, bluesky.url) == (True, "http://127.0.0.1:2")
