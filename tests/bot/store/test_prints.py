from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.store import posts as store_posts
from bot.store.accounts import find_accounts
from bot.store.claims import Basis, put_domain_claim
from bot.store.database import migrate, transaction
from bot.store.prints import CAP, TOP, hashes_of, look_up, prints_of
from bot.store.published import corpus, holders_of, published
from bot.store.records import AccountId, Grade, Post, PostKind, Relation
from bot.text.normalise import body
from bot.text.tokens import long_enough, units
from tests.bot.checks.worlds import NOW, a_post
from tests.bot.registry.founding import add_account, add_entity, add_source, id_of

OUTLET = AccountRef(platform=Platform.X, handle="mundo_ejemplo")
OUTLET_BY_ID = AccountRef(platform=Platform.X, handle="mundo_ejemplo", platform_id="77")
STRANGER = AccountRef(platform=Platform.X, handle="otro_ejemplo")
SITE = AccountRef(platform=Platform.WEBSITE, handle="diario-ejemplo.example")
WORDS = [a + b for a in ("casa", "rio", "monte", "luz", "mar") for b in ("al", "ero", "ista", "ura", "ado")]


def a_store_in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    return connection


@pytest.fixture
def store() -> sqlite3.Connection:
    return a_store_in_memory()


def record(connection: sqlite3.Connection, *, posts: Sequence[Post]) -> None:
    with transaction(connection):
        store_posts.record(connection, posts=posts)


def _text(seed: int, length: int = 20) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))  # noqa: S311  # test data


def _register(connection: sqlite3.Connection, ref: AccountRef = OUTLET, *, key: str = "outlet") -> None:
    add_entity(connection, key)
    add_account(connection, key, ref)


def _printed(connection: sqlite3.Connection) -> set[tuple[int, str]]:
    rows = connection.execute(
        "SELECT h, platform_post_id FROM post_print JOIN post ON post_id = post_print.post"
    )
    return set(rows)


def _hashes(text: str) -> frozenset[int]:
    return hashes_of(units(body(text)))


def _found(connection: sqlite3.Connection, text: str, *, without: AccountId | None = None) -> list[str]:
    (answer,) = look_up(connection, [_hashes(text)], without=without)
    names = dict(connection.execute("SELECT post_id, platform_post_id FROM post"))
    return [names[candidate.post] for candidate in answer.candidates]


def test_only_what_registered_accounts_wrote_is_printed(store: sqlite3.Connection) -> None:
    _register(store)
    record(
        store,
        posts=[
            a_post(1, _text(1), author=OUTLET),
            a_post(2, _text(2), author=STRANGER),
            a_post(3, _text(3), author=OUTLET, kind=PostKind.REPOST),
            a_post(4, "Buenos días a todos", author=OUTLET),  # too short to mean anything
            a_post(5, _text(5), author=OUTLET, kind=PostKind.QUOTE),
        ],
    )
    assert {post for _h, post in _printed(store)} == {"1", "5"}


def test_what_was_held_before_an_account_became_registered_is_found(store: sqlite3.Connection) -> None:
    record(store, posts=[a_post(1, _text(1), author=OUTLET), a_post(2, _text(2), author=STRANGER)])
    assert _found(store, _text(1)) == []
    _register(store)
    assert _found(store, _text(1)) == ["1"]
    assert _found(store, _text(2)) == []


def test_pages_of_a_registered_site_are_printed(store: sqlite3.Connection) -> None:
    record(store, posts=[a_post(1, _text(1), author=SITE)])
    add_entity(store, "paper")
    basis = Basis(source_id=add_source(store, "report"), grade=Grade(reliability="B", credibility="2"))
    put_domain_claim(
        store, id_of(store, "paper"), Relation.HAS_SITE, host=SITE.handle or "", basis=basis, now=NOW
    )
    record(store, posts=[a_post(2, _text(2), author=SITE)])
    assert {post for _h, post in _printed(store)} == {"1", "2"}
    account = find_accounts(store, SITE)[0].account_id
    assert holders_of(store, [account]) == {account: ("paper",)}


_STEPS: tuple[Callable[[sqlite3.Connection], object], ...] = (
    lambda c: record(c, posts=[a_post(1, _text(1), author=OUTLET), a_post(2, _text(2), author=OUTLET)]),
    lambda c: record(c, posts=[a_post(3, _text(3), author=OUTLET_BY_ID)]),
    lambda c: record(c, posts=[a_post(4, _text(4), author=OUTLET), a_post(3, _text(3), author=OUTLET_BY_ID)]),
    lambda c: _register(c, OUTLET),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(_STEPS)))), ids=str)
def test_prints_do_not_depend_on_what_came_first(store: sqlite3.Connection, order: tuple[int, ...]) -> None:
    """A handle's posts, an id's posts and the claim: two rows may turn out to be one account."""
    for step in order:
        _STEPS[step](store)
    held = store.execute("SELECT platform_post_id, text FROM post").fetchall()
    assert _printed(store) == {(h, post) for post, text in held for h in prints_of(body(text))}
    assert len(held) == 4


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=40),
    st.integers(1, 7),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=30)
def test_any_batches_in_any_order_give_the_same_prints(
    seeds: list[int], size: int, rng: random.Random
) -> None:
    posts = [a_post(n, _text(seed, 6 + seed), author=OUTLET) for n, seed in enumerate(seeds)]
    full = a_store_in_memory()
    _register(full)
    record(full, posts=posts)
    parts = a_store_in_memory()
    _register(parts)
    shuffled = rng.sample(posts, len(posts))
    for start in range(0, len(shuffled), size):
        record(parts, posts=shuffled[start : start + size])
        record(parts, posts=shuffled[:start])  # seen already
    assert _printed(parts) == _printed(full)


def test_a_batch_says_what_single_questions_say(store: sqlite3.Connection) -> None:
    _register(store)
    record(store, posts=[a_post(n, _text(n), author=OUTLET) for n in range(200)])
    texts = [_hashes(_text(n, 25)) for n in range(0, 400, 7)]
    assert look_up(store, texts) == [look_up(store, [text])[0] for text in texts]


def test_an_account_costs_three_statements_at_most_however_many_posts_it_has(
    store: sqlite3.Connection,
) -> None:
    _register(store)
    record(store, posts=[a_post(n, _text(n), author=OUTLET) for n in range(50)])
    statements: list[str] = []
    store.set_trace_callback(statements.append)
    look_up(store, [_hashes(_text(n)) for n in range(200)], without=AccountId(1))
    assert 2 <= len(statements) <= 3


def test_the_best_come_first_and_no_more_than_ten(store: sqlite3.Connection) -> None:
    _register(store)
    text = _text(1, 30)
    parts = [" ".join(text.split()[:length]) for length in range(8, 31, 2)]
    record(store, posts=[a_post(n, part, author=OUTLET) for n, part in enumerate(parts)])
    found = _found(store, text)
    assert len(parts) > TOP
    assert found == [str(n) for n in range(len(parts) - 1, len(parts) - 1 - TOP, -1)]


def test_the_accounts_own_posts_are_not_its_sources(store: sqlite3.Connection) -> None:
    _register(store)
    _register(store, STRANGER, key="other")
    record(store, posts=[a_post(n, _text(1), author=OUTLET) for n in range(TOP + 1)])
    record(store, posts=[a_post(90, _text(1), author=STRANGER)])
    own = find_accounts(store, OUTLET)[0].account_id
    assert _found(store, _text(1), without=own) == ["90"]


@pytest.mark.parametrize(("posts", "skipped"), [(CAP, 0.0), (CAP + 1, 1.0)])
def test_a_phrase_that_everybody_uses_is_skipped_and_said_to_be(
    store: sqlite3.Connection, posts: int, skipped: float
) -> None:
    _register(store)
    # Words on both sides, so that winnowing keeps the same shingles of each.
    record(store, posts=[a_post(n, _text(1), author=OUTLET) for n in range(posts)])
    stored = prints_of(body(_text(1)))
    (answer,) = look_up(store, [stored])
    assert answer.skipped == skipped
    assert len(answer.candidates) == (0 if skipped else TOP)


def test_what_shares_too_little_is_left_out(store: sqlite3.Connection) -> None:
    _register(store)
    record(store, posts=[a_post(1, _text(1, 40), author=OUTLET)])
    half = " ".join(_text(1, 40).split()[:8]) + " " + _text(2, 30)
    hashes = _hashes(half)
    assert [len(each.candidates) for each in look_up(store, [hashes], least=0.02)] == [1]
    assert [len(each.candidates) for each in look_up(store, [hashes], least=0.5)] == [0]


@pytest.mark.parametrize("text", ["", "👋👋👋", "@otro_ejemplo https://t.co/a", "hola a todos"])
def test_blank_and_short_texts_have_no_prints_and_match_nothing(store: sqlite3.Connection, text: str) -> None:
    _register(store)
    record(store, posts=[a_post(1, text or " ", author=OUTLET), a_post(2, _text(2), author=OUTLET)])
    assert prints_of(body(text)) == frozenset()
    assert _found(store, text) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # One word, or a few characters, were added to a source that could not be compared itself.
        ("cierran el puente del norte", "cierran el puente del norte hoy mismo"),
        ("北京大雪今天出门小心路滑不要开车", "北京大雪今天出门小心路滑不要开车谢谢大家"),
        ("今天北京大雪", "今天北京大雪 写信给新华社 谢谢 hoy en la ciudad todos"),
    ],
)
def test_a_text_just_long_enough_finds_a_source_that_is_too_short(
    store: sqlite3.Connection, source: str, text: str
) -> None:
    _register(store)
    record(store, posts=[a_post(1, source, author=OUTLET), a_post(2, _text(2), author=OUTLET)])
    assert long_enough(body(text))
    assert _found(store, text) == ["1"]


@pytest.mark.parametrize("text", ["cierran el puente hoy", "今天北京雪"])
def test_a_greeting_is_never_a_source(store: sqlite3.Connection, text: str) -> None:
    _register(store)
    record(store, posts=[a_post(1, text, author=OUTLET)])
    assert _found(store, f"{text} {text}, {_text(1)}") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("el perro muerde al hombre en la plaza vieja", "al hombre la plaza muerde en el vieja perro"),
        (
            "写信给新华社今天北京大雪很大出门要小心路滑谢谢大家",
            "大雪北京今天新华社给信写大家谢谢路滑小心要出门很大",
        ),
    ],
)
def test_the_same_words_in_another_order_are_another_text(
    store: sqlite3.Connection, one: str, other: str
) -> None:
    _register(store)
    record(store, posts=[a_post(1, one, author=OUTLET)])
    assert _found(store, one) == ["1"]
    assert _found(store, other) == []


def test_unseen_characters_and_decomposed_accents_change_nothing(store: sqlite3.Connection) -> None:
    _register(store)
    record(store, posts=[a_post(1, "La construcción del puente terminó según el periódico", author=OUTLET)])
    disguised = "La constru\u200bccio\u0301n del puente termino\u0301 según el ｐｅｒｉódico"
    assert _found(store, disguised) == ["1"]


def test_a_print_takes_few_bytes(store: sqlite3.Connection) -> None:
    _register(store)
    posts = [a_post(n, _text(n, 25), author=OUTLET) for n in range(2000)]
    record(store, posts=posts)
    (pages,) = store.execute("PRAGMA page_count").fetchone()
    prints = store.execute("SELECT count(*) FROM post_print").fetchone()[0]
    store.execute("DELETE FROM post_print")
    store.execute("VACUUM")
    (without,) = store.execute("PRAGMA page_count").fetchone()
    assert (pages - without) * 4096 / prints < 20


def test_of_equal_texts_the_first_is_shown_as_well(store: sqlite3.Connection) -> None:
    _register(store)
    _register(store, STRANGER, key="other")
    late = a_post(1, _text(1), author=OUTLET, hours_ago=1)
    early = a_post(2, f"{_text(1)} https://t.co/a", author=STRANGER, hours_ago=5)
    unregistered = AccountRef(platform=Platform.X, handle="nadie_ejemplo")
    earliest = a_post(3, _text(1), author=unregistered, hours_ago=9)
    record(store, posts=[late, early, earliest])
    rows = {post: row for row, post in store.execute("SELECT post_id, platform_post_id FROM post")}
    found = published(store, [rows["1"]], without=AccountId(0))
    assert [post.post_id for post in found[rows["1"]]] == ["2", "1"]
    own = find_accounts(store, STRANGER)[0].account_id
    assert [post.post_id for post in published(store, [rows["1"]], without=own)[rows["1"]]] == ["1"]


def test_the_corpus_is_who_published_on_those_days(store: sqlite3.Connection) -> None:
    _register(store)
    record(
        store, posts=[a_post(1, _text(1), author=OUTLET, hours_ago=48), a_post(2, _text(2), author=STRANGER)]
    )
    outlet = find_accounts(store, OUTLET)[0].account_id
    day = timedelta(days=1)
    nobody = AccountId(0)
    assert corpus(store, without=nobody, since=NOW - 3 * day, until=NOW) == 1
    assert corpus(store, without=nobody, since=NOW - 2 * day, until=NOW - 2 * day) == 1
    assert corpus(store, without=nobody, since=NOW - day, until=NOW) == 0
    assert corpus(store, without=outlet, since=NOW - 3 * day, until=NOW) == 0


def test_retracted_claims_name_no_holder(store: sqlite3.Connection) -> None:
    _register(store)
    account = find_accounts(store, OUTLET)[0].account_id
    assert holders_of(store, [account]) == {account: ("outlet",)}
    store.execute("UPDATE account_claim SET retracted_ms = 1, retracted_by = 'x', retracted_why = 'y'")
    assert holders_of(store, [account]) == {}
