"""The TLS certificate that a host shows, read without asking for a page."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from datetime import UTC, datetime
from functools import cache
from typing import cast

from bot.platforms.fetching import Certificate
from bot.platforms.guard import Allowed, Lookup, Meter, StrictResolver, guarded_sockets

MAX_NAMES = 200

# Tags of DER (X.690): the ones that stand on the way to the public key of a certificate (RFC 5280, 4.1).
_SEQUENCE = 0x30
_VERSION = 0xA0

_Name = tuple[tuple[tuple[str, str], ...], ...]


async def handshake(
    lookup: Lookup,
    host: str,
    *,
    port: int,
    meter: Meter,
    allow: Allowed,
    trust: ssl.SSLContext | None,
) -> Certificate:
    """Connect to `host` and return the certificate it shows. Raises OSError, of which ssl.SSLError is one."""
    first, *_ = await StrictResolver(lookup, allow=allow).resolve(host, port)
    address = (first["host"], port)
    family = socket.AF_INET6 if first["family"] == socket.AF_INET6 else socket.AF_INET
    made = guarded_sockets(meter, allow=allow)((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address))
    made.settimeout(0)
    context = trust or await asyncio.to_thread(_default_trust)
    try:
        await asyncio.get_running_loop().sock_connect(made, address)
        _, writer = await asyncio.open_connection(sock=made, ssl=context, server_hostname=host)
    except BaseException:
        made.close()
        raise
    try:
        shown = cast("ssl.SSLObject", writer.get_extra_info("ssl_object"))
        return read_certificate(shown, received=meter.received)
    finally:
        writer.transport.abort()


@cache
def _default_trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def read_certificate(shown: ssl.SSLObject, *, received: int = 0) -> Certificate:
    """Return the certificate of a finished handshake in which it was verified."""
    fields = shown.getpeercert() or {}
    der = shown.getpeercert(binary_form=True) or b""
    pairs = cast("tuple[tuple[str, str], ...]", fields.get("subjectAltName", ()))
    key = public_key(der)
    return Certificate(
        names=tuple(sorted({name.lower() for kind, name in pairs if kind == "DNS"}))[:MAX_NAMES],
        issuer=_organisation(cast("_Name", fields.get("issuer", ()))),
        serial=str(fields.get("serialNumber", "")),
        valid_from=_moment(str(fields["notBefore"])),
        valid_to=_moment(str(fields["notAfter"])),
        sha256=hashlib.sha256(der).hexdigest(),
        key_sha256=None if key is None else hashlib.sha256(key).hexdigest(),
        received=received,
    )


def _organisation(name: _Name) -> str:
    parts = {key: value for group in name for key, value in group}
    return parts.get("organizationName") or parts.get("commonName") or ""


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), tz=UTC)


def public_key(der: bytes) -> bytes | None:
    """Return the SubjectPublicKeyInfo of a certificate, with its header; None for bytes that are none."""
    try:
        certificate = _content(der, _SEQUENCE)
        fields = _content(certificate, _SEQUENCE)
        if fields[0] == _VERSION:
            fields = _after(fields)
        # Serial number, signature algorithm, issuer, validity and subject come before it.
        for _ in range(5):
            fields = _after(fields)
        return fields[: len(fields) - len(_after(fields))] if fields[0] == _SEQUENCE else None
    except (IndexError, ValueError):
        return None


def _content(der: bytes, tag: int) -> bytes:
    if der[0] != tag:
        raise ValueError("another tag")
    start, end = _span(der)
    return der[start:end]


def _after(der: bytes) -> bytes:
    return der[_span(der)[1] :]


def _span(der: bytes) -> tuple[int, int]:
    """Return where the content of the first element begins and ends."""
    length, start = der[1], 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[2 : 2 + size], "big"), 2 + size
    if start + length > len(der):
        raise ValueError("longer than what holds it")
    return start, start + length
