"""What one page of a site tells: the marks it carries, where it links, which icon it shows."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import mmh3

from bot.platforms.encodings import decode_page
from bot.text.html_tokens import Tag, Text, tokens
from bot.text.page_marks import Found, in_footer, in_meta, in_source, in_text, kept

MAX_LINKS = 400
MAX_LINK = 500
MAX_TITLE = 200
# Credits stand at the foot of a page.
FOOT_BLOCKS = 40
MAX_BLOCK = 2_000
# A page of more tags and texts than this is read as far as that.
MAX_TOKENS = 200_000

# Inside these, pieces of text belong together: "技术支持：<a>…</a>" is one credit.
_INLINE = frozenset("a abbr b bdi bdo cite code em font i label q s small span strong sub sup time u".split())
_X_HANDLE = re.compile(r"@?(\w{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """One page. `links` lead to other hosts or name accounts; `icons` are candidates, best first."""

    url: str
    title: str
    encoding: str
    marks: tuple[Found, ...]
    links: tuple[str, ...]
    icons: tuple[str, ...]


def read_page(body: bytes, *, url: str, content_type: str) -> PageReading:
    """Read a page, broken or not. Takes up to a few hundred milliseconds: call it on a thread."""
    text, encoding = decode_page(body, content_type=content_type)
    walk = _Walk(url)
    walk.through(text)
    return PageReading(
        url=url,
        title=" ".join(walk.title.split())[:MAX_TITLE],
        encoding=encoding,
        marks=kept([*in_source(text), *walk.marks()]),
        links=tuple(walk.links),
        icons=(*walk.icons, urljoin(url, "/favicon.ico")),
    )


def icon_values(raw: bytes) -> tuple[str, ...]:
    """Return an icon's value to compare by; none for a file that holds no picture.

    The 32-bit hash is the one that Shodan, FOFA and Censys list; it collides and can be forged at will, so
    that the SHA-256 stands beside it in one value.
    """
    if len(raw) < 32:
        return ()
    # Over base64 in lines of 76 with the final line break, as those search engines have it.
    short = mmh3.hash(base64.encodebytes(raw))
    return (f"{short} sha256:{hashlib.sha256(raw).hexdigest()[:32]}",)


class _Walk:
    """One way through a page's elements, in the order in which they stand."""

    def __init__(self, url: str) -> None:
        self._base = url
        self._own = _host(url)
        self._blocks: list[list[str]] = [[]]
        self._metas: list[tuple[str, str]] = []
        self.links: dict[str, None] = {}
        self.icons: list[str] = []
        self.title = ""

    def through(self, page: str) -> None:
        for token in itertools.islice(tokens(page), MAX_TOKENS):
            if isinstance(token, Text):
                self._text(token)
            else:
                self._tag(token)

    def marks(self) -> Iterator[Found]:
        blocks = ["".join(pieces)[:MAX_BLOCK] for pieces in self._blocks if pieces]
        for name, content in self._metas:
            yield from in_meta(name, content)
        for block in blocks:
            yield from in_text(block)
        for block in blocks[-FOOT_BLOCKS:]:
            yield from in_footer(block)

    def _tag(self, tag: Tag) -> None:
        if tag.name not in _INLINE and self._blocks[-1]:
            self._blocks.append([])
        if tag.closing:
            return
        match tag.name:
            case "a":
                self._link(tag.attributes.get("href"))
            case "link":
                self._linked(tag.attributes)
            case "meta":
                self._meta(tag.attributes)
            case "base":
                self._base = _joined(self._base, tag.attributes.get("href")) or self._base
            case _:
                pass

    def _text(self, piece: Text) -> None:
        if piece.inside == "title":
            self.title = self.title or piece.text
        elif not piece.inside and piece.text.strip():
            self._blocks[-1].append(piece.text)

    def _linked(self, attributes: dict[str, str]) -> None:
        relations = (attributes.get("rel") or "").lower().split()
        if "me" in relations:
            self._link(attributes.get("href"))
        if "icon" in relations:
            address = _joined(self._base, attributes.get("href"))
            if address is not None and len(self.icons) < 3:
                self.icons.append(address)

    def _meta(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name") or attributes.get("property") or ""
        content = attributes.get("content") or ""
        if name and content:
            self._metas.append((name, content))
        # By this tag a site names its own account on X (Twitter Cards).
        if name.lower() == "twitter:site" and (handle := _X_HANDLE.fullmatch(content.strip())):
            self._add(f"https://x.com/{handle[1]}")

    def _link(self, href: str | None) -> None:
        address = _joined(self._base, href)
        if address is not None and _host(address) != self._own:
            self._add(address)

    def _add(self, address: str) -> None:
        if len(self.links) < MAX_LINKS:
            self.links[address] = None


def _joined(base: str, href: str | None) -> str | None:
    """Return a web address in full; None for anything else, and for what no address could be."""
    if not href or len(href) > MAX_LINK:
        return None
    try:
        address = urljoin(base, href.strip())
    except ValueError:
        return None
    return address if address.startswith(("http://", "https://")) and address.isprintable() else None


def _host(address: str) -> str:
    return address.partition("//")[2].partition("/")[0].lower().removeprefix("www.")
