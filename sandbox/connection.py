"""One gateway socket from HELLO to its end: order, sizes, rates and heartbeats of what the client sends."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, cast

from aiohttp import WSMsgType, web

from sandbox.session import Close, Line, Op, Session

if TYPE_CHECKING:
    from sandbox.gateway import Gateway
    from sandbox.wire import Obj

_SEND_BYTES = 4096
_SENDS, _SEND_WINDOW_S = 120, 60.0


class Connection:
    """Reads one socket and turns its frames into calls of the gateway."""

    def __init__(self, gateway: Gateway, line: Line) -> None:
        self._gateway = gateway
        self._line = line
        self._sent: deque[float] = deque(maxlen=_SENDS)
        self.session: Session | None = None

    async def listen(self, socket: web.WebSocketResponse, *, heartbeat_s: float) -> None:
        loop = asyncio.get_running_loop()
        # Discord waits for a heartbeat a little longer than it asked for.
        patience_s = heartbeat_s * 1.5
        deadline = loop.time() + patience_s
        while True:
            try:
                message = await socket.receive(timeout=max(0.001, deadline - loop.time()))
            except TimeoutError:
                self._line.close(Close.SESSION_TIMED_OUT)
                deadline = loop.time() + patience_s
                continue
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            op = self._received(cast("str | bytes", message.data), now=loop.time())
            if op is Op.HEARTBEAT:
                deadline = loop.time() + patience_s

    def _received(self, raw: str | bytes, *, now: float) -> Op | None:
        text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
        if len(text.encode()) > _SEND_BYTES:
            return self._close(Close.DECODE_ERROR)
        if len(self._sent) == _SENDS and now - self._sent[0] < _SEND_WINDOW_S:
            return self._close(Close.RATE_LIMITED)
        self._sent.append(now)
        try:
            frame = json.loads(text)
        except ValueError:
            return self._close(Close.DECODE_ERROR)
        if not isinstance(frame, dict):
            return self._close(Close.DECODE_ERROR)
        body = cast("Obj", frame)
        try:
            op = Op(cast("int", body.get("op")))
        except ValueError:
            return self._close(Close.UNKNOWN_OPCODE)
        self._gateway.note_received(op, body.get("d"))
        data = cast("Obj", body["d"]) if isinstance(body.get("d"), dict) else {}
        self._obey(op, data)
        return op

    def _obey(self, op: Op, data: Obj) -> None:
        match op:
            case Op.HEARTBEAT:
                self._gateway.acknowledge_heartbeat(self._line)
            case Op.IDENTIFY | Op.RESUME if self.session is not None:
                self._close(Close.ALREADY_AUTHENTICATED)
            case Op.IDENTIFY:
                self._opened(self._gateway.identify(self._line, data))
            case Op.RESUME:
                self._opened(self._gateway.resume(self._line, data))
            case _ if self.session is None:
                self._close(Close.NOT_AUTHENTICATED)
            case Op.REQUEST_MEMBERS:
                self._gateway.members_chunk(self.session, data)
            case Op.PRESENCE | Op.VOICE_STATE:
                pass
            case _:
                self._close(Close.UNKNOWN_OPCODE)

    def _opened(self, answer: Session | Close | None) -> None:
        if isinstance(answer, Session):
            self.session = answer
        elif answer is None:
            self._line.send(Op.INVALID_SESSION, data=False)
        else:
            self._close(answer)

    def _close(self, code: Close) -> None:
        self._line.close(code)
