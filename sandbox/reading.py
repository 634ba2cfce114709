"""Bodies of requests: JSON, or a form with files beside `payload_json`."""

from __future__ import annotations

import json
import re
from typing import cast

from aiohttp import web

from sandbox.errors import refusal
from sandbox.uploads import FilePart

_FILE = re.compile(r"files\[(\d{1,2})\]")


async def read_body(request: web.Request) -> tuple[object, list[FilePart]]:
    """Return the JSON (None when there is no body) and the files. Raises ApiError 50109."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        files: list[FilePart] = []
        for name, part in form.items():
            match = _FILE.fullmatch(name)
            if match and isinstance(part, web.FileField):
                files.append(_part(int(match[1]), part))
        return _parsed(cast("str", form.get("payload_json", "{}"))), files
    raw = await request.read()
    if not raw:
        return None, []
    if request.content_type != "application/json":
        raise refusal(50109)
    return _parsed(raw), []


def _part(index: int, part: web.FileField) -> FilePart:
    return FilePart(index=index, name=part.filename, content_type=part.content_type, data=part.file.read())


def _parsed(raw: bytes | str) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        raise refusal(50109) from None
