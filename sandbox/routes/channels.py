"""Channels and threads, forum posts among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.cards.limits import Kind
from bot.cards.limits.shape import snowflake
from sandbox.call import Call, Reply, Route
from sandbox.errors import form_error, refusal
from sandbox.hub import Change, ChannelChanged
from sandbox.permissions import Permission
from sandbox.ratelimit import ACTIVE_THREADS, Rule
from sandbox.wire import channel_json, thread_json
from sandbox.world import Channel, ChannelType, Flag, Tag, ThreadState

if TYPE_CHECKING:
    from sandbox.wire import Obj

P = Permission
_READ = Rule(name="read channels", limit=30, window_s=10)
_WRITE = Rule(name="write channels", limit=5, window_s=5)
_THREADS = (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)


async def read(call: Call) -> Reply:
    return Reply(body=channel_json(call.channel()))


async def edit(call: Call) -> Reply:
    channel = call.channel()
    call.check(Kind.CHANNEL)
    state, body = channel.thread, call.fields
    if state is None:
        call.demand(channel, P.MANAGE_CHANNELS)
    elif state.owner_id != call.backend.world.bot.id or "locked" in body:
        call.demand(channel, P.MANAGE_THREADS)
    if state and state.archived and body.get("archived") is not False:
        raise refusal(50083)
    if state and state.archived:
        _ask_room(call, channel)
    _change(call, channel, body=body)
    call.backend.hub.tell(ChannelChanged(change=Change.UPDATE, channel=channel))
    return Reply(body=channel_json(channel))


def _change(call: Call, channel: Channel, *, body: Obj) -> None:
    channel.name = str(body.get("name") or channel.name)
    if "topic" in body:
        channel.topic = None if body["topic"] is None else str(body["topic"])
    channel.slow_mode_s = cast("int", body.get("rate_limit_per_user", channel.slow_mode_s)) or 0
    if isinstance(body.get("available_tags"), list):
        given = cast("list[Obj]", body["available_tags"])
        channel.tags = [
            Tag(id=snowflake(tag.get("id")) or call.backend.ids.next(), name=str(tag["name"]))
            for tag in given
        ]
    state = channel.thread
    if state is None:
        return
    state.archived = bool(body.get("archived", state.archived))
    state.locked = bool(body.get("locked", state.locked))
    state.archive_after_minutes = cast("int", body.get("auto_archive_duration", state.archive_after_minutes))
    if "applied_tags" in body:
        state.applied_tags = _tags(call, channel, wanted=body["applied_tags"])


async def delete(call: Call) -> Reply:
    channel = call.channel()
    if channel.guild_id is None:
        raise refusal(50024)
    call.demand(channel, P.MANAGE_THREADS if channel.thread else P.MANAGE_CHANNELS)
    call.backend.world.guilds[channel.guild_id].channels.pop(channel.id)
    call.backend.hub.tell(ChannelChanged(change=Change.DELETE, channel=channel))
    return Reply(body=channel_json(channel))


async def start(call: Call) -> Reply:
    """A thread without a message to start from, or a post in a forum."""
    parent = call.channel()
    if parent.kind is ChannelType.FORUM:
        return _post(call, parent)
    call.check(Kind.THREAD)
    kind = ChannelType(cast("int", call.fields.get("type") or ChannelType.PRIVATE_THREAD))
    if parent.kind is not ChannelType.TEXT or kind not in _THREADS:
        raise refusal(50024)
    private = kind is ChannelType.PRIVATE_THREAD
    call.demand(parent, P.CREATE_PRIVATE_THREADS if private else P.CREATE_PUBLIC_THREADS)
    thread = _new(call, parent, number=call.backend.ids.next(), kind=kind)
    return Reply(status=201, body=thread_json(thread))


async def start_from_message(call: Call) -> Reply:
    parent = call.channel(P.CREATE_PUBLIC_THREADS)
    message = call.message_in(parent)
    call.check(Kind.THREAD)
    if message.flags & Flag.HAS_THREAD:
        raise refusal(160004)
    if parent.kind is not ChannelType.TEXT:
        raise refusal(50024)
    # A thread has the id of the message it grew from.
    thread = _new(call, parent, number=message.id, kind=ChannelType.PUBLIC_THREAD)
    message.flags |= Flag.HAS_THREAD
    return Reply(status=201, body=thread_json(thread))


def _post(call: Call, forum: Channel) -> Reply:
    call.check(Kind.FORUM_POST)
    call.demand(forum, P.SEND_MESSAGES)
    backend = call.backend
    tags = _tags(call, forum, wanted=call.fields.get("applied_tags"))
    thread = _new(call, forum, number=backend.ids.next(), kind=ChannelType.PUBLIC_THREAD, tags=tags)
    body = cast("Obj", call.fields["message"])
    message = backend.messages.send(thread, body, author=backend.world.bot, files=call.files)
    return Reply(status=201, body=thread_json(thread) | {"message": call.describe(message)})


def _tags(call: Call, channel: Channel, *, wanted: object) -> list[int]:
    """Raises 50035 for a tag that the forum does not have."""
    parent = call.backend.world.channel(channel.parent_id) if channel.parent_id else channel
    known = {tag.id for tag in parent.tags} if parent else set[int]()
    ids = [snowflake(entry) or 0 for entry in cast("list[object]", wanted or [])]
    found = [number for number in ids if number in known]
    if len(found) != len(ids):
        raise form_error("applied_tags", "TAG_UNKNOWN", message="Unknown tag")
    return found


def _new(
    call: Call, parent: Channel, *, number: int, kind: ChannelType, tags: list[int] | None = None
) -> Channel:
    backend, body = call.backend, call.fields
    _ask_room(call, parent)
    state = ThreadState(
        owner_id=backend.world.bot.id,
        created=backend.clock.now(),
        archive_after_minutes=cast("int", body.get("auto_archive_duration") or 1440),
        applied_tags=tags or [],
        members={backend.world.bot.id},
    )
    thread = Channel(
        id=number,
        kind=kind,
        name=str(body["name"]),
        guild_id=parent.guild_id,
        parent_id=parent.id,
        slow_mode_s=cast("int", body.get("rate_limit_per_user") or 0),
        thread=state,
    )
    if parent.guild_id is not None:
        backend.world.guilds[parent.guild_id].channels[thread.id] = thread
    backend.hub.tell(ChannelChanged(change=Change.CREATE, channel=thread))
    return thread


def _ask_room(call: Call, channel: Channel) -> None:
    guild = call.backend.world.guild_of(channel)
    if guild is None:
        return
    active = sum(c.thread is not None and not c.thread.archived for c in guild.channels.values())
    if active >= ACTIVE_THREADS:
        raise refusal(160006)


async def join(call: Call) -> Reply:
    return _membership(call, joined=True)


async def leave(call: Call) -> Reply:
    return _membership(call, joined=False)


def _membership(call: Call, *, joined: bool) -> Reply:
    state = call.channel().thread
    if state is None:
        raise refusal(50024)
    if state.archived:
        raise refusal(50083)
    (state.members.add if joined else state.members.discard)(call.backend.world.bot.id)
    return Reply(status=204)


_ONE = "/channels/{channel}"
ROUTES = (
    Route(method="GET", template=_ONE, handler=read, rule=_READ),
    Route(method="PATCH", template=_ONE, handler=edit, rule=_WRITE),
    Route(method="DELETE", template=_ONE, handler=delete, rule=_WRITE),
    Route(method="POST", template=f"{_ONE}/threads", handler=start, rule=_WRITE),
    Route(
        method="POST",
        template=f"{_ONE}/messages/{{message}}/threads",
        handler=start_from_message,
        rule=_WRITE,
    ),
    Route(method="PUT", template=f"{_ONE}/thread-members/@me", handler=join, rule=_WRITE),
    Route(method="DELETE", template=f"{_ONE}/thread-members/@me", handler=leave, rule=_WRITE),
)
