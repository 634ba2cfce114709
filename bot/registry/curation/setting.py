"""Settings of a server: the rule of two, what everyone may, which Discord roles mean what."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from bot.errors import InputError
from bot.registry.curation.roles import Member, Right, Role, require
from bot.store import audit
from bot.store.guilds import GuildSettings, put_role, put_settings, settings_of
from bot.store.layers import BASE

# Discord takes at most 25 roles in one select.
MAX_ROLES = 25


def set_rules(
    connection: sqlite3.Connection,
    *,
    member: Member,
    now: datetime,
    two_person: bool | None = None,
    everyone: str | None = None,
) -> GuildSettings:
    """Change what is given; None leaves it."""
    by = require(connection, member, Right.SET)
    _refuse_base(member)
    if everyone is not None and everyone not in {Role.READER, Role.ANALYST}:
        raise InputError("everyone can be reader or analyst; more takes a role of their own.")
    before = settings_of(connection, member.layer)
    put_settings(
        connection,
        member.layer,
        two_person=before.two_person if two_person is None else two_person,
        everyone=before.everyone if everyone is None else everyone,
    )
    after = settings_of(connection, member.layer)
    audit.append(
        connection,
        "settings.changed",
        "settings",
        at=now,
        layer=member.layer,
        actor_id=by.actor_id,
        before={"two_person": before.two_person, "everyone": before.everyone},
        after={"two_person": after.two_person, "everyone": after.everyone},
    )
    return after


def map_roles(
    connection: sqlite3.Connection,
    grants: str,
    role_ids: Collection[int],
    *,
    member: Member,
    now: datetime,
) -> GuildSettings:
    """Let exactly these Discord roles mean `grants`; a role means one thing, the last that was said."""
    by = require(connection, member, Right.SET)
    _refuse_base(member)
    if grants not in {Role.ANALYST, Role.CURATOR, Role.ADMIN}:
        raise InputError("a Discord role can mean analyst, curator or admin.")
    before = settings_of(connection, member.layer).roles
    wanted = set(role_ids)
    if len(wanted) > MAX_ROLES:
        raise InputError(f"at most {MAX_ROLES} roles can mean {grants}.")
    removed = {role_id for role_id, granted in before.items() if granted == grants} - wanted
    added = {role_id for role_id in wanted if before.get(role_id) != grants}
    for role_id in sorted(removed | added):
        new = grants if role_id in added else None
        put_role(connection, member.layer, role_id, grants=new)
        audit.append(
            connection,
            "role.mapped",
            f"role:{role_id}",
            at=now,
            layer=member.layer,
            actor_id=by.actor_id,
            before={"grants": before.get(role_id)},
            after={"grants": new},
        )
    return settings_of(connection, member.layer)


def _refuse_base(member: Member) -> None:
    if member.layer == BASE:
        raise InputError("settings belong to a server. Use them in one.")
