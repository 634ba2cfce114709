"""docs/json.md says what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from bot.checks import dossier
from bot.checks.dossier import SCHEMA_VERSION, Dossier

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
STRUCTS = {
    name: value
    for name, value in vars(dossier).items()
    if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == dossier.__name__
}


def _documented() -> dict[str, list[str]]:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    return {
        section.split("\n", 1)[0].strip(): re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
        for section in sections
    }


def test_every_part_of_a_dossier_has_its_section() -> None:
    assert set(STRUCTS) <= set(_documented())


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_the_fields_are_those_of_the_program_in_its_order(name: str) -> None:
    names = [field.encode_name for field in msgspec.structs.fields(STRUCTS[name])]
    assert _documented()[name] == names


def test_the_version_is_the_programs() -> None:
    assert f"This page describes `schema` {SCHEMA_VERSION}." in PAGE


def test_every_word_of_a_closed_set_is_listed() -> None:
    schema = msgspec.json.schema(Dossier)
    words = {word for part in schema["$defs"].values() for word in part.get("enum", ())}
    assert [word for word in sorted(words) if f"`{word}`" not in PAGE] == []
