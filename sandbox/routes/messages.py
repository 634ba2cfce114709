"""Messages in channels, threads and direct messages; reactions; typing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.cards.limits import Kind
from sandbox.call import Call, Reply, Route
from sandbox.components import walk
from sandbox.errors import ApiError, refusal
from sandbox.hub import Typing
from sandbox.permissions import Permission, permissions_in, sending
from sandbox.ratelimit import OLD_EDIT_WINDOW_S, OLD_EDITS, WRITES, WRITES_WINDOW_S, Rule
from sandbox.world import ChannelType

if TYPE_CHECKING:
    from sandbox.world import Channel, Message

P = Permission
# Observed: five messages in five seconds and channel; the others are of the same order.
_SEND = Rule(name="send message", limit=5, window_s=5)
_EDIT = Rule(name="edit message", limit=5, window_s=5)
_DELETE = Rule(name="delete message", limit=5, window_s=1)
_REACT = Rule(name="react", limit=4, window_s=1)
_READ = Rule(name="read messages", limit=5, window_s=1)
_TYPING = Rule(name="typing", limit=5, window_s=5)
_HOUR = timedelta(hours=1)
_CONTAINER = 17


async def send(call: Call) -> Reply:
    channel = call.channel()
    if channel.kind is ChannelType.FORUM:
        raise refusal(50008)
    _demand_for(call, channel)
    call.check(Kind.MESSAGE)
    for user in channel.recipients:
        if not any(user.id in guild.members for guild in call.backend.world.guilds.values()):
            raise refusal(50278)
        if user.dms_closed:
            raise refusal(50007)
    _ask_lock(call, channel)
    _ask_crowd(call, channel)
    backend = call.backend
    message = backend.messages.with_nonce(channel, call.fields, author=backend.world.bot)
    if message is None:
        kind = 19 if call.fields.get("message_reference") else 0
        message = backend.messages.send(
            channel, call.fields, author=backend.world.bot, files=call.files, kind=kind
        )
    return Reply(body=call.describe(message))


async def read(call: Call) -> Reply:
    channel = call.channel(P.READ_MESSAGE_HISTORY)
    return Reply(body=call.describe(call.message_in(channel)))


async def history(call: Call) -> Reply:
    channel = call.channel(P.READ_MESSAGE_HISTORY)
    messages = [m for m in reversed(channel.messages.values()) if m.ephemeral_to is None]
    if any(c.get("type") == _CONTAINER for message in messages for c in walk(message.components)):
        # discord-api-docs#8611, open: a Components V2 container in the history breaks the listing.
        raise ApiError(500, None)
    before, after = call.query.get("before", ""), call.query.get("after", "")
    if before.isdigit():
        messages = [message for message in messages if message.id < int(before)]
    if after.isdigit():
        messages = [message for message in messages if message.id > int(after)]
    limit = call.query.get("limit", "50")
    messages = messages[: min(100, int(limit) if limit.isdigit() else 50)]
    return Reply(body=[call.describe(message) for message in messages])


async def edit(call: Call) -> Reply:
    channel = call.channel()
    message = call.message_in(channel)
    if message.author.id != call.backend.world.bot.id:
        raise refusal(50005)
    call.check(Kind.MESSAGE_EDIT, before=message)
    if channel.thread and channel.thread.archived:
        raise refusal(50083)
    _count_old_edit(call, channel, message=message)
    call.backend.messages.edit(channel, message, body=call.fields, files=call.files)
    return Reply(body=call.describe(message))


async def delete(call: Call) -> Reply:
    channel = call.channel()
    message = call.message_in(channel)
    if message.author.id != call.backend.world.bot.id:
        if channel.guild_id is None:
            raise refusal(50024)
        call.demand(channel, P.MANAGE_MESSAGES)
    if channel.thread and channel.thread.archived:
        raise refusal(50083)
    call.backend.messages.delete(channel, message)
    return Reply(status=204)


async def react(call: Call) -> Reply:
    return _reaction(call, on=True)


async def take_reaction_back(call: Call) -> Reply:
    return _reaction(call, on=False)


async def typing(call: Call) -> Reply:
    channel = call.channel()
    call.demand(channel, sending(channel))
    call.backend.hub.tell(Typing(channel=channel, user=call.backend.world.bot))
    return Reply(status=204)


def _reaction(call: Call, *, on: bool) -> Reply:
    channel = call.channel(P.READ_MESSAGE_HISTORY)
    message = call.message_in(channel)
    emoji = unquote(call.params["emoji"])
    if not emoji or emoji.isascii():
        raise refusal(10014)
    if channel.thread and channel.thread.archived:
        raise refusal(50083)
    if on and emoji not in message.reactions:
        call.demand(channel, P.ADD_REACTIONS)
    call.backend.messages.react(channel, message, user=call.backend.world.bot, emoji=emoji, on=on)
    return Reply(status=204)


def _demand_for(call: Call, channel: Channel) -> None:
    call.demand(channel, sending(channel))
    if call.files:
        call.demand(channel, P.ATTACH_FILES)
    if call.fields.get("embeds"):
        call.demand(channel, P.EMBED_LINKS)


def _ask_lock(call: Call, channel: Channel) -> None:
    """Sending opens an archived thread again, but not a locked one (topics/threads.mdx:59)."""
    state, guild = channel.thread, call.backend.world.guild_of(channel)
    if state is None or guild is None or not state.locked:
        return
    granted = permissions_in(guild, guild.members[call.backend.world.bot.id], channel=channel)
    if P.MANAGE_THREADS not in granted:
        raise refusal(50083 if state.archived else 160005)


def _ask_crowd(call: Call, channel: Channel) -> None:
    """The channel's own limit, which everybody who writes in it uses up together."""
    if len(channel.messages) < WRITES or not call.backend.limits.enforced:
        return
    number = sorted(channel.messages)[-WRITES]
    wait_s = WRITES_WINDOW_S - (call.backend.clock.now() - channel.messages[number].created).total_seconds()
    if wait_s > 0:
        raise refusal(20028, retry_after=round(wait_s, 3))


def _count_old_edit(call: Call, channel: Channel, *, message: Message) -> None:
    now = call.backend.clock.now()
    if now - message.created <= _HOUR:
        return
    window = timedelta(seconds=OLD_EDIT_WINDOW_S)
    channel.old_edits = [moment for moment in channel.old_edits if now - moment < window]
    if len(channel.old_edits) >= OLD_EDITS:
        left = (channel.old_edits[0] + window - now).total_seconds()
        raise refusal(30046, retry_after=round(left, 3))
    channel.old_edits.append(now)


_ALL = "/channels/{channel}/messages"
_ONE = _ALL + "/{message}"
_MINE = _ONE + "/reactions/{emoji}/@me"
ROUTES = (
    Route(method="POST", template=_ALL, handler=send, rule=_SEND),
    Route(method="GET", template=_ALL, handler=history, rule=_READ),
    Route(method="GET", template=_ONE, handler=read, rule=_READ),
    Route(method="PATCH", template=_ONE, handler=edit, rule=_EDIT),
    Route(method="DELETE", template=_ONE, handler=delete, rule=_DELETE),
    Route(method="PUT", template=_MINE, handler=react, rule=_REACT),
    Route(method="DELETE", template=_MINE, handler=take_reaction_back, rule=_REACT),
    Route(method="POST", template="/channels/{channel}/typing", handler=typing, rule=_TYPING),
)
