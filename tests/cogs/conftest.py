"""The real client on SimCord, with a real database of a synthetic registry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from simcord import ChannelHandle, Env, HttpLogEntry, MemberActor

from bot.app import Services
from bot.cards.limits import Kind, Problem, Upload, problems
from bot.client import Masthead
from tests.discord_spec import spec_if_present
from tests.services import case_services

WITH_FILES = frozenset({Kind.MESSAGE, Kind.REPLY, Kind.REPLY_EDIT})


@pytest_asyncio.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with case_services(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def simcord_bot(services: Services) -> Masthead:
    return Masthead(services)


@pytest.fixture
def desk(simcord_env: Env) -> ChannelHandle:
    return simcord_env.create_guild("Research").create_text_channel("desk")


@pytest.fixture
def ana(simcord_env: Env, desk: ChannelHandle) -> MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("ana"))


@pytest.fixture
def rui(simcord_env: Env, desk: ChannelHandle) -> MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("rui"))


@pytest_asyncio.fixture(autouse=True)
async def every_request_is_one_that_discord_takes(simcord_env: Env) -> AsyncIterator[None]:
    yield
    spec = spec_if_present()
    for request in simcord_env.http_requests:
        where = f"{request.method} {request.path}"
        assert (where, _problems(request)) == (where, [])
        if spec is not None:
            assert (where, spec.errors(request.method, request.path, request.json)) == (where, [])


def _problems(request: HttpLogEntry) -> list[Problem]:
    """Ask our own validator about the bodies that carry messages, answers and commands."""
    kind = _kind(request.method, request.path)
    if kind is None:
        return []
    # SimCord's log leaves the files of a request out; their entries in the body tell of them.
    body: Any = request.json
    entries: list[dict[str, Any]] = body.get("attachments") or [] if kind in WITH_FILES else []
    files = [Upload(index=int(entry["id"]), name=entry["filename"], size=1) for entry in entries]
    return problems(kind, request.json, files=files)


def _kind(method: str, path: str) -> Kind | None:
    match (method, path.split("/")[1], path.rsplit("/", 1)[-1]):
        case ("POST", "interactions", "callback"):
            return Kind.CALLBACK
        case ("POST", "channels", "messages"):
            return Kind.MESSAGE
        case ("PATCH", "webhooks", _):
            return Kind.REPLY_EDIT
        case ("POST", "webhooks", _):
            return Kind.REPLY
        case ("PUT", "applications", "commands"):
            return Kind.COMMANDS
        case _:
            return None
