"""The fetcher for strangers' URLs: websites, feeds, icons, short links, servers of the fediverse.

Whoever can name a host can make this fetch it, so every fetch stands alone: its own connections through
`guard`, no cookies, no credentials, no proxy, limits on bytes, time and redirects, robots.txt respected.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NoReturn
from weakref import WeakValueDictionary

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    ServerTimeoutError,
)
from yarl import URL

from bot.accounts.hosts import canonical_host, is_public_name
from bot.platforms.bodies import ACCEPTED, BrokenBodyError, OversizedBodyError, read_body
from bot.platforms.certificates import handshake
from bot.platforms.fetching import (
    PAGE,
    ROBOTS,
    Certificate,
    Failure,
    Fetched,
    FetchError,
    Limits,
    Validators,
    media_type,
)
from bot.platforms.guard import (
    NOTHING,
    WEB_PORTS,
    Allowed,
    BlockedAddressError,
    Lookup,
    Meter,
    SystemLookup,
    guarded_connector,
)
from bot.platforms.robots import AGENT, RobotsCache

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
_Asked = AbstractAsyncContextManager[ClientResponse]

MAX_URL = 4_096
# Validators are sent back as they came; longer ones are nobody's.
MAX_VALIDATOR = 256
# What some readers take for a slash or the end of an address.
_SPLITTING = frozenset('\\ <>"')
_AUTHORITY_END = re.compile("[/?#]")
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CONNECT_S = 5.0
CERTIFICATE_BYTES = 65_536
CONCURRENT = 8


def user_agent(contact: str) -> str:
    """Return how Masthead introduces itself. `contact` is a URL or address of whoever runs it, or empty."""
    return f"{AGENT}/0.1 (research; +{contact})" if contact else f"{AGENT}/0.1 (research; no contact given)"


@dataclass(slots=True, kw_only=True)
class _Job:
    """One fetch under way: where it stands and what it has cost."""

    url: URL
    limits: Limits
    meter: Meter
    hops: list[str]

    def fail(self, failure: Failure, detail: str) -> NoReturn:
        host = self.url.host or "The address"
        raise FetchError(failure, host=host, detail=detail, received=self.meter.received)


class SafeHttp:
    """Fetches strangers' URLs. Make one for the whole program and close it at the end.

    `lookup`, `allow` and `trust` are for tests: a name look-up of their own, addresses that may be
    reached besides the public ones, and a certificate authority of their own.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        contact: str = "",
        lookup: Lookup | None = None,
        allow: Allowed = NOTHING,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._agent = user_agent(contact)
        self._system = SystemLookup() if lookup is None else None
        self._lookup: Lookup = lookup or self._system or SystemLookup()
        self._allow = allow
        self._trust = trust
        self._slots = asyncio.Semaphore(CONCURRENT)
        # One request at a time to one host.
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._robots = RobotsCache(clock=clock)

    def close(self) -> None:
        """Let go of the threads that look names up."""
        if self._system is not None:
            self._system.close()

    async def get(
        self,
        url: str,
        *,
        limits: Limits = PAGE,
        accept: str | None = None,
        robots: bool = True,
        known: Validators | None = None,
    ) -> Fetched:
        """Fetch a page, following redirects. Raises FetchError.

        `accept` is the Accept header, by default the types of `limits`. `robots` is false for addresses
        that are made for programs (APIs, feeds that somebody subscribes to). With `known` an unchanged
        page comes back as status 304 without a body.
        """
        headers = {"Accept": accept or ", ".join(sorted(limits.types))}
        async with self._slots:
            return await self._limited(url, limits=limits, headers=headers, robots=robots, known=known)

    async def post(self, url: str, *, json: bytes, limits: Limits) -> Fetched:
        """Send JSON to an API that is open to all. A redirect comes back as it is. Raises FetchError."""
        headers = {"Accept": ", ".join(sorted(limits.types)), "Content-Type": "application/json"}
        async with self._slots:
            return await self._limited(url, limits=limits, headers=headers, robots=False, body=json)

    async def certificate(self, host: str, *, port: int = 443, total_s: float = 8.0) -> Certificate:
        """Return the certificate that `host` shows, when it is valid for it. Raises FetchError."""
        job = self._job(f"https://{host}:{port}/", Limits(types=frozenset(), wire_bytes=CERTIFICATE_BYTES))
        async with self._slots:
            try:
                async with asyncio.timeout(total_s):
                    return await handshake(
                        self._lookup,
                        job.url.host or "",
                        port=port,
                        meter=job.meter,
                        allow=self._allow,
                        trust=self._trust,
                    )
            except (OSError, TimeoutError) as error:
                self._explain(job, error)

    async def _limited(
        self,
        url: str,
        *,
        limits: Limits,
        headers: dict[str, str],
        robots: bool,
        known: Validators | None = None,
        body: bytes | None = None,
    ) -> Fetched:
        job = self._job(url, limits)
        try:
            async with asyncio.timeout(limits.total_s), self._session(job, headers) as session:
                return await self._follow(session, job, robots=robots, known=known, body=body)
        except (ClientError, BrokenBodyError, OversizedBodyError, OSError, TimeoutError) as error:
            self._explain(job, error)

    def _job(self, url: str, limits: Limits) -> _Job:
        job = _Job(url=URL(), limits=limits, meter=Meter(limits.wire_bytes), hops=[])
        job.url = self._checked(url, job)
        return job

    def _session(self, job: _Job, headers: dict[str, str]) -> ClientSession:
        return ClientSession(
            connector=guarded_connector(self._lookup, meter=job.meter, allow=self._allow),
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            # The time of the whole fetch is limited around it.
            timeout=ClientTimeout(total=None, sock_connect=CONNECT_S),
            headers={"User-Agent": self._agent, "Accept-Encoding": ACCEPTED, **headers},
        )

    async def _follow(
        self,
        session: ClientSession,
        job: _Job,
        *,
        robots: bool,
        known: Validators | None,
        body: bytes | None,
    ) -> Fetched:
        while True:
            address = str(job.url)
            if address in job.hops:
                job.fail(Failure.REDIRECTS, f"{address} for the second time")
            job.hops.append(address)
            if robots and not await self._robots.allows(job.url, fetch=self._robots_txt):
                job.fail(Failure.ROBOTS, address)
            lock = self._hosts.setdefault(job.url.host or "", asyncio.Lock())
            async with lock, self._ask(session, job, known=known, body=body) as response:
                sent_on = response.headers.get("Location") if response.status in REDIRECTS else None
                if sent_on is None or body is not None:
                    return await self._read(response, job)
            self._turn(job, sent_on)

    async def _robots_txt(self, url: str) -> Fetched:
        # Not through `get`: the fetch that needs it holds a slot already.
        return await self._limited(url, limits=ROBOTS, headers={"Accept": "text/plain"}, robots=False)

    def _ask(
        self, session: ClientSession, job: _Job, *, known: Validators | None, body: bytes | None
    ) -> _Asked:
        conditions: dict[str, str] = {}
        if known is not None and known.url == str(job.url):
            if known.etag:
                conditions["If-None-Match"] = known.etag
            if known.last_modified:
                conditions["If-Modified-Since"] = known.last_modified
        return session.request(
            "GET" if body is None else "POST",
            job.url,
            data=body,
            headers=conditions,
            allow_redirects=False,
            ssl=True if self._trust is None else self._trust,
        )

    def _turn(self, job: _Job, location: str) -> None:
        """Go where a redirect points, by the same rules as for a typed address."""
        if len(job.hops) > job.limits.redirects:
            job.fail(Failure.REDIRECTS, f"more than {job.limits.redirects}")
        before = job.url
        if not _plain(location):
            job.fail(Failure.ADDRESS, "a redirect to no address")
        try:
            target = URL(location)
            joined = str(before.join(target))
        except ValueError:
            job.fail(Failure.ADDRESS, "a redirect to no address")
        # "http:///host/" and "http:host" are read in two ways, and as a path by yarl.
        if target.scheme and not target.host:
            job.fail(Failure.ADDRESS, "a redirect to no host")
        job.url = self._checked(joined, job)
        if before.scheme == "https" and job.url.scheme == "http":
            job.fail(Failure.DOWNGRADE, str(job.url))

    def _checked(self, address: str, job: _Job) -> URL:
        """Return a web address in its canonical spelling; fail when it is none that may be asked."""
        if not _plain(address):
            job.fail(Failure.ADDRESS, "not a web address")
        try:
            url = URL(address)
            host, port = url.host or "", url.port or 0
        except ValueError:
            job.fail(Failure.ADDRESS, "not a web address")
        # yarl drops an empty login ("http://@host/"), so the text itself is looked at as well.
        login = url.user is not None or "@" in _AUTHORITY_END.split(address.partition("//")[2], maxsplit=1)[0]
        if url.scheme not in {"http", "https"} or login:
            job.fail(Failure.ADDRESS, "another scheme, or a login in the address")
        if (host, port) in self._allow:
            return url.with_fragment(None)
        name = canonical_host(host)
        if name is None or not is_public_name(name):
            job.fail(Failure.ADDRESS, "not a public host name")
        if port not in WEB_PORTS and port not in {allowed for _, allowed in self._allow}:
            job.fail(Failure.ADDRESS, f"port {port}")
        return url.with_host(name).with_fragment(None)

    async def _read(self, response: ClientResponse, job: _Job) -> Fetched:
        headers = {name.lower(): value for name, value in response.headers.items()}
        body, cut = b"", False
        if media_type(headers.get("content-type", "")) in job.limits.types:
            body, cut = await read_body(
                response.content.iter_chunked(65_536),
                encoding=headers.get("content-encoding", ""),
                limit=job.limits.body_bytes,
                cut=job.limits.cut,
            )
        elif response.status == 200:
            job.fail(Failure.TYPE, headers.get("content-type", "no type")[:100])
        url = str(job.url)
        return Fetched(
            url=url,
            hops=tuple(job.hops),
            status=response.status,
            headers=MappingProxyType(headers),
            body=body,
            cut=cut,
            received=job.meter.received,
            fetched_at=self._clock(),
            validators=_validators(url, headers),
        )

    def _explain(self, job: _Job, error: Exception) -> NoReturn:
        """Turn what went wrong on the way into a FetchError."""
        failure, detail = _failure(error)
        if job.meter.exceeded:
            failure, detail = Failure.SIZE, f"more than {job.meter.limit} bytes received"
        log.debug("fetch of %s failed: %s (%s)", job.url, failure, detail)
        try:
            job.fail(failure, detail)
        except FetchError as told:
            raise told from error


def _plain(text: str) -> bool:
    """Whether nothing in a text could be read as another address by another reader."""
    return len(text) <= MAX_URL and text.isprintable() and not _SPLITTING.intersection(text)


def _validators(url: str, headers: Mapping[str, str]) -> Validators:
    def kept(name: str) -> str | None:
        value = headers.get(name, "")
        return value if 0 < len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else None

    return Validators(url=url, etag=kept("etag"), last_modified=kept("last-modified"))


def _failure(error: BaseException) -> tuple[Failure, str]:
    inner = getattr(error, "os_error", error)
    match inner:
        case BlockedAddressError():
            return Failure.ADDRESS, str(inner)
        case OversizedBodyError():
            return Failure.SIZE, "the body"
        case BrokenBodyError():
            return Failure.GARBLED, str(inner)
        case ssl.SSLError():
            return Failure.TLS, str(inner.reason or inner)
        case InvalidURL():
            return Failure.ADDRESS, "not a web address"
        case _ if isinstance(error, ClientConnectorDNSError):
            return Failure.DNS, str(inner)
        case ServerTimeoutError() | TimeoutError():
            return Failure.TIME, "no answer in time"
        case OSError():
            return Failure.UNREACHABLE, str(inner)
        case _:
            return Failure.GARBLED, f"{type(error).__name__}"
