"""The kinds of events: what people call them, and how much each matters unless a list says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from bot.checks.wording import quoted
from bot.errors import InputError
from bot.store.watch_records import Event, EventKind, Severity

NAMES: Mapping[EventKind, str] = MappingProxyType(
    {
        EventKind.NEW_POST: "new post",
        EventKind.HALF_ATTRIBUTION: "half-attribution",
        EventKind.REPUBLICATION: "republication",
        EventKind.IDENTICAL_POST: "identical post",
        EventKind.KEYWORD: "keyword",
        EventKind.NAME_CHANGED: "name changed",
        EventKind.HANDLE_CHANGED: "handle changed",
        EventKind.BIO_CHANGED: "bio changed",
        EventKind.LINK_CHANGED: "link changed",
        EventKind.LABEL_GAINED: "label gained",
        EventKind.LABEL_LOST: "label lost",
        EventKind.FOLLOWER_JUMP: "follower jump",
        EventKind.GONE: "account gone",
        EventKind.SUSPENDED: "account suspended",
        EventKind.BACK: "account back",
        EventKind.CLAIM_ADDED: "registry claim added",
        EventKind.CLAIM_DISPUTED: "registry claim disputed",
        EventKind.ASSESSMENT_CHANGED: "assessment changed",
        EventKind.PARKED: "looking stopped",
    }
)

# [P] Ours. A post is news, not a finding; what changes who stands behind an account comes first.
SEVERITIES: Mapping[EventKind, Severity] = MappingProxyType(
    {
        EventKind.NEW_POST: Severity.LOW,
        EventKind.HALF_ATTRIBUTION: Severity.MEDIUM,
        EventKind.REPUBLICATION: Severity.MEDIUM,
        EventKind.IDENTICAL_POST: Severity.MEDIUM,
        EventKind.KEYWORD: Severity.MEDIUM,
        EventKind.NAME_CHANGED: Severity.MEDIUM,
        EventKind.HANDLE_CHANGED: Severity.HIGH,
        EventKind.BIO_CHANGED: Severity.LOW,
        EventKind.LINK_CHANGED: Severity.MEDIUM,
        EventKind.LABEL_GAINED: Severity.HIGH,
        EventKind.LABEL_LOST: Severity.HIGH,
        EventKind.FOLLOWER_JUMP: Severity.MEDIUM,
        EventKind.GONE: Severity.HIGH,
        EventKind.SUSPENDED: Severity.HIGH,
        EventKind.BACK: Severity.MEDIUM,
        EventKind.CLAIM_ADDED: Severity.MEDIUM,
        EventKind.CLAIM_DISPUTED: Severity.HIGH,
        EventKind.ASSESSMENT_CHANGED: Severity.HIGH,
        EventKind.PARKED: Severity.MEDIUM,
    }
)

LEVELS: Mapping[str, int] = MappingProxyType(
    {"off": 0, **{severity.name.lower(): int(severity) for severity in Severity}}
)

# In a rule: what SEVERITIES says.
USUAL = "usual"


def severity_of(event: Event, tuned: Mapping[str, int]) -> Severity | None:
    """Return how much an event matters to a list; None where the list does not want to hear of it.

    What a list sets holds for the kind as a whole; a case that matters more than its kind does keeps
    its distance, so that a list that lowers a kind still sees which case is the graver one.
    """
    usual = SEVERITIES[event.kind]
    set_to = tuned.get(event.kind, int(usual))
    if set_to == 0:
        return None
    graver = int(event.severity or usual) - int(usual)
    return Severity(min(max(set_to + graver, Severity.LOW), Severity.CRITICAL))


def read_kinds(text: str) -> tuple[EventKind, ...]:
    """Read "new post, keyword" (names or values, in any order); empty text means all, as an empty tuple.

    Raises InputError that names what is not known.
    """
    parts = [part for part in _parts(text) if part != "all"]
    return tuple(dict.fromkeys(_kind(part) for part in parts))


def read_severities(text: str) -> dict[str, int | None]:
    """Read "new post=off, keyword=high, label lost=usual" into levels by kind; None is the usual one.

    Raises InputError.
    """
    levels: dict[str, int | None] = {}
    for part in _parts(text):
        name, separator, level = (piece.strip() for piece in part.partition("="))
        if not separator or not name or (level != USUAL and level not in LEVELS):
            raise InputError(
                f"{quoted(part)} is no rule. Write `kind=level`, for example `new post=off, keyword=high`. "
                f"Levels: {', '.join(LEVELS)}, and {USUAL} for what docs/alerts.md says."
            )
        for kind in tuple(EventKind) if name == "all" else (_kind(name),):
            if kind is not EventKind.PARKED or level != "off":
                levels[kind.value] = LEVELS.get(level)
            elif name != "all":
                raise InputError(
                    f"{NAMES[kind].capitalize()} cannot be off: silence about an account would then look "
                    "like calm. Choose `low`."
                )
    return levels


def _parts(text: str) -> list[str]:
    pieces = (" ".join(piece.split()).casefold() for piece in text.replace(";", ",").split(","))
    return [piece for piece in pieces if piece]


def _kind(name: str) -> EventKind:
    """Return a kind by what people call it, or by its value. Raises InputError that says what is known."""
    by_name = {known: kind for kind, known in NAMES.items()} | {kind.value: kind for kind in EventKind}
    if name in by_name:
        return by_name[name]
    close = get_close_matches(name, by_name, n=1)
    hint = f" Did you mean {NAMES[by_name[close[0]]]}?" if close else ""
    raise InputError(f"There is no event {quoted(name)}.{hint} Known: {', '.join(NAMES.values())}.")
