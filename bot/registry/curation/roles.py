"""Roles: who may do what. Asked in the transaction of the act itself, whatever a front end asked before."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.errors import ConfigError, NotAllowedError
from bot.store.actors import Actor, ensure_actor
from bot.store.guilds import GuildSettings, settings_of
from bot.store.layers import BASE

OPERATOR = "operator"


class Role(StrEnum):
    """What a member is here. Each may do what those before it may."""

    READER = "reader"
    ANALYST = "analyst"
    CURATOR = "curator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Right(StrEnum):
    """What can be done; the words complete the sentence "You may not …"."""

    LOOK = "look into the registry"
    PROPOSE = "propose"
    DISPUTE = "dispute a claim"
    JUDGE = "judge"
    REVIEW = "decide on proposals"
    UNDO = "undo a decision"
    PUBLISH = "publish to every server"
    SET = "change settings"
    AUDIT = "export the audit trail"


NEEDED = MappingProxyType(
    {
        Right.LOOK: Role.READER,
        Right.PROPOSE: Role.ANALYST,
        Right.DISPUTE: Role.ANALYST,
        Right.JUDGE: Role.ANALYST,
        Right.REVIEW: Role.CURATOR,
        Right.UNDO: Role.CURATOR,
        Right.PUBLISH: Role.ADMIN,
        Right.SET: Role.ADMIN,
        Right.AUDIT: Role.ADMIN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishers:
    """Whose admins may show claims to every server: servers and members by id. The operator always may."""

    servers: frozenset[int] = frozenset()
    members: frozenset[str] = frozenset()
    everybody: bool = False

    @classmethod
    def read(cls, servers: str, members: str) -> Publishers:
        """Read the two settings. Raises ConfigError for what is no list of ids."""
        everybody = servers.strip().casefold() == "all"
        return cls(
            servers=frozenset(
                map(int, _ids(servers, name="registry.publishing_servers") if not everybody else ())
            ),
            members=frozenset(_ids(members, name="registry.publishing_members")),
            everybody=everybody,
        )

    def include(self, member: Member) -> bool:
        """Whether this member may publish, provided that they are admin where they act."""
        named = member.layer in self.servers or member.member in self.members
        return member.operator or self.everybody or named


def _ids(text: str, *, name: str) -> list[str]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    for part in found:
        if not part.isdigit():
            raise ConfigError(name, f"expected Discord ids with commas, got {part!r}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who acts, and from where: a server's id is its layer; elsewhere it is the base.

    `roles` are ids of Discord roles. `manages`: Discord lets them manage the server, which makes them admin.
    `publishes` is set by the service alone, from the configuration.
    """

    layer: int
    member: str
    name: str
    roles: frozenset[int] = frozenset()
    manages: bool = False
    operator: bool = False
    publishes: bool = False

    @classmethod
    def at_the_command_line(cls, *, layer: int = BASE) -> Member:
        """Return whoever runs Masthead: admin of the base and of every layer."""
        return cls(layer=layer, member=OPERATOR, name="the operator", operator=True)


def role_in(settings: GuildSettings, member: Member) -> Role:
    """Return the highest role that a member has by a server's settings."""
    if member.operator:
        return Role.ADMIN
    if member.layer == BASE:
        # Nobody can change the base from direct messages.
        return Role.READER
    if member.manages:
        return Role.ADMIN
    held = [Role(grants) for role_id, grants in settings.roles.items() if role_id in member.roles]
    return max([Role(settings.everyone), *held], key=lambda role: role.rank)


def role_of(connection: sqlite3.Connection, member: Member) -> Role:
    """Return what a member is now."""
    return role_in(settings_of(connection, member.layer), member)


def require(connection: sqlite3.Connection, member: Member, right: Right) -> Actor:
    """Return the member as an actor. Raises NotAllowedError where they may not; nothing is written then."""
    role = role_of(connection, member)
    if role.rank < NEEDED[right].rank:
        raise NotAllowedError(_refusal(member, right, role=role))
    return ensure_actor(connection, member.member, name=member.name)


def require_publisher(connection: sqlite3.Connection, member: Member) -> Actor:
    """Return an admin who may show claims to every server. Raises NotAllowedError for any other."""
    by = require(connection, member, Right.PUBLISH)
    if not member.publishes and not member.operator:
        raise NotAllowedError(
            "only whoever runs Masthead may show claims of this server to every server, or name it in "
            "registry.publishing_servers. Until then the proposal waits."
        )
    return by


def may(connection: sqlite3.Connection, member: Member, right: Right) -> None:
    """Refuse before anything is typed. Raises NotAllowedError; writes nothing."""
    role = role_of(connection, member)
    if role.rank < NEEDED[right].rank:
        raise NotAllowedError(_refusal(member, right, role=role))


def _refusal(member: Member, right: Right, *, role: Role) -> str:
    if member.layer == BASE:
        return f"you may not {right} in direct messages. Do it in a server."
    return (
        f"you may not {right} here: that takes the role {NEEDED[right]}, and you are {role}. "
        "An administrator gives roles in /settings."
    )
