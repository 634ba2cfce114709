"""What Masthead writes it reads back: out, into an empty registry, out again, and nothing has changed."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import ImportReport, export_csv, import_file
from bot.registry.starter import load_starter
from bot.registry.typology import CLASSES
from bot.store.database import migrate, transaction
from bot.store.export import FILES, GRADES, KINDS, MARKINGS, NAME_KINDS
from bot.store.records import Relation
from bot.store.registry import HOLDING
from tests.bot.registry.founding import NOW, add_account, add_case

LOSSLESS = (ExportFormat.STIX, ExportFormat.MISP)

# Nothing that UTF-8 cannot hold; strange, right-to-left, invisible and markup all the same.
WORDS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12),
    st.sampled_from(["新闻", "a\r\nb", '"quoted", <tag>', "\u202eright", "=1+1", "`tick`", "ﬁ"]),
).filter(lambda text: bool(text.strip()) and text == text.strip())
DATES = st.sampled_from(["", "2020", "2021-05", "2022-02-30", "2023-07-10"])
RELATIONS = sorted(set(Relation) - HOLDING)
ACCOUNTS = st.sampled_from(
    [
        ("x", "ejemplo_uno", ""),
        ("x", "ejemplo_dos", "4242"),
        ("telegram", "ejemplo_canal", ""),
        ("youtube", "", "UCejemploejemploejemplo0"),
        ("facebook", "ejemplo.hoy", ""),
        ("fediverse", "ejemplo@social.ejemplo.org", ""),
        ("instagram", "", "31337"),
    ]
)


# One on each platform that has a template of its own, and one that has none.
ACCOUNTS_THERE = (
    AccountRef(platform=Platform.X, handle="ejemplo_uno", platform_id="42"),
    AccountRef(platform=Platform.FACEBOOK, handle="ejemplo.hoy"),
    AccountRef(platform=Platform.INSTAGRAM, handle="ejemplo.hoy"),
    AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_canal"),
    AccountRef(platform=Platform.FEDIVERSE, handle="ejemplo@social.ejemplo.org"),
)


@st.composite
def sets(draw: st.DrawFn) -> dict[str, list[tuple[str, ...]]]:
    """Rows of our own set that hang together."""

    def grade() -> tuple[str, str]:
        return draw(st.sampled_from(GRADES[0])), draw(st.sampled_from(GRADES[1]))

    sources = [f"s{n}" for n in range(draw(st.integers(1, 3)))]
    entities = [f"e{n}" for n in range(draw(st.integers(1, 4)))]
    source, entity = st.sampled_from(sources), st.sampled_from(entities)

    def basis() -> tuple[str, ...]:
        hedge = draw(st.sampled_from(["", "likely"]))
        place = draw(st.sampled_from(["", "row 3"]))
        return (draw(source), place, *grade(), hedge, draw(DATES), draw(DATES))

    times = st.integers(0, 3)
    marks = st.sampled_from(["", *MARKINGS])
    hosts = st.sampled_from(["uno.example", "dos.example"])

    def source_row(key: str) -> tuple[str, ...]:
        url = draw(st.sampled_from(["", "https://report.example/"]))
        origin, licence = (draw(st.sampled_from(["", each])) for each in (sources[0], "CC0-1.0"))
        said = (draw(WORDS), draw(WORDS), url, draw(DATES), "2026-11-21")
        return (key, *said, *grade(), origin, licence, draw(marks))

    def name_row() -> tuple[str, ...]:
        kind, language = draw(st.sampled_from(NAME_KINDS)), draw(st.sampled_from(["", "zh"]))
        return (draw(entity), draw(WORDS), language, kind, draw(source))

    return {
        "sources.csv": [source_row(key) for key in sources],
        "entities.csv": [
            (key, draw(st.sampled_from(KINDS)), draw(st.sampled_from(["", "CN"]))) for key in entities
        ],
        "names.csv": [name_row() for _ in range(draw(times))],
        "typology.csv": [
            (draw(entity), draw(st.sampled_from(sorted(CLASSES))), "2024", draw(source), "row 1")
            for _ in range(draw(times))
        ],
        "claims.csv": [
            (draw(entity), draw(st.sampled_from(RELATIONS)), draw(entity), *basis())
            for _ in range(draw(times))
        ],
        "accounts.csv": [
            (draw(entity), *draw(ACCOUNTS), draw(st.sampled_from(["has_account", "controls"])), *basis())
            for _ in range(draw(times))
        ],
        "domains.csv": [
            (draw(entity), draw(hosts), draw(st.sampled_from(["has_site", "develops"])), *basis())
            for _ in range(draw(times))
        ],
    }


@cache
def _migrated() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        migrate(opened, Path("m.db"))
        return opened.serialize()


@contextmanager
def empty() -> Generator[sqlite3.Connection]:
    """A database without a registry; its tables are made once."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.deserialize(_migrated())
        opened.execute("PRAGMA foreign_keys = ON")
        yield opened


def taken(connection: sqlite3.Connection, path: Path) -> ImportReport:
    with transaction(connection):
        report = import_file(connection, path, now=NOW, up_to="AMBER+STRICT")
    assert report.accepted + report.merged + report.rows_rejected == report.rows_read
    return report


def tables(connection: sqlite3.Connection, folder: Path) -> dict[str, list[str]]:
    """Return the set with the rows of each file in no order: formats group them by entity."""
    export_csv(connection, folder)
    held: dict[str, list[str]] = {}
    for name in FILES:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            held[name] = sorted(str(row) for row in csv.reader(file))
    shutil.rmtree(folder)
    return held


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(rows=sets())
def test_every_registry_comes_back_from_what_was_written(rows: dict[str, list[tuple[str, ...]]]) -> None:
    with tempfile.TemporaryDirectory(prefix="masthead-round-") as name, empty() as first:
        folder = Path(name)
        (folder / "set").mkdir()
        for file, columns in FILES.items():
            with (folder / "set" / file).open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerows([columns, *rows[file]])
        assert taken(first, folder / "set").rejected == []
        held = tables(first, folder / "out")
        export_csv(first, folder / "own")
        with empty() as other:
            assert taken(other, folder / "own").rejected == []
            assert tables(other, folder / "out") == held
        for form in LOSSLESS:
            written, again = folder / f"one.{form}", folder / f"two.{form}"
            export_file(first, written, form=form, now=NOW)
            with empty() as other:
                report = taken(other, written)
                assert (report.format, report.rejected, report.notes) == (form, [], [])
                assert tables(other, folder / "out") == held
                export_file(other, again, form=form, now=NOW)
                assert taken(other, written).new.total == 0
            assert again.read_bytes() == written.read_bytes()


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped registry in both formats."""
    folder = tmp_path_factory.mktemp("starter")
    with empty() as connection:
        with transaction(connection):
            load_starter(connection, now=NOW)
        for form in LOSSLESS:
            export_file(connection, folder / f"registry.{form}", form=form, now=NOW)
        export_csv(connection, folder / "set")
    return folder


@pytest.mark.parametrize("form", LOSSLESS)
def test_the_shipped_registry_comes_back(starter: Path, tmp_path: Path, form: ExportFormat) -> None:
    with empty() as connection:
        assert taken(connection, starter / f"registry.{form}").rejected == []
        export_file(connection, tmp_path / "again", form=form, now=NOW)
    assert (tmp_path / "again").read_bytes() == (starter / f"registry.{form}").read_bytes()


def test_the_standards_own_library_reads_our_bundle(starter: Path) -> None:
    """`stix2` of OASIS checks types, ids, times and vocabularies; custom content is not allowed."""
    stix2: Any = pytest.importorskip("stix2", reason="stix2 is not installed")
    text = (starter / "registry.stix").read_text(encoding="utf-8")
    bundle = stix2.parse(text, allow_custom=False)
    assert len(bundle.objects) == len(json.loads(text)["objects"])
    for each in bundle.objects:
        if each.type == "domain-name":
            # Ids of observables are made as the standard says, so that everybody's are the same.
            assert stix2.DomainName(value=each.value).id == each.id
        elif each.type == "user-account":
            parts = {
                name: each[name] for name in ("account_login", "account_type", "user_id") if name in each
            }
            assert stix2.UserAccount(**parts).id == each.id


def test_the_library_of_misp_reads_our_event(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pymisp: Any = pytest.importorskip("pymisp", reason="pymisp is not installed")
    file = tmp_path / "event.json"
    with empty() as connection:
        add_case(connection)
        for account in ACCOUNTS_THERE:
            add_account(connection, "outlet", account)
        export_file(connection, file, form=ExportFormat.MISP, now=NOW)
    event = pymisp.MISPEvent()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        event.load_file(str(file))
    said = json.loads(file.read_text(encoding="utf-8"))["Event"]
    assert (len(event.objects), len(event.attributes)) == (len(said["Object"]), len(said["Attribute"]))
    assert {made.name for made in event.objects} >= {
        "organization",
        "report",
        *(f"{name}-account" for name in ("twitter", "facebook", "instagram", "telegram", "user")),
    }
    # Attributes that do not stand in their template are warned of.
    assert [record.getMessage() for record in caplog.records] == []
