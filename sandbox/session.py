"""One gateway session: its numbered dispatches, and the socket that carries them at the moment."""

from __future__ import annotations

import asyncio
import json
import logging
import zlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.transcript import Transcript

log = logging.getLogger(__name__)


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """topics/opcodes-and-status-codes.mdx, "Gateway Close Event Codes"."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    INVALID_API_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


class Line:
    """A websocket with an ordered way out, compressed when the client asked for it."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool, transcript: Transcript) -> None:
        self._socket = socket
        self._transcript = transcript
        self._deflate = zlib.compressobj() if compressed else None
        self._waiting: asyncio.Queue[tuple[str, float] | int] = asyncio.Queue()
        self.closing = False

    @property
    def open(self) -> bool:
        return not self._socket.closed

    def send(self, op: Op, data: object, *, event: str | None = None, s: int | None = None) -> None:
        frame = json.dumps({"op": op, "d": data, "s": s, "t": event})
        title = f"{event} s={s}" if event else op.name
        self._transcript.note("gateway", title, direction="out", request=data if event else None)
        self._waiting.put_nowait((frame, 0.0))

    def send_frame(self, frame: str, *, delay_s: float) -> None:
        self._waiting.put_nowait((frame, delay_s))

    def close(self, code: int) -> None:
        """Close after everything that was sent before."""
        self.closing = True
        self._waiting.put_nowait(code)

    async def drain(self) -> None:
        """Send until closed. Ends quietly when the other side is gone: its session keeps what it missed."""
        while self.open:
            item = await self._waiting.get()
            if isinstance(item, int):
                await self._socket.close(code=item)
                return
            frame, delay_s = item
            if delay_s:
                await asyncio.sleep(delay_s)
            try:
                await self._transmit(frame)
            except ConnectionError:
                log.debug("a gateway frame was lost with its connection")
                return

    async def _transmit(self, frame: str) -> None:
        if self._deflate is None:
            await self._socket.send_str(frame)
            return
        packed = self._deflate.compress(frame.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(packed)


@dataclass(slots=True, kw_only=True)
class Session:
    """Dispatches are kept for a resume, with their numbers; `line` is None while nobody is connected."""

    id: str
    intents: int
    shard: tuple[int, int]
    transcript: Transcript
    delay_s: Callable[[], float]
    seq: int = 0
    kept: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    line: Line | None = None
    lost_at: datetime | None = None

    def dispatch(self, event: str, data: object) -> None:
        self.seq += 1
        frame = json.dumps({"op": Op.DISPATCH, "d": data, "s": self.seq, "t": event})
        self.kept.append((self.seq, frame))
        self.transcript.note("gateway", f"{event} s={self.seq}", direction="out", request=data)
        if self.line is not None:
            self.line.send_frame(frame, delay_s=self.delay_s())

    def replay(self, seq: int) -> int:
        """Send again what came after `seq`; return how many that were."""
        missed = [frame for number, frame in self.kept if number > seq]
        for frame in missed:
            if self.line is not None:
                self.line.send_frame(frame, delay_s=0.0)
        return len(missed)

    def has_guild(self, guild_id: int) -> bool:
        """Whether this shard is told about the guild (topics/gateway.mdx, "Sharding")."""
        shard, of = self.shard
        return (guild_id >> 22) % of == shard
