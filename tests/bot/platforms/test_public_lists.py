"""Public lists at pinned versions, from a server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli import exchange, run
from bot.errors import InputError, MastheadError
from bot.platforms.public_lists import LIST, LISTS, PublicList, download
from bot.platforms.safe_http import SafeHttp
from tests.bot.platforms.desk import NOW, FakeServer, fake_server
from tests.bot.platforms.strangers import Answer, Names, Visit, serving
from tests.shared import shared

Handler = Callable[[web.Request], web.Response]

BODY = b"Category,Name\nX,Y\n"


def sends_body(_: web.Request) -> web.Response:
    return web.Response(body=BODY, content_type="text/plain")


def wanted(server: FakeServer) -> PublicList:
    server.table["/list.csv"] = sends_body
    return replace(
        LISTS["hamilton"], url=f"{server.url('lists.example')}/list.csv", sha256=sha256(BODY).hexdigest()
    )


def http(server: FakeServer) -> SafeHttp:
    return fetcher(server.port)


def fetcher(port: int) -> SafeHttp:
    return SafeHttp(clock=lambda: NOW, lookup=Names(), allow=frozenset({("127.0.0.1", port)}))


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


async def test_where_the_list_was_moved_to_is_followed(tmp_path: Path) -> None:
    """GitHub answers for raw files with a redirect to another host."""
    async with fake_server() as server:
        moved = replace(wanted(server), url=f"{server.url('hub.example')}/raw/list.csv")
        server.table["/raw/list.csv"] = lambda _: web.Response(
            status=302, headers={"Location": f"{server.url('files.example')}/list.csv"}
        )
        file = await download(moved, tmp_path, http=http(server))
        assert file.read_bytes() == BODY


def sends_on(to: str) -> Handler:
    return lambda _: web.Response(status=302, headers={"Location": to})


def is_a_page(_: web.Request) -> web.Response:
    return web.Response(text="<html>Sign in</html>", content_type="text/html")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (sends_on("/list.csv"), "in a circle or too many times"),
        (is_a_page, "something else than what was asked for"),
        # Into the network in which the bot runs.
        (sends_on("http://127.0.0.1:9/"), "could not be read"),
    ],
    ids=["circle", "page", "home"],
)
async def test_a_server_that_sends_something_else_leaves_nothing(
    tmp_path: Path, answer: Handler, told: str
) -> None:
    async with fake_server() as server:
        there = wanted(server)
        server.table["/list.csv"] = answer
        with pytest.raises(MastheadError, match=told):
            await download(there, tmp_path, http=http(server))
        assert files_in(tmp_path) == []


async def ends_early(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n" + BODY)


async def is_endless(visit: Visit, length: str = "") -> None:
    await visit.send(f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n{length}\r\n".encode())
    with contextlib.suppress(ConnectionError):
        while True:
            await visit.send(b"x" * 65_536)


async def says_that_it_is_large(visit: Visit) -> None:
    await is_endless(visit, f"Content-Length: {LIST.body_bytes + 1}\r\n")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (ends_early, "could not be read"),
        (is_endless, "more than Masthead reads"),
        (says_that_it_is_large, "more than Masthead reads"),
    ],
)
async def test_a_list_that_is_cut_short_or_too_large_leaves_nothing(
    tmp_path: Path, answer: Answer, told: str
) -> None:
    async with serving(answer) as stranger:
        url = stranger.url("/list.csv", host="lists.example")
        there = replace(LISTS["hamilton"], url=url, sha256=sha256(BODY).hexdigest())
        with pytest.raises(MastheadError, match=told):
            await download(there, tmp_path, http=fetcher(stranger.port))
        assert files_in(tmp_path) == []


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_command_downloads_what_the_import_then_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    async with fake_server() as server:
        name, changed = "hamilton", replace(wanted(server), sha256="0" * 64)

        def on_loopback(**_: object) -> SafeHttp:
            return http(server)

        monkeypatch.setattr(exchange, "SafeHttp", on_loopback)
        monkeypatch.setattr(exchange, "LISTS", {name: changed})
        # The command has a loop of its own.
        assert await asyncio.to_thread(run, ["registry", "download", name, "lists"]) == 2
        assert "is not the version that is pinned" in capfd.readouterr().err
        assert not (tmp_path / "lists").exists()
        monkeypatch.setattr(exchange, "LISTS", {name: wanted(server)})
        assert await asyncio.to_thread(run, ["registry", "download", name, "lists"]) == 0
        told = capfd.readouterr().out
        assert "version ec7c824 (2024-12-02), MIT" in told
        assert "masthead registry import --dry-run lists/Hamilton_Account_List2024.csv" in told
        assert await asyncio.to_thread(run, ["registry", "download", "other"]) == 2
        assert "there is no list `other`. Known: hamilton." in capfd.readouterr().err


@pytest.mark.parametrize(
    ("name", "place"), [("hamilton", "asd_hamilton"), ("state-media-matrix", "asd_state_media")]
)
def test_the_pinned_checksums_are_those_of_the_lists(name: str, place: str) -> None:
    file = shared(f"data/registry/{place}/{LISTS[name].file}")
    assert sha256(file.read_bytes()).hexdigest() == LISTS[name].sha256


def test_lists_come_over_https_from_the_place_that_is_named() -> None:
    for each in LISTS.values():
        assert each.url.startswith(f"{each.page}/raw/")
