"""Permissions hold for every command and every button, tried with every role on real sockets."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands, ui

import cogs
from bot.watch.service import WatchService
from sandbox.errors import Impossible
from sandbox.server import Sandbox
from tests.sandbox.browser.live_bot import masthead
from tests.sandbox.office import ROLES, Office, office, seat
from tests.sandbox.rights import TABLE, Try
from tests.sandbox.test_watching import Newsroom
from tests.services import NOW, case_services

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.client import Masthead

# How the bot says no. Everything else that goes wrong says something else.
REFUSED = re.compile(
    r"[Yy]ou may not|[Oo]nly (?:who|its maker|the member)|you need (?:the permission|Manage)"
    r"|not your subscription|no watchlist here that you may change"
)
FAULTY = re.compile(r"Something went wrong|cannot be used right now|did not respond")
_ALTERNATIVES = re.compile(r"\(\?P<\w+>([a-z]+(?:\|[a-z]+)+)\)")
_GROUP = re.compile(r"\(\?P<\w+>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def _classes() -> Iterator[type]:
    """Yield every class of the modules that know Discord's commands."""
    for module in pkgutil.iter_modules(cogs.__path__):
        found = importlib.import_module(f"cogs.{module.name}")
        for each in vars(found).values():
            if isinstance(each, type) and each.__module__ == found.__name__:
                yield each


def _ids(template: str) -> Iterator[str]:
    """Yield the custom ids of a template, one for each act, with * for numbers."""
    choice = _ALTERNATIVES.search(template)
    if choice is None:
        yield _GROUP.sub("*", template)
        return
    for act in choice[1].split("|"):
        yield from _ids(template[: choice.start()] + act + template[choice.end() :])


def persistent() -> set[str]:
    """Return every button and choice that outlives a restart."""
    found: set[str] = set()
    for each in _classes():
        template: re.Pattern[str] | None = getattr(each, "__discord_ui_compiled_template__", None)
        if template is not None:
            found.update(_ids(template.pattern))
    return found


def commands(bot: Masthead) -> set[str]:
    """Return every command as it is typed, and every menu."""
    typed = {
        f"/{each.qualified_name}"
        for each in bot.tree.walk_commands()
        if isinstance(each, app_commands.Command)
    }
    kinds = (discord.AppCommandType.message, discord.AppCommandType.user)
    return typed | {f"menu {each.name}" for kind in kinds for each in bot.tree.get_commands(type=kind)}


def test_every_button_and_form_stands_in_the_table() -> None:
    # Behind the comma stands a case of the same button.
    tried = {name.partition(",")[0] for name in TABLE if not name.startswith(("/", "menu "))}
    assert persistent() == tried
    abstract = {"Form"}
    forms = {each.__name__ for each in _classes() if issubclass(each, ui.Modal)} - abstract
    assert forms == {form for each in TABLE.values() for form in each.forms}


def test_no_button_is_known_to_one_message_alone() -> None:
    """Such a one could not be tried here, and would be dead after a restart."""
    kinds = (
        ui.Button,
        ui.Select,
        ui.RoleSelect,
        ui.ChannelSelect,
        ui.UserSelect,
        ui.MentionableSelect,
        ui.View,
    )
    assert [each for each in _classes() if issubclass(each, kinds)] == []


@pytest.mark.parametrize("role", ROLES)
async def test_every_command_and_button_asks_for_the_role(role: str, tmp_path: Path) -> None:
    """One member tries everything; what is above their role is refused, and changes nothing."""
    async with case_services(tmp_path) as case, Sandbox() as sandbox:
        watch = WatchService(case.database, clock=lambda: NOW, aliases=case.checks.aliases)
        services = replace(case, watch=watch)
        seated = seat(sandbox, role)
        async with masthead(services, sandbox) as bot:
            room = Newsroom(
                sandbox=sandbox,
                services=services,
                bot=bot,
                ada=sandbox.person("ada"),
                ana=sandbox.person("ana"),
                desk=sandbox.channel("desk"),
                alerts=sandbox.channel("alerts"),
            )
            await room.watching()
            at = await office(room, seated)
            # A case of a command stands behind its name.
            assert commands(bot) == {name.removesuffix(" direct") for name in TABLE if name[0] in "/m"}
            wrong = [said for name, each in TABLE.items() for said in await _tried(at, name, each)]
            assert wrong == []
            assert await services.curation.examine() == []
        assert sandbox.backend.complaints == []


async def _tried(at: Office, name: str, each: Try) -> list[str]:
    """Return what is wrong with what one member was answered."""
    changed = False
    try:
        said, changed = await at.attempt(each.act)
    except Impossible as error:
        # Discord itself does not offer it.
        said = f"You may not: {error}" if "permission" in str(error) else f"Something went wrong: {error}"
    refused = REFUSED.search(said) is not None
    wrong: list[str] = []
    if FAULTY.search(said):
        wrong.append(f"{at.role}: {name}: {said}")
    if refused is (at.role in each.may):
        wrong.append(f"{at.role}: {name}: {'refused' if refused else 'let through'}: {said[-300:]}")
    if each.writes is not None and changed is not (each.writes and at.role in each.may):
        wrong.append(
            f"{at.role}: {name}: {'changed something' if changed else 'changed nothing'}: {said[-300:]}"
        )
    return wrong
