"""The cards of curation: whatever an entry, a proposal or a trail holds, Discord takes the card."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.cards.charts import neighbourhood_picture
from bot.cards.discord_layout import view_of
from bot.cards.entry import around, entry_container
from bot.cards.limits import Kind, problems
from bot.cards.review import proposal_container
from bot.cards.trail import ACTS, act_words, trail_container
from bot.registry.curation.ends import AccountEnd, EntityEnd
from bot.registry.curation.queue import Queued
from bot.registry.curation.statements import Statement
from bot.registry.record import Facts, Numbered, Record
from bot.store.actors import Actor
from bot.store.audit import Entry
from bot.store.chains import Chain
from bot.store.facts import Fact
from bot.store.held import ClaimKind, ClaimRef
from bot.store.judgements import Judgement, Verdict
from bot.store.proposals import Proposal, ProposalAct, ProposalState
from bot.store.records import AccountClaim, Claim, Entity, EntityId, Grade, Relation, Source
from tests.wording import forbidden_words

NOW = datetime(2026, 11, 21, tzinfo=UTC)
B2 = Grade(reliability="B", credibility="2")
TEXTS = st.text(min_size=1, max_size=60)
HOSTILE = ["@everyone", "](https://a.example)", "`code`", "说" * 60, "\u202egnp.exe", "# head", "a" * 200]


def source(title: str) -> Source:
    return Source(
        key="team-1",
        title=title,
        publisher=title,
        url="https://source.example/a)b",
        published_on="2025",
        retrieved_on="2026-11-21",
        grade=B2,
    )


def an_entity(number: int, name: str) -> Entity:
    return Entity(entity_id=EntityId(number), key=f"key-{number}", kind="outlet", country="PY", name=name)


def an_actor(name: str) -> Actor:
    return Actor(actor_id=1, member="1", name=name)


def a_proposal(name: str, act: ProposalAct = ProposalAct.ADD) -> Proposal:
    return Proposal(
        proposal_id=7,
        layer=1,
        act=act,
        statement=None,
        claim=ClaimRef(kind=ClaimKind.CLAIM, claim_id=1),
        reason=name,
        url="https://source.example/",
        state=ProposalState.OPEN,
        version=1,
        made_by=an_actor(name),
        made_at=NOW,
        worded_by=an_actor(name),
    )


def a_fact(kind: ClaimKind, entity: Entity, said: str) -> Fact:
    return Fact(
        ref=ClaimRef(kind=kind, claim_id=3),
        entity=entity,
        said=said,
        note="former" if kind is ClaimKind.NAME else "2025",
        language="zh-Hans",
        source=source(entity.name),
    )


def facts(fact: Fact) -> Facts:
    return Facts(fact=fact, disputes=(a_proposal(fact.said, ProposalAct.RETRACT),))


def a_record(name: str, *, n: int) -> Record:
    entity = an_entity(1, name)
    other = an_entity(2, name)
    claim = Claim(subject=other, relation=Relation.OWNS, object=entity, source=source(name), grade=B2)
    has = AccountClaim(
        account=AccountRef(platform=Platform.X, handle="a" * 15),
        entity=entity,
        relation=Relation.HAS_ACCOUNT,
        source=source(name),
        grade=B2,
        by_id=False,
    )
    judged = Judgement(
        judgement_id=1,
        layer=1,
        about="claim",
        towards=None,
        claim=None,
        verdict=Verdict.REFUTE,
        likelihood=None,
        responsibility=None,
        reason=name,
        by=an_actor(name),
        at=NOW,
    )
    numbered = Numbered(
        ref=ClaimRef(kind=ClaimKind.CLAIM, claim_id=1),
        claim=claim,
        disputes=(a_proposal(name, ProposalAct.RETRACT),),
        judgements=(judged,),
    )
    return Record(
        entity=entity,
        names=tuple(facts(a_fact(ClaimKind.NAME, entity, f"{name}{number}")) for number in range(n)),
        classes=(facts(a_fact(ClaimKind.CLASS, entity, "SC")),) * min(n, 4),
        chains=(Chain(start=None, steps=(claim,)),) * n,
        claims=(numbered,) * n,
        claims_held=n + 1_000,
        accounts=(Numbered(ref=numbered.ref, claim=has),) * n,
        accounts_held=n + 9,
        judgements=(judged,) * n,
        neighbours=(other,),
    )


def check(container: ui.Container[Any]) -> str:
    body = {"components": view_of(container).to_components(), "flags": 1 << 15}
    assert problems(Kind.MESSAGE, body) == []
    return "\n".join(item.content for item in container.walk_children() if isinstance(item, ui.TextDisplay))


@pytest.mark.parametrize("name", HOSTILE)
async def test_an_entry_of_any_size_and_name_is_taken(name: str) -> None:
    for n in (0, 1, 5, 40):
        said = check(entry_container(a_record(name, n=n)))
        assert "@everyone" not in said.replace("`@everyone", "")
        drawn = neighbourhood_picture(around(a_record(name, n=n)))
        assert (drawn is None) is (n == 0)


def test_the_picture_reads_from_the_far_owner_to_what_is_owned() -> None:
    entry, owner, state, small = (
        an_entity(n, name) for n, name in enumerate(("Diario", "Grupo", "Estado", "Radio"))
    )

    def owns(upper: Entity, lower: Entity, *, source_of: str = "list") -> Claim:
        return Claim(subject=upper, relation=Relation.OWNS, object=lower, source=source(source_of), grade=B2)

    claims = [owns(entry, small), owns(owner, entry), owns(entry, small)]
    record = Record(
        entity=entry,
        chains=(Chain(start=None, steps=(owns(owner, entry), owns(state, owner))),),
        claims=tuple(Numbered(ref=ClaimRef(kind=ClaimKind.CLAIM, claim_id=1), claim=each) for each in claims),
    )
    drawn = neighbourhood_picture(around(record))
    assert drawn is not None
    assert drawn.alt == (
        "Diario. Estado: owns · B2: Grupo. Grupo: owns · B2: Diario. Radio: is owned by · B2: Diario."
    )
    assert forbidden_words(drawn.alt) == []


def test_a_crowd_below_is_counted_not_drawn() -> None:
    entry = an_entity(0, "Diario")
    owned = [an_entity(n, f"Radio {n}") for n in range(1, 31)]
    record = Record(
        entity=entry,
        claims=tuple(
            Numbered(
                ref=ClaimRef(kind=ClaimKind.CLAIM, claim_id=n),
                claim=Claim(
                    subject=entry, relation=Relation.OWNS, object=each, source=source("list"), grade=B2
                ),
            )
            for n, each in enumerate(owned)
        ),
    )
    drawn = neighbourhood_picture(around(record))
    assert drawn is not None
    assert drawn.height < 1_000
    assert "24 more" in drawn.alt


@settings(max_examples=20, deadline=None)
@given(name=TEXTS)
async def test_whatever_people_write_the_cards_are_taken(name: str) -> None:
    check(entry_container(a_record(name, n=12)))
    statement = Statement(
        subject=EntityEnd(key="k", name=name, new=True, kind="outlet"),
        relation=Relation.OWNS,
        object=AccountEnd(platform=Platform.X, handle="ejemplo"),
        url="https://source.example/",
        title=name,
        grade="B2",
        note=name,
    )
    claims = tuple(each.claim for each in a_record(name, n=9).claims)
    check(
        proposal_container(
            Queued(proposal=a_proposal(name), statement=statement, claim=None, same=claims, against=claims)
        )
    )


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_every_entry_of_a_trail_has_words(act: str) -> None:
    entry = Entry(
        audit_id=1,
        at=NOW,
        layer=1,
        actor_id=1,
        actor="Ana `x`",
        act=act,
        subject="proposal:3",
        before=None,
        after={"act": "retract", "verdict": "refute", "reason": "*why*", "why": None, "decision": None},
        previous="0" * 64,
        hash="1" * 64,
    )
    words = act_words(entry)
    assert "`Ana ˋxˋ`" in words
    assert forbidden_words(words) == []
    assert "History of" in check(trail_container("name", [entry] * 10, page=0))
