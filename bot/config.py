"""Settings: a frozen tree read from TOML, with the environment over it.

`MASTHEAD_<SECTION>_<KEY>` overrides `section.key` (`MASTHEAD_STORE_PATH`); `DISCORD_TOKEN` stands for
`discord.token`. A setting whose default is a dataclass is a section of its own (`[platforms.bluesky]`,
`MASTHEAD_PLATFORMS_BLUESKY_URL`). `config.example.toml` documents every key; a test compares the two.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from bot.errors import ConfigError
from bot.platforms.settings import NO_PLATFORMS, PlatformsConfig

T = TypeVar("T")

CONFIG_FILE = Path("config.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """Where everything is kept."""

    path: Path = Path("masthead.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordConfig:
    """How the bot reaches Discord. Without a token `masthead run` does not connect."""

    # Left out of repr, so that a logged configuration holds no secret.
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfig:
    """What `/check` looks at unless the member says otherwise."""

    days: int = field(default=90, metadata={"min": 1, "max": 3650})


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """How sweeps run: on which engine, and how much of this machine they may take."""

    engine: str = "duckdb"
    threads: int = field(default=2, metadata={"min": 1, "max": 256})
    memory_mib: int = field(default=2_048, metadata={"min": 256, "max": 1_048_576})
    corpus: Path = Path("masthead.corpus")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchConfig:
    """How much one server may watch, and how often stored data are compared and checks run anew."""

    lists: int = field(default=50, metadata={"min": 1, "max": 1_000})
    accounts: int = field(default=1_000, metadata={"min": 1, "max": 100_000})
    subscriptions: int = field(default=100, metadata={"min": 1, "max": 10_000})
    stored_seconds: int = field(default=300, metadata={"min": 5, "max": 86_400})
    safety_minutes: int = field(default=60, metadata={"min": 5, "max": 1_440})
    check_hours: int = field(default=24, metadata={"min": 1, "max": 720})
    keep_alert_days: int = field(default=365, metadata={"min": 14, "max": 36_500})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryConfig:
    """Who may show claims to every server, as Discord ids with commas; "all" for every server's admins."""

    publishing_servers: str = ""
    publishing_members: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """What goes to standard error."""

    level: str = field(default="info", metadata={"choices": ("debug", "info", "warning", "error")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, each with the default that works on a fresh machine."""

    store: StoreConfig = StoreConfig()
    discord: DiscordConfig = DiscordConfig()
    check: CheckConfig = CheckConfig()
    platforms: PlatformsConfig = NO_PLATFORMS
    network: NetworkConfig = NetworkConfig()
    watch: WatchConfig = WatchConfig()
    registry: RegistryConfig = RegistryConfig()
    log: LogConfig = LogConfig()


SECTIONS: dict[str, type] = {
    "store": StoreConfig,
    "discord": DiscordConfig,
    "check": CheckConfig,
    "platforms": PlatformsConfig,
    "network": NetworkConfig,
    "watch": WatchConfig,
    "registry": RegistryConfig,
    "log": LogConfig,
}


def load(file: Path | None, *, environment: Mapping[str, str]) -> Config:
    """Read `file` (None: config.toml where there is one) and the environment over it.

    Raises ConfigError, naming the key or the file, on the first thing that is wrong.
    """
    tables = _tables(file)
    for name in tables:
        if name not in SECTIONS:
            raise ConfigError(name, f"there is no such section.{_nearest(name, SECTIONS)}")
    _refuse_unknown_variables(environment)
    read = partial(_section, tables=tables, environment=environment)
    return Config(
        store=read("store", StoreConfig),
        discord=read("discord", DiscordConfig),
        check=read("check", CheckConfig),
        platforms=read("platforms", PlatformsConfig),
        network=read("network", NetworkConfig),
        watch=read("watch", WatchConfig),
        registry=read("registry", RegistryConfig),
        log=read("log", LogConfig),
    )


def _tables(file: Path | None) -> dict[str, object]:
    if file is None:
        if not CONFIG_FILE.exists():
            return {}
        file = CONFIG_FILE
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(file), f"not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(str(file), f"not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise ConfigError(str(file), f"cannot be read: {error.strerror}") from error


def settings() -> dict[str, dataclasses.Field[object]]:
    """Return every setting by its dotted name."""
    return {
        f"{section}.{f.name}": f for section, kind in _all_sections(SECTIONS).items() for f in _settings(kind)
    }


def _all_sections(kinds: Mapping[str, type]) -> dict[str, type]:
    found: dict[str, type] = {}
    for name, kind in kinds.items():
        found[name] = kind
        found |= _all_sections({f"{name}.{f.name}": type(f.default) for f in _inner_sections(kind)})
    return found


def _settings(kind: type) -> list[dataclasses.Field[object]]:
    return [f for f in fields(kind) if not is_dataclass(f.default)]


def _inner_sections(kind: type) -> list[dataclasses.Field[object]]:
    return [f for f in fields(kind) if is_dataclass(f.default)]


def _section(
    name: str, kind: Callable[..., T], *, tables: Mapping[str, object], environment: Mapping[str, str]
) -> T:
    table = tables.get(name.rpartition(".")[2], {})
    if not isinstance(table, dict):
        raise ConfigError(name, f"expected a section `[{name}]`, got {table!r}")
    given = cast("dict[str, object]", table)
    section = _all_sections(SECTIONS)[name]
    inner = _inner_sections(section)
    known = {f.name: f for f in _settings(section)}
    possible = {**known, **{f.name: f for f in inner}}
    for key in given:
        if key not in possible:
            raise ConfigError(f"{name}.{key}", f"there is no such setting.{_nearest(key, possible)}")
    values: dict[str, object] = {
        f.name: _section(f"{name}.{f.name}", type(f.default), tables=given, environment=environment)
        for f in inner
    }
    for key, setting in known.items():
        variable = _variable(f"{name}.{key}")
        if variable in environment:
            values[key] = _value(setting, environment[variable], name=variable)
        elif key in given:
            values[key] = _value(setting, given[key], name=f"{name}.{key}")
    if kind is DiscordConfig and "token" not in values and "DISCORD_TOKEN" in environment:
        values["token"] = environment["DISCORD_TOKEN"].strip()
    return kind(**values)


def _value(setting: dataclasses.Field[object], raw: object, *, name: str) -> object:
    """Read one value as the type of the setting's default; the environment gives text for everything."""
    secret = not setting.repr
    shown = "something else" if secret else repr(raw)
    if isinstance(setting.default, bool):
        return _yes_or_no(raw, name=name, shown=shown)
    if isinstance(setting.default, int):
        number = _whole_number(raw)
        if number is None:
            raise ConfigError(name, f"expected a whole number, got {shown}")
        low, high = setting.metadata["min"], setting.metadata["max"]
        if not low <= number <= high:
            raise ConfigError(name, f"expected a whole number from {low} to {high}, got {number}")
        return number
    if not isinstance(raw, str):
        raise ConfigError(name, f"expected text in quotes, got {shown}")
    if isinstance(setting.default, Path):
        if not raw.strip():
            raise ConfigError(name, "expected a file name, got an empty text")
        return Path(raw).expanduser()
    choices: tuple[str, ...] | None = setting.metadata.get("choices")
    if choices and raw not in choices:
        raise ConfigError(name, f"expected one of {', '.join(choices)}, got {shown}")
    return raw.strip()


def _yes_or_no(raw: object, *, name: str, shown: str) -> bool:
    if isinstance(raw, bool):
        return raw
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if not isinstance(raw, str) or raw.strip().casefold() not in words:
        raise ConfigError(name, f"expected true or false, got {shown}")
    return words[raw.strip().casefold()]


def _whole_number(raw: object) -> int | None:
    if isinstance(raw, str):
        try:
            return int(raw)
        except ValueError:
            return None
    # TOML's true and false are ints to Python, but nobody means them as numbers.
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _variable(dotted: str) -> str:
    return f"MASTHEAD_{dotted.replace('.', '_')}".upper()


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {_variable(name) for name in settings()}
    prefixes = tuple(f"MASTHEAD_{name}_".upper() for name in SECTIONS)
    for variable in environment:
        # Other MASTHEAD_… variables belong to the tests (MASTHEAD_DISCORD_OPENAPI) or to tools around us.
        if variable.startswith(prefixes) and variable not in known and variable != "MASTHEAD_DISCORD_OPENAPI":
            raise ConfigError(variable, f"there is no such setting.{_nearest(variable, known)}")


def _nearest(name: str, known: Mapping[str, object] | set[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean `{close[0]}`?" if close else f" Known: {', '.join(sorted(known))}."
