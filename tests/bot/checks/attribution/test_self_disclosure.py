from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.checks.dossier import Category, Finding, State
from bot.store.claims import Basis, put_domain_claim
from bot.store.looks import SiteLook, record_site
from bot.store.posts import record
from bot.store.records import Relation
from tests.bot.checks.worlds import ACCOUNT, NOW, a_snapshot, checked, finding_of
from tests.bot.registry.founding import (
    B2,
    C3,
    OUTLET,
    add_account,
    add_claim,
    add_entity,
    add_source,
    add_typology,
    id_of,
)

SITE = "https://www.mundo.example/"


def _world(store: sqlite3.Connection, *, code: str | None = "SC", grade: str = "B2") -> None:
    add_entity(store, "mundo ejemplo")
    if code is not None:
        add_typology(store, "mundo ejemplo", code, source="monitor")
    add_account(store, "mundo ejemplo", OUTLET)
    basis = Basis(source_id=add_source(store, "sites"), grade=B2 if grade == "B2" else C3)
    put_domain_claim(
        store, id_of(store, "mundo ejemplo"), Relation.HAS_SITE, host="mundo.example", basis=basis, now=NOW
    )


def _profile(store: sqlite3.Connection, *, bio: str | None = None, link: str | None = None) -> None:
    record(store, snapshots=[replace(a_snapshot(50), bio=bio, profile_link=link, display_name="Ejemplo")])


def _look(store: sqlite3.Connection, *links: str, host: str = "mundo.example") -> None:
    look = SiteLook(host=host, url=f"https://{host}/", looked_at=NOW - timedelta(days=2), links=links)
    record_site(store, look)


def _found(store: sqlite3.Connection) -> Finding:
    return finding_of(checked(store, ACCOUNT), "self_disclosure")


def test_a_link_alone_is_one_way_and_says_that_the_site_was_not_looked_at(store: sqlite3.Connection) -> None:
    _world(store)
    _profile(store, link=SITE)
    finding = _found(store)
    assert finding.summary == (
        "Its profile (21 Nov 2026) links `https://www.mundo.example/`, listed as a site of `Mundo Ejemplo`. "
        "The site itself was not looked at."
    )
    assert (finding.weight, finding.category) == (0.45, Category.CONTEXTUAL)
    assert finding.qualifiers == ()
    assert [each.source for each in finding.evidence] == [None, "sites"]


@pytest.mark.parametrize(
    "back",
    [
        "https://x.com/ejemplo_local_1",
        "https://twitter.com/Ejemplo_Local_1?ref_src=site",
        "https://x.com/intent/user?user_id=111",
    ],
)
def test_a_link_in_both_directions_is_technical_and_strong(store: sqlite3.Connection, back: str) -> None:
    _world(store)
    _profile(store, link=SITE)
    _look(store, "https://www.facebook.com/otra", back)
    finding = _found(store)
    assert (finding.weight, finding.category) == (0.85, Category.TECHNICAL)
    assert "links back (19 Nov 2026)" in finding.summary
    line = checked(store, ACCOUNT).assessment.state_link
    # One category of evidence is never "very likely".
    assert line.band == "likely"


def test_a_page_that_links_somebody_else_speaks_against(store: sqlite3.Connection) -> None:
    _world(store)
    _profile(store, link=SITE)
    _look(store, "https://x.com/otra_cuenta", "https://bsky.app/profile/ejemplo_local_1")
    finding = _found(store)
    assert finding.qualifiers == ("benign_fits",)
    assert "(19 Nov 2026) does not link back" in finding.summary


def test_another_page_of_the_site_may_link_back(store: sqlite3.Connection) -> None:
    _world(store)
    _profile(store, link="https://chile.mundo.example/hoy")
    _look(store, "https://x.com/otra_cuenta")
    _look(store, "https://x.com/ejemplo_local_1", host="chile.mundo.example")
    assert _found(store).category is Category.TECHNICAL


def test_what_the_account_says_of_itself_alone_is_capped_like_a_name(store: sqlite3.Connection) -> None:
    _world(store)
    _profile(store, bio="Cuenta oficial de Mundo Ejemplo")
    dossier = checked(store, ACCOUNT)
    finding = finding_of(dossier, "self_disclosure")
    assert "says that it belongs to `Mundo Ejemplo`; nobody else is held to say so" in finding.summary
    assert finding.qualifiers == ("name_only",)
    assert dossier.assessment.state_link.band == "roughly even chance"


@pytest.mark.parametrize("bio", ["Página de fans. No oficial.", "Parody of a paper"])
def test_fans_and_parodies_are_read_kindly(store: sqlite3.Connection, bio: str) -> None:
    _world(store)
    _profile(store, bio=bio, link=SITE)
    dossier = checked(store, ACCOUNT)
    assert finding_of(dossier, "self_disclosure").qualifiers == ("benign_fits",)
    assert dossier.assessment.against == "It calls itself a parody, a fan page or unofficial."
    assert dossier.assessment.state_link.band == "unlikely"


@pytest.mark.parametrize("code", ["ISF", "IP", None])
def test_an_owner_who_is_no_state_weighs_nothing(store: sqlite3.Connection, code: str | None) -> None:
    _world(store, code=code)
    add_entity(store, "ministry", kind="government")
    if code is not None:
        # The ministry pays an independent broadcaster: no link.
        add_claim(store, "ministry", Relation.OWNS, "mundo ejemplo")
    _profile(store, link=SITE)
    finding = _found(store)
    assert finding.state is State.FOUND
    assert finding.weight is None
    assert "weighs nothing" in finding.summary


def test_an_owner_of_the_disclosed_outlet_counts_as_far_as_its_claim(store: sqlite3.Connection) -> None:
    _world(store, code=None)
    add_entity(store, "ministry", kind="government")
    add_claim(store, "ministry", Relation.OWNS, "mundo ejemplo", grade=C3)
    _profile(store, link=SITE)
    _look(store, "https://x.com/ejemplo_local_1")
    assert _found(store).weight == 0.65


def test_a_badly_graded_site_is_worth_less(store: sqlite3.Connection) -> None:
    _world(store, grade="C3")
    _profile(store, link=SITE)
    _look(store, "https://x.com/ejemplo_local_1")
    assert _found(store).weight == 0.65


def test_nothing_disclosed_and_nothing_held_are_different(store: sqlite3.Connection) -> None:
    _world(store)
    assert _found(store).state is State.COULD_NOT_CHECK
    record(store, snapshots=[a_snapshot(50, taken_at=NOW - timedelta(days=4))])
    assert _found(store).reason == "no profile text of it is held"
    _profile(store, bio="Reportera. Ex Mundo Ejemplo.")
    finding = _found(store)
    assert finding.state is State.NOT_FOUND
    assert "names no registered owner" in finding.summary


def test_two_owners_are_two_findings(store: sqlite3.Connection) -> None:
    _world(store)
    add_entity(store, "voz ejemplo")
    _profile(store, bio="Editado por Voz Ejemplo", link=SITE)
    found = [each for each in checked(store, ACCOUNT).findings if each.check == "self_disclosure"]
    assert {each.towards for each in found} == {"mundo ejemplo", "voz ejemplo"}


def test_looking_at_the_site_would_change_it(store: sqlite3.Connection) -> None:
    _world(store)
    _profile(store, link=SITE)
    told = "The site that its profile links is looked at, and links back or does not."
    assert told in checked(store, ACCOUNT).assessment.would_change
    _look(store, "https://x.com/ejemplo_local_1")
    assert told not in checked(store, ACCOUNT).assessment.would_change
