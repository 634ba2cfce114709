"""Who may do what, asked again at every click: a message outlives the rights of those who see it."""

from __future__ import annotations

import discord


def refusal(interaction: discord.Interaction) -> str | None:
    """Say why this member may not use a button of ours here; None when they may."""
    if interaction.guild_id is None:
        return None
    member, mine = interaction.permissions, interaction.app_permissions
    if not member.view_channel or not member.use_application_commands:
        return (
            "You may not use commands in this channel. "
            "Ask an administrator for the permission Use Application Commands."
        )
    if not mine.view_channel:
        return "I may no longer see this channel. Ask an administrator to give me View Channel."
    return None
