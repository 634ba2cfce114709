"""Users, the application itself, direct messages, the gateway's address."""

from __future__ import annotations

from bot.cards.limits.shape import snowflake
from sandbox.call import Call, Reply, Route
from sandbox.errors import form_error, refusal
from sandbox.hub import Change, ChannelChanged
from sandbox.ratelimit import Rule
from sandbox.wire import channel_json, me_json, user_json
from sandbox.wire_guild import application_json
from sandbox.world import Channel, ChannelType

_READ = Rule(name="users", limit=30, window_s=10)
_DMS = Rule(name="open dm", limit=10, window_s=10)


async def me(call: Call) -> Reply:
    return Reply(body=me_json(call.backend.world.bot))


async def user(call: Call) -> Reply:
    found = call.backend.world.users.get(call.number("user", unknown=10013))
    if found is None:
        raise refusal(10013)
    return Reply(body=user_json(found))


async def application(call: Call) -> Reply:
    world = call.backend.world
    owner = world.people["ada"].user if "ada" in world.people else world.bot
    return Reply(body=application_json(world, owner))


async def open_dm(call: Call) -> Reply:
    """Opening succeeds even where sending will not: a closed door shows at the first message."""
    number = snowflake(call.fields.get("recipient_id"))
    world = call.backend.world
    if number is None:
        raise form_error("recipient_id", "BASE_TYPE_REQUIRED", message="This field is required")
    recipient = world.users.get(number)
    if recipient is None or recipient.bot:
        raise form_error("recipient_id", "RECIPIENT_INVALID", message="Invalid Recipient(s)")
    channel = world.dm_with(recipient)
    if channel is None:
        if not call.backend.limits.take_dm().allowed:
            raise refusal(40003)
        channel = Channel(id=call.backend.ids.next(), kind=ChannelType.DM, name="", recipients=[recipient])
        world.dms[channel.id] = channel
        call.backend.hub.tell(ChannelChanged(change=Change.CREATE, channel=channel))
    return Reply(body=channel_json(channel))


async def gateway(call: Call) -> Reply:
    return Reply(body={"url": _gateway_url(call)})


async def gateway_bot(call: Call) -> Reply:
    used = call.backend.gateway.identifies
    limit = {"total": 1000, "remaining": max(0, 1000 - used), "reset_after": 86_400_000, "max_concurrency": 1}
    return Reply(body={"url": _gateway_url(call), "shards": 1, "session_start_limit": limit})


def _gateway_url(call: Call) -> str:
    return f"{call.backend.base_url.replace('http', 'ws', 1)}/gw"


ROUTES = (
    Route(method="GET", template="/users/@me", handler=me, rule=_READ),
    Route(method="GET", template="/users/{user}", handler=user, rule=_READ),
    Route(method="POST", template="/users/@me/channels", handler=open_dm, rule=_DMS),
    Route(method="GET", template="/oauth2/applications/@me", handler=application, rule=_READ),
    Route(method="GET", template="/applications/@me", handler=application, rule=_READ),
    Route(method="GET", template="/gateway", handler=gateway, rule=_READ, open=True),
    Route(method="GET", template="/gateway/bot", handler=gateway_bot, rule=_READ),
)
