"""Promises about the page's own files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "sandbox" / "page"
FILES = sorted(path for path in PAGE.rglob("*") if path.is_file())
MODULES = [path for path in FILES if path.suffix == ".js"]

# Everything that turns a string into markup or code.
INTO_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML|DOMParser|createContextualFragment"
    r"|srcdoc|\beval\(|new Function|javascript:"
)
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)
# A name, not an address: nothing is loaded from a namespace.
NAMESPACES = {"http://www.w3.org"}


def name(path: Path) -> str:
    return path.relative_to(PAGE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_string_becomes_markup_or_code(path: Path) -> None:
    assert INTO_MARKUP.findall(_without_comments(path)) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert set(OUTSIDE.findall(_without_comments(path))) - NAMESPACES == set()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_imports_files_that_exist_and_is_of_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    imported = re.findall(r'from "([^"]+)"', text)
    assert [target for target in imported if not (path.parent / target).is_file()] == []
    assert text.startswith("//"), "the first line says what the module is for"
    assert len(text.splitlines()) <= 320


def test_scripts_and_styles_stand_in_files_of_their_own() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def _without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE) if path.suffix == ".js" else text
