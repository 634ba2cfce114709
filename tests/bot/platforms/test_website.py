"""Websites and their feeds, on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.accounts import AccountRef, Platform
from bot.platforms.website import Website
from bot.store.live import AccountState
from tests.bot.platforms.desk import FakeServer, Handler, desk, fake_server

if TYPE_CHECKING:
    from pathlib import Path

SITE = AccountRef(platform=Platform.WEBSITE, handle="noticias.example.org")
FRONT = """<html><head><title>Portada</title>
<meta property="og:site_name" content="Noticias   de Ejemplo"><meta name="description" content="Un diario">
<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/feed.xml"></head></html>"""
RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Noticias</title><language>es</language>
<item><title>Uno &amp; dos</title><link>https://noticias.example.org/a/?utm_source=rss</link>
<pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate>
<description>Corto</description>
<content:encoded><![CDATA[<p>Largo: <a href="https://otra.example/x">leer</a></p>]]></content:encoded></item>
<item><title>Sin fecha</title><link>https://noticias.example.org/b</link></item>
<item><title>Mañana</title><link>https://noticias.example.org/c</link>
<pubDate>Fri, 20 Nov 2099 10:00:00 +0000</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Noticias</title>
<entry><title>Uno</title><id>tag:x</id><link href="/a"/><updated>2026-11-20T09:00:00Z</updated>
<summary>Corto</summary></entry></feed>"""


def sends(body: str, kind: str, *, encoding: str = "utf-8") -> Handler:
    def answer(_: web.Request) -> web.Response:
        return web.Response(body=body.encode(encoding), headers={"Content-Type": kind})

    return answer


def asking(server: FakeServer) -> Website:
    return Website(origin=f"http://{{}}:{server.port}")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
async def test_a_site_is_its_front_page_and_its_feed(tmp_path: Path, encoding: str) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/"] = sends(FRONT, "text/html; charset=utf-8")
        server.table["/feed.xml"] = sends(
            RSS.format(encoding=encoding), "application/rss+xml", encoding=encoding
        )
        look = await here.look(SITE)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        assert look.remarks == ("A feed holds the newest entries alone; older ones were not read.",)
        profile = await here.snapshot(SITE)
        assert profile is not None
        assert (profile.display_name, profile.bio) == ("Noticias de Ejemplo", "Un diario")
        assert profile.followers is None
        # An entry without a date, or with one from the future, is left out rather than dated by us.
        (post,) = await here.posts(SITE)
        assert post.text == "Uno & dos\n\nLargo: leer"
        assert post.links == ("https://otra.example/x",)
        assert post.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
        assert post.post_id == "https://noticias.example.org/a/"
        assert post.counts.likes is None


async def test_atom_is_read_and_relative_addresses_are_completed(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/"] = sends(FRONT.replace("rss+xml", "atom+xml"), "text/html")
        atom = ATOM.replace('href="/a"', 'href="https://noticias.example.org/a"')
        server.table["/feed.xml"] = sends(atom, "application/atom+xml")
        await here.look(SITE)
        assert [post.text for post in await here.posts(SITE)] == ["Uno\n\nCorto"]


async def test_a_site_without_a_feed_says_so(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/"] = sends("<title>Portada</title>", "text/html")
        look = await here.look(SITE)
        assert look.state is AccountState.PRESENT
        assert look.remarks == ("The site names no feed, so what it publishes was not read.",)


async def test_a_feed_that_is_none_is_a_gap(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/"] = sends(FRONT, "text/html")
        server.table["/feed.xml"] = sends("<html><body>404</body></html>", "text/html")
        look = await here.look(SITE)
        assert look.problems == ("What the site names as its feed is none.",)


async def test_an_unchanged_feed_is_not_sent_again(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/"] = sends(FRONT, "text/html")
        conditions: list[str | None] = []

        def feed(request: web.Request) -> web.Response:
            conditions.append(request.headers.get("If-None-Match"))
            if conditions[-1] == '"v1"':
                return web.Response(status=304)
            kind = {"Content-Type": "application/rss+xml", "ETag": '"v1"'}
            return web.Response(body=RSS.format(encoding="utf-8").encode(), headers=kind)

        server.table["/feed.xml"] = feed
        await here.look(SITE)
        here.later(timedelta(hours=1))
        look = await here.look(SITE)
        assert conditions == [None, '"v1"']
        assert look.problems == ()
        assert len(await here.posts(SITE)) == 1


async def test_a_site_that_is_not_there(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        look = await here.look(SITE)
        assert (look.state, look.reason) == (AccountState.GONE, "The site's front page is not there.")
