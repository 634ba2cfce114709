from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import Platform
from bot.cards.charts import Theme, web_picture
from bot.cards.charts.picture import MAX_ALT, SCALE, WIDTH, palette
from bot.cards.charts.web import MAX_REPOSTERS, MAX_TEXTS, web_names, web_of
from bot.cards.limits import units
from bot.checks.dossier import Bond, BondKind
from tests.bot.cards.charts.drawn import REPOSTS, TEXTS, a_dossier, image, pixels_of, posts, with_bonds
from tests.bot.cards.hostile import NASTY
from tests.wording import forbidden_words

PLAIN = a_dossier(posts(20))


def _texts(other: str, *, shared: int = 5, platform: Platform = Platform.X) -> Bond:
    return Bond(kind=BondKind.TEXTS, one=None, other=other, platform=platform, shared=shared, window_s=86_400)


def _reposts(one: str, other: str, *, shared: int = 12) -> Bond:
    return Bond(kind=BondKind.REPOSTS, one=one, other=other, platform=Platform.X, shared=shared)


def _clique(n: int) -> list[Bond]:
    return [_reposts(f"@lectora_{one}", f"@lectora_{other}") for one, other in combinations(range(n), 2)]


@pytest.mark.parametrize(
    ("bonds", "partners"),
    [
        ((), 0),
        (TEXTS[:1], 0),  # one partner is a sentence
        ((TEXTS[0], TEXTS[0]), 0),
        (TEXTS[:2], 2),
        (REPOSTS[:1], 2),
        ((*TEXTS, *REPOSTS), 8),
    ],
)
def test_a_picture_asks_for_two_others(bonds: tuple[Bond, ...], partners: int) -> None:
    dossier = with_bonds(PLAIN, bonds)
    web = web_of(dossier)
    assert (len(web.names) if web else 0) == partners
    assert (web_picture(dossier) is not None) is (partners > 0)


def test_the_alt_text_says_who_has_what_in_common_with_whom() -> None:
    picture = web_picture(with_bonds(PLAIN))
    assert picture is not None
    assert picture.alt.startswith(
        "@ejemplo_hoy_1 on X. Who posts with whom. 1, @ejemplo_dos: 14 texts in common"
    )
    assert "within an hour of each other" in picture.alt
    assert "2, пример_три on VK: 6 texts in common with the account, within 60 seconds" in picture.alt
    assert "4 is @lectora_1." in picture.alt
    assert "4 and 5 both repost 31 posts of the account." in picture.alt
    assert forbidden_words(picture.alt) == []


@pytest.mark.parametrize("theme", Theme)
def test_each_kind_of_line_has_its_colour_and_its_key(theme: Theme) -> None:
    colours = palette(theme)
    both, texts = (
        web_picture(with_bonds(PLAIN), theme=theme),
        web_picture(with_bonds(PLAIN, TEXTS), theme=theme),
    )
    assert both is not None
    assert texts is not None
    assert both.width == texts.width == WIDTH * SCALE
    assert pixels_of(both, colours.posts) > 500
    assert pixels_of(both, colours.engagement) > 100
    assert pixels_of(texts, colours.engagement) == 0


def test_of_many_the_strongest_are_drawn_and_the_rest_counted() -> None:
    texts = [_texts(f"@medio_{n}", shared=50 - n) for n in range(10)]
    web = web_of(with_bonds(PLAIN, [*texts, *_clique(12)]))
    assert web is not None
    assert web.names[:MAX_TEXTS] == tuple(f"@medio_{n}" for n in range(MAX_TEXTS))
    assert (web.texts, len(web.names)) == (MAX_TEXTS, MAX_TEXTS + MAX_REPOSTERS)
    assert web.more == 3 + 3
    picture = web_picture(with_bonds(PLAIN, [*texts, *_clique(12)]))
    assert picture is not None
    assert "6 accounts more are not drawn." in picture.alt


def test_whoever_shares_texts_stands_once_and_keeps_its_other_lines() -> None:
    web = web_of(with_bonds(PLAIN, [_texts("@uno"), _reposts("@uno", "@dos")]))
    assert web is not None
    assert web.names == ("@uno", "@dos")
    assert [(line.one, line.other) for line in web.lines] == [(0, 1), (1, 2)]


def test_one_name_on_two_platforms_is_two_accounts() -> None:
    web = web_of(with_bonds(PLAIN, [_texts("@uno"), _texts("@uno", platform=Platform.TELEGRAM)]))
    assert web is not None
    assert web.names == ("@uno", "@uno on Telegram")
    assert web_names(PLAIN, web)[2] == "2 is `@uno` on Telegram."


def test_those_who_belong_together_stand_side_by_side() -> None:
    pairs = [
        _reposts("@a", "@d", shared=40),
        _reposts("@b", "@e", shared=30),
        _reposts("@c", "@f", shared=20),
    ]
    web = web_of(with_bonds(PLAIN, pairs))
    assert web is not None
    assert web.names == ("@a", "@d", "@b", "@e", "@c", "@f")


@pytest.mark.parametrize("name", NASTY)
def test_no_name_breaks_the_picture_and_all_stand_in_the_text(name: str) -> None:
    dossier = with_bonds(PLAIN, [_texts(name or "@x"), _texts("@dos")])
    picture, web = web_picture(dossier), web_of(dossier)
    assert picture is not None
    assert web is not None
    assert 0 < units(picture.alt) <= MAX_ALT
    assert image(picture).size == (picture.width, picture.height)
    assert all(sentence.count("`") % 2 == 0 for sentence in web_names(dossier, web))


_names = st.sampled_from([f"@cuenta_{n}" for n in range(30)])


@settings(max_examples=40)
@given(
    st.lists(st.builds(_texts, _names, shared=st.integers(1, 900)), max_size=20),
    st.lists(
        st.tuples(_names, _names).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: _reposts(*pair)),
        max_size=40,
    ),
)
def test_any_pairs_make_a_picture_whose_numbers_are_right(texts: list[Bond], reposts: list[Bond]) -> None:
    dossier = with_bonds(PLAIN, [*texts, *reposts])
    web, picture = web_of(dossier), web_picture(dossier)
    met = {name for bond in (*texts, *reposts) for name in (bond.one, bond.other) if name}
    assert (web is None) == (picture is None) == (len(met) < 2)
    if web is None or picture is None:
        return
    assert len(web.names) + web.more == len(met)
    assert len(set(web.names)) == len(web.names)
    for line in web.lines:
        assert web.names[line.other - 1] == line.bond.other
        assert (line.one == 0) == (line.bond.one is None)
    assert units(picture.alt) <= MAX_ALT
    assert len(picture.png) < 150_000
