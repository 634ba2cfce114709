"""Two servers with their people, above the synthetic registry."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.registry.curation import setting
from bot.registry.curation.loads import begin
from bot.registry.curation.roles import Member
from bot.registry.curation.statements import Statement, read_statement
from bot.store.database import Database, transaction
from bot.store.layers import look_through_layers, seen_from
from tests.bot.registry.founding import add_case

DESK, OTHER = 1_001, 1_002
ANALYST_ROLE, CURATOR_ROLE = 11, 12
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def member(name: str, *roles: int, layer: int = DESK, manages: bool = False) -> Member:
    return Member(
        layer=layer,
        member=name,
        name=name.title(),
        roles=frozenset(roles),
        manages=manages,
        # As the service says of every server's members where the configuration says "all".
        publishes=True,
    )


READER = member("rui")
ANALYST = member("ana", ANALYST_ROLE)
CURATOR = member("cai", CURATOR_ROLE)
SECOND = member("sol", CURATOR_ROLE)
ADMIN = member("ada", manages=True)
ELSEWHERE = member("eva", layer=OTHER, manages=True)
OPERATOR = Member.at_the_command_line()
OUTSIDE = Member(layer=0, member="dm", name="Dm")


class Clock:
    """Every look is a second later."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@cache
def _filled() -> bytes:
    """Return the file of a database with the case and both desks' roles, made once in each process."""
    with tempfile.TemporaryDirectory(prefix="masthead-desks-") as folder:
        path = Path(folder) / "filled.db"
        Database.open(path).close()
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
            with transaction(writer):
                add_case(writer)
                begin(writer, now=NOW)
            for layer in (DESK, OTHER):
                boss = member("ada", layer=layer, manages=True)
                for role, grants in ((ANALYST_ROLE, "analyst"), (CURATOR_ROLE, "curator")):
                    with transaction(writer):
                        setting.map_roles(writer, grants, [role], member=boss, now=NOW)
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


class Registry:
    """A database file opened twice: as the writer opens it and as a reader does."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(_filled())
        self.path = path
        self.writer = sqlite3.connect(path, isolation_level=None)
        self.writer.execute("PRAGMA foreign_keys = ON")
        # Nothing here is lost by a power cut but a test.
        self.writer.execute("PRAGMA synchronous = OFF")
        self.reader = sqlite3.connect(path, isolation_level=None)
        look_through_layers(self.reader)
        self.clock = Clock()

    def say(self, who: Member, subject: str, relation: str, object_: str, url: str) -> Statement:
        with seen_from(self.reader, who.layer):
            return read_statement(
                self.reader,
                subject=subject,
                relation=relation,
                object_=object_,
                url=url,
                layer=who.layer,
                grade="C3",
                published_on="2025-03",
                note="seen in the imprint",
            )

    def close(self) -> None:
        self.writer.close()
        self.reader.close()
