from __future__ import annotations

import pytest

from bot.registry.typology import CLASSES, captured, current, independent, state_controlled
from bot.store.records import Typology
from tests.bot.registry.founding import a_source


def _classes(*codes: str, edition: str = "2024") -> list[Typology]:
    return [Typology(code=code, edition=edition, source=a_source("monitor")) for code in codes]


@pytest.mark.parametrize(
    ("codes", "controlled", "edits_itself"),
    [
        (["SC"], True, False),
        (["CaPu"], True, False),
        (["CaPr"], False, False),  # captured, but no state ownership
        (["ISFM"], False, True),  # France 24, CBC
        (["ISFM?"], False, True),
        (["ISF"], False, True),  # DW
        (["ISM"], False, True),
        (["IP"], False, True),  # BBC, NPR
        ([], False, False),  # not classed is not controlled
        (["SC", "ISFM"], False, False),  # the list contradicts itself
        (["SC", "CaPu"], True, False),
    ],
)
def test_what_the_classes_say(codes: list[str], *, controlled: bool, edits_itself: bool) -> None:
    assert state_controlled(_classes(*codes)) is controlled
    assert independent(_classes(*codes)) is edits_itself


def test_the_newest_edition_decides() -> None:
    known = [*_classes("SC", edition="2022"), *_classes("ISFM", edition="2024")]
    assert not state_controlled(known)
    assert independent(known)
    assert [typology.edition for typology in current(known)] == ["2024"]


def test_captured_private_media_are_not_state_owned() -> None:
    assert captured(_classes("CaPr"))
    assert CLASSES["CaPr"].state_owned is False
    assert CLASSES["CaPr"].state_edited is True


def test_every_class_the_store_takes_is_explained() -> None:
    assert set(CLASSES) == {"SC", "CaPu", "CaPr", "ISFM", "ISFM?", "ISF", "ISM", "IP"}
    assert all(code == known.code and known.name for code, known in CLASSES.items())
