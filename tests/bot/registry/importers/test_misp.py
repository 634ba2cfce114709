"""MISP events of others, with invented organisations: what is read, what is left out, what is refused."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError, InputError
from bot.registry.curation.replay import examined
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import Format, ImportReport, import_file, preview_file
from bot.registry.importers.importing import recognise
from bot.registry.importers.recorder import grade
from bot.registry.markings import COMMUNITY
from bot.registry.search import show
from bot.store.database import transaction
from bot.store.records import Grade
from tests.bot.registry.founding import NOW, add_case
from tests.bot.registry.importers.test_hostile_files import CELLS

EVENT, AGENCY, OWNER, ACCOUNT, SITE = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(5))
Said = dict[str, Any]


def tagged(*names: str) -> list[Said]:
    return [{"name": name} for name in names]


def attribute(relation: str, value: str, *tags: str, kind: str = "text", **more: object) -> Said:
    return {"type": kind, "object_relation": relation, "value": value, "Tag": tagged(*tags), **more}


def reference(n: int, to: str, kind: str, **more: object) -> Said:
    number = f"00000000-0000-4000-8000-{100 + n:012}"
    return {"uuid": number, "referenced_uuid": to, "relationship_type": kind, **more}


def thing(name: str, number: str, *attributes: Said, to: tuple[Said, ...] = (), **more: object) -> Said:
    said = {"name": name, "uuid": number, "meta-category": "misc", "Attribute": list(attributes)}
    return {**said, "ObjectReference": list(to), **more}


def whole() -> Said:
    """An event as an analyst's tool writes one."""
    return {
        "info": "Agencies that publish under other names",
        "uuid": EVENT,
        "date": "2026-02-03",
        "threat_level_id": "4",
        "Orgc": {"name": "Example CERT", "uuid": "00000000-0000-4000-8000-00000000000e"},
        "Tag": tagged("tlp:green", 'admiralty-scale:source-reliability="b"', "misp-galaxy:disarm=T1"),
        "Attribute": [
            {"type": "domain", "uuid": SITE, "value": "agencia.example.org", "to_ids": True, "category": "x"}
        ],
        "Object": [
            thing(
                "organization",
                AGENCY,
                attribute("name", "Agencia Ejemplo"),
                attribute("alias", "Ejemplo Noticias"),
                to=(
                    reference(1, ACCOUNT, "user-of"),
                    reference(2, SITE, "related-to"),
                    reference(3, OWNER, "owned-by"),
                ),
            ),
            thing(
                "legal-entity",
                OWNER,
                attribute("name", "Ejemplo Holding"),
                attribute("website", "https://holding.example.org/", kind="link", uuid=EVENT[:-1] + "9"),
            ),
            thing(
                "twitter-account",
                ACCOUNT,
                attribute(
                    "name",
                    "Agencia_Ejemplo",
                    'admiralty-scale:information-credibility="2"',
                    'estimative-language:likelihood-probability="very-likely"',
                ),
                attribute("followers", "12"),
            ),
        ],
    }


def saved(folder: Path, said: object, *, name: str = "event.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def taken(
    connection: sqlite3.Connection,
    file: Path,
    *,
    form: str | None = None,
    rating: Grade | None = None,
    up_to: str = COMMUNITY,
) -> ImportReport:
    with transaction(connection):
        report = import_file(connection, file, now=NOW, format=form, rating=rating, up_to=up_to)
    assert report.accepted + report.merged + report.rows_rejected == report.rows_read
    return report


def test_organisations_come_with_accounts_sites_and_owners(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = saved(tmp_path, {"Event": whole()})
    report = taken(connection, file)
    assert (report.format, report.rows_rejected, report.counts["tags"]) == (Format.MISP, 0, 1)
    record = show(connection, f"misp:{AGENCY}")
    assert record is not None
    assert set(record.names) == {"Agencia Ejemplo", "Ejemplo Noticias"}
    held = {claim.account: claim for claim in record.holdings}
    account = held[AccountRef(platform=Platform.X, handle="agencia_ejemplo")]
    # Credibility stands on the account, reliability on the event; the likelihood is the source's own word.
    assert (str(account.grade), account.hedge, account.relation) == ("B2", "very likely", "has_account")
    assert (account.source.publisher, account.source.published_on) == ("Example CERT", "2026-02-03")
    assert account.source.title.endswith("(TLP:GREEN)")
    site = held[AccountRef(platform=Platform.WEBSITE, handle="agencia.example.org")]
    assert (str(site.grade), site.relation) == ("B6", "links_to")
    (owner,) = record.claims
    assert (owner.subject.name, owner.relation, owner.object.name) == (
        "Ejemplo Holding",
        "owns",
        "Agencia Ejemplo",
    )
    above = show(connection, f"misp:{OWNER}")
    assert above is not None
    assert [claim.account.handle for claim in above.holdings] == ["holding.example.org"]
    assert taken(connection, file).new.total == 0
    assert examined(connection) == []


@pytest.mark.parametrize("form", ["one", "bare", "list", "answer", "feed"])
def test_events_come_in_every_form_in_which_they_travel(
    connection: sqlite3.Connection, tmp_path: Path, form: str
) -> None:
    absent = "00000000-0000-4000-8000-0000000000ff"
    other: Said = {**whole(), "uuid": absent, "Object": [], "Attribute": []}
    said: dict[str, object] = {
        "one": {"Event": whole()},
        "bare": whole(),
        "list": [{"Event": whole()}, {"Event": other}],
        "answer": {"response": [{"Event": whole()}]},
        "feed": {EVENT: {"info": "x", "Orgc": {"name": "x"}}, absent: {"info": "y", "Orgc": {}}},
    }
    if form == "feed":
        saved(tmp_path, {"Event": whole()}, name=f"{EVENT}.json")
    file = saved(tmp_path, said[form], name="manifest.json")
    if form != "bare":
        assert recognise(file) is Format.MISP
    report = taken(connection, file, form="misp")
    assert report.new.entities == 2
    assert report.rows_rejected == (1 if form == "feed" else 0)
    if form == "feed":
        assert "of the manifest is not in the folder" in report.rejected[0].reason


def test_what_is_left_out_is_told(connection: sqlite3.Connection, tmp_path: Path) -> None:
    event = whole()
    event["Object"] += [
        thing("person", EVENT[:-1] + "a", attribute("full-name", "A Person")),
        thing("file", EVENT[:-1] + "b", attribute("md5", "x")),
        thing("instagram-account", EVENT[:-1] + "c", attribute("account-name", "alone")),
        thing("youtube-channel", EVENT[:-1] + "d", attribute("channel-name", "A title is no handle")),
    ]
    event["Attribute"].append({"type": "ip-dst", "value": "192.0.2.1", "uuid": EVENT[:-1] + "f"})
    event["Object"][0]["ObjectReference"].append(reference(8, OWNER, "impersonates"))
    report = taken(connection, saved(tmp_path, {"Event": event}))
    assert set(report.notes) == {
        "1 person (or what may be one) was left out.",
        "2 objects of kinds that the registry does not hold were left out: 1 file, 1 ip-dst.",
        "1 tag (a galaxy, a technique, a team's own) was not read.",
    }
    reasons = "\n".join(each.reason for each in report.rejected)
    for told in ("whose `alone` is", "neither a handle nor an id", "`impersonates` is no relation"):
        assert told in reasons
    assert "A Person" not in {name for (name,) in connection.execute("SELECT name FROM entity_name")}


@pytest.mark.parametrize(
    ("tag", "up_to", "claims"),
    [
        ("tlp:clear", "GREEN", 3),
        ("tlp:white", "GREEN", 3),
        ("tlp:amber", "GREEN", 0),
        ("TLP:AMBER", "AMBER", 3),
        ("tlp:red", "AMBER+STRICT", 0),
        # Not one of the levels: whoever wrote it has to be asked.
        ("tlp:ex:chr", "AMBER+STRICT", 0),
    ],
)
def test_markings_of_an_event_are_respected(
    connection: sqlite3.Connection, tmp_path: Path, tag: str, up_to: str, claims: int
) -> None:
    event = whole()
    event["Tag"] = tagged(tag)
    report = taken(connection, saved(tmp_path, {"Event": event}), up_to=up_to)
    counted = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  # our own names
        for table in ("claim", "account_claim", "domain_claim")
    ]
    # The owner's own site beside the three references.
    assert sum(counted) == (claims + 1 if claims else 0)
    assert (report.counts["restricted"] > 0) is (claims == 0)


def test_a_stricter_marking_of_one_account_is_kept_with_it(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    event = whole()
    event["Object"][2]["Attribute"][0]["Tag"].append({"name": "tlp:amber"})
    report = taken(connection, saved(tmp_path, {"Event": event}))
    assert (report.counts["restricted"], report.new.account_claims) == (1, 0)
    taken(connection, tmp_path / "event.json", up_to="AMBER")
    marks = dict(connection.execute("SELECT relation, tlp FROM account_claim JOIN source USING (source_id)"))
    assert marks == {"has_account": "AMBER"}
    marks = dict(connection.execute("SELECT relation, tlp FROM claim JOIN source USING (source_id)"))
    assert marks == {"owns": "GREEN"}


@pytest.mark.parametrize("deleted", [True, "1", 1])
@pytest.mark.parametrize("what", ["reference", "account", "organisation"])
def test_what_was_deleted_there_is_taken_back_here(
    connection: sqlite3.Connection, tmp_path: Path, what: str, deleted: object
) -> None:
    taken(connection, saved(tmp_path, {"Event": whole()}))
    event = whole()
    parts = {
        "reference": event["Object"][0]["ObjectReference"][0],
        "account": event["Object"][2],
        "organisation": event["Object"][0],
    }
    parts[what]["deleted"] = deleted
    report = taken(connection, saved(tmp_path, {"Event": event}, name="later.json"))
    assert report.revoked == (3 if what == "organisation" else 1)
    assert connection.execute("SELECT count(*) FROM account_claim WHERE retracted_by IS NULL").fetchone() == (
        0,
    )
    assert examined(connection) == []


def test_a_grade_that_nobody_gave_is_that_of_the_option(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    event: Said = {**whole(), "Tag": []}
    taken(connection, saved(tmp_path, {"Event": event}), rating=grade("C3"))
    rows = connection.execute("SELECT reliability || credibility FROM account_claim").fetchall()
    assert rows == [("C2",)]


def test_an_account_owns_no_organisation(connection: sqlite3.Connection, tmp_path: Path) -> None:
    event = whole()
    event["Object"][0]["ObjectReference"] = []
    event["Object"][2]["ObjectReference"] = [reference(1, AGENCY, "owns")]
    report = taken(connection, saved(tmp_path, {"Event": event}))
    assert any("from an account or site to an organisation" in each.reason for each in report.rejected)
    assert report.new.account_claims == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"info": 5}, r"`\$\.info`"),
        ({"uuid": "not-a-uuid"}, "`not-a-uuid` is no UUID"),
        ({"uuid": ""}, "the event has no `uuid`"),
        ({"Object": [{"uuid": AGENCY}]}, r"`name` - at `\$\.Object\[0\]`"),
        ({"Object": [thing("organization", "x")]}, "`x` is no UUID"),
        ({"Attribute": [{"type": "domain"}]}, r"`value` - at `\$\.Attribute\[0\]`"),
        ({"Object": [thing("url", AGENCY, {"type": "url", "value": []})]}, r"Attribute\[0\]\.value"),
    ],
)
def test_a_bad_event_is_refused_whole_and_the_place_is_named(
    connection: sqlite3.Connection, tmp_path: Path, change: Said, told: str
) -> None:
    said = [{"Event": whole()}, {"Event": whole() | change}]
    with pytest.raises(ImportFileError, match=f"event 2: .*{told}"), transaction(connection):
        import_file(connection, saved(tmp_path, said), now=NOW)
    assert connection.execute("SELECT count(*) FROM entity").fetchone() == (0,)


def test_rows_of_ours_that_were_changed_are_refused_one_by_one(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    add_case(connection)
    export_file(connection, tmp_path / "out.misp", form=ExportFormat.MISP, now=NOW)
    said = json.loads((tmp_path / "out.misp").read_text(encoding="utf-8"))
    spoilt = next(
        each
        for made in said["Event"]["Object"]
        for each in made["Attribute"]
        if each["object_relation"] == "masthead-claims"
    )
    row = json.loads(spoilt["value"])
    spoilt["value"] = json.dumps(row | {"credibility": "9"})
    report = taken(connection, saved(tmp_path, said))
    (refused,) = report.rejected
    assert "the credibility `9` is none of" in refused.reason
    spoilt["value"] = "[1]"
    with pytest.raises(ImportFileError, match="holds no row of a registry"):
        import_file(connection, saved(tmp_path, said), now=NOW)


PLACES = st.sampled_from(
    [
        ("Tag",),
        ("Orgc",),
        ("date",),
        ("info",),
        ("Attribute", 0, "value"),
        ("Attribute", 0, "type"),
        ("Attribute", 0, "deleted"),
        ("Object", 0, "name"),
        ("Object", 0, "uuid"),
        ("Object", 0, "Attribute", 0, "value"),
        ("Object", 0, "Attribute", 0, "Tag"),
        ("Object", 0, "ObjectReference", 0, "referenced_uuid"),
        ("Object", 0, "ObjectReference", 0, "relationship_type"),
        ("Object", 1, "Attribute", 1, "value"),
        ("Object", 2, "name"),
        ("Object", 2, "Attribute", 0, "value"),
        ("Object", 2, "deleted"),
    ]
)
VALUES = st.one_of(
    CELLS,
    st.sampled_from([AGENCY, OWNER, ACCOUNT, SITE, "masthead-rows", "user-account", "url", "hostname"]),
    st.integers(-1, 2),
    st.none(),
    st.booleans(),
    st.just(tagged("tlp:amber", 'admiralty-scale:source-reliability="z"')),
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(st.tuples(PLACES, VALUES), max_size=4))
def test_whatever_stands_in_an_event_the_answer_is_a_report_or_a_sentence(
    connection: sqlite3.Connection, tmp_path: Path, changes: list[tuple[tuple[Any, ...], object]]
) -> None:
    event = whole()
    for (*path, last), value in changes:
        part: Any = event
        for step in path:
            part = part[step]
        part[last] = value
    file = saved(tmp_path, {"Event": event})
    before = list(connection.iterdump())
    try:
        preview_file(connection, file, now=NOW, format="misp")
    except InputError:
        pass
    else:
        connection.execute("SAVEPOINT one")
        report = import_file(connection, file, now=NOW, format="misp")
        assert report.accepted + report.merged + report.rows_rejected == report.rows_read
        assert import_file(connection, file, now=NOW, format="misp").new.total == 0
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
    assert list(connection.iterdump()) == before
