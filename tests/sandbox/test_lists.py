"""Watchlists from Discord: what goes on them, what comes off, how they are read, and every refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.accounts import AccountRef, Platform
from bot.watch.lists import Limits
from bot.watch.tuning import MAX_KEYWORD, MAX_KEYWORDS, Tuning
from sandbox.uploads import FilePart
from tests.sandbox.newsroom import Newsroom, labels, open_newsroom, text

SMALL = Limits(lists=2, accounts=3, subscriptions=2)


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def small(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path, limits=SMALL) as opened:
        yield opened


async def upload(room: Newsroom, content: bytes, **options: object) -> str:
    file = FilePart(index=0, name="list.csv", content_type="text/csv", data=content)
    given = {"watchlist": "Papers", "file": 0, **options}
    return await room.settled(
        await room.ada.slash("watchlist import", given, channel=room.desk, files=[file])
    )


async def test_accounts_come_by_handle_address_post_and_file(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers", description="Dailies of the region")
    for typed in ({"account": "@gaceta", "platform": "x"}, {"account": "https://t.me/diario"}):
        assert "is on the watchlist `Papers`." in await room.run("watchlist add", watchlist="Papers", **typed)
    post = await room.run(
        "watchlist add", watchlist="Papers", account="https://x.com/cronica/status/1234567890123456789"
    )
    assert "`@cronica` on X is on the watchlist" in post
    again = await room.run("watchlist add", watchlist="Papers", account="https://x.com/gaceta")
    assert "`@gaceta` on X was on the watchlist" in again
    written = "https://x.com/gaceta\n@hoy\n# a remark\n\n???\nhttps://bsky.app/profile/diario.bsky.social\n"
    read = await upload(room, written.encode())
    assert "1 account new on `Papers`, 1 on it before, 2 lines left out." in read
    assert "`@hoy`: it may be on x, " in read
    assert "2 accounts new on `Papers`" in await upload(room, b"@uno\n@dos\n", platform="x")

    shown = await room.run("watchlist show", watchlist="papers")
    assert "6 accounts · 0 subscriptions" in shown
    assert "`Dailies of the region`" in shown
    heard = await room.run("watchlist add", watchlist="Papers", account="https://t.me/diario")
    assert "Nobody hears of this list yet." in heard
    exported = await room.ada.slash("watchlist export", {"watchlist": "Papers"}, channel=room.desk)
    await room.settled(exported)
    assert exported.message is not None
    (attached,) = exported.message.attachments
    assert "is off the watchlist" in await room.run(
        "watchlist remove", watchlist="Papers", account="https://x.com/uno"
    )
    assert "1 account new on `Papers`, 5 on it before, 0 lines left out." in await upload(room, attached.data)


REFUSALS: tuple[tuple[str, dict[str, object], str, str], ...] = (
    (
        "watchlist add",
        {"account": "@gaceta"},
        "`@gaceta` may be an account on several",
        "Choose the platform",
    ),
    ("watchlist add", {"account": "@gaceta"}, "(X, Bluesky, ", "address"),
    ("watchlist add", {"account": "???"}, "`???`", ""),
    (
        "watchlist add",
        {"account": "https://x.com/a_b", "watchlist": "Paper"},
        "no watchlist called `Paper`",
        "`Papers`",
    ),
    ("watchlist add", {"account": "https://x.com/a_b", "watchlist": "zzzz"}, "`zzzz`", "/watchlist show"),
    (
        "watchlist remove",
        {"account": "https://x.com/nobody"},
        "is not on the watchlist `Papers`",
        "/watchlist show",
    ),
    ("watchlist delete", {"confirm": "yes"}, "Nothing was deleted", "Write `Papers`"),
    ("watchlist tune", {"severities": "new post"}, "`new post` is no rule", "`kind=level`"),
    ("watchlist tune", {"severities": "new pots=high"}, "no event `new pots`", "Did you mean new post?"),
    ("watchlist tune", {"severities": "looking stopped=off"}, "cannot be off", "Choose `low`"),
    ("watchlist tune", {"keywords": "x" * (MAX_KEYWORD + 1)}, "is longer than", "separated by commas"),
    (
        "watchlist tune",
        {"keywords": ",".join(map(str, range(MAX_KEYWORDS + 1)))},
        "These are 26 keywords",
        "Leave some out",
    ),
    ("subscribe", {"events": "everything"}, "There is no event `everything`", "Known: new post"),
    ("subscribe", {"zone": "Lisbon"}, "no time zone", "Europe/Lisbon"),
    ("subscribe", {"quiet": "at night"}, "no quiet hours", "22:00-07:00"),
    ("unsubscribe", {}, "no such subscription to `Papers`", "/alerts"),
)


async def test_a_refusal_says_what_was_wrong_and_what_comes_next(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers")
    for command, options, wrong, next_step in REFUSALS:
        said = await room.run(command, **({"watchlist": "Papers"} | options))
        assert wrong in said, options
        assert next_step in said, options
        # Nobody in Discord types options of the command line.
        assert "--" not in said
    shown = await room.run("watchlist show", watchlist="Papers")
    assert "0 accounts · 0 subscriptions" in shown


async def test_files_that_are_none_are_refused(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers")
    assert "not UTF-8 text (byte 0). Save it as CSV UTF-8" in await upload(room, b"\xff\xfe\x00")
    assert "more than 1 MB. Split it" in await upload(room, b"x" * 1_000_001)


async def test_limits_name_the_figure_and_the_way_out(small: Newsroom) -> None:
    await small.run("watchlist create", name="Papers")
    await small.run("watchlist create", name="Stations")
    third = await small.run("watchlist create", name="Third")
    assert "has 2 watchlists, and no more are allowed. Delete one first" in third
    for name in ("uno", "dos", "tres"):
        await small.run("watchlist add", watchlist="Papers", account=f"https://x.com/{name}")
    full = await upload(small, b"https://x.com/cuatro\nhttps://x.com/uno\n")
    assert "watches 3 accounts, and 3 are allowed: 1 account does not fit" in full
    assert "3 accounts" in await small.run("watchlist show", watchlist="Papers")
    # What is watched already costs nothing more.
    known = await small.run("watchlist add", watchlist="Stations", account="https://x.com/uno")
    assert "is on the watchlist `Stations`" in known
    for place in ({"direct": True}, {"channel": str(small.alerts.id)}):
        assert "Subscribed to" in await small.run("subscribe", watchlist="Papers", **place)
    refused = await small.run("subscribe", watchlist="Stations", direct=True)
    assert "has 2 subscriptions, and no more are allowed. End one first (/alerts" in refused
    # The same again changes the terms, which is always possible.
    changed = await small.run("subscribe", watchlist="Papers", direct=True, severity=3, quiet="22-7")
    assert "Changed: the subscription" in changed
    assert "What you left out is as usual again." in changed
    assert "These hours are UTC." in changed
    shown = await small.run("watchlist show", watchlist="Papers")
    assert f"**Told** <#{small.alerts.id}>, 1 member by direct message" in shown


async def test_a_role_edits_from_the_moment_it_may_and_no_longer(room: Newsroom) -> None:
    guild = room.sandbox.backend.world.guild_of(room.desk)
    assert guild is not None
    analyst = next(role.id for role in guild.roles.values() if role.name == "analyst")
    await room.run("watchlist create", name="Papers")
    given = {"watchlist": "Papers", "account": "https://x.com/gaceta"}
    assert "Only its maker and those who may manage" in await room.run("watchlist add", room.ana, **given)
    tuned = await room.run("watchlist tune", watchlist="Papers", editors=str(analyst))
    assert f"**Editors** <@&{analyst}>" in tuned
    assert "is on the watchlist" in await room.run("watchlist add", room.ana, **given)
    await room.run("watchlist tune", watchlist="Papers", **{"no-editors": str(analyst)})
    refused = await room.run("watchlist pause", room.ana, watchlist="Papers")
    assert "Only its maker" in refused


async def test_rules_are_added_renamed_lists_keep_them_and_typing_is_helped(room: Newsroom) -> None:
    await room.run("watchlist create", name="Papers")
    await room.run("watchlist tune", watchlist="Papers", severities="new post=off")
    tuned = await room.run(
        "watchlist tune", watchlist="Papers", name="Dailies", severities="keyword=high", keywords="cumbre"
    )
    assert "### Watchlist `Dailies`" in tuned
    assert "**Severities** new post off, keyword high" in tuned
    anew = await room.run("watchlist tune", watchlist="dailies", severities="all=usual", keywords="off")
    assert "no keywords, editors or severities of its own" in anew

    async def offered(option: str, typed: str, command: str = "watchlist tune") -> list[str]:
        found = await room.ada.complete(command, option, options={"watchlist": "Dailies", option: typed})
        return [str(choice["value"]) for choice in found.choices]

    assert await offered("severities", "label l") == ["label lost="]
    assert await offered("severities", "new post=off, keyword=h") == ["new post=off, keyword=high"]
    assert "usual" in (await offered("severities", "all="))[-1]
    assert await offered("events", "new post, handle", "subscribe") == ["new post, handle changed"]
    assert (await offered("zone", "lisb", "subscribe"))[0] == "Europe/Lisbon"


async def test_a_long_list_is_read_page_by_page_and_always_fits(room: Newsroom) -> None:
    guild_id = room.desk.guild_id or 0
    lists = room.services.watch.lists
    made = await lists.create(guild_id, "Ñ" * 50, description="d" * 200, by=1)
    refs = [
        AccountRef(platform=Platform.TELEGRAM, handle=f"channel_of_a_long_name_{n:08}") for n in range(20)
    ]
    await lists.add(made, refs, by=1)
    words = [f"{n:02}" + "说" * (MAX_KEYWORD - 2) for n in range(MAX_KEYWORDS)]
    await lists.tune(made, Tuning(keywords=words, severities={"new_post": 0, "keyword": 3}))
    outcome = await room.ada.slash("watchlist show", {"watchlist": made.name}, channel=room.desk)
    first = await room.settled(outcome)
    message = outcome.message
    assert message is not None
    assert "20 accounts" in first
    assert "page 1 of 3" in first
    assert labels(message) == ["More accounts"]
    await room.click(message, "More accounts")
    await room.reads(message, "page 2 of 3")
    assert labels(message) == ["Back", "More accounts"]
    await room.click(message, "More accounts")
    await room.reads(message, "page 3 of 3")
    assert "channel_of_a_long_name_00000019" in text(message)
    # The sandbox refuses what Discord would refuse, so each page was one that fits.


async def test_a_list_says_how_the_looks_went(room: Newsroom) -> None:
    await room.watching()
    shown = await room.run("watchlist show", watchlist="Papers")
    assert "`@gaceta` on X\n-# looked at <t:" in shown
    assert "· next <t:" in shown
    await room.services.watch.stop()
    await room.services.database.write(lambda c: c.execute("UPDATE watch_account SET next_ms = 0"))
    assert "· next is due" in await room.run("watchlist show", watchlist="Papers")
    await room.services.database.write(
        lambda c: c.execute(
            "UPDATE watch_account SET looked_ms = looked_ms + 60000, failures = 10, parked_ms = looked_ms,"
            " last_error = 'No answer in time'"
        )
    )
    parked = await room.run("watchlist show", watchlist="Papers")
    assert "1 account · 1 subscription · 1 parked" in parked
    assert "failed · last success <t:" in parked
    assert "**parked** <t:" in parked
    assert "-# No answer in time" in parked
    assert "1 account will be looked at now" in await room.run("watchlist resume", watchlist="Papers")
    await room.run("watchlist pause", watchlist="Papers")
    assert "**Paused** since" in await room.run("watchlist show", watchlist="Papers")
    assert "· paused" in await room.run("watchlist show")
