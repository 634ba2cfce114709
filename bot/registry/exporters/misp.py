"""A MISP event (https://www.misp-project.org/datamodels/): entities and accounts as objects, sites apart.

Tags come from the taxonomies admiralty-scale and tlp (github.com/MISP/misp-taxonomies, CC0), templates from
misp-objects. `to_ids` is false throughout: being somebody's site is nothing to block. What MISP has no word
for stands in attributes of the relation `masthead-…`, one row of our own set each, from which an import reads
everything back. A state's responsibility is an analyst's word about one case and is never exported for a
whole registry.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from bot.registry.exporters.tables import Row, Tables, address_of, filled, said_of
from bot.registry.markings import strictest

_OURS = UUID("6f2a6a0e-6a55-5c0e-9d6b-2f6f3f1f6b0a")
# "Your organisation only", "Undefined", "Completed" in MISP's numbers; 5 is "as the event".
_OWN_ORGANISATION, _UNDEFINED, _COMPLETED, _INHERITED = "0", "4", "2", "5"

# Attributes that hold a row of our own set: "masthead-claims" and so on.
ROWS = "masthead-"

Made = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template of misp-objects, and where a handle, a lasting id and an address stand in it."""

    name: str
    uuid: str
    version: str
    handle: str = ""
    platform_id: str = ""
    link: str = ""


ORGANISATION = Template(name="organization", uuid="f750e12b-127a-432c-b022-b3f9153c4e2a", version="9")
REPORT = Template(name="report", uuid="70a68471-df22-4e3f-aa1a-5a3be19f82df", version="8", link="link")
# None of misp-objects: MISP keeps objects of templates that it does not know.
OWN = Template(name="masthead-rows", uuid=str(uuid5(_OURS, "template")), version="1")
ANY_ACCOUNT = Template(
    name="user-account",
    uuid="49606b06-22f0-4ac8-8eee-2f12ad46f3d3",
    version="6",
    handle="username",
    platform_id="user-id",
    link="link",
)
ACCOUNTS = {
    "x": Template(
        name="twitter-account",
        uuid="8066563f-881e-4f6a-9d6c-a9d15b8658bb",
        version="7",
        handle="name",
        platform_id="id",
        link="link",
    ),
    "facebook": Template(
        name="facebook-account",
        uuid="b9862b95-7d78-4938-a2b5-13e45c60f25a",
        version="1",
        handle="account-name",
        platform_id="account-id",
        link="link",
    ),
    "instagram": Template(
        name="instagram-account",
        uuid="656ced16-23f3-4322-925d-c9c961684999",
        version="1",
        handle="account-name",
        platform_id="account-id",
        link="link",
    ),
    "telegram": Template(
        name="telegram-account",
        uuid="06f02ecf-5afb-42c5-9cb0-b362e222f52c",
        version="2",
        handle="username",
        platform_id="id",
    ),
}


def misp_event(tables: Tables, now: datetime) -> str:
    """Return one event. It differs from another of the same registry in its date alone."""
    event = _Event(tables, now).whole()
    return f"{json.dumps({'Event': event}, ensure_ascii=False, indent=1)}\n"


class _Event:
    def __init__(self, tables: Tables, now: datetime) -> None:
        self._tables = tables
        self._day = f"{now:%Y-%m-%d}"
        self._at = str(int(now.timestamp()))
        # What is held, each once, with the rows that speak of it.
        self._held: dict[str, list[Row]] = defaultdict(list)

    def whole(self) -> Made:
        tables = self._tables
        claims: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for file, subject, rows in (
            ("claims", "subject", tables.claims),
            ("accounts", "entity", tables.accounts),
            ("domains", "entity", tables.domains),
        ):
            for row in rows:
                claims[row[subject]].append((file, row))
        for entity in tables.entities:
            for file, row in claims.get(entity["key"], ()):
                if file != "claims":
                    self._held[_held_key(row)].append(row)
        marked = strictest(*(row["tlp"] or None for row in tables.sources.values()))
        return {
            "info": "Masthead registry: sites and accounts of registered entities",
            "date": self._day,
            "timestamp": self._at,
            "uuid": str(uuid5(_OURS, f"event:{self._day}")),
            "published": False,
            "distribution": _OWN_ORGANISATION,
            "threat_level_id": _UNDEFINED,
            "analysis": _COMPLETED,
            "Tag": _tlp(marked),
            "Attribute": [self._site(rows) for rows in self._held.values() if "host" in rows[0]],
            "Object": [
                *(each for row in tables.sources.values() for each in self._report(row)),
                *(
                    each
                    for row in tables.entities
                    for each in self._organisation(row, claims.get(row["key"], []))
                ),
                *(self._account(rows) for rows in self._held.values() if "platform" in rows[0]),
            ],
        }

    def _object(self, template: Template, name: str, attributes: list[Made], *, comment: str = "") -> Made:
        return {
            "name": template.name,
            "meta-category": "misc",
            "template_uuid": template.uuid,
            "template_version": template.version,
            "uuid": str(uuid5(_OURS, name)),
            "timestamp": self._at,
            "distribution": _INHERITED,
            "comment": comment,
            "Attribute": attributes,
        }

    def _attribute(
        self,
        name: str,
        relation: str,
        value: str,
        *,
        kind: str = "text",
        category: str = "Other",
        tags: list[Made] | None = None,
    ) -> Made:
        return {
            "uuid": str(uuid5(_OURS, f"{name}:{relation}:{value}")),
            "timestamp": self._at,
            "type": kind,
            "category": category,
            "object_relation": relation,
            "value": value,
            "to_ids": False,
            "disable_correlation": relation.startswith(ROWS),
            "distribution": _INHERITED,
            "Tag": tags or [],
        }

    def _row(self, name: str, file: str, row: Row, *, tags: list[Made]) -> Made:
        value = json.dumps(filled(row), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return self._attribute(name, f"{ROWS}{file}", value, tags=tags)

    def _link(self, name: str, address: str) -> Made:
        return self._attribute(name, "link", address, kind="link", category="External analysis")

    def _rows(self, name: str, attributes: list[Made]) -> Made:
        """The rows that say the same as another object, which is named by a reference."""
        made = self._object(OWN, f"rows:{name}", attributes)
        reference = {
            "uuid": str(uuid5(_OURS, f"rows-of:{name}")),
            "timestamp": self._at,
            "object_uuid": made["uuid"],
            "referenced_uuid": str(uuid5(_OURS, name)),
            "relationship_type": "describes",
            "comment": "",
        }
        return {**made, "ObjectReference": [reference]}

    def _report(self, row: Row) -> tuple[Made, Made]:
        """A source."""
        name = f"source:{row['key']}"
        tags = [*_grade(row), *_tlp(row["tlp"] or None)]
        attributes = [self._attribute(name, "title", row["title"], tags=tags)]
        if row["url"].startswith(("https://", "http://")):
            attributes.append(self._link(name, row["url"]))
        return (
            self._object(REPORT, name, attributes, comment=row["publisher"]),
            self._rows(name, [self._row(name, "sources", row, tags=tags)]),
        )

    def _organisation(self, row: Row, claims: list[tuple[str, Row]]) -> tuple[Made, Made]:
        tables, key = self._tables, row["key"]
        name = f"entity:{key}"
        main = tables.main_name(key)
        names, classes = tables.names.get(key, []), tables.typologies.get(key, [])
        marks = {each["name"]: self._marks(each) for each in reversed(names)}
        attributes = [
            self._attribute(name, "name", main, tags=marks.get(main)),
            *(self._attribute(name, "alias", each, tags=marks.get(each)) for each in tables.other_names(key)),
            self._attribute(name, "type-of-organization", row["kind"]),
        ]
        rows = [
            self._row(name, "entities", row, tags=[]),
            *(self._row(name, "names", each, tags=self._marks(each)) for each in names),
            *(self._row(name, "typology", each, tags=self._marks(each)) for each in classes),
            *(self._row(name, file, each, tags=[*_grade(each), *self._marks(each)]) for file, each in claims),
        ]
        made = self._object(ORGANISATION, name, attributes)
        made["ObjectReference"] = [self._reference(made, file, each) for file, each in claims]
        return made, self._rows(name, rows)

    def _reference(self, made: Made, file: str, row: Row) -> Made:
        other = f"entity:{row['object']}" if file == "claims" else _held_key(row)
        name = ":".join((str(made["uuid"]), row["relation"], other, row["source"], row["locator"]))
        source = self._tables.sources[row["source"]]
        said = f"{source['title']} ({source['publisher']}), {source['url']} {row['locator']}".rstrip()
        return {
            "uuid": str(uuid5(_OURS, f"reference:{name}")),
            "timestamp": self._at,
            "object_uuid": made["uuid"],
            "referenced_uuid": str(uuid5(_OURS, other)),
            "relationship_type": row["relation"].replace("_", "-"),
            "comment": f"{said_of(row)}, according to {said}",
        }

    def _site(self, rows: list[Row]) -> Made:
        host = rows[0]["host"]
        made = self._attribute(f"site:{host}", "", host, kind="domain", category="Network activity")
        del made["object_relation"]
        return {**made, "uuid": str(uuid5(_OURS, _held_key(rows[0]))), **self._said(rows)}

    def _account(self, rows: list[Row]) -> Made:
        row = rows[0]
        template = ACCOUNTS.get(row["platform"], ANY_ACCOUNT)
        name = _held_key(row)
        said = self._said(rows)
        parts = [(template.handle, row["handle"]), (template.platform_id, row["platform_id"])]
        if template is ANY_ACCOUNT:
            parts.append(("account-type", row["platform"]))
        attributes = [self._attribute(name, relation, value) for relation, value in parts if value]
        if template.link and (address := address_of(row)):
            attributes.append(self._link(name, address))
        attributes[0] |= {"Tag": said["Tag"]}
        return self._object(template, name, attributes, comment=str(said["comment"]))

    def _said(self, rows: list[Row]) -> Made:
        """Who is said to have it, and how good that is where all sources agree."""
        tables = self._tables
        grades = {row["reliability"] + row["credibility"] for row in rows}
        marks = [self._tables.sources[row["source"]]["tlp"] for row in rows]
        comments = [
            f"{tables.main_name(row['entity'])}: {said_of(row)}, according to "
            f"{tables.sources[row['source']]['title']}"
            for row in rows
        ]
        # What one open source names is no secret of another.
        tags = _tlp(strictest(*marks)) if all(marks) else []
        return {
            "comment": "; ".join(dict.fromkeys(comments)),
            "Tag": [*(_grade(rows[0]) if len(grades) == 1 else []), *tags],
        }

    def _marks(self, row: Row) -> list[Made]:
        return _tlp(self._tables.sources[row["source"]]["tlp"] or None)


def _held_key(row: Row) -> str:
    if "host" in row:
        return f"site:{row['host']}"
    return f"account:{row['platform']}:{row['handle']}:{row['platform_id']}"


def _grade(row: Row) -> list[Made]:
    return [
        {"name": f'admiralty-scale:source-reliability="{row["reliability"].lower()}"'},
        {"name": f'admiralty-scale:information-credibility="{row["credibility"]}"'},
    ]


def _tlp(level: str | None) -> list[Made]:
    return [{"name": f"tlp:{level.lower()}"}] if level is not None else []
