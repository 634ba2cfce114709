"""Looking at sites: what is asked, what is kept, what a budget refuses, and what bad sites do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import InputError
from bot.platforms.safe_http import SafeHttp
from bot.platforms.site_looks import Ports, look_at
from bot.platforms.sites import MAX_AT_ONCE, SiteBudgetError, SiteService
from bot.store.database import Database
from bot.store.looks import looks_at
from bot.store.site_marks import SeenMark, looks_held, marks_held, sites_held
from bot.text.indicators import Mark
from tests.bot.platforms.strangers import NOW, Names, answer

TLS = Path(__file__).resolve().parents[2] / "data" / "tls"
ICON = bytes(range(256)) * 3
PAGE = (
    "<html><head><meta charset=gb2312><script>gtag('config','G-7QX0EXMPL2')</script>"
    "<link rel=icon href=/i.png></head><body><a href='https://x.com/hoy_ej'>X</a>"
    "<footer>技术支持：<b>北京示例科技有限公司</b></footer>"
).encode("gbk")
ADS = b"google.com, pub-7700115522003344, DIRECT, f08c47fec0942fa0\n"
SITE = {
    "/": answer(PAGE),
    "/i.png": answer(ICON, kind="image/png"),
    "/ads.txt": answer(ADS, kind="text/plain"),
    "/robots.txt": answer(b"", kind="text/plain"),
}


class Site:
    """A site over TLS or without, on loopback; `asked` are the paths of all requests."""

    def __init__(self, table: dict[str, bytes]) -> None:
        self.table = table
        self.asked: list[str] = []
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            self.asked.append(path)
            missing = answer(b"<p>no such page</p>", status="404 Not Found")
            writer.write(self.table.get(path, missing))
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def serving(table: dict[str, bytes], *, tls: bool = True) -> AsyncGenerator[Site]:
    site = Site(table)
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "site.pem")
    server = await asyncio.start_server(site.handle, "127.0.0.1", 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


def web(*sites: Site, names: Names | None = None) -> SafeHttp:
    """Return a fetcher for which every name leads to this machine, where it may reach these sites alone."""
    allow = frozenset(("127.0.0.1", site.port) for site in sites)
    trust = ssl.create_default_context(cafile=TLS / "ca.pem")
    return SafeHttp(clock=lambda: NOW, lookup=names or Names(), allow=allow, trust=trust)


def secure(site: Site) -> Ports:
    return Ports(secure=site.port, plain=1)


def values(marks: tuple[SeenMark, ...]) -> dict[Mark, str]:
    return {each.mark: each.value for each in marks}


async def test_a_site_is_read_with_icon_certificate_and_ads_txt() -> None:
    async with serving(SITE) as site:
        look = await look_at(web(site), "site.example", now=NOW, ports=secure(site))
    assert look.page is not None
    assert look.page.encoding == "gb18030"
    found = values(look.marks)
    assert found[Mark.GA4] == "G-7QX0EXMPL2"
    assert found[Mark.DEVELOPER] == "北京示例科技有限公司"
    assert found[Mark.ADSENSE] == "pub-7700115522003344"
    assert found[Mark.FAVICON].startswith("1836528006 ")
    assert Mark.CERTIFICATE_KEY in found
    # The certificate names two more registered domains, and its own among them.
    names = {each.value for each in look.marks if each.mark is Mark.CERTIFICATE_NAME}
    assert names == {"site.example", "other-site.example", "third.example"}
    assert look.missed == ()
    assert site.asked == ["/robots.txt", "/", "/i.png", "/ads.txt"]
    # Four pages and a certificate: what a look costs stays countable.
    assert look.requests == 4
    assert 1_000 < look.received < 20_000


async def test_a_site_without_tls_is_read_without() -> None:
    with socket.socket() as closed:
        # Bound and not listening: a connection to it is refused.
        closed.bind(("127.0.0.1", 0))
        nobody = Site({})
        nobody.port = closed.getsockname()[1]
        async with serving({**SITE, "/ads.txt": answer(b"<p>none</p>")}, tls=False) as site:
            ports = Ports(secure=nobody.port, plain=site.port)
            look = await look_at(web(site, nobody), "old.example", now=NOW, ports=ports)
    assert look.page is not None
    assert look.page.url == f"http://old.example:{site.port}/"
    assert Mark.CERTIFICATE_KEY not in values(look.marks)
    assert look.missed == ()


async def test_a_name_without_an_address_is_tried_with_www() -> None:
    async with serving(SITE) as site:
        names = Names({"www.site.example": ["127.0.0.1"]})
        look = await look_at(web(site, names=names), "site.example", now=NOW, ports=secure(site))
    assert look.page is not None
    assert look.sends_to is None


async def test_a_site_that_sends_visitors_on_keeps_no_marks_of_the_other() -> None:
    async with serving(SITE) as there:
        sends = {"/": answer(b"", status="301 Moved", Location=f"https://third.example:{there.port}/")}
        async with serving(sends) as here:
            http = web(here, there)
            look = await look_at(http, "site.example", now=NOW, ports=secure(here))
    assert look.sends_to == "third.example"
    marks, links = look.records
    assert [(each.host, each.answered, len(each.marks) > 3) for each in marks] == [
        ("site.example", False, False),
        ("third.example", True, True),
    ]
    assert [each.host for each in links] == ["third.example"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (answer(b"<p>down</p>", status="503 Busy"), "answered with status 503"),
        (answer(b"%PDF", kind="application/pdf"), "something else than what was asked for"),
        (answer(b"x", Content_Encoding="gzip"), "could not be read"),
        (b"", "could not be read"),
    ],
)
async def test_a_page_that_cannot_be_read_is_a_look_without_an_answer(page: bytes, words: str) -> None:
    async with serving({**SITE, "/": page}) as site:
        look = await look_at(web(site), "site.example", now=NOW, ports=secure(site))
    assert look.page is None
    assert len(look.missed) == 1
    assert words in look.missed[0]
    ((kept,), links) = look.records
    assert (kept.answered, kept.marks, links) == (False, (), ())


async def test_what_is_missing_beside_the_page_is_said() -> None:
    async with serving({"/": answer(PAGE), "/ads.txt": b""}) as site:
        look = await look_at(web(site), "site.example", now=NOW, ports=secure(site))
    assert look.missed == ("Its icon could not be read.", "Its ads.txt could not be read.")


async def test_a_closed_site_is_left_alone() -> None:
    robots = answer(b"User-agent: Masthead\nDisallow: /\n", kind="text/plain")
    async with serving({**SITE, "/robots.txt": robots}) as site:
        look = await look_at(web(site), "site.example", now=NOW, ports=secure(site))
    assert site.asked == ["/robots.txt"]
    assert "robots.txt" in look.missed[0]


class TestService:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        opened = Database.open(tmp_path / "m.db")
        yield opened
        opened.close()

    async def test_what_was_seen_is_kept_and_links_with_it(self, database: Database) -> None:
        async with serving(SITE) as site:
            service = SiteService(database, web(site), clock=lambda: NOW, ports=secure(site))
            looks = await service.look(["site.example"])
        ((_look, new),) = looks.done
        assert new == 8
        marks = await database.read(marks_held, ["site.example"])
        assert len(marks) == 8
        assert {each.last_seen for each in marks} == {NOW}
        (links,) = await database.read(looks_at, ["site.example"])
        assert links.links == ("https://x.com/hoy_ej",)

    async def test_a_site_that_was_looked_at_lately_is_left_alone(self, database: Database) -> None:
        now = NOW
        async with serving(SITE) as site:
            service = SiteService(database, web(site), clock=lambda: now, ports=secure(site))
            await service.look(["site.example"])
            asked = len(site.asked)
            looks = await service.look(["site.example"])
            assert [each.host for each in looks.fresh] == ["site.example"]
            assert len(site.asked) == asked
            await service.look(["site.example"], again=True)
            assert len(site.asked) > asked
            asked = len(site.asked)
            now = NOW + timedelta(hours=7)
            await service.look(["site.example"])
            assert len(site.asked) > asked

    async def test_the_budget_of_a_day_ends(self, database: Database) -> None:
        async with serving(SITE) as site:
            service = SiteService(database, web(site), clock=lambda: NOW, per_day=2, ports=secure(site))
            await service.look(["site.example", "third.example"])
            asked = len(site.asked)
            with pytest.raises(
                SiteBudgetError, match=r"Within 24 hours 2 web sites may be looked at .*, and 2 have been"
            ):
                await service.look(["www.site.example"])
            assert len(site.asked) == asked

    async def test_a_failed_look_counts_against_the_budget_and_not_in_the_sample(
        self, database: Database
    ) -> None:
        async with serving({}) as site:
            service = SiteService(database, web(site), clock=lambda: NOW, per_day=1, ports=secure(site))
            await service.look(["site.example"])
            with pytest.raises(SiteBudgetError):
                await service.look(["third.example"])
        assert await database.read(sites_held) == 0
        (held,) = await database.read(looks_held, ["site.example"])
        assert not held.answered

    async def test_too_many_at_once_are_refused_before_anything_is_asked(self, database: Database) -> None:
        names = Names()
        service = SiteService(database, web(names=names), clock=lambda: NOW)
        with pytest.raises(InputError, match="At most 10 sites"):
            await service.look([f"s{n}.example" for n in range(MAX_AT_ONCE + 1)])
        assert names.asked == []
