"""A model of curation beside the real one: whatever people do in whatever order, both agree, every layer sees
what the model says, the trail verifies and replays to what the tables hold.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.errors import MastheadError
from bot.registry.curation import judging, loads, proposals, setting
from bot.registry.curation.replay import differences
from bot.registry.curation.roles import Member
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import export_csv, import_file
from bot.store import audit
from bot.store.database import transaction
from bot.store.held import ClaimKind, ClaimRef
from bot.store.judgements import LINK
from bot.store.layers import seen_from
from bot.store.proposals import Proposal, ProposalAct
from bot.store.registry import claims_about, find_entity
from tests.bot.registry.curation.desks import (
    ADMIN,
    ANALYST,
    CURATOR,
    DESK,
    ELSEWHERE,
    OPERATOR,
    OTHER,
    READER,
    SECOND,
    Registry,
)
from tests.bot.registry.exporters.test_round_trips import empty, tables
from tests.bot.registry.founding import AGENCY

PEOPLE = st.sampled_from([CURATOR, SECOND, ADMIN, ELSEWHERE, ANALYST, READER])
KEYS = ("news", "paper", "agency", "new: Diario Nuevo (outlet, PY)")
URLS = st.sampled_from(["https://one.example/a", "https://two.example/b"])
RELATED = st.tuples(
    st.sampled_from(KEYS), st.sampled_from(["owns", "co_publishes"]), st.sampled_from(KEYS[:3]), URLS
)
NAMED = st.tuples(
    st.sampled_from(KEYS[:2]),
    st.just("has_name"),
    st.sampled_from(["Noticias (es)", "消息报 (zh-Hans)"]),
    URLS,
)
CLASSED = st.tuples(st.just("paper"), st.just("has_class"), st.sampled_from(["SC 2025", "IP 2025"]), URLS)
SAID = st.one_of(RELATED, NAMED, CLASSED)
RANK = {READER: 0, ANALYST: 1, CURATOR: 2, SECOND: 2, ADMIN: 3, ELSEWHERE: 3}
WHY = "it says so in the imprint"

SET = {
    "sources.csv": "key,title,publisher,url,published_on,retrieved_on,reliability,credibility,"
    "derived_from,licence\n"
    "list-{n},List {n},Example,https://list.example/,2025,2026-11-21,B,2,,\n",
    "entities.csv": "key,kind,country\nnews,outlet,\npaper,outlet,\nlisted-{n},outlet,CR\n",
    "names.csv": "entity,name,language,kind,source\nlisted-{n},Listado {n},es,main,list-{n}\n",
    "typology.csv": "entity,code,edition,source,locator\nlisted-{n},SC,2025,list-{n},row 1\n",
    "claims.csv": "subject,relation,object,source,locator,reliability,credibility,hedge,valid_from,"
    "valid_to\n"
    "listed-{n},owns,paper,list-{n},row 1,B,2,,,\nlisted-{n},funds,news,list-{n},row 2,B,2,,,\n",
    "accounts.csv": "entity,platform,handle,platform_id,relation,source,locator,reliability,credibility,"
    "hedge,valid_from,valid_to\nlisted-{n},x,listado_{n},,has_account,list-{n},row 1,B,2,,,\n",
    "domains.csv": "entity,host,relation,source,locator,reliability,credibility,hedge,valid_from,valid_to\n"
    "listed-{n},listado-{n}.example,has_site,list-{n},row 1,B,2,,,\n",
}


# The main name of an entity comes with it.
_PROPOSED = {ClaimKind.NAME: " AND kind <> 'main'"}


@dataclass
class Known:
    """What the model knows of a proposal. `claim` is (kind, number); `home` the layer that it holds in."""

    layer: int
    act: ProposalAct
    said: tuple[str, ...] | ClaimRef
    state: str = "open"
    version: int = 1
    worded_by: Member = ANALYST
    claim: ClaimRef | None = None


@dataclass
class Model:
    proposals: dict[int, Known] = field(default_factory=dict[int, Known])
    # Claims that stand, by the layer in which they do.
    homes: dict[ClaimRef, int] = field(default_factory=dict[ClaimRef, int])
    retracted: set[ClaimRef] = field(default_factory=set[ClaimRef])
    hidden: set[tuple[int, ClaimRef]] = field(default_factory=set[tuple[int, ClaimRef]])
    two_person: dict[int, bool] = field(default_factory=dict[int, bool])
    judged: set[Member] = field(default_factory=set[Member])


class Desk(RuleBasedStateMachine):
    """The rules call the same functions as the service, each in one transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="masthead-model-"))
        self.registry = Registry(self.folder / "masthead.db")
        self.model = Model()
        self.base = set(self._rows(DESK))
        self.imports: dict[int, tuple[str, bool, set[ClaimRef]]] = {}

    def teardown(self) -> None:
        self.registry.close()
        shutil.rmtree(self.folder)

    def _rows(self, layer: int) -> list[ClaimRef]:
        with seen_from(self.registry.reader, layer):
            return [
                ClaimRef(kind=kind, claim_id=number)
                for kind in ClaimKind
                for (number,) in self.registry.reader.execute(
                    f"SELECT {kind}_id FROM {kind} WHERE retracted_ms IS NULL{_PROPOSED.get(kind, '')}"  # noqa: S608  # our own tables
                )
            ]

    def _try(self, function: Callable[..., Any], *args: Any, allowed: bool, **kwargs: Any) -> Any:  # noqa: ANN401
        """Do it in a transaction; refused exactly where the model says so."""
        try:
            with transaction(self.registry.writer) as connection:
                done = function(connection, *args, now=self.registry.clock(), **kwargs)
        except MastheadError:
            assert not allowed
            return None
        assert allowed
        return done

    @rule(who=PEOPLE, said=SAID)
    def propose(self, who: Member, said: tuple[str, str, str, str]) -> None:
        if said[0] == said[2]:
            return
        same = any(
            known.state == "open" and known.layer == who.layer and known.said == said
            for known in self.model.proposals.values()
        )
        statement = self.registry.say(who, said[0], said[1], said[2], said[3])
        # Once it is held in this layer, a new entity is found by its key like any other.
        made: Proposal | None = self._try(
            proposals.propose, statement, member=who, allowed=RANK[who] >= 1 and not same
        )
        if made is not None:
            self.model.proposals[made.proposal_id] = Known(
                layer=who.layer, act=ProposalAct.ADD, said=said, worded_by=who
            )

    @rule(who=PEOPLE, data=st.data())
    def dispute(self, who: Member, data: st.DataObject) -> None:
        seen = sorted(self._rows(who.layer), key=str)
        claim = data.draw(st.sampled_from(seen), label="claim")
        same = any(
            known.state == "open"
            and known.layer == who.layer
            and known.act is ProposalAct.RETRACT
            and known.said == claim
            for known in self.model.proposals.values()
        )
        made = self._try(
            proposals.dispute,
            claim,
            reason=WHY,
            url="",
            member=who,
            allowed=RANK[who] >= 1 and not same,
        )
        if made is not None:
            self.model.proposals[made.proposal_id] = Known(
                layer=who.layer, act=ProposalAct.RETRACT, said=claim, claim=claim, worded_by=who
            )

    @rule(who=PEOPLE, data=st.data())
    @precondition(lambda self: any(self.model.homes.values()))
    def publish(self, who: Member, data: st.DataObject) -> None:
        own = sorted((claim for claim, home in self.model.homes.items() if home), key=str)
        claim = data.draw(st.sampled_from(own), label="claim")
        same = any(
            known.state == "open" and known.act is ProposalAct.PUBLISH and known.said == claim
            for known in self.model.proposals.values()
        )
        here = self.model.homes[claim] == who.layer and claim not in self.model.retracted
        made = self._try(
            proposals.ask_to_publish,
            claim,
            reason=WHY,
            member=who,
            allowed=RANK[who] >= 3 and here and not same,
        )
        if made is not None:
            self.model.proposals[made.proposal_id] = Known(
                layer=who.layer, act=ProposalAct.PUBLISH, said=claim, claim=claim, worded_by=who
            )

    def _some(self, data: st.DataObject, who: Member, *, state: str = "open") -> tuple[int, Known]:
        """Choose a proposal, mostly one that `who` can do something about."""
        fitting = [
            number
            for number, known in self.model.proposals.items()
            if known.layer == who.layer and known.state == state
        ]
        everything = sorted(self.model.proposals)
        pool = [*everything, *sorted(fitting) * len(everything)]
        number = data.draw(st.sampled_from(pool), label="proposal")
        return number, self.model.proposals[number]

    @rule(who=PEOPLE, data=st.data(), stale=st.sampled_from([False, False, False, True]))
    @precondition(lambda self: self.model.proposals)
    def accept(self, who: Member, data: st.DataObject, *, stale: bool) -> None:
        number, known = self._some(data, who)
        self._accept(who, number, known, stale=stale)

    def _accept(self, who: Member, number: int, known: Known, *, stale: bool) -> None:
        needed = 3 if known.act is ProposalAct.PUBLISH else 2
        own = self.model.two_person.get(who.layer, False) and known.worded_by == who
        allowed = (
            RANK[who] >= needed
            and known.layer == who.layer
            and known.state == "open"
            and not stale
            and not own
            and self._can_be_done(known)
        )
        version = known.version - stale
        done: Proposal | None = self._try(
            proposals.accept, number, version=version, member=who, allowed=allowed
        )
        if done is None:
            return
        assert done.claim is not None
        known.state, known.version, known.claim = "accepted", known.version + 1, done.claim
        match known.act:
            case ProposalAct.ADD:
                self.model.homes[done.claim] = known.layer
                self.model.retracted.discard(done.claim)
            case ProposalAct.RETRACT if self.model.homes.get(done.claim, 0) == known.layer:
                self.model.retracted.add(done.claim)
            case ProposalAct.RETRACT:
                self.model.hidden.add((known.layer, done.claim))
            case ProposalAct.PUBLISH:
                self.model.homes[done.claim] = 0

    def _can_be_done(self, known: Known) -> bool:
        model = self.model
        if known.act is ProposalAct.ADD:
            # The same statement of the same layer is one claim, and may stand already.
            twins = [
                other.claim
                for other in model.proposals.values()
                if other.act is ProposalAct.ADD and self._are_one(other, known)
            ]
            return not any(claim in model.homes and claim not in model.retracted for claim in twins if claim)
        assert known.claim is not None
        if known.claim in model.retracted or self._undone(known.claim):
            return False
        home = model.homes.get(known.claim, 0)
        if known.act is ProposalAct.PUBLISH:
            return home == known.layer and not self._named_in_base(known.claim)
        return home == known.layer or (home == 0 and (known.layer, known.claim) not in model.hidden)

    def _are_one(self, other: Known, known: Known) -> bool:
        """Whether two additions are one row: a name, whoever says it, and everywhere once it is published."""
        assert isinstance(other.said, tuple)
        assert isinstance(known.said, tuple)
        if known.said[1] != "has_name":
            return other.layer == known.layer and other.said == known.said
        seen = other.layer == known.layer or (other.claim and self.model.homes.get(other.claim) == 0)
        return bool(seen) and other.said[:3] == known.said[:3]

    def _named_in_base(self, claim: ClaimRef) -> bool:
        """Whether every server sees this very name already, said by another one."""
        added = [each for each in self.model.proposals.values() if each.act is ProposalAct.ADD]
        own = [each.said[:3] for each in added if each.claim == claim and isinstance(each.said, tuple)]
        others = [
            each.said[:3]
            for each in added
            if isinstance(each.said, tuple)
            and each.claim is not None
            and each.claim != claim
            and self.model.homes.get(each.claim) == 0
        ]
        return claim.kind is ClaimKind.NAME and any(said in others for said in own)

    def _undone(self, claim: ClaimRef) -> bool:
        return any(undone and claim in brought for _, undone, brought in self.imports.values())

    @rule(who=PEOPLE, data=st.data(), said=SAID)
    @precondition(lambda self: self.model.proposals)
    def amend(self, who: Member, data: st.DataObject, said: tuple[str, str, str, str]) -> None:
        number, known = self._some(data, who)
        if said[0] == said[2]:
            return
        allowed = (
            RANK[who] >= 2
            and known.layer == who.layer
            and known.state == "open"
            and known.act is ProposalAct.ADD
        )
        statement = self.registry.say(who, said[0], said[1], said[2], said[3])
        done = self._try(
            proposals.amend, number, statement, version=known.version, member=who, allowed=allowed
        )
        if done is not None:
            known.said, known.worded_by, known.version = said, who, known.version + 1

    @rule(who=PEOPLE, data=st.data())
    @precondition(lambda self: self.model.proposals)
    def reject(self, who: Member, data: st.DataObject) -> None:
        number, known = self._some(data, who)
        allowed = RANK[who] >= 2 and known.layer == who.layer and known.state == "open"
        if self._try(
            proposals.reject, number, version=known.version, reason=WHY, member=who, allowed=allowed
        ):
            known.state, known.version = "rejected", known.version + 1

    @rule(who=PEOPLE, data=st.data())
    @precondition(lambda self: self.model.proposals)
    def undo(self, who: Member, data: st.DataObject) -> None:
        number, known = self._some(data, who, state="accepted")
        needed = 3 if known.act is ProposalAct.PUBLISH and known.state == "accepted" else 2
        same = any(
            other is not known
            and other.state == "open"
            and (other.layer, other.act, other.said) == (known.layer, known.act, known.said)
            for other in self.model.proposals.values()
        )
        allowed = (
            RANK[who] >= needed
            and known.layer == who.layer
            and known.state in {"accepted", "rejected"}
            and self._can_be_undone(known)
            and not same
        )
        accepted = known.state == "accepted"
        if not self._try(proposals.undo, number, reason=WHY, member=who, allowed=allowed):
            return
        known.state, known.version = "open", known.version + 1
        if not accepted:
            return
        assert known.claim is not None
        match known.act:
            case ProposalAct.ADD:
                self.model.retracted.add(known.claim)
                known.claim = None
            case ProposalAct.RETRACT if (known.layer, known.claim) in self.model.hidden:
                self.model.hidden.discard((known.layer, known.claim))
            case ProposalAct.RETRACT:
                self.model.retracted.discard(known.claim)
            case ProposalAct.PUBLISH:
                self.model.homes[known.claim] = known.layer

    def _can_be_undone(self, known: Known) -> bool:
        if known.state != "accepted" or known.act is ProposalAct.RETRACT:
            return True
        assert known.claim is not None
        standing = known.claim not in self.model.retracted
        if known.act is ProposalAct.ADD:
            return standing and self.model.homes[known.claim] == known.layer
        return standing

    @rule(who=st.sampled_from([CURATOR, ELSEWHERE]), said=SAID)
    def propose_and_accept(self, who: Member, said: tuple[str, str, str, str]) -> None:
        """What happens most in a team; by itself it would come about seldom."""
        before = set(self.model.proposals)
        self.propose(who, said)
        for number in self.model.proposals.keys() - before:
            known = self.model.proposals[number]
            known.worded_by = who
            self._accept(ADMIN if who is CURATOR else ELSEWHERE, number, known, stale=False)

    @rule(who=PEOPLE, on=st.booleans())
    def rule_of_two(self, who: Member, *, on: bool) -> None:
        if self._try(setting.set_rules, member=who, two_person=on, allowed=RANK[who] >= 3):
            self.model.two_person[who.layer] = on

    @rule(who=PEOPLE, verdict=st.sampled_from(["confirm", "refute", "unsure"]))
    def judge(self, who: Member, verdict: str) -> None:
        made = self._try(
            judging.judge_account,
            AGENCY,
            about=LINK,
            towards=None,
            verdict=verdict,
            reason=WHY,
            likelihood="very likely",
            member=who,
            allowed=RANK[who] >= 1,
        )

        if made is not None:
            self.model.judged.add(who)

    @rule(who=PEOPLE)
    def take_a_word_back(self, who: Member) -> None:
        if self._try(
            judging.take_back,
            AGENCY,
            about=LINK,
            towards=None,
            reason=WHY,
            member=who,
            allowed=who in self.model.judged,
        ):
            self.model.judged.discard(who)

    @invariant()
    def the_words_of_a_desk_stand_there(self) -> None:
        for layer in (0, DESK, OTHER):
            with seen_from(self.registry.reader, layer):
                (held,) = self.registry.reader.execute(
                    "SELECT count(*) FROM judgement WHERE withdrawn_ms IS NULL"
                ).fetchone()
            assert held == sum(who.layer == layer for who in self.model.judged)

    @rule(n=st.integers(min_value=1, max_value=2))
    def import_a_list(self, n: int) -> None:
        folder = self.folder / f"list-{n}"
        folder.mkdir(exist_ok=True)
        for name, text in SET.items():
            (folder / name).write_text(text.format(n=n), encoding="utf-8")
        before = set(self._rows(DESK))
        with transaction(self.registry.writer) as connection:
            report = import_file(connection, folder, now=self.registry.clock())
        assert (report.new.total > 0) is (n not in self.imports)
        if n not in self.imports:
            (version,) = self.registry.writer.execute(
                "SELECT version FROM registry_load ORDER BY load_id DESC LIMIT 1"
            ).fetchone()
            self.imports[n] = (version, False, set(self._rows(DESK)) - before)

    @rule(n=st.integers(min_value=1, max_value=2))
    def undo_or_restore_the_import(self, n: int) -> None:
        if n not in self.imports:
            return
        version, undone, brought = self.imports[n]
        act = loads.restore_load if undone else loads.undo_load
        self._try(act, version, member=OPERATOR, allowed=True)
        self.imports[n] = (version, not undone, brought)

    @invariant()
    def every_layer_sees_what_it_should(self) -> None:
        loaded = {claim for _, undone, brought in self.imports.values() if not undone for claim in brought}
        for layer in (0, DESK, OTHER):
            own = {claim for claim, home in self.model.homes.items() if home in {0, layer}}
            taken = self.model.retracted | {claim for at, claim in self.model.hidden if at == layer}
            assert set(self._rows(layer)) == (self.base | loaded | own) - taken

    @invariant()
    def the_trail_verifies_and_replays(self) -> None:
        connection = self.registry.writer
        assert list(audit.flaws(connection)) == []
        assert list(differences(connection, audit.entries(connection))) == []

    @rule(form=st.sampled_from([ExportFormat.MASTHEAD, ExportFormat.STIX, ExportFormat.MISP]))
    def export_reads_back_the_same(self, form: ExportFormat) -> None:
        """Whatever was decided before: into an empty registry, and every row of every file is there."""
        first, out = self.folder / "first", self.folder / "out"
        export_csv(self.registry.reader, first)
        written = first
        if form is not ExportFormat.MASTHEAD:
            written = out
            export_file(self.registry.reader, out, form=form, now=self.registry.clock())
        with empty() as connection:
            with transaction(connection):
                assert import_file(connection, written, now=self.registry.clock()).rejected == []
            again = tables(connection, self.folder / "second")
        out.unlink(missing_ok=True)
        shutil.rmtree(first)
        assert again == tables(self.registry.reader, self.folder / "second")


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def test_nobody_sees_the_entity_that_another_server_added(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "masthead.db")
    said = registry.say(ANALYST, "new: Diario Nuevo (outlet, PY)", "owns", "paper", "https://one.example/a")
    with transaction(registry.writer) as connection:
        made = proposals.propose(connection, said, member=ANALYST, now=registry.clock())
        proposals.accept(connection, made.proposal_id, version=1, member=CURATOR, now=registry.clock())
    for layer, seen in ((DESK, True), (OTHER, False), (0, False)):
        with seen_from(registry.reader, layer):
            assert (find_entity(registry.reader, said.subject.key) is not None) is seen
            paper = find_entity(registry.reader, "paper")
            assert paper is not None
            owners = {claim.subject.name for claim in claims_about(registry.reader, paper.entity_id)}
            assert ("Diario Nuevo" in owners) is seen
    registry.close()
