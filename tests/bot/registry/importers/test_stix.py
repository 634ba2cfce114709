"""STIX bundles of others, with invented organisations: what is read, what is left out, what is refused."""

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
from bot.registry.curation import loads
from bot.registry.curation.replay import examined
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import Format, ImportReport, import_file, preview_file
from bot.registry.importers.recorder import grade
from bot.registry.importers.stix_objects import KINDS
from bot.registry.markings import COMMUNITY
from bot.registry.search import show
from bot.store.database import transaction
from bot.store.loads import loads as loads_of
from bot.store.records import Grade
from tests.bot.registry.curation.desks import OPERATOR
from tests.bot.registry.founding import NOW, add_case
from tests.bot.registry.importers.test_hostile_files import CELLS

AT = "2026-03-01T10:00:00.000Z"
AUTHOR, AGENCY, OWNER, SOMEBODY = (f"identity--00000000-0000-4000-8000-00000000000{n}" for n in range(4))
ACCOUNT = "user-account--00000000-0000-4000-8000-00000000000a"
SITE = "domain-name--00000000-0000-4000-8000-00000000000b"
PAGE = "url--00000000-0000-4000-8000-00000000000c"
RED_OF_TLP_1 = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
Said = dict[str, Any]


def identity(number: str, name: str, kind: str = "organization", **more: object) -> Said:
    times = {"spec_version": "2.1", "created": AT, "modified": AT}
    return {"type": "identity", "id": number, "name": name, "identity_class": kind, **times, **more}


def tie(n: int, first: str, kind: str, second: str, **more: object) -> Said:
    return {
        "type": "relationship",
        "spec_version": "2.1",
        "id": f"relationship--00000000-0000-4000-8000-{n:012}",
        "created": AT,
        "modified": AT,
        "relationship_type": kind,
        "source_ref": first,
        "target_ref": second,
        **more,
    }


def observables() -> list[Said]:
    return [
        {
            "type": "user-account",
            "id": ACCOUNT,
            "account_type": "twitter",
            "account_login": "Agencia_Ejemplo",
        },
        {"type": "domain-name", "id": SITE, "value": "www.agencia.example.org"},
        {"type": "url", "id": PAGE, "value": "https://t.me/agencia_ejemplo"},
    ]


def whole() -> list[Said]:
    """A bundle as an analyst's tool writes one."""
    reference = {"source_name": "Example Lab", "description": "A report", "url": "https://lab.example/report"}
    return [
        identity(AUTHOR, "Example Lab"),
        identity(AGENCY, "Agencia Ejemplo", created_by_ref=AUTHOR),
        identity(OWNER, "Ministerio de Ejemplo", created_by_ref=AUTHOR),
        *observables(),
        tie(1, OWNER, "owns", AGENCY, confidence=85, created_by_ref=AUTHOR, start_time=AT),
        tie(2, AGENCY, "uses", ACCOUNT, external_references=[reference]),
        tie(3, AGENCY, "has-site", SITE, created_by_ref=AUTHOR),
        tie(4, PAGE, "belongs-to", AGENCY, created_by_ref=AUTHOR, confidence=30),
    ]


def saved(folder: Path, objects: list[Said], *, name: str = "bundle.json") -> Path:
    file = folder / name
    number = "bundle--00000000-0000-4000-8000-00000000000f"
    file.write_text(json.dumps({"type": "bundle", "id": number, "objects": objects}), encoding="utf-8")
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
    file = saved(tmp_path, whole())
    report = taken(connection, file)
    assert (report.format, report.rows_read, report.rows_rejected, report.notes) == (Format.STIX, 10, 0, [])
    record = show(connection, f"stix:{AGENCY}")
    assert record is not None
    assert record.entity.name == "Agencia Ejemplo"
    held = {claim.account: claim for claim in record.holdings}
    assert set(held) == {
        AccountRef(platform=Platform.X, handle="agencia_ejemplo"),
        AccountRef(platform=Platform.TELEGRAM, handle="agencia_ejemplo"),
        AccountRef(platform=Platform.WEBSITE, handle="agencia.example.org"),
    }
    (owner,) = record.claims
    assert (owner.subject.name, owner.relation, owner.valid_from) == (
        "Ministerio de Ejemplo",
        "owns",
        "2026-03-01",
    )
    # 85 is credibility 1 in the standard's table; who says so and how reliable they are is not in it.
    assert str(owner.grade) == "F1"
    assert (owner.source.publisher, owner.source.published_on) == ("Example Lab", "2026-03-01")
    telegram = held[AccountRef(platform=Platform.TELEGRAM, handle="agencia_ejemplo")]
    assert str(telegram.grade) == "F4"
    x = held[AccountRef(platform=Platform.X, handle="agencia_ejemplo")]
    assert (x.source.title, x.source.url) == ("A report", "https://lab.example/report")
    # An author of statements is no subject of them.
    assert show(connection, f"stix:{AUTHOR}") is None
    assert taken(connection, file).new.total == 0
    assert examined(connection) == []


@pytest.mark.parametrize(
    ("confidence", "rating", "expected"),
    [
        (100, None, "F1"),
        (80, None, "F1"),
        (79, None, "F2"),
        (40, "B3", "B3"),
        (0, "B3", "B5"),
        (None, "B3", "B3"),
        (None, None, "F6"),
    ],
)
def test_confidence_is_read_as_credibility_alone(
    connection: sqlite3.Connection, tmp_path: Path, confidence: int | None, rating: str | None, expected: str
) -> None:
    said = {} if confidence is None else {"confidence": confidence}
    objects = [identity(AGENCY, "A"), identity(OWNER, "B"), tie(1, OWNER, "owns", AGENCY, **said)]
    taken(connection, saved(tmp_path, objects), rating=grade(rating) if rating else None)
    assert connection.execute("SELECT reliability || credibility FROM claim").fetchall() == [(expected,)]


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        ("owned-by", ("A", "owns", "B", None)),
        ("controls", ("B", "controls", "A", None)),
        ("part-of", ("B", "member_of", "A", None)),
        ("related-to", ("B", "links_to", "A", None)),
        ("affiliated-with", ("B", "links_to", "A", "affiliated with")),
        # Who is responsible is an analyst's word about one case.
        ("attributed-to", None),
        ("impersonates", None),
    ],
)
def test_relations_are_taken_where_they_have_a_word_here(
    connection: sqlite3.Connection, tmp_path: Path, kind: str, held: tuple[object, ...] | None
) -> None:
    objects = [identity(AGENCY, "A"), identity(OWNER, "B"), tie(1, OWNER, kind, AGENCY)]
    report = taken(connection, saved(tmp_path, objects))
    rows = connection.execute(
        "SELECT a.name, relation, b.name, hedge FROM claim"
        " JOIN entity_name AS a ON a.entity_id = subject_id JOIN entity_name AS b ON b.entity_id = object_id"
    ).fetchall()
    assert rows == ([] if held is None else [held])
    if held is None:
        assert f"`{kind}` is no relation of the registry" in report.rejected[0].reason


def test_what_is_left_out_is_told(connection: sqlite3.Connection, tmp_path: Path) -> None:
    times = {"spec_version": "2.1", "created": AT, "modified": AT}
    numbers = [f"00000000-0000-4000-8000-0000000001{n:02}" for n in range(4)]
    objects = [
        *whole(),
        identity(SOMEBODY, "A Person", "individual"),
        {"type": "indicator", "id": f"indicator--{numbers[0]}", "pattern": "x", **times},
        {"type": "indicator", "id": f"indicator--{numbers[1]}", "pattern": "y", **times},
        {"type": "x-acme-thing", "id": f"x-acme-thing--{numbers[2]}", "x_acme": 1, **times},
        {"type": "user-account", "id": f"user-account--{numbers[3]}", "account_login": "alone"},
        tie(9, AGENCY, "owns", SOMEBODY),
    ]
    report = taken(connection, saved(tmp_path, objects))
    assert report.rows_rejected == 6
    assert set(report.notes) == {
        "1 person (or what may be one) was left out.",
        "3 objects of kinds that the registry does not hold were left out: 2 indicator, 1 x-acme-thing.",
        "1 custom property or extension was not read.",
    }
    reasons = [each.reason for each in report.rejected]
    assert any("no relationship says whose it is" in reason for reason in reasons)
    assert "A Person" not in {name for (name,) in connection.execute("SELECT name FROM entity_name")}


@pytest.mark.parametrize(
    ("mark", "up_to", "held"),
    [
        (AMBER, "GREEN", False),
        (AMBER, "AMBER", True),
        (AMBER, "AMBER+STRICT", True),
        # What is for named people alone is never held, whatever is asked for.
        (RED_OF_TLP_1, "AMBER+STRICT", False),
        # A marking that is not in the bundle cannot be respected.
        ("marking-definition--00000000-0000-4000-8000-000000000099", "AMBER+STRICT", False),
    ],
)
@pytest.mark.parametrize("where", ["relationship", "end", "one property"])
def test_markings_are_respected_and_kept(
    connection: sqlite3.Connection, tmp_path: Path, mark: str, up_to: str, where: str, *, held: bool
) -> None:
    objects = [identity(AGENCY, "A"), identity(OWNER, "B"), tie(1, OWNER, "owns", AGENCY)]
    if where == "one property":
        objects[2]["granular_markings"] = [{"marking_ref": mark, "selectors": ["relationship_type"]}]
    else:
        objects[2 if where == "relationship" else 1]["object_marking_refs"] = [mark]
    report = taken(connection, saved(tmp_path, objects), up_to=up_to)
    (claims,) = connection.execute("SELECT count(*) FROM claim").fetchone()
    assert claims == held
    assert (report.counts["restricted"] > 0) is not held
    if held and where == "relationship":
        assert connection.execute("SELECT tlp FROM claim JOIN source USING (source_id)").fetchall() == [
            ("AMBER",)
        ]
        record = show(connection, f"stix:{AGENCY}")
        assert record is not None
        assert record.claims[0].source.title.endswith("(TLP:AMBER)")
        export_file(connection, tmp_path / "out.stix", form=ExportFormat.STIX, now=NOW)
        (again,) = (
            each
            for each in json.loads((tmp_path / "out.stix").read_text(encoding="utf-8"))["objects"]
            if each["type"] == "relationship"
        )
        assert again["object_marking_refs"] == [AMBER]
        # A format without a place for it leaves the claim out.
        for form in (ExportFormat.FTM, ExportFormat.GRAPHML):
            written = export_file(connection, tmp_path / f"out.{form}", form=form, now=NOW)
            assert written.left_out == 1


def test_a_statement_under_which_it_may_be_used_becomes_the_licence(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    number = "marking-definition--00000000-0000-4000-8000-000000000098"
    said = {"definition_type": "statement", "definition": {"statement": "CC BY 4.0"}}
    objects = [
        {"type": "marking-definition", "id": number, "created": AT, "spec_version": "2.1", **said},
        identity(AGENCY, "A", object_marking_refs=[number]),
        identity(OWNER, "B"),
        tie(1, OWNER, "owns", AGENCY),
    ]
    taken(connection, saved(tmp_path, objects))
    licences = {licence for (licence,) in connection.execute("SELECT licence FROM source")}
    assert "CC BY 4.0" in licences


def test_what_its_author_revoked_is_taken_back_and_stays_so(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    first = saved(tmp_path, whole(), name="first.json")
    taken(connection, first)
    later = "2026-04-01T10:00:00.000Z"
    objects = whole()
    objects[6] |= {"revoked": True, "modified": later}
    file = saved(tmp_path, objects, name="second.json")
    before = list(connection.iterdump())
    assert preview_file(connection, file, now=NOW).revoked == 1
    assert list(connection.iterdump()) == before
    report = taken(connection, file)
    assert (report.revoked, report.new.total) == (1, 0)
    record = show(connection, f"stix:{AGENCY}")
    assert record is not None
    assert record.claims == ()
    assert examined(connection) == []
    # The older bundle does not bring it back, nor does the newer one a second time take anything.
    assert (taken(connection, first).again, taken(connection, file).revoked) == (0, 0)
    assert connection.execute("SELECT count(*) FROM claim WHERE retracted_by IS NULL").fetchone() == (0,)
    (rows,) = connection.execute("SELECT count(*) FROM claim").fetchone()
    assert rows == 1
    # Whoever trusts the older bundle more undoes the newer one.
    version = loads_of(connection, "import")[-1]
    with transaction(connection):
        loads.undo_load(connection, version, member=OPERATOR, now=NOW)
    assert connection.execute("SELECT count(*) FROM claim WHERE retracted_by IS NULL").fetchone() == (1,)
    assert examined(connection) == []


def test_what_is_said_of_a_revoked_organisation_goes_with_it(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    taken(connection, saved(tmp_path, whole(), name="first.json"))
    gone = identity(AGENCY, "Agencia Ejemplo", revoked=True) | {"modified": "2026-04-01T10:00:00.000Z"}
    report = taken(connection, saved(tmp_path, [gone], name="second.json"))
    assert report.revoked == 4
    record = show(connection, f"stix:{AGENCY}")
    assert record is not None
    assert (record.claims, record.holdings) == ((), ())
    assert examined(connection) == []


def test_of_two_versions_in_a_bundle_the_newer_is_read(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    newer = identity(AGENCY, "New Name") | {"modified": "2026-05-01T00:00:00Z"}
    objects = [newer, identity(AGENCY, "Old Name"), identity(OWNER, "B"), tie(1, OWNER, "owns", AGENCY)]
    report = taken(connection, saved(tmp_path, objects))
    names = {name for (name,) in connection.execute("SELECT name FROM entity_name")}
    assert names == {"New Name", "B"}
    assert report.counts["superseded"] == 1


def test_another_holder_is_a_conflict_and_both_stand(connection: sqlite3.Connection, tmp_path: Path) -> None:
    add_case(connection)
    objects = [
        identity(AGENCY, "Somebody Else"),
        {"type": "user-account", "id": ACCOUNT, "account_type": "x", "account_login": "agencia_ejemplo"},
        tie(1, AGENCY, "has-account", ACCOUNT),
    ]
    report = taken(connection, saved(tmp_path, objects))
    assert (report.in_conflict, report.new.account_claims) == (1, 1)


def broken(place: str) -> tuple[object, str]:
    """Return a bundle that is wrong in one place, and what the sentence names."""
    objects = whole()
    match place:
        case "a name that is no text":
            objects[1]["name"] = 5
            return objects, rf"object 2 \(`{AGENCY}`\).*`\$\.name`"
        case "no name":
            del objects[1]["name"]
            return objects, rf"object 2 \(`{AGENCY}`\).*`name`"
        case "no target":
            del objects[6]["target_ref"]
            return objects, r"object 7 \(`relationship--.*`target_ref`"
        case "an id of another type":
            objects[1]["id"] = ACCOUNT
            return objects, "object 2.*`id` is not identity--UUID"
        case "no id":
            del objects[3]["id"]
            return objects, "object 4:.*`id`"
        case "no type":
            del objects[3]["type"]
            return objects, r"object 4 \(`user-account--.*it has no `type`"
        case "confidence":
            objects[6]["confidence"] = 101
            return objects, r"object 7.*`\$\.confidence`"
        case "a time":
            objects[1]["modified"] = "yesterday"
            return objects, r"object 2.*`\$\.modified`"
        case "no time zone":
            objects[1]["modified"] = "2026-03-01T10:00:00"
            return objects, "object 2.*`modified` has no time zone"
        case "no modified":
            del objects[1]["modified"]
            return objects, "object 2.*`created` or `modified` is missing"
        case "an older version of the standard":
            objects[1]["spec_version"] = "2.0"
            return objects, "object 2.*`spec_version` is `2.0`"
        case _:
            return [*objects, 7], "objects"


@pytest.mark.parametrize(
    "place",
    [
        "a name that is no text",
        "no name",
        "no target",
        "an id of another type",
        "no id",
        "no type",
        "confidence",
        "a time",
        "no time zone",
        "no modified",
        "an older version of the standard",
        "an object that is none",
    ],
)
def test_a_bad_bundle_is_refused_whole_and_the_place_is_named(
    connection: sqlite3.Connection, tmp_path: Path, place: str
) -> None:
    objects, told = broken(place)
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}), encoding="utf-8")
    with pytest.raises(ImportFileError, match=told), transaction(connection):
        import_file(connection, file, now=NOW)
    assert connection.execute("SELECT count(*) FROM entity").fetchone() == (0,)


def test_a_bundle_of_the_older_standard_is_told_how_to_convert(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.json"
    file.write_text('{"type": "bundle", "id": "bundle--1", "spec_version": "2.0", "objects": []}')
    with pytest.raises(ImportFileError, match=r"STIX 2\.0.*stix2-elevator"):
        import_file(connection, file, now=NOW)


def test_rows_of_ours_that_were_changed_are_refused_one_by_one(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    add_case(connection)
    export_file(connection, tmp_path / "out.stix", form=ExportFormat.STIX, now=NOW)
    said = json.loads((tmp_path / "out.stix").read_text(encoding="utf-8"))
    ours = next(name for each in said["objects"] for name in each.get("extensions", {}))
    spoilt = next(each for each in said["objects"] if each["type"] == "relationship")
    spoilt["extensions"][ours]["row"]["credibility"] = "9"
    (tmp_path / "spoilt.stix").write_text(json.dumps(said), encoding="utf-8")
    report = taken(connection, tmp_path / "spoilt.stix")
    (refused,) = report.rejected
    assert "the credibility `9` is none of" in refused.reason
    spoilt["extensions"][ours]["row"] = ["not", "a", "row"]
    (tmp_path / "spoilt.stix").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(ImportFileError, match="its extension"):
        import_file(connection, tmp_path / "spoilt.stix", now=NOW)


REFS = st.sampled_from([AUTHOR, AGENCY, OWNER, SOMEBODY, ACCOUNT, SITE, PAGE, AMBER, "nobody", ""])
VALUES = st.one_of(
    CELLS, REFS, st.integers(-5, 200), st.none(), st.booleans(), st.lists(REFS, max_size=2), st.just({"a": 1})
)

PROPERTIES = (
    "type id name value account_login account_type user_id source_ref target_ref relationship_type "
    "extensions object_marking_refs revoked created_by_ref confidence modified external_references "
    "identity_class"
).split()


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, 9),
            st.sampled_from(PROPERTIES),
            VALUES,
        ),
        max_size=4,
    ),
    kinds=st.lists(st.sampled_from([*sorted(KINDS), "malware", "x-y"]), max_size=2),
)
def test_whatever_stands_in_a_bundle_the_answer_is_a_report_or_a_sentence(
    connection: sqlite3.Connection, tmp_path: Path, changes: list[tuple[int, str, object]], kinds: list[str]
) -> None:
    objects = whole()
    for at, name, value in changes:
        objects[at][name] = value
    objects += [{"type": kind, "id": f"{kind}--00000000-0000-4000-8000-0000000000ee"} for kind in kinds]
    before = list(connection.iterdump())
    try:
        preview_file(connection, saved(tmp_path, objects), now=NOW, format="stix")
    except InputError:
        pass
    else:
        connection.execute("SAVEPOINT one")
        report = import_file(connection, saved(tmp_path, objects), now=NOW, format="stix")
        assert report.accepted + report.merged + report.rows_rejected == report.rows_read
        assert import_file(connection, saved(tmp_path, objects), now=NOW, format="stix").new.total == 0
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
    assert list(connection.iterdump()) == before
