"""Alerts, digests and notices as Discord messages: a sentence that stands alone, then one embed.

V1 and not a card of components: a ping inside components gives an empty push notification
(discord-api-docs#7854). Nothing here asks a clock or a client, so one version of a message is always drawn
the same: Discord compares nonces, and the same nonce must never carry another text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import discord
from discord import ui

from bot.cards.alert_embeds import alert_embed, digest_embed, test_embed
from bot.cards.alert_words import digest_sentence, sentence
from bot.cards.limits import units
from bot.cards.markup import discord_text
from bot.store.watch_records import EventKind, OutgoingKind
from bot.watch.courier import Letter

ACKNOWLEDGE, SNOOZE, MUTE, CHECK, THREAD, MINE = "ack", "snooze", "mute", "check", "thread", "mine"
LABELS = MappingProxyType(
    {
        ACKNOWLEDGE: "Acknowledge",
        SNOOZE: "Snooze",
        MUTE: "Mute this",
        CHECK: "Check now",
        THREAD: "Open thread",
        MINE: "My subscriptions",
    }
)
LOST = "What this message told is no longer held."
TEST_SIGN = "◇ TEST"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnAlert:
    """A message to send. `view` is not kept by the library: its buttons are found by their ids."""

    content: str
    embed: discord.Embed | None
    view: ui.View | None
    mentions: discord.AllowedMentions


def custom_id(act: str, nonce: str) -> str:
    """Return the id of a button: by it a click finds the message's row, and the outbox the message."""
    return f"alert:1:{act}:{nonce}"


def draw_letter(letter: Letter) -> DrawnAlert:
    """Draw one version of a message. Needs a running event loop."""
    if letter.outgoing.kind is OutgoingKind.NOTICE or not letter.alerts:
        return _notice(letter)
    digest = letter.outgoing.kind is OutgoingKind.DIGEST
    content = digest_sentence(letter.alerts) if digest else sentence(letter.alerts)
    ping, mentions = _mention(letter)
    return DrawnAlert(
        content=f"{content} {ping}".strip(),
        embed=digest_embed(letter.alerts) if digest else alert_embed(letter.alerts),
        view=_view(letter, digest=digest),
        mentions=mentions,
    )


def plain(drawn: DrawnAlert) -> str:
    """Return the message without its embed, for a channel where embeds are not allowed."""
    description = (drawn.embed.description or "") if drawn.embed else ""
    whole = f"{drawn.content}\n{description}"
    if units(whole) <= 1_900:
        return whole
    kept: list[str] = []
    for line in whole.splitlines():
        if units("\n".join([*kept, line])) > 1_850:
            break
        kept.append(line)
    return "\n".join([*kept, "-# Give me Embed Links here to see all of it."])


def _notice(letter: Letter) -> DrawnAlert:
    notice = letter.outgoing.notice
    text = discord_text(notice.text) if notice else LOST
    view = _stopped([_button(MINE, letter.outgoing.nonce)])
    if notice is not None and notice.test:
        ping, mentions = _mention(letter)
        content = f"{TEST_SIGN} · {text} {ping}".strip()
        return DrawnAlert(
            content=content, embed=test_embed(letter.subscription), view=view, mentions=mentions
        )
    about = f"<@{notice.member}>: " if notice and notice.member else ""
    nobody = discord.AllowedMentions.none()
    return DrawnAlert(content=f"{about}{text}", embed=None, view=view, mentions=nobody)


def _mention(letter: Letter) -> tuple[str, discord.AllowedMentions]:
    """Ping only whom the subscriber named."""
    terms = letter.subscription.terms if letter.subscription else None
    if terms is not None and terms.mention_role is not None:
        role = discord.Object(terms.mention_role)
        return f"<@&{terms.mention_role}>", _allowing(roles=[role])
    if terms is not None and terms.mention_user is not None:
        user = discord.Object(terms.mention_user)
        return f"<@{terms.mention_user}>", _allowing(users=[user])
    return "", discord.AllowedMentions.none()


def _allowing(
    *, roles: Sequence[discord.Object] = (), users: Sequence[discord.Object] = ()
) -> discord.AllowedMentions:
    return discord.AllowedMentions(everyone=False, users=users, roles=roles, replied_user=False)


def _view(letter: Letter, *, digest: bool) -> ui.View:
    nonce = letter.outgoing.nonce
    acknowledged = all(alert.acknowledged_at is not None for alert in letter.alerts)
    done: ui.Button[Any] = _button(ACKNOWLEDGE, nonce, style=discord.ButtonStyle.primary)
    if acknowledged:
        done.label, done.disabled = "Acknowledged", True
    if digest:
        return _stopped([done])
    in_server = letter.subscription is not None and letter.subscription.channel_id is not None
    # Of an account that is not looked at there is nothing to quieten.
    parked = letter.alerts[0].kind is EventKind.PARKED
    acts = [CHECK] if parked else [SNOOZE, MUTE, CHECK]
    acts += [THREAD] if in_server else []
    return _stopped([done, *(_button(act, nonce) for act in acts)])


def _button(
    act: str, nonce: str, *, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ui.Button[Any]:
    return ui.Button(label=LABELS[act], style=style, custom_id=custom_id(act, nonce), row=0)


def _stopped(buttons: Sequence[ui.Button[Any]]) -> ui.View:
    """Return a view that the library does not keep: clicks find their handler by the button's id."""
    view = ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
