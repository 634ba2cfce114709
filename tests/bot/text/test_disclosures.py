from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.aliases import Alias, Aliases, AliasKind
from bot.text.disclosures import disclaims, owners_linked, owners_named

ALIASES = Aliases(
    [
        Alias(text="Mundo Ejemplo", kind=AliasKind.NAME, bearer="mundo"),
        Alias(text="The Example Times", kind=AliasKind.NAME, bearer="times"),
        Alias(text="样本通讯社", kind=AliasKind.NAME, bearer="agency"),
        Alias(text="mundo_ejemplo", kind=AliasKind.HANDLE, bearer="mundo"),
        Alias(text="mundo.example", kind=AliasKind.DOMAIN, bearer="mundo"),
    ]
)


@pytest.mark.parametrize(
    ("bio", "bearers"),
    [
        ("Official account of Mundo Ejemplo", ["mundo"]),
        ("The official English language account of The Example Times.", ["times"]),
        ("Official page: Mundo Ejemplo", ["mundo"]),
        ("Cuenta oficial de Mundo Ejemplo en Chile", ["mundo"]),
        ("Um veículo do Mundo Ejemplo", ["mundo"]),
        ("Compte officiel de « Mundo Ejemplo »", ["mundo"]),
        ('Published by "Mundo Ejemplo"', ["mundo"]),
        ("A service of @mundo_ejemplo", ["mundo"]),
        ("Mundo Ejemplo's official account", ["mundo"]),
        ("MUNDO EJEMPLO official channel", ["mundo"]),
        ("样本通讯社官方账号", ["agency"]),
        ("本报由样本通讯社主办", ["agency"]),
        ("Part of Mundo Ejemplo. Published by The Example Times", ["mundo", "times"]),
        # A name is no owner.
        ("Reporter at Mundo Ejemplo", []),
        ("Ex Mundo Ejemplo, hoy independiente", []),
        ("I read Mundo Ejemplo every day", []),
        ("Official account of Mundo Ejemplos", []),
        ("Cuenta oficial de la peña. Vía Mundo Ejemplo", []),
        ("", []),
    ],
)
def test_a_name_counts_beside_words_of_ownership_alone(bio: str, bearers: list[str]) -> None:
    assert sorted(each.alias.bearer for each in owners_named(bio, ALIASES)) == bearers


@pytest.mark.parametrize(
    ("bio", "link", "words"),
    [
        ("", "https://www.mundo.example/?utm_source=x", ["https://www.mundo.example/?utm_source=x"]),
        ("Más en https://chile.mundo.example/hoy", None, ["https://chile.mundo.example/hoy"]),
        ("https://mundo.example/a", "https://mundo.example/b", ["https://mundo.example/b"]),
        ("", "https://notmundo.example/", []),
        ("", "https://x.com/mundo_ejemplo", []),  # an account is no site
        ("", "not an address", []),
        ("", None, []),
    ],
)
def test_a_linked_site_counts_once_its_link_field_first(bio: str, link: str | None, words: list[str]) -> None:
    assert [each.words for each in owners_linked(bio, ALIASES, link=link)] == words


@pytest.mark.parametrize(
    "bio",
    [
        "Parody account",
        "Parodia, sin relación con el ministerio",
        "Conta de sátira",
        "Fan page of the great paper",
        "We are fans!",
        "Unofficial",
        "This is not the official account of Mundo Ejemplo",
        "Cuenta no oficial",
        "No somos la cuenta oficial",
        "Not affiliated with anybody",
        "неофициальная страница",
        "非官方账号",
        "粉丝团",
    ],
)
def test_parody_fans_and_denials(bio: str) -> None:
    assert disclaims(bio)


@pytest.mark.parametrize(
    "bio",
    [
        "Official account of Mundo Ejemplo",
        "Cuenta oficial",
        "Fanny Prueba, reportera",
        "Notes and officials",
        "",
    ],
)
def test_what_is_no_denial(bio: str) -> None:
    assert not disclaims(bio)


@given(st.text(max_size=400))
def test_any_profile_can_be_read(bio: str) -> None:
    owners_named(bio, ALIASES)
    owners_linked(bio, ALIASES, link=bio)
    disclaims(bio)
