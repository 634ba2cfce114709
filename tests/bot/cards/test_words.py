"""Every text of ours in cards and cogs keeps to the allowed words, whatever path leads to it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.accounts import Platform
from bot.cards.words import PLATFORMS, SIGNS
from bot.checks.dossier import State
from tests.bot.cards.test_discord_layout import FORBIDDEN

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted([*(ROOT / "cogs").glob("*.py"), *(ROOT / "bot" / "cards").glob("*.py")])


def spoken(path: Path) -> list[str]:
    """The string constants of a module, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [node.value for node in constants if isinstance(node.value, str) and id(node) not in docstrings]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_text_of_ours_holds_a_forbidden_word(path: Path) -> None:
    # The name of the distribution is not a word about an account.
    ours = [text for text in spoken(path) if text != "masthead-bot"]
    assert [text for text in ours if FORBIDDEN.search(text)] == []


def test_every_platform_has_a_name_and_every_state_a_sign_of_its_own() -> None:
    assert set(PLATFORMS) == set(Platform)
    assert set(SIGNS) == set(State)
    assert len(set(SIGNS.values())) == len(State)
