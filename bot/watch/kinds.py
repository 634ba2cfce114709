"""The kinds of events: what people call them, and how much each matters unless a list says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
        EventKind.TEST: "test",
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
        EventKind.TEST: Severity.LOW,
    }
)

LEVELS: Mapping[str, int] = MappingProxyType(
    {"off": 0, **{severity.name.lower(): int(severity) for severity in Severity}}
)

# What a list can set and a subscriber can choose; a test is told to whoever asks for it.
CHOOSABLE = tuple(kind for kind in EventKind if kind is not EventKind.TEST)


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
    kinds: list[EventKind] = []
    by_name = {name: kind for kind, name in NAMES.items()}
    for part in (piece.strip().casefold() for piece in text.replace(";", ",").split(",")):
        if not part or part == "all":
            continue
        kind = by_name.get(part) or next((each for each in CHOOSABLE if each.value == part), None)
        if kind is None or kind not in CHOOSABLE:
            known = ", ".join(NAMES[each] for each in CHOOSABLE)
            raise InputError(f"There is no event {part!r}. Known: {known}.")
        kinds.append(kind)
    return tuple(dict.fromkeys(kinds))


def read_severities(text: str) -> dict[str, int]:
    """Read "new post=off, keyword=high" into levels by kind. Raises InputError."""
    levels: dict[str, int] = {}
    for part in (piece.strip() for piece in text.replace(";", ",").split(",")):
        if not part:
            continue
        name, separator, level = part.partition("=")
        if not separator or level.strip().casefold() not in LEVELS:
            raise InputError(
                f"{part!r} is no rule. Write `kind=level`, for example `new post=off, keyword=high`. "
                f"Levels: {', '.join(LEVELS)}."
            )
        for kind in read_kinds(name):
            levels[kind.value] = LEVELS[level.strip().casefold()]
    return levels
