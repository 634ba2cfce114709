"""Web addresses in running text, and one spelling for each.

The rules are those of X (twitter-text) for addresses with a scheme. Without one, X links almost any
known ending; here an address must look meant, since a missing space after a full stop is commoner in
posts than a bare address under a country's ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.text.characters import GLUED, lazily


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address as written; `start` and `end` are code-point offsets into the text."""

    url: str
    start: int
    end: int


# Endings believed of a bare `name.ending`. Spanish words (ir, ve) and English ones (in, is, me, news) are
# left out: for them an address needs `www.`, a third label or, for country endings, a path.
_PLAIN_ENDINGS = frozenset(
    "com org net gov edu mil int info biz cn ru ua eu uk br mx ar cl py cr jp kr vn kz рф social".split()
)
_WORD_ENDINGS = frozenset(
    "al am an as at be by de do el en es go he id il in is it la le me my no or se so to us we".split()
)
# Services whose short host would fall under the rule above.
_SHORT_HOSTS = frozenset("t.me youtu.be fb.me wa.me redd.it is.gd".split())

_INNER_DOT = re.compile(r"\.\w")
_SCHEME = re.compile(r"(?<![a-z0-9@＠$#＃])https?://", re.IGNORECASE)
# Letters beyond ASCII, but none of the punctuation of Latin, Chinese or full-width text.
_WIDE = r"[^\x00-\xb6\u00bf\u2000-\u206f\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\ufe10-\ufe6f\uff00-\uff20\s]"
_HOST = re.compile(rf"(?:[a-z0-9._-]|{_WIDE}){{1,253}}", re.IGNORECASE)
_BARE = re.compile(
    r"[a-z0-9][a-z0-9_-]{0,62}(?:\.[a-z0-9_-]{1,63})+|[а-яё0-9][а-яё0-9-]{0,62}\.рф", re.IGNORECASE
)
_FIRST_LABEL = re.compile(r"(?:[a-z0-9_-]+|[а-яё0-9-]+)$", re.IGNORECASE)
# What a bare address may not follow; glued Chinese and the like are fine, another letter is not.
_NOT_BEFORE = lazily(lambda: rf"[^\W{GLUED}]|[@＠$#＃./:-]")
_PORT = re.compile(r":\d{1,5}(?![\w.])")
_PATH = re.compile(r"[/?#][\w!*';:=+,.$/%#\[\]()@~|&?–-]*")
_GLUE = lazily(lambda: rf"[{GLUED}]")
_ENDING = re.compile(r"[a-z]{2,24}|xn--[a-z0-9-]{1,59}|[^\W\d_a-z]{2,24}", re.IGNORECASE)
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_NOT_LAST = "!*';:,.?@~$&|%[]–"


def links(text: str) -> list[Link]:
    """Find the addresses in a text, in order; their spans never overlap."""
    if not _INNER_DOT.search(text):
        return []
    found: list[Link] = []
    at = 0
    for scheme in _SCHEME.finditer(text) if "://" in text else ():
        run = _HOST.match(text, scheme.end())
        host = _host(run[0]) if run and scheme.start() >= at else ""
        if host:
            found += _bare_links(text, at, end=scheme.start())
            at = scheme.end() + len(host)
            at += len(_path(text, at, host=host))
            found.append(Link(url=text[scheme.start() : at], start=scheme.start(), end=at))
    found += _bare_links(text, at, end=len(text))
    return found


def _bare_links(text: str, start: int, *, end: int) -> Iterator[Link]:
    """Yield the addresses without a scheme between two offsets."""
    at = start
    # Sought from the dot outwards: dots between letters are rare, letters are not.
    for dot in _INNER_DOT.finditer(text, start, end):
        first = _FIRST_LABEL.search(text, max(at, dot.start() - 63), dot.start())
        if first is None or (first.start() and _NOT_BEFORE().match(text[first.start() - 1])):
            continue
        run = _BARE.match(text, first.start(), end)
        if run is None:
            continue
        host = run[0].rstrip("._-")
        to = first.start() + len(host)
        # A rejected run is not read again from its second label: long dotted chains stay linear.
        at = run.end()
        if text[to : to + 1] not in {"@", "＠"} and looks_meant(host, path=text[to : to + 2]):
            at = to + len(_path(text, to, host=host))
            yield Link(url=text[first.start() : at], start=first.start(), end=at)


def _host(run: str) -> str:
    """Return the part of a run of host characters that is a host, or an empty string."""
    glue = _GLUE().search(run)
    if glue and glue.start() and _valid(run[: glue.start()]):
        return run[: glue.start()]
    host = run.rstrip("._-")
    return host if _valid(host) or _IPV4.fullmatch(host) else ""


def _valid(host: str) -> bool:
    labels = host.split(".")
    return (
        len(labels) > 1
        and all(
            0 < len(label) < 64 and not label.startswith("-") and not label.endswith("-") for label in labels
        )
        # Underscores are fit for subdomains only.
        and "_" not in labels[-2]
        and _ENDING.fullmatch(labels[-1]) is not None
    )


def looks_meant(host: str, *, path: str = "") -> bool:
    """Say whether a bare `a.b` is an address; `path` is the two characters that follow it."""
    if not _valid(host):
        return False
    labels = host.lower().split(".")
    ending = host.rsplit(".", 1)[-1]
    if not (ending.islower() or ending.isupper()):
        return False  # "It ended.They left"
    if labels[-1] in _PLAIN_ENDINGS or (labels[0] == "www" and len(labels) > 2):
        return True
    has_path = len(path) == 2 and path[0] == "/" and path[1].isalnum()
    if ".".join(labels) in _SHORT_HOSTS:
        return has_path
    country = len(labels[-1]) == 2 and labels[-1] not in _WORD_ENDINGS
    return (has_path and country) or (len(labels) > 2 and country and all(len(label) > 1 for label in labels))


def _path(text: str, start: int, *, host: str) -> str:
    """Return port, path, query and fragment at `start`, cut where the running text goes on."""
    number = _PORT.match(text, start)
    port = number[0] if number else ""
    run = _PATH.match(text, start + len(port))
    if run is None:
        return port
    path = run[0]
    glue = _GLUE().search(path)
    path = path[: glue.start()] if glue else path
    if host.lower() == "t.co":
        short = re.match(r"/\w*", path, re.ASCII)
        return short[0] if short else ""
    return port + _balanced(path).rstrip(_NOT_LAST)


def _balanced(path: str) -> str:
    """Cut a path before the first bracket that has no partner."""
    opened: list[int] = []
    for at, character in enumerate(path):
        if character == "(":
            opened.append(at)
        elif character == ")":
            if not opened:
                return path[:at]
            opened.pop()
    return path[: opened[0]] if opened else path


# Parameters that say how a reader came, never what is read.
_TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid twclid ttclid igsh igshid mibextid mc_cid mc_eid spm "
    "ref_src ref_url xtor ocid cmpid ns_campaign at_medium at_campaign _ga __twitter_impression "
    "__cft__ __tn__".split()
)
_TRACKING_OF_HOST = {
    "x.com": frozenset({"s", "t"}),
    "twitter.com": frozenset({"s", "t"}),
    "youtube.com": frozenset({"si", "feature", "pp", "ab_channel"}),
    "youtu.be": frozenset({"si", "feature"}),
}


_WWW = re.compile(r"^\.*(?:www\.+)+(?=[^.]+\.+[^.])")
_CLEAN_HOST = re.compile(r"[^\s.:@]+(?:\.[^\s.:@]+)+")


def clean_link(url: str) -> str | None:
    """Give one spelling to the addresses of one page; None for what is no web address (blank included).

    Scheme, `www.`, fragment, tracking parameters and the last slash go; everything that may identify
    content stays, in its order. A shortener's address stays a value of its own.
    """
    url = url.strip()
    try:
        parts = urlsplit(url if "://" in url[:8] else f"https://{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    host = _WWW.sub("", host or "").strip(".")
    if parts.scheme not in {"http", "https"} or not _CLEAN_HOST.fullmatch(host):
        return None
    tracking = _TRACKING | _TRACKING_OF_HOST.get(host, frozenset())
    kept = [
        field
        for field in parts.query.split("&")
        if field and not (name := field.partition("=")[0].lower()).startswith("utm_") and name not in tracking
    ]
    query = f"?{'&'.join(kept)}" if kept else ""
    where = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"https://{where}{parts.path.rstrip('/')}{query}"
