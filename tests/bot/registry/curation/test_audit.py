"""The trail itself: what a later edit looks like, and what a crash leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import InputError, MastheadError, NotAllowedError, StaleError
from bot.registry.curation import loads, proposals, setting
from bot.registry.curation.replay import examined
from bot.registry.curation.roles import Member
from bot.registry.curation.service import Curation
from bot.registry.importers import import_file
from bot.store import audit
from bot.store.accounts import ensure_account
from bot.store.actors import actor, forget_actor
from bot.store.database import Database, transaction
from bot.store.held import ClaimKind, ClaimRef
from bot.store.layers import seen_from
from bot.store.proposals import ProposalState, proposal
from sandbox.demo import load_demo
from sandbox.demo.loading import remove_demo
from tests.bot.registry.curation.desks import (
    ADMIN,
    ANALYST,
    CURATOR,
    DESK,
    NOW,
    OPERATOR,
    OUTSIDE,
    READER,
    SECOND,
    Registry,
)
from tests.bot.registry.curation.test_model import SET

URL = "https://one.example/a"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "masthead.db")


def proposed(registry: Registry, *, subject: str = "news", url: str = URL) -> int:
    said = registry.say(ANALYST, subject, "owns", "paper", url)
    with transaction(registry.writer) as connection:
        return proposals.propose(connection, said, member=ANALYST, now=registry.clock()).proposal_id


def accepted(registry: Registry, number: int, *, version: int = 1) -> None:
    with transaction(registry.writer) as connection:
        proposals.accept(connection, number, version=version, member=CURATOR, now=registry.clock())


def wrong(registry: Registry) -> list[str]:
    return examined(registry.writer)


def test_an_entry_cannot_be_changed_or_deleted(registry: Registry) -> None:
    for statement in ("UPDATE audit SET act = 'x'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"):
            registry.writer.execute(statement)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE audit SET actor_id = 99 WHERE audit_id = 3", "its content was changed"),
        ("UPDATE audit SET after = '{}' WHERE audit_id = 3", "its content was changed"),
        ("UPDATE audit SET at_ms = at_ms - 1 WHERE audit_id = 3", "its content was changed"),
        ("DELETE FROM audit WHERE audit_id = 3", "1 entries before this one are missing"),
        ("DELETE FROM audit WHERE audit_id = (SELECT max(audit_id) FROM audit)", "1 entries at the end"),
    ],
)
def test_a_later_edit_shows_even_without_the_triggers(registry: Registry, edit: str, told: str) -> None:
    accepted(registry, proposed(registry))
    assert wrong(registry) == []
    for trigger in ("audit_stays", "audit_keeps"):
        registry.writer.execute(f"DROP TRIGGER {trigger}")
    registry.writer.execute("PRAGMA foreign_keys = OFF")
    registry.writer.execute(edit)
    assert any(told in what for what in wrong(registry))


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE claim SET retracted_ms = 1, retracted_by = 'me', retracted_why = '' WHERE claim_id = 1",
        "UPDATE proposal SET state = 'rejected'",
        "UPDATE claim SET reliability = 'A' WHERE layer <> 0",
        "INSERT INTO hidden VALUES (1001, 'claim', 2)",
        "UPDATE guild_role SET grants = 'admin' WHERE guild_id = 1001",
        (
            "INSERT INTO claim"
            " (subject_id, relation, object_id, source_id, reliability, credibility, recorded_ms)"
            " VALUES (1, 'funds', 2, 1, 'A', '1', 0)"
        ),
    ],
)
def test_a_table_that_was_changed_past_the_curation_shows(registry: Registry, edit: str) -> None:
    accepted(registry, proposed(registry))
    assert wrong(registry) == []
    registry.writer.execute(edit)
    assert wrong(registry) != []


def test_a_forgotten_person_leaves_the_trail_whole(registry: Registry) -> None:
    number = proposed(registry)
    accepted(registry, number)
    with transaction(registry.writer) as connection:
        assert forget_actor(connection, CURATOR.member) == 1
    assert wrong(registry) == []
    with seen_from(registry.reader, DESK):
        found = proposal(registry.reader, number)
    assert found is not None
    assert found.decided_by is not None
    assert actor(registry.writer, found.decided_by.actor_id).shown == "a former member"


def test_the_rule_of_two_holds_for_words_of_ones_own(registry: Registry) -> None:
    with transaction(registry.writer) as connection:
        setting.set_rules(connection, member=ADMIN, now=registry.clock(), two_person=True)
        said = registry.say(CURATOR, "news", "owns", "paper", URL)
        mine = proposals.propose(connection, said, member=CURATOR, now=registry.clock())
    with pytest.raises(NotAllowedError, match="two people"):
        accepted(registry, mine.proposal_id)
    with transaction(registry.writer) as connection:
        other = registry.say(SECOND, "agency", "owns", "paper", URL)
        proposals.amend(connection, mine.proposal_id, other, version=1, member=SECOND, now=registry.clock())
        # Now the words are the second curator's, and the first may accept them.
        with pytest.raises(NotAllowedError):
            proposals.accept(connection, mine.proposal_id, version=2, member=SECOND, now=registry.clock())
        done = proposals.accept(connection, mine.proposal_id, version=2, member=CURATOR, now=registry.clock())
    assert done.state is ProposalState.ACCEPTED


def test_nobody_changes_the_base_from_direct_messages(registry: Registry) -> None:
    said = registry.say(OUTSIDE, "news", "owns", "paper", URL)
    with pytest.raises(NotAllowedError, match="Do it in a server"), transaction(registry.writer) as held:
        proposals.propose(held, said, member=OUTSIDE, now=registry.clock())


def test_two_curators_at_once_decide_once(registry: Registry) -> None:
    """Two processes with a database of their own each, told to go at the same moment."""
    number = proposed(registry)
    first, second = Database.open(registry.path), Database.open(registry.path)
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(database: Database, who: str) -> None:
        curation = Curation(database, clock=lambda: NOW)
        barrier.wait()
        try:
            member = CURATOR if who == "accept" else SECOND
            if who == "accept":
                asyncio.run(curation.accept(member, number, version=1))
            else:
                asyncio.run(curation.reject(member, number, version=1, reason="not so"))
            outcomes.append(who)
        except StaleError as error:
            outcomes.append(f"refused: {error}")

    threads = [threading.Thread(target=decide, args=each) for each in ((first, "accept"), (second, "reject"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.close()
    second.close()
    assert sorted(outcome.split(":")[0] for outcome in outcomes) in (
        ["accept", "refused"],
        ["refused", "reject"],
    )
    assert wrong(registry) == []


def test_an_import_during_a_review_changes_neither(registry: Registry, tmp_path: Path) -> None:
    """The list brings the very claim that a curator is looking at: both stand, side by side."""
    number = proposed(registry, subject="press-network")
    folder = tmp_path / "list"
    folder.mkdir()
    for name, text in SET.items():
        (folder / name).write_text(text.format(n=1), encoding="utf-8")
    with transaction(registry.writer) as connection:
        import_file(connection, folder, now=registry.clock())
    accepted(registry, number)
    assert wrong(registry) == []
    with seen_from(registry.reader, DESK):
        owners = registry.reader.execute(
            "SELECT count(*) FROM claim JOIN entity ON entity_id = object_id"
            " WHERE key = 'paper' AND relation = 'owns' AND retracted_ms IS NULL"
        ).fetchone()[0]
    # The press network by its report, by the list's own owner, and by what was proposed.
    assert owners == 3


CRASH = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from bot.accounts import AccountRef, Platform
    from bot.registry.importers import import_file
    from bot.store import audit
    from bot.store.database import Database
    from tests.bot.registry.curation.desks import ADMIN, ANALYST, CURATOR, NOW
    from bot.registry.curation.service import Curation

    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    path, act, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    database = Database.open(path)
    # Between the decision, which is written already, and its entry in the trail.
    audit.append = die
    curation = Curation(database, clock=lambda: NOW)
    agency = AccountRef(platform=Platform.X, handle="agencia_ejemplo")
    acts = {
        "propose": lambda: curation.propose(
            CURATOR, subject="agency", relation="owns", object="paper", url="https://one.example/b"
        ),
        "accept": lambda: curation.accept(CURATOR, number, version=1),
        "reject": lambda: curation.reject(CURATOR, number, version=1, reason="not so"),
        "withdraw": lambda: curation.withdraw(ANALYST, number),
        "amend": lambda: curation.amend(CURATOR, number, version=1, relation="funds"),
        "undo": lambda: curation.undo(CURATOR, number, reason="misread"),
        "judge": lambda: curation.judge_account(
            CURATOR, agency, about="link", towards=None, verdict="refute", reason="not so"
        ),
        "rules": lambda: curation.set_rules(ADMIN, two_person=True),
        "roles": lambda: curation.map_roles(ADMIN, "admin", [77]),
        "import": lambda: database.write(import_file, path.parent / "list", now=NOW),
    }
    asyncio.run(acts[act]())
"""

# Every table of a file, but for how far its own counters stand.
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


def content(registry: Registry) -> dict[str, list[tuple[object, ...]]]:
    tables = [name for (name,) in registry.writer.execute(TABLES)]
    return {name: registry.writer.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608


ACTS = "propose accept reject withdraw amend undo judge rules roles import"


@pytest.mark.skipif(sys.platform == "win32", reason="kills its own process")
@pytest.mark.parametrize("act", ACTS.split())
def test_a_crash_between_decision_and_entry_leaves_neither(registry: Registry, act: str) -> None:
    number = proposed(registry)
    if act == "undo":
        accepted(registry, number)
    folder = registry.path.parent / "list"
    folder.mkdir()
    for name, text in SET.items():
        (folder / name).write_text(text.format(n=1), encoding="utf-8")
    before = content(registry)
    ran = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", dedent(CRASH), str(registry.path), act, str(number)],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parents[4],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])},
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert content(registry) == before
    assert wrong(registry) == []
    if act != "undo":
        accepted(registry, number)
    assert wrong(registry) == []


def test_a_setting_is_entered_with_what_was_before_and_after(registry: Registry) -> None:
    for member in (ANALYST, CURATOR, READER):
        with pytest.raises(NotAllowedError), transaction(registry.writer) as connection:
            setting.set_rules(connection, member=member, now=registry.clock(), two_person=True)
        with pytest.raises(NotAllowedError), transaction(registry.writer) as connection:
            setting.map_roles(connection, "admin", [5], member=member, now=registry.clock())
    boss = Member(layer=DESK, member="m", name="M", roles=frozenset({5}))
    with transaction(registry.writer) as connection:
        setting.map_roles(connection, "admin", [5], member=ADMIN, now=registry.clock())
        # Who holds a role that means admin may change what it means, and is admin no more.
        setting.map_roles(connection, "curator", [5], member=boss, now=registry.clock())
        setting.set_rules(connection, member=ADMIN, now=registry.clock(), two_person=True, everyone="analyst")
    with pytest.raises(NotAllowedError), transaction(registry.writer) as connection:
        setting.set_rules(connection, member=boss, now=registry.clock(), two_person=False)
    told = [
        (entry.act, entry.subject, entry.before, entry.after)
        for entry in audit.entries(registry.writer, layer=DESK)
    ]
    assert told[-4:] == [
        ("role.mapped", "role:5", {"grants": None}, {"grants": "admin"}),
        # Exactly the roles that were chosen mean it from now on.
        ("role.mapped", "role:5", {"grants": "admin"}, {"grants": "curator"}),
        ("role.mapped", "role:12", {"grants": "curator"}, {"grants": None}),
        (
            "settings.changed",
            "settings",
            {"two_person": False, "everyone": "reader"},
            {"two_person": True, "everyone": "analyst"},
        ),
    ]
    assert wrong(registry) == []


@pytest.mark.parametrize(
    "url", ["", "example.org", "ftp://a.example/x", "https://user@a.example/", "https:// "]
)
def test_what_has_no_source_is_refused(registry: Registry, url: str) -> None:
    with pytest.raises(InputError, match="address of a source"):
        registry.say(ANALYST, "news", "owns", "paper", url)


@pytest.mark.parametrize(
    ("subject", "relation", "object_", "told"),
    [
        ("nobody at all", "owns", "paper", "no entity called"),
        ("news", "operates", "paper", "is no relation"),
        ("news", "owns", "news", "names the same twice"),
        ("news", "has_account", "@ejemplo", "does not name one account"),
        ("news", "has_site", "not a host", "is no host name"),
        ("new: Some (ship)", "owns", "paper", "no kind of entity"),
    ],
)
def test_what_cannot_be_held_is_refused_with_a_hint(
    registry: Registry, subject: str, relation: str, object_: str, told: str
) -> None:
    with pytest.raises(MastheadError, match=told):
        registry.say(ANALYST, subject, relation, object_, URL)


def test_a_dispute_of_the_base_hides_it_here_alone(registry: Registry) -> None:
    claim = ClaimRef(kind=ClaimKind.CLAIM, claim_id=1)
    with transaction(registry.writer) as connection:
        made = proposals.dispute(
            connection, claim, reason="sold in 2024", url=URL, member=ANALYST, now=registry.clock()
        )
    accepted(registry, made.proposal_id)
    count = "SELECT count(*) FROM claim WHERE claim_id = 1 AND retracted_ms IS NULL"
    for layer, held in ((DESK, 0), (0, 1)):
        with seen_from(registry.reader, layer):
            assert registry.reader.execute(count).fetchone()[0] == held


def test_a_dispute_by_the_operator_takes_it_out_of_the_base(registry: Registry) -> None:
    claim = ClaimRef(kind=ClaimKind.CLAIM, claim_id=1)
    with transaction(registry.writer) as connection:
        made = proposals.dispute(
            connection, claim, reason="sold in 2024", url="", member=OPERATOR, now=registry.clock()
        )
        proposals.accept(connection, made.proposal_id, version=1, member=OPERATOR, now=registry.clock())
    query = "SELECT retracted_why FROM claim WHERE claim_id = 1"
    assert registry.reader.execute(query).fetchone()[0] == "sold in 2024"
    assert wrong(registry) == []


def test_only_the_operator_takes_imports_back(registry: Registry) -> None:
    with pytest.raises(MastheadError, match="command line"), transaction(registry.writer) as connection:
        loads.undo_load(connection, "anything", member=ADMIN, now=registry.clock())


def test_a_demonstration_that_comes_and_goes_leaves_the_trail_whole(registry: Registry) -> None:
    """Rows that go for good are accounted for, and numbers that are given again too."""
    for _ in range(2):
        with transaction(registry.writer) as connection:
            load_demo(connection, now=registry.clock())
        assert wrong(registry) == []
        with transaction(registry.writer) as connection:
            assert remove_demo(connection) > 0
        assert wrong(registry) == []
    accepted(registry, proposed(registry))
    assert wrong(registry) == []


def test_two_accounts_that_turn_out_to_be_one_leave_the_trail_whole(registry: Registry) -> None:
    said = registry.say(ANALYST, "news", "has_account", "https://x.com/ejemplo_dos", URL)
    with transaction(registry.writer) as connection:
        made = proposals.propose(connection, said, member=ANALYST, now=registry.clock())
    accepted(registry, made.proposal_id)
    known = AccountRef(platform=Platform.X, handle="ejemplo_dos", platform_id="42")
    with transaction(registry.writer) as connection:
        ensure_account(connection, known, seen=NOW)
    assert wrong(registry) == []
    with seen_from(registry.reader, DESK):
        assert registry.reader.execute(
            "SELECT count(*) FROM account_claim JOIN account USING (account_id) WHERE platform_id = '42'"
        ).fetchone() == (1,)
