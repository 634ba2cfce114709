"""Discord's OpenAPI document as a judge of request bodies, and of the sandbox's answers.

The document lies beside the checkout, or where MASTHEAD_DISCORD_OPENAPI says; the product never needs it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import pytest

from tests.shared import SHARED

_METHODS = {"get", "put", "post", "patch", "delete"}


def document_path() -> Path | None:
    given = os.environ.get("MASTHEAD_DISCORD_OPENAPI")
    path = Path(given) if given else SHARED / "discord/openapi.json"
    return path if path.is_file() else None


@cache
def _loaded(path: Path) -> RequestSpec:
    return RequestSpec(path)


def request_spec() -> RequestSpec:
    """The judge; skips the calling test, with the reason, where the document is absent."""
    path = document_path()
    if path is None:
        pytest.skip("Discord OpenAPI document not found; set MASTHEAD_DISCORD_OPENAPI")
    return _loaded(path)


def spec_if_present() -> RequestSpec | None:
    path = document_path()
    return _loaded(path) if path else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operation:
    method: str
    template: str
    pattern: re.Pattern[str]
    body: dict[str, Any]


class RequestSpec:
    """Bodies of Discord's REST routes. Paths follow `/api/v10`."""

    def __init__(self, path: Path) -> None:
        self._doc: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        # discord.py sends the ids of attachments, stickers, replies and recipients as integers.
        self._doc["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        # Codes of nested errors are words (BASE_TYPE_MAX_LENGTH), as Discord's pages show them.
        self._doc["components"]["schemas"]["Error"]["properties"]["code"]["type"] = ["string", "integer"]
        # A 429 has no code but for some limits (topics/rate-limits.mdx).
        limited = {"required": ["message", "retry_after", "global"]}
        self._doc["components"]["schemas"]["RatelimitedResponse"] = limited
        operations = [
            _Operation(method=method.upper(), template=template, pattern=_pattern(template), body=operation)
            for template, item in self._doc["paths"].items()
            for method, operation in item.items()
            if method in _METHODS
        ]
        # Literal segments win: @original before {message_id}.
        self._operations = sorted(operations, key=lambda operation: operation.template.count("{"))
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def errors(self, method: str, path: str, body: object) -> list[str]:
        """Return `pointer: reason` for each flaw. `body` is the JSON, or `payload_json` of a form."""
        operation = self._find(method, path)
        if operation is None:
            return [f"no operation for {method} {path}"]
        if "requestBody" not in operation.body:
            return [] if body in (None, {}) else [f"{method} {operation.template}: no body declared"]
        schema = operation.body["requestBody"]["content"]["application/json"]["schema"]
        return self._judge(f"{method} {operation.template}", schema, body)

    def answer_errors(self, method: str, path: str, *, status: int, body: object) -> list[str]:
        operation = self._find(method, path)
        if operation is None:
            return [f"no operation for {method} {path}"]
        responses: dict[str, Any] = operation.body["responses"]
        declared = responses.get(str(status)) or responses.get(f"{str(status)[0]}XX")
        if declared is None:
            return [f"{method} {operation.template}: status {status} is not declared"]
        if "$ref" in declared:
            declared = self._doc["components"]["responses"][declared["$ref"].rsplit("/", 1)[1]]
        if "content" not in declared:
            return [] if body is None else [f"{method} {operation.template}: no content declared"]
        schema = declared["content"]["application/json"]["schema"]
        return self._judge(f"{method} {operation.template} {status}", schema, body)

    def _find(self, method: str, path: str) -> _Operation | None:
        fits = (o for o in self._operations if o.method == method and o.pattern.fullmatch(path))
        return next(fits, None)

    def _judge(self, name: str, schema: dict[str, Any], body: object) -> list[str]:
        validator = self._compiled.get(name)
        if validator is None:
            validator = self._compiled[name] = jsonschema_rs.Draft202012Validator(
                {"components": self._doc["components"], "allOf": [schema]},
                formats={"snowflake": is_snowflake, "nonce": _any},
                validate_formats=True,
            )
        # Validated as it would travel: tuples and the like do not survive JSON.
        travelled = cast("object", json.loads(json.dumps(body)))
        found = [inner for error in validator.iter_errors(travelled) for inner in _innermost(error)]
        return [f"{'/'.join(map(str, error.instance_path))}: {error.message[-200:]}" for error in found]


def _innermost(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """Of several forms that all do not fit, the flaws of the one that was meant: its type is right."""
    context: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    meant = [branch for branch in context if not any(_of_type(inner) for inner in branch)]
    if len(meant) != 1:
        return [error]
    return [innermost for inner in meant[0] for innermost in _innermost(inner)]


def _of_type(error: jsonschema_rs.ValidationError) -> bool:
    return bool(error.instance_path) and error.instance_path[-1] == "type"


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def is_snowflake(value: str) -> bool:
    return value.isdigit() and int(value) < 2**64


def _any(_value: str) -> bool:
    return True
