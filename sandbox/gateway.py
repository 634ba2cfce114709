"""The gateway: sockets in, sessions kept, dispatches out (topics/gateway.mdx)."""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from aiohttp import web

from sandbox.connection import Connection
from sandbox.dispatches import PRIVILEGED, Intent, of_happening
from sandbox.faults import Counted
from sandbox.hub import BotConnection
from sandbox.session import Close, Line, Op, Session
from sandbox.wire import Obj, member_json, user_json
from sandbox.wire_guild import guild_json

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.faults import Faults
    from sandbox.hub import Happening, Hub
    from sandbox.transcript import Transcript
    from sandbox.world import World

log = logging.getLogger(__name__)

_ALL_INTENTS = (1 << 26) - 1
_RESUMABLE = timedelta(minutes=5)
_SAFE_CLOSES = {1000, 1001}  # these end the session; any other code leaves it resumable


class Gateway:
    def __init__(
        self,
        world: World,
        hub: Hub,
        *,
        clock: Clock,
        faults: Faults,
        transcript: Transcript,
        token: str,
        heartbeat_ms: int,
        allowed_intents: Intent,
    ) -> None:
        self._world = world
        self._hub = hub
        self._clock = clock
        self._faults = faults
        self._transcript = transcript
        self._token = token
        self._heartbeat_ms = heartbeat_ms
        self._allowed_intents = allowed_intents
        self._sessions: dict[str, Session] = {}
        self.identifies = 0
        self.base_url = ""
        hub.listen(self._on_happening)

    @property
    def connected(self) -> bool:
        return any(session.line is not None for session in self._sessions.values())

    @property
    def sessions(self) -> tuple[Session, ...]:
        return tuple(self._sessions.values())

    def dispatch(self, event: str, data: object, *, guild_id: int | None) -> int:
        """Send to the session in charge, or keep it for its resume; return how many sessions there were."""
        told = [s for s in self._sessions.values() if self._concerns(s, guild_id)]
        for session in told:
            session.dispatch(event, data)
        return len(told)

    def drop(self, code: int = Close.UNKNOWN_ERROR) -> None:
        for session in self._sessions.values():
            if session.line is not None:
                session.line.close(code)

    def ask_to_reconnect(self) -> None:
        for session in self._sessions.values():
            if session.line is not None:
                session.line.send(Op.RECONNECT, None)

    def invalidate(self, *, resumable: bool) -> None:
        for session in tuple(self._sessions.values()):
            if session.line is not None:
                session.line.send(Op.INVALID_SESSION, resumable)
            if not resumable:
                self._forget(session)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        until = self._faults.refuse_gateway_until
        if until is not None and self._clock.now() < until:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=1 << 20, timeout=1.0)
        await socket.prepare(request)
        compressed = request.query.get("compress") == "zlib-stream"
        line = Line(socket, compressed=compressed, transcript=self._transcript)
        if request.query.get("v") != "10":
            line.close(Close.INVALID_API_VERSION)
        line.send(Op.HELLO, {"heartbeat_interval": self._heartbeat_ms, "_trace": []})
        sender = asyncio.create_task(line.drain())
        connection = Connection(self, line)
        try:
            await connection.listen(socket, heartbeat_s=self._heartbeat_ms / 1000)
        finally:
            if not line.closing:
                sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            self._lost(connection.session, line=line, code=socket.close_code)
        return socket

    def identify(self, line: Line, data: Obj) -> Session | Close:
        """Open a session, or say with which code the line must close."""
        self.identifies += 1
        if data.get("token") != self._token:
            return Close.AUTHENTICATION_FAILED
        intents = data.get("intents")
        if not isinstance(intents, int) or isinstance(intents, bool) or intents & ~_ALL_INTENTS:
            return Close.INVALID_INTENTS
        if intents & PRIVILEGED & ~self._allowed_intents:
            return Close.DISALLOWED_INTENTS
        shard = _shard(data.get("shard"))
        if shard is None:
            return Close.INVALID_SHARD
        session = Session(
            id=secrets.token_hex(16),
            intents=intents,
            shard=shard,
            transcript=self._transcript,
            delay_s=lambda: self._faults.dispatch_delay_s,
        )
        session.line = line
        self._sessions[session.id] = session
        self._greet(session)
        self._hub.tell(BotConnection(connected=True))
        return session

    def resume(self, line: Line, data: Obj) -> Session | Close | None:
        """Take a session up again; None asks the client to identify anew."""
        if data.get("token") != self._token:
            return Close.AUTHENTICATION_FAILED
        session = self._sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        if self._faults.use(Counted.FAIL_RESUME):
            if session is not None:
                self._forget(session)
            return None
        expired = session and session.lost_at and self._clock.now() - session.lost_at > _RESUMABLE
        if session is None or expired or not isinstance(seq, int):
            return None
        if seq > session.seq:
            return Close.INVALID_SEQ
        session.line = line
        session.lost_at = None
        session.replay(seq)
        # A dict, because discord.py writes into it.
        session.dispatch("RESUMED", {"_trace": []})
        self._hub.tell(BotConnection(connected=True))
        return session

    def note_received(self, op: Op, data: object) -> None:
        self._transcript.note("gateway", op.name, request=data)

    def acknowledge_heartbeat(self, line: Line) -> None:
        if not self._faults.use(Counted.NO_HEARTBEAT_ACK):
            line.send(Op.HEARTBEAT_ACK, None)

    def members_chunk(self, session: Session, data: Obj) -> None:
        """Answer op 8. Without the members intent only ids may be asked for (topics/gateway-events.mdx)."""
        guild = self._world.guilds.get(int(str(data.get("guild_id"))))
        if guild is None:
            return
        wanted = data.get("user_ids")
        ids = [str(n) for n in cast("list[object]", wanted if isinstance(wanted, list) else [wanted])]
        everybody = bool(session.intents & Intent.GUILD_MEMBERS) and data.get("query") == ""
        found = [m for m in guild.members.values() if everybody or str(m.user.id) in ids]
        chunk: Obj = {
            "guild_id": str(guild.id),
            "chunk_index": 0,
            "chunk_count": 1,
            "nonce": data.get("nonce"),
        }
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk | {"members": [member_json(m) for m in found]})

    def _greet(self, session: Session) -> None:
        guilds = [guild for guild in self._world.guilds.values() if session.has_guild(guild.id)]
        ready: Obj = {
            "v": 10,
            "user": user_json(self._world.bot) | {"mfa_enabled": True, "verified": True, "email": None},
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": f"{self.base_url.replace('http', 'ws', 1)}/gw",
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "application": {"id": str(self._world.application_id), "flags": 0},
            "shard": list(session.shard),
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "_trace": [],
        }
        session.dispatch("READY", ready)
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                bot = guild.members[self._world.bot.id]
                session.dispatch("GUILD_CREATE", guild_json(guild, bot=bot))

    def _on_happening(self, happening: Happening) -> None:
        dispatch = of_happening(happening, world=self._world, base_url=self.base_url)
        if dispatch is None:
            return
        for session in self._sessions.values():
            if not self._concerns(session, dispatch.guild_id):
                continue
            if dispatch.intent is not None and not session.intents & dispatch.intent:
                continue
            bare = dispatch.bare is not None and not session.intents & Intent.MESSAGE_CONTENT
            session.dispatch(dispatch.event, dispatch.bare if bare else dispatch.data)

    def _concerns(self, session: Session, guild_id: int | None) -> bool:
        # Direct messages go to the first shard.
        return session.shard[0] == 0 if guild_id is None else session.has_guild(guild_id)

    def _lost(self, session: Session | None, *, line: Line, code: int | None) -> None:
        self._transcript.note("gateway", f"closed {code}", direction="in")
        if session is None or session.line is not line:
            return
        session.line = None
        session.lost_at = self._clock.now()
        # A client answers our own close with 1000, which says nothing about its wish.
        if code in _SAFE_CLOSES and not line.closing:
            self._forget(session)
        self._hub.tell(BotConnection(connected=self.connected))

    def _forget(self, session: Session) -> None:
        self._sessions.pop(session.id, None)


def _shard(value: object) -> tuple[int, int] | None:
    if value is None:
        return (0, 1)
    match value:
        case [int(shard), int(of)] if 0 <= shard < of:
            return (shard, of)
        case _:
            return None
