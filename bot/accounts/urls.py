"""Web addresses taken apart and put together again in one spelling, without asking the network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_plus

from bot.accounts.characters import fold
from bot.accounts.hosts import canonical_host

_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?//(?P<authority>[^/?#\\]*)"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_HAS_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
_AUTHORITY = re.compile(r"(?P<host>[^:@\[\]]+)(?::(?P<port>\d{0,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Everything printable in ASCII stays as it is; the rest becomes UTF-8 in percent form.
_ESCAPE = re.compile("%[0-9a-fA-F]{2}")
_KEPT = "!$%&'()*+,/:;=@[]~?"

# Parameters that say how a reader came to a page, never which page it is.
_TRACKING = frozenset(
    "fbclid gclid dclid msclkid yclid igsh igshid mibextid si feature pp ref_src ref_url "
    "__cft__[0] __tn__ _r _t is_from_webapp sender_device xmt spm".split()
)
_TRACKING_PREFIXES = ("utm_", "share_")
# `s` and `t` name the sharing app on X; elsewhere they may be a search or a moment in a video.
_TRACKING_BY_HOST = {
    host: frozenset({"s", "t"}) for host in ("x.com", "twitter.com", "mobile.twitter.com", "mobile.x.com")
}
# The web client of Telegram names the chat in the fragment alone.
_FRAGMENT_NAMES_THE_PAGE = frozenset({"web.telegram.org"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A web address in parts. `host` is canonical; path, query and fragment are as written."""

    scheme: str
    host: str
    port: str | None
    path: str
    query: str
    fragment: str

    @property
    def plain_path(self) -> str:
        """The path without outer and double slashes, percent forms decoded except an encoded slash."""
        parts = [(part, fold(unquote(part, errors="replace"))) for part in self.path.split("/") if part]
        return "/".join([raw if "/" in plain else plain for raw, plain in parts])

    def param(self, name: str) -> str | None:
        """Return the first value of a query parameter, decoded; None where it is absent or empty."""
        for field in self.query.split("&"):
            key, _, value = field.partition("=")
            if key == name and value:
                return unquote_plus(value, errors="replace")
        return None


def split_url(text: str) -> Url | None:
    """Take an address with `//` apart; None when it has no valid host or hides one behind a login."""
    found = _URL.fullmatch(text)
    authority = _AUTHORITY.fullmatch(found["authority"]) if found else None
    host = canonical_host(authority["host"]) if authority else None
    if found is None or authority is None or host is None:
        return None
    scheme = (found["scheme"] or "https").lower()
    port = authority["port"] or None
    return Url(
        scheme=scheme,
        host=host,
        port=None if port == _DEFAULT_PORTS.get(scheme) else port,
        path=found["path"],
        query=found["query"] or "",
        fragment=found["fragment"] or "",
    )


def clean_url(url: str) -> str:
    """Give one spelling to the addresses of a page; what is no web address comes back stripped.

    The host is in lower case and A-labels without `www.`; default port, fragment and tracking parameters
    go; what identifies the page stays, in its order. Cleaning twice changes nothing.
    """
    url = url.strip()
    parts = split_loosely(url)
    return written(parts) if parts and parts.scheme in _DEFAULT_PORTS else url


def written(url: Url) -> str:
    """Write a taken-apart address in its clean spelling."""
    host = without_www(url.host)
    tracking = _TRACKING | _TRACKING_BY_HOST.get(host, frozenset())
    kept = [field for field in url.query.split("&") if field and not _tracks(field, tracking)]
    text = f"{url.scheme}://{host}{f':{url.port}' if url.port else ''}{_encoded(url.path) or '/'}"
    text += f"?{_encoded('&'.join(kept))}" if kept else ""
    if host in _FRAGMENT_NAMES_THE_PAGE and url.fragment:
        text += f"#{_encoded(url.fragment)}"
    return text


def host_of(url: str) -> str | None:
    """Return the canonical host of an address or of a bare host, without `www.`; None where there is none."""
    parts = split_loosely(url.strip())
    return without_www(parts.host) if parts else None


def split_loosely(text: str) -> Url | None:
    folded = fold(text)
    return split_url(folded if _HAS_AUTHORITY.match(folded) else f"https://{folded}")


def without_www(host: str) -> str:
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host


def _tracks(field: str, tracking: frozenset[str]) -> bool:
    name = unquote(field.partition("=")[0]).lower()
    return name in tracking or name.startswith(_TRACKING_PREFIXES)


def _encoded(text: str) -> str:
    return _ESCAPE.sub(lambda found: found[0].upper(), quote(text, safe=_KEPT, errors="replace"))
