"""The messages of the practice bot: a card, rows of buttons, selects, forms."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import discord
from discord import ui


def card(user: discord.abc.User) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    box = ui.Container[Any](accent_colour=0xD97706)
    profile = ui.Button[Any](
        style=discord.ButtonStyle.link, label="Open profile", url="https://example.org/p"
    )
    head = "### `@mundo_china` on X\n**Very likely linked to a state outlet.**"
    box.add_item(ui.Section[Any](head, accessory=profile))
    now = int(time.time())
    box.add_item(ui.TextDisplay(f"-# Checked <t:{now}:f> (<t:{now}:R>), asked by {user.mention}"))
    box.add_item(ui.Separator())
    found = "**Link to a state**\n- first, [source](https://example.org/s)\n- second\n> quoted"
    box.add_item(ui.TextDisplay(found))
    small = ui.Thumbnail[Any]("attachment://chart.png", description="Small")
    box.add_item(ui.Section[Any]("With a picture", accessory=small))
    box.add_item(ui.Separator(visible=False, spacing=discord.SeparatorSpacing.large))
    chart = discord.MediaGalleryItem("attachment://chart.png", description="Posts a day")
    box.add_item(ui.MediaGallery(chart))
    box.add_item(ui.File("attachment://result.csv"))
    box.add_item(ui.ActionRow(EditButton(), FormButton()))
    view.add_item(box)
    return view


class EditButton(ui.Button[Any]):
    """Changes the message it stands on."""

    def __init__(self) -> None:
        super().__init__(label="Edit", style=discord.ButtonStyle.primary, custom_id="edit")

    async def callback(self, interaction: discord.Interaction) -> None:
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.TextDisplay("The card was **edited**."))
        await interaction.response.edit_message(view=view, attachments=[])


class FormButton(ui.Button[Any]):
    def __init__(self) -> None:
        super().__init__(label="Open form", style=discord.ButtonStyle.secondary, custom_id="form")

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())


class Form(ui.Modal, title="Judge this finding"):
    intro = ui.TextDisplay[Any]("Your word on **half attribution**.")
    verdict = ui.Label[Any](
        text="Judgement",
        component=ui.Select(
            custom_id="verdict",
            options=[discord.SelectOption(label="Confirm"), discord.SelectOption(label="Refute")],
        ),
    )
    reason = ui.Label[Any](
        text="Reason",
        description="Others will read it",
        component=ui.TextInput(
            custom_id="reason", style=discord.TextStyle.paragraph, min_length=5, max_length=200
        ),
    )
    sure = ui.Label[Any](
        text="How sure",
        component=ui.RadioGroup(
            custom_id="sure",
            options=[discord.RadioGroupOption(label="Low"), discord.RadioGroupOption(label="High")],
        ),
    )
    proof = ui.Label[Any](
        text="Proof", component=ui.FileUpload(custom_id="proof", required=False, max_values=2)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.verdict.component, ui.Select)
        assert isinstance(self.reason.component, ui.TextInput)
        assert isinstance(self.sure.component, ui.RadioGroup)
        assert isinstance(self.proof.component, ui.FileUpload)
        files = ", ".join(file.filename for file in self.proof.component.values) or "no file"
        await interaction.response.send_message(
            f"{self.verdict.component.values[0]}: {self.reason.component.value} "
            f"({self.sure.component.value}, {files})"
        )


class ButtonsView(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button(label="Open", url="https://example.org/open"))
        self.add_item(ui.Button(label="Shut", disabled=True, custom_id="shut", row=1))

    @ui.button(label="Primary", style=discord.ButtonStyle.primary, custom_id="b1")
    async def primary(self, interaction: discord.Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.send_message("Primary pressed", ephemeral=True)

    @ui.button(label="Secondary", style=discord.ButtonStyle.secondary, custom_id="b2")
    async def secondary(self, interaction: discord.Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="Secondary pressed")

    @ui.button(label="Success", style=discord.ButtonStyle.success, custom_id="b3", emoji="✅")
    async def success(self, interaction: discord.Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Success pressed")

    @ui.button(label="Danger", style=discord.ButtonStyle.danger, custom_id="b4")
    async def danger(self, interaction: discord.Interaction, _button: ui.Button[Any]) -> None:
        # discord.py acknowledges by itself when a callback returns: this one outlives the three seconds.
        await asyncio.sleep(3.2)


class SelectsView(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(
        custom_id="s1",
        placeholder="An account",
        options=[
            discord.SelectOption(label="@mundo on X", value="x", description="Twelve followers"),
            discord.SelectOption(label="@mundo on Telegram", value="telegram"),
        ],
    )
    async def text(self, interaction: discord.Interaction, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(f"Chosen: {', '.join(select.values)}")

    @ui.select(cls=ui.UserSelect, custom_id="s2", placeholder="People", min_values=0, max_values=2)
    async def people(self, interaction: discord.Interaction, select: ui.UserSelect[Any]) -> None:
        names = ", ".join(sorted(user.display_name for user in select.values))
        await interaction.response.send_message(f"People: {names}")

    @ui.select(cls=ui.RoleSelect, custom_id="s3", placeholder="A role")
    async def roles(self, interaction: discord.Interaction, select: ui.RoleSelect[Any]) -> None:
        await interaction.response.send_message(f"Role: {select.values[0].name}")

    @ui.select(cls=ui.MentionableSelect, custom_id="s4", placeholder="Person or role")
    async def either(self, interaction: discord.Interaction, select: ui.MentionableSelect[Any]) -> None:
        await interaction.response.send_message(f"Either: {select.values[0]}")

    @ui.select(
        cls=ui.ChannelSelect,
        custom_id="s5",
        placeholder="A channel",
        channel_types=[discord.ChannelType.text],
    )
    async def channels(self, interaction: discord.Interaction, select: ui.ChannelSelect[Any]) -> None:
        await interaction.response.send_message(f"Channel: {select.values[0].name}")
