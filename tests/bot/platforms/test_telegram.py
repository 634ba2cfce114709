"""Telegram's preview on loopback, with pages written after the markup that t.me shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from bot.accounts import AccountRef, Platform, PostRef
from bot.platforms.settings import TelegramSettings
from bot.platforms.telegram import Telegram
from bot.store.live import AccountState
from bot.store.records import PostKind
from tests.bot.platforms.desk import FakeServer, Handler, desk, fake_server

if TYPE_CHECKING:
    from pathlib import Path

CHANNEL = AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_hoy")
HEAD = """
<div class="tgme_channel_info"><div class="tgme_channel_info_header">
  <div class="tgme_channel_info_header_title"><span dir="auto">Ejemplo Hoy</span></div>
  <div class="tgme_channel_info_header_username"><a href="https://t.me/Ejemplo_Hoy">@Ejemplo_Hoy</a></div></div>
  <div class="tgme_channel_info_counters">
    <div class="tgme_channel_info_counter"><span class="counter_value">12.3K</span>
      <span class="counter_type">subscribers</span></div>
    <div class="tgme_channel_info_counter"><span class="counter_value">7</span>
      <span class="counter_type">photos</span></div></div>
  <div class="tgme_channel_info_description">Noticias.<br/>
    <a href="https://noticias.example/">noticias.example</a></div></div>
"""


def message(number: int, inner: str, *, day: int = 20, views: str = "9.87K") -> str:
    return f"""
<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="Ejemplo_Hoy/{number}">
  {inner}
  <div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">{views}</span>
  <a class="tgme_widget_message_date" href="https://t.me/Ejemplo_Hoy/{number}">
  <time datetime="2026-11-{day:02}T10:00:00+00:00" class="time">10:00</time></a></div></div></div>
"""


def text(words: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'


def html(*parts: str, status: int = 200, location: str = "") -> Handler:
    headers = {"Location": location} if location else {}

    def answer(_: web.Request) -> web.Response:
        page = f"<html><body>{''.join(parts)}</body></html>"
        return web.Response(text=page, content_type="text/html", status=status, headers=headers)

    return answer


def asking(server: FakeServer) -> Telegram:
    return Telegram(TelegramSettings(enabled=True, url=server.url()))


async def test_a_channel_is_read_page_by_page(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        forwarded = (
            '<div class="tgme_widget_message_forwarded_from">Forwarded from '
            '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/Otro_canal/77">Otro</a></div>'
        )
        answer = (
            '<a class="tgme_widget_message_reply" href="https://t.me/Ejemplo_Hoy/40">'
            '<div class="tgme_widget_message_text js-message_reply_text">Lo de antes</div></a>'
        )
        reaction = '<span class="tgme_reaction"><i class="emoji"><b>👍</b></i>{}</span>'
        first = html(
            HEAD,
            message(41, forwarded + text("Reenviado"), day=19),
            message(
                42,
                answer
                + '<a class="tgme_widget_message_photo_wrap" href="#"></a>'
                + text('Hoy: <a href="https://noticias.example/a">noticias.example/a</a><br/>Fin')
                + reaction.format("1.2K")
                + reaction.format(5),
            ),
        )
        second = html(HEAD, message(2, text("Primero"), day=2, views="812"))

        def pages(request: web.Request) -> web.StreamResponse:
            return second(request) if request.query.get("before") == "41" else first(request)

        server.table["/s/ejemplo_hoy"] = pages
        look = await here.look(CHANNEL)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        profile = await here.snapshot(CHANNEL)
        assert profile is not None
        assert (profile.display_name, profile.followers, profile.rounded) == ("Ejemplo Hoy", 12_300, True)
        assert profile.profile_link == "https://noticias.example/"
        newest, shared, oldest = await here.posts(CHANNEL)
        assert newest.post_id == "ejemplo_hoy/42"
        assert newest.text == "Hoy: https://noticias.example/a\nFin"
        assert (newest.kind, newest.refers_to, newest.media) == (
            PostKind.REPLY,
            "ejemplo_hoy/40",
            ("photo",),
        )
        assert (newest.counts.views, newest.counts.likes, newest.counts.rounded) == (9_870, 1_205, True)
        assert (shared.kind, shared.refers_to, shared.counts.views) == (
            PostKind.REPOST,
            "otro_canal/77",
            None,
        )
        assert (oldest.counts.views, oldest.counts.rounded) == (812, False)
        assert oldest.created_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
        # The first page serves for the head and the newest posts.
        assert [asked for asked in server.asked if "before" not in asked] == ["GET /s/ejemplo_hoy"]


async def test_one_post_is_found_by_its_address(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/ejemplo_hoy/42"] = html(message(42, text("Hoy")))
        server.table["/s/ejemplo_hoy"] = html(HEAD)
        await here.look(PostRef(platform=Platform.TELEGRAM, post_id="42", author=CHANNEL))
        assert [post.text for post in await here.posts(CHANNEL)] == ["Hoy"]


async def test_a_group_or_person_has_no_preview(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/s/ejemplo_hoy"] = html(status=302, location="/ejemplo_hoy")
        server.table["/ejemplo_hoy"] = html('<div class="tgme_page_title"><span>Grupo</span></div>')
        look = await here.look(CHANNEL)
        assert look.state is AccountState.LIMITED
        assert look.reason is not None
        assert "no preview of it on the web" in look.reason
        assert look.problems == ()


async def test_an_unknown_name_is_not_found(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/s/ejemplo_hoy"] = html(status=302, location="/ejemplo_hoy")
        server.table["/ejemplo_hoy"] = html('<div class="tgme_page_icon"></div>')
        look = await here.look(CHANNEL)
        assert look.state is AccountState.NOT_FOUND
        assert look.reason == "Telegram knows no public name `ejemplo_hoy`."
        assert await here.snapshot(CHANNEL) is None


async def test_a_page_of_another_shape_is_a_gap_and_never_nothing(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/s/ejemplo_hoy"] = html("<p>Something new</p>")
        look = await here.look(CHANNEL)
        assert look.state is None
        assert len(look.problems) == 1
        assert "no head of the kind" in look.problems[0]


async def test_posts_without_dates_are_a_change_of_shape(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        undated = message(42, text("Hoy")).replace("datetime=", "data-when=")
        server.table["/s/ejemplo_hoy"] = html(HEAD, undated)
        look = await here.look(CHANNEL)
        assert look.state is AccountState.PRESENT
        assert len(look.problems) == 1
        assert "cannot read" in look.problems[0]


async def test_a_page_that_repeats_itself_ends_the_paging(tmp_path: Path) -> None:
    async with fake_server() as server, desk(tmp_path, asking(server), server=server) as here:
        server.table["/s/ejemplo_hoy"] = html(HEAD, message(42, text("Hoy")))
        look = await here.look(CHANNEL)
        assert look.problems == ()
        assert len(server.asked) == 2
