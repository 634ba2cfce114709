"""Who a post credits, and how: by a real mention or link, by name, or by a handle without its sign.

The last is half-attribution: people read a credit, while whoever searches for "@handle" finds nothing.

    credit  := marker space* handle boundary
    marker  := bullet | word space* [":" | bullet]* | "@" space+ | "[at]" | "(at)"

Mentions, links and tags are found on the raw text and taken out first; the rest is folded (NFKC, lower
case, nothing undrawn) and words are looked up as they are and by their look (UTS #39).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.text.aliases import Alias, Aliases
from bot.text.characters import GLUED, lazily, marks
from bot.text.normalise import fold
from bot.text.reading import Reading


class CreditKind(StrEnum):
    """How somebody is credited. Only HALF counts towards half-attribution."""

    HALF = "half"
    REAL_MENTION = "real_mention"
    REAL_LINK = "real_link"
    TAG = "tag"
    NAME_CREDIT = "name_credit"  # ordinary press style: "Fuente: Mundo China"
    BARE = "bare"  # the handle in running text, without a marker: a note only


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One credit in a post. `start` and `end` are code-point offsets of what stands for the alias.

    They are equal, and the text's length, for a mention or link that the platform gives beside the text.
    `marker` is the folded marker before it, None without one. `disguised`: it reads as the alias but is
    not spelled so (zero-width characters, full-width letters, look-alike letters).
    """

    kind: CreditKind
    alias: Alias
    start: int
    end: int
    disguised: bool = False
    marker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStyle:
    """How a text writes its credits to anyone, registered or not: the house style to compare with."""

    signed: int = 0  # a mention or link after a credit marker
    unsigned: int = 0  # a handle-like word without sign after a credit marker

    def __add__(self, other: CreditStyle) -> CreditStyle:
        return CreditStyle(signed=self.signed + other.signed, unsigned=self.unsigned + other.unsigned)


NO_STYLE = CreditStyle()

_SPACED_WORDS = "twitter|x|fuente|fonte|source|vía|via|foto|photo|crédito|credito"
_GLUED_WORDS = "来源|來源|转自|轉自|来自|來自|图源|圖源"
_CLEAR_BULLETS = "•·∙●▪|"
_BULLETS = rf"{_CLEAR_BULLETS}・/:(\[~–—"
_SPELLED_AT = r"\[at\]\s*|\(at\)\s*"
# Not after a letter: a word, or the local part of an e-mail address. Chinese and the like may be glued.
_OPEN = rf"(?<![^\W{GLUED}])"
_WORDS = (
    rf"(?:{_OPEN}(?:{_SPACED_WORDS})(?=[\s{_BULLETS}])|{_GLUED_WORDS})[\s{_BULLETS}]*"
    rf"|{_SPELLED_AT}|{_OPEN}@\s+"
)
_MARKER = lazily(lambda: rf"{_WORDS}|[{_BULLETS}]\s*")
_SIGNS = re.compile(rf"[@{_BULLETS}]")
_MARKER_WORDS = tuple(f"{_SPACED_WORDS}|{_GLUED_WORDS}".split("|"))
_MARKER_BEFORE = lazily(lambda: rf"(?:{_WORDS}|[{_BULLETS}]\s*)\Z")
# Only these say "credit" clearly enough to read one from a word that nobody registered.
_CLEAR_MARKER = lazily(lambda: rf"{_WORDS}|[{_CLEAR_BULLETS}]\s*")
_LONGEST_MARKER = 40


# A word of a handle: not of a script that is glued to it. Dots and hyphens inside belong to it, so that
# `name.example` is not `name`.
def _word_pattern() -> str:
    part = rf"[^\W{GLUED}]+(?:[{marks()}]+[^\W{GLUED}]*)*"
    return rf"{part}(?:\.(?=[^\W\d_]){part}|-{part})*"


_WORD = lazily(_word_pattern)
_ASCII_WORD = re.compile(r"[A-Za-z0-9_]+(?:\.(?=[A-Za-z])[A-Za-z0-9_]+|-[A-Za-z0-9_]+)*")
_HANDLE_LIKE = re.compile(
    r"(?=\w*[A-Za-z])(?=\w*_|\w*\d|\w*[a-z][A-Z]|[A-Z]{2}\w*[a-z])\w{4,30}(?![\w@]|\.\w)", re.ASCII
)


def credits_in(
    text: str,
    aliases: Aliases,
    *,
    platform: str = "x",
    mentioned: Collection[str] | None = None,
    linked: Sequence[str] = (),
) -> list[Credit]:
    """Find the credits to registered aliases in a raw (decoded) text, in order of `start`.

    `mentioned` is the platform's own list of handles, None where it gives none: it then decides what a
    mention is. `linked` are addresses that belong to the post and need not stand in its text.
    """
    return credits_and_style(text, aliases, platform=platform, mentioned=mentioned, linked=linked)[0]


def credit_style(text: str, *, platform: str = "x", mentioned: Collection[str] | None = None) -> CreditStyle:
    """Count how a text writes credits to anyone. The prefix of a repost is the platform's, not counted."""
    reading = Reading.of(text, platform=platform, mentioned=mentioned)
    return _style(reading) if _may_hold_marker(reading.folded) else NO_STYLE


def credits_and_style(
    text: str,
    aliases: Aliases,
    *,
    platform: str,
    mentioned: Collection[str] | None,
    linked: Sequence[str],
) -> tuple[list[Credit], CreditStyle]:
    """Return what `credits_in` and `credit_style` say of a text, which is read once."""
    reading = Reading.of(text, platform=platform, mentioned=mentioned)
    marked = _may_hold_marker(reading.folded)
    names = _names(reading, aliases) if marked and aliases.has_names else []
    found = names + _references(reading, aliases, linked=linked, mentioned=mentioned)
    # "Fuente: Reuters" is press style even where @reuters is registered: the kinder reading wins.
    found += [
        word for word in _words(reading, aliases) if not any(a.start <= word.start < a.end for a in names)
    ]
    found.sort(key=lambda credit: (credit.start, credit.end))
    return found, _style(reading) if marked else NO_STYLE


def _style(reading: Reading) -> CreditStyle:
    starts = {span.start for span in (*reading.mentions, *reading.links)}
    signed = unsigned = 0
    for marker in _CLEAR_MARKER().finditer(reading.folded):
        at = reading.starts[marker.end()]
        if at in starts:
            signed += 1
        elif _HANDLE_LIKE.match(unicodedata.normalize("NFKC", reading.masked[at : at + 40])):
            unsigned += 1
    return CreditStyle(signed=signed, unsigned=unsigned)


def _references(
    reading: Reading, aliases: Aliases, *, linked: Sequence[str], mentioned: Collection[str] | None
) -> list[Credit]:
    """Real mentions, real links and tags of registered aliases."""
    if not (reading.mentions or reading.links or reading.tags or mentioned or linked):
        return []
    spans: list[tuple[CreditKind, Alias | None, int, int]] = [
        (CreditKind.REAL_MENTION, aliases.handle(span.handle), span.start, span.end)
        for span in reading.mentions
    ]
    spans += [
        (CreditKind.REAL_LINK, aliases.address(span.url), span.start, span.end) for span in reading.links
    ]
    spans += [(CreditKind.TAG, aliases.handle(tag.word), tag.start, tag.end) for tag in reading.tags]
    beside = len(reading.text)
    shown = {fold(mention.handle) for mention in reading.mentions}
    spans += [
        (CreditKind.REAL_MENTION, aliases.handle(handle.lstrip("@")), beside, beside)
        for handle in mentioned or ()
        if fold(handle).lstrip("@") not in shown
    ]
    written = {link.url for link in reading.links}
    spans += [
        (CreditKind.REAL_LINK, aliases.address(url), beside, beside) for url in linked if url not in written
    ]
    return [
        Credit(kind=kind, alias=alias, start=start, end=end, marker=_marker_of(reading, start))
        for kind, alias, start, end in spans
        if alias
    ]


def _marker_of(reading: Reading, start: int) -> str | None:
    return _marker_before(reading, reading.folded_offset(start)) if start < len(reading.text) else None


def _marker_before(reading: Reading, at: int) -> str | None:
    """Return the marker that ends at a folded offset, without its spaces; None without one."""
    found = _MARKER_BEFORE().search(reading.folded, max(0, at - _LONGEST_MARKER), at)
    return found[0].strip() if found else None


def _words(reading: Reading, aliases: Aliases) -> list[Credit]:
    """Handles that stand in the text without being mentions."""
    words = _ASCII_WORD if reading.is_ascii else _WORD()
    # Nearly always nobody is named: then the words need not be looked at one by one.
    if reading.is_unmoved and aliases.names_nobody(reading.masked, words.findall):
        return []
    found: list[Credit] = []
    for word in words.finditer(reading.folded):
        start, end = word.span()
        if aliases.is_stranger(reading.text[reading.starts[start] : reading.ends[end - 1]]):
            continue
        credit = _word(reading, aliases, start=start, end=end)
        if credit is None and "-" in word[0]:
            # A hyphen may belong to a handle (Bluesky) or end it.
            parts = (_word(reading, aliases, start=a, end=b) for a, b in _parts(word[0], word.start()))
            found += [part for part in parts if part]
        elif credit:
            found.append(credit)
    return found


def _word(reading: Reading, aliases: Aliases, *, start: int, end: int) -> Credit | None:
    word = reading.folded[start:end]
    raw_start, raw_end = reading.starts[start], reading.ends[end - 1]
    raw = reading.text[raw_start:raw_end]
    alias = aliases.word(word, raw=raw)
    if alias is None:
        return None
    disguised = fold(alias.text) != raw.lower()
    before = reading.folded[start - 1] if start else ""
    marker = _marker_before(reading, start)
    if before == "@":
        # A sign that makes no mention. Something hidden is the reason, or the word before it is
        # the local part of an e-mail address, or the platform says that it made no link of it.
        if start > 1 and _is_word(reading.folded[start - 2]):
            return None
        disguised |= reading.ends[start - 1] != raw_start
        marker = "@" if disguised else None
    elif before and before in "#$&=%":
        return None
    if marker is None and aliases.is_name(word):
        return None
    kind = CreditKind.HALF if marker else CreditKind.BARE
    return Credit(kind=kind, alias=alias, start=raw_start, end=raw_end, disguised=disguised, marker=marker)


def _names(reading: Reading, aliases: Aliases) -> list[Credit]:
    """Names after a marker, in any script."""
    found: list[Credit] = []
    for marker in _MARKER().finditer(reading.folded):
        named = aliases.name_at(reading.folded, marker.end())
        if named is None:
            continue
        alias, end = named
        start, raw_end = reading.starts[marker.end()], reading.ends[end - 1]
        if alias.listed and reading.text[start:raw_end] != alias.text:
            continue
        found.append(
            Credit(
                kind=CreditKind.NAME_CREDIT,
                alias=alias,
                start=start,
                end=raw_end,
                marker=marker[0].strip(),
            )
        )
    return found


def _may_hold_marker(folded: str) -> bool:
    """Whether a marker can stand in a text at all: a tenth of the cost of looking for one everywhere."""
    if _SIGNS.search(folded) is not None:
        return True
    for word in _MARKER_WORDS:  # noqa: SIM110  # a generator costs four times as much here
        if word in folded:
            return True
    return False


def _parts(word: str, at: int) -> list[tuple[int, int]]:
    """Return the offsets of the parts of a hyphenated word that begins at `at`."""
    spans: list[tuple[int, int]] = []
    for part in word.split("-"):
        spans.append((at, at + len(part)))
        at += len(part) + 1
    return spans


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
