"""What an alert says on a lock screen, and the signs and colours of severities."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import discord

from bot.cards.items import account_name
from bot.cards.markup import code_span, discord_text
from bot.cards.words import PLATFORMS
from bot.checks.wording import counted
from bot.store.watch_records import Alert, Severity

# The word comes first and the colour last: nothing is told by colour alone.
SIGNS = MappingProxyType(
    {Severity.LOW: "○", Severity.MEDIUM: "●", Severity.HIGH: "▲", Severity.CRITICAL: "■"}
)
COLOURS = MappingProxyType(
    {
        Severity.LOW: discord.Colour(0x7A8793),
        Severity.MEDIUM: discord.Colour(0x2F6F9F),
        Severity.HIGH: discord.Colour(0xC77700),
        Severity.CRITICAL: discord.Colour(0xB3261E),
    }
)

# [C] A lock screen shows some four lines. What strangers wrote is cut so that our own words stay.
NAME, QUOTED = 40, 60


def title(alert: Alert) -> str:
    """Return which account an alert is about, as Discord Markdown."""
    told = alert.told
    name = account_name(told.handle, told.platform_id, platform=told.platform)
    return f"{code_span(name)} on {PLATFORMS[told.platform]}"


def severity_words(severity: Severity) -> str:
    """Return "▲ HIGH"."""
    return f"{SIGNS[severity]} {severity.name}"


def happened(alert: Alert, *, limit: int = QUOTED) -> str:
    """Return what happened, as Discord Markdown without a full stop."""
    return discord_text(alert.told.what, limit=limit).removesuffix(".")


def sentence(alerts: Sequence[Alert]) -> str:
    """Say how grave, which list, who, what; of merged hits the first, and how many followed."""
    alert = alerts[0]
    told = alert.told
    name = account_name(told.handle, told.platform_id, platform=told.platform)
    who = f"{code_span(name, limit=NAME)} on {PLATFORMS[told.platform]}"
    later = f" {counted(len(alerts) - 1, 'more hit')} since." if len(alerts) > 1 else ""
    return f"{_head(alerts)} {who} {happened(alert)}.{later}"


def digest_sentence(alerts: Sequence[Alert]) -> str:
    """Say how grave the gravest is, which list, and how much there is to read."""
    worst = max(alert.severity for alert in alerts)
    accounts = len({alert.account_id for alert in alerts})
    grave = sum(alert.severity == worst for alert in alerts)
    rest = f", {grave} of them {worst.name.lower()}" if worst > Severity.MEDIUM and len(alerts) > 1 else ""
    return f"{_head(alerts)} {counted(len(alerts), 'alert')} on {counted(accounts, 'account')}{rest}."


def _head(alerts: Sequence[Alert]) -> str:
    worst = max(alert.severity for alert in alerts)
    return f"{severity_words(worst)} · Watchlist {code_span(alerts[0].list_name, limit=NAME)}:"
