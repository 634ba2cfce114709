"""One look at one account: every request of a connector goes through here.

Requests wait for their turn, are charged before they are sent, tried again where that helps, and kept as
they came. Connectors see answers with a status of 2xx (and others that they ask for) or a PlatformError.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
from yarl import URL

from bot.errors import (
    NotThereError,
    PlatformError,
    PlatformUnreachableError,
    RateLimitedError,
    ShapeChangedError,
    SignInNeededError,
    TokenRefusedError,
    WithheldError,
)
from bot.imports.common import RowError
from bot.imports.json_values import decode
from bot.platforms.contract import Terms
from bot.platforms.fetching import Validators
from bot.platforms.headers import allowance, retry_at
from bot.platforms.pacing import LONGEST_WAIT_S, Clock, Pacer, Sleep
from bot.platforms.transport import Reply, Request, Transport
from bot.store.raw_answers import RawAnswer
from bot.store.spending import SpendId
from bot.text.inert import quoted

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 3
# Seconds before the second and third try; half of it is chance, so that many do not come back together.
BACKOFF_S = (0.5, 2.0)
KEPT_HEADERS = frozenset(
    {"content-type", "etag", "last-modified", "date", "link", "retry-after", "atproto-content-labelers"}
)


class Ledger(Protocol):
    """Who pays. Kept by the service, for one platform and one place."""

    async def charge(self, *, cost: int, what: str) -> SpendId | None:
        """Charge one request and `cost` units before it is sent. Raises SpendLimitError."""
        ...

    async def settle(self, spend_id: SpendId, *, cost: int) -> None:
        """Correct the units of a charge."""
        ...


Recall = Callable[[str], Awaitable[RawAnswer | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer for a connector. `unchanged`: the server said so (304), and the body is the one kept."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    at: datetime
    unchanged: bool = False
    charge: SpendId | None = None

    def read(self, decoder: msgspec.json.Decoder[T]) -> T:
        """Decode JSON. Raises ShapeChangedError, also for HTML where JSON was due."""
        try:
            return decode(decoder, self.body)
        except RowError as error:
            raise ShapeChangedError(f"{_host(self.url)} answered in an unknown shape ({error}).") from error


class Visit:
    """The one way for a connector to ask anything. Not shared between looks."""

    def __init__(
        self,
        terms: Terms,
        *,
        api: Transport,
        strangers: Transport,
        pacer: Pacer,
        ledger: Ledger,
        recall: Recall,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.terms = terms
        self._api = api
        self._strangers = strangers
        self._pacer = pacer
        self._ledger = ledger
        self._recall = recall
        self._clock = clock
        self._sleep = sleep
        # Answers that the service has not stored yet.
        self.kept: list[RawAnswer] = []
        # What a connector found out in one aspect and needs in the next: which server answers.
        self.memory: dict[str, str] = {}

    @property
    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return self._clock()

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        secret: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
        cost: int = 0,
        conditional: bool = False,
        stranger: bool = False,
        source: str | None = None,
    ) -> Answer:
        """GET `url` with `params`. Raises PlatformError.

        `secret` are the headers that carry a token; addresses are kept, so it never stands there. `accept`
        are statuses besides 2xx that the connector reads itself. `cost` is the worst case in the platform's
        unit. `conditional`: ask whether the kept answer still holds. `stranger`: somebody else named the
        host, so ask through the safe fetcher, which sends no header of ours but Accept.
        """
        whole = str(URL(url).update_query({k: str(v) for k, v in params.items()}) if params else URL(url))
        kept = await self._recall(f"GET {whole}") if conditional else None
        named = {**(headers or {}), **(secret or {})}
        return await self._ask(
            Request(url=whole, headers=named, known=_validators(whole, kept)),
            key=f"GET {whole}",
            accept=accept,
            cost=cost,
            stranger=stranger,
            signed=bool(secret),
            kept=kept,
            source=source,
        )

    async def post(
        self,
        url: str,
        *,
        json: object,
        headers: Mapping[str, str] | None = None,
        secret: Mapping[str, str] | None = None,
        accept: frozenset[int] = frozenset(),
        cost: int = 0,
        stranger: bool = False,
        source: str | None = None,
    ) -> Answer:
        """POST a question as JSON; see `get`."""
        body = msgspec.json.encode(json)
        named = {"Content-Type": "application/json", **(headers or {}), **(secret or {})}
        key = f"POST {url} {hashlib.sha256(body).hexdigest()[:16]}"
        return await self._ask(
            Request(url=url, headers=named, body=body),
            key=key,
            accept=accept,
            cost=cost,
            stranger=stranger,
            signed=bool(secret),
            kept=None,
            source=source,
        )

    async def settle(self, answer: Answer, *, cost: int) -> None:
        """Say what an answer cost in truth, in the platform's unit."""
        if answer.charge is not None:
            await self._ledger.settle(answer.charge, cost=cost)

    async def _ask(
        self,
        request: Request,
        *,
        key: str,
        accept: frozenset[int],
        cost: int,
        stranger: bool,
        signed: bool,
        kept: RawAnswer | None,
        source: str | None,
    ) -> Answer:
        reply, charge = await self._tried(request, key=key, cost=cost, stranger=stranger)
        if reply.status == 304 and kept is not None:
            return _answer(reply, body=kept.body, unchanged=True, charge=charge)
        self._keep(reply, key=key, source=source or self.terms.source)
        if 200 <= reply.status < 300 or reply.status in accept:
            return _answer(reply, body=reply.body, charge=charge)
        if charge is not None:
            await self._ledger.settle(charge, cost=min(cost, self.terms.error_cost))
        raise self._refusal(reply, signed=signed)

    async def _tried(
        self, request: Request, *, key: str, cost: int, stranger: bool
    ) -> tuple[Reply, SpendId | None]:
        """Send until there is an answer that is not worth another try."""
        transport = self._strangers if stranger else self._api
        host = URL(request.url).authority
        for last in (*(False,) * (TRIES - 1), True):
            await self._pacer.turn(host, self.terms.rate)
            charge = await self._ledger.charge(cost=cost, what=key[:200])
            try:
                reply = await transport.send(request)
            except PlatformUnreachableError as error:
                if last:
                    raise
                log.info("%s: %s Trying again.", self.terms.platform, error)
                await self._pause(first=charge is None)
                continue
            self._pacer.told(host, allowance(reply.headers, now=self.now))
            if reply.status == 429 or (reply.status == 503 and "retry-after" in reply.headers):
                await self._cool_down(reply, host=host, last=last)
            elif reply.status >= 500 and not last:
                log.info("%s: status %d, trying again", self.terms.platform, reply.status)
                await self._pause(first=False)
            else:
                return reply, charge
        raise AssertionError("the last try returns or raises")

    async def _cool_down(self, reply: Reply, *, host: str, last: bool) -> None:
        """Wait as long as the server wants, or give up where that is too long."""
        until = retry_at(reply.headers, now=self.now)
        self._pacer.block(host, until or self.now + timedelta(seconds=BACKOFF_S[-1]))
        waits = 0.0 if until is None else (until - self.now).total_seconds()
        if last or waits > LONGEST_WAIT_S:
            raise RateLimitedError(
                f"{quoted(host, limit=80)} answers no more requests for now.", retry_at=until
            )

    async def _pause(self, *, first: bool) -> None:
        seconds = BACKOFF_S[0] if first else BACKOFF_S[-1]
        await self._sleep(seconds * random.uniform(0.5, 1.0))  # noqa: S311  # spreads retries, guards nothing

    def _keep(self, reply: Reply, *, key: str, source: str) -> None:
        headers = {name: value for name, value in reply.headers.items() if name in KEPT_HEADERS}
        self.kept.append(
            RawAnswer(
                source=source,
                key=key,
                fetched_at=reply.at,
                status=reply.status,
                headers=headers,
                body=reply.body,
                expires_at=reply.at + self.terms.keep_raw,
            )
        )

    def _refusal(self, reply: Reply, *, signed: bool) -> PlatformError:
        host, status = _host(reply.url), reply.status
        setting = f" Set `{self.terms.token_setting}`." if self.terms.token_setting else ""
        match status:
            case 401 if signed:
                return TokenRefusedError(f"{host} refuses the token that is configured for it.")
            case 401:
                return SignInNeededError(f"{host} answers nobody without a token.{setting}")
            case 403 | 451:
                return WithheldError(f"{host} does not show this (status {status}).")
            case 404 | 410:
                return NotThereError(f"{host} knows of no such thing.", gone=status == 410)
            case _ if status >= 500:
                return PlatformUnreachableError(f"{host} has a fault of its own (status {status}).")
            case _ if 300 <= status < 400:
                return ShapeChangedError(f"{host} sends requests elsewhere, which is not followed.")
            case _:
                return ShapeChangedError(f"{host} did not understand the request (status {status}).")


def _answer(reply: Reply, *, body: bytes, charge: SpendId | None, unchanged: bool = False) -> Answer:
    return Answer(
        url=reply.url,
        status=reply.status,
        headers=reply.headers,
        body=body,
        at=reply.at,
        unchanged=unchanged,
        charge=charge,
    )


def _validators(url: str, kept: RawAnswer | None) -> Validators | None:
    if kept is None or kept.status != 200:
        return None
    etag, modified = kept.headers.get("etag"), kept.headers.get("last-modified")
    return Validators(url=url, etag=etag, last_modified=modified) if etag or modified else None


def _host(url: str) -> str:
    return quoted(URL(url).authority, limit=80)
