from __future__ import annotations

import sqlite3
from pathlib import Path

from bot.accounts import AccountRef, Platform
from bot.registry.importers import Format, ImportReport, import_file
from bot.registry.typology import INDEPENDENT, state_controlled
from bot.store.chains import chains
from bot.store.registry import find_account
from tests.bot.registry.founding import NOW
from tests.shared import shared

HEADER = (
    "Region,Country,Media company,Main assets,URL,Typology,Status,Notes,Instagram Link,Twitter Link,"
    "Facebook Link,Youtube Link,Telegram Link,VK Link,Linkedin link,Ok.ru link,Tiktok Link,Rutube Link,"
    "streaming media URL\n"
)


def _import(connection: sqlite3.Connection, folder: Path, *rows: str) -> ImportReport:
    file = folder / "matrix.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return import_file(connection, file, now=NOW)


def _row(
    outlet: str,
    *,
    company: str = "Example Group",
    url: str = "",
    code: str = "SC",
    instagram: str = "",
    twitter: str = "",
    facebook: str = "",
) -> str:
    return f"Asia,China,{company},{outlet},{url},{code},,,{instagram},{twitter},{facebook},,,,,,,,"


def _site(host: str) -> AccountRef:
    return AccountRef(platform=Platform.WEBSITE, handle=host)


def test_company_outlet_site_and_class(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(
        connection, tmp_path, _row("News agency: Example News", url="http://www.news.example/en/")
    )
    assert (report.format, report.accepted) == (Format.MATRIX, 1)
    match = find_account(connection, _site("news.example"))
    assert match.entities[0].name == "Example News"
    (known,) = match.typologies[match.entities[0].key]
    assert (known.code, known.edition, known.source.published_on) == ("SC", "2024", "2024-02-07")
    # The list copies the classes of the monitor: the two count as one source.
    assert known.source.derived_from == "state-media-monitor"
    (chain,) = chains(connection, _site("news.example"))
    assert (chain.top.name, chain.is_ownership, chain.steps[0].locator) == ("Example Group", True, "row 2")


def test_an_outlet_named_like_its_company_owns_nothing(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    _import(
        connection, tmp_path, _row("Example Agency", company="Example Agency", url="https://agency.example")
    )
    assert chains(connection, _site("agency.example")) == ()


def test_an_address_with_two_owners_keeps_both(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(
        connection,
        tmp_path,
        _row("Online: Centre", company="Group One", url="http://www.news.example/"),
        _row("Service", company="Group Two", url="https://news.example"),
    )
    assert report.counts["addresses_with_two_owners"] == 1
    assert "1 URL claimed by two owners: kept both." in report.notes
    match = find_account(connection, _site("news.example"))
    assert match.disagree
    assert {chain.top.name for chain in chains(connection, _site("news.example"))} == {
        "Group One",
        "Group Two",
    }


def test_a_link_copied_to_another_edition_is_graded_lower(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    link = "https://www.facebook.com/example.russian"
    report = _import(
        connection,
        tmp_path,
        _row("Example Spanish", facebook=link),
        _row("Example Russian", facebook=link),
        _row("Example Arabic", facebook="https://www.facebook.com/example.arabic"),
    )
    assert report.counts["shared_links"] == 1
    grades = {
        handle: {str(claim.grade) for claim in find_account(connection, ref).claims}
        for handle in ("example.russian", "example.arabic")
        for ref in [AccountRef(platform=Platform.FACEBOOK, handle=handle)]
    }
    assert grades == {"example.russian": {"C3"}, "example.arabic": {"B2"}}


def test_the_twitter_column_is_left_out(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(connection, tmp_path, _row("Example", twitter="https://www.twitter.com/example.name"))
    assert report.counts["twitter_left_out"] == 1
    (accounts,) = connection.execute("SELECT count(*) FROM account").fetchone()
    assert accounts == 0


def test_one_outlet_with_several_sites_is_one_entity(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(
        connection,
        tmp_path,
        _row("Example TV", url="https://tv.example"),
        _row("Example TV", url="https://news.tv.example"),
    )
    assert (report.accepted, report.merged) == (1, 1)
    keys = {
        find_account(connection, _site(host)).entities[0].key for host in ("tv.example", "news.tv.example")
    }
    assert len(keys) == 1


def test_rows_without_a_known_class_are_refused(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(connection, tmp_path, _row("Example", code="XX"), ",,,,,,,,,,,,,,,,,,")
    assert [entry.row for entry in report.rejected] == [2, 3]
    assert "no class of State Media Monitor" in report.rejected[0].reason


def test_an_address_on_a_platform_is_no_site(connection: sqlite3.Connection, tmp_path: Path) -> None:
    report = _import(connection, tmp_path, _row("Example", url="https://www.facebook.com/example"))
    assert [entry.column for entry in report.rejected] == ["url"]
    (domains,) = connection.execute("SELECT count(*) FROM domain").fetchone()
    assert domains == 0


def test_the_published_list(connection: sqlite3.Connection) -> None:
    file = shared("data/registry/asd_state_media/State_Media_Matrix.csv")
    report = import_file(connection, file, now=NOW)
    assert (report.rows_read, report.rows_rejected) == (1_157, 1)
    assert report.accepted + report.merged == 1_156
    assert report.counts["addresses_with_two_owners"] == 9
    assert report.counts["twitter_left_out"] == 195
    assert report.counts["uncertain_classes"] == 4
    (domains,) = connection.execute("SELECT count(*) FROM domain").fetchone()
    assert domains == 973
    (on_x,) = connection.execute("SELECT count(*) FROM account WHERE platform = 'x'").fetchone()
    assert on_x == 0
    assert find_account(connection, _site("chinanews.com")).disagree
    assert import_file(connection, file, now=NOW).new.total == 0


def test_no_independent_row_of_the_published_list_is_state_controlled(connection: sqlite3.Connection) -> None:
    import_file(connection, shared("data/registry/asd_state_media/State_Media_Matrix.csv"), now=NOW)
    rows = connection.execute("SELECT locator, code, entity_id FROM typology").fetchall()
    independent = [(locator, entity) for locator, code, entity in rows if code in INDEPENDENT]
    assert len(independent) == 151
    hosts = connection.execute(
        "SELECT DISTINCT host FROM domain JOIN domain_claim USING (domain_id)"
    ).fetchall()
    classes = [
        (host, known)
        for (host,) in hosts
        for known in find_account(connection, _site(host)).typologies.values()
    ]
    wrong = [
        host
        for host, known in classes
        if {typology.code for typology in known} & INDEPENDENT and state_controlled(known)
    ]
    assert wrong == []
