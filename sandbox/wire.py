"""People, channels and messages in Discord's JSON, with every key that the OpenAPI document requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import quote

from sandbox.world import ChannelType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world import Attachment, Channel, Member, Message, Origin, User

Obj: TypeAlias = dict[str, object]


def user_json(user: User) -> Obj:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.bot else user.display,
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "clan": None,
    }


def me_json(user: User) -> Obj:
    extra: Obj = {"mfa_enabled": True, "locale": "en-GB", "premium_type": 0, "email": None, "verified": True}
    return user_json(user) | extra


def member_json(member: Member, *, with_user: bool = True) -> Obj:
    body: Obj = {
        "roles": [str(role_id) for role_id in sorted(member.roles)],
        "joined_at": member.joined_at.isoformat(),
        "nick": None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "premium_since": None,
        "pending": False,
        "flags": 0,
        "deaf": False,
        "mute": False,
    }
    return body | {"user": user_json(member.user)} if with_user else body


def channel_json(channel: Channel) -> Obj:
    if channel.kind is ChannelType.DM:
        return {
            "id": str(channel.id),
            "type": 1,
            "flags": 0,
            "last_message_id": _last(channel),
            "recipients": [user_json(user) for user in channel.recipients],
        }
    if channel.thread is not None:
        return thread_json(channel)
    body: Obj = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "position": channel.position,
        "parent_id": None,
        "topic": channel.topic,
        "nsfw": False,
        "flags": 0,
        "rate_limit_per_user": channel.slow_mode_s,
        "last_message_id": _last(channel),
        "permission_overwrites": [
            {"id": str(o.id), "type": int(o.is_member), "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in channel.overwrites.values()
        ],
    }
    if channel.kind is ChannelType.FORUM:
        body["available_tags"] = [
            {"id": str(tag.id), "name": tag.name, "moderated": False, "emoji_id": None, "emoji_name": None}
            for tag in channel.tags
        ]
        body |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    return body


def thread_json(channel: Channel) -> Obj:
    state = channel.thread
    if state is None:
        raise ValueError(f"{channel.name} is no thread")
    return {
        "id": str(channel.id),
        "type": int(channel.kind),
        "guild_id": str(channel.guild_id),
        "parent_id": str(channel.parent_id),
        "owner_id": str(state.owner_id),
        "name": channel.name,
        "flags": 0,
        "last_message_id": _last(channel),
        "rate_limit_per_user": channel.slow_mode_s,
        "message_count": len(channel.messages),
        "total_message_sent": len(channel.messages),
        "member_count": len(state.members),
        "applied_tags": [str(tag) for tag in state.applied_tags],
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": state.created.isoformat(),
            "auto_archive_duration": state.archive_after_minutes,
            "locked": state.locked,
            "create_timestamp": state.created.isoformat(),
        },
    }


def _last(channel: Channel) -> str | None:
    public = [number for number, message in channel.messages.items() if message.ephemeral_to is None]
    return str(public[-1]) if public else None


def attachment_json(attachment: Attachment, *, channel_id: int, base_url: str, ephemeral: bool) -> Obj:
    body: Obj = {
        "id": str(attachment.id),
        "filename": attachment.name,
        "size": len(attachment.data),
        **media_json(attachment, channel_id=channel_id, base_url=base_url),
    }
    if attachment.description is not None:
        body["description"] = attachment.description
    return body | {"ephemeral": True} if ephemeral else body


def media_json(attachment: Attachment, *, channel_id: int, base_url: str) -> Obj:
    """What is said of a file wherever it is shown."""
    path = f"/sandbox/attachments/{channel_id}/{attachment.id}/{quote(attachment.name)}"
    url = f"{base_url}{path}?hm={attachment.secret}"
    body: Obj = {"url": url, "proxy_url": url, "content_type": attachment.content_type}
    if attachment.pixels is not None:
        body["width"], body["height"] = attachment.pixels
    return body


def reactions_json(message: Message, *, viewer: int) -> list[Obj]:
    return [
        {
            "emoji": {"id": None, "name": emoji},
            "count": len(users),
            "count_details": {"burst": 0, "normal": len(users)},
            "burst_colors": [],
            "me": viewer in users,
            "me_burst": False,
        }
        for emoji, users in message.reactions.items()
        if users
    ]


def message_json(message: Message, *, viewer: int, base_url: str) -> Obj:
    """`viewer` decides `reactions[].me`; `base_url` begins the addresses of attachments."""
    shown = {
        f"attachment://{a.name}": media_json(a, channel_id=message.channel_id, base_url=base_url)
        for a in message.attachments
    }
    body: Obj = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.kind,
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": message.created.isoformat(),
        "edited_timestamp": message.edited.isoformat() if message.edited else None,
        "tts": message.tts,
        "flags": message.flags,
        "pinned": False,
        "mention_everyone": message.mention_everyone,
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        "attachments": [
            attachment_json(
                attachment,
                channel_id=message.channel_id,
                base_url=base_url,
                ephemeral=message.ephemeral_to is not None,
            )
            for attachment in message.attachments
        ],
        "embeds": _with_media(message.embeds, shown),
        "components": _with_media(message.components, shown),
        "reactions": reactions_json(message, viewer=viewer),
    }
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.webhook_id is not None:
        body |= {"webhook_id": str(message.webhook_id), "application_id": str(message.webhook_id)}
    if message.reply_to is not None:
        body["message_reference"] = {
            "type": 0,
            "channel_id": str(message.channel_id),
            "message_id": str(message.reply_to),
        }
    if message.origin is not None:
        body |= _origin_json(message.origin)
    return body


def _with_media(value: object, shown: Mapping[str, Obj]) -> object:
    """A copy in which every `attachment://name` is described as the file that it means."""
    if isinstance(value, list):
        return [_with_media(inner, shown) for inner in cast("list[object]", value)]
    if not isinstance(value, dict):
        return str(shown[value]["url"]) if isinstance(value, str) and value in shown else value
    body = {key: _with_media(inner, shown) for key, inner in cast("Obj", value).items()}
    url = cast("Obj", value).get("url")
    if isinstance(url, str) and url in shown:
        return body | shown[url]
    for key in ("media", "file"):
        media = body.get(key)
        if isinstance(media, dict):
            body[key] = {"id": "0", "proxy_url": media["url"], **cast("Obj", media)}
    return body


def _origin_json(origin: Origin) -> Obj:
    body: Obj = {"interaction_metadata": _metadata(origin)}
    if origin.kind == 2:
        user = user_json(origin.user)
        body["interaction"] = {"id": str(origin.id), "type": 2, "name": origin.name, "user": user}
    return body


def _metadata(origin: Origin) -> Obj:
    body: Obj = {
        "id": str(origin.id),
        "type": origin.kind,
        "user": user_json(origin.user),
        "authorizing_integration_owners": {},
        "name": origin.name,
    }
    if origin.message_id is not None:
        body["interacted_message_id"] = str(origin.message_id)
    if origin.trigger is not None:
        body["triggering_interaction_metadata"] = _metadata(origin.trigger)
    return body
