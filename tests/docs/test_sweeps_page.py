"""docs/sweeps.md names every method, option, figure, field and column, and no others' numbers."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from bot.network.prepare import SCHEMA
from bot.network.recipe import Method, Recipe
from bot.network.results import (
    FINDING_OBJECTS,
    MAX_EXPECTED,
    MAX_Q,
    MIN_SHARED,
    MIN_SYMMETRY,
    Benign,
    Change,
    Cut,
    Edge,
    Group,
    Looked,
    Node,
    Sweep,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")
STRUCTS: tuple[type[msgspec.Struct], ...] = (Sweep, Looked, Cut, Node, Edge, Group, Change)
FIELDS = sorted({name for struct in STRUCTS for name in struct.__struct_fields__})
OPTIONS = Path(__file__).resolve().parents[2] / "bot" / "cli" / "sweep" / "options.py"


@pytest.mark.parametrize("method", Method)
def test_every_method_has_its_row(method: Method) -> None:
    assert f"\n| `{method.value}` |" in PAGE


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_a_result_is_named(name: str) -> None:
    # Those of an edge's ends are told in words.
    assert f"`{name}`" in PAGE or name in {"a", "b"}


@pytest.mark.parametrize("column", SCHEMA.names)
def test_every_column_of_the_corpus_is_named(column: str) -> None:
    assert f"`{column}`" in PAGE


def test_every_option_is_explained() -> None:
    written = set(re.findall(r'"(--[a-z-]+)"', OPTIONS.read_text(encoding="utf-8")))
    assert {"--window", "--from", "--list"} <= written
    assert [option for option in sorted(written) if f"`{option}`" not in PAGE] == []


@pytest.mark.parametrize(
    "words",
    [
        f"with {FINDING_OBJECTS} objects or more, symmetry of {MIN_SYMMETRY} or more",
        f"at most {MAX_EXPECTED} expected",
        f"`q` under {MAX_Q}",
        f"under {MIN_SHARED} shared things it is 60 s",
        f"| `--cap` | {Recipe(method=Method.SAME_LINK).cap:,} |",
        f"| `--min-weight` | {Recipe(method=Method.SAME_LINK).min_weight} |",
        *(f"* *{reason.value}*" for reason in Benign),
    ],
)
def test_the_numbers_are_the_programs(words: str) -> None:
    assert words in PAGE
