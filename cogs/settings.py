"""/settings: what Discord roles mean to the registry here, and whether two people decide."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.cards.discord_layout import Component, view_of
from bot.cards.failures import answered
from bot.client import Masthead
from bot.registry.curation.roles import Right, Role
from bot.store.guilds import GuildSettings
from cogs.anchors import member_of
from cogs.permissions import refusal

MAX_ROLES = 25
MAPPED = (Role.ANALYST, Role.CURATOR, Role.ADMIN)
RULES = {
    "two": "Two people decide",
    "one": "One curator decides",
    "reader": "Everyone reads only",
    "analyst": "Everyone may propose and judge",
}
MAY = {
    Role.ANALYST: "proposes, disputes and judges",
    Role.CURATOR: "also decides on proposals and takes decisions back",
    Role.ADMIN: "also shows claims to every server, changes these settings and exports the audit trail",
}


class Rule(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"settings:1:(?P<rule>two|one|reader|analyst)"):
    """Sets one rule."""

    def __init__(self, rule: str) -> None:
        super().__init__(ui.Button(label=RULES[rule], custom_id=f"settings:1:{rule}"))
        self.rule = rule

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Rule:
        return cls(match["rule"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._set(interaction))

    async def _set(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer()
        curation = interaction.client.services.curation
        if self.rule in {"two", "one"}:
            found = await curation.set_rules(member_of(interaction), two_person=self.rule == "two")
        else:
            found = await curation.set_rules(member_of(interaction), everyone=self.rule)
        await interaction.edit_original_response(view=panel(found))


class MapRoles(
    ui.DynamicItem[ui.RoleSelect[ui.LayoutView]], template=r"settings-roles:1:(?P<role>analyst|curator|admin)"
):
    """Says which Discord roles mean one of ours."""

    def __init__(self, select: ui.RoleSelect[Any], *, role: str) -> None:
        super().__init__(select)
        self.role = role

    @classmethod
    def showing(cls, role: Role, settings: GuildSettings) -> MapRoles:
        """Return the select with the roles that mean it now."""
        held = [role_id for role_id, grants in settings.roles.items() if grants == role]
        select: ui.RoleSelect[Any] = ui.RoleSelect(
            custom_id=f"settings-roles:1:{role}",
            placeholder=f"Discord roles that are {role} here",
            min_values=0,
            max_values=MAX_ROLES,
            default_values=[discord.Object(role_id, type=discord.Role) for role_id in held[:MAX_ROLES]],
        )
        return cls(select, role=role)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> MapRoles:
        if not isinstance(item, ui.RoleSelect):
            raise TypeError(f"{match[0]} stands on {item!r}")
        select: ui.RoleSelect[Any] = item
        return cls(select, role=match["role"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._map(interaction))

    async def _map(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        await interaction.response.defer()
        chosen = [role.id for role in self.item.values]
        found = await interaction.client.services.curation.map_roles(
            member_of(interaction), self.role, chosen
        )
        await interaction.edit_original_response(view=panel(found))


def panel(settings: GuildSettings) -> ui.LayoutView:
    """Return the settings of a server as they are."""
    two = "on: nobody accepts words of their own" if settings.two_person else "off"
    everyone = "may look" if settings.everyone == Role.READER else "may look, propose, dispute and judge"
    head = "\n".join(
        [
            "### Settings of the registry here",
            f"**Two people decide** {two}",
            f"**Everyone** {everyone}",
            "-# Whoever manages the server is admin. Every change is in the audit trail.",
        ]
    )
    rules: list[Component] = [
        Rule("one" if settings.two_person else "two"),
        Rule("analyst" if settings.everyone == Role.READER else "reader"),
    ]
    parts: list[Component] = [ui.TextDisplay(head), ui.ActionRow(*rules)]
    for role in MAPPED:
        parts.append(ui.TextDisplay(f"**{role.capitalize()}** {MAY[role]}"))
        chosen: list[Component] = [MapRoles.showing(role, settings)]
        parts.append(ui.ActionRow(*chosen))
    return view_of(*parts)


class SettingsCog(commands.Cog, name="Settings"):
    """Who may do what in this server's registry."""

    def __init__(self, bot: Masthead) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        self._bot.add_dynamic_items(Rule, MapRoles)

    async def cog_unload(self) -> None:
        self._bot.remove_dynamic_items(Rule, MapRoles)

    @app_commands.command()
    @app_commands.guild_only()
    async def settings(self, interaction: discord.Interaction[Masthead]) -> None:
        """Set what roles mean to the registry here, and whether two people decide."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        member, curation = member_of(interaction), self._bot.services.curation
        await curation.refuse_unless(member, Right.SET)
        await interaction.edit_original_response(view=panel(await curation.settings(member)))

    async def member_data(self, member_id: int) -> dict[str, object]:
        """Settings belong to the server; who changed them is handed out with the other decisions."""
        return {}

    async def forget_member(self, member_id: int) -> int:
        return 0


async def setup(bot: Masthead) -> None:
    await bot.add_cog(SettingsCog(bot))
