"""Replay: the audit trail, gone through from its beginning, gives what the tables hold.

`replayed` builds the state from entries alone, `present` reads it from the tables; `differences` tells where
they part: then somebody wrote past the curation, or a row was changed behind its back. Rows of the registry
itself are compared by their prints (`rows`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.registry.curation.loads import LOADED, RESTORED, UNDONE
from bot.registry.curation.rows import differences as row_differences
from bot.registry.curation.rows import rows_told
from bot.store.audit import Entry, flaws
from bot.store.audit import entries as entries_of
from bot.store.guilds import all_settings
from bot.store.held import ClaimKind
from bot.store.replay_rows import hidden_rows, judgement_rows, proposal_rows, retracted_rows, undone_rows
from bot.store.times import to_ms

Key = tuple[str, int]  # kind and number of a claim
Fields = dict[str, Any]  # what one row holds, by column

# What an entry says of a proposal and of a judgement as they are behind it; who and when stand beside it.
_PROPOSAL = ("layer", "act", "state", "version", "statement", "claim", "reason", "url", "decision")
_JUDGEMENT = (
    "layer",
    "said",
    "about",
    "towards",
    "claim",
    "verdict",
    "likelihood",
    "responsibility",
    "reason",
    "withdrawn_why",
)
_DECISIONS = frozenset({"proposal.accepted", "proposal.rejected", "proposal.withdrawn"})


@dataclass(slots=True, kw_only=True)
class State:
    """What curation did to the registry.

    `retracted` are claims that somebody took back, `hidden` those that one layer does not see. `loaded` are
    the rows that each import brought, `undone` the entry that took one back.
    """

    proposals: dict[int, Fields] = field(default_factory=dict[int, Fields])
    judgements: dict[int, Fields] = field(default_factory=dict[int, Fields])
    retracted: set[Key] = field(default_factory=set[Key])
    hidden: set[tuple[int, str, int]] = field(default_factory=set[tuple[int, str, int]])
    rules: dict[int, tuple[bool, str]] = field(default_factory=dict[int, tuple[bool, str]])
    roles: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    loaded: dict[str, list[tuple[str, int, int]]] = field(
        default_factory=dict[str, list[tuple[str, int, int]]]
    )
    undone: dict[str, int] = field(default_factory=dict[str, int])


def replayed(entries: Iterable[Entry]) -> State:
    """Build the state that a trail tells of."""
    state = State()
    for entry in entries:
        after: dict[str, Any] = entry.after or {}
        family, _, number = entry.subject.partition(":")
        if entry.act in {LOADED, UNDONE, RESTORED}:
            _taken(state, after)
            _load(state, entry, after)
        for table, numbers in after.get("gone", {}).items():
            _gone(state, table, numbers)
        if family == "proposal":
            _propose(state, int(number), entry, after)
        elif family == "judgement":
            _judge(state, int(number), entry, after)
        elif entry.act == "settings.changed":
            state.rules[entry.layer] = (after["two_person"], after["everyone"])
        elif entry.act == "role.mapped":
            key = (entry.layer, int(number))
            if after["grants"] is None:
                state.roles.pop(key, None)
            else:
                state.roles[key] = after["grants"]
    return state


def _propose(state: State, number: int, entry: Entry, after: dict[str, Any]) -> None:
    held = state.proposals.setdefault(
        number,
        {"made_by": entry.actor_id, "made_ms": to_ms(entry.at), "decided_by": None, "decided_ms": None},
    )
    held |= {name: after[name] for name in _PROPOSAL}
    if entry.act in {"proposal.made", "proposal.amended"}:
        held["worded_by"] = entry.actor_id
    if entry.act in _DECISIONS:
        held |= {"decided_by": entry.actor_id, "decided_ms": to_ms(entry.at)}
    elif entry.act == "proposal.undone":
        held |= {"decided_by": None, "decided_ms": None}
    for effect in after["effects"]:
        _apply(state, effect)


def _judge(state: State, number: int, entry: Entry, after: dict[str, Any]) -> None:
    held = state.judgements.setdefault(
        number,
        {
            "made_by": entry.actor_id,
            "made_ms": to_ms(entry.at),
            "withdrawn_by": None,
            "withdrawn_ms": None,
        },
    )
    held |= {name: after[name] for name in _JUDGEMENT if name in after}
    if after["withdrawn"]:
        held |= {"withdrawn_by": entry.actor_id, "withdrawn_ms": to_ms(entry.at)}


def _load(state: State, entry: Entry, after: dict[str, Any]) -> None:
    if entry.act == LOADED:
        ranges = [(table, first, last) for table, (first, last) in after["ranges"].items()]
        state.loaded.setdefault(entry.subject, []).extend(ranges)
    elif entry.act == UNDONE:
        state.undone[entry.subject] = entry.audit_id
    else:
        state.undone.pop(entry.subject, None)


def _gone(state: State, table: str, numbers: Iterable[int]) -> None:
    for number in numbers:
        state.retracted.discard((table, number))
        if table == "judgement":
            state.judgements.pop(number, None)


def _taken(state: State, after: dict[str, Any]) -> None:
    """Follow what an import took back of earlier ones, and what it brought back."""
    for name in ("again", "withdrawn", "revoked"):
        keys: set[Key] = {
            (kind.value, number) for kind in ClaimKind for number in after.get(name, {}).get(kind, ())
        }
        if name == "again":
            state.retracted -= keys
        else:
            state.retracted |= keys


def _apply(state: State, effect: dict[str, Any]) -> None:
    key: Key = (effect["kind"], effect["id"])
    match effect["op"]:
        case "make" | "revive":
            state.retracted.discard(key)
        case "retract":
            state.retracted.add(key)
        case "hide":
            state.hidden.add((effect["layer"], *key))
        case "unhide":
            state.hidden.discard((effect["layer"], *key))
        case "move":
            pass  # told of rows
        case other:
            raise ValueError(f"the trail holds an effect {other!r} that this version does not know")


def present(connection: sqlite3.Connection, *, like: State) -> State:
    """Read from the tables what `like` tells of, and whatever else curation wrote."""
    settings = all_settings(connection)
    return State(
        proposals=dict(proposal_rows(connection)),
        judgements=dict(judgement_rows(connection)),
        retracted=retracted_rows(connection),
        hidden=hidden_rows(connection),
        rules={
            layer: (each.two_person, each.everyone)
            for layer, each in settings.items()
            if layer in like.rules or each.two_person or each.everyone != "reader"
        },
        roles={
            (layer, role): grants for layer, each in settings.items() for role, grants in each.roles.items()
        },
    )


def examined(connection: sqlite3.Connection) -> list[str]:
    """Return everything that is wrong: with the trail, and between it and the tables."""
    wrong = [f"entry {flaw.audit_id}: {flaw.what}" for flaw in flaws(connection)]
    if wrong:
        return [*wrong, "The trail is not whole, so it was not compared with the tables."]
    return list(differences(connection, entries_of(connection)))


def differences(connection: sqlite3.Connection, entries: Iterable[Entry]) -> Iterator[str]:
    """Tell where trail and tables part; nothing where the history replays to the present state."""
    trail = list(entries)
    told = replayed(trail)
    held = present(connection, like=told)
    yield from _unlike("proposal", told.proposals, held.proposals)
    yield from _unlike("judgement", told.judgements, held.judgements)
    sets: tuple[tuple[str, set[Any], set[Any]], ...] = (
        ("taken back", told.retracted, held.retracted),
        ("hidden", told.hidden, held.hidden),
        ("roles", set(told.roles.items()), set(held.roles.items())),
        ("rules", set(told.rules.items()), set(held.rules.items())),
    )
    for what, ours, theirs in sets:
        for extra in sorted(theirs - ours):
            yield f"{what}: {extra} is held and the trail does not say so"
        for lacking in sorted(ours - theirs):
            yield f"{what}: {lacking} is in the trail and is not held"
    yield from _undone(connection, told)
    yield from row_differences(connection, rows_told(connection, trail))


def _unlike(family: str, told: Mapping[int, Fields], held: Mapping[int, Fields]) -> Iterator[str]:
    for number in sorted(told.keys() | held.keys()):
        if number not in held:
            yield f"{family}:{number} went missing"
        elif number not in told:
            yield f"{family}:{number} is held and the trail does not say so"
        else:
            for name, expected in told[number].items():
                if (found := held[number][name]) != expected:
                    yield f"{family}:{number}: its {name} is {found!r} and should be {expected!r}"


def _undone(connection: sqlite3.Connection, told: State) -> Iterator[str]:
    """Tell of rows that look as if an import had been taken back, and was not, or the other way round."""
    ranges = {f"undo:{number}": told.loaded.get(subject, []) for subject, number in told.undone.items()}
    marked: dict[Key, str] = undone_rows(connection)
    for (table, number), mark in sorted(marked.items()):
        if not any(each == table and first <= number <= last for each, first, last in ranges.get(mark, ())):
            yield f"{table}:{number} is marked {mark}, which the trail does not tell of"
