"""Whom a message notifies: resources/message.mdx, "Allowed Mentions Object"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bot.cards.limits.shape import snowflake
from sandbox.components import displayed_texts
from sandbox.permissions import Permission, permissions_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world import Channel, Guild, Message, World

_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def set_mentions(message: Message, body: Mapping[str, object], *, channel: Channel, world: World) -> None:
    """Work out whom a message notifies, from its text and from `allowed_mentions`."""
    text = " ".join([message.content, *displayed_texts(message.components)])
    allowed = _Allowed.of(body.get("allowed_mentions"), reply=message.webhook_id is not None)
    guild = world.guild_of(channel)
    users = [world.users.get(int(number)) for number in dict.fromkeys(_USER.findall(text))]
    message.mentions = [user for user in users if user and allowed.user(user.id)]
    roles = [int(number) for number in dict.fromkeys(_ROLE.findall(text))]
    loud = _may_mention_everyone(message, channel=channel, guild=guild)
    message.mention_roles = [
        number
        for number in roles
        if guild and number in guild.roles and allowed.role(number)
        if loud or guild.roles[number].mentionable
    ]
    message.mention_everyone = bool(loud and allowed.everyone and _EVERYONE.search(text))


def _may_mention_everyone(message: Message, *, channel: Channel, guild: Guild | None) -> bool:
    member = guild.members.get(message.author.id) if guild else None
    if guild is None or member is None:
        return False
    return Permission.MENTION_EVERYONE in permissions_in(guild, member, channel=channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Allowed:
    """`allowed_mentions`; None stands for all of a kind."""

    users: frozenset[int] | None
    roles: frozenset[int] | None
    everyone: bool

    @classmethod
    def of(cls, value: object, *, reply: bool) -> _Allowed:
        if not isinstance(value, dict):
            # Interaction and webhook replies notify users alone by default (resources/message.mdx:725-745).
            return cls(users=None, roles=frozenset() if reply else None, everyone=not reply)
        allowed = cast("dict[str, object]", value)
        parse = allowed.get("parse")
        kinds = cast("list[object]", parse) if isinstance(parse, list) else []
        return cls(
            users=None if "users" in kinds else _ids(allowed.get("users")),
            roles=None if "roles" in kinds else _ids(allowed.get("roles")),
            everyone="everyone" in kinds,
        )

    def user(self, number: int) -> bool:
        return self.users is None or number in self.users

    def role(self, number: int) -> bool:
        return self.roles is None or number in self.roles


def _ids(value: object) -> frozenset[int]:
    entries = cast("list[object]", value) if isinstance(value, list) else []
    return frozenset(number for number in map(snowflake, entries) if number is not None)
