from __future__ import annotations

import itertools

import pytest

from bot.checks.standing import Tie, disputed, state_chain, tie
from bot.store.chains import Chain
from bot.store.records import AccountClaim, Claim, Entity, EntityId, Grade, Relation, Typology
from tests.bot.checks.worlds import ACCOUNT
from tests.bot.registry.founding import a_source

NEWEST = "2024"


def _entity(key: str, kind: str = "outlet") -> Entity:
    return Entity(entity_id=EntityId(hash(key) % 1000), key=key, kind=kind, country="XA", name=key.title())


def _typology(code: str, *, edition: str = NEWEST, source: str = "monitor") -> Typology:
    return Typology(code=code, edition=edition, source=a_source(source))


OUTLET, COMPANY, MINISTRY = (
    _entity("outlet"),
    _entity("company", "company"),
    _entity("ministry", "government"),
)
AGENCY, BROADCASTER = _entity("agency"), _entity("broadcaster")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ((), Tie.NONE),
        (("SC",), Tie.MEDIA),
        (("CaPu",), Tie.MEDIA),
        (("CaPr",), Tie.MEDIA),
        (("ISFM",), Tie.INDEPENDENT),
        (("ISFM?",), Tie.INDEPENDENT),
        (("ISF",), Tie.INDEPENDENT),
        (("ISM",), Tie.INDEPENDENT),
        (("IP",), Tie.INDEPENDENT),
        (("SC", "IP"), Tie.MEDIA),
    ],
)
def test_what_a_class_makes_of_an_outlet(codes: tuple[str, ...], expected: Tie) -> None:
    classes = tuple(_typology(code) for code in codes)
    assert tie(OUTLET, {"outlet": classes}) is expected


@pytest.mark.parametrize("kind", ["government", "party", "official"])
def test_a_body_of_a_state_needs_no_class(kind: str) -> None:
    assert tie(_entity("body", kind), {}) is Tie.BODY


def test_monitors_that_disagree_are_noticed() -> None:
    assert disputed(OUTLET, {"outlet": (_typology("SC"), _typology("IP", source="other"))})
    assert not disputed(OUTLET, {"outlet": (_typology("SC"), _typology("CaPu", source="other"))})


def _claim(subject: Entity, relation: Relation, object_: Entity, *, grade: str = "B2") -> Claim:
    return Claim(
        subject=subject,
        relation=relation,
        object=object_,
        source=a_source("report"),
        grade=Grade(reliability=grade[0], credibility=grade[1]),
    )


def _chain(*steps: Claim, start: AccountClaim | None = None) -> Chain:
    return Chain(start=start, steps=steps)


def _has_account(entity: Entity, *, relation: Relation = Relation.HAS_ACCOUNT) -> AccountClaim:
    return AccountClaim(
        account=ACCOUNT,
        entity=entity,
        relation=relation,
        source=a_source("list"),
        grade=Grade(reliability="B", credibility="2"),
        by_id=False,
    )


def test_ownership_up_to_a_ministry_is_a_chain_of_ownership() -> None:
    found = state_chain(
        _chain(_claim(COMPANY, Relation.OWNS, OUTLET), _claim(MINISTRY, Relation.CONTROLS, COMPANY)), {}
    )
    assert found is not None
    assert (found.towards, found.by_ownership, found.weight) == (MINISTRY, True, 0.85)


def test_the_weakest_claim_up_to_the_state_decides() -> None:
    owned = _claim(COMPANY, Relation.OWNS, OUTLET, grade="D4")
    found = state_chain(_chain(owned, _claim(MINISTRY, Relation.CONTROLS, COMPANY)), {})
    assert found is not None
    assert found.weight == 0.40


def test_who_has_the_account_is_part_of_the_chain() -> None:
    weak = AccountClaim(
        account=ACCOUNT,
        entity=OUTLET,
        relation=Relation.HAS_ACCOUNT,
        source=a_source("list"),
        grade=Grade(reliability="C", credibility="3"),
        by_id=False,
    )
    found = state_chain(_chain(_claim(MINISTRY, Relation.OWNS, OUTLET), start=weak), {})
    assert found is not None
    assert found.weight == 0.65


@pytest.mark.parametrize(
    ("relation", "weight"),
    [
        (Relation.CO_PUBLISHES, 0.45),
        (Relation.MEMBER_OF, 0.45),
        (Relation.LINKS_TO, 0.45),
        (Relation.CREDITS, 0.25),  # a credit, or content bought, is what a customer has too
    ],
)
def test_beside_ownership_the_medium_is_named_and_not_the_department_above(
    relation: Relation, weight: float
) -> None:
    found = state_chain(
        _chain(_claim(OUTLET, relation, AGENCY), _claim(MINISTRY, Relation.CONTROLS, AGENCY)), {}
    )
    assert found is not None
    assert (found.towards, found.by_ownership, found.weight) == (AGENCY, False, weight)


def test_a_developer_is_passed_over_for_the_agency_that_owns_it() -> None:
    found = state_chain(
        _chain(
            _claim(COMPANY, Relation.DEVELOPS, OUTLET),
            _claim(AGENCY, Relation.OWNS, COMPANY),
            _claim(MINISTRY, Relation.CONTROLS, AGENCY),
        ),
        {},
    )
    assert found is not None
    assert (found.towards, found.by_ownership) == (AGENCY, False)


def test_owning_the_ministry_is_not_being_owned_by_it() -> None:
    # The outlet develops something for a ministry: the ministry stands below it.
    assert state_chain(_chain(_claim(COMPANY, Relation.OWNS, OUTLET)), {}) is None


@pytest.mark.parametrize("independent", [OUTLET, BROADCASTER])
def test_nothing_reaches_a_state_through_an_independent_outlet(independent: Entity) -> None:
    classes = {independent.key: (_typology("ISFM"),)}
    chain = _chain(
        _claim(BROADCASTER, Relation.OWNS, OUTLET),
        _claim(MINISTRY, Relation.FUNDS, BROADCASTER),
        start=_has_account(OUTLET),
    )
    assert state_chain(chain, {}) is not None
    assert state_chain(chain, classes) is None


def test_more_than_four_hops_are_too_far() -> None:
    companies = [_entity(f"company-{number}", "company") for number in range(4)]
    ladder = [OUTLET, *companies]
    steps = [_claim(upper, Relation.OWNS, lower) for lower, upper in itertools.pairwise(ladder)]
    assert state_chain(_chain(*steps[:3], _claim(MINISTRY, Relation.OWNS, companies[2])), {}) is not None
    assert state_chain(_chain(*steps, _claim(MINISTRY, Relation.OWNS, companies[3])), {}) is None


def test_a_claim_on_the_account_itself_is_a_chain() -> None:
    found = state_chain(_chain(start=_has_account(MINISTRY, relation=Relation.CONTROLS)), {})
    assert found is not None
    assert (found.towards, found.by_ownership) == (MINISTRY, True)
