"""Pages as they are found: every mark, every encoding, broken HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.encodings import decode_page
from bot.platforms.site_pages import MAX_LINKS, icon_values, read_page
from bot.text.indicators import KINDS, Mark
from bot.text.page_marks import MAX_OF_A_KIND, in_ads_txt

URL = "https://site.example/"


def marks(html: str) -> set[tuple[Mark, str]]:
    read = read_page(html.encode(), url=URL, content_type="text/html; charset=utf-8")
    return {(found.mark, found.value) for found in read.marks}


# Each as the vendor tells its customers to write it, with invented numbers.
SNIPPETS = [
    ("<script>ga('create', 'UA-7730115-3', 'auto');</script>", Mark.GOOGLE_ANALYTICS, "UA-7730115"),
    ("<script>_gaq.push(['_setAccount', 'UA-7730115-12']);</script>", Mark.GOOGLE_ANALYTICS, "UA-7730115"),
    (
        '<script async src="https://www.googletagmanager.com/gtag/js?id=G-7QX0EXMPL2"></script>',
        Mark.GA4,
        "G-7QX0EXMPL2",
    ),
    (
        "<script>(w,d,s,l,i)(window,document,'script','dataLayer','GTM-5EXMPLE');</script>",
        Mark.TAG_MANAGER,
        "GTM-5EXMPLE",
    ),
    ("<script>gtag('config', 'AW-770011522');</script>", Mark.GOOGLE_ADS, "AW-770011522"),
    (
        '<script src="https://pagead2.example/adsbygoogle.js?client=ca-pub-7700115522003344"></script>',
        Mark.ADSENSE,
        "pub-7700115522003344",
    ),
    (
        '<meta name="google-adsense-account" content="ca-pub-7700115522003344">',
        Mark.ADSENSE,
        "pub-7700115522003344",
    ),
    (
        '<script>hm.src = "https://hm.baidu.com/hm.js?0a1b2c3d4e5f60718293a4b5c6d7e8f9";</script>',
        Mark.BAIDU_TONGJI,
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    ),
    ('<script>ym(77001155, "init", {clickmap:true});</script>', Mark.YANDEX_METRICA, "77001155"),
    ('<img src="https://mc.yandex.ru/watch/77001155" alt="">', Mark.YANDEX_METRICA, "77001155"),
    ("<script>fbq('init', '770011552200334');</script>", Mark.META_PIXEL, "770011552200334"),
    ('<script>fbq("init", "770011552200334");</script>', Mark.META_PIXEL, "770011552200334"),
    (
        '<script src="https://s4.cnzz.com/z_stat.php?id=1277001155&web_id=1277001155"></script>',
        Mark.CNZZ,
        "1277001155",
    ),
    ('<script>LA.init({id:"JxExample00aaBB",ck:"JxExample00aaBB"})</script>', Mark.LA51, "JxExample00aaBB"),
    ("<script>h._hjSettings={hjid:7700115,hjsv:6};</script>", Mark.HOTJAR, "7700115"),
    ('<script>(window, document, "clarity", "script", "ex4mpl3abc");</script>', Mark.CLARITY, "ex4mpl3abc"),
    (
        "<script>var u=\"//stats.owner.example/\";_paq.push(['setSiteId', '7']);</script>",
        Mark.MATOMO,
        "stats.owner.example#7",
    ),
    (
        '<meta name="google-site-verification" content="tZx_7example-Token99" />',
        Mark.VERIFICATION,
        "google:tZx_7example-Token99",
    ),
    (
        "<META content='0123abcd4567ef89' name='Yandex-Verification'>",
        Mark.VERIFICATION,
        "yandex:0123abcd4567ef89",
    ),
    (
        '<meta name="baidu-site-verification" content="code-x7example0" />',
        Mark.VERIFICATION,
        "baidu:code-x7example0",
    ),
    ('<a href="https://beian.miit.gov.cn">京ICP备77001155号-4</a>', Mark.ICP, "京ICP77001155"),
    ("<p>沪 ICP 备 77001155 号</p>", Mark.ICP, "沪ICP77001155"),
    ("<p>粤B2-2009 粤ICP证770011号</p>", Mark.ICP, "粤ICP770011"),
    ("<p>京公网安备 11010502077001号</p>", Mark.POLICE, "11010502077001"),
    (
        '<a href="https://play.google.com/store/apps/details?hl=es&amp;id=com.ejemplo.diario">',
        Mark.ANDROID_APP,
        "com.ejemplo.diario",
    ),
    ('<a href="https://apps.apple.com/cl/app/diario-ejemplo/id7700115522">', Mark.IOS_APP, "7700115522"),
    ('<meta property="al:ios:app_store_id" content="7700115522">', Mark.IOS_APP, "7700115522"),
    (
        '<meta name="apple-itunes-app" content="app-id=7700115522, app-argument=x">',
        Mark.IOS_APP,
        "7700115522",
    ),
    ('<meta property="fb:app_id" content="770011552200334">', Mark.FACEBOOK_APP, "770011552200334"),
    ('<meta name="generator" content="ExampleCMS 5.2">', Mark.GENERATOR, "ExampleCMS 5.2"),
    (
        "<footer><p>技术支持：北京示例科技有限公司 | 版权所有</p></footer>",
        Mark.DEVELOPER,
        "北京示例科技有限公司",
    ),
    (
        '<div>技术支持：<a href="http://x.example">北京示例科技有限公司</a></div>',
        Mark.DEVELOPER,
        "北京示例科技有限公司",
    ),
    ("<p>網站建設:示例網絡</p>", Mark.DEVELOPER, "示例網絡"),
    ("<p>Создание сайта — Студия «Пример»</p>", Mark.DEVELOPER, "студия «пример»"),
    ("<p>© 2024 Diario Ejemplo. Desarrollado por Estudio Prueba</p>", Mark.DEVELOPER, "estudio prueba"),
]


@pytest.mark.parametrize(("html", "mark", "value"), SNIPPETS)
def test_what_a_page_carries_is_found(html: str, mark: Mark, value: str) -> None:
    assert (mark, value) in marks(f"<html><body><p>Noticias</p>{html}</body></html>")


def test_every_kind_has_an_example() -> None:
    outside_the_page = {Mark.CERTIFICATE_KEY, Mark.CERTIFICATE_NAME, Mark.FAVICON}
    assert {mark for _html, mark, _value in SNIPPETS} == set(Mark) - outside_the_page
    assert set(KINDS) == set(Mark)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="/IMG-20240101123000.jpg">',
        '<a href="/STRONG-CATEGORY-page">',
        "<p>UA-XXXXX-Y G-XXXXXXXXXX GTM-XXXX UA-12345678-1 pub-1234567890123456 AW-123456789</p>",
        "<script>gtag('config', 'G-0000000000');fbq('init', 'YOUR_PIXEL_ID');</script>",
        '<meta name="google-site-verification" content="">',
        '<meta name="google-site-verification" content="x">',
        "<p>ICP备案说明</p>",
        "<p>The town is powered</p>",
        "<script>var x = '京';</script>",
    ],
)
def test_what_only_looks_like_a_mark_is_none(html: str) -> None:
    assert not marks(html)


def test_a_credit_in_running_text_names_no_developer() -> None:
    article = "<p>The plant is powered by wind, a project created by the ministry.</p>"
    assert not marks(article + "<p>Más noticias</p>" * 60)


def test_a_catalogue_of_apps_is_nobodys_apps() -> None:
    links = "".join(
        f'<a href="https://play.google.com/store/apps/details?id=com.ejemplo.app{n}">'
        for n in range(MAX_OF_A_KIND + 1)
    )
    assert not marks(links)


def test_ads_txt_tells_its_own_account_from_resellers() -> None:
    text = """# ads
google.com, pub-7700115522003344, DIRECT, f08c47fec0942fa0
Google.com , pub-7700115522009999 , RESELLER, f08c47fec0942fa0
other.example, pub-7700115522007777, DIRECT
broken line
"""
    assert [found.value for found in in_ads_txt(text)] == ["pub-7700115522003344"]


class TestEncodings:
    CHINESE = "<p>技术支持：北京示例科技有限公司</p>"
    TAIWAN = "<p>技術支援：示例網絡</p>"
    RUSSIAN = "<p>Создание сайта: Студия Пример</p>"

    @pytest.mark.parametrize(
        ("body", "content_type", "expected"),
        [
            (f"<meta charset=gb2312>{CHINESE}".encode("gbk"), "text/html", "北京示例科技有限公司"),
            (CHINESE.encode("gb18030"), "text/html; charset=GBK", "北京示例科技有限公司"),
            (CHINESE.encode("gbk"), "text/html", "北京示例科技有限公司"),  # says nothing
            (f"<meta charset='gbk'>{CHINESE}".encode(), "text/html", "北京示例科技有限公司"),  # lies
            (f"<meta content='text/html; charset=big5'>{TAIWAN}".encode("big5"), "text/html", "示例網絡"),
            (RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", "студия пример"),
            (RUSSIAN.encode("koi8-r"), "text/html; charset=koi8-r", "студия пример"),
            (RUSSIAN.encode("utf-16"), "text/html", "студия пример"),
            (b"\xef\xbb\xbf" + RUSSIAN.encode(), "text/html; charset=windows-1251", "студия пример"),
            (RUSSIAN.encode() + "…".encode()[:2], "text/html", "студия пример"),  # cut within a character
            (RUSSIAN.encode("cp1251"), "charset=rot13; x=windows-1251", None),  # no codec of ours
        ],
    )
    def test_pages_are_read_as_they_are(self, body: bytes, content_type: str, expected: str | None) -> None:
        read = read_page(body, url=URL, content_type=content_type)
        found = [each.value for each in read.marks if each.mark is Mark.DEVELOPER]
        assert found == ([expected] if expected else [])

    @given(
        st.binary(max_size=80),
        st.sampled_from(["", "text/html; charset=idna", "text/html; charset=zlib", "charset=utf-16"]),
    )
    def test_any_bytes_are_read(self, body: bytes, content_type: str) -> None:
        text, _name = decode_page(body, content_type=content_type)
        assert len(text) <= max(len(body), 1) * 2
        read_page(body, url=URL, content_type=content_type)


class TestLinks:
    def test_links_to_others_and_named_accounts_are_kept(self) -> None:
        page = (
            b'<base href="https://site.example/news/"><a href="../about">us</a><a href="https://www.site.example/x">us</a>'
            b'<a href="https://x.com/hoy_ej">X</a><a rel=me href="https://social.example/@hoy">M</a>'
            b'<link rel="me" href="https://t.me/hoy_ej"><meta name="twitter:site" content="@hoy_ej_2">'
            b'<a href="mailto:a@site.example">m</a><a href="javascript:void(0)">j</a><a href="http://[bad">b</a>'
        )
        read = read_page(page, url=URL, content_type="text/html")
        assert read.links == (
            "https://x.com/hoy_ej",
            "https://social.example/@hoy",
            "https://t.me/hoy_ej",
            "https://x.com/hoy_ej_2",
        )

    def test_a_farm_of_links_is_cut(self) -> None:
        page = "".join(f'<a href="https://h{n}.example/">x</a>' for n in range(MAX_LINKS + 50)).encode()
        assert len(read_page(page, url=URL, content_type="text/html").links) == MAX_LINKS

    def test_the_declared_icon_comes_before_the_usual_one(self) -> None:
        page = b'<link rel="shortcut icon" href="/img/i.png"><title> A\n B </title>'
        read = read_page(page, url="https://site.example/a/b", content_type="text/html")
        assert read.icons == ("https://site.example/img/i.png", "https://site.example/favicon.ico")
        assert read.title == "A B"


def test_an_icon_has_the_hash_of_the_search_engines() -> None:
    # Shodan's convention: MurmurHash3 over base64 in lines with the final line break.
    (value,) = icon_values(bytes(range(256)) * 3)
    assert value.startswith("1836528006 sha256:")
    assert icon_values(b"") == ()
