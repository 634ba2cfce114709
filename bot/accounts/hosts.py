"""Host names: one spelling (A-labels), what people see (U-labels), and who registered them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote

import idna
from publicsuffixlist import PublicSuffixList

from bot.accounts.characters import has_invisible, mixes_scripts, skeleton

MAX_HOST = 253
# Underscores occur in names of hosted blogs; the last label begins with a letter, so no IPv4 address passes.
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII,
)
# Last labels that never lead to a public host (RFC 6761, 6762, 7686, 8375, 9476, ICANN's private-use name).
_PRIVATE_ENDINGS = frozenset({"local", "localhost", "internal", "invalid", "lan", "home", "arpa", "alt"})


def canonical_host(host: str) -> str | None:
    """Return the lower-case A-label form of a host name; None for what is none, an IP address included."""
    if host.isascii() and "%" not in host:
        plain = host.lower().removesuffix(".")
    else:
        plain = _to_ascii(unquote(host, errors="replace"))
    return plain if len(plain) <= MAX_HOST and _HOST.fullmatch(plain) else None


@lru_cache(maxsize=1024)
def _to_ascii(host: str) -> str:
    # The limit comes first: encoding a very long label takes quadratic time.
    if len(host) > MAX_HOST or has_invisible(host):
        return ""
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return ""


@lru_cache(maxsize=1024)
def shown_host(host: str) -> str:
    """Return the form of a canonical host that people see: `xn--h1ahn.xn--p1ai` as `мир.рф`."""
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except UnicodeError:
        return host


def is_public_name(host: str) -> bool:
    """Tell whether a canonical host can be reached by the public at all, by its last label."""
    return host.rsplit(".", 1)[-1] not in _PRIVATE_ENDINGS


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str | None:
    """Return what somebody registered: `news.bbc.co.uk` -> `bbc.co.uk`, `a.blogspot.com` -> itself.

    The private section of the Public Suffix List counts, so each hosted blog stands for itself. None for
    a public suffix, a machine's address and what is no host name.
    """
    plain = canonical_host(host)
    return _suffixes().privatesuffix(plain) if plain else None


@lru_cache(maxsize=4096)
def has_known_ending(host: str) -> bool:
    """Tell whether a canonical host ends as registered names do, by the Public Suffix List."""
    return _suffixes().publicsuffix(host, accept_unknown=False) is not None


def mixed_labels(host: str) -> tuple[str, ...]:
    """Return the labels of a canonical host, as people see them, that mix scripts."""
    return tuple(label for label in shown_host(host).split(".") if mixes_scripts(label))


def look_alike(host: str, known: dict[str, str]) -> str | None:
    """Return the known host that `host` resembles or pretends to be part of; None where it is plain.

    `known` maps the skeleton of each known host to the host itself.
    """
    bare = host.removeprefix("www.")
    found = known.get(skeleton(shown_host(bare)))
    if found is not None:
        return None if found == bare else found
    labels = bare.split(".")
    # `facebook.com.login.example` begins like a platform and belongs to somebody else.
    for end in range(2, len(labels)):
        head = ".".join(labels[:end])
        if known.get(skeleton(shown_host(head))) is not None:
            return known[skeleton(shown_host(head))]
    return None
