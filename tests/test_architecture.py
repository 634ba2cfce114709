"""The arrows of docs/architecture.md, read from the import statements."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# A package may import those on lower floors, and itself.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("bot.errors",),
    ("bot.text",),
    ("bot.accounts",),
    ("bot.store",),
    ("bot.registry", "bot.imports"),
    # Live answers are read by the readers of the files that hold such answers.
    ("bot.platforms",),
    ("bot.checks",),
    ("bot.network", "bot.watch"),
    ("bot.cards",),
)
KNOW_DISCORD = ("bot/client.py", "bot/cards/", "cogs/", "sandbox/")
# Statement keywords that no sentence for people begins with in this form.
SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|WITH\s+RECURSIVE)\s",
    re.DOTALL,
)


def _modules() -> list[Path]:
    return sorted(path for folder in ("bot", "cogs", "sandbox") for path in (ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _floor(module: str) -> int | None:
    for number, packages in enumerate(FLOORS):
        if any(_within(module, package) for package in packages):
            return number
    return None


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", _modules(), ids=_relative)
def test_imports_point_down(path: Path) -> None:
    module = _relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    floor = _floor(module)
    if floor is None:
        return
    own = next(package for package in FLOORS[floor] if _within(module, package))
    # The error classes name the choices they carry; the import is for the type checker alone.
    allowed_up = {"bot.accounts"} if module == "bot.errors" else set[str]()
    for name in _imports(path):
        if name.startswith(("bot", "cogs", "sandbox")) and not _within(name, own) and name not in allowed_up:
            other = _floor(name)
            assert other is not None, f"{module} imports {name}"
            assert other < floor, f"{module} imports {name}, which stands beside or above it"


@pytest.mark.parametrize("path", _modules(), ids=_relative)
def test_only_the_discord_rooms_import_discord(path: Path) -> None:
    if _relative(path).startswith(KNOW_DISCORD):
        return
    assert not {name for name in _imports(path) if name.split(".")[0] in {"discord", "cogs"}}


@pytest.mark.parametrize("path", _modules(), ids=_relative)
def test_sql_stands_in_the_store_alone(path: Path) -> None:
    if _relative(path).startswith("bot/store/"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [text for text in texts if SQL.match(text)]
