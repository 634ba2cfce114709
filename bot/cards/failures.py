"""What a member reads when something did not work: what happened, what to do, and a reference.

The reference is made from the interaction's id, so that the reply and every line of the log about one
command name the same one without anything being passed along.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Coroutine, Mapping
from typing import Any

import discord
from discord import app_commands

from bot.cards.markup import discord_text, shorten
from bot.errors import MastheadError, StoreError

log = logging.getLogger(__name__)

# Nobody is waiting for an answer any more: the token died (10062, 50027) or it was answered (40060).
GONE = frozenset({10062, 40060, 50027})
# Discord says that the bot may not see, or may not do.
NOT_ALLOWED = frozenset({50001, 50013})
MAX_SENTENCE = 1_200


def reference(interaction_id: int) -> str:
    """Return the six characters by which a reply and the log name one interaction."""
    return hashlib.blake2s(str(interaction_id).encode(), digest_size=3).hexdigest().upper()


def explained(error: BaseException, *, ref: str) -> str | None:
    """Return the sentence for a member as Discord Markdown; None where nobody can be answered.

    In this order:
    1. the answer came too late, or a second time: nothing to say;
    2. a command Discord knows and this process does not: the commands are being updated;
    3. the database: nothing a member can do but tell the operator; its path stays in the log;
    4. anything else Masthead says no to: its own sentence;
    5. Discord asks us to wait: for how long;
    6. Discord does not let us: which permissions are missing;
    7. the rest is a fault of ours, with the reference to quote.
    """
    error = _cause(error)
    if _nobody_waits(error):
        return None
    match error:
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            said = "My commands are being updated. Try again in a minute."
        case StoreError():
            said = (
                "The database cannot be used right now. Nothing that was stored is lost. "
                "Tell whoever looks after Masthead here, and try again later."
            )
        case MastheadError():
            said = discord_text(shorten(str(error), MAX_SENTENCE))
        case discord.RateLimited():
            said = f"Discord asks me to wait {max(1, round(error.retry_after))} seconds. Try again then."
        case discord.Forbidden() if error.code in NOT_ALLOWED:
            said = (
                "Discord does not let me do that here. "
                "Ask an administrator to give me View Channel and Send Messages in this channel."
            )
        case _:
            said = "Something went wrong on my side. Try again; if it stays, report the reference."
    return f"{said} (ref {ref})"


async def answer_failure(interaction: discord.Interaction, error: BaseException) -> None:
    """Tell the member what went wrong, and the log."""
    ref = reference(interaction.id)
    error = _cause(error)
    name = _name(interaction)
    elapsed_ms = (time.time() - interaction.created_at.timestamp()) * 1000
    said = explained(error, ref=ref)
    if said is None:
        log.warning("ref %s: %s: too late or answered already, %.0f ms after it began", ref, name, elapsed_ms)
        return
    if isinstance(error, MastheadError) and not isinstance(error, StoreError):
        # The sentence may quote what was typed, so the log has only its kind.
        log.info("ref %s: %s: %s", ref, name, type(error).__name__)
    else:
        log.error("ref %s: %s failed after %.0f ms", ref, name, elapsed_ms, exc_info=error)
    try:
        await _send(interaction, said)
    except discord.HTTPException as second:
        log.warning("ref %s: the failure could not be told: %s", ref, second)


async def _send(interaction: discord.Interaction, said: str) -> None:
    response = interaction.response
    if not response.is_done():
        await response.send_message(said, ephemeral=True, suppress_embeds=True)
    elif response.type is discord.InteractionResponseType.deferred_channel_message:
        # The "thinking" message is the one place where the member looks, public or not.
        await interaction.edit_original_response(content=said)
    else:
        await interaction.followup.send(said, ephemeral=True, suppress_embeds=True)


async def answered(interaction: discord.Interaction, work: Coroutine[Any, Any, None]) -> None:
    """Do the work of a button or select; whatever goes wrong is told, which the library does not do."""
    try:
        await work
    except Exception as error:  # noqa: BLE001  the supervisor of components, as the tree is of commands
        await answer_failure(interaction, error)


def _name(interaction: discord.Interaction) -> str:
    if interaction.command is not None:
        return interaction.command.qualified_name
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id", "interaction"))


def _nobody_waits(error: BaseException) -> bool:
    if isinstance(error, discord.InteractionResponded):
        return True
    return isinstance(error, discord.HTTPException) and error.code in GONE


def _cause(error: BaseException) -> BaseException:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error
