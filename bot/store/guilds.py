"""What one server set for itself: whether two people decide, and which Discord roles mean what."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

_SETTINGS = "SELECT two_person, everyone FROM guild WHERE guild_id = ?"
_PUT = """
INSERT INTO guild (guild_id, two_person, everyone) VALUES (?, ?, ?)
ON CONFLICT (guild_id) DO UPDATE SET two_person = excluded.two_person, everyone = excluded.everyone
"""
_ROLES = "SELECT role_id, grants FROM guild_role WHERE guild_id = ? ORDER BY role_id"
_GIVE = """
INSERT INTO guild_role (guild_id, role_id, grants) VALUES (?, ?, ?)
ON CONFLICT (guild_id, role_id) DO UPDATE SET grants = excluded.grants
"""
_TAKE = "DELETE FROM guild_role WHERE guild_id = ? AND role_id = ?"
_ALL = "SELECT guild_id, two_person, everyone FROM guild ORDER BY guild_id"
_ALL_ROLES = "SELECT guild_id, role_id, grants FROM guild_role ORDER BY guild_id, role_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """`everyone` is what members without a mapped role are; `roles` maps Discord roles to ours."""

    two_person: bool = False
    everyone: str = "reader"
    roles: dict[int, str] = field(default_factory=dict[int, str])


def settings_of(connection: sqlite3.Connection, guild_id: int) -> GuildSettings:
    """Return what a server set, or the defaults."""
    row = connection.execute(_SETTINGS, (guild_id,)).fetchone()
    roles = dict(connection.execute(_ROLES, (guild_id,)).fetchall())
    if row is None:
        return GuildSettings(roles=roles)
    return GuildSettings(two_person=bool(row[0]), everyone=row[1], roles=roles)


def put_settings(connection: sqlite3.Connection, guild_id: int, *, two_person: bool, everyone: str) -> None:
    """Set everything but the roles."""
    connection.execute(_PUT, (guild_id, int(two_person), everyone))


def put_role(connection: sqlite3.Connection, guild_id: int, role_id: int, *, grants: str | None) -> None:
    """Let a Discord role mean one of ours; None takes that away."""
    if grants is None:
        connection.execute(_TAKE, (guild_id, role_id))
    else:
        connection.execute(_GIVE, (guild_id, role_id, grants))


def all_settings(connection: sqlite3.Connection) -> dict[int, GuildSettings]:
    """Return what every server set."""
    found = {
        guild_id: GuildSettings(two_person=bool(two_person), everyone=everyone)
        for guild_id, two_person, everyone in connection.execute(_ALL)
    }
    for guild_id, role_id, grants in connection.execute(_ALL_ROLES):
        found.setdefault(guild_id, GuildSettings()).roles[role_id] = grants
    return found
