"""What a hostile server can make Masthead pay: bytes, memory and time, each measured against its limit."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from dataclasses import replace

import pytest

from bot.platforms.fetching import ICON, JSON, PAGE, Failure, FetchError, Limits
from tests.bot.platforms.strangers import Answer, Names, Visit, answer, fetcher, paths, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ZEROS = bytes(1_000_000)
# What may be on its way when the fetcher hangs up: both ends' buffers, which Linux doubles.
UNDER_WAY = 8_000_000
WHOLE = replace(PAGE, cut=False)
# Never waited for in full by an answer that ends; the drips below are cut after this.
SHORT_S = 0.7


def zeros(n_millions: int, *, window: int) -> bytes:
    """Return that many million zero bytes compressed to a thousandth."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(ZEROS) for _ in range(n_millions)) + packer.flush()


async def fail(server_answer: Answer, *, limits: Limits, expected: Failure) -> FetchError:
    """Fetch once, see it fail as expected within its limits, and see that the server was let go."""
    async with serving(server_answer) as server:
        safe = fetcher(server)
        started = time.monotonic()
        with pytest.raises(FetchError) as failed:
            await safe.get(server.url(), limits=limits, robots=False)
        elapsed = time.monotonic() - started
        async with asyncio.timeout(60):
            await server.left.wait()
        assert failed.value.failure is expected
        assert failed.value.received <= limits.wire_bytes + 1
        assert server.sent <= limits.wire_bytes + UNDER_WAY
        # A loaded machine is slow in everything; a fetch without an end would still be told apart.
        assert elapsed < limits.total_s + 30
    return failed.value


class TestBombs:
    @pytest.mark.parametrize("name", ["gzip", "deflate"])
    async def test_a_bomb_is_inflated_to_the_limit_and_no_further(self, name: str) -> None:
        bomb = zeros(300, window=31 if name == "gzip" else 15)
        async with serving(paths({"/": answer(bomb, Content_Encoding=name)})) as server:
            safe = fetcher(server)
            tracemalloc.start()
            try:
                with pytest.raises(FetchError) as failed:
                    await safe.get(server.url(), limits=WHOLE, robots=False)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert failed.value.failure is Failure.SIZE
        # The bomb itself (0.3 MB) stands in this process too; 300 MB never do.
        assert peak < 12_000_000

    async def test_a_bomb_may_be_cut_instead(self) -> None:
        bomb = answer(zeros(50, window=31), Content_Encoding="gzip")
        async with serving(paths({"/": bomb})) as server:
            fetched = await fetcher(server).get(server.url(), limits=PAGE)
        assert fetched.cut
        assert len(fetched.body) == PAGE.body_bytes

    async def test_a_bomb_in_a_bomb_is_not_unpacked(self) -> None:
        twice = answer(gzip.compress(zeros(50, window=31)), Content_Encoding="gzip, gzip")
        await fail(paths({"/": twice}), limits=WHOLE, expected=Failure.GARBLED)

    async def test_a_million_empty_members_cost_no_more(self) -> None:
        members = answer(gzip.compress(b"") * 200_000, Content_Encoding="gzip")
        await fail(paths({"/": members}), limits=WHOLE, expected=Failure.SIZE)


class TestTooMuch:
    async def test_a_body_without_end(self) -> None:
        async def pour(visit: Visit) -> None:
            await visit.send(HEAD + b"\r\n")
            while True:
                await visit.send(ZEROS)

        await fail(pour, limits=WHOLE, expected=Failure.SIZE)

    async def test_a_body_that_lies_about_its_length(self) -> None:
        async def pour(visit: Visit) -> None:
            await visit.send(HEAD + b"Content-Length: 10000000000\r\n\r\n")
            while True:
                await visit.send(ZEROS)

        await fail(pour, limits=WHOLE, expected=Failure.SIZE)

    async def test_chunks_without_end(self) -> None:
        async def pour(visit: Visit) -> None:
            await visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            while True:
                await visit.send(b"1\r\nx\r\n" * 50_000)

        await fail(pour, limits=WHOLE, expected=Failure.SIZE)

    async def test_one_header_without_end(self) -> None:
        async def pour(visit: Visit) -> None:
            await visit.send(HEAD + b"X-Long: ")
            while True:
                await visit.send(b"a" * 100_000)

        await fail(pour, limits=WHOLE, expected=Failure.GARBLED)

    async def test_headers_without_end(self) -> None:
        async def pour(visit: Visit) -> None:
            await visit.send(HEAD)
            while True:
                await visit.send(b"X-Many: 1\r\n" * 10_000)

        await fail(pour, limits=WHOLE, expected=Failure.GARBLED)

    async def test_provisional_answers_without_end(self) -> None:
        async def pour(visit: Visit) -> None:
            while True:
                await visit.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 5_000)

        await fail(pour, limits=WHOLE, expected=Failure.SIZE)

    async def test_an_icon_has_a_smaller_limit(self) -> None:
        icon = answer(bytes(ICON.body_bytes + 1), kind="image/png")
        await fail(paths({"/": icon}), limits=ICON, expected=Failure.SIZE)

    async def test_robots_have_one_too(self) -> None:
        async def reply(visit: Visit) -> None:
            if visit.path != "/robots.txt":
                await visit.send(answer())
                return
            await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nAllow: /\n")
            while True:
                await visit.send(b"Disallow: /x\n" * 10_000)

        async with serving(reply) as server:
            fetched = await fetcher(server).get(server.url())
            assert fetched.status == 200
            assert server.sent < 700_000 + UNDER_WAY


class TestTooSlow:
    """A drip of single bytes looks alive to every limit but that on the whole time."""

    LIMITS = replace(WHOLE, total_s=SHORT_S)

    @staticmethod
    def drip(beginning: bytes, drop: bytes = b"a") -> Answer:
        async def reply(visit: Visit) -> None:
            await visit.send(beginning)
            while True:
                await visit.send(drop)
                await asyncio.sleep(0.02)

        return reply

    @pytest.mark.parametrize(
        ("beginning", "drop"),
        [
            (HEAD + b"\r\n<p>", b"a"),  # a body
            (HEAD + b"X-Slow: ", b"a"),  # a header
            (b"", b"H"),  # a status line
            (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
            (HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x", mtime=0)[:10], b"\x00"),
        ],
    )
    async def test_a_drip_is_ended(self, beginning: bytes, drop: bytes) -> None:
        limits = self.LIMITS
        async with serving(self.drip(beginning, drop)) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server).get(server.url(), limits=limits, robots=False)
            async with asyncio.timeout(60):
                await server.left.wait()
        # The compressed drop is no valid stream and may be found out first.
        assert failed.value.failure in {Failure.TIME, Failure.GARBLED}
        assert failed.value.received < 50_000

    async def test_silence_is_ended(self) -> None:
        async def nothing(visit: Visit) -> None:
            await asyncio.Event().wait()

        async with serving(nothing) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server).get(server.url(), limits=self.LIMITS, robots=False)
        assert failed.value.failure is Failure.TIME

    async def test_time_is_counted_over_all_hops(self) -> None:
        hops = 0

        async def reply(visit: Visit) -> None:
            nonlocal hops
            hops += 1
            await asyncio.sleep(0.4)
            await visit.send(answer(b"", status="302 Found", Location=f"/{hops}"))

        async with serving(reply) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server).get(server.url(), limits=self.LIMITS, robots=False)
        assert failed.value.failure is Failure.TIME
        assert hops <= 2

    async def test_a_slow_robots_txt_counts_as_well(self) -> None:
        async with serving(self.drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n#")) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server).get(server.url(), limits=self.LIMITS)
        assert failed.value.failure is Failure.TIME

    async def test_a_slow_name_server_counts_as_well(self) -> None:
        class Slow(Names):
            async def __call__(self, host: str, port: int) -> list[str]:
                await asyncio.Event().wait()
                return []

        async with serving(paths({})) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server, names=Slow()).get(server.url(), limits=self.LIMITS)
        assert failed.value.failure is Failure.TIME
        assert server.connections == 0


class TestRedirects:
    @pytest.mark.parametrize("length", [1, 2, 3])
    async def test_a_circle_is_left(self, length: int) -> None:
        async def reply(visit: Visit) -> None:
            place = int(visit.path[1:] or "0")
            await visit.send(answer(b"", status="302 Found", Location=f"/{(place + 1) % length}"))

        async with serving(reply) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server).get(server.url("/0"), robots=False)
        assert failed.value.failure is Failure.REDIRECTS
        assert server.connections <= length + 1

    async def test_a_chain_without_end_is_left(self) -> None:
        async def reply(visit: Visit) -> None:
            await visit.send(answer(b"", status="307 Temporary", Location=f"/{len(visit.server.heads)}"))

        async with serving(reply) as server:
            with pytest.raises(FetchError) as failed:
                await fetcher(server).get(server.url(), limits=PAGE, robots=False)
        assert failed.value.failure is Failure.REDIRECTS
        assert server.connections == PAGE.redirects + 1

    async def test_the_body_of_a_redirect_is_not_read(self) -> None:
        async def reply(visit: Visit) -> None:
            if visit.path == "/next":
                await visit.send(answer(b"<p>next</p>"))
                return
            await visit.send(HEAD.replace(b"200 OK", b"302 Found") + b"Location: /next\r\n\r\n")
            while True:
                await visit.send(ZEROS)

        async with serving(reply) as server:
            fetched = await fetcher(server).get(server.url(), robots=False)
        assert fetched.body == b"<p>next</p>"
        assert fetched.received < 1_500_000

    async def test_a_redirect_to_nowhere_is_an_answer(self) -> None:
        async with serving(paths({"/": answer(b"<p>lost</p>", status="302 Found")})) as server:
            fetched = await fetcher(server).get(server.url())
        assert (fetched.status, fetched.body) == (302, b"<p>lost</p>")


BROKEN: dict[str, bytes] = {
    "not gzip": answer(b"<p>plain</p>", Content_Encoding="gzip"),
    "gzip cut short": answer(gzip.compress(b"x" * 5_000, mtime=0)[:-12], Content_Encoding="gzip"),
    "an unknown encoding": answer(b"x", Content_Encoding="br"),
    "no HTTP": b"SSH-2.0-OpenSSH_9.9\r\n",
    "an early end": HEAD + b"Content-Length: 500\r\n\r\n<p>half",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a broken chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "nothing": b"",
    "a status that is none": b"HTTP/1.1 999999 Odd\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_answer_is_told_from_a_page(name: str) -> None:
    async def reply(visit: Visit) -> None:
        await visit.send(BROKEN[name])

    async with serving(reply) as server:
        with pytest.raises(FetchError) as failed:
            await fetcher(server).get(server.url(), limits=WHOLE, robots=False)
    assert failed.value.failure in {Failure.GARBLED, Failure.UNREACHABLE}


async def test_nobody_listens() -> None:
    async with serving(paths({})) as server:
        pass
    with pytest.raises(FetchError) as failed:
        await fetcher(server).get(server.url(), limits=JSON)
    assert failed.value.failure is Failure.UNREACHABLE


async def test_an_unknown_name() -> None:
    async with serving(paths({})) as server:
        with pytest.raises(FetchError) as failed:
            await fetcher(server, names=Names({})).get(server.url())
    assert failed.value.failure is Failure.DNS
    assert server.connections == 0


async def test_one_host_is_asked_one_thing_at_a_time() -> None:
    now, most = 0, 0

    async def reply(visit: Visit) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        await visit.send(answer())

    async with serving(reply) as server:
        safe = fetcher(server)
        await asyncio.gather(*(safe.get(server.url(f"/{n}"), robots=False) for n in range(6)))
    assert most == 1
