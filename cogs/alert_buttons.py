"""The buttons below alerts: acknowledge, snooze, mute, check, discuss."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.accounts import AccountRef
from bot.cards.alerts import ACKNOWLEDGE, CHECK, LABELS, MUTE, SNOOZE, THREAD, draw_letter
from bot.cards.discord_layout import notice
from bot.cards.failures import answered
from bot.cards.items import account_name
from bot.cards.markup import clean
from bot.client import Masthead
from bot.errors import InputError, NotAllowedError
from bot.watch.courier import Letter
from bot.watch.kinds import NAMES
from cogs.own_subscriptions import show_panel
from cogs.permissions import refusal
from cogs.questions import Question, answer
from cogs.quieting import ask_how_long, message_of, mute
from cogs.watching import watch_of

MAX_COMMENT = 200
# Discord's codes for a thread that cannot be made, in words.
THREADS = {
    160004: "There is a thread on this alert already: open it below the message.",
    160006: "The server has too many active threads. Archive some first, then try again.",
    50024: "Threads cannot be made in this channel. Subscribe a text channel with /subscribe to use them.",
    50013: "I may not make threads here. Ask an administrator to give me Create Public Threads.",
}


class AlertButton(
    ui.DynamicItem[ui.Button[ui.View]],
    template=r"alert:1:(?P<act>ack|snooze|mute|check|thread|mine):(?P<nonce>[0-9a-f]{20})",
):
    """A button of an alert. The message's nonce stands in its id, so it works after a restart."""

    def __init__(self, act: str, nonce: str) -> None:
        super().__init__(ui.Button(label=LABELS[act], custom_id=f"alert:1:{act}:{nonce}"))
        self.act = act
        self.nonce = nonce

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> AlertButton:
        return cls(match["act"], match["nonce"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._act(interaction))

    async def _act(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        if self.act == ACKNOWLEDGE:
            # A form must be the first answer, so nothing is read before it.
            await interaction.response.send_modal(Comment(self.nonce))
        elif self.act == SNOOZE:
            await ask_how_long(interaction, self.nonce)
        elif self.act == MUTE:
            await mute(interaction, self.nonce)
        elif self.act == CHECK:
            await _check(interaction, self.nonce)
        elif self.act == THREAD:
            await _thread(interaction, self.nonce)
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await show_panel(interaction)


class Comment(ui.Modal, title="Acknowledge this alert"):
    """Asks for a comment, which may stay empty."""

    comment: ui.Label[Comment] = ui.Label(
        text="Comment for the team (may stay empty)",
        component=ui.TextInput(
            style=discord.TextStyle.short,
            required=False,
            max_length=MAX_COMMENT,
            custom_id="comment",
        ),
    )

    def __init__(self, nonce: str) -> None:
        # The library finds an open form by its id alone: each has one of its own, so that several members
        # can have this one open at a time.
        super().__init__()
        self.nonce = nonce

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        field = self.comment.component
        typed = field.value if isinstance(field, ui.TextInput) else ""
        await answered(interaction, _acknowledge(interaction, self.nonce, comment=typed.strip() or None))


async def _acknowledge(
    interaction: discord.Interaction[Masthead], nonce: str, *, comment: str | None
) -> None:
    if (why := refusal(interaction)) is not None:
        await interaction.response.send_message(why, ephemeral=True)
        return
    await interaction.response.defer()
    outgoing, _, _ = await message_of(interaction, nonce)
    service = watch_of(interaction)
    await service.subscriptions.acknowledge(outgoing, user_id=interaction.user.id, comment=comment)
    # The message the member looks at changes with the answer, the others through the outbox.
    _, alerts, subscription = await message_of(interaction, nonce)
    drawn = draw_letter(Letter(outgoing=outgoing, alerts=alerts, subscription=subscription))
    await interaction.edit_original_response(
        content=drawn.content,
        embeds=[drawn.embed] if drawn.embed else [],
        view=drawn.view,
        allowed_mentions=discord.AllowedMentions.none(),
    )
    service.hurry()


async def _check(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    _, alerts, _ = await message_of(interaction, nonce)
    told = alerts[-1].told
    ref = AccountRef(platform=told.platform, handle=told.handle, platform_id=told.platform_id)
    asked = account_name(told.handle, told.platform_id, platform=told.platform)
    await answer(interaction, Question(target=ref, asked=asked))


async def _thread(interaction: discord.Interaction[Masthead], nonce: str) -> None:
    if isinstance(interaction.channel, discord.Thread):
        raise InputError("This is a thread already: write about the alert right here.")
    if not interaction.permissions.create_public_threads:
        raise NotAllowedError(
            "You may not open threads in this channel: that takes Create Public Threads. "
            "Ask an administrator for it."
        )
    await interaction.response.defer(ephemeral=True, thinking=True)
    _, alerts, _ = await message_of(interaction, nonce)
    alert = alerts[0]
    name = account_name(alert.told.handle, alert.told.platform_id, platform=alert.told.platform)
    message = interaction.message
    if message is None or interaction.guild is None:
        raise InputError("A thread needs a channel of a server. Use /subscribe there.")
    try:
        thread = await message.create_thread(
            name=clean(f"{name}: {NAMES[alert.kind]}", limit=90), auto_archive_duration=1440
        )
    except discord.HTTPException as error:
        if error.code not in THREADS:
            raise
        raise InputError(THREADS[error.code]) from error
    await interaction.edit_original_response(view=notice(f"Opened {thread.mention}."))
