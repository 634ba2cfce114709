"""The other two judges of a request body: Discord's OpenAPI document and SimCord."""

from __future__ import annotations

import io
import json
from enum import StrEnum
from typing import TYPE_CHECKING

import discord
import simcord
from discord.http import Route

from bot.cards.limits import Kind
from tests.sandbox.bodies import Case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.discord_spec import RequestSpec

CALLBACK = "/interactions/1/token/callback"
_PATHS = {
    Kind.MESSAGE: ("POST", "/channels/1/messages"),
    Kind.MESSAGE_EDIT: ("PATCH", "/channels/1/messages/1"),
    Kind.REPLY: ("POST", "/webhooks/1/token"),
    Kind.REPLY_EDIT: ("PATCH", "/webhooks/1/token/messages/@original"),
    Kind.CALLBACK: ("POST", CALLBACK),
    Kind.MODAL: ("POST", CALLBACK),
    Kind.AUTOCOMPLETE: ("POST", CALLBACK),
    Kind.COMMANDS: ("PUT", "/applications/1/commands"),
    Kind.THREAD: ("POST", "/channels/1/threads"),
    Kind.FORUM_POST: ("POST", "/channels/1/threads"),
    Kind.CHANNEL: ("PATCH", "/channels/1"),
    Kind.WEBHOOK: ("POST", "/channels/1/webhooks"),
}


class Verdict(StrEnum):
    TAKES = "takes"
    REFUSES = "refuses"
    CANNOT_SAY = "cannot say"  # it has no such route or field, or breaks on the body


def wrapped(case: Case) -> object:
    """Bodies that are the data of a callback, inside one."""
    kinds = {Kind.MODAL: 9, Kind.AUTOCOMPLETE: 8}
    return {"type": kinds[case.kind], "data": case.body} if case.kind in kinds else case.body


def by_document(spec: RequestSpec, case: Case) -> Verdict:
    method, path = _PATHS[case.kind]
    return Verdict.REFUSES if spec.errors(method, path, wrapped(case)) else Verdict.TAKES


class _Teller(discord.Client):
    """Answers its one command with the raw body it was given."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = discord.app_commands.CommandTree(self)
        self.case: Case | None = None
        self.answer = Verdict.CANNOT_SAY

    async def setup_hook(self) -> None:
        self.tree.command(name="tell")(_tell)
        await self.tree.sync()

    async def judged(self, route: Route, body: object, *, files: list[discord.File]) -> Verdict:
        try:
            # A copy, because SimCord writes ids into the components it is given.
            await self.http.request(route, json=json.loads(json.dumps(body)), files=files or None)
        except discord.HTTPException:
            return Verdict.REFUSES
        except Exception:  # noqa: BLE001 - a judge that breaks has no opinion; that is what is recorded
            return Verdict.CANNOT_SAY
        return Verdict.TAKES


def _files(case: Case) -> list[discord.File]:
    return [discord.File(io.BytesIO(bytes(file.size)), file.name) for file in case.files]


async def _tell(interaction: discord.Interaction[_Teller]) -> None:
    """Answer with the body that is to be judged, or edit an answer with it."""
    teller = interaction.client
    case = teller.case
    assert case is not None
    if case.kind is Kind.REPLY_EDIT:
        await interaction.response.defer()
        path = f"/webhooks/{interaction.application_id}/{interaction.token}/messages/@original"
        teller.answer = await teller.judged(Route("PATCH", path), case.body, files=_files(case))
        return
    if case.kind is Kind.REPLY:
        await interaction.response.send_message("first")
        path = f"/webhooks/{interaction.application_id}/{interaction.token}"
        teller.answer = await teller.judged(Route("POST", path), case.body, files=_files(case))
        return
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    teller.answer = await teller.judged(Route("POST", path), wrapped(case), files=_files(case))
    if teller.answer is not Verdict.TAKES:
        await interaction.response.send_message("refused")


async def by_simcord(cases: Sequence[Case]) -> dict[int, Verdict]:
    """Ask SimCord by the requests of a bot that runs in it; verdicts by the position of the case."""
    teller = _Teller()
    async with simcord.run(teller) as env:
        guild, other = env.create_guild(), env.create_guild()
        desk = guild.create_text_channel("desk")
        ana = guild.add_member(env.create_user("ana"))
        verdicts: dict[int, Verdict] = {}
        for number, case in enumerate(cases):
            if case.kind in {Kind.CALLBACK, Kind.MODAL, Kind.REPLY, Kind.REPLY_EDIT}:
                teller.case = case
                await ana.slash(desk, "tell")
                verdicts[number] = teller.answer
            else:
                verdicts[number] = await _by_route(teller, case, desk=desk.id, guild=other.id)
        return verdicts


async def _by_route(teller: _Teller, case: Case, *, desk: int, guild: int) -> Verdict:
    """`guild` is another than the desk's, so that the command that asks stays registered."""
    routes = {
        Kind.MESSAGE: Route("POST", f"/channels/{desk}/messages"),
        Kind.THREAD: Route("POST", f"/channels/{desk}/threads"),
        Kind.CHANNEL: Route("PATCH", f"/channels/{desk}"),
        Kind.COMMANDS: Route("PUT", f"/applications/{teller.application_id}/guilds/{guild}/commands"),
    }
    route = routes.get(case.kind)
    if case.kind is Kind.MESSAGE_EDIT:
        before = {key: value for key, value in (case.before or {"content": "old"}).items() if value}
        standing = await teller.http.request(routes[Kind.MESSAGE], json=before)
        route = Route("PATCH", f"/channels/{desk}/messages/{standing['id']}")
    if route is None:
        return Verdict.CANNOT_SAY
    return await teller.judged(route, case.body, files=_files(case))
