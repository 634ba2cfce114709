"""The rules of a list: its name, what it looks for, how grave things are to it, and who may change it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.checks.wording import quoted
from bot.errors import InputError
from bot.store.watch_lists import change_list, list_named
from bot.store.watch_records import Watchlist, WatchlistId
from bot.watch.rights import Asker, editable

MAX_NAME = 50
MAX_DESCRIPTION = 200
MAX_KEYWORDS = 25
MAX_KEYWORD = 60
MAX_EDITORS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What is to change about a list; None leaves it as it is.

    `severities` are added to the rules that stand; a kind at None goes back to what is usual.
    """

    name: str | None = None
    description: str | None = None
    keywords: Sequence[str] | None = None
    severities: Mapping[str, int | None] | None = None
    editors: Sequence[int] = ()
    no_editors: Sequence[int] = ()


def tune(
    connection: sqlite3.Connection, watchlist_id: WatchlistId, *, tuning: Tuning, asker: Asker
) -> Watchlist:
    """Write what is to change; return the list as it is then. Raises NotAllowedError and InputError."""
    changed = editable(connection, watchlist_id, asker=asker)
    if tuning.name is not None:
        changed = replace(changed, name=named(tuning.name))
        other = list_named(connection, changed.guild_id, name=changed.name)
        if other is not None and other.watchlist_id != watchlist_id:
            raise InputError(
                f"There is a watchlist called {quoted(other.name)} already. Choose another name."
            )
    if tuning.description is not None:
        text = one_line(tuning.description, limit=MAX_DESCRIPTION)
        changed = replace(changed, description=text)
    if tuning.keywords is not None:
        changed = replace(changed, keywords=_keywords(tuning.keywords))
    levels: dict[str, int | None] = {**changed.severities, **(tuning.severities or {})}
    kept = {kind: level for kind, level in levels.items() if level is not None}
    roles = dict.fromkeys([*changed.editor_roles, *tuning.editors])
    editors = tuple(role for role in roles if role not in tuning.no_editors)
    if len(editors) > MAX_EDITORS:
        raise InputError(
            f"A watchlist can have {MAX_EDITORS} editor roles at most. Take one away first "
            "(/watchlist tune no-editors)."
        )
    changed = replace(changed, severities=kept, editor_roles=editors)
    change_list(connection, changed)
    return changed


def _keywords(words: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if len(kept) > MAX_KEYWORDS:
        raise InputError(
            f"These are {len(kept)} keywords, and a watchlist can look for {MAX_KEYWORDS}. Leave some out."
        )
    long = next((word for word in kept if len(word) > MAX_KEYWORD), None)
    if long is not None:
        raise InputError(
            f"{quoted(long)} is longer than the {MAX_KEYWORD} characters of a keyword. "
            "Keywords are words or short phrases, separated by commas."
        )
    return kept


def named(name: str) -> str:
    """Return a list's name on one line. Raises InputError."""
    clean = one_line(name, limit=MAX_NAME + 1)
    if not clean or len(clean) > MAX_NAME:
        raise InputError(f"A watchlist's name has 1 to {MAX_NAME} characters. Write a shorter one.")
    return clean


def one_line(text: str, *, limit: int) -> str:
    """Return a text without line breaks, cut."""
    return " ".join(text.split())[:limit]
