"""TLS: certificates are checked, read, and never traded for plain http."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.platforms.certificates import public_key
from bot.platforms.fetching import Failure, FetchError
from bot.platforms.safe_http import SafeHttp
from tests.bot.platforms.strangers import NOW, Names, answer, paths, serving

TLS = Path(__file__).resolve().parents[2] / "data" / "tls"


@contextlib.asynccontextmanager
async def secured(reply: bytes) -> AsyncGenerator[int]:
    """Serve one answer to everything over TLS, as `site.example`; give the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "site.pem")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(reply)
            await writer.drain()
        writer.transport.abort()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def trusting(port: int, *more: int) -> SafeHttp:
    context = ssl.create_default_context(cafile=TLS / "ca.pem")
    allow = frozenset(("127.0.0.1", each) for each in (port, *more))
    return SafeHttp(clock=lambda: NOW, lookup=Names(), allow=allow, trust=context)


async def test_the_names_on_a_certificate_are_read() -> None:
    async with secured(answer()) as port:
        shown = await trusting(port).certificate("site.example", port=port)
    assert shown.names == ("*.other-site.example", "site.example", "third.example", "www.site.example")
    assert shown.issuer == "Masthead test authority"
    assert shown.serial == "1234"
    assert shown.valid_from == datetime(2020, 1, 1, tzinfo=UTC)
    # Read with `openssl x509 -outform der | sha256sum` and `openssl pkey -pubin -outform der | sha256sum`.
    assert shown.sha256 == "c1d60f37ef0fb79d70f8caf16f44448820d04193b8a22abf33a880053fc5376e"
    assert shown.key_sha256 == "fb2a1bfc23b2f96faeae0cd0ee02dc24de0ad92b63078465922f06795c202acc"
    assert 0 < shown.received < 10_000


async def test_a_page_comes_over_tls() -> None:
    async with secured(answer(b"<p>safe</p>")) as port:
        fetched = await trusting(port).get(f"https://site.example:{port}/", robots=False)
    assert fetched.body == b"<p>safe</p>"
    # Everything received counts, the handshake too.
    assert fetched.received > len(answer(b"<p>safe</p>")) + 500


async def test_a_certificate_for_another_host_is_not_accepted() -> None:
    async with secured(answer()) as port:
        safe = trusting(port)
        for asking in (
            safe.certificate("stranger.example", port=port),
            safe.get(f"https://stranger.example:{port}/", robots=False),
        ):
            with pytest.raises(FetchError) as refused:
                await asking
            assert refused.value.failure is Failure.TLS


async def test_an_unknown_authority_is_not_accepted() -> None:
    async with secured(answer()) as port:
        safe = SafeHttp(clock=lambda: NOW, lookup=Names(), allow=frozenset({("127.0.0.1", port)}))
        with pytest.raises(FetchError) as refused:
            await safe.get(f"https://site.example:{port}/", robots=False)
    assert refused.value.failure is Failure.TLS


async def test_https_is_not_left_for_http() -> None:
    async with serving(paths({"/plain": answer(b"<p>plain</p>")})) as plain:
        down = answer(b"", status="301 Moved", Location=plain.url("/plain"))
        async with secured(down) as port:
            with pytest.raises(FetchError, match="from https to http") as refused:
                await trusting(port, plain.port).get(f"https://site.example:{port}/", robots=False)
    assert refused.value.failure is Failure.DOWNGRADE
    assert plain.connections == 0


async def test_a_host_without_tls_is_no_certificate() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer(b"", status="400 Bad Request"))
        await writer.drain()
        writer.close()

    plain = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = plain.sockets[0].getsockname()[1]
    with pytest.raises(FetchError) as refused:
        await trusting(port).certificate("site.example", port=port)
    plain.close()
    assert refused.value.failure in {Failure.TLS, Failure.UNREACHABLE}


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x05\x30", b"\x02\x01\x01", b"\x30\x84\xff\xff\xff\xff"])
def test_bytes_that_are_no_certificate_have_no_key(der: bytes) -> None:
    assert public_key(der) is None
