"""Who proposed, decided and judged. A person can be forgotten: the number stays, name and id go."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_FIND = "SELECT actor_id, member, name FROM actor WHERE member = ?"
_ADD = "INSERT INTO actor (member, name) VALUES (?, ?) RETURNING actor_id"
_RENAME = "UPDATE actor SET name = ? WHERE actor_id = ?"
_BY_ID = "SELECT actor_id, member, name FROM actor WHERE actor_id = ?"
_FORGET = "UPDATE actor SET member = NULL, name = NULL WHERE member = ?"

_DONE = """
SELECT audit.at_ms, audit.act, audit.subject
  FROM main.audit JOIN actor USING (actor_id)
 WHERE actor.member = ?
 ORDER BY audit.audit_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person who did something. `member` and `name` are None once they are forgotten."""

    actor_id: int
    member: str | None
    name: str | None

    @property
    def shown(self) -> str:
        """What to call them."""
        return self.name or "a former member"


def ensure_actor(connection: sqlite3.Connection, member: str, *, name: str) -> Actor:
    """Return the row of a person under the name they go by now."""
    found = connection.execute(_FIND, (member,)).fetchone()
    if found is None:
        actor_id: int = connection.execute(_ADD, (member, name)).fetchone()[0]
    else:
        actor_id = found[0]
        if found[2] != name:
            connection.execute(_RENAME, (name, actor_id))
    return Actor(actor_id=actor_id, member=member, name=name)


def actor(connection: sqlite3.Connection, actor_id: int) -> Actor:
    """Return a person by number. Raises KeyError for one who never was."""
    row = connection.execute(_BY_ID, (actor_id,)).fetchone()
    if row is None:
        raise KeyError(actor_id)
    return Actor(actor_id=row[0], member=row[1], name=row[2])


def acts_of(connection: sqlite3.Connection, member: str) -> list[tuple[int, str, str]]:
    """Return (Unix milliseconds, act, subject) of everything a person did, oldest first."""
    return connection.execute(_DONE, (member,)).fetchall()


def forget_actor(connection: sqlite3.Connection, member: str) -> int:
    """Take a person's id and name out; what was decided stays. Returns how many rows changed."""
    return connection.execute(_FORGET, (member,)).rowcount
