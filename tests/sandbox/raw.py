"""Requests to the sandbox without any library between, to see what is on the wire."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.cards.limits import Upload
    from sandbox.server import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


async def ask(
    sandbox: Sandbox,
    method: str,
    path: str,
    *,
    body: object = None,
    files: Sequence[Upload] = (),
    token: str = "sandbox",  # noqa: S107 - the sandbox's own
    base: str = "/api/v10",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request. With `files` the body goes as `payload_json` beside parts of those sizes."""
    sent: dict[str, str] = {"Authorization": f"Bot {token}", **(headers or {})}
    data: aiohttp.FormData | bytes | None = None
    if files:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body), content_type="application/json")
        for file in files:
            form.add_field(f"files[{file.index}]", io.BytesIO(bytes(file.size)), filename=file.name)
        data = form
    elif body is not None:
        sent["Content-Type"] = "application/json"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{sandbox.url}{base}{path}", data=data, headers=sent) as answer,
    ):
        raw = await answer.read()
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        parsed = json.loads(raw) if is_json else raw or None
        return Answer(status=answer.status, headers=dict(answer.headers), body=parsed)
