from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.links import Link
from bot.text.markup import decode_html

MASTODON = (
    '<p>Hola <span class="h-card">'
    '<a href="https://social.example/@ana" class="u-url mention">@<span>ana</span></a></span>'
    " mira</p><p>Ver "
    '<a href="https://example.com/a/b?c=1&amp;d=2"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.com/a/b?</span><span class="invisible">c=1&amp;d=2</span></a>'
    '<br>&iexcl;fin! <a href="https://x.com/ejemplo">Fuente</a></p>'
)


def test_mastodon_post_keeps_words_lines_and_targets() -> None:
    decoded = decode_html(MASTODON)
    assert decoded.text == "Hola @ana mira\nVer https://example.com/a/b?c=1&d=2\n¡fin! Fuente"
    assert [(link.url, decoded.text[link.start : link.end]) for link in decoded.links] == [
        ("https://social.example/@ana", "@ana"),
        ("https://example.com/a/b?c=1&d=2", "https://example.com/a/b?c=1&d=2"),
        ("https://x.com/ejemplo", "Fuente"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 < 6 <3 & más", "5 < 6 <3 & más"),
        ("uno<br/>dos<br>tres", "uno\ndos\ntres"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ('<i class="emoji"><b>🚀</b></i> hoy', "🚀 hoy"),
        ('hola <img alt=":ola:" src="x">', "hola :ola:"),
        ("<![CDATA[x]]> <![nonsense[y", "<![CDATA[x]]> <![nonsense[y"),
        ("&lt;b&gt; &#x40;ejemplo", "<b> @ejemplo"),
        ("<p>uno\n dos</p>\n<p>tres</p>", "uno dos\ntres"),
        ("<p>abierto <b>sin cerrar", "abierto sin cerrar"),
        ("uno < dos <b", "uno < dos <b"),
        ("", ""),
    ],
)
def test_markup_becomes_what_people_read(text: str, expected: str) -> None:
    assert decode_html(text).text == expected


def test_shortened_address_is_written_out() -> None:
    decoded = decode_html('ver <a href="https://t.me/ejemplo/17">t.me/ejem…</a> ya')
    assert decoded.text == "ver https://t.me/ejemplo/17 ya"
    assert decoded.links == (Link(url="https://t.me/ejemplo/17", start=4, end=27),)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br>",
                '<a href="https://e.example/a">',
                "</a>",
                "<",
                "&",
                "<!",
                "<![",
                "--",
                "a",
                " ",
                "\n",
            ]
        )
    )
)
def test_broken_markup_is_read_and_offsets_hold(parts: list[str]) -> None:
    decoded = decode_html("".join(parts))
    for link in decoded.links:
        shown = decoded.text[link.start : link.end]
        assert shown == shown.strip() != ""
