"""Public lists at pinned versions, from a server on loopback."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import InputError
from bot.platforms.public_lists import LISTS, PublicList, download
from bot.platforms.safe_http import SafeHttp
from tests.bot.platforms.desk import NOW, FakeServer, fake_server
from tests.bot.platforms.strangers import Names
from tests.shared import shared

BODY = b"Category,Name\nX,Y\n"


def sends_body(_: web.Request) -> web.Response:
    return web.Response(body=BODY, content_type="text/plain")


def wanted(server: FakeServer) -> PublicList:
    server.table["/list.csv"] = sends_body
    return replace(
        LISTS["hamilton"], url=f"{server.url('lists.example')}/list.csv", sha256=sha256(BODY).hexdigest()
    )


def http(server: FakeServer) -> SafeHttp:
    return SafeHttp(clock=lambda: NOW, lookup=Names(), allow=frozenset({("127.0.0.1", server.port)}))


async def test_the_pinned_version_is_written_once(tmp_path: Path) -> None:
    async with fake_server() as server:
        file = await download(wanted(server), tmp_path / "lists", http=http(server))
        assert file.read_bytes() == BODY
        with pytest.raises(InputError, match="exists already"):
            await download(wanted(server), tmp_path / "lists", http=http(server))


async def test_another_content_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    async with fake_server() as server:
        changed = replace(wanted(server), sha256="0" * 64)
        with pytest.raises(InputError, match="not the version that is pinned"):
            await download(changed, tmp_path / "lists", http=http(server))
        # A file that was there would be in the way.
        assert await download(wanted(server), tmp_path / "lists", http=http(server))


async def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with fake_server() as server:
        gone = replace(wanted(server), url=f"{server.url('lists.example')}/other")
        with pytest.raises(InputError, match="status 404"):
            await download(gone, tmp_path, http=http(server))


@pytest.mark.parametrize(
    ("name", "place"), [("hamilton", "asd_hamilton"), ("state-media-matrix", "asd_state_media")]
)
def test_the_pinned_checksums_are_those_of_the_lists(name: str, place: str) -> None:
    file = shared(f"data/registry/{place}/{LISTS[name].file}")
    assert sha256(file.read_bytes()).hexdigest() == LISTS[name].sha256


def test_lists_come_over_https_from_the_place_that_is_named() -> None:
    for each in LISTS.values():
        assert each.url.startswith(f"{each.page}/raw/")
