"""The fetcher for strangers' URLs: what it does with servers that behave."""

from __future__ import annotations

import gzip
import zlib

import pytest

from bot.platforms.fetching import FEED, PAGE, Failure, FetchError
from tests.bot.platforms.strangers import NOW, Visit, answer, fetcher, paths, serving


async def test_a_page_comes_with_its_cost() -> None:
    page = answer("<p>Señal</p>".encode(), kind="text/html; charset=utf-8", ETag='"7"')
    async with serving(paths({"/a?b=1": page})) as server:
        fetched = await fetcher(server).get(server.url("/a?b=1#top"))
    assert fetched.status == 200
    assert fetched.body == "<p>Señal</p>".encode()
    assert fetched.media_type == "text/html"
    assert fetched.url == server.url("/a?b=1")
    assert fetched.received == len(page)
    assert fetched.fetched_at == NOW
    assert not fetched.cut


async def test_it_says_who_asks_and_brings_nothing_along() -> None:
    kept = answer(Set_Cookie="id=1; Path=/")
    async with serving(paths({"/": kept, "/next": kept})) as server:
        safe = fetcher(server)
        await safe.get(server.url("/"))
        await safe.get(server.url("/next"))
    heads = "\n".join(server.heads).lower()
    assert "user-agent: masthead/0.1 (research; +https://team.example/masthead)" in heads
    assert "cookie:" not in heads
    assert "authorization:" not in heads
    assert "referer:" not in heads


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"<p>hello</p>", mtime=0)),
        ("x-gzip", gzip.compress(b"<p>hel", mtime=0) + gzip.compress(b"lo</p>", mtime=0)),  # two members
        ("gzip", gzip.compress(b"<p>hello</p>", mtime=0) + b"\0" * 20),  # padding
        ("deflate", zlib.compress(b"<p>hello</p>")),
        ("deflate", zlib.compress(b"<p>hello</p>")[2:-4]),  # without its header, as some servers send it
        ("identity", b"<p>hello</p>"),
        ("", b"<p>hello</p>"),
    ],
)
async def test_bodies_are_decompressed(encoding: str, body: bytes) -> None:
    async with serving(paths({"/": answer(body, Content_Encoding=encoding)})) as server:
        fetched = await fetcher(server).get(server.url())
    assert fetched.body == b"<p>hello</p>"


async def test_redirects_are_followed_and_told() -> None:
    table = {
        "/a": answer(b"", status="301 Moved", Location="/b?x=1"),
        "/b?x=1": answer(b"", status="302 Found", Location="//other.example:{port}/c"),
        "/c": answer(b"<p>there</p>"),
    }

    async def reply(visit: Visit) -> None:
        raw = table.get(visit.path, answer(b"", kind="text/plain"))
        await visit.send(raw.replace(b"{port}", str(visit.server.port).encode()))

    async with serving(reply) as server:
        fetched = await fetcher(server).get(server.url("/a"))
    last = server.url("/c", host="other.example")
    assert fetched.hops == (server.url("/a"), server.url("/b?x=1"), last)
    assert fetched.url == last
    assert fetched.body == b"<p>there</p>"


async def test_an_unchanged_page_is_not_sent_again() -> None:
    async def reply(visit: Visit) -> None:
        head = visit.head.lower()
        fresh = 'if-none-match: "7"' in head and "if-modified-since: tue, 03 nov 2026" in head
        stamps = {"ETag": '"7"', "Last_Modified": "Tue, 03 Nov 2026 08:00:00 GMT"}
        if visit.path == "/robots.txt":
            await visit.send(answer(b"", status="404 Not Found"))
        elif fresh:
            await visit.send(answer(b"", status="304 Not Modified", kind="", **stamps))
        else:
            await visit.send(answer(b"<p>long</p>", **stamps))

    async with serving(reply) as server:
        safe = fetcher(server)
        first = await safe.get(server.url())
        second = await safe.get(server.url(), known=first.validators)
        # Another page must not be asked with what this one gave.
        third = await safe.get(server.url("/other"), known=first.validators)
    assert (first.status, second.status, third.status) == (200, 304, 200)
    assert second.body == b""
    assert second.validators == first.validators


async def test_an_error_of_the_server_is_an_answer() -> None:
    async with serving(paths({"/": answer(b"<p>gone</p>", status="410 Gone")})) as server:
        fetched = await fetcher(server).get(server.url())
    assert (fetched.status, fetched.body) == (410, b"<p>gone</p>")


async def test_an_error_in_another_type_has_no_body() -> None:
    down = answer(b"{}", status="503 Service Unavailable", kind="application/json")
    async with serving(paths({"/": down})) as server:
        fetched = await fetcher(server).get(server.url())
    assert (fetched.status, fetched.body) == (503, b"")


@pytest.mark.parametrize("kind", ["application/pdf", "video/mp4", "", "text/htmlx", "text/plain"])
async def test_other_types_are_not_read(kind: str) -> None:
    async with serving(paths({"/": answer(b"%PDF", kind=kind)})) as server:
        with pytest.raises(FetchError) as refused:
            await fetcher(server).get(server.url())
    assert refused.value.failure is Failure.TYPE


async def test_json_is_sent_and_no_redirect_followed() -> None:
    table = {"/api": answer(b"", status="307 Temporary", kind="", Location="/elsewhere")}
    async with serving(paths(table)) as server:
        fetched = await fetcher(server).post(server.url("/api"), json=b'{"a":1}', limits=FEED)
    assert fetched.status == 307
    assert server.paths == ["/api"]
    assert server.heads[0].startswith("POST /api")
    assert "content-type: application/json" in server.heads[0].lower()


async def test_the_rest_of_a_long_page_is_cut_where_asked() -> None:
    page = answer(b"x" * (PAGE.body_bytes + 5))
    async with serving(paths({"/": page})) as server:
        fetched = await fetcher(server).get(server.url())
    assert fetched.cut
    assert len(fetched.body) == PAGE.body_bytes


class TestRobots:
    ROBOTS = b"User-agent: *\nDisallow: /private\nUser-agent: Masthead\nDisallow: /research\n"

    async def test_a_page_that_is_closed_to_programs_is_not_asked_for(self) -> None:
        async with serving(paths({"/research/1": answer()}, robots=self.ROBOTS)) as server:
            with pytest.raises(FetchError, match=r"robots\.txt") as refused:
                await fetcher(server).get(server.url("/research/1"))
        assert refused.value.failure is Failure.ROBOTS
        assert server.paths == ["/robots.txt"]

    async def test_it_is_asked_for_once_a_host(self) -> None:
        async with serving(paths({"/1": answer(), "/2": answer()}, robots=self.ROBOTS)) as server:
            safe = fetcher(server)
            await safe.get(server.url("/1"))
            await safe.get(server.url("/2"))
            await safe.get(server.url("/1", host="other.example"))
        assert server.paths == ["/robots.txt", "/1", "/2", "/robots.txt", "/1"]

    async def test_a_redirect_does_not_lead_past_it(self) -> None:
        table = {"/open": answer(b"", status="302 Found", Location="/research/2"), "/research/2": answer()}
        async with serving(paths(table, robots=self.ROBOTS)) as server:
            with pytest.raises(FetchError) as refused:
                await fetcher(server).get(server.url("/open"))
        assert refused.value.failure is Failure.ROBOTS
        assert "/research/2" not in server.paths

    @pytest.mark.parametrize(
        ("robots", "read"),
        [
            (answer(b"", status="404 Not Found"), True),
            (answer(b"", status="403 Forbidden"), True),
            (answer(b"<p>front page for everything</p>"), True),
            (answer(b"", status="500 Broken"), False),
            (answer(b"", status="503 Busy"), False),
            (answer(b"", status="429 Too Many"), False),
        ],
    )
    async def test_a_server_without_rules_and_a_server_in_trouble(self, robots: bytes, read: bool) -> None:  # noqa: FBT001 - a column of the table
        async def reply(visit: Visit) -> None:
            await visit.send(robots if visit.path == "/robots.txt" else answer(b"<p>read</p>"))

        async with serving(reply) as server:
            safe = fetcher(server)
            if read:
                assert (await safe.get(server.url())).body == b"<p>read</p>"
            else:
                with pytest.raises(FetchError):
                    await safe.get(server.url())

    async def test_what_is_made_for_programs_is_asked_without(self) -> None:
        async with serving(
            paths({"/feed": answer(kind="application/rss+xml")}, robots=self.ROBOTS)
        ) as server:
            await fetcher(server).get(server.url("/feed"), limits=FEED, robots=False)
        assert server.paths == ["/feed"]
