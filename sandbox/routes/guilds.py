"""Reading guilds, their channels, roles and members."""

from __future__ import annotations

from sandbox.call import Call, Reply, Route
from sandbox.errors import refusal
from sandbox.ratelimit import Rule
from sandbox.wire import channel_json, member_json, thread_json
from sandbox.wire_guild import guild_head, role_json

_READ = Rule(name="guilds", limit=30, window_s=10)


async def guild(call: Call) -> Reply:
    return Reply(body=guild_head(call.guild()))


async def channels(call: Call) -> Reply:
    plain = [channel for channel in call.guild().channels.values() if not channel.thread]
    return Reply(body=[channel_json(channel) for channel in plain])


async def roles(call: Call) -> Reply:
    return Reply(body=[role_json(role) for role in call.guild().roles.values()])


async def member(call: Call) -> Reply:
    found = call.guild().members.get(call.number("user", unknown=10013))
    if found is None:
        raise refusal(10007 if int(call.params["user"]) in call.backend.world.users else 10013)
    return Reply(body=member_json(found))


async def active_threads(call: Call) -> Reply:
    threads = [c for c in call.guild().channels.values() if c.thread and not c.thread.archived]
    return Reply(body={"threads": [thread_json(thread) for thread in threads], "members": []})


ROUTES = (
    Route(method="GET", template="/guilds/{guild}", handler=guild, rule=_READ),
    Route(method="GET", template="/guilds/{guild}/channels", handler=channels, rule=_READ),
    Route(method="GET", template="/guilds/{guild}/roles", handler=roles, rule=_READ),
    Route(method="GET", template="/guilds/{guild}/members/{user}", handler=member, rule=_READ),
    Route(method="GET", template="/guilds/{guild}/threads/active", handler=active_threads, rule=_READ),
)
