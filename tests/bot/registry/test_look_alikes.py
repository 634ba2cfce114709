from __future__ import annotations

import sqlite3

import pytest

from bot.accounts import AccountRef, Platform
from bot.registry.look_alikes import Likeness, resembles
from tests.bot.registry.founding import add_account, add_entity


def _x(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle)


@pytest.fixture
def registry(connection: sqlite3.Connection) -> sqlite3.Connection:
    add_entity(connection, "mundo ejemplo")
    add_account(connection, "mundo ejemplo", _x("mundo_ejemplo"))
    add_account(connection, "mundo ejemplo", _x("ejn"))
    return connection


@pytest.mark.parametrize(
    ("handle", "likeness"),
    [
        ("mundoejemplo", Likeness.SAME_SHAPE),
        ("mundo_ejemp1o", Likeness.SAME_SHAPE),  # the digit one for l
        ("rnundo_ejemplo", Likeness.SAME_SHAPE),  # r and n for m
        ("mund0_ejemplo", Likeness.SAME_SHAPE),
        ("mundo_3jemplo", Likeness.DIGITS),
        ("mundo_ejemplo2", Likeness.ADDED),
        ("mundo_ejemplo_tv", Likeness.ADDED),
        ("real_mundo_ejemplo", Likeness.ADDED),
        ("the_mundo_ejemplo_tv", Likeness.ADDED),  # before and after
        ("mundo_ejemplo_news_24", Likeness.ADDED),  # two things after
        ("mund0_3jemplo_tv", Likeness.ADDED),  # digits besides
    ],
)
def test_imitations_of_a_registered_handle(
    registry: sqlite3.Connection, handle: str, likeness: Likeness
) -> None:
    (found,) = resembles(registry, _x(handle))
    assert (found.text, found.likeness) == ("mundo_ejemplo", likeness)
    assert found.account == _x("mundo_ejemplo")


@pytest.mark.parametrize(
    "handle",
    [
        "mundo_ejemplo",  # the account itself
        "elmundo_ejemplos",
        "mundo",
        "ejn1",  # short names resemble each other by chance
        "someone_else",
    ],
)
def test_what_is_no_imitation(registry: sqlite3.Connection, handle: str) -> None:
    assert resembles(registry, _x(handle)) == ()


def test_the_same_handle_elsewhere_is_no_imitation(registry: sqlite3.Connection) -> None:
    assert resembles(registry, AccountRef(platform=Platform.TELEGRAM, handle="mundo_ejemplo")) == ()


def test_a_display_name_in_look_alike_letters(registry: sqlite3.Connection) -> None:
    # The first letter of the second word is Cyrillic.
    (found,) = resembles(registry, _x("a_news_page"), display_name="Mundo Еjemplo")
    assert found.account is None
    assert found.entity is not None
    assert (found.entity.key, found.text) == ("mundo ejemplo", "Mundo Ejemplo")


@pytest.mark.parametrize(
    ("name", "likeness"),
    [
        ("MUNDO EJEMPLO", Likeness.SAME_SHAPE),
        ("Mund0 Ej3mplo", Likeness.DIGITS),
        ("Mundo Ejemplo Oficial", Likeness.ADDED),
        ("The Mundo Ejemplo", Likeness.ADDED),
    ],
)
def test_a_display_name_with_digits_or_something_added(
    registry: sqlite3.Connection, name: str, likeness: Likeness
) -> None:
    (found,) = resembles(registry, _x("a_news_page"), display_name=name)
    assert (found.text, found.likeness) == ("Mundo Ejemplo", likeness)


@pytest.mark.parametrize("name", ["Mundo Ejemplar", "Ejemplo", "Mundo de Ejemplo", "", "TV"])
def test_a_display_name_that_is_another(registry: sqlite3.Connection, name: str) -> None:
    assert resembles(registry, _x("a_news_page"), display_name=name) == ()
