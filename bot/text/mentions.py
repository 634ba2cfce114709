"""Real mentions and tags, by the rules under which each platform makes a link of them.

For X the rules are those of twitter-text. They hold on the raw text: NFKC makes "@" of "＠" and plain
letters of full-width ones, which no platform does. Where a platform hands over its own list of
mentions, that list decides and nothing here is asked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.characters import lazily, marks
from bot.text.links import Link, links


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A handle that the platform turns into a link.

    `handle` is as written, without sign; `start` and `end` are code-point offsets of sign and handle,
    and of the list where `list_slug` (X) is given.
    """

    handle: str
    start: int
    end: int
    list_slug: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A hashtag: its word without sign, and the offsets of both."""

    word: str
    start: int
    end: int


# Every pattern begins with the sign and looks back from there: sought the other way round, each
# position of the text would be looked back from.
_X = re.compile(
    r"[@＠](?:(?<![A-Za-z0-9_!#$%&*@＠].)"
    # A repost's "RT" may touch the sign, unless it ends a word or the local part of an e-mail address.
    r"|(?<=^[Rr][Tt].)|(?<=[^A-Za-z0-9_+~.-][Rr][Tt].))"
    # Atomic: a handle before the wrong character is none, however much of it could be given back.
    r"(?P<handle>(?>[A-Za-z0-9_]{1,20}))(?P<list>/[A-Za-z](?>[A-Za-z0-9_-]{0,24}))?"
    r"(?![@＠\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff]|://)"
)
_SIGN = r"@(?<![\w@/.].)"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_FEDIVERSE = re.compile(
    rf"{_SIGN}(?P<handle>(?>\w+(?:[.-]+\w+)*)(?:@(?:{_LABEL}\.)+[a-z]{{2,24}})?)(?![\w@])",
    re.IGNORECASE | re.ASCII,
)
_BLUESKY = re.compile(
    rf"{_SIGN}(?P<handle>(?>(?:{_LABEL}\.)+(?![0-9]){_LABEL}))(?![\w@-])", re.IGNORECASE | re.ASCII
)
_TELEGRAM = re.compile(_SIGN + r"(?P<handle>(?>[a-z]\w{4,31}))(?![\w@])", re.IGNORECASE | re.ASCII)
_DOTTED = re.compile(_SIGN + r"(?P<handle>(?>\w(?:[\w.]{0,28}\w)?))(?![\w@])", re.ASCII)
_YOUTUBE = re.compile(_SIGN + r"(?P<handle>(?>\w[\w.·-]{1,28}\w))(?![\w@])")
# Weibo's names may be Chinese, so only a space, a colon or another sign ends one.
_WEIBO = re.compile(r"[@＠](?<![\w@/.].)(?P<handle>(?>[\w-]{2,30}))(?![\w@])")

_GRAMMARS = {
    "x": _X,
    "fediverse": _FEDIVERSE,
    "bluesky": _BLUESKY,
    "telegram": _TELEGRAM,
    "instagram": _DOTTED,
    "threads": _DOTTED,
    "tiktok": _DOTTED,
    "facebook": _DOTTED,
    "vk": _DOTTED,
    "youtube": _YOUTUBE,
    "weibo": _WEIBO,
}

_TAG = lazily(
    lambda: (
        # Not before a variation selector or keycap: "#️" is an emoji.
        rf"[#＃](?<![\w&#＃{marks()}].)(?![\ufe0f\u20e3])(?P<word>(?>[\w{marks()}·・\u200c\u200d]+))(?![#＃]|://)"
    )
)


def mentions(text: str, *, platform: str = "x", addresses: Sequence[Link] | None = None) -> list[Mention]:
    """Find the real mentions in a raw text, in order. One inside an address is part of the address.

    `platform` is a value of `Platform`; those without a grammar of their own are read as X.
    `addresses` is `links(text)`, from callers that have it.
    """
    if "@" not in text and "＠" not in text:
        return []
    grammar = _GRAMMARS.get(platform, _X)
    addresses = links(text) if addresses is None else addresses
    found: list[Mention] = []
    for match in grammar.finditer(text):
        if not _inside(addresses, match.start()):
            slug = match["list"][1:] if grammar is _X and match["list"] else None
            found.append(
                Mention(handle=match["handle"], start=match.start(), end=match.end(), list_slug=slug)
            )
    return found


def tags(text: str, *, addresses: Sequence[Link] | None = None) -> list[Tag]:
    """Find the hashtags in a raw text, in order. A tag has at least one letter: `#1234` is none."""
    if "#" not in text and "＃" not in text:
        return []
    addresses = links(text) if addresses is None else addresses
    return [
        Tag(word=match["word"], start=match.start(), end=match.end())
        for match in _TAG().finditer(text)
        if any(map(str.isalpha, match["word"])) and not _inside(addresses, match.start())
    ]


def _inside(addresses: Sequence[Link], at: int) -> bool:
    before = bisect_right(addresses, at, key=lambda link: link.start)
    return before > 0 and at < addresses[before - 1].end
