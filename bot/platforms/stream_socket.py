"""One websocket to a platform's stream: opened within a time, bounded in what it takes, watched for silence.

Addresses stand in our own configuration. No redirect is followed and no compression is offered, so a frame
costs no more than it weighs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import SimpleNamespace

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    DummyCookieJar,
    ServerTimeoutError,
    TraceConfig,
    TraceRequestRedirectParams,
    WebSocketError,
    WSMsgType,
    WSServerHandshakeError,
)

from bot.platforms.headers import retry_at
from bot.platforms.pacing import Clock
from bot.text.inert import quoted

# RFC 6455: a message that is too large for whoever reads it.
_TOO_BIG = 1009
_TOO_MANY = 429


class Trouble(Enum):
    """Why a stream ended, by what should be done about it."""

    DROPPED = "dropped"  # it was up and broke off: come back soon
    UNREACHABLE = "unreachable"  # nobody answered: come back, ever later
    BUSY = "busy"  # 429 or a server fault: come back when it says, or ever later
    REFUSED = "refused"  # it will not have us (400, 401, 403, 404): a person must act
    UNREADABLE = "unreadable"  # it sent what no stream sends
    OURS = "ours"  # the store, or a fault of our own


class StreamError(Exception):
    """A stream ended. `str(error)` is fit for people; before `retry_at` the server does not want us."""

    def __init__(self, trouble: Trouble, why: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(why)
        self.trouble = trouble
        self.retry_at = retry_at


class _RedirectedError(ClientError):
    """The server sent us elsewhere; a token stays where it was meant to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """Times in seconds. `ping_s`: how often we ask whether anybody is there; half of it later nobody is.

    `frame_bytes` is the largest message that is taken.
    """

    connect_s: float = 20.0
    ping_s: float = 30.0
    close_s: float = 5.0
    frame_bytes: int = 1024**2


class Socket:
    """An open stream."""

    def __init__(self, connection: ClientWebSocketResponse, *, name: str) -> None:
        self._connection = connection
        self._name = name

    async def send(self, text: str) -> None:
        """Send one message. Raises StreamError."""
        try:
            await self._connection.send_str(text)
        except (ClientError, OSError) as error:
            raise StreamError(Trouble.DROPPED, f"{self._name} broke off.") from error

    async def frames(self) -> AsyncIterator[str]:
        """Yield what comes. It never ends by itself: raises StreamError with the reason."""
        while True:
            message = await self._connection.receive()
            if message.type is WSMsgType.TEXT:
                yield message.data
            elif message.type is WSMsgType.BINARY:
                raise StreamError(Trouble.UNREADABLE, f"{self._name} sent something that is no text.")
            else:
                error = message.data if message.type is WSMsgType.ERROR else self._connection.exception()
                raise self._explained(error, code=self._connection.close_code)

    def _explained(self, error: BaseException | None, *, code: int | None) -> StreamError:
        if isinstance(error, WebSocketError) and error.code == _TOO_BIG:
            return StreamError(Trouble.UNREADABLE, f"{self._name} sent a larger message than is read.")
        if isinstance(error, WebSocketError):
            return StreamError(Trouble.UNREADABLE, f"{self._name} sent what is no websocket message.")
        if isinstance(error, ServerTimeoutError):
            return StreamError(Trouble.DROPPED, f"{self._name} fell silent.")
        if error is not None or code is None:
            return StreamError(Trouble.DROPPED, f"{self._name} broke off.")
        return StreamError(Trouble.DROPPED, f"{self._name} closed the stream (code {code}).")


def stream_session(agent: str) -> ClientSession:
    """Return a session for streams: no cookies, no proxy from the environment, no redirects. Close it."""
    trace = TraceConfig()
    trace.on_request_redirect.append(_refuse_redirect)
    return ClientSession(
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        headers={"User-Agent": agent},
        trace_configs=[trace],
    )


@asynccontextmanager
async def open_socket(
    session: ClientSession,
    url: str,
    *,
    limits: SocketLimits,
    clock: Clock,
    params: Mapping[str, str] | None = None,
    secret: Mapping[str, str] | None = None,
) -> AsyncGenerator[Socket]:
    """Connect; `secret` are headers for nobody else. The session is one of `stream_session`.

    Raises StreamError.
    """
    name = host_of(url)
    try:
        # A stream itself has no end, so only the answer to the first request has a time.
        async with asyncio.timeout(limits.connect_s):
            connection = await session.ws_connect(
                url,
                params=dict(params or {}),
                headers=dict(secret or {}),
                heartbeat=limits.ping_s,
                max_msg_size=limits.frame_bytes,
                timeout=ClientWSTimeout(ws_close=limits.close_s),  # pyright: ignore[reportCallIssue]  # a class of attrs, without its types
            )
    except TimeoutError as error:
        raise StreamError(Trouble.UNREACHABLE, f"{name} did not answer in time.") from error
    except WSServerHandshakeError as error:
        raise refused(name, error.status, headers=error.headers or {}, now=clock()) from error
    except (ClientError, OSError, ValueError) as error:
        raise unreachable(name, error) from error
    try:
        yield Socket(connection, name=name)
    finally:
        await connection.close()


def refused(name: str, status: int, *, headers: Mapping[str, str], now: datetime) -> StreamError:
    """Return what an answer means that is no stream."""
    told = {key.lower(): value for key, value in headers.items()}
    if status == _TOO_MANY or status >= 500:
        return StreamError(
            Trouble.BUSY, f"{name} is busy (answer {status}).", retry_at=retry_at(told, now=now)
        )
    if status in {401, 403}:
        return StreamError(Trouble.REFUSED, f"{name} refuses our token, or wants one (answer {status}).")
    return StreamError(Trouble.REFUSED, f"{name} has no such stream (answer {status}).")


def unreachable(name: str, error: BaseException) -> StreamError:
    """Return what a failed connection means."""
    if isinstance(error, _RedirectedError):
        return StreamError(Trouble.REFUSED, f"{name} sends us elsewhere, where we do not go.")
    return StreamError(Trouble.UNREACHABLE, f"{name} could not be reached.")


def host_of(url: str) -> str:
    """Return the host of an address, for sentences."""
    return quoted(url.partition("://")[2].partition("/")[0].rpartition("@")[2], limit=80)


async def _refuse_redirect(
    session: ClientSession, context: SimpleNamespace, params: TraceRequestRedirectParams
) -> None:
    raise _RedirectedError
