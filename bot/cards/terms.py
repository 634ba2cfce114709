"""What a subscriber asked for, in words."""

from __future__ import annotations

from bot.cards.markup import discord_time
from bot.store.watch_records import Cadence, Subscription
from bot.watch.calendar import clock
from bot.watch.kinds import NAMES


def terms_words(subscription: Subscription) -> str:
    """Return where, what, how grave, when and for whom, as Discord Markdown of ours."""
    where = f"<#{subscription.channel_id}>" if subscription.channel_id else "direct message"
    since = f"since {discord_time(subscription.created_at, style='d')}"
    return " · ".join([where, *wishes(subscription), since])


def wishes(subscription: Subscription) -> list[str]:
    """Return what was asked for, without place and time, as Discord Markdown of ours."""
    terms = subscription.terms
    kinds = ", ".join(NAMES[kind] for kind in terms.events) if terms.events else "all events"
    cadence = {
        Cadence.NOW: "at once",
        Cadence.HOURLY: "hourly digest",
        Cadence.DAILY: f"daily digest at {clock(terms.digest_hour * 60)}",
    }[terms.cadence]
    parts = [kinds, f"from {terms.least.name.lower()}", cadence]
    if terms.quiet is not None:
        parts.append(f"quiet {clock(terms.quiet[0])}–{clock(terms.quiet[1])}")
    if terms.quiet is not None or terms.cadence is Cadence.DAILY:
        parts.append(terms.zone)
    if terms.mention_role is not None:
        parts.append(f"mentions <@&{terms.mention_role}>")
    if terms.mention_user is not None:
        parts.append(f"mentions <@{terms.mention_user}>")
    return parts
