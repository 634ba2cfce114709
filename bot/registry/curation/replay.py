"""Replay: the audit trail, gone through from its beginning, gives what the tables hold.

`replayed` builds the state from entries alone, `present` reads it from the tables; `differences` tells where
they part: then somebody wrote past the curation, or a row was changed behind its back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.registry.curation.loads import BEGAN, LOADED, RESTORED, UNDONE
from bot.store.audit import Entry, flaws
from bot.store.audit import entries as entries_of
from bot.store.guilds import all_settings
from bot.store.replay_rows import (
    curated_rows,
    gone_rows,
    hidden_rows,
    judgement_rows,
    proposal_rows,
    retracted_rows,
    uncounted,
    undo_marks,
)

Key = tuple[str, int]  # kind and number of a claim

# What a proposal and a judgement are compared by.
_PROPOSAL = ("layer", "act", "state", "version", "statement", "claim")
_JUDGEMENT = ("layer", "about", "towards", "claim", "verdict", "likelihood", "responsibility", "withdrawn")


@dataclass(slots=True, kw_only=True)
class State:
    """What curation did to the registry.

    `made` are the claims that proposals became: (layer, entity, relation, grade). `retracted` are claims that
    a decision took back, `hidden` those that one layer does not see, `undone` the entries that took an
    import back and were not reverted.
    """

    proposals: dict[int, tuple[Any, ...]] = field(default_factory=dict[int, tuple[Any, ...]])
    judgements: dict[int, tuple[Any, ...]] = field(default_factory=dict[int, tuple[Any, ...]])
    made: dict[Key, tuple[Any, ...]] = field(default_factory=dict[Key, tuple[Any, ...]])
    retracted: set[Key] = field(default_factory=set[Key])
    hidden: set[tuple[int, str, int]] = field(default_factory=set[tuple[int, str, int]])
    undone: set[str] = field(default_factory=set[str])
    rules: dict[int, tuple[bool, str]] = field(default_factory=dict[int, tuple[bool, str]])
    roles: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    loaded: dict[str, list[tuple[int, int]]] = field(default_factory=dict[str, list[tuple[int, int]]])
    missing: dict[str, int] = field(default_factory=dict[str, int])


def replayed(entries: Iterable[Entry]) -> State:
    """Build the state that a trail tells of."""
    state = State()
    undone: dict[str, str] = {}
    for entry in entries:
        after: dict[str, Any] = entry.after or {}
        family, _, number = entry.subject.partition(":")
        if entry.act in {BEGAN, LOADED}:
            for table, (first, last) in after["ranges"].items():
                state.loaded.setdefault(table, []).append((first, last))
            state.missing |= after.get("missing", {})
        elif entry.act == UNDONE:
            undone[entry.subject] = f"undo:{entry.audit_id}"
        elif entry.act == RESTORED:
            undone.pop(entry.subject, None)
        elif family == "proposal":
            state.proposals[int(number)] = tuple(after[name] for name in _PROPOSAL)
            for effect in after["effects"]:
                _apply(state, effect)
        elif family == "judgement":
            state.judgements[int(number)] = tuple(after[name] for name in _JUDGEMENT)
        elif entry.act == "settings.changed":
            state.rules[entry.layer] = (after["two_person"], after["everyone"])
        elif entry.act == "role.mapped":
            key = (entry.layer, int(number))
            if after["grants"] is None:
                state.roles.pop(key, None)
            else:
                state.roles[key] = after["grants"]
    state.undone = set(undone.values())
    return state


def _apply(state: State, effect: dict[str, Any]) -> None:
    key: Key = (effect["kind"], effect["id"])
    match effect["op"]:
        case "make":
            state.made[key] = (effect["layer"], effect["entity"], effect["relation"], effect["grade"])
            state.retracted.discard(key)
        case "retract":
            state.retracted.add(key)
        case "revive":
            state.retracted.discard(key)
        case "hide":
            state.hidden.add((effect["layer"], *key))
        case "unhide":
            state.hidden.discard((effect["layer"], *key))
        case "move":
            _layer, *rest = state.made[key]
            state.made[key] = (effect["layer"], *rest)
        case other:
            raise ValueError(f"the trail holds an effect {other!r} that this version does not know")


def present(connection: sqlite3.Connection, *, like: State) -> State:
    """Read from the tables what `like` tells of, and whatever else curation wrote."""
    settings = all_settings(connection)
    return State(
        proposals=dict(proposal_rows(connection)),
        judgements=dict(judgement_rows(connection)),
        made=curated_rows(connection, like.made),
        retracted=retracted_rows(connection),
        hidden=hidden_rows(connection),
        undone=undo_marks(connection),
        rules={
            layer: (each.two_person, each.everyone)
            for layer, each in settings.items()
            if layer in like.rules or each.two_person or each.everyone != "reader"
        },
        roles={
            (layer, role): grants for layer, each in settings.items() for role, grants in each.roles.items()
        },
        loaded=like.loaded,
    )


def examined(connection: sqlite3.Connection) -> list[str]:
    """Return everything that is wrong: with the trail, and between it and the tables."""
    wrong = [f"entry {flaw.audit_id}: {flaw.what}" for flaw in flaws(connection)]
    if wrong:
        return [*wrong, "The trail is not whole, so it was not compared with the tables."]
    return list(differences(connection, entries_of(connection)))


def differences(connection: sqlite3.Connection, entries: Iterable[Entry]) -> Iterator[str]:
    """Tell where trail and tables part; nothing where the history replays to the present state."""
    told = replayed(entries)
    held = present(connection, like=told)
    gone = gone_rows(connection)
    for name in ("proposals", "judgements", "made"):
        ours: dict[Any, Any] = getattr(told, name)
        theirs: dict[Any, Any] = getattr(held, name)
        for key in sorted(ours.keys() | theirs.keys()):
            lost = (("judgement", key) if name == "judgements" else key) in gone
            if ours.get(key) != theirs.get(key) and not (lost and key not in theirs):
                yield f"{name}: {key} is {theirs.get(key)} and should be {ours.get(key)}"
    sets: tuple[tuple[str, set[Any], set[Any]], ...] = (
        ("taken back", told.retracted - gone, held.retracted),
        ("hidden", told.hidden, held.hidden),
        ("roles", set(told.roles.items()), set(held.roles.items())),
        ("rules", set(told.rules.items()), set(held.rules.items())),
    )
    for what, trail, tables in sets:
        for extra in sorted(tables - trail):
            yield f"{what}: {extra} is held and the trail does not say so"
        for lacking in sorted(trail - tables):
            yield f"{what}: {lacking} is in the trail and is not held"
    for mark in sorted(held.undone - told.undone):
        yield f"imports: rows are marked {mark}, which the trail does not tell of"
    for table, n in uncounted(connection, told.loaded, made=told.made, missing=told.missing).items():
        yield f"{table}: {n} rows were neither imported nor proposed, or went missing"
