from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.aliases import Alias, Aliases, AliasKind
from bot.text.credits import (
    Credit,
    CreditKind,
    CreditStyle,
    credit_style,
    credits_and_style,
    credits_in,
)

HALF, MENTION, LINK = CreditKind.HALF, CreditKind.REAL_MENTION, CreditKind.REAL_LINK
TAG, NAME, BARE = CreditKind.TAG, CreditKind.NAME_CREDIT, CreditKind.BARE


def handle(text: str, *, listed: bool = False) -> Alias:
    return Alias(text=text, kind=AliasKind.HANDLE, bearer=text.lower(), listed=listed)


def name(text: str, bearer: str, *, listed: bool = False) -> Alias:
    return Alias(text=text, kind=AliasKind.NAME, bearer=bearer, listed=listed)


_REGISTERED = [
    handle("mundo_China"),
    handle("cgtn"),
    handle("hoy"),
    handle("mundo"),
    handle("noticias"),
    handle("reuters"),
    handle("hoyhoy", listed=True),
    handle("efe", listed=True),
    handle("ana@social.example"),
    handle("diario-ejemplo.bsky.example"),
    name("Mundo China", "mundo_china"),
    name("Mundo", "mundo"),
    name("新华社", "xinhua"),
    name("РИА Пример", "ria"),
    name("وكالة مثال", "mithal"),
    name("Agência Exemplo", "exemplo"),
    name("Reuters", "reuters"),
    Alias(text="www.diario-ejemplo.example", kind=AliasKind.DOMAIN, bearer="diario"),
]
ALIASES = Aliases(_REGISTERED)


def kinds(text: str) -> list[tuple[CreditKind, str]]:
    return [(credit.kind, text[credit.start : credit.end]) for credit in credits_in(text, ALIASES)]


def only(text: str) -> Credit:
    (credit,) = credits_in(text, ALIASES)
    return credit


@pytest.mark.parametrize(
    ("text", "kind", "disguised"),
    [
        ("Twitter •mundo_china", HALF, False),
        ("Fuente: mundo_china", HALF, False),
        ("@ mundo_china", HALF, False),
        ("[at]mundo_china", HALF, False),
        ("•ｍｕｎｄｏ_ｃｈｉｎａ", HALF, True),
        ("•mundо_china", HALF, True),  # the first o is Cyrillic
        ("@mundo_china", MENTION, False),
        ("＠mundo_china", MENTION, False),
        ("https://x.com/mundo_china/status/1", LINK, False),
        ("#mundo_china", TAG, False),
        ("Fuente: Mundo China", NAME, False),
        ("来源：新华社", NAME, False),
        ("hoy mundo_china dice", BARE, False),
    ],
)
def test_the_rows_of_the_grammar(text: str, kind: CreditKind, *, disguised: bool) -> None:
    credit = only(text)
    assert (credit.kind, credit.disguised) == (kind, disguised)


@pytest.mark.parametrize(
    "text",
    [
        "mundo_china2",
        "Fuente: mundo_china2",
        "elmundo_chinas",
        "a@mundo_china.example",
        "Fuente: cgtn",
        "Fuente: hoy",
        "Fuente: mundo",
        "Fuente: Mundo",
        "Fuente: noticias",
        "Xmundo_china2",
        "",
    ],
)
def test_no_match(text: str) -> None:
    assert credits_in(text, ALIASES) == []


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("Foto | mundo_china", "foto |"),
        ("VÍA mundo_china", "vía"),
        (unicodedata.normalize("NFD", "Crédito: mundo_china"), "crédito:"),
        ("texto (mundo_china)", "("),
        ("texto [mundo_china]", "["),
        ("texto — mundo_china.", "—"),
        ("AFP／mundo_china", "/"),
        ("텍스트 ･mundo_china", "・"),
        ("转自mundo_china报道", "转自"),
        ("消息来源：mundo_china", "来源:"),
        ("𝕏 mundo_china", "x"),
        ("(at) mundo_china", "(at)"),
        ("📷 Foto: mundo_china 🇨🇱", "foto:"),
        ("Источник: mundo_china, Москва", ":"),
        ("المصدر: mundo_china", ":"),
        ("\u202bالمصدر • mundo_china\u202c", "•"),
        ("Fonte: mundo_china — agência", "fonte:"),
        ("Fuente:\n MUNDO_CHINA", "fuente:"),
        ("mundo_china", None),
        ("Xmundo mundo_china", None),
        ("art mundo_china", None),
    ],
)
def test_markers(text: str, marker: str | None) -> None:
    credit = only(text)
    assert (credit.kind, credit.marker) == (HALF if marker else BARE, marker)
    assert text[credit.start : credit.end].lower() == "mundo_china"


@pytest.mark.parametrize(
    "text",
    [
        "Fuente: mun\u200bdo_china",
        "Fuente: mund0_china",
        "Fuente: rnundo_china",
        "Fuente: MUNDO_CHІNA",
        # A sign that does not make a mention, because something is hidden.
        "@\u200bmundo_china",
        "@mun\u200bdo_china",
        "@mundо_china",
        "@ｍundo_china",
    ],
)
def test_disguised(text: str) -> None:
    credit = only(text) if "@mun" not in text else credits_in(text, ALIASES)[-1]
    assert (credit.kind, credit.disguised) == (HALF, True)
    assert credit.alias.text == "mundo_China"


def test_a_zero_width_character_beside_the_handle_disguises_nothing() -> None:
    credit = only("Fuente: mundo_china\u200b fin")
    assert (credit.kind, credit.disguised) == (HALF, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Источник: РИА Пример", [(NAME, "РИА Пример")]),
        ("المصدر: وكالة مثال.", [(NAME, "وكالة مثال")]),
        ("Fonte: Agência Exemplo/reprodução", [(NAME, "Agência Exemplo")]),
        (
            unicodedata.normalize("NFD", "Fonte: Agência Exemplo"),
            [(NAME, unicodedata.normalize("NFD", "Agência Exemplo"))],
        ),
        ("来源：新华社北京电", [(NAME, "新华社")]),  # Chinese is glued
        ("Fuente: Mundo Chinas", []),
        ("Fuente: Reuters", [(NAME, "Reuters")]),  # registered as a handle too: the kinder reading
        ("lo dijo Reuters ayer", []),
        ("lo dijo Mundo China ayer", []),
        ("Fuente: @mundo_china", [(MENTION, "@mundo_china")]),
        ("Fuente: Mundo China • mundo_china", [(NAME, "Mundo China"), (HALF, "mundo_china")]),
        ("RT @mundo_china: hola", [(MENTION, "@mundo_china")]),
        ("写信@mundo_china看这里", [(MENTION, "@mundo_china")]),
        ("@cgtn", [(MENTION, "@cgtn")]),  # a real mention needs no long name
        ("t.me/mundo_china/7", [(LINK, "t.me/mundo_china/7")]),
        (
            "https://bsky.app/profile/diario-ejemplo.bsky.example",
            [(LINK, "https://bsky.app/profile/diario-ejemplo.bsky.example")],
        ),
        (
            "Fuente: diario-ejemplo.bsky.example",
            [(HALF, "diario-ejemplo.bsky.example")],
        ),
        ("https://social.example/@ana/1", [(LINK, "https://social.example/@ana/1")]),
        (
            "https://noticias.diario-ejemplo.example/a?b",
            [(LINK, "https://noticias.diario-ejemplo.example/a?b")],
        ),
        ("https://nodiario-ejemplo.example/", []),
        ("https://example.com/mundo_china", []),  # not a host of profiles
        ("Fuente: mundo_china-hoy", [(HALF, "mundo_china")]),
        ("Fuente: mundo_china.", [(HALF, "mundo_china")]),
        ("Fuente: mundo_china.example.nada", []),
        ("Fuente: efe", [(HALF, "efe")]),
        ("Fuente: EFE", []),  # listed by an analyst in another spelling
        ("$mundo_china", []),
        (
            "Fuente: mundo_china, vía @mundo_china #mundo_china",
            [(HALF, "mundo_china"), (MENTION, "@mundo_china"), (TAG, "#mundo_china")],
        ),
    ],
)
def test_which_credits_a_text_holds(text: str, expected: list[tuple[CreditKind, str]]) -> None:
    assert kinds(text) == expected


def test_the_platforms_own_mentions_decide() -> None:
    text = "hola @mundo_china"
    assert [c.kind for c in credits_in(text, ALIASES, mentioned=["Mundo_China"])] == [MENTION]
    assert [c.kind for c in credits_in(text, ALIASES, mentioned=[])] == [BARE]
    (beside,) = credits_in("hola", ALIASES, mentioned=["@mundo_china"])
    assert (beside.kind, beside.start, beside.end) == (MENTION, 4, 4)


def test_links_beside_the_text_count_once() -> None:
    url = "https://x.com/mundo_china/status/1"
    assert [c.kind for c in credits_in(url, ALIASES, linked=[url])] == [LINK]
    assert [c.kind for c in credits_in("hola", ALIASES, linked=[url, "", "http://["])] == [LINK]


def test_mentions_follow_the_platform() -> None:
    (credit,) = credits_in("gracias @ana@social.example", ALIASES, platform="fediverse")
    assert (credit.kind, credit.alias.bearer) == (MENTION, "ana@social.example")


def test_first_of_equal_aliases_wins() -> None:
    aliases = Aliases(
        [handle("mundo_china"), Alias(text="MUNDO_CHINA", kind=AliasKind.HANDLE, bearer="other")]
    )
    assert [credit.alias.bearer for credit in credits_in("@mundo_China", aliases)] == ["mundo_china"]


@pytest.mark.parametrize(
    ("text", "signed", "unsigned"),
    [
        ("Fuente: @quien_sea", 1, 0),
        ("Fuente: quien_sea", 0, 1),
        ("Fuente: https://example.com/a", 1, 0),
        ("Twitter • DiarioUno · foto: @ana", 1, 1),
        ("来源：@quien 转自XHNews", 1, 1),
        ("Fuente: Reuters", 0, 0),  # a word like any other
        ("hola @quien, mira quien_sea", 0, 0),  # no marker
        ("RT @quien: hola", 0, 0),
        ("nota (covid_19): sí", 0, 0),  # a bracket is no clear marker
        ("Foto: ＠quien", 1, 0),
        ("", 0, 0),
    ],
)
def test_house_style(text: str, signed: int, unsigned: int) -> None:
    assert credit_style(text) == CreditStyle(signed=signed, unsigned=unsigned)


def test_styles_add_up() -> None:
    style = sum(map(credit_style, ["Fuente: @a", "Fuente: bb_cc", "Fuente: dd_ee"]), start=CreditStyle())
    assert style == CreditStyle(signed=1, unsigned=2)


PIECES = st.sampled_from(
    "mundo_china|Mundo China|新华社|@|＠|#|•|:| |Fuente|İ|\u200b|\u0301|ﷺ|https://x.com/|o|о|１|.|-|[at]|\n|…|é|🚀|\ud800".split(
        "|"
    )
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_offsets_hold_in_any_text(text: str) -> None:
    for credit in credits_in(text, ALIASES):
        assert 0 <= credit.start < credit.end <= len(text)
        shown = text[credit.start : credit.end]
        if credit.kind in {HALF, BARE} and not credit.disguised:
            assert shown.lower() == credit.alias.text.lower()
        assert credit.kind is not HALF or credit.marker
    credit_style(text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_words_met_before_are_read_as_at_first(text: str) -> None:
    # ALIASES remembers the words of every test before; a new one has met none.
    assert credits_in(text, ALIASES) == credits_in(text, Aliases(_REGISTERED))


@given(st.lists(PIECES, max_size=12).map("".join))
def test_one_reading_says_what_two_say(text: str) -> None:
    found, style = credits_and_style(text, ALIASES, platform="x", mentioned=None, linked=())
    assert found == credits_in(text, ALIASES)
    assert style == credit_style(text)


@pytest.mark.parametrize(
    "text",
    [
        "hoy otra-mundo_china dice",
        "hoy mundo_china-otra dice",
        "hoy (mundo_china) dice",
        "hoy «mundo_china», dice",
        "hoy mundo_china. Dice",
    ],
)
def test_a_handle_is_found_however_often_its_neighbours_were_read(text: str) -> None:
    aliases = Aliases([handle("mundo_china")])
    before = credits_in(text, aliases)
    assert [credit.alias.bearer for credit in before] == ["mundo_china"]
    for piece in (*text.split(), text.replace("mundo_china", "nadie")):
        credits_in(piece, aliases)
    assert credits_in(text, aliases) == before


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/mundo_China/status/1",
        "http://www.twitter.com/mundo_china",
        "https://x.com/@mundo_China?s=20",
        "https://X.com/mundo_china",
        "x.com/mundo_china",
        "https://x.com:443/mundo_china#a",
        "https://user@x.com/mundo_china",
        "https://x.com//mundo_china/",
    ],
)
def test_an_address_names_a_handle_however_it_is_written(url: str) -> None:
    alias = Aliases([handle("mundo_china")]).address(url)
    assert alias is not None
    assert alias.bearer == "mundo_china"
