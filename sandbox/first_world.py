"""The world a newcomer finds: one research desk, three people, the bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from sandbox.clock import DISCORD_EPOCH
from sandbox.permissions import EVERYONE, Permission
from sandbox.world import (
    Channel,
    ChannelType,
    Guild,
    Member,
    Overwrite,
    Person,
    Role,
    Tag,
    ThreadState,
    User,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.clock import Clock

P = Permission
# What an invitation of the bot asks for; tests take single ones away.
BOT_PERMISSIONS = EVERYONE | P.CREATE_PRIVATE_THREADS
# Older than everything that will be made, so that ids rise.
_FIRST_ID = (datetime(2024, 1, 1, tzinfo=UTC) - DISCORD_EPOCH) // timedelta(milliseconds=1) << 22
_BLUE, _GREEN = 0x3498DB, 0x2ECC71


def first_world(clock: Clock) -> World:
    """The ids are the same at every start, so that what a database remembers of channels still holds."""
    ids = count(_FIRST_ID)
    application = next(ids)
    # As on Discord, the bot's user has the id of its application.
    bot = User(id=application, name="Masthead", display="Masthead", bot=True)
    world = World(application_id=application, bot=bot, users={bot.id: bot})
    for key, display in (("ana", "Ana"), ("rui", "Rui"), ("ada", "Ada")):
        user = User(id=next(ids), name=key, display=display)
        world.users[user.id] = user
        world.people[key] = Person(key=key, user=user)
    guild = _guild(world, ids, clock=clock)
    world.guilds[guild.id] = guild
    _channels(guild, ids, clock=clock)
    for person in world.people.values():
        dm = Channel(id=next(ids), kind=ChannelType.DM, name="", recipients=[person.user])
        world.dms[dm.id] = dm
    return world


def _guild(world: World, ids: Iterator[int], *, clock: Clock) -> Guild:
    guild = Guild(id=next(ids), name="Research desk", owner_id=next(ids))
    everyone = Role(id=guild.id, name="@everyone", permissions=EVERYONE, position=0)
    analyst = Role(id=next(ids), name="analyst", permissions=P(0), position=1, colour=_BLUE, mentionable=True)
    masthead = Role(id=next(ids), name="Masthead", permissions=BOT_PERMISSIONS, position=2)
    admin = Role(id=next(ids), name="admin", permissions=P.ADMINISTRATOR, position=3, colour=_GREEN)
    guild.roles = {role.id: role for role in (everyone, analyst, masthead, admin)}
    roles = {"ana": {analyst.id}, "rui": set[int](), "ada": {analyst.id, admin.id}}
    for key, person in world.people.items():
        user = person.user
        guild.members[user.id] = Member(user=user, joined_at=clock.now(), roles=roles[key])
    guild.members[world.bot.id] = Member(user=world.bot, joined_at=clock.now(), roles={masthead.id})
    return guild


def _channels(guild: Guild, ids: Iterator[int], *, clock: Clock) -> None:
    desk = Channel(
        id=next(ids),
        kind=ChannelType.TEXT,
        name="desk",
        guild_id=guild.id,
        topic="Type / for commands. This is a sandbox: nothing here reaches Discord.",
    )
    alerts = Channel(
        id=next(ids),
        kind=ChannelType.TEXT,
        name="alerts",
        guild_id=guild.id,
        position=1,
        topic="What changed about watched accounts",
    )
    # Readers read alerts; the bot and the admins write them.
    alerts.overwrites[guild.id] = Overwrite(id=guild.id, is_member=False, deny=P.SEND_MESSAGES)
    masthead = next(role for role in guild.roles.values() if role.name == "Masthead")
    alerts.overwrites[masthead.id] = Overwrite(id=masthead.id, is_member=False, allow=P.SEND_MESSAGES)
    forum = Channel(
        id=next(ids),
        kind=ChannelType.FORUM,
        name="cases",
        guild_id=guild.id,
        position=2,
        topic="One post for each case",
        tags=[Tag(id=next(ids), name=name) for name in ("open", "closed")],
    )
    thread = Channel(
        id=next(ids),
        kind=ChannelType.PUBLIC_THREAD,
        name="methods",
        guild_id=guild.id,
        parent_id=desk.id,
        thread=ThreadState(owner_id=guild.owner_id, created=clock.now()),
    )
    guild.channels = {channel.id: channel for channel in (desk, alerts, forum, thread)}
