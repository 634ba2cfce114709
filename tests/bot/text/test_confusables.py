from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.confusables import resembles, skeleton, skeletons, table
from tests.shared import shared
from tools.skeleton import skeleton_table

CHARACTERS = st.characters(codec="utf-8") | st.sampled_from([chr(point) for point in sorted(table())])


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [
        ("mundo_china", "mundо_china", True),  # Cyrillic o
        ("mundo_china", "rnundo_china", True),
        ("ejemplo1", "ejempIo1", True),  # capital I for l
        ("ejemplo1", "EJEMPL0I", True),
        ("ВВСnews", "BBCnews", True),  # Cyrillic capitals
        ("cgtn_ejemplo", "cgtnߺejemplo", True),  # a letter extender of N'Ko for the underscore
        ("ejem\u200bplo2", "ejempIo2", True),
        ("mundo_china", "MUNDO_china", False),  # the same name
        ("mundo_china", "ｍundo_china", False),
        ("mundo_china", "mundo_chino", False),
        ("mundo_chica", "mundo_china", False),
        ("café", "cafe", False),  # an accent is seen
        ("新华社", "新華社", False),
        ("", "", False),
    ],
)
def test_resembles(name: str, other: str, *, alike: bool) -> None:
    assert resembles(name, other) is alike
    assert resembles(other, name) is alike


def test_skeleton_agrees_with_unicode() -> None:
    confusables = shared("data/conformance/confusables/confusables.txt").read_text(encoding="utf-8-sig")
    rows = re.findall(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA", confusables, re.MULTILINE)
    look = {chr(int(a, 16)): "".join(chr(int(point, 16)) for point in b.split()) for a, b in rows}
    of_a_handle = {a: b for a, b in look.items() if re.fullmatch(r"[A-Za-z0-9_.-]+", b)}
    differing = {a for a, b in of_a_handle.items() if skeleton(a) != skeleton(b)}
    # NFKC comes first here: it reads the long s as s, where UTS #39 sees an f, and turns the others into
    # characters that UTS #39 does not send to ASCII.
    assert differing == {"ſ", "ϲ", "Ϲ", "ͺ", "˛", "￨", "﹘"}
    assert len(of_a_handle) > 1500
    assert all(of_a_handle[chr(point)] == looks for point, looks in table().items())


def test_the_table_is_what_the_tool_makes() -> None:
    confusables = shared("data/conformance/confusables/confusables.txt").read_text(encoding="utf-8-sig")
    made = dict[int, str]()
    for line in skeleton_table(confusables).splitlines():
        look, _, points = line.partition("\t")
        made.update((int(point, 16), look) for point in points.split())
    assert made.items() <= table().items()
    # A newer Python may know by NFKC what an older one needed a row for.
    assert all(unicodedata.normalize("NFKC", chr(point)).isascii() for point in table().keys() - made.keys())


def test_every_letter_and_digit_can_be_imitated() -> None:
    looks = {look.lower() for look in table().values()}
    assert set("abcdefghijklnopqrstuvwxyz23456789_-") <= looks
    assert all(len(unicodedata.normalize("NFKC", chr(point))) == 1 for point in table())


@given(st.text(CHARACTERS, max_size=20))
def test_skeleton_of_a_skeleton_is_itself(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)
    assert skeleton(text) in skeletons(text)
    assert not resembles(text, text)
