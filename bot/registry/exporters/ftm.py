"""FollowTheMoney entities, one JSON object a line (https://followthemoney.tech/explorer/).

Accounts stand among the websites, where tools that show organisations show them.
Relations that it has no schema for become UnknownLink with the relation as its role.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha1

from bot.registry.exporters.tables import Row, Tables, address_of, grade_of, said_of

_SCHEMAS = {"company": "Company", "publisher": "Company", "government": "PublicBody"}
# Relation: schema, and the properties of its two ends.
_TIES = {
    "owns": ("Ownership", "owner", "asset"),
    "member_of": ("Membership", "member", "organization"),
    "represents": ("Representation", "agent", "client"),
}


def ftm_lines(tables: Tables, now: datetime) -> str:
    """Return the lines. `now` is not written: the same registry gives the same file."""
    del now
    websites: dict[str, list[str]] = {}
    for row in tables.domains:
        websites.setdefault(row["entity"], []).append(f"https://{row['host']}/")
    for row in tables.accounts:
        if address := address_of(row):
            websites.setdefault(row["entity"], []).append(address)
    lines = [_entity(row, tables, websites.get(row["key"], [])) for row in tables.entities]
    lines += [_tie(row, tables) for row in tables.claims]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def _entity(row: Row, tables: Tables, websites: list[str]) -> dict[str, object]:
    key = row["key"]
    properties = {
        "name": [tables.main_name(key)],
        "alias": tables.other_names(key),
        "country": [row["country"].lower()] if row["country"] else [],
        "website": list(dict.fromkeys(websites)),
        "topics": ["gov"] if row["kind"] == "government" else [],
    }
    return _line(key, _SCHEMAS.get(row["kind"], "Organization"), properties)


def _tie(row: Row, tables: Tables) -> dict[str, object]:
    schema, upper, lower = _TIES.get(row["relation"], ("UnknownLink", "subject", "object"))
    source = tables.sources[row["source"]]
    properties = {
        upper: [row["subject"]],
        lower: [row["object"]],
        "role": [row["relation"].replace("_", " ")],
        "sourceUrl": [source["url"]],
        "publisher": [source["publisher"]],
        "startDate": [row["valid_from"]] if row["valid_from"] else [],
        "endDate": [row["valid_to"]] if row["valid_to"] else [],
        "summary": [f"{said_of(row)}. Admiralty grade {grade_of(row)}. {row['locator']}".strip()],
    }
    parts = (row["subject"], row["relation"], row["object"], row["source"], row["locator"])
    # Only to tell lines apart; nothing is secured by it.
    digest = sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()
    return _line(f"claim-{digest}", schema, properties)


def _line(key: str, schema: str, properties: dict[str, list[str]]) -> dict[str, object]:
    held = {name: values for name, values in properties.items() if values}
    return {"id": key, "schema": schema, "properties": held, "datasets": ["masthead"]}
