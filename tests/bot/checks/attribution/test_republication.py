from __future__ import annotations

import itertools
import sqlite3

import pytest

from bot.accounts import AccountRef, Platform, PostRef
from bot.checks.dossier import Dossier, Finding, State
from bot.checks.gather import AliasCache
from bot.checks.service import examine
from bot.store.claims import put_name
from bot.store.records import Post, PostKind, Relation
from tests.bot.checks.copied import (
    STATE,
    STATE_TOO,
    WIRE,
    a_store,
    a_text,
    add_outlet,
    each_day,
    hold,
    written,
)
from tests.bot.checks.worlds import ACCOUNT, NOW, checked, finding_of
from tests.bot.registry.founding import (
    NEWS,
    OUTLET,
    add_account,
    add_case,
    add_claim,
    add_entity,
    add_source,
    id_of,
)
from tests.wording import forbidden_words


@pytest.fixture
def store() -> sqlite3.Connection:
    """A state agency, a state daily of the same country and an independent wire."""
    connection = a_store()
    add_outlet(connection, STATE, key="agency", code="SC")
    add_outlet(connection, STATE_TOO, key="daily", code="SC")
    add_outlet(connection, WIRE, key="wire", code="IP")
    return connection


def _own(seeds: range) -> list[Post]:
    """Posts of the account's own making."""
    return each_day([10_000 + seed for seed in seeds])


def _check(store: sqlite3.Connection) -> Finding:
    return finding_of(checked(store, ACCOUNT), "republication")


def _copying(
    store: sqlite3.Connection, *, copies: int, own: int, of: AccountRef = STATE, credit: str = ""
) -> Finding:
    """The account repeats so many posts two hours after a registered one."""
    hold(store, each_day(range(copies), by=of), each_day(range(copies), minutes_later=120, credit=credit))
    hold(store, _own(range(own)))
    return _check(store)


@pytest.mark.parametrize(
    ("copies", "own", "state"),
    [
        (5, 15, State.FOUND),
        (4, 16, State.NOT_FOUND),  # fewer than five texts
        (5, 20, State.FOUND),  # a fifth exactly
        (5, 21, State.NOT_FOUND),  # under a fifth
        (20, 0, State.FOUND),
        (5, 14, State.INSUFFICIENT),  # 19 posts
        (0, 20, State.NOT_FOUND),
        (0, 19, State.INSUFFICIENT),
    ],
)
def test_five_texts_and_a_fifth_of_the_posts_make_the_finding(
    store: sqlite3.Connection, copies: int, own: int, state: State
) -> None:
    hold(store, each_day([999], by=STATE))
    finding = _copying(store, copies=copies, own=own)
    assert finding.state is state
    assert finding.weight == (0.5 if state is State.FOUND else None)
    if state is not State.INSUFFICIENT:
        assert (finding.n, finding.of) == (copies, copies + own)
    assert forbidden_words(finding.summary) == []


def test_it_says_who_was_first_by_how_long_and_shows_both_posts(store: sqlite3.Connection) -> None:
    finding = _copying(store, copies=8, own=12)
    assert finding.towards == "agency"
    assert "8 of 20 (40 %" in finding.summary
    assert "`Agency` (8)" in finding.summary
    assert "half of them within 2 h" in finding.summary
    assert "8 posts without credit and 0 posts with credit" in finding.summary
    assert finding.disarm == ("T0084.002",)
    mine, theirs = finding.evidence[:2]
    assert mine.url is not None
    assert mine.url.startswith(f"https://x.example/{ACCOUNT.handle}")
    assert theirs.text.startswith("Published 2 h before by `@agencia_ejemplo`: `")
    assert theirs.at is not None
    assert mine.at is not None
    assert theirs.at < mine.at


def test_repeating_one_text_is_one_text(store: sqlite3.Connection) -> None:
    """Twenty posts, four texts: a share alone is no habit."""
    hold(store, each_day(range(4), by=STATE))
    again = [
        written(a_text(seed), minutes_ago=100 - 10 * number - seed, name=f"again-{seed}-{number}")
        for seed in range(4)
        for number in range(5)
    ]
    hold(store, again)
    finding = _check(store)
    assert finding.state is State.NOT_FOUND
    assert finding.n == 20


@pytest.mark.parametrize(
    "credit",
    [
        " @agencia_ejemplo",
        " Fuente: Agencia de Ejemplo",
        " https://x.com/agencia_ejemplo/status/1",
        " Fuente: @agencia_ejemplo",
    ],
)
def test_with_credit_it_is_a_reprint_and_weighs_nothing(store: sqlite3.Connection, credit: str) -> None:
    put_name(store, id_of(store, "agency"), name="Agencia de Ejemplo", source_id=add_source(store, "report"))
    finding = _copying(store, copies=10, own=10, credit=credit)
    assert finding.state is State.FOUND
    assert finding.weight is None
    assert finding.disarm == ("T0084.004",)
    assert "0 posts without credit and 10 posts with credit" in finding.summary
    assert finding.benign is not None
    assert "reprints openly" in finding.benign


def test_a_handle_without_its_sign_is_a_credit_that_is_said_to_lack_it(store: sqlite3.Connection) -> None:
    finding = _copying(store, copies=10, own=10, credit=" Twitter •agencia_ejemplo")
    assert finding.weight is None
    assert "with credit (on 10 posts without a sign, see half-attribution)" in finding.summary


def test_both_kinds_are_counted_apart(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(12), by=STATE), _own(range(8)))
    hold(
        store,
        each_day(range(5), minutes_later=60),
        each_day(range(5, 12), minutes_later=60, credit=" @agencia_ejemplo"),
    )
    finding = _check(store)
    assert "5 posts without credit and 7 posts with credit" in finding.summary
    assert finding.disarm == ("T0084.002", "T0084.004")
    assert finding.weight == 0.5


def test_a_credit_to_somebody_else_is_no_silence(store: sqlite3.Connection) -> None:
    finding = _copying(store, copies=10, own=10, credit=" Fuente: @cable_ejemplo")
    assert finding.weight is None
    assert finding.disarm == ()
    assert "10 posts name another source" in finding.summary


def test_quoting_the_sources_post_credits_it(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE), _own(range(10)))
    quotes = [
        written(a_text(seed), minutes_ago=5 + seed, kind=PostKind.QUOTE, refers_to=f"agencia_ejemplo-{seed}")
        for seed in range(10)
    ]
    hold(store, quotes)
    assert _check(store).weight is None


def test_reposts_are_not_the_accounts_words(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(20), by=STATE), _own(range(20)))
    hold(store, [written(a_text(n), minutes_ago=5 + n, kind=PostKind.REPOST) for n in range(20)])
    finding = _check(store)
    assert finding.state is State.NOT_FOUND
    assert finding.of == 20


def test_whoever_publishes_first_repeats_nothing(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE, minutes_later=30), each_day(range(10)), _own(range(10)))
    finding = _check(store)
    assert finding.state is State.NOT_FOUND
    assert "10 posts came first here" in finding.summary


def test_the_same_time_is_not_before(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE), each_day(range(10)), _own(range(10)))
    assert _check(store).state is State.NOT_FOUND


def test_posts_of_several_state_outlets_add_up_and_stay_apart_by_name(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(3), by=STATE), each_day(range(3, 8), by=STATE_TOO))
    hold(store, each_day(range(8), minutes_later=45), _own(range(12)))
    finding = _check(store)
    assert "`Daily` (5) and `Agency` (3)" in finding.summary
    assert finding.towards == "daily"


# Benign worlds.


def test_a_customer_of_several_wires_is_called_so(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE), each_day(range(20, 28), by=WIRE), _own(range(10)))
    hold(store, each_day([*range(10), *range(20, 28)], minutes_later=30))
    finding = _check(store)
    assert finding.state is State.FOUND
    assert finding.weight == 0.25
    assert finding.qualifiers == ("benign_fits",)
    assert finding.disarm == ()
    assert finding.benign is not None
    assert "8 posts without credit against 10 posts" in finding.benign


@pytest.mark.parametrize(("wire", "weight"), [(5, 0.25), (4, 0.5), (2, 0.5)])
def test_a_customer_repeats_the_others_at_least_half_as_often(
    store: sqlite3.Connection, wire: int, weight: float
) -> None:
    hold(store, each_day(range(10), by=STATE), each_day(range(20, 20 + wire), by=WIRE), _own(range(10)))
    hold(store, each_day([*range(10), *range(20, 20 + wire)], minutes_later=30))
    finding = _check(store)
    assert finding.weight == weight
    if weight == 0.5:
        assert finding.benign is not None
        assert "less in this way" in finding.benign


def test_whoever_credits_the_wire_and_not_the_state_is_no_such_customer(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE), each_day(range(20, 30), by=WIRE), _own(range(5)))
    hold(store, each_day(range(10), minutes_later=30))
    hold(store, each_day(range(20, 30), minutes_later=30, credit=" @cable_ejemplo"))
    assert _check(store).weight == 0.5


def test_a_registered_licence_makes_a_customer(store: sqlite3.Connection) -> None:
    add_outlet(store, ACCOUNT, key="paper")
    add_claim(store, "agency", Relation.LICENSES_CONTENT, "paper")
    finding = _copying(store, copies=10, own=10)
    assert finding.weight == 0.25
    assert finding.benign is not None
    assert "takes licensed content from `Agency`" in finding.benign


def test_without_any_wire_to_compare_with_the_reader_is_told(store: sqlite3.Connection) -> None:
    finding = _copying(store, copies=10, own=10)
    assert finding.benign is not None
    assert "No posts of outlets without a link to a state are held" in finding.benign


def test_a_wire_that_was_held_and_not_repeated_is_compared(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(20, 30), by=WIRE))
    finding = _copying(store, copies=10, own=10)
    assert finding.benign is not None
    assert "less in this way (0 posts without credit against 10 posts)" in finding.benign


def test_a_headline_that_an_independent_outlet_had_too_is_not_the_states(store: sqlite3.Connection) -> None:
    hold(
        store, each_day(range(10), by=STATE), each_day(range(10), by=WIRE, minutes_later=10), _own(range(10))
    )
    hold(store, each_day(range(10), minutes_later=30))
    finding = _check(store)
    assert finding.state is State.NOT_FOUND
    assert "10 posts also stood, before, in outlets that no source links to a state" in finding.summary


def test_a_headline_that_the_independent_outlet_had_later_is_the_states(store: sqlite3.Connection) -> None:
    hold(
        store, each_day(range(10), by=STATE), each_day(range(10), by=WIRE, minutes_later=60), _own(range(10))
    )
    hold(store, each_day(range(10), minutes_later=30))
    assert _check(store).state is State.FOUND


def test_quotations_of_an_official_are_no_copies(store: sqlite3.Connection) -> None:
    hold(store, [written(f"El portavoz: «{a_text(n)}»", by=STATE, minutes_ago=1000 + n) for n in range(20)])
    quoting = [written(f"{a_text(500 + n, words=8)}: «{a_text(n)}»", minutes_ago=50 + n) for n in range(20)]
    hold(store, quoting)
    assert _check(store).state is State.NOT_FOUND


def test_regional_editions_of_one_publisher_share_openly(store: sqlite3.Connection) -> None:
    add_outlet(store, ACCOUNT, key="north")
    add_entity(store, "press", kind="publisher")
    add_claim(store, "press", Relation.PUBLISHES, "north")
    add_claim(store, "press", Relation.OWNS, "agency")
    finding = _copying(store, copies=15, own=5)
    assert finding.state is State.NOT_FOUND
    assert "15 posts also stood in outlets of the same house" in finding.summary


@pytest.mark.parametrize(
    "text",
    ["Buenos días a todos", "El tiempo hoy: sol, 20 °C", "Aries: suerte en el amor", "¡Feliz año nuevo!"],
)
def test_greetings_weather_and_horoscopes_are_no_finding(store: sqlite3.Connection, text: str) -> None:
    hold(store, [written(text, by=STATE, minutes_ago=2000 + n, name=f"s{n}") for n in range(25)])
    hold(store, [written(text, minutes_ago=50 + n) for n in range(25)])
    finding = _check(store)
    assert finding.state is not State.FOUND
    assert finding.weight is None


def test_a_phrase_that_everybody_repeats_is_not_comparable(store: sqlite3.Connection) -> None:
    """A weather feed: 500 registered posts share the wording, so that it is nobody's."""
    feed = "El pronóstico del tiempo para hoy anuncia cielo despejado y viento suave en toda la costa"
    hold(store, [written(feed, by=STATE, minutes_ago=3000 + n, name=f"s{n}") for n in range(500)])
    hold(store, [written(feed, minutes_ago=50 + n, name=f"m{n}") for n in range(25)])
    finding = _check(store)
    assert finding.state is State.INSUFFICIENT
    assert finding.n == 0


def test_outlets_that_only_own_an_independent_paper_link_nothing(store: sqlite3.Connection) -> None:
    """The wire is classed as independent: who owns it does not speak through it."""
    add_claim(store, "agency", Relation.OWNS, "wire")
    finding = _copying(store, copies=15, own=5, of=WIRE)
    assert finding.state is State.NOT_FOUND
    assert finding.n == 0


# What could not be checked.


def test_without_posts_of_registered_accounts_nothing_is_compared(store: sqlite3.Connection) -> None:
    hold(store, _own(range(30)))
    finding = _check(store)
    assert finding.state is State.COULD_NOT_CHECK
    assert finding.reason == "no posts of other registered accounts of those days are held"


def test_posts_of_other_days_are_no_corpus(store: sqlite3.Connection) -> None:
    hold(store, [written(a_text(n), by=STATE, minutes_ago=1440 * 300 + n) for n in range(30)])
    hold(store, [written(a_text(900 + n), minutes_ago=50 + n) for n in range(30)])
    assert _check(store).state is State.COULD_NOT_CHECK


def test_without_posts_there_is_nothing_to_compare(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(30), by=STATE))
    assert _check(store).state is State.COULD_NOT_CHECK


def test_too_few_posts_still_show_what_was_found(store: sqlite3.Connection) -> None:
    finding = _copying(store, copies=6, own=2)
    assert finding.state is State.INSUFFICIENT
    assert (finding.n, finding.of) == (8, 20)
    assert "6 of which repeat texts of `Agency` (6)" in finding.summary
    assert len(finding.evidence) == 6


def test_nothing_found_says_that_translations_are_not_compared(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(30), by=STATE), _own(range(30)))
    finding = _check(store)
    assert finding.state is State.NOT_FOUND
    assert "Translations are not compared" in finding.summary
    assert "1 registered account" in finding.summary


def test_a_withdrawn_claim_is_no_registration(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(20), by=STATE), each_day(range(20), minutes_later=30))
    store.execute("UPDATE account_claim SET retracted_ms = 1, retracted_by = 'x', retracted_why = 'y'")
    finding = _check(store)
    assert finding.state is not State.FOUND
    assert finding.evidence == ()


def test_the_post_that_was_asked_about_stands_first(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE), each_day(range(10), minutes_later=30), _own(range(10)))
    asked = PostRef(platform=Platform.X, post_id=f"{ACCOUNT.handle}-7", author=ACCOUNT)
    dossier, _ = examine(store, asked, cache=AliasCache(), now=NOW, days=90)
    first = finding_of(dossier, "republication").evidence[0]
    assert first.url == f"https://x.example/{ACCOUNT.handle}-7"


# The founding case and its like.


def _case(credit: str) -> Dossier:
    store = a_store()
    add_case(store)
    hold(store, each_day(range(20), by=OUTLET), each_day(range(20), by=NEWS, minutes_later=90, credit=credit))
    hold(store, each_day([10_000 + n for n in range(10)], by=NEWS))
    return checked(store, NEWS)


def test_the_founding_case_comes_out_as_likely_linked_to_two_bodies() -> None:
    dossier = _case(" Twitter •mundo_ejemplo")
    finding = finding_of(dossier, "republication")
    assert finding.towards == "outlet"
    assert finding.weight is None
    line = dossier.assessment.state_link
    assert line.band == "likely"
    assert "`Outlet`" in line.sentence
    assert "`Agency`" in line.sentence
    assert "not shown to be operated by" in line.sentence


def test_without_any_credit_the_same_case_rests_on_the_texts() -> None:
    dossier = _case("")
    finding = finding_of(dossier, "republication")
    assert finding.weight == 0.5
    assert "texts taken over" in dossier.assessment.state_link.sentence
    assert dossier.assessment.state_link.band == "likely"


def test_taking_texts_over_alone_is_at_most_roughly_even(store: sqlite3.Connection) -> None:
    _copying(store, copies=30, own=0)
    assert checked(store, ACCOUNT).assessment.state_link.band == "roughly even chance"


def test_a_wire_customer_is_very_unlikely(store: sqlite3.Connection) -> None:
    hold(store, each_day(range(10), by=STATE), each_day(range(20, 30), by=WIRE))
    hold(store, each_day([*range(10), *range(20, 30)], minutes_later=30))
    assert checked(store, ACCOUNT).assessment.state_link.band == "very unlikely"


def test_the_finding_does_not_depend_on_the_order_of_imports() -> None:
    groups = (
        each_day(range(12), by=STATE),
        each_day(range(6, 14), by=WIRE, minutes_later=5),
        each_day(range(14), minutes_later=30),
        _own(range(10)),
    )
    found: set[tuple[object, ...]] = set()
    for order in itertools.permutations(range(len(groups))):
        connection = a_store()
        for number in order:
            hold(connection, groups[number])
            if number == order[1]:
                add_outlet(connection, STATE, key="agency", code="SC")
                add_outlet(connection, WIRE, key="wire", code="IP")
        finding = _check(connection)
        found.add((finding.state, finding.n, finding.weight, finding.summary, finding.evidence))
    assert len(found) == 1


def test_an_account_of_a_state_outlet_elsewhere_is_its_own_source() -> None:
    """Two accounts of one entity share their texts; neither repeats the other."""
    connection = a_store()
    add_outlet(connection, STATE, key="agency", code="SC")
    add_account(connection, "agency", ACCOUNT)
    hold(connection, each_day(range(25), by=STATE), each_day(range(25), minutes_later=5))
    finding = _check(connection)
    assert finding.state is State.NOT_FOUND
    assert "25 posts also stood in outlets of the same house" in finding.summary
