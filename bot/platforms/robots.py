"""robots.txt as RFC 9309 reads it: which paths of a host a program may fetch."""

from __future__ import annotations

import re
import string
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from yarl import URL

from bot.platforms.fetching import Failure, Fetched, FetchError

_ESCAPE = re.compile("%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_KEPT = "!$%&'()*+,/:;=@[]?"
_TOKEN = re.compile(r"[A-Za-z_-]+")
# What rules for us are written under.
AGENT = "Masthead"
# RFC 9309 asks for a new look after 24 hours.
KEEP = timedelta(hours=24)
KEPT_HOSTS = 2_000
# Failures after which there are no rules that could be read; after any other the page cannot be had either.
_NO_RULES = frozenset({Failure.TYPE, Failure.REDIRECTS, Failure.DOWNGRADE})
# Rules past this number are not read: nobody writes them, and each one costs a look at every path.
MAX_RULES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules for one program. `rules` are pairs of "may fetch" and a path pattern."""

    rules: tuple[tuple[bool, str], ...] = ()

    def allows(self, path: str) -> bool:
        """Whether a path (with its query) may be fetched: the longest rule decides, of two the allowing."""
        asked = _normal(path)
        matching = [(len(pattern), allowed) for allowed, pattern in self.rules if _matches(pattern, asked)]
        return max(matching, default=(0, True))[1]


EVERYTHING = Robots()
NOTHING = Robots(rules=((False, "/"),))


def read_robots(text: str, *, agent: str) -> Robots:
    """Return the rules of the groups for `agent`, or of those for "*" where none names it."""
    own: list[tuple[bool, str]] = []
    others: list[tuple[bool, str]] = []
    named = False
    for agents, rules in _groups(text):
        if agent.lower() in agents:
            named = True
            own += rules
        elif "*" in agents:
            others += rules
    return Robots(rules=tuple((own if named else others)[:MAX_RULES]))


def _groups(text: str) -> list[tuple[set[str], list[tuple[bool, str]]]]:
    groups: list[tuple[set[str], list[tuple[bool, str]]]] = []
    naming = False
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if not colon:
            continue
        field, value = key.strip().lower(), value.strip()
        if field == "user-agent":
            if not naming:
                groups.append((set(), []))
            naming = True
            token = _TOKEN.match(value)
            groups[-1][0].add("*" if value == "*" else token[0].lower() if token else "")
        elif field in {"allow", "disallow"}:
            naming = False
            # "Disallow:" without a path forbids nothing.
            if groups and value:
                groups[-1][1].append((field == "allow", _normal(value)))
    return groups


def _normal(path: str) -> str:
    """Bring a path to one spelling: "/~a" and "/%7ea" are one, and "é" is written in escapes."""
    return quote(_ESCAPE.sub(_plain_or_upper, path), safe=_KEPT, errors="replace")


def _plain_or_upper(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """Match "*" and a final "$" without backtracking: each part is looked for once, from left to right."""
    anchored = pattern.endswith("$")
    first, *parts = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not parts:
        return not anchored or at == len(path)
    *middle, last = parts
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if anchored:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0


class RobotsCache:
    """The rules of hosts for a day, so that they are asked for once."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._held: dict[str, tuple[datetime, Robots]] = {}

    async def allows(self, url: URL, *, fetch: Callable[[str], Awaitable[Fetched]]) -> bool:
        """Whether a page may be fetched. `fetch` reads robots.txt; its FetchError passes when it decides."""
        origin = str(url.origin())
        held = self._held.get(origin)
        if held is None or self._clock() - held[0] > KEEP:
            held = (self._clock(), await _ask(f"{origin}/robots.txt", fetch=fetch))
            while len(self._held) >= KEPT_HOSTS:
                del self._held[next(iter(self._held))]
            self._held[origin] = held
        return held[1].allows(url.raw_path_qs)


async def _ask(address: str, *, fetch: Callable[[str], Awaitable[Fetched]]) -> Robots:
    try:
        answer = await fetch(address)
    except FetchError as error:
        if error.failure in _NO_RULES:
            return EVERYTHING
        raise
    # RFC 9309, 2.3.1: a server that says there is none allows everything, one in trouble nothing.
    if answer.status >= 500 or answer.status == 429:
        return NOTHING
    if answer.status >= 400:
        return EVERYTHING
    return read_robots(answer.body.decode("utf-8", errors="replace"), agent=AGENT)
