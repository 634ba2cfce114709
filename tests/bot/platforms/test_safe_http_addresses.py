"""No URL, redirect or name server makes the fetcher connect to anything but the public web."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.fetching import Failure, FetchError
from bot.platforms.guard import SystemLookup
from bot.platforms.public_addresses import is_public
from bot.platforms.safe_http import SafeHttp
from tests.bot.platforms.connections import watched_connections
from tests.bot.platforms.strangers import NOW, Names, Visit, answer, fetcher, paths, serving

# Names in the hands of an attacker, and what their name server answers.
NAMES = {
    "loopback.example": ["127.0.0.1"],
    "good.example": ["10.1.1.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "loopback6.example": ["::1"],
    "any.example": ["0.0.0.0"],  # noqa: S104 - an answer that must be refused
    "any6.example": ["::"],
    "ten.example": ["10.0.0.5"],
    "home.router.example": ["192.168.1.1"],
    "office.example": ["172.16.9.9"],
    "metadata.example": ["169.254.169.254"],
    "carrier.example": ["100.64.0.1"],
    "bench.example": ["198.18.0.1"],
    "multicast.example": ["224.0.0.1"],
    "broadcast.example": ["255.255.255.255"],
    "reserved.example": ["240.0.0.1"],
    "relay.example": ["192.88.99.1"],
    "assignments.example": ["192.0.0.8"],
    "docs.example": ["203.0.113.9"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "compatible.example": ["::127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "nat64local.example": ["64:ff9b:1::a00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "teredo.example": ["2001:0:7f00:1::"],
    "unique.example": ["fd00::1"],
    "link6.example": ["fe80::1"],
    "zone.example": ["fe80::1%eth0"],
    "site6.example": ["fec0::1"],
    "multicast6.example": ["ff02::1"],
    "docs6.example": ["2001:db8::1"],
    "segment.example": ["5f00::1"],
    # One public answer does not make the others good.
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "mixed6.example": ["2606:2800:220:1::1", "::1"],
    "nonsense.example": ["not an address"],
}

HOSTILE = [
    # Addresses instead of names, in all their spellings.
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://00000177.0.0.1/",
    "http://127.0.0.1.:80/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd12:3456::1]/",
    "http://１２７.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://172.31.255.255/",
    "http://100.100.100.200/",
    # Names for this machine and for private networks.
    "http://localhost/",
    "http://LOCALHOST./",
    "http://localhost.localdomain/",
    "http://ⓛocalhost/",
    "http://db/",
    "http://printer.local/",
    "http://vault.internal/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://nas.lan/",
    "http://router.home.arpa/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://ip6-localhost/",
    # Logins and look-alikes of addresses.
    "http://good.example@127.0.0.1/",
    "http://user:secret@site.example/",
    "http://@site.example/",
    "http://good.example#@127.0.0.1/",
    "http://127.0.0.1#good.example",
    "http://127.0.0.1\\@good.example/",
    "http://good.example\\.127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:///127.0.0.1/",
    "http:127.0.0.1/",
    "http://127.0.0.1%2f.good.example/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%00.good.example/",
    "http://[::1]good.example/",
    "http://site..example/",
    "http://-/",
    # Other ports and schemes.
    "http://site.example:22/",
    "http://site.example:6379/",
    "http://site.example:8080/",
    "https://site.example:25/",
    "http://site.example:0/",
    "http://site.example:65536/",
    "http://site.example:80:90/",
    "file:///etc/passwd",
    "ftp://site.example/",
    "gopher://site.example:6379/_INFO",
    "javascript:alert(1)",
    "data:text/html,hi",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "//site.example/",
    "site.example",
    "",
    # What would break a request apart.
    "http://site.example/\r\nHost: 127.0.0.1",
    "http://site.example/a b",
    "http://site.example\r\n.evil.example/",
    "http://site.example/\u202egpj.exe",
    "http://site.example/" + "a" * 5_000,
    "http://" + "a." * 200 + "example/",
    *[f"http://{name}/" for name in NAMES],
]


def test_the_table_is_long_enough() -> None:
    assert len(set(HOSTILE)) >= 100


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_url_reaches_nobody(url: str) -> None:
    names = Names(NAMES)
    safe = SafeHttp(clock=lambda: NOW, lookup=names)
    with watched_connections() as connected, pytest.raises(FetchError) as refused:
        await safe.get(url)
    assert refused.value.failure is Failure.ADDRESS
    assert refused.value.received == 0
    assert connected == []
    assert set(names.asked) <= set(NAMES)


# "//site.example/" and texts without a scheme are paths of the site itself when it redirects to them.
RELATIVE = {"//site.example/", "site.example", ""}


@pytest.mark.parametrize("status", ["302 Found", "308 Permanent Redirect"])
async def test_no_redirect_leads_where_no_url_leads(status: str) -> None:
    """All targets in one server, each asked for by its number, with this machine's own ports beside it."""
    async with serving(paths({})) as private:
        targets = [url for url in HOSTILE if url not in RELATIVE and "\r" not in url]
        targets += [f"http://127.0.0.1:{private.port}/", f"http://[::1]:{private.port}/"]

        async def reply(visit: Visit) -> None:
            if visit.path == "/robots.txt":
                await visit.send(answer(b"", kind="text/plain"))
                return
            await visit.send(answer(b"", status=status, Location=targets[int(visit.path[1:])]))

        async with serving(reply) as site:
            for number, target in enumerate(targets):
                safe = fetcher(site, names=Names({"site.example": ["127.0.0.1"], **NAMES}))
                with watched_connections() as connected, pytest.raises(FetchError) as refused:
                    await safe.get(site.url(f"/{number}"))
                assert refused.value.failure is Failure.ADDRESS, target
                assert set(connected) == {("127.0.0.1", site.port)}, target
                assert refused.value.received < 1_000 + len(target)
        assert private.connections == 0


async def test_a_redirect_cannot_smuggle_a_header() -> None:
    async def reply(visit: Visit) -> None:
        await visit.send(answer(b"", status="302 Found", Location="/x%0d%0aX-Evil:%201"))

    async with serving(reply) as site:
        with pytest.raises(FetchError):
            await fetcher(site).get(site.url())
    assert not any("x-evil" in line.lower() for head in site.heads for line in head.split("\r\n")[1:])


class TestChangingAnswers:
    """A name server that gives a public address first and a private one afterwards."""

    async def test_nothing_is_looked_up_between_check_and_connection(self) -> None:
        answers = itertools.chain([["93.184.216.34"]], itertools.repeat(["127.0.0.1"]))
        asked = 0

        async def rebinding(host: str, port: int) -> list[str]:
            nonlocal asked
            asked += 1
            return next(answers)

        safe = SafeHttp(clock=lambda: NOW, lookup=rebinding)
        with watched_connections() as connected, pytest.raises(FetchError):
            await safe.get("http://rebind.example/", robots=False)
        # What was checked is what was connected to, and there was one answer only.
        assert asked == 1
        assert connected == [("93.184.216.34", 80)]

    async def test_every_hop_is_checked_anew(self) -> None:
        async with serving(paths({"/": answer(b"", status="302 Found", Location="/again")})) as site:
            turns = itertools.chain([["127.0.0.1"]] * 2, itertools.repeat(["10.0.0.1"]))

            async def rebinding(host: str, port: int) -> list[str]:
                return next(turns)

            safe = SafeHttp(clock=lambda: NOW, lookup=rebinding, allow=frozenset({("127.0.0.1", site.port)}))
            with watched_connections() as connected, pytest.raises(FetchError) as refused:
                await safe.get(site.url())
        assert refused.value.failure is Failure.ADDRESS
        assert set(connected) == {("127.0.0.1", site.port)}


async def test_the_certificate_is_asked_through_the_same_gate() -> None:
    safe = SafeHttp(clock=lambda: NOW, lookup=Names(NAMES))
    for host in ("loopback.example", "metadata.example", "mixed.example", "127.0.0.1", "localhost"):
        with watched_connections() as connected, pytest.raises(FetchError) as refused:
            await safe.certificate(host)
        assert refused.value.failure is Failure.ADDRESS
        assert connected == []


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(paths({})) as proxy, serving(paths({"/": answer()})) as site:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await fetcher(site).get(site.url())
    assert proxy.connections == 0


async def test_the_system_looks_up_full_names_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *, type: int) -> list[tuple[int, int, int, str, tuple[str, int]]]:  # noqa: A002 - the name of the real one
        asked.append(host)
        return [(2, type, 6, "", ("93.184.216.34", port))]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    lookup = SystemLookup(threads=1)
    assert await lookup("site.example", 443) == ["93.184.216.34"]
    lookup.close()
    # Without the dot the system may try "site.example.our-own-network".
    assert asked == ["site.example."]


def test_everybody_is_told_the_same() -> None:
    """Refused, silent and unknown hosts are one to the one who asks, or the bot would scan ports for them."""
    told = {
        str(FetchError(failure, host="site.example", detail="x"))
        for failure in (Failure.ADDRESS, Failure.DNS, Failure.UNREACHABLE, Failure.TLS, Failure.TIME)
    }
    assert len(told) == 1


PUBLIC = [
    "93.184.216.34",
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "192.0.1.1",
    "::ffff:8.8.8.8",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", sorted({each for answers in NAMES.values() for each in answers}))
def test_special_addresses_may_not(address: str) -> None:
    assert is_public(address) == (address in {"93.184.216.34", "2606:2800:220:1::1"})


@given(st.ip_addresses(v=4))
def test_a_form_of_an_address_is_judged_as_the_address(address: object) -> None:
    plain = str(address)
    assert is_public(f"::ffff:{plain}") == is_public(plain)
    # Forms that a router may unpack are refused whatever they hold.
    assert not is_public(f"64:ff9b::{plain}")
    assert not is_public(f"::{plain}")
