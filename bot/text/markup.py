"""Posts that arrive as HTML (Mastodon, Telegram), turned into what people read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from bot.text.links import Link

_BLOCKS = frozenset("p div li ul ol blockquote pre tr table h1 h2 h3 h4 h5 h6 article section".split())
_SILENT = frozenset({"script", "style", "template", "head", "title"})
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text without markup, and the targets of its links.

    A link's `url` is its target; `start` and `end` are the offsets of its visible words in `text`. An
    address that was shown shortened stands in `text` in full.
    """

    text: str
    links: tuple[Link, ...]


def decode_html(text: str) -> Decoded:
    """Read a post's HTML. Plain text passes unharmed; broken markup is read as far as it goes."""
    reader = _Reader()
    # html.parser asserts that a marked section has a known name; nothing in a post is one. And after
    # the last ">" no "<" can be a tag: the parser would seek an end from each of them.
    closed = text.rfind(">") + 1
    reader.feed(text[:closed].replace("<![", "&lt;![") + text[closed:].replace("<", "&lt;"))
    reader.close()
    return reader.decoded()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text = ""
        self._links: list[Link] = []
        self._target = ""
        self._target_at = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._text = self._text.rstrip(" ") + "\n"
        elif tag in _BLOCKS:
            self._new_block()
        elif tag == "a":
            self._close_link()
            self._target, self._target_at = given.get("href") or "", len(self._text)
        elif tag == "img":
            self.handle_data(given.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._new_block()
        elif tag == "a":
            self._close_link()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        words = _SPACE.sub(" ", data)
        at_line_start = not self._text or self._text[-1] in " \n"
        self._text += words.lstrip(" ") if at_line_start else words

    def decoded(self) -> Decoded:
        self._close_link()
        text = self._text.rstrip()
        return Decoded(text=text, links=tuple(link for link in self._links if link.end <= len(text)))

    def _new_block(self) -> None:
        kept = self._text.rstrip(" \n")
        # A block inside a link would move its words; the line break is worth less than the offsets.
        if kept and len(kept) >= self._target_at:
            self._text = f"{kept}\n"

    def _close_link(self) -> None:
        target, start = self._target, self._target_at
        self._target, self._target_at = "", 0
        shown = self._text[start:].strip()
        if not target or not shown:
            return
        start = len(self._text) - len(self._text[start:].lstrip())
        if _shortened(shown, target):
            self._text = self._text[:start] + target
            shown = target
        self._links.append(Link(url=target, start=start, end=start + len(shown)))


def _shortened(shown: str, target: str) -> bool:
    """Say whether the words of a link are a cut form of its address."""
    visible = shown.rstrip(".…").removeprefix("https://").removeprefix("http://").removeprefix("www.")
    bare = target.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return len(visible) > 3 and "." in visible and bare.startswith(visible)
