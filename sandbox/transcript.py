"""Every request, dispatch and act, kept in order and printable."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sandbox.clock import Clock

_KEPT = 5000
_SECRET_KEYS = frozenset({"token", "authorization", "resume_gateway_url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`kind` is rest, gateway or person; `direction` is `in` from the bot, `out` to it."""

    n: int
    at: datetime
    kind: str
    direction: str
    title: str
    status: int | None = None
    ms: float | None = None
    request: object = None
    answer: object = None
    files: tuple[str, ...] = ()
    fault: str | None = None

    def line(self) -> str:
        arrow = {"in": "<-", "out": "->"}[self.direction]
        parts = [f"{self.n:4} {self.at:%H:%M:%S.%f}"[:-3], f"{self.kind:7} {arrow}", self.title]
        if self.status is not None:
            parts.append(f"= {self.status}")
        if self.ms is not None:
            parts.append(f"({self.ms:.1f} ms)")
        if self.fault:
            parts.append(f"[fault: {self.fault}]")
        return " ".join(parts)

    def as_json(self) -> dict[str, object]:
        return {
            "n": self.n,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "direction": self.direction,
            "title": self.title,
            "status": self.status,
            "ms": None if self.ms is None else round(self.ms, 2),
            "request": self.request,
            "answer": self.answer,
            "files": list(self.files),
            "fault": self.fault,
        }


class Transcript:
    """The newest 5,000 entries."""

    def __init__(self, clock: Clock, told: Callable[[Entry], None]) -> None:
        self._clock = clock
        self._told = told
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._n = 0

    def note(
        self,
        kind: str,
        title: str,
        *,
        direction: str = "in",
        status: int | None = None,
        ms: float | None = None,
        request: object = None,
        answer: object = None,
        files: tuple[str, ...] = (),
        fault: str | None = None,
    ) -> Entry:
        self._n += 1
        entry = Entry(
            n=self._n,
            at=self._clock.now(),
            kind=kind,
            direction=direction,
            title=title,
            status=status,
            ms=ms,
            request=without_secrets(request),
            answer=without_secrets(answer),
            files=files,
            fault=fault,
        )
        self._entries.append(entry)
        self._told(entry)
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def after(self, n: int, *, limit: int) -> list[Entry]:
        return [entry for entry in self._entries if entry.n > n][:limit]

    def requests(self, method: str = "", path: str = "") -> list[Entry]:
        """REST entries whose title starts with the method and holds the path."""
        return [
            e for e in self._entries if e.kind == "rest" and e.title.startswith(method) and path in e.title
        ]

    def text(self, *, body_characters: int = 400) -> str:
        """One line an entry, with its bodies below, each cut at `body_characters`."""
        lines: list[str] = []
        for entry in self._entries:
            lines.append(entry.line())
            lines.extend(f"       {name}" for name in entry.files)
            for sign, body in (("in ", entry.request), ("out", entry.answer)):
                if body is not None:
                    lines.append(f"       {sign} {_cut(body, body_characters)}")
        return "\n".join(lines)


def _cut(body: object, characters: int) -> str:
    text = json.dumps(body, ensure_ascii=False, default=str)
    return text if len(text) <= characters else f"{text[:characters]} … ({len(text):,} characters)"


def without_secrets(body: object) -> object:
    """A copy with the values of token-like keys blotted out. An interaction's token counts as one."""
    if isinstance(body, dict):
        pairs = cast("dict[str, object]", body)
        blotted = {key: "…" for key in pairs if key.lower() in _SECRET_KEYS}
        return {key: blotted.get(key) or without_secrets(value) for key, value in pairs.items()}
    if isinstance(body, list):
        return [without_secrets(item) for item in cast("list[object]", body)]
    return body
