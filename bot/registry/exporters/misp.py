"""A MISP event (https://www.misp-project.org/datamodels/): sites and accounts as attributes, graded by tags.

Tags come from the taxonomy admiralty-scale (github.com/MISP/misp-taxonomies, CC0). `to_ids` is false
throughout: being somebody's site is nothing to block. A state's responsibility is an analyst's word about one
case and is never exported for a whole registry.
"""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID, uuid5

from bot.registry.exporters.tables import Row, Tables, address_of

_OURS = UUID("6f2a6a0e-6a55-5c0e-9d6b-2f6f3f1f6b0a")
# "Your organisation only", "Undefined", "Completed" in MISP's numbers.
_OWN_ORGANISATION, _UNDEFINED, _COMPLETED = "0", "4", "2"


def misp_event(tables: Tables, now: datetime) -> str:
    """Return one event with an attribute for every site and account."""
    attributes = [
        *(
            _attribute(row, tables, kind="domain", category="Network activity", value=row["host"])
            for row in tables.domains
        ),
        *(
            _attribute(row, tables, kind="link", category="External analysis", value=address)
            for row in tables.accounts
            if (address := address_of(row))
        ),
    ]
    event = {
        "info": "Masthead registry: sites and accounts of registered entities",
        "date": f"{now:%Y-%m-%d}",
        "uuid": str(uuid5(_OURS, f"event:{now:%Y-%m-%d}")),
        "published": False,
        "distribution": _OWN_ORGANISATION,
        "threat_level_id": _UNDEFINED,
        "analysis": _COMPLETED,
        "Attribute": attributes,
    }
    return f"{json.dumps({'Event': event}, ensure_ascii=False, indent=1)}\n"


def _attribute(row: Row, tables: Tables, *, kind: str, category: str, value: str) -> dict[str, object]:
    source = tables.sources[row["source"]]
    said = f"{tables.main_name(row['entity'])}: {row['relation'].replace('_', ' ')}"
    where = f"{source['title']} ({source['publisher']}), {source['url']} {row['locator']}".rstrip()
    name = ":".join((kind, value, row["entity"], row["relation"], row["source"], row["locator"]))
    return {
        "uuid": str(uuid5(_OURS, name)),
        "type": kind,
        "category": category,
        "value": value,
        "to_ids": False,
        "comment": f"{said}, according to {where}",
        "Tag": [
            {"name": f'admiralty-scale:source-reliability="{row["reliability"].lower()}"'},
            {"name": f'admiralty-scale:information-credibility="{row["credibility"]}"'},
        ],
    }
