from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Dossier, State, to_json
from bot.checks.service import CheckService
from bot.registry.curation.roles import Member
from bot.registry.curation.service import Curation
from bot.registry.names import NameIndex
from bot.store.database import Database
from bot.store.held import ClaimKind, ClaimRef
from bot.store.judgements import LINK
from bot.store.records import Relation
from tests.bot.registry.founding import add_case, add_claim
from tests.wording import forbidden_words

NOW = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
ANA = Member(layer=1_001, member="ana", name="Ana", manages=True)
RUI = Member(layer=1_001, member="rui", name="Rui `x`", manages=True)
REF = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1")


class Desk:
    def __init__(self, folder: Path) -> None:
        self.database = Database.open(folder / "masthead.db")
        self.checks = CheckService(self.database, clock=lambda: NOW)
        self.curation = Curation(self.database, clock=lambda: NOW)

    async def dossier(self, *, layer: int = ANA.layer) -> Dossier:
        return (await self.checks.check(REF, asked="@ejemplo_hoy_1", layer=layer)).dossier

    async def judge(self, who: Member, verdict: str, about: str = LINK, **more: str) -> None:
        await self.curation.judge_account(
            who, REF, about=about, towards=None, verdict=verdict, reason="read the imprint", **more
        )


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path)
    await found.database.write(add_case)
    return found


async def test_a_confirmation_is_told_with_name_and_day_beside_the_computed_word(desk: Desk) -> None:
    before = (await desk.dossier()).assessment.state_link
    await desk.judge(ANA, "confirm")
    after = (await desk.dossier()).assessment
    assert after.state_link.band == before.band
    assert (
        "On 21 Nov 2026 the analyst `Ana` confirmed the link: `read the imprint`."
        in after.state_link.sentence
    )
    assert f"The checks alone say: {before.sentence}" in after.state_link.sentence
    assert [(each.by, each.verdict) for each in after.judgements] == [("Ana", "confirm")]


async def test_an_analysts_likelihood_stands_in_the_place_of_the_computed_one(desk: Desk) -> None:
    await desk.judge(ANA, "confirm", likelihood="almost certain", responsibility="state-encouraged")
    line = (await desk.dossier()).assessment.state_link
    assert (line.band, line.low, line.high) == ("almost certain", 0.95, 0.99)
    assert "the analyst `Ana` judged a state's responsibility for it: state-encouraged" in line.sentence


async def test_one_for_and_one_against_is_against_until_settled(desk: Desk) -> None:
    await desk.judge(ANA, "confirm", likelihood="very likely")
    await desk.judge(RUI, "refute")
    assessment = (await desk.dossier()).assessment
    assert assessment.state_link.band is None
    assert assessment.against.startswith("On 21 Nov 2026 the analyst `Rui ˋxˋ` refuted the link")
    await desk.judge(RUI, "confirm")
    assert (await desk.dossier()).assessment.state_link.band == "very likely"


async def test_a_refuted_finding_stays_marked_and_weighs_nothing(desk: Desk) -> None:
    before = await desk.dossier()
    weighing = {finding.check for finding in before.findings if finding.weight}
    assert "ownership_chain" in weighing
    await desk.judge(ANA, "refute", about="ownership_chain")
    after = await desk.dossier()
    chain = [finding for finding in after.findings if finding.check == "ownership_chain"]
    assert all(finding.state is State.FOUND and finding.weight is None for finding in chain)
    assert all("the analyst `Ana` refuted ownership chain" in finding.summary for finding in chain)
    assert {step.step for step in after.assessment.state_link.reckoning}.isdisjoint({"ownership_chain"})


async def judge_owner(desk: Desk, who: Member, verdict: str, *, number: int = 1) -> ClaimRef:
    """Judge who owns the outlet that the account is said to be of."""
    claim = ClaimRef(kind=ClaimKind.CLAIM, claim_id=number)
    await desk.curation.judge_claim(who, claim, verdict=verdict, reason="sold in 2024")
    return claim


async def upward(desk: Desk) -> list[int]:
    """Return the claims of the chains that the account's findings rest on, one owned by a ministry."""
    query = (
        "SELECT claim_id FROM claim JOIN entity AS lower ON lower.entity_id = object_id"
        " JOIN entity AS upper ON upper.entity_id = subject_id"
        " WHERE (upper.key, lower.key) IN (('work-department', 'news'))"
    )
    return await desk.database.read(lambda c: [number for (number,) in c.execute(query)])


async def test_a_refuted_owner_further_up_breaks_the_chain_and_says_so(desk: Desk) -> None:
    await desk.database.write(add_claim, "work-department", Relation.OWNS, "news")
    (owner,) = await upward(desk)
    held = await desk.database.read(lambda c: c.execute("SELECT * FROM claim").fetchall())
    before = await desk.dossier()
    (chain,) = [each for each in before.findings if each.towards == "work-department" and each.weight]
    assert chain.check == "ownership_chain"
    await judge_owner(desk, ANA, "refute", number=owner)
    after = await desk.dossier()
    (chain,) = [each for each in after.findings if each.towards == "work-department"]
    assert chain.weight is None
    assert chain.state is State.FOUND
    assert "On 21 Nov 2026 the analyst `Ana` refuted the claim that" in chain.summary
    (own,) = [each for each in after.findings if each.check == "analyst"]
    assert "`sold in 2024`" in own.evidence[0].text
    assert [(each.by, each.verdict) for each in after.assessment.judgements] == [("Ana", "refute")]
    # The claim stands as it is, other servers hear nothing, and the word taken back all is as before.
    assert held == await desk.database.read(lambda c: c.execute("SELECT * FROM claim").fetchall())
    assert (await desk.dossier(layer=1_002)).assessment == before.assessment
    claim = ClaimRef(kind=ClaimKind.CLAIM, claim_id=owner)
    await desk.curation.take_back(ANA, claim, about="claim", towards=None, reason="it was not sold")
    assert (await desk.dossier()).assessment == before.assessment


async def test_a_step_that_another_source_says_as_well_holds(desk: Desk) -> None:
    await desk.database.write(add_claim, "work-department", Relation.OWNS, "news")
    await desk.database.write(add_claim, "work-department", Relation.OWNS, "news", source="other")
    first, second = await upward(desk)
    await judge_owner(desk, ANA, "refute", number=first)
    (chain,) = [each for each in (await desk.dossier()).findings if each.towards == "work-department"]
    assert chain.weight is not None
    await judge_owner(desk, ANA, "refute", number=second)
    (chain,) = [each for each in (await desk.dossier()).findings if each.towards == "work-department"]
    assert chain.weight is None


async def test_a_confirmed_owner_is_told_and_computed_as_before(desk: Desk) -> None:
    await desk.database.write(add_claim, "work-department", Relation.OWNS, "news")
    (owner,) = await upward(desk)
    before = (await desk.dossier()).assessment.state_link
    await judge_owner(desk, ANA, "confirm", number=owner)
    after = await desk.dossier()
    assert after.assessment.state_link.band == before.band
    (chain,) = [each for each in after.findings if each.towards == "work-department"]
    assert "the analyst `Ana` confirmed the claim that" in chain.summary
    assert forbidden_words(chain.summary) == []


async def test_a_states_responsibility_is_said_by_an_analyst_alone(desk: Desk) -> None:
    """Whatever is held and computed, no card speaks of it until somebody judged it, and then with a name."""
    await desk.database.write(add_claim, "work-department", Relation.OWNS, "news")
    assert "responsibility" not in to_json(await desk.dossier()).decode().replace('"responsibility":null', "")
    await desk.judge(ANA, "confirm", responsibility="state-shaped")
    line = (await desk.dossier()).assessment.state_link
    assert "the analyst `Ana` judged a state's responsibility for it: state-shaped" in line.sentence


async def test_a_judgement_changes_no_claim(desk: Desk) -> None:
    before = await desk.database.read(lambda c: c.execute("SELECT * FROM account_claim").fetchall())
    await desk.judge(ANA, "refute")
    assert before == await desk.database.read(lambda c: c.execute("SELECT * FROM account_claim").fetchall())


async def test_another_server_and_the_command_line_hear_nothing_of_it(desk: Desk) -> None:
    before = await desk.dossier(layer=0)
    await desk.judge(ANA, "refute")
    for layer in (0, 1_002):
        after = await desk.dossier(layer=layer)
        assert after.assessment == before.assessment
        assert after.findings == before.findings


async def test_what_is_said_keeps_to_the_words(desk: Desk) -> None:
    await desk.judge(ANA, "unsure", responsibility="state-ordered")
    await desk.judge(RUI, "refute", about="registry_match")
    dossier = await desk.dossier()
    told = [dossier.assessment.state_link.sentence, dossier.assessment.against]
    told += [finding.summary for finding in dossier.findings]
    assert [word for sentence in told for word in forbidden_words(sentence)] == []


async def test_a_servers_own_account_is_checked_there_alone(desk: Desk) -> None:
    said = {
        "subject": "agency",
        "relation": "has_account",
        "object": "https://x.com/otra_ejemplo",
        "url": "https://imprint.example/",
    }
    made = await desk.curation.propose(ANA, **said)
    await desk.curation.accept(ANA, made.proposal_id, version=made.version)
    ref = AccountRef(platform=Platform.X, handle="otra_ejemplo")

    async def listed(layer: int) -> State:
        dossier = (await desk.checks.check(ref, asked="@otra_ejemplo", layer=layer)).dossier
        return next(each.state for each in dossier.findings if each.check == "registry_match")

    assert await listed(ANA.layer) is State.FOUND
    assert await listed(0) is State.NOT_FOUND
    assert await listed(1_002) is State.NOT_FOUND
    # What the bot offers while somebody types differs in the same way.
    names = NameIndex()
    await desk.database.read(names.build)
    for member, offered in ((ANA, [ref.handle]), (replace(ANA, layer=1_002), [])):
        found = await desk.curation.seen(member, names.suggest, "otra_ejemplo")
        assert [each.ref.handle for each in found if each.ref.handle == ref.handle] == offered
