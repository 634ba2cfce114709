from __future__ import annotations

import sqlite3

import pytest

from bot.accounts import Platform, PostRef
from bot.checks.dossier import Dossier, State
from bot.checks.gather import AliasCache
from bot.checks.service import examine
from bot.store.posts import record
from bot.store.records import PostKind
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, checked, finding_of, findings_of
from tests.bot.registry.founding import OUTLET, add_account, add_entity

POST = PostRef(platform=Platform.X, post_id="1", author=ACCOUNT)


def _asked(store: sqlite3.Connection) -> Dossier:
    dossier, _ = examine(store, POST, cache=AliasCache(), now=NOW, days=90)
    return dossier


def _registry(store: sqlite3.Connection) -> None:
    add_entity(store, "mundo ejemplo")
    add_account(store, "mundo ejemplo", OUTLET)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Noticia de hoy. Twitter •mundo_ejemplo", "after a credit sign without a mention or link"),
        ("Noticia de hoy, por @mundo_ejemplo", "with a mention or link"),
        ("https://x.com/mundo_ejemplo/status/1 y @mundo_ejemplo •mundo_ejemplo", "with a mention or link"),
        ("Noticia de hoy. Fuente: Mundo Ejemplo", "in words, which is ordinary press style"),
        ("Noticia de hoy #mundo_ejemplo", "in a tag"),
        ("dice mundo_ejemplo que llueve", "the bare handle of `Mundo Ejemplo`"),
    ],
)
def test_how_the_post_names_its_source(store: sqlite3.Connection, text: str, told: str) -> None:
    _registry(store)
    record(store, posts=[a_post(1, text)])
    finding = finding_of(_asked(store), "post_itself")
    assert finding.state is State.FOUND
    assert told in finding.summary
    assert finding.weight is None
    assert finding.evidence[0].url == "https://x.example/status/1"


def test_a_post_without_a_source_says_so(store: sqlite3.Connection) -> None:
    _registry(store)
    record(store, posts=[a_post(1, "Llueve en Puerto Prueba", hours_ago=5000)])
    finding = finding_of(_asked(store), "post_itself")
    assert finding.state is State.NOT_FOUND
    assert "names no registered source. No posts of other registered accounts" in finding.summary


def test_a_repost_is_somebody_elses_words(store: sqlite3.Connection) -> None:
    _registry(store)
    record(store, posts=[a_post(1, "Twitter •mundo_ejemplo", kind=PostKind.REPOST)])
    assert "is a repost" in finding_of(_asked(store), "post_itself").summary


def test_a_post_that_is_not_held_cannot_be_checked(store: sqlite3.Connection) -> None:
    _registry(store)
    assert finding_of(_asked(store), "post_itself").reason == "the post is not held"


def test_an_account_has_no_post_to_speak_of(store: sqlite3.Connection) -> None:
    _registry(store)
    record(store, posts=[a_post(1)])
    assert findings_of(checked(store, ACCOUNT), "post_itself") == []


STORY = (
    "El consejo de Villa Ejemplo anunció el martes que el puente colgante abrirá antes del invierno, según "
    "un plan de tres años, y la primera reunión será el jueves en la sala grande del correo."
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (STORY, "and is not credited to it."),
        (f"{STORY} Fuente: Mundo Ejemplo", "and is credited to it."),
    ],
)
def test_the_first_publication_is_told_with_its_lead(store: sqlite3.Connection, text: str, told: str) -> None:
    _registry(store)
    record(
        store,
        posts=[
            a_post(1, text, hours_ago=9000),
            a_post(2, STORY, author=OUTLET, hours_ago=9002),
            a_post(3, STORY, author=OUTLET, hours_ago=8990),
        ],
    )
    finding = finding_of(_asked(store), "post_itself")
    assert finding.state is State.FOUND
    assert "The same text stood first at `@mundo_ejemplo`" in finding.summary
    assert "2 h before" in finding.summary
    assert finding.summary.endswith(told)
    assert [each.url for each in finding.evidence][1] == "https://x.example/status/2"


@pytest.mark.parametrize(
    ("text", "outlet", "hours_ago", "told"),
    [
        (STORY, STORY, 10, "It came first here; 1 registered account compared"),
        (STORY, "Otra noticia del todo distinta sobre barcos, redes y la pesca del día", 30, "Nobody of 1"),
        ("Llueve", STORY, 30, "too few to compare"),
    ],
)
def test_no_earlier_publication_is_told_apart(
    store: sqlite3.Connection, text: str, outlet: str, hours_ago: float, told: str
) -> None:
    _registry(store)
    record(
        store, posts=[a_post(1, text, hours_ago=20), a_post(2, outlet, author=OUTLET, hours_ago=hours_ago)]
    )
    finding = finding_of(_asked(store), "post_itself")
    assert finding.state is State.NOT_FOUND
    assert told in finding.summary
