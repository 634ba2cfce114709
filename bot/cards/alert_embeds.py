"""The embed below an alert's sentence: evidence, before and after, why it matters, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import discord

from bot.cards.alert_words import COLOURS, SIGNS, happened, severity_words, title
from bot.cards.limits import units
from bot.cards.markup import clean, code_span, discord_text, discord_time, link
from bot.cards.terms import wishes
from bot.cards.words import OPEN_ACCOUNT, OPEN_POST
from bot.checks.wording import counted
from bot.store.watch_records import Alert, EventKind, Severity, Shown, Subscription
from bot.watch.kinds import NAMES

# One embed may hold 4,096 characters in its description; the rest of the message is short.
ROOM = 3_600
COUNTED = frozenset({EventKind.NEW_POST, EventKind.KEYWORD, EventKind.HALF_ATTRIBUTION})
# Of a post its words say it all.
PLAIN = frozenset({EventKind.NEW_POST, EventKind.KEYWORD})


def alert_embed(alerts: Sequence[Alert]) -> discord.Embed:
    """Draw one alert, or what was merged into one message."""
    first, newest = alerts[0], alerts[-1]
    severity = max(alert.severity for alert in alerts)
    tail = [*_advice(first), *_account(newest), *_acknowledged(alerts)]
    room = ROOM - sum(units(line) + 1 for line in tail)
    body = list(_body(first)) if len(alerts) == 1 else list(_merged(alerts))
    embed = discord.Embed(
        title=NAMES[first.kind].capitalize(),
        description="\n".join([*_fitting(body, room=room), *tail]),
        colour=COLOURS[severity],
        timestamp=newest.happened_at,
    )
    embed.set_footer(text=f"{severity.name.capitalize()} · {clean(first.list_name)} · seen by Masthead")
    return embed


def digest_embed(alerts: Sequence[Alert]) -> discord.Embed:
    """Draw what waited, a line or two for each account and kind, the gravest first."""
    worst = max(alert.severity for alert in alerts)
    tail = list(_acknowledged(alerts))
    first, last = min(alert.made_at for alert in alerts), max(alert.made_at for alert in alerts)
    span = f"-# From {discord_time(first)} to {discord_time(last)}"
    room = ROOM - sum(units(line) + 1 for line in [span, *tail])
    embed = discord.Embed(
        title="Digest",
        description="\n".join([*_fitting(_digest_lines(alerts), room=room), span, *tail]),
        colour=COLOURS[worst],
        timestamp=last,
    )
    embed.set_footer(text=f"{clean(alerts[0].list_name)} · seen by Masthead")
    return embed


def test_embed(subscription: Subscription | None) -> discord.Embed:
    """Draw what a test shows: what is asked for here, and how severities look."""
    asked = f"**You hear of** {' · '.join(wishes(subscription))}\n" if subscription else ""
    signs = " · ".join(severity_words(severity) for severity in Severity)
    return discord.Embed(
        title="Test",
        description=f"{asked}**Severities** {signs}\n"
        "-# No account did anything. Alerts have buttons to acknowledge, snooze, mute, check and discuss.",
        colour=COLOURS[Severity.LOW],
    )


def _body(alert: Alert) -> Iterator[str]:
    told = alert.told
    if told.before is not None:
        yield f"**Before** {discord_text(told.before, limit=300)}"
    if told.after is not None:
        label = "Reason" if alert.kind is EventKind.PARKED else "After"
        yield f"**{label}** {discord_text(told.after, limit=300)}"
    for shown in told.shown:
        yield _line(shown)
    more = told.hits - len(told.shown)
    if alert.kind in COUNTED and more > 0:
        yield f"-# and {counted(more, 'more post')}"
    for also in told.also:
        yield f"-# {discord_text(also, limit=120)}"


def _merged(alerts: Sequence[Alert]) -> Iterator[str]:
    """Every hit, oldest first: what came later stands below, with its time."""
    yield from _body(alerts[0])
    yield f"-# Updated {discord_time(alerts[-1].made_at, style='R')}: {counted(len(alerts) - 1, 'more hit')}"
    for alert in alerts[1:]:
        yield f"**{discord_time(alert.made_at, style='t')}** {happened(alert, limit=80)}"
        # A single post stands in its sentence already.
        if not (alert.kind is EventKind.NEW_POST and len(alert.told.shown) == 1):
            yield from _body(alert)
        elif alert.told.shown[0].url:
            yield f"-# {link(OPEN_POST.lower(), alert.told.shown[0].url)}"


def _line(shown: Shown) -> str:
    notes = [discord_time(shown.at)] if shown.at else []
    notes += [link("open", shown.url)] if shown.url else []
    return f"{discord_text(shown.text)}" + (f"\n-# {' · '.join(notes)}" if notes else "")


def _advice(alert: Alert) -> Iterator[str]:
    if alert.kind in PLAIN:
        return
    # A gap between what was seen and what we say of it.
    yield f"\n**Why it matters** {discord_text(alert.told.why)}"
    yield f"**What to do** {discord_text(alert.told.todo)}"


def _account(alert: Alert) -> Iterator[str]:
    if alert.told.url:
        yield f"-# {link(OPEN_ACCOUNT.lower(), alert.told.url)}"


def _acknowledged(alerts: Sequence[Alert]) -> Iterator[str]:
    seen = next((alert for alert in alerts if alert.acknowledged_at is not None), None)
    if seen is None or seen.acknowledged_at is None:
        return
    who = f"<@{seen.acknowledged_by}>" if seen.acknowledged_by else "a member"
    comment = f": {code_span(seen.comment, limit=200)}" if seen.comment else ""
    yield f"\n**Acknowledged** by {who}, {discord_time(seen.acknowledged_at, style='R')}{comment}"


def _digest_lines(alerts: Sequence[Alert]) -> list[str]:
    ordered = sorted(alerts, key=lambda alert: (alert.account_id, alert.kind, alert.alert_id))
    lines: list[tuple[int, str]] = []
    for _, found in groupby(ordered, key=lambda alert: (alert.account_id, alert.kind)):
        group = list(found)
        severity = max(alert.severity for alert in group)
        lines.append((-int(severity), _digest_line(group, severity=severity)))
    return [text for _, text in sorted(lines, key=lambda line: line[0])]


def _digest_line(group: Sequence[Alert], *, severity: Severity) -> str:
    newest = group[-1]
    times = f" · {len(group)} times, the last" if len(group) > 1 else ""
    url = next((shown.url for shown in newest.told.shown if shown.url), newest.told.url)
    opened = f" · {link('open', url)}" if url else ""
    when = discord_time(newest.happened_at, style="R")
    head = f"{SIGNS[severity]} {title(newest)} {happened(newest, limit=80)}"
    return f"{head}\n-# {NAMES[newest.kind]}{times} {when}{opened}"


def _fitting(lines: Sequence[str], *, room: int) -> list[str]:
    """Return as many whole lines as there is room for, and say how many are left out."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        room -= units(line) + 1
        if room < 40:
            return [*kept, f"-# and {counted(len(lines) - number, 'more line')}"]
        kept.append(line)
    return kept
