"""`make pictures`: what alerts look like in a team's channel, on a phone, on both grounds.

python -m tests.sandbox.browser.alert_pictures

The alerts are the examples of docs/alerts.md, sent by the real courier to the sandbox.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from playwright.async_api import async_playwright, expect

from bot.cards.courier import DiscordCourier
from bot.store.records import AccountId
from bot.store.watch_records import (
    Alert,
    Event,
    EventKind,
    Notice,
    OutgoingKind,
    Terms,
)
from bot.watch.courier import Letter
from bot.watch.sentences import direct_ended, test_of
from sandbox.server import Sandbox
from tests.bot.watch import examples
from tests.sandbox.browser.chromium import ARGUMENTS, chromium
from tests.sandbox.browser.desk import NARROW, Desk, Theme
from tests.sandbox.browser.live_bot import masthead
from tests.sandbox.browser.pictures import ROOM, shoot
from tests.services import case_services

if TYPE_CHECKING:
    from sandbox.world import Channel

NUMBERS = count(1)
THEMES: tuple[Theme, ...] = ("dark", "light")
LIST = "Papers"


def an_alert(event: Event, *, now: datetime, minutes_ago: float = 1, account: int = 7) -> Alert:
    """Return an example as if it had happened lately."""
    shift = now - timedelta(minutes=minutes_ago) - examples.AT
    shown = tuple(
        msgspec.structs.replace(each, at=each.at + shift if each.at else None) for each in event.told.shown
    )
    told = msgspec.structs.replace(event.told, shown=shown)
    moved = replace(event, happened_at=event.happened_at + shift, told=told)
    made = examples.alert_of(moved, number=next(NUMBERS), made_at=examples.AT + shift, list_name=LIST)
    return replace(made, account_id=AccountId(account))


def a_letter(
    *alerts: Alert,
    channel: Channel,
    kind: OutgoingKind = OutgoingKind.ALERT,
    notice: Notice | None = None,
    role: int | None = None,
) -> Letter:
    return examples.letter(
        *alerts,
        kind=kind,
        notice=notice,
        terms=Terms(mention_role=role),
        channel_id=channel.id,
        number=next(NUMBERS),
    )


def severities(channel: Channel, *, now: datetime, role: int) -> list[Letter]:
    """Return one message of each severity; the gravest has a mention."""
    return [
        a_letter(
            an_alert(event, now=now),
            channel=channel,
            role=role if severity is max(examples.BY_SEVERITY) else None,
        )
        for severity, event in examples.BY_SEVERITY.items()
    ]


def others(channel: Channel, *, now: datetime, member: int) -> list[Letter]:
    """Return what was merged and acknowledged, a digest, a parked account, a test, an ended subscription."""
    merged = [
        an_alert(examples.half(1), now=now, minutes_ago=14),
        an_alert(examples.half(2), now=now, minutes_ago=2),
    ]
    seen = [
        replace(each, acknowledged_by=member, acknowledged_at=now, comment="same wire desk as in May")
        for each in merged
    ]
    kinds = (EventKind.LABEL_LOST, EventKind.HANDLE_CHANGED, EventKind.FOLLOWER_JUMP, EventKind.CLAIM_ADDED)
    digest = [an_alert(examples.example(kind), now=now, minutes_ago=60 + n) for n, kind in enumerate(kinds)]
    digest += [an_alert(examples.posts(1, first=300 + n), now=now, minutes_ago=40 * n) for n in range(5)]
    parked = an_alert(examples.example(EventKind.PARKED), now=now)
    return [
        a_letter(*seen, channel=channel),
        a_letter(*digest, channel=channel, kind=OutgoingKind.DIGEST),
        a_letter(parked, channel=channel),
        a_letter(channel=channel, kind=OutgoingKind.NOTICE, notice=Notice(text=test_of(LIST), test=True)),
        a_letter(
            channel=channel,
            kind=OutgoingKind.NOTICE,
            notice=Notice(text=direct_ended([LIST]), member=member),
        ),
    ]


async def take(path: str) -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        services = await stack.enter_async_context(case_services(Path(folder)))
        sandbox = await stack.enter_async_context(Sandbox())
        bot = await stack.enter_async_context(masthead(services, sandbox))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        desk = Desk(browser=browser, sandbox=sandbox, bot=None)
        courier = DiscordCourier(bot)
        now = datetime.now(UTC)
        guild = sandbox.backend.world.guild_of(sandbox.channel("desk"))
        assert guild is not None
        analyst = next(role.id for role in guild.roles.values() if role.name == "analyst")
        alerts, talk = sandbox.channel("alerts"), sandbox.channel("desk")
        first = severities(alerts, now=now, role=analyst)
        second = others(talk, now=now, member=sandbox.person("ana").user.id)
        for name, channel, letters in (("alerts", alerts, first), ("alerts-together", talk, second)):
            for letter in letters:
                await courier.send(letter)
            for theme in THEMES:
                await take_channel(desk, channel, letters, theme=theme, name=f"{name}-{theme}.png")
        await desk.close()
        await browser.close()


async def take_channel(
    desk: Desk, channel: Channel, letters: Sequence[Letter], *, theme: Theme, name: str
) -> None:
    window = await desk.window(width=NARROW, theme=theme, person="rui", channel=str(channel.id))
    await expect(window.messages).to_have_count(len(letters))
    heights = await window.messages.evaluate_all("nodes => nodes.map(node => node.offsetHeight)")
    await window.page.set_viewport_size({"width": NARROW, "height": sum(map(int, heights)) + ROOM})
    await window.input.blur()
    await shoot(window, name)


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("No Chromium found; install it (apt-get install chromium) or set MASTHEAD_CHROMIUM.")
    asyncio.run(take(path))


if __name__ == "__main__":
    main()
