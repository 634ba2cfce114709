"""Guilds, roles and the application in Discord's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.wire import Obj, channel_json, member_json, thread_json, user_json

if TYPE_CHECKING:
    from sandbox.world import Guild, Member, Role, User, World


def role_json(role: Role) -> Obj:
    return {
        "id": str(role.id),
        "name": role.name,
        "description": None,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": role.colour,
        "colors": {"primary_color": role.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild_json(guild: Guild, *, bot: Member) -> Obj:
    """The body of GUILD_CREATE."""
    threads = [c for c in guild.channels.values() if c.thread and not c.thread.archived]
    plain = [c for c in guild.channels.values() if not c.thread]
    return {
        **guild_head(guild),
        "unavailable": False,
        "large": False,
        "member_count": len(guild.members),
        "joined_at": bot.joined_at.isoformat(),
        "channels": [channel_json(channel) for channel in plain],
        "threads": [
            thread_json(channel) for channel in threads if channel.thread and not channel.thread.archived
        ],
        # Without the members intent a guild arrives with the bot's own member alone.
        "members": [member_json(bot)],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_head(guild: Guild) -> Obj:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "icon": None,
        "description": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "vanity_url_code": None,
        "preferred_locale": "en-GB",
        "features": [],
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "region": "sandbox",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "application_id": None,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "max_members": 500_000,
        "max_presences": None,
        "home_header": None,
        "widget_enabled": False,
        "widget_channel_id": None,
        "incidents_data": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
    }


def interaction_member_json(guild: Guild, member: Member, *, permissions: int) -> Obj:
    return member_json(member) | {"permissions": str(permissions), "unusual_dm_activity_until": None}


def application_json(world: World, owner: User) -> Obj:
    return {
        "id": str(world.application_id),
        "name": world.bot.display,
        "icon": None,
        "description": "Runs in the sandbox",
        "type": None,
        "bot": user_json(world.bot),
        "bot_public": False,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}},
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "max_participants": None,
        "tags": [],
        "eligible_oauth2_scopes": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(owner),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "event_webhooks_types": [],
        "explicit_content_filter": 0,
        "team": None,
    }
