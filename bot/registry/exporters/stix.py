"""STIX 2.1 (https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html): identities, accounts, sites.

Ids are made from what they name, so that two exports of one registry can be merged. Confidence follows the
standard's table for Admiralty credibility (appendix A); reliability has no place in it and stands in the
description. Nothing is called a threat: there is no threat actor and no indicator among the objects.
"""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID, uuid5

from bot.registry.exporters.tables import Row, Tables, address_of, grade_of

# Given by the standard for observables (section 2.9), and one of our own for the rest.
_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_OURS = UUID("6f2a6a0e-6a55-5c0e-9d6b-2f6f3f1f6b0a")
_CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
_CLASSES = {"official": "individual"}

Object = dict[str, object]


def stix_bundle(tables: Tables, now: datetime) -> str:
    """Return a bundle."""
    at = f"{now:%Y-%m-%dT%H:%M:%S}.000Z"
    objects: dict[str, Object] = {}
    for row in tables.entities:
        _put(objects, _identity(row, tables, at))
    for row in tables.claims:
        ends = _identity_id(row["subject"]), _identity_id(row["object"])
        _put(objects, _relationship(row, tables, at, kind=row["relation"], ends=ends))
    for row in tables.accounts:
        account = _put(objects, _account(row))
        ends = _identity_id(row["entity"]), account
        _put(objects, _relationship(row, tables, at, kind="related-to", ends=ends))
    for row in tables.domains:
        site = _put(objects, _site(row))
        _put(
            objects,
            _relationship(row, tables, at, kind="related-to", ends=(_identity_id(row["entity"]), site)),
        )
    bundle = {"type": "bundle", "id": f"bundle--{uuid5(_OURS, at)}", "objects": list(objects.values())}
    return f"{json.dumps(bundle, ensure_ascii=False, indent=1)}\n"


def _put(objects: dict[str, Object], made: Object) -> str:
    key = str(made["id"])
    objects.setdefault(key, made)
    return key


def _identity_id(key: str) -> str:
    return f"identity--{uuid5(_OURS, f'entity:{key}')}"


def _identity(row: Row, tables: Tables, at: str) -> Object:
    key = row["key"]
    made: Object = {
        "type": "identity",
        "spec_version": "2.1",
        "id": _identity_id(key),
        "created": at,
        "modified": at,
        "name": tables.main_name(key),
        "identity_class": _CLASSES.get(row["kind"], "organization"),
        "labels": [row["kind"]],
        "external_references": [{"source_name": "masthead", "external_id": key}],
    }
    others = tables.other_names(key)
    parts = [
        f"Also: {', '.join(others)}." if others else "",
        f"Country: {row['country']}." if row["country"] else "",
    ]
    if any(parts):
        made["description"] = " ".join(part for part in parts if part)
    return made


def _relationship(row: Row, tables: Tables, at: str, *, kind: str, ends: tuple[str, str]) -> Object:
    source = tables.sources[row["source"]]
    reference = {"source_name": source["publisher"], "description": source["title"]}
    if source["url"].startswith(("http://", "https://")):
        reference["url"] = source["url"]
    name = ":".join((kind, *ends, row["relation"], row["source"], row["locator"]))
    made: Object = {
        "type": "relationship",
        "spec_version": "2.1",
        "id": f"relationship--{uuid5(_OURS, name)}",
        "created": at,
        "modified": at,
        "relationship_type": kind.replace("_", "-"),
        "source_ref": ends[0],
        "target_ref": ends[1],
        "description": (
            f"{row['relation'].replace('_', ' ')}; Admiralty grade {grade_of(row)}; {row['locator']}".rstrip(
                "; "
            )
        ),
        "external_references": [reference],
    }
    if row["credibility"] in _CONFIDENCE:
        made["confidence"] = _CONFIDENCE[row["credibility"]]
    return made


def _account(row: Row) -> Object:
    # In the order of the standard's canonical form (RFC 8785): names sorted, no spaces.
    telling = {"account_login": row["handle"], "account_type": row["platform"], "user_id": row["platform_id"]}
    held = {name: value for name, value in telling.items() if value}
    made: Object = {
        "type": "user-account",
        "spec_version": "2.1",
        "id": f"user-account--{uuid5(_OBSERVABLES, _canonical(held))}",
        **held,
    }
    if address := address_of(row):
        made["x_masthead_url"] = address
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
