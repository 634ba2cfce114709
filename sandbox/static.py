"""The web page: files of this package, and headers that keep everything else out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.errors import Impossible

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_PAGE = Path(__file__).parent / "page"
_LOCAL = {"127.0.0.1", "localhost", "::1"}
# Scripts and styles of this server alone, no inline code, no frames, no outside addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def add_page(app: web.Application) -> None:
    app.middlewares.append(_guard)
    app.router.add_get("/", _index)
    app.router.add_static("/", _PAGE)


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(_PAGE / "index.html")


@web.middleware
async def _guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse what another site in the same browser, or a name that points here, could send."""
    if request.path.startswith(("/api/", "/gw")):
        return await handler(request)
    origin = request.headers.get("Origin")
    if _host(f"//{request.host}") not in _LOCAL or (origin is not None and not _same(origin, request.host)):
        return web.json_response({"error": "The sandbox answers this machine's own pages alone."}, status=403)
    try:
        response = await handler(request)
    except Impossible as error:
        response = web.json_response({"error": str(error)}, status=error.status)
    if not response.prepared:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _same(origin: str, host: str) -> bool:
    return urlsplit(origin).netloc == host
