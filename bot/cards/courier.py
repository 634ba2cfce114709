"""The outbox's way to Discord: places to channels, alerts to messages, Discord's errors to what they mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import discord

from bot.cards.alerts import DrawnAlert, draw_letter, plain
from bot.watch.courier import DeliveryError, Letter, Placed, Trouble

log = logging.getLogger(__name__)

PERSON_GONE = frozenset({50007, 50278, 10013})
PLACE_GONE = frozenset({10003, 10004})
# On an edit: deleted, or in an archived thread, which only a new message opens again.
MESSAGE_GONE = frozenset({10008, 50005, 50083})
NOT_ALLOWED = frozenset({50001, 50013, 50083, 160005, 40333})
TOO_FAST = frozenset({20016, 20022, 20028, 30046, 40003})
MISSING_PERMISSIONS = 50013

# The library repeats a request that was answered with a server fault for some 25 s.
PATIENCE_S = 60.0
# Messages searched for one that may have been sent.
SEARCHED = 300
NOT_READY_S = 30.0
LIMITED_S = 5.0


class DiscordCourier:
    """A courier (bot.watch.courier) over a client that has logged in; the gateway may be down."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def send(self, letter: Letter) -> Placed:
        """Send with the row's nonce; the library sets `enforce_nonce`."""
        async with _explained():
            channel = await self._channel(letter.outgoing.place)
            drawn = draw_letter(letter)
            try:
                message = await _send(channel, drawn, nonce=letter.outgoing.nonce)
            except discord.Forbidden as error:
                if error.code != MISSING_PERMISSIONS or drawn.embed is None:
                    raise
                # Refused for certain, so the nonce is free; embeds may be what is not allowed.
                message = await _send(channel, _without_embed(drawn), nonce=letter.outgoing.nonce)
            return Placed(channel_id=message.channel.id, message_id=message.id)

    async def edit(self, letter: Letter, placed: Placed) -> None:
        """Draw the message anew."""
        async with _explained(edits=True):
            channel = self._client.get_partial_messageable(placed.channel_id)
            drawn = draw_letter(letter)
            embeds = [drawn.embed] if drawn.embed else []
            await channel.get_partial_message(placed.message_id).edit(
                content=drawn.content,
                embeds=embeds,
                view=drawn.view,
                allowed_mentions=discord.AllowedMentions.none(),
            )

    async def find(self, letter: Letter, *, since: datetime) -> Placed | None:
        """Look for a message of ours with a button that carries the nonce."""
        async with _explained():
            channel = await self._channel(letter.outgoing.place)
            async for message in channel.history(limit=SEARCHED, after=since, oldest_first=False):
                if _carries(message, letter.outgoing.nonce):
                    return Placed(channel_id=message.channel.id, message_id=message.id)
        return None

    async def _channel(self, place: str) -> discord.abc.Messageable:
        kind, _, number = place.partition(":")
        if kind == "channel":
            return self._client.get_partial_messageable(int(number))
        if kind == "user":
            return await self._client.create_dm(discord.Object(int(number)))
        guild = self._client.get_guild(int(number))
        if guild is None or guild.owner_id is None:
            if self._client.is_ready():
                raise DeliveryError(Trouble.PLACE_GONE, "the server is not there any more")
            raise DeliveryError(Trouble.TOO_FAST, "not connected yet", retry_after=NOT_READY_S)
        return await self._client.create_dm(discord.Object(guild.owner_id))


async def _send(channel: discord.abc.Messageable, drawn: DrawnAlert, *, nonce: str) -> discord.Message:
    embeds = [drawn.embed] if drawn.embed else []
    if drawn.view is None:
        return await channel.send(drawn.content, embeds=embeds, nonce=nonce, allowed_mentions=drawn.mentions)
    return await channel.send(
        drawn.content, embeds=embeds, view=drawn.view, nonce=nonce, allowed_mentions=drawn.mentions
    )


def _without_embed(drawn: DrawnAlert) -> DrawnAlert:
    return DrawnAlert(content=plain(drawn), embed=None, view=drawn.view, mentions=drawn.mentions)


def _carries(message: discord.Message, nonce: str) -> bool:
    for row in message.components:
        if isinstance(row, discord.ActionRow):
            for item in row.children:
                if isinstance(item, discord.Button) and (item.custom_id or "").endswith(f":{nonce}"):
                    return True
    return False


@asynccontextmanager
async def _explained(*, edits: bool = False) -> AsyncGenerator[None]:
    """Turn whatever goes wrong on the way into a DeliveryError."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    except discord.RateLimited as error:
        raise DeliveryError(Trouble.TOO_FAST, "rate limit", retry_after=error.retry_after) from error
    except discord.HTTPException as error:
        raise trouble_of(error, edits=edits) from error
    except TimeoutError as error:
        raise DeliveryError(Trouble.UNSURE, "no answer in time") from error
    except (aiohttp.ClientError, OSError) as error:
        raise DeliveryError(Trouble.UNSURE, type(error).__name__) from error


def trouble_of(error: discord.HTTPException, *, edits: bool = False) -> DeliveryError:
    """Return what an answer of Discord's means for a delivery."""
    code, status = error.code, error.status
    reason = f"{status} {error.text or error.response.reason or ''}".strip()[:200]
    if edits and code in MESSAGE_GONE:
        trouble = Trouble.MESSAGE_GONE
    elif code in PERSON_GONE:
        trouble = Trouble.PERSON_GONE
    elif code in PLACE_GONE:
        trouble = Trouble.PLACE_GONE
    elif status == 429 or code in TOO_FAST:
        return DeliveryError(Trouble.TOO_FAST, reason, code=code or status, retry_after=_retry_after(error))
    elif code in NOT_ALLOWED or status in {401, 403, 404}:
        trouble = Trouble.NOT_ALLOWED
    elif status >= 500:
        trouble = Trouble.UNSURE
    else:
        trouble = Trouble.REFUSED
    return DeliveryError(trouble, reason, code=code or status)


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return max(float(error.response.headers.get("Retry-After", LIMITED_S)), 0.05)
    except ValueError:
        return LIMITED_S
