"""The door of the REST side: finds the route, plays the faults, counts the limits, keeps the transcript."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.call import Call, Reply, Route
from sandbox.errors import ApiError, not_found, unauthorised
from sandbox.faults import Delay, LoseAnswer, RateLimited, Scope, Status
from sandbox.reading import read_body
from sandbox.routes import callbacks, channels, commands, guilds, messages, users, webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.backend import Backend
    from sandbox.faults import RequestFault
    from sandbox.ratelimit import Verdict

PREFIX = "/api/v10"
_ROUTES: tuple[Route, ...] = (
    *users.ROUTES,
    *guilds.ROUTES,
    *commands.ROUTES,
    *callbacks.ROUTES,
    *webhooks.ROUTES,
    *messages.ROUTES,
    *channels.ROUTES,
)
_TOKENS = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/]+")


@dataclass(slots=True)
class _Seen:
    """What the transcript will tell about one request."""

    body: object = None
    files: tuple[str, ...] = ()
    fault: str | None = None
    shared: bool = False


class Rest:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        patterns = [(re.compile(_pattern(route.template)), route) for route in _ROUTES]
        # Literal segments win over names: /users/@me is not the user called @me.
        self._routes = sorted(patterns, key=lambda pair: pair[1].template.count("{"))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        path = request.path.removeprefix(PREFIX)
        faults = self._backend.faults.take(request.method, path)
        seen = _Seen(fault=", ".join(map(str, faults)) or None)
        seen.shared = any(isinstance(f, RateLimited) and f.scope is Scope.SHARED for f in faults)
        headers: dict[str, str] = {"Via": "1.1 sandbox"}
        try:
            reply = await self._answer(request, path, faults=faults, seen=seen, headers=headers)
            status, body = reply.status, reply.body
        except ApiError as error:
            status, body = error.status, error.body
        self._note(request, path, status=status, body=body, seen=seen, started=started)
        if any(isinstance(fault, LoseAnswer) for fault in faults) and request.transport is not None:
            request.transport.abort()
        if body is None:
            return web.Response(status=status, headers=headers)
        # aiohttp's json_response would add a charset; discord.py then takes the body for text.
        headers["Content-Type"] = "application/json"
        return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)

    async def _answer(
        self,
        request: web.Request,
        path: str,
        *,
        faults: Sequence[RequestFault],
        seen: _Seen,
        headers: dict[str, str],
    ) -> Reply:
        for fault in faults:
            if isinstance(fault, Delay):
                await asyncio.sleep(fault.seconds)
        body, files = await read_body(request)
        seen.body, seen.files = body, tuple(f"{f.name} ({len(f.data):,} bytes)" for f in files)
        route, params = self._find(request.method, path)
        if not route.open and request.headers.get("Authorization") != f"Bot {self._backend.token}":
            raise unauthorised()
        for fault in faults:
            if isinstance(fault, Status):
                raise ApiError(fault.status, None)
            if isinstance(fault, RateLimited):
                raise _limited(fault, headers)
        self._count(route, params, headers=headers)
        call = Call(
            backend=self._backend,
            method=request.method,
            path=path,
            params=params,
            query=request.query,
            body=body,
            files=files,
        )
        return await route.handler(call)

    def _find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        for pattern, route in self._routes:
            match = pattern.fullmatch(path)
            if match and route.method == method:
                return route, match.groupdict()
        self._backend.complaints.append(f"no route for {method} {path}")
        raise not_found()

    def _count(self, route: Route, params: Mapping[str, str], *, headers: dict[str, str]) -> None:
        limits = self._backend.limits
        major = next((params[name] for name in ("token", "channel", "guild") if name in params), "")
        verdict = limits.take(route.rule, major=major)
        # Routes of interactions do not count against the global limit.
        whole = verdict if "token" in params else limits.take_global()
        refused = next((v for v in (whole, verdict) if not v.allowed), None)
        headers |= verdict.headers()
        if refused is not None:
            raise _over(refused, headers)

    def _note(
        self, request: web.Request, path: str, *, status: int, body: object, seen: _Seen, started: float
    ) -> None:
        if status in {401, 403, 429} and not seen.shared:
            self._backend.invalid_requests += 1
        shown = _TOKENS.sub(r"\1…", path)
        self._backend.transcript.note(
            "rest",
            f"{request.method} {shown}",
            status=status,
            ms=(time.perf_counter() - started) * 1000,
            request=seen.body,
            answer=body,
            files=seen.files,
            fault=seen.fault,
        )


def _pattern(template: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))


def _limited(fault: RateLimited, headers: dict[str, str]) -> ApiError:
    headers |= {"Retry-After": f"{fault.retry_after:.3f}", "X-RateLimit-Scope": fault.scope}
    if not fault.via:
        headers.pop("Via")
    is_global = fault.scope is Scope.GLOBAL
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    who = "The resource is" if fault.scope is Scope.SHARED else "You are"
    return ApiError(
        429, {"message": f"{who} being rate limited.", "retry_after": fault.retry_after, "global": is_global}
    )


def _over(verdict: Verdict, headers: dict[str, str]) -> ApiError:
    wait = round(verdict.reset_after_s, 3)
    scope = Scope.GLOBAL if verdict.is_global else Scope.USER
    headers |= {"Retry-After": str(wait), "X-RateLimit-Scope": scope}
    if verdict.is_global:
        headers["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": wait, "global": verdict.is_global}
    return ApiError(429, body)
