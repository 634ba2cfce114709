from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Dossier, Finding, State
from bot.store.posts import record
from bot.store.records import Grade, Post, PostKind, Relation
from tests.bot.checks.worlds import ACCOUNT, a_post, checked, finding_of, findings_of
from tests.bot.registry.founding import OUTLET, add_account, add_claim, add_entity, add_typology

HALF = "La estación espacial. Twitter •mundo_ejemplo"
REAL = "La estación espacial. Vía @mundo_ejemplo"
NAMED = "La estación espacial. Fuente: Outlet Ejemplo"
PLAIN = "El tiempo de mañana"


def _posts(
    *texts: tuple[str, int], author: AccountRef = ACCOUNT, kind: PostKind = PostKind.ORIGINAL
) -> list[Post]:
    flat = [text for text, n in texts for _ in range(n)]
    return [a_post(number, text, author=author, kind=kind) for number, text in enumerate(flat, start=1)]


def _registry(store: sqlite3.Connection, *, code: str | None = "SC") -> None:
    add_entity(store, "outlet")
    if code is not None:
        add_typology(store, "outlet", code, source="monitor")
    add_account(store, "outlet", OUTLET, source="list")


def _check(store: sqlite3.Connection, posts: Sequence[Post], *, ref: AccountRef = ACCOUNT) -> Dossier:
    record(store, posts=posts)
    return checked(store, ref)


def _finding(store: sqlite3.Connection, *texts: tuple[str, int]) -> Finding:
    return finding_of(_check(store, _posts(*texts)), "half_attribution")


@pytest.mark.parametrize(
    ("half", "real", "weight", "techniques"),
    [
        (2, 0, 0.20, ()),  # one post short: a note
        (3, 0, 0.45, ("T0129.003",)),
        (3, 3, 0.45, ("T0129.003",)),  # half of the credits to the handle
        (3, 4, 0.20, ()),  # less than half
        (1, 0, 0.20, ()),
    ],
)
def test_the_pattern_at_its_borders(
    store: sqlite3.Connection, half: int, real: int, weight: float, techniques: tuple[str, ...]
) -> None:
    _registry(store)
    finding = _finding(store, (HALF, half), (REAL, real), (PLAIN, 20))
    assert finding.state is State.FOUND
    assert (finding.n, finding.of, finding.weight, finding.disarm) == (half, half + real, weight, techniques)
    assert finding.towards == "outlet"


def test_a_pattern_alone_is_a_roughly_even_chance_at_most(store: sqlite3.Connection) -> None:
    _registry(store)
    dossier = _check(store, _posts((HALF, 40), (PLAIN, 20)))
    line = dossier.assessment.state_link
    assert line.band == "roughly even chance"
    assert line.sentence == (
        "We assess that there is a roughly even chance that `@ejemplo_local_1` is linked to `Outlet` "
        "(through unlinked credits); it is not shown to be operated by it."
    )


def test_the_examples_span_the_time_and_can_be_opened(store: sqlite3.Connection) -> None:
    _registry(store)
    finding = _finding(store, (HALF, 9), (PLAIN, 20))
    assert [evidence.url for evidence in finding.evidence] == [
        f"https://x.example/status/{n}" for n in (1, 5, 9)
    ]
    assert all("•mundo_ejemplo" in evidence.text and evidence.at is not None for evidence in finding.evidence)


def test_a_real_mention_or_a_name_is_no_half_attribution(store: sqlite3.Connection) -> None:
    _registry(store)
    finding = _finding(store, (REAL, 10), (PLAIN, 10))
    assert (finding.state, finding.n, finding.of) == (State.NOT_FOUND, 0, 20)


def test_a_source_named_in_words_is_press_style(store: sqlite3.Connection) -> None:
    add_entity(store, "outlet ejemplo")
    add_account(store, "outlet ejemplo", OUTLET)
    finding = _finding(store, (NAMED, 12), (PLAIN, 8))
    assert finding.state is State.NOT_FOUND
    assert "its name on 12 posts, which is ordinary press style" in finding.summary
    assert finding.disarm == ()


def test_house_style_takes_the_weight_and_the_label_away(store: sqlite3.Connection) -> None:
    _registry(store)
    dossier = _check(store, _posts((HALF, 10), ("Gol de ayer. Twitter •otro_medio24", 5), (PLAIN, 10)))
    finding = finding_of(dossier, "half_attribution")
    assert "benign_fits" in finding.qualifiers
    assert finding.disarm == ()
    assert finding.benign == (
        "House style: 5 of 5 credits to others are written in the same way, which is no concealment."
    )
    assert dossier.assessment.against == finding.benign
    assert dossier.assessment.state_link.band == "unlikely"


def test_who_credits_others_properly_has_no_such_style(store: sqlite3.Connection) -> None:
    _registry(store)
    finding = _finding(store, (HALF, 10), ("Gol de ayer. Vía @otro_medio24", 5), (PLAIN, 10))
    assert finding.qualifiers == ()
    assert finding.benign == "It writes 5 of 5 credits to others as real mentions or links."


def test_on_telegram_names_carry_no_sign_by_custom(store: sqlite3.Connection) -> None:
    _registry(store)
    channel = AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_canal")
    dossier = _check(store, _posts((HALF, 10), (PLAIN, 10), author=channel), ref=channel)
    finding = finding_of(dossier, "half_attribution")
    assert "benign_fits" in finding.qualifiers
    assert finding.benign == "On Telegram names carry no @ by custom."


def test_disguised_letters_are_counted(store: sqlite3.Connection) -> None:
    _registry(store)
    finding = _finding(store, ("Noticia. Fuente: mundо_ejemplo", 4), (PLAIN, 16))  # Cyrillic "о"
    assert "(4 of them in disguised letters)" in finding.summary


def test_a_credited_outlet_of_no_state_weighs_nothing(store: sqlite3.Connection) -> None:
    _registry(store, code=None)
    dossier = _check(store, _posts((HALF, 10), (PLAIN, 10)))
    finding = finding_of(dossier, "half_attribution")
    assert finding.state is State.FOUND
    assert finding.weight is None
    assert "No source held links `Outlet` to a state" in finding.summary
    assert dossier.assessment.state_link.band is None


def test_a_credited_public_broadcaster_weighs_nothing(store: sqlite3.Connection) -> None:
    _registry(store, code="ISFM")
    assert _finding(store, (HALF, 10), (PLAIN, 10)).weight is None


def test_a_weak_chain_of_the_credited_outlet_limits_the_weight(store: sqlite3.Connection) -> None:
    _registry(store, code=None)
    add_entity(store, "ministry", kind="government")
    add_claim(store, "ministry", Relation.OWNS, "outlet", grade=Grade(reliability="D", credibility="4"))
    assert _finding(store, (HALF, 10), (PLAIN, 10)).weight == 0.40


def test_an_accounts_own_handle_is_no_credit(store: sqlite3.Connection) -> None:
    _registry(store)
    dossier = _check(store, _posts((HALF, 10), (PLAIN, 10), author=OUTLET), ref=OUTLET)
    assert finding_of(dossier, "half_attribution").state is State.NOT_FOUND


def test_reposts_are_somebody_elses_words(store: sqlite3.Connection) -> None:
    _registry(store)
    posts = _posts((HALF, 10), kind=PostKind.REPOST)
    assert finding_of(_check(store, posts), "half_attribution").state is State.COULD_NOT_CHECK


@pytest.mark.parametrize(("n", "state"), [(19, State.INSUFFICIENT), (20, State.NOT_FOUND)])
def test_nothing_found_needs_twenty_posts(store: sqlite3.Connection, n: int, state: State) -> None:
    _registry(store)
    finding = _finding(store, (PLAIN, n))
    assert finding.state is state
    if state is State.INSUFFICIENT:
        assert finding.summary == "Too little data: 19 of 20 posts."


def test_two_credited_outlets_are_two_findings(store: sqlite3.Connection) -> None:
    _registry(store)
    add_entity(store, "agency")
    add_typology(store, "agency", "SC", source="monitor")
    add_account(store, "agency", AccountRef(platform=Platform.X, handle="agencia_ejemplo"))
    dossier = _check(store, _posts((HALF, 6), ("Otra. Fuente: agencia_ejemplo", 4), (PLAIN, 10)))
    found = findings_of(dossier, "half_attribution")
    assert [(finding.towards, finding.n) for finding in found] == [("outlet", 6), ("agency", 4)]
    sentence = dossier.assessment.state_link.sentence
    assert "These are two different bodies; it is not shown to be operated by either." in sentence


def test_posts_outside_the_window_do_not_count(store: sqlite3.Connection) -> None:
    _registry(store)
    old = [a_post(500 + n, HALF, hours_ago=91 * 24) for n in range(10)]
    finding = finding_of(_check(store, [*old, *_posts((PLAIN, 25))]), "half_attribution")
    assert finding.state is State.NOT_FOUND
