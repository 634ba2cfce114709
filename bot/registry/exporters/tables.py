"""The registry as rows with names, as all exporters read it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform, account_url
from bot.store.export import FILES, exported

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The rows of our own set; a cell without a value is empty.

    `names` and `typologies` are by the key of their entity, `sources` by their own.
    """

    entities: list[Row]
    names: dict[str, list[Row]]
    typologies: dict[str, list[Row]]
    sources: dict[str, Row]
    claims: list[Row]
    accounts: list[Row]
    domains: list[Row]

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Tables:
        """Read everything that is not withdrawn, as `connection` sees it."""
        rows = {
            name: [dict(zip(columns, row, strict=True)) for row in exported(connection, name)]
            for name, columns in FILES.items()
        }
        names: dict[str, list[Row]] = defaultdict(list)
        typologies: dict[str, list[Row]] = defaultdict(list)
        for by_entity, file in ((names, "names.csv"), (typologies, "typology.csv")):
            for row in rows[file]:
                by_entity[row["entity"]].append(row)
        return cls(
            entities=rows["entities.csv"],
            names=dict(names),
            typologies=dict(typologies),
            sources={row["key"]: row for row in rows["sources.csv"]},
            claims=rows["claims.csv"],
            accounts=rows["accounts.csv"],
            domains=rows["domains.csv"],
        )

    def unmarked(self) -> Tables:
        """Return what may go anywhere, for formats that cannot say how far something goes (TLP)."""
        open_ = {key: row for key, row in self.sources.items() if row["tlp"] in {"", "CLEAR"}}
        names = _resting_on(open_, self.names)
        hidden = {key for key, rows in self.names.items() if rows and key not in names}
        return Tables(
            entities=[row for row in self.entities if row["key"] not in hidden],
            names=names,
            typologies=_resting_on(open_, self.typologies),
            sources=open_,
            claims=[
                row
                for row in self.claims
                if row["source"] in open_ and not hidden & {row["subject"], row["object"]}
            ],
            accounts=[row for row in self.accounts if row["source"] in open_ and row["entity"] not in hidden],
            domains=[row for row in self.domains if row["source"] in open_ and row["entity"] not in hidden],
        )

    def around(self, key: str, *, hops: int) -> Tables:
        """Return an entity with whatever claims lead to from it, either way, within so many hops."""
        near = {key}
        for _ in range(hops):
            ends = [{row["subject"], row["object"]} for row in self.claims]
            near |= {each for pair in ends if pair & near for each in pair}
        names = {each: rows for each, rows in self.names.items() if each in near}
        typologies = {each: rows for each, rows in self.typologies.items() if each in near}
        claims = [row for row in self.claims if {row["subject"], row["object"]} <= near]
        accounts = [row for row in self.accounts if row["entity"] in near]
        domains = [row for row in self.domains if row["entity"] in near]
        by_entity = [row for rows in (*names.values(), *typologies.values()) for row in rows]
        used = {row["source"] for row in (*by_entity, *claims, *accounts, *domains)}
        # What a used source copies is needed to say so.
        used |= {self.sources[each]["derived_from"] for each in used}
        return Tables(
            entities=[row for row in self.entities if row["key"] in near],
            names=names,
            typologies=typologies,
            sources={each: row for each, row in self.sources.items() if each in used},
            claims=claims,
            accounts=accounts,
            domains=domains,
        )

    @property
    def statements(self) -> int:
        """How many rows rest on sources."""
        by_entity = (*self.names.values(), *self.typologies.values())
        return sum(map(len, (*by_entity, self.claims, self.accounts, self.domains)))

    def main_name(self, key: str) -> str:
        """Return the name to show for an entity; its key where it has none."""
        names = self.names.get(key, [])
        main = next((row["name"] for row in names if row["kind"] == "main"), None)
        return main or next((row["name"] for row in names), key)

    def other_names(self, key: str) -> list[str]:
        """Return every other name of an entity, in order."""
        main = self.main_name(key)
        return list(dict.fromkeys(row["name"] for row in self.names.get(key, []) if row["name"] != main))


def _resting_on(sources: dict[str, Row], rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    kept = {key: [row for row in each if row["source"] in sources] for key, each in rows.items()}
    return {key: each for key, each in kept.items() if each}


def address_of(row: Row) -> str | None:
    """Return the address of an account's row; None where its platform has none for it."""
    account = AccountRef(
        platform=Platform(row["platform"]),
        handle=row["handle"] or None,
        platform_id=row["platform_id"] or None,
    )
    try:
        return account_url(account)
    except ValueError:
        return None


def filled(row: Row, *, without: str = "") -> Row:
    """Return the cells of a row that have a value, but for one column."""
    return {column: value for column, value in row.items() if value and column != without}


def grade_of(row: Row) -> str:
    """Return the Admiralty grade of a row: "B2"."""
    return row["reliability"] + row["credibility"]


def said_of(row: Row) -> str:
    """Return what a row claims, as strongly as its source does: "controls (likely)"."""
    said = row["relation"].replace("_", " ")
    return f"{said} ({row['hedge']})" if row["hedge"] else said
