"""Where in a text references stand: finds candidates and their limits, and judges none of them.

Every expression here takes time in proportion to the text: runs are bounded by what cannot precede them,
so that no run is tried again from its middle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.accounts.characters import GLUED


class Kind(Enum):
    DISCORD = auto()
    LINK = auto()
    BARE_LINK = auto()
    MENTION = auto()
    TOKEN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stretch of text that may be a reference; `body` is its content without what wraps it."""

    kind: Kind
    start: int
    end: int
    body: str


# Punctuation of Latin, Chinese and full-width text that no handle or address goes on through. Full-width
# letters and signs have been folded before.
_STOPS = (
    "\u00a1-\u00ac\u00ae-\u00b6\u00b8-\u00bb\u00bf\u2010-\u2027\u2030-\u205e\u2190-\u2bff\u3000-\u3004\u3008-\u3030"
    "\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff"
)
_RUN = rf"[^\s<>\"`|\\^{{}}{_STOPS}]"
_NAME = rf"[^\s\x20-\x2c/:-@\[-^`{{-\x7f{_STOPS}]"
# A letter or digit that is written apart from a Latin word that follows; Chinese is not.
_JOINED = rf"[^\W{GLUED}]"
_LABEL = rf"(?:[^\W_{GLUED}]|-)"

# What Discord makes of its members, roles, channels, commands, emoji, times and guide pages.
DISCORD_TAG = r"<(?:@[!&]?\d+|\#\d+|/[^<>@\#]{1,100}:\d+|a?:\w{2,32}:\d+|t:-?\d+(?::\w)?|id:\w+)>"
# A web address may be glued to the word before it, the others would be found in the middle of words.
_SCHEMES = r"(?:h(?:tt|xx)ps?:/{1,3}|(?<![A-Za-z0-9:/])(?:at://|tg://|javascript:|//(?=[\w-]+\.[\w-])))"

_CANDIDATE = re.compile(
    rf"""
      (?P<discord>{DISCORD_TAG})
      # A masked link. Its label is what somebody wants others to see: it never decides.
    | \[[^\[\]]{{0,300}}\]\(\s?<?(?P<target>(?:(?![()]){_RUN}|\([^\s()]*\))+)>?(?:\s[^()]{{0,100}})?\)
    | (?P<link>{_SCHEMES}(?:(?!(?<![=/?&:])https?://){_RUN})+)
    | (?<![\w.:%-])(?P<token>did:(?:plc|web):[\w.:%-]{{1,260}}|(?-i:UC)[A-Za-z0-9_-]{{22}}(?![\w-]))
      # Atomic: a name followed by the wrong character is none, however much of it is given back.
    | (?:(?<!{_JOINED})(?<![_!#$%&*@/])|(?<=(?<![A-Za-z0-9_])RT))@(?P<mention>(?>{_NAME}+(?:@{_NAME}+)?))(?!@|://)
    | (?<!{_JOINED})(?<![_.@:/\\%-])
      (?P<bare>(?>(?:{_LABEL}{{1,63}}\.)+{_LABEL}{{2,63}}(?::\d{{1,5}})?)(?!@)(?:[/?]{_RUN}*)?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KINDS = {
    "discord": Kind.DISCORD,
    "target": Kind.LINK,
    "link": Kind.LINK,
    "token": Kind.TOKEN,
    "mention": Kind.MENTION,
    "bare": Kind.BARE_LINK,
}
_LOOSE = frozenset(".,;:!?'\"*~")
# Signs that only YouTube's and Weibo's names may end in, which in running text are dashes.
_DASHES = "-·"
_CLOSERS = {")": "(", "]": "["}


def candidates(text: str, start: int, end: int, *, link_length: Callable[[str], int]) -> Iterator[Candidate]:
    """Yield what may be a reference between two offsets of a folded text, in order, never overlapping.

    `link_length` says how much of an address belongs to it where Chinese or Japanese goes on without a
    space; the search goes on from there.
    """
    at = start
    while (found := _CANDIDATE.search(text, at, end)) is not None:
        group = next(name for name in _KINDS if found[name] is not None)
        kind = _KINDS[group]
        first, last = found.span(group)
        if kind is not Kind.DISCORD:
            last = first + trimmed(text[first:last], before=text[first - 1 : first])
        if kind is Kind.MENTION:
            last = first + len(text[first:last].rstrip(_DASHES))
        if kind in {Kind.LINK, Kind.BARE_LINK}:
            last = first + link_length(text[first:last])
        # A mention keeps its sign, a masked link its label.
        outer, stop = (found.start(), found.end()) if group == "target" else (found.start(), last)
        if last > first:
            yield Candidate(kind=kind, start=outer, end=stop, body=text[first:last])
        at = max(stop, found.start() + 1)


def trimmed(run: str, *, before: str = "") -> int:
    """Return how much of a run is the reference: without the sentence's punctuation and brackets behind it.

    `before` is the character in front of the run: an underscore there (Markdown's italics) takes the one
    at the end with it.
    """
    end = len(run)
    surplus = {closer: run.count(closer) - run.count(opener) for closer, opener in _CLOSERS.items()}
    while end:
        last = run[end - 1]
        if last in _CLOSERS and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _LOOSE and not (last == "_" and before == "_"):
            break
        end -= 1
    return end
