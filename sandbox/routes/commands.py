"""Registering application commands, globally and for one guild."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.cards.limits import Kind
from sandbox.call import Call, Reply, Route
from sandbox.errors import refusal
from sandbox.ratelimit import Rule

if TYPE_CHECKING:
    from sandbox.wire import Obj

# Assumed: Discord documents no figure, and users report limits at every start (discord.py#10082).
_WRITE = Rule(name="write commands", limit=5, window_s=20)
_READ = Rule(name="read commands", limit=30, window_s=10)


async def listing(call: Call) -> Reply:
    return Reply(body=call.backend.commands.scope(_scope(call)))


async def replace(call: Call) -> Reply:
    scope = _scope(call)
    call.check(Kind.COMMANDS)
    return Reply(body=call.backend.commands.replace(scope, cast("list[Obj]", call.body)))


async def create(call: Call) -> Reply:
    scope = _scope(call)
    call.check(Kind.COMMAND)
    return Reply(status=201, body=call.backend.commands.put(scope, call.fields))


async def one(call: Call) -> Reply:
    return Reply(body=_one(call))


async def edit(call: Call) -> Reply:
    scope, changed = _scope(call), _one(call) | call.fields
    call.check(Kind.COMMAND, body=changed)
    return Reply(body=call.backend.commands.put(scope, changed))


async def remove(call: Call) -> Reply:
    call.backend.commands.remove(_scope(call), call.params["command"])
    return Reply(status=204)


async def permissions(call: Call) -> Reply:
    """Nobody has overridden the permissions of a command here."""
    call.guild()
    return Reply(body=[])


def _scope(call: Call) -> int | None:
    if call.params["application"] != str(call.backend.world.application_id):
        raise refusal(50001)
    return call.guild().id if "guild" in call.params else None


def _one(call: Call) -> Obj:
    commands = call.backend.commands.scope(_scope(call))
    found = next((command for command in commands if command["id"] == call.params["command"]), None)
    if found is None:
        raise refusal(10063)
    return found


def _routes(base: str) -> tuple[Route, ...]:
    single = base + "/{command}"
    return (
        Route(method="GET", template=base, handler=listing, rule=_READ),
        Route(method="PUT", template=base, handler=replace, rule=_WRITE),
        Route(method="POST", template=base, handler=create, rule=_WRITE),
        Route(method="GET", template=single, handler=one, rule=_READ),
        Route(method="PATCH", template=single, handler=edit, rule=_WRITE),
        Route(method="DELETE", template=single, handler=remove, rule=_WRITE),
    )


_GUILD = "/applications/{application}/guilds/{guild}/commands"
ROUTES = (
    Route(method="GET", template=f"{_GUILD}/permissions", handler=permissions, rule=_READ),
    *_routes("/applications/{application}/commands"),
    *_routes(_GUILD),
)
