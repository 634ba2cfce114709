"""Every row that may not be lost is on the disk before anybody acts on it, also if the power fails then."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from bot.platforms.bluesky import Bluesky
from bot.platforms.ledger import StoreLedger
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.registry.curation.roles import Member
from bot.registry.curation.service import Curation
from bot.store.watch_records import Severity, Terms
from bot.watch.courier import DeliveryError, Trouble
from tests.bot.watch.desk import ALERTS, ANA, Desk

FULL = 2
ACTS = ("INSERT", "UPDATE")
LASTING = (
    "alert",
    "delivery",
    "outgoing",
    "subscription",
    "watchlist",
    "watch_item",
    "mute",
    "spend",
    "audit",
)


def spy(connection: sqlite3.Connection) -> None:
    """Note of every row of the lasting tables how safely its transaction is written."""
    connection.execute("CREATE TABLE written (name TEXT, act TEXT, synchronous INTEGER)")
    for name in LASTING:
        # That an account was seen is kept together with what was seen: a look that is lost is made again.
        for act in ACTS if name != "watch_item" else ("INSERT",):
            connection.execute(
                f"CREATE TRIGGER spy_{name}_{act} AFTER {act} ON {name} BEGIN "  # noqa: S608  # our own names
                f"INSERT INTO written SELECT '{name}', '{act}', synchronous FROM pragma_synchronous; END"
            )


def written(connection: sqlite3.Connection) -> set[tuple[str, int]]:
    return set(connection.execute("SELECT name, synchronous FROM written"))


async def test_all_that_may_not_be_lost_is_synced(desk: Desk) -> None:
    await desk.database.write(spy)
    watched = await desk.list_of("gaceta", "diario")
    made = await desk.subscribe(watched, terms=Terms(least=Severity.LOW))
    await desk.after(minutes=10)
    # A message that is tried again, edited, acknowledged; a mute; a failed look; an end.
    desk.courier.refuse[f"channel:{ALERTS}"] = [DeliveryError(Trouble.UNSURE, "503", code=503)]
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=6)
    await desk.publish("gaceta", "Dos")
    await desk.after(minutes=6)
    found = await desk.watch.subscriptions.message(desk.in_channel[0].nonce)
    assert found is not None
    await desk.watch.subscriptions.acknowledge(found[0], user_id=ANA, comment=None)
    await desk.work()
    alert = desk.in_channel[0].alerts[0]
    until = desk.clock.now + timedelta(hours=1)
    await desk.watch.subscriptions.mute(made.subscription_id, [(alert.account_id, None)], until=until, by=ANA)
    await desk.watch.subscriptions.end(made.subscription_id)
    ledger = StoreLedger(
        desk.database,
        terms=Bluesky(BlueskySettings(enabled=True)).terms,
        settings=PlatformsConfig(),
        place="1",
        clock=desk.clock,
    )
    await ledger.charge(cost=0, what="GET")
    await Curation(desk.database, clock=desk.clock).set_rules(
        Member.at_the_command_line(layer=1), two_person=True
    )
    assert await desk.database.read_whole(written) == {(name, FULL) for name in LASTING}
