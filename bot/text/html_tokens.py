"""HTML as a stream of tags and texts, in one pass and linear time whatever the page.

A tree is not built: the rules that browsers follow for it take quadratic time on deeply nested pages, and
what is looked for (attributes, scripts, texts between blocks) needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

# Each alternative takes what it began with to its end or the end of the page and never gives back, so that
# no position is looked at twice. Quotes count only after "=", as in browsers: a stray one ends nothing.
_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<[!?][^>]*+(?:>|\Z)"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]{0,60}+)"
    r"(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z)"
    r"|(?P<text>[^<]++|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([^\s=/\"'>]{1,100}+)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>]*+)))?+",
)
# What stands inside these is no HTML (and an entity in a script is none).
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])|\Z", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "noscript")
}
_UNESCAPED = frozenset({"script", "style"})
MAX_ATTRIBUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag. `closing` for "</a>". `source` are its attributes as written."""

    name: str
    closing: bool
    source: str

    @property
    def attributes(self) -> dict[str, str]:
        """Names in lower case, values unescaped; of two with one name the first."""
        found: dict[str, str] = {}
        for number, match in enumerate(_ATTRIBUTE.finditer(self.source)):
            if number == MAX_ATTRIBUTES:
                break
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found.setdefault(match[1].lower(), unescape(value))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A piece of text, unescaped. `inside` names the raw element it fills ("script", "title"), or is ""."""

    text: str
    inside: str = ""


def tokens(page: str) -> Iterator[Tag | Text]:
    """Yield the tags and texts of a page, in order; comments are left out."""
    at = 0
    while at < len(page):
        match = _TOKEN.match(page, at)
        if match is None:
            return
        at = match.end()
        if match["text"] is not None:
            yield Text(text=unescape(match["text"]))
        elif match["name"] is not None:
            name = match["name"].lower()
            yield Tag(name=name, closing=bool(match["close"]), source=match["rest"])
            if name in _RAW and not match["close"]:
                end = _RAW[name].search(page, at)
                raw = page[at : end.start() if end else len(page)]
                at += len(raw)
                yield Text(text=raw if name in _UNESCAPED else unescape(raw), inside=name)
