"""The one place where text becomes safe to show: sentences of a dossier, strangers' names, links, times.

A sentence is plain text in which everything between backticks was written by somebody else and
everything outside them is ours. Strangers' text reaches Discord only inside inline code, where Markdown,
mentions, timestamps and links are plain characters; where no Markdown is drawn (labels, options,
terminals) it is cleaned text. Masked links stand on our own words alone.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from bot.checks.wording import day
from bot.text.inert import inert, visible

# Markdown, mentions, the start of an address, and the dot of a bare one: invitations work without a scheme.
_SPECIAL = re.compile(r"[\\*_~|\[\]<>@#]|(?<=:)(?=//)|(?<=[A-Za-z0-9])(?=\.[A-Za-z]{2,}/)")
# Only at the start of a text does Markdown read these as a list. The backslash stands before the dot: before
# letters, digits and spaces Discord shows it (discord.js escapes numbered lists in the same way).
_LIST = re.compile(r"^(\d+)(?=\.\s)|^(?=[-+]\s)")
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|[。！？；।؟]")

MAX_URL = 512


def clean(text: str, *, limit: int = 64) -> str:
    """Return a stranger's text as one visible line of at most `limit` characters; "(empty)" for nothing."""
    return inert(text, limit=limit)


def code_span(text: str, *, limit: int = 64) -> str:
    """Return a stranger's text as one inert line of inline code."""
    return f"`{clean(text.replace('`', 'ˋ'), limit=limit)}`"


def parts(sentence: str) -> list[tuple[str, bool]]:
    """Split a sentence into (text, whether a stranger wrote it).

    After a backtick without a partner everything counts as a stranger's.
    """
    pieces = [(text, position % 2 == 1) for position, text in enumerate(sentence.split("`"))]
    return [(text, theirs) for text, theirs in pieces if text or theirs]


def discord_text(sentence: str, *, limit: int = 240) -> str:
    """Return a sentence as Discord Markdown; `limit` is for each stranger's part."""
    shown = "".join(
        code_span(text, limit=limit) if theirs else _escaped(_one_line(text))
        for text, theirs in parts(sentence)
    )
    return _LIST.sub(r"\1\\", shown.strip())


def plain_text(sentence: str, *, limit: int = 240) -> str:
    """Return a sentence without any markup, safe in labels, select options and terminals."""
    shown = "".join(
        clean(text, limit=limit) if theirs else _one_line(text) for text, theirs in parts(sentence)
    )
    return shown.strip()


def html_text(sentence: str, *, limit: int = 240) -> str:
    """Return a sentence as HTML, strangers' parts in `<code>`."""
    shown = "".join(
        f"<code>{html.escape(clean(text, limit=limit))}</code>" if theirs else html.escape(_one_line(text))
        for text, theirs in parts(sentence)
    )
    return shown.strip()


def shorten(sentence: str, limit: int) -> str:
    """Cut a sentence to `limit` characters, after a sentence's end where there is one, and mark the cut.

    A stranger's part is never cut open: it stays as `clean` leaves it, or goes.
    """
    if len(sentence) <= limit:
        return sentence
    kept, end = "", 0
    for text, theirs in parts(sentence):
        room = limit - 2 - len(kept)
        if theirs:
            piece = code_span(text)
            if len(piece) > room:
                break
            kept += piece
        else:
            head = text[: max(room, 0)]
            end = max([end, *(len(kept) + found.end() for found in _SENTENCE_END.finditer(head))])
            if len(head) < len(text):
                kept += head[: head.rfind(" ") + 1] or head
                break
            kept += head
    return f"{(kept[:end] if end else kept).rstrip()} …"


def safe_url(url: str) -> str | None:
    """Return a web address that cannot leave the brackets of a masked link; None for anything else.

    Refused: other schemes than http and https, a name or password before the host, what is longer
    than Discord takes for a button.
    """
    try:
        address = urlsplit(url.strip())
        host, port = address.hostname, address.port
    except ValueError:
        return None
    if address.scheme not in {"http", "https"} or not host or "@" in address.netloc:
        return None
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not re.fullmatch(r"[a-z0-9._-]+", name):
        return None
    rest = quote(address.path or "/", safe="/:@!$&+,;=-._~%'")
    rest += "?" + quote(address.query, safe="/:@!$&+,;=-._~%?") if address.query else ""
    rest += "#" + quote(address.fragment, safe="/:@!$&+,;=-._~%?") if address.fragment else ""
    safe = f"{address.scheme}://{name}{f':{port}' if port else ''}{rest}"
    return safe if len(safe) <= MAX_URL else None


def link(words: str, url: str) -> str:
    """Return a masked link on our own constant `words`, or the words alone where the address is unfit."""
    safe = safe_url(url)
    return f"[{words}]({safe})" if safe else words


def discord_time(at: datetime, *, style: str = "f") -> str:
    """Return a time that each reader sees in their own zone."""
    return f"<t:{int(at.timestamp())}:{style}>"


def text_time(at: datetime) -> str:
    """Return a time as "21 Nov 2026, 14:03 UTC"."""
    at = at.astimezone(UTC)
    return f"{day(at)}, {at:%H:%M} UTC"


def _one_line(text: str) -> str:
    """Our own text, should a control character have slipped in; the spaces at its ends stay."""
    return re.sub(r"\s+", " ", "".join(character if visible(character) else " " for character in text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)
