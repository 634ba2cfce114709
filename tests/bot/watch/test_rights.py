"""Who may do what with lists, subscriptions and alerts, asked of the service with every kind of member."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef
from bot.errors import InputError, NotAllowedError
from bot.store.watch_records import Severity, Subscription, Terms, Watchlist
from bot.watch.rights import OPERATOR, Asker
from bot.watch.tuning import Tuning
from tests.bot.watch.desk import ALERTS, ANA, DESK, GUILD, RUI, Desk, account

EDITORS = 501
STRANGER = 99

MEMBERS = {
    "outsider": Asker(user_id=STRANGER),
    "subscriber": Asker(user_id=RUI),
    "editor by role": Asker(user_id=STRANGER, roles=frozenset({EDITORS})),
    "maker": Asker(user_id=ANA),
    "manages messages": Asker(user_id=STRANGER, manages_messages=True),
    "manages channels": Asker(user_id=STRANGER, manages_channels=True),
    "manages the server": Asker(user_id=STRANGER, manages_server=True),
    "operator": OPERATOR,
    # Somebody who was forgotten is nobody's equal: None is not the maker's None.
    "nobody": Asker(),
}
MANAGERS = {"manages the server", "operator"}
EDITING = {"editor by role", "maker", *MANAGERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A list of Ana's with an editor role; Rui subscribed a channel and his direct messages."""

    desk: Desk
    watched: Watchlist
    channel: Subscription
    direct: Subscription
    number: int = 0


async def scene(desk: Desk, name: str = "Papers") -> Scene:
    watched = await desk.list_of("gaceta", name=name)
    watched = await desk.watch.lists.tune(watched, Tuning(editors=[EDITORS]))
    return Scene(
        desk=desk,
        watched=watched,
        channel=await desk.subscribe(watched, user=RUI),
        direct=await desk.subscribe(watched, user=RUI, channel=None),
    )


async def quieten(at: Scene, asker: Asker, *, subscription: Subscription, until: bool) -> None:
    (item,) = await at.desk.watch.lists.accounts(at.watched)
    await at.desk.watch.subscriptions.mute(
        subscription.subscription_id,
        [(item.account_id, None)],
        until=at.desk.clock.now + timedelta(hours=4) if until else None,
        by=asker.user_id or 0,
        asker=asker,
    )


async def lift(at: Scene, asker: Asker) -> None:
    (item,) = await at.desk.watch.lists.accounts(at.watched)
    subscriptions = at.desk.watch.subscriptions
    await subscriptions.lift(at.channel.subscription_id, [item.account_id], asker=asker)
    await subscriptions.unmute(at.channel.subscription_id, asker=asker)


async def subscribe(at: Scene, asker: Asker, *, channel: int | None) -> None:
    await at.desk.watch.subscriptions.subscribe(
        at.watched,
        user_id=asker.user_id or 0,
        channel_id=channel,
        made_in=DESK,
        terms=Terms(),
        asker=asker,
    )


Act = Callable[[Scene, Asker], Awaitable[object]]
NEW: AccountRef = account("nueva")

ACTS: dict[str, tuple[Act, set[str]]] = {
    "create": (
        lambda at, who: at.desk.watch.lists.create(GUILD, f"Another {at.number}", by=who.user_id, asker=who),
        {"manages messages", "manages channels", *MANAGERS},
    ),
    "add": (lambda at, who: at.desk.watch.lists.add(at.watched, [NEW], by=1, asker=who), EDITING),
    "remove": (lambda at, who: at.desk.watch.lists.remove(at.watched, account("gaceta"), asker=who), EDITING),
    "tune": (
        lambda at, who: at.desk.watch.lists.tune(at.watched, Tuning(keywords=["x"]), asker=who),
        EDITING,
    ),
    "pause": (lambda at, who: at.desk.watch.lists.pause(at.watched, asker=who), EDITING),
    "resume": (lambda at, who: at.desk.watch.lists.resume(at.watched, asker=who), EDITING),
    "delete": (lambda at, who: at.desk.watch.lists.delete(at.watched, asker=who), EDITING),
    "test": (lambda at, who: at.desk.watch.subscriptions.test(at.watched, asker=who), EDITING),
    "subscribe a channel": (
        lambda at, who: subscribe(at, who, channel=77),
        {"manages channels", *EDITING},
    ),
    "subscribe by direct message": (lambda at, who: subscribe(at, who, channel=None), set(MEMBERS)),
    "end a channel's": (
        lambda at, who: at.desk.watch.subscriptions.end(at.channel.subscription_id, asker=who),
        {"subscriber", "manages channels", *EDITING},
    ),
    "end another's direct one": (
        lambda at, who: at.desk.watch.subscriptions.end(at.direct.subscription_id, asker=who),
        {"subscriber", "operator"},
    ),
    "test another's direct one": (
        lambda at, who: at.desk.watch.subscriptions.test_one(at.direct.subscription_id, asker=who),
        {"subscriber", "operator"},
    ),
    "mute": (
        lambda at, who: quieten(at, who, subscription=at.channel, until=False),
        {"subscriber", "manages messages", *EDITING},
    ),
    "snooze": (
        lambda at, who: quieten(at, who, subscription=at.channel, until=True),
        {"subscriber", "manages messages", *EDITING},
    ),
    "take it back": (lift, {"subscriber", "manages messages", *EDITING}),
}


@pytest.mark.parametrize("act", ACTS)
async def test_the_service_refuses_whoever_may_not(desk: Desk, act: str) -> None:
    done, may = ACTS[act]
    at = await scene(desk)
    before = await _held(at)
    for name in sorted(MEMBERS.keys() - may):
        with pytest.raises(NotAllowedError) as refused:
            await done(at, MEMBERS[name])
        assert str(refused.value).endswith("."), name
    assert await _held(at) == before


@pytest.mark.parametrize("act", ACTS)
async def test_the_service_lets_whoever_may(desk: Desk, act: str) -> None:
    done, may = ACTS[act]
    for number, name in enumerate(sorted(may)):
        # A list that has its name for every member: some acts leave nothing behind.
        at = await scene(desk, name=f"Papers {number}")
        await done(replace(at, number=number), MEMBERS[name])


async def test_a_role_that_was_taken_meanwhile_counts(desk: Desk) -> None:
    at = await scene(desk)
    editor = MEMBERS["editor by role"]
    # What the member was shown is old: the right is asked of the list as it is now.
    shown = at.watched
    await desk.watch.lists.tune(shown, Tuning(no_editors=[EDITORS]))
    with pytest.raises(NotAllowedError, match="Only its maker and those who may manage the server"):
        await desk.watch.lists.add(shown, [NEW], by=1, asker=editor)
    with pytest.raises(NotAllowedError, match="Only its maker"):
        await desk.watch.subscriptions.test(shown, asker=editor)
    with pytest.raises(NotAllowedError, match="To subscribe a channel"):
        await subscribe(at, editor, channel=77)


async def test_a_list_that_was_deleted_meanwhile_says_so(desk: Desk) -> None:
    at = await scene(desk)
    await desk.watch.lists.delete(at.watched)
    with pytest.raises(InputError, match="deleted meanwhile"):
        await desk.watch.lists.add(at.watched, [NEW], by=1)
    with pytest.raises(InputError, match="deleted meanwhile"):
        await subscribe(at, OPERATOR, channel=77)
    with pytest.raises(InputError, match="no such subscription"):
        await desk.watch.subscriptions.end(at.channel.subscription_id)


async def test_the_first_who_acknowledges_is_kept(desk: Desk) -> None:
    watched = await desk.list_of("gaceta")
    await desk.subscribe(watched, terms=Terms(least=Severity.LOW))
    await desk.after(minutes=10)
    await desk.publish("gaceta", "Uno")
    await desk.after(minutes=10)
    message = await desk.watch.subscriptions.message(desk.in_channel[0].nonce)
    assert message is not None
    await desk.watch.subscriptions.acknowledge(message[0], user_id=RUI, comment="mine")
    with pytest.raises(InputError, match="Somebody else"):
        await desk.watch.subscriptions.acknowledge(message[0], user_id=ANA, comment="no, mine")
    again = await desk.watch.subscriptions.message(desk.in_channel[0].nonce)
    assert again is not None
    assert [(alert.acknowledged_by, alert.comment) for alert in again[1]] == [(RUI, "mine")]


async def _held(at: Scene) -> object:
    lists = [replace(each) for each, _ in await at.desk.watch.lists.of_guild(GUILD)]
    items = await at.desk.watch.lists.accounts(at.watched)
    hearing = await at.desk.watch.subscriptions.of_list(at.watched)
    return lists, items, hearing, at.desk.courier.to(f"channel:{ALERTS}")


# What changes anything, by the name of the service's method.
CHANGING = frozenset(
    {"create", "add", "remove", "tune", "pause", "resume", "delete"}
    | {"subscribe", "end", "test", "test_one", "mute", "lift", "unmute"}
)


def test_no_command_acts_as_the_operator() -> None:
    """Without `asker` the operator acts: a cog that leaves it out would let everybody."""
    found = dict.fromkeys(CHANGING, 0)
    for path in sorted((Path(__file__).parents[3] / "cogs").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = ast.unparse(node.func.value)
            if node.func.attr in CHANGING and owner.endswith(("lists", "subscriptions")):
                found[node.func.attr] += 1
                named = {keyword.arg for keyword in node.keywords}
                assert "asker" in named, f"{path.name}:{node.lineno} {ast.unparse(node.func)}"
    assert [name for name, times in found.items() if times == 0] == []
