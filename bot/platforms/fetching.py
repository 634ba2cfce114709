"""What a fetch of a stranger's URL may cost, what it gives, and the ways in which it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import MastheadError

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/xml", "text/xml", "application/feed+json"}
)
JSON_TYPES = frozenset({"application/json", "application/activity+json", "application/ld+json"})
IMAGE_TYPES = frozenset(
    {"image/x-icon", "image/vnd.microsoft.icon", "image/png", "image/gif", "image/jpeg", "image/webp",
     "image/svg+xml", "application/octet-stream"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one fetch may cost, with all its redirects.

    `body_bytes` counts after decompression, `wire_bytes` everything received: headers, TLS and redirects
    too. With `cut` a longer body is cut there; else it fails. `types` are the media types read, in lower
    case without parameters; an answer that gives no type has the type "".
    """

    types: frozenset[str]
    body_bytes: int = 2_000_000
    wire_bytes: int = 2_500_000
    total_s: float = 15.0
    redirects: int = 5
    cut: bool = False


PAGE = Limits(types=HTML_TYPES, cut=True)
FEED = Limits(types=FEED_TYPES | HTML_TYPES | {"text/plain"})
JSON = Limits(types=JSON_TYPES)
ICON = Limits(types=IMAGE_TYPES, body_bytes=256_000, wire_bytes=400_000, total_s=8.0)
# RFC 9309 asks for at least 500 KiB of robots.txt to be read.
ROBOTS = Limits(
    types=frozenset({"text/plain", "application/octet-stream", ""}),
    body_bytes=512_000,
    wire_bytes=700_000,
    total_s=5.0,
    cut=True,
)
ADS_TXT = Limits(
    types=frozenset({"text/plain"}), body_bytes=256_000, wire_bytes=400_000, total_s=5.0, cut=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask it later whether a page has changed. Sent to `url` alone."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer of a server, whatever its status. `status` 304 means unchanged since `Validators`.

    `url` is where the answer came from and `hops` what was asked on the way there, the first being what
    was asked for. `headers` have lower-case names, the last value of each. `body` is decompressed, and
    empty where the answer is an error of another media type than asked for. `received` counts bytes on
    the wire.
    """

    url: str
    hops: tuple[str, ...]
    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool
    received: int
    fetched_at: datetime
    validators: Validators

    @property
    def media_type(self) -> str:
        """The type without parameters; empty where none is given."""
        return media_type(self.headers.get("content-type", ""))


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type header, lower-case and without parameters."""
    return content_type.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A TLS certificate that was valid for the host. `names` are its DNS names, lower-case, sorted.

    `key_sha256` is the SHA-256 of the public key (SubjectPublicKeyInfo) in hex, None where it could not
    be read; `sha256` that of the whole certificate.
    """

    names: tuple[str, ...]
    issuer: str
    serial: str
    valid_from: datetime
    valid_to: datetime
    sha256: str
    key_sha256: str | None
    received: int


class Failure(StrEnum):
    """Why nothing was fetched."""

    # Before anything was sent: no web address, a login in it, another port, an address that is not public.
    ADDRESS = "address"
    ROBOTS = "robots"
    DNS = "dns"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIME = "time"
    SIZE = "size"
    TYPE = "type"
    REDIRECTS = "redirects"
    DOWNGRADE = "downgrade"
    # The answer breaks the protocol: headers too long, a lying encoding, an early end.
    GARBLED = "garbled"


_SENTENCES = {
    Failure.ROBOTS: "{host} asks programs not to read this page (robots.txt), so it was not read.",
    Failure.SIZE: "{host} answered with more than Masthead reads of one page.",
    Failure.TYPE: "{host} answered with something else than what was asked for.",
    Failure.REDIRECTS: "{host} sends visitors on in a circle or too many times.",
    Failure.DOWNGRADE: "{host} sends visitors from https to http, which Masthead does not follow.",
}
# One sentence for all others: whoever asks in a chat must not learn which machines and ports answer.
_UNREAD = "{host} could not be read. Check the address, or try again later."


class FetchError(MastheadError):
    """Nothing was fetched. `str(error)` is for everybody; `detail` is for operators and the log alone."""

    def __init__(self, failure: Failure, *, host: str, detail: str, received: int = 0) -> None:
        super().__init__(_SENTENCES.get(failure, _UNREAD).format(host=host))
        self.failure = failure
        self.host = host
        self.detail = detail
        self.received = received
