"""Alerts, digests and notices as Discord messages: a sentence that stands alone, then one embed.

V1 and not a card of components: a ping inside components gives an empty push notification
(discord-api-docs#7854). Nothing here asks a clock or a client, so one version of a message is always drawn
the same: Discord compares nonces, and the same nonce must never carry another text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

import discord
from discord import ui

from bot.cards.items import account_name
from bot.cards.limits import units
from bot.cards.markup import clean, code_span, discord_text, discord_time, link, safe_url
from bot.cards.words import OPEN_ACCOUNT, OPEN_POST, PLATFORMS
from bot.checks.wording import counted
from bot.store.watch_records import Alert, EventKind, OutgoingKind, Severity, Shown
from bot.watch.courier import Letter
from bot.watch.kinds import NAMES

# One embed may hold 4,096 characters in its description; the rest of the message is short.
ROOM = 3_600
SENTENCE = 300
LINE = 400

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
    content = _digest_sentence(letter.alerts) if digest else _sentence(letter.alerts)
    ping, mentions = _mention(letter)
    return DrawnAlert(
        content=f"{content} {ping}".strip(),
        embed=_digest(letter.alerts) if digest else _embed(letter.alerts),
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


def title(alert: Alert) -> str:
    """Return which account an alert is about, as Discord Markdown."""
    told = alert.told
    name = account_name(told.handle, told.platform_id, platform=told.platform)
    return f"{code_span(name)} on {PLATFORMS[told.platform]}"


def severity_words(severity: Severity) -> str:
    """Return "▲ HIGH"."""
    return f"{SIGNS[severity]} {severity.name}"


def _sentence(alerts: Sequence[Alert]) -> str:
    """What a lock screen shows: how grave, which list, who, what. Of merged hits, the first."""
    alert = alerts[0]
    what = discord_text(alert.told.what, limit=80).removesuffix(".")
    head = (
        f"{severity_words(max(each.severity for each in alerts))} · Watchlist {code_span(alert.list_name)}:"
    )
    return f"{head} {title(alert)} {what}."


def _embed(alerts: Sequence[Alert]) -> discord.Embed:
    first, newest = alerts[0], alerts[-1]
    severity = max(alert.severity for alert in alerts)
    embed = discord.Embed(
        title=NAMES[first.kind].capitalize(),
        colour=COLOURS[severity],
        timestamp=newest.happened_at,
    )
    tail = [*_advice(first), *_acknowledged(alerts)]
    room = ROOM - sum(units(line) + 1 for line in tail)
    body = list(_body(first)) if len(alerts) == 1 else list(_merged(alerts))
    embed.description = "\n".join([*_fitting(body, room=room), *tail])
    embed.set_footer(text=f"{severity.name.capitalize()} · {clean(first.list_name)} · seen by Masthead")
    return embed


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
    if alert.kind in {EventKind.NEW_POST, EventKind.KEYWORD, EventKind.HALF_ATTRIBUTION} and more > 0:
        yield f"-# and {counted(more, 'more post')}"


def _merged(alerts: Sequence[Alert]) -> Iterator[str]:
    """Every hit, oldest first: what came later stands below, with its time."""
    yield from _body(alerts[0])
    yield f"-# Updated {discord_time(alerts[-1].made_at, style='R')}: {counted(len(alerts) - 1, 'more hit')}"
    for alert in alerts[1:]:
        yield f"{discord_time(alert.made_at, style='t')} {discord_text(alert.told.what, limit=80)}"
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
    # Of a post its words say it all.
    if alert.kind in {EventKind.NEW_POST, EventKind.KEYWORD}:
        return
    yield f"**Why it matters** {discord_text(alert.told.why)}"
    yield f"**What to do** {discord_text(alert.told.todo)}"


def _acknowledged(alerts: Sequence[Alert]) -> Iterator[str]:
    seen = next((alert for alert in alerts if alert.acknowledged_at is not None), None)
    if seen is None or seen.acknowledged_at is None:
        return
    who = f"<@{seen.acknowledged_by}>" if seen.acknowledged_by else "a member"
    comment = f": {code_span(seen.comment, limit=200)}" if seen.comment else ""
    yield f"**Acknowledged** by {who}, {discord_time(seen.acknowledged_at, style='R')}{comment}"


def _digest_sentence(alerts: Sequence[Alert]) -> str:
    worst = max(alert.severity for alert in alerts)
    accounts = len({alert.account_id for alert in alerts})
    grave = sum(alert.severity == worst for alert in alerts)
    rest = f", {grave} of them {worst.name.lower()}" if worst > Severity.MEDIUM and len(alerts) > 1 else ""
    return (
        f"{severity_words(worst)} · Watchlist {code_span(alerts[0].list_name)}: "
        f"{counted(len(alerts), 'alert')} on {counted(accounts, 'account')}{rest}."
    )


def _digest(alerts: Sequence[Alert]) -> discord.Embed:
    worst = max(alert.severity for alert in alerts)
    ordered = sorted(alerts, key=lambda alert: (alert.account_id, alert.kind, alert.alert_id))
    lines: list[tuple[int, str]] = []
    for _, found in groupby(ordered, key=lambda alert: (alert.account_id, alert.kind)):
        group = list(found)
        newest = group[-1]
        times = f" · {len(group)} times, the last" if len(group) > 1 else ""
        url = next((shown.url for shown in newest.told.shown if shown.url), newest.told.url)
        opened = f" · {link('open', url)}" if url else ""
        what = discord_text(newest.told.what, limit=80).removesuffix(".")
        severity = max(alert.severity for alert in group)
        text = f"{SIGNS[severity]} {title(newest)} {what}"
        when = discord_time(newest.happened_at, style="R")
        lines.append((-int(severity), f"{text}\n-# {NAMES[newest.kind]}{times} {when}{opened}"))
    lines.sort(key=lambda line: line[0])
    tail = list(_acknowledged(alerts))
    room = ROOM - sum(units(line) + 1 for line in tail)
    first, last = min(alert.made_at for alert in alerts), max(alert.made_at for alert in alerts)
    embed = discord.Embed(title="Digest", colour=COLOURS[worst], timestamp=last)
    span = f"-# From {discord_time(first)} to {discord_time(last)}"
    embed.description = "\n".join([*_fitting([text for _, text in lines], room=room - 80), span, *tail])
    embed.set_footer(text=f"{clean(alerts[0].list_name)} · seen by Masthead")
    return embed


def _fitting(lines: Sequence[str], *, room: int) -> list[str]:
    """Return as many whole lines as there is room for, and say how many are left out."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        room -= units(line) + 1
        if room < 40:
            return [*kept, f"-# and {counted(len(lines) - number, 'more line')}"]
        kept.append(line)
    return kept


def _notice(letter: Letter) -> DrawnAlert:
    notice = letter.outgoing.notice
    text = discord_text(notice.text) if notice else "What this message told is no longer held."
    about = f"<@{notice.member}>: " if notice and notice.member else ""
    return DrawnAlert(
        content=f"{about}{text}",
        embed=None,
        view=_stopped([_button(MINE, letter.outgoing.nonce)]),
        mentions=discord.AllowedMentions.none(),
    )


def _mention(letter: Letter) -> tuple[str, discord.AllowedMentions]:
    """Ping only whom the subscriber named."""
    terms = letter.subscription.terms if letter.subscription else None
    if terms is not None and terms.mention_role is not None:
        role = discord.Object(terms.mention_role)
        return f"<@&{terms.mention_role}>", discord.AllowedMentions(everyone=False, users=False, roles=[role])
    if terms is not None and terms.mention_user is not None:
        user = discord.Object(terms.mention_user)
        return f"<@{terms.mention_user}>", discord.AllowedMentions(everyone=False, users=[user], roles=False)
    return "", discord.AllowedMentions.none()


def _view(letter: Letter, *, digest: bool) -> ui.View:
    nonce = letter.outgoing.nonce
    acknowledged = all(alert.acknowledged_at is not None for alert in letter.alerts)
    done: ui.Button[Any] = _button(ACKNOWLEDGE, nonce, style=discord.ButtonStyle.primary)
    if acknowledged:
        done.label, done.disabled = "Acknowledged", True
    if digest:
        return _stopped([done])
    in_server = letter.subscription is not None and letter.subscription.channel_id is not None
    buttons = [done, _button(SNOOZE, nonce), _button(MUTE, nonce), _button(CHECK, nonce)]
    buttons += [_button(THREAD, nonce)] if in_server else []
    newest = letter.alerts[-1].told
    post = next((shown.url for shown in newest.shown if shown.url), None)
    links: list[ui.Button[Any]] = []
    for label, url in ((OPEN_POST, post), (OPEN_ACCOUNT, newest.url)):
        safe = safe_url(url) if url else None
        if safe:
            links.append(ui.Button(label=label, url=safe, row=1))
    return _stopped([*buttons, *links])


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
