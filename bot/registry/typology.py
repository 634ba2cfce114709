"""What the classes of State Media Monitor say, and what they do not.

A class is three answers: is the outlet funded by the state, does the state govern or own it, does the
state control what it publishes? Source: statemediamonitor.com/typology. The classes change from year to
year, so none is told without its edition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.store.records import Typology


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaClass:
    """One class. `state_owned` is None where the class does not fix it or the list is not sure.

    `state_owned` covers governance and ownership, `state_edited` editorial control.
    """

    code: str
    name: str
    state_funded: bool | None
    state_owned: bool | None
    state_edited: bool | None


CLASSES = {
    media_class.code: media_class
    for media_class in (
        MediaClass(
            code="SC", name="State-Controlled Media", state_funded=True, state_owned=True, state_edited=True
        ),
        MediaClass(
            code="CaPu",
            name="Captured Public or State-Managed Media",
            state_funded=False,
            state_owned=True,
            state_edited=True,
        ),
        MediaClass(
            code="CaPr",
            name="Captured Private Media",
            state_funded=None,
            state_owned=False,
            state_edited=True,
        ),
        MediaClass(
            code="ISFM",
            name="Independent State-Funded and State-Managed Media",
            state_funded=True,
            state_owned=True,
            state_edited=False,
        ),
        MediaClass(
            code="ISFM?",
            name="Independent State-Funded and State-Managed Media, marked uncertain by the list",
            state_funded=True,
            state_owned=True,
            state_edited=False,
        ),
        MediaClass(
            code="ISF",
            name="Independent State-Funded Media",
            state_funded=True,
            state_owned=False,
            state_edited=False,
        ),
        MediaClass(
            code="ISM",
            name="Independent State-Managed Media",
            state_funded=False,
            state_owned=True,
            state_edited=False,
        ),
        MediaClass(
            code="IP",
            name="Independent Public Media",
            state_funded=False,
            state_owned=False,
            state_edited=False,
        ),
    )
}

INDEPENDENT = frozenset(code for code, known in CLASSES.items() if known.state_edited is False)
CAPTURED_PRIVATE = "CaPr"
STATE_CONTROLLED = frozenset({"SC", "CaPu"})


def current(typologies: Iterable[Typology]) -> tuple[Typology, ...]:
    """Return the classes of the newest edition. Two of them mean that the list, or two lists, disagree."""
    known = list(typologies)
    newest = max((typology.edition for typology in known), default="")
    return tuple(typology for typology in known if typology.edition == newest)


def state_controlled(typologies: Iterable[Typology]) -> bool:
    """Whether the newest edition says without contradiction that the state owns and edits the outlet.

    Captured private media are not state-owned, and editorially independent ones never count, however
    they are funded. An outlet without any class is not state-controlled as far as the registry knows.
    """
    codes = {typology.code for typology in current(typologies)}
    return bool(codes) and codes <= STATE_CONTROLLED


def independent(typologies: Iterable[Typology]) -> bool:
    """Whether the newest edition says without contradiction that the outlet edits itself."""
    codes = {typology.code for typology in current(typologies)}
    return bool(codes) and codes <= INDEPENDENT


def captured(typologies: Iterable[Typology]) -> bool:
    """Whether the newest edition calls the outlet captured although it is privately owned."""
    return CAPTURED_PRIVATE in {typology.code for typology in current(typologies)}
