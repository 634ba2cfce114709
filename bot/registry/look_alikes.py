"""Handles and names that look like registered ones. Candidates to look at, never a match.

A hit is a hint: the confusable table maps `1`, `l` and `I` together, and short honest names resemble
each other by chance.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from bot.accounts import AccountRef
from bot.accounts.handles import match_key
from bot.store.claims import shape
from bot.store.names import accounts_shaped, names_shaped
from bot.store.records import Entity
from bot.store.registry import entities
from bot.text.normalise import fold

# Below this length names resemble each other by chance.
MIN_SHAPE = 5

# Digits that stand for letters in imitations; 0, 1 and 5 are in the confusable table or close to it.
_DIGITS = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"})

# What imitations add to a name that is taken. Own list, to be extended.
_ADDED = re.compile(
    r"[\s._-]*(?:official|officiel|oficial|real|news|noticias|tv|media|press|info|live|online|channel|the|hq"
    r"|global|world|int|en|es|fr|ru|cn|pt|de|ar|\d{1,4}|[\s._-])$"
)
_PREFIXED = re.compile(r"^(?:official|oficial|real|the|el|la|_+)[\s._-]*(?=.)")
# Imitations add one thing or two; a name is not peeled down to its core.
_MOST_ADDED = 3


class Likeness(StrEnum):
    """In what way something resembles a registered handle or name."""

    SAME_SHAPE = "same_shape"  # look-alike letters, or signs left out or added
    DIGITS = "digits"  # digits in place of letters
    ADDED = "added"  # something put before or after


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """One registered thing that is resembled. `account` is None where a name of `entity` is meant."""

    account: AccountRef | None
    entity: Entity | None
    text: str
    likeness: Likeness


def resembles(
    connection: sqlite3.Connection, ref: AccountRef, *, display_name: str | None = None
) -> tuple[Resemblance, ...]:
    """Return registered accounts of the same platform and entity names that `ref` looks like.

    An equal handle is no resemblance, on this platform or another: that is a match, or another account
    of the same name. A display name equal to a registered name is reported: anybody may call themselves so.
    """
    found: dict[tuple[str, str], Resemblance] = {}
    if ref.handle is not None:
        drawings = _drawings(ref.handle)
        own = match_key(ref)
        for account, drawn in accounts_shaped(connection, drawings):
            if account.platform is not ref.platform or account.handle is None:
                continue
            if match_key(account) != own:
                resemblance = Resemblance(
                    account=account, entity=None, text=account.handle, likeness=drawings[drawn]
                )
                found.setdefault(("account", account.handle), resemblance)
    if display_name is not None:
        drawings = _drawings(display_name)
        named = [
            (key, text, drawings[shape(text)])
            for key, text in names_shaped(connection, drawings)
            if shape(text) in drawings
        ]
        known = entities(connection, [key for key, _, _ in named])
        for key, text, likeness in named:
            resemblance = Resemblance(account=None, entity=known[key], text=text, likeness=likeness)
            found.setdefault(("entity", known[key].key), resemblance)
    return tuple(found.values())


def _drawings(name: str) -> dict[str, Likeness]:
    """Return the shapes to look for, each with the way in which it was reached, closest first."""
    plain = fold(name)
    drawn = {shape(plain): Likeness.SAME_SHAPE}
    drawn.setdefault(shape(plain.translate(_DIGITS)), Likeness.DIGITS)
    for trimmed in _trimmed(plain):
        drawn.setdefault(shape(trimmed), Likeness.ADDED)
        drawn.setdefault(shape(trimmed.translate(_DIGITS)), Likeness.ADDED)
    return {drawing: likeness for drawing, likeness in drawn.items() if len(drawing) >= MIN_SHAPE}


def _trimmed(plain: str) -> list[str]:
    """Return a name without what may have been added before it, after it, or both."""
    found = [_PREFIXED.sub("", plain)]
    for start in (plain, found[0]):
        rest = start
        for _ in range(_MOST_ADDED):
            shorter = _ADDED.sub("", rest)
            if shorter == rest:
                break
            found.append(shorter)
            rest = shorter
    return found
