from __future__ import annotations

from bot.cards.routes import Route, routes, shortened
from bot.checks.dossier import ChainStep
from bot.store.records import Relation
from tests.bot.cards.samples import REPORT


def step(from_: str, relation: Relation, to: str, *, hedge: str | None = None) -> ChainStep:
    return ChainStep(from_=from_, relation=relation, to=to, source=REPORT.key, grade="B2", hedge=hedge)


def read(drawn: tuple[Route, ...]) -> list[str]:
    return [" ".join([route.start, *(f"← {hop.text}" for hop in route.hops)]) for route in drawn]


# The published pattern: one account, a paper, its network, and two bodies that are never merged.
CASE = (
    step("News", Relation.HAS_ACCOUNT, "@news"),
    step("News", Relation.LINKS_TO, "Paper"),
    step("Network", Relation.OWNS, "Paper"),
    step("Network", Relation.CO_PUBLISHES, "Agency"),
    step("Department", Relation.CONTROLS, "Agency"),
    step("Developer", Relation.DEVELOPS, "Network"),
    step("Agency", Relation.OWNS, "Developer"),
    step("News", Relation.CREDITS, "Outlet"),
)


def test_claims_of_either_direction_read_upward_and_forks_start_anew() -> None:
    assert read(routes(CASE, sources={})) == [
        (
            "`@news` ← listed as an account of `News` ← linked by a source to `Paper` ← owned by `Network` "
            "← co-publishes with `Agency` ← stands under `Department`"
        ),
        "`Network` ← has sites or apps developed by `Developer` ← owned by `Agency`",
        "`News` ← credits `Outlet`",
    ]


def test_membership_is_stated_by_the_lower_body() -> None:
    steps = (step("Outlet", Relation.HAS_ACCOUNT, "@o"), step("Outlet", Relation.MEMBER_OF, "Group"))
    assert read(routes(steps, sources={})) == [
        "`@o` ← listed as an account of `Outlet` ← a member of `Group`"
    ]


def test_a_source_is_linked_once_and_every_hop_keeps_its_grade_and_hedge() -> None:
    steps = (
        step("Outlet", Relation.HAS_ACCOUNT, "@o"),
        step("Group", Relation.OWNS, "Outlet", hedge="likely"),
    )
    (route,) = routes(steps, sources={REPORT.key: REPORT})
    assert [hop.url for hop in route.hops] == [REPORT.url, None]
    assert [hop.notes for hop in route.hops] == [("B2",), ("B2", "`likely`")]


def test_a_ring_of_claims_ends() -> None:
    steps = (step("A", Relation.OWNS, "@a"), step("B", Relation.OWNS, "A"), step("A", Relation.OWNS, "B"))
    assert read(routes(steps, sources={})) == [
        "`@a` ← owned by `A` ← owned by `B`",
        "`A` ← owns `B`",
    ]


def test_no_claims_make_no_route() -> None:
    assert routes((), sources={}) == ()


def test_what_is_cut_is_counted() -> None:
    kept, gone = shortened(routes(CASE, sources={}), 6)
    assert [len(route.hops) for route in kept] == [5, 1]
    assert gone == 2
