"""A post's text, reduced to what is compared."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from bot.text.characters import INVISIBLE
from bot.text.links import links, looks_meant
from bot.text.mentions import mentions, tags

# Lone surrogates come from broken exports and cannot be encoded.
_UNDRAWN = re.compile(rf"[{INVISIBLE}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]+")
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_REPOST = re.compile(r"(?:rt[\s:]*@\w{1,20}(?:@?[a-z0-9-]+(?:\.[a-z0-9-]+)+)?(?:(?=\s)|:)\s*)+", re.ASCII)
_FEDIVERSE = re.compile(
    r"@(?<![\w@/.].)[a-z0-9_.-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@])", re.ASCII
)
_REST_OF_HANDLE = re.compile(r"(?:\.[a-z0-9-]{1,63})+", re.ASCII)


def fold(text: str) -> str:
    """Give one form to spellings that look the same: NFKC, lower case, nothing that is not drawn."""
    if text.isascii() and text.isprintable():
        return text.lower()
    while True:
        # Deleting comes first: a zero-width character between a letter and its accent keeps NFKC from
        # composing them. Lower-casing may undo NFKC (Turkish dotted I), hence the loop.
        folded = unicodedata.normalize("NFKC", without_undrawn(text)).lower()
        if folded == text or folded.isascii():
            return folded
        text = folded


def without_undrawn(text: str) -> str:
    """Delete what is not drawn: zero-width and format characters, variation selectors, controls."""
    return _UNDRAWN.sub("", text)


def body(text: str) -> str:
    """Reduce a decoded post to its own words, for comparison.

    The repost prefix, links and mentions go, a tag leaves its word, the rest is folded. Detection runs
    on the folded text, so that one zero-width character in a handle does not make another body. The
    result may be empty: such a post has nothing to compare. `body(body(text)) == body(text)`.
    """
    text = _one_spaced(fold(text))
    while True:
        cut = _without_references(text)
        if cut is text:
            return text
        shorter = _one_spaced(cut)
        if shorter == text:
            return text
        text = shorter


def text_key(text: str) -> bytes | None:
    """Return the SHA-256 of a post's body; None for an empty body, which must never match another."""
    return body_key(body(text))


def body_key(prepared: str) -> bytes | None:
    """Return the text key of what `body` returned, for callers that keep the body."""
    return sha256(prepared.encode()).digest() if prepared else None


def strip_controls(text: str) -> str:
    """Remove what no text of a person needs and what breaks logs, files and neighbours on screen.

    Controls (line feed and tab stay, CR LF becomes line feed), lone surrogates, and the direction
    overrides that turn the text after them around. Joiners and marks of a script stay.
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def _one_spaced(text: str) -> str:
    if "  " not in text and text.isascii() and text.isprintable():
        return text.strip()
    # The Braille blank is drawn as a space, though Unicode calls it a symbol.
    return " ".join(text.replace("\u2800", " ").split())


def _without_references(text: str) -> str:
    """Cut links, mentions and the signs of tags out of a folded text, and a repost prefix before it."""
    if "." not in text and "@" not in text and "#" not in text:
        return text
    prefix = _REPOST.match(text)
    text = text[prefix.end() :] if prefix else text
    addresses = links(text)
    spans = [(link.start, link.end) for link in addresses]
    spans += [(tag.start, tag.start + 1) for tag in tags(text, addresses=addresses)]
    if "@" in text:
        named = mentions(text, addresses=addresses)
        spans += [(found.start, _end_of_handle(text, found.start, end=found.end)) for found in named]
        spans += [found.span() for found in _FEDIVERSE.finditer(text)]
    if not spans:
        return text
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        kept.append(text[at:start])
        at = max(at, end)
    kept.append(text[at:])
    # A space for each, so that no two words become one, and text glued to a mention stays.
    return " ".join(kept)


def _end_of_handle(text: str, start: int, *, end: int) -> int:
    """Stretch a mention `@name` over a Bluesky handle `@name.example.com`."""
    rest = _REST_OF_HANDLE.match(text, end)
    return rest.end() if rest and looks_meant(text[start + 1 : rest.end()]) else end
