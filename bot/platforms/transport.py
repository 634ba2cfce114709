"""One request to an API whose address stands in our own configuration: sent, bounded, brought back.

No redirect is followed, so that a token never travels further than it was meant to. Servers that a stranger
named are asked through `StrangersTransport`, which is the safe fetcher and knows no tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aiohttp import ClientError, ClientPayloadError, ClientSession, ClientTimeout, DummyCookieJar

from bot.errors import PlatformUnreachableError, ShapeChangedError
from bot.platforms.fetching import FEED_TYPES, HTML_TYPES, JSON_TYPES, Failure, FetchError, Limits, Validators
from bot.platforms.safe_http import SafeHttp
from bot.text.inert import quoted

Clock = Callable[[], datetime]

# The largest answers that connectors ask for are pages of 100 posts, well under a megabyte.
MAX_BYTES = 8 * 1024**2
_CHUNK = 64 * 1024
TIMEOUT = ClientTimeout(total=20, connect=5, sock_connect=5, sock_read=15)

_STRANGERS = Limits(
    types=JSON_TYPES | FEED_TYPES | HTML_TYPES | {"text/plain", "application/jrd+json"},
    body_bytes=MAX_BYTES,
    wire_bytes=MAX_BYTES,
)
_NO_ANSWER = {Failure.DNS, Failure.UNREACHABLE, Failure.TLS, Failure.TIME, Failure.GARBLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent. `url` is whole, with its parameters; secrets stand in `headers` alone.

    `known` are the validators of an answer that is held already.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    known: Validators | None = None

    @property
    def method(self) -> str:
        """POST where there is a body."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, whatever its status. `headers` have lower-case names, the last value of each."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime


class Transport(Protocol):
    """Whatever can send a request."""

    async def send(self, request: Request) -> Reply:
        """Send once. Raises PlatformUnreachableError (worth another try) or another PlatformError."""
        ...


class ApiTransport:
    """Sends to configured addresses over one session of aiohttp."""

    def __init__(self, session: ClientSession, *, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def send(self, request: Request) -> Reply:
        headers = {"Accept": "application/json", **request.headers}
        if request.known is not None:
            headers |= _conditions(request.known)
        try:
            async with self._session.request(
                request.method,
                request.url,
                data=request.body,
                headers=headers,
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                parts: list[bytes] = []
                size = 0
                async for chunk in response.content.iter_chunked(_CHUNK):
                    size += len(chunk)
                    if size > MAX_BYTES:
                        raise ShapeChangedError(
                            f"{_host(request.url)} answered with more than is read of one page."
                        )
                    parts.append(chunk)
                return Reply(
                    url=request.url,
                    status=response.status,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=b"".join(parts),
                    at=self._clock(),
                )
        except TimeoutError as error:
            raise PlatformUnreachableError(f"{_host(request.url)} did not answer in time.") from error
        except ClientPayloadError as error:
            raise PlatformUnreachableError(f"{_host(request.url)} broke off its answer.") from error
        except (ClientError, OSError) as error:
            raise PlatformUnreachableError(f"{_host(request.url)} could not be reached.") from error


class StrangersTransport:
    """Sends to servers that a stranger named, through the safe fetcher. Headers of ours do not go along."""

    def __init__(self, http: SafeHttp) -> None:
        self._http = http

    async def send(self, request: Request) -> Reply:
        try:
            if request.body is not None:
                got = await self._http.post(request.url, json=request.body, limits=_STRANGERS)
            else:
                got = await self._http.get(
                    request.url,
                    limits=_STRANGERS,
                    accept=request.headers.get("Accept"),
                    robots=False,
                    known=request.known,
                )
        except FetchError as error:
            kind = PlatformUnreachableError if error.failure in _NO_ANSWER else ShapeChangedError
            raise kind(str(error)) from error
        return Reply(url=got.url, status=got.status, headers=got.headers, body=got.body, at=got.fetched_at)


def api_session(agent: str) -> ClientSession:
    """Return a session for configured addresses: no cookies, no proxy from the environment. Close it."""
    return ClientSession(cookie_jar=DummyCookieJar(), trust_env=False, headers={"User-Agent": agent})


def _conditions(known: Validators) -> dict[str, str]:
    found = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in found.items() if value}


def _host(url: str) -> str:
    return quoted(url.partition("://")[2].partition("/")[0], limit=80)
