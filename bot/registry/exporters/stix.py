"""STIX 2.1 (https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html): identities, accounts, sites.

Ids are made from what they name, so that two exports of one registry can be merged. Confidence follows the
standard's table for Admiralty credibility (appendix A). What STIX has no place for (reliability, names with
their language, classes, partial dates) stands in a property extension, from which an import reads everything
back. Nothing is called a threat: there is no threat actor and no indicator among the objects.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from typing import cast
from uuid import UUID, uuid5

from bot.registry.exporters.tables import Row, Tables, address_of, filled, grade_of, said_of
from bot.registry.markings import IDS, LEVELS, TLP_EXTENSION, strictest

# Given by the standard for observables (section 2.9), and one of our own for the rest.
_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_OURS = UUID("6f2a6a0e-6a55-5c0e-9d6b-2f6f3f1f6b0a")
EXTENSION = f"extension-definition--{uuid5(_OURS, 'extension')}"
# The first version of the extension; ids and date never change.
_DEFINED = "2026-11-22T00:00:00.000Z"
_MASTHEAD = f"identity--{uuid5(_OURS, 'masthead')}"

CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
# The standard's vocabulary has this name for it; other platforms are not in there.
ACCOUNT_TYPES = {"x": "twitter"}
_CLASSES = {"official": "individual"}

Object = dict[str, object]


def stix_bundle(tables: Tables, now: datetime) -> str:
    """Return a bundle. It differs from another of the same registry in the times alone."""
    bundle = _Bundle(tables, at=f"{now:%Y-%m-%dT%H:%M:%S}.000Z").whole()
    return f"{json.dumps(bundle, ensure_ascii=False, indent=1)}\n"


def identity_id(key: str) -> str:
    """Return the id of an entity's identity."""
    return f"identity--{uuid5(_OURS, f'entity:{key}')}"


class _Bundle:
    def __init__(self, tables: Tables, *, at: str) -> None:
        self._tables = tables
        self._at = at
        self._objects: dict[str, Object] = {}
        # What rests on each source, and how everything that speaks of an observable is marked.
        self._resting: dict[str, list[str]] = defaultdict(list)
        self._marks: dict[str, list[str | None]] = defaultdict(list)

    def whole(self) -> Object:
        tables = self._tables
        for row in tables.entities:
            self._identity(row)
        for file, rows in (("claims.csv", tables.claims), ("accounts.csv", tables.accounts)):
            for row in rows:
                self._relationship(row, file)
        for row in tables.domains:
            self._relationship(row, "domains.csv")
        for number, marks in self._marks.items():
            # An account that one open source names is no secret of another.
            if None not in marks:
                self._mark(self._objects[number], min((m for m in marks if m), key=LEVELS.index))
        groupings = [self._grouping(row) for row in tables.sources.values()]
        used = {str(ref) for each in (*self._objects.values(), *groupings) for ref in _marking_refs(each)}
        objects = [*_definitions(used), *groupings, *self._objects.values()]
        return {"type": "bundle", "id": f"bundle--{uuid5(_OURS, self._at)}", "objects": objects}

    def _put(self, made: Object) -> str:
        key = str(made["id"])
        self._objects.setdefault(key, made)
        return key

    def _made(self, kind: str, name: str) -> Object:
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": name,
            "created_by_ref": _MASTHEAD,
            "created": self._at,
            "modified": self._at,
        }

    def _mark(self, made: Object, level: str | None) -> None:
        if level is not None:
            made["object_marking_refs"] = [IDS[level]]

    def _level(self, *sources: str) -> str | None:
        return strictest(*(self._tables.sources[key]["tlp"] or None for key in sources))

    def _identity(self, row: Row) -> None:
        key, tables = row["key"], self._tables
        names, classes = tables.names.get(key, []), tables.typologies.get(key, [])
        others = tables.other_names(key)
        parts = [
            f"Also: {', '.join(others)}." if others else "",
            f"Country: {row['country']}." if row["country"] else "",
        ]
        made: Object = {
            **self._made("identity", identity_id(key)),
            # The standard knows no identity without a name.
            "name": tables.main_name(key),
            "identity_class": _CLASSES.get(row["kind"], "organization"),
            "labels": [row["kind"]],
            "external_references": [{"source_name": "masthead", "external_id": key}],
            "extensions": _extension(
                entity=filled(row),
                names=[filled(each, without="entity") for each in names],
                typology=[filled(each, without="entity") for each in classes],
            ),
        }
        if any(parts):
            made["description"] = " ".join(part for part in parts if part)
        resting = list(dict.fromkeys(each["source"] for each in (*names, *classes)))
        self._mark(made, self._level(*resting))
        for source in resting:
            self._resting[source].append(str(made["id"]))
        self._put(made)

    def _relationship(self, row: Row, file: str) -> None:
        key, source = row["source"], self._tables.sources[row["source"]]
        level = self._level(key)
        if file == "claims.csv":
            ends = identity_id(row["subject"]), identity_id(row["object"])
        else:
            held = self._put(_account(row) if file == "accounts.csv" else _site(row))
            self._marks[held].append(level)
            ends = identity_id(row["entity"]), held
        kind = row["relation"].replace("_", "-")
        name = ":".join((kind, *ends, row["relation"], key, row["locator"]))
        said = f"{said_of(row)}; Admiralty grade {grade_of(row)}; {row['locator']}"
        made: Object = {
            **self._made("relationship", f"relationship--{uuid5(_OURS, name)}"),
            "relationship_type": kind,
            "source_ref": ends[0],
            "target_ref": ends[1],
            "description": said.rstrip("; "),
            **_times(row),
            "external_references": [_reference(source)],
            "extensions": _extension(file=file, row=filled(row)),
        }
        if row["credibility"] in CONFIDENCE:
            made["confidence"] = CONFIDENCE[row["credibility"]]
        self._mark(made, level)
        self._resting[key].append(self._put(made))

    def _grouping(self, row: Row) -> Object:
        """A source, with whatever rests on it."""
        name = f"source:{row['key']}"
        made: Object = {
            **self._made("grouping", f"grouping--{uuid5(_OURS, name)}"),
            "name": row["title"],
            "context": "unspecified",
            "object_refs": self._resting.get(row["key"]) or [_MASTHEAD],
            "external_references": [_reference(row)],
            "extensions": _extension(source=filled(row)),
        }
        self._mark(made, row["tlp"] or None)
        return made


def _definitions(used: set[str]) -> list[Object]:
    """Return the objects that the others refer to: markings, our extension, and who we are."""
    marks: list[Object] = [
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": number,
            "created": "2022-10-01T00:00:00.000Z",
            "name": f"TLP:{level}",
            "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level.lower()}},
        }
        for level, number in IDS.items()
        if number in used
    ]
    at: Object = {"spec_version": "2.1", "created": _DEFINED, "modified": _DEFINED}
    masthead: Object = {"type": "identity", "id": _MASTHEAD, **at}
    extension: Object = {"type": "extension-definition", "id": EXTENSION, **at, "created_by_ref": _MASTHEAD}
    return [
        *marks,
        {**masthead, "name": "Masthead", "identity_class": "system"},
        {
            **extension,
            "name": "Rows of a Masthead registry",
            "description": "What an object says, as the rows of Masthead's own CSV set.",
            "schema": "The columns of Masthead's CSV set, each as text; a cell without a value is left out.",
            "version": "1.0.0",
            "extension_types": ["property-extension"],
        },
    ]


def _extension(**said: object) -> Object:
    return {EXTENSION: {"extension_type": "property-extension", **said}}


def _marking_refs(made: Object) -> list[object]:
    refs = made.get("object_marking_refs", [])
    return cast("list[object]", refs)


def _reference(source: Row) -> Object:
    made: Object = {"source_name": source["publisher"], "description": source["title"]}
    if source["url"].startswith(("http://", "https://")):
        made["url"] = source["url"]
    return made


def _times(row: Row) -> Object:
    """Whole days alone; partial dates stand in the extension. An end has to come after its beginning."""
    first, last = (_day(row[column]) for column in ("valid_from", "valid_to"))
    if first is not None and last is not None and last <= first:
        last = None
    times = {"start_time": first, "stop_time": last}
    return {name: f"{day}T00:00:00.000Z" for name, day in times.items() if day is not None}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2024-02-07") else None
    except ValueError:
        return None


def _account(row: Row) -> Object:
    # In the order of the standard's canonical form (RFC 8785): names sorted, no spaces.
    telling = {
        "account_login": row["handle"],
        "account_type": ACCOUNT_TYPES.get(row["platform"], row["platform"]),
        "user_id": row["platform_id"],
    }
    held = {name: value for name, value in telling.items() if value}
    made: Object = {
        "type": "user-account",
        "spec_version": "2.1",
        "id": f"user-account--{uuid5(_OBSERVABLES, _canonical(held))}",
        **held,
    }
    if address := address_of(row):
        made["extensions"] = _extension(url=address)
    return made


def _site(row: Row) -> Object:
    value = {"value": row["host"]}
    return {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": f"domain-name--{uuid5(_OBSERVABLES, _canonical(value))}",
        **value,
    }


def _canonical(value: dict[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
