"""Marks of sites: kept with date and page, counted over what somebody registered."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.store.site_marks import (
    LOOK,
    SeenMark,
    SiteMarks,
    looks_held,
    looks_since,
    marks_held,
    record_marks,
    sharing,
    sites_held,
)
from bot.text.indicators import Mark

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
GTM = SeenMark(mark=Mark.TAG_MANAGER, value="GTM-5EXMPLE", url="https://a.example/")


def look(host: str, *marks: SeenMark, days_ago: float = 0, missed: tuple[str, ...] = ()) -> SiteMarks:
    return SiteMarks(
        host=host, looked_at=NOW - timedelta(days=days_ago), source=LOOK, marks=marks, missed=missed
    )


def test_a_mark_counts_once_for_what_somebody_registered(connection: sqlite3.Connection) -> None:
    for host in (
        "news.a.example.co.uk",
        "a.example.co.uk",
        "b.example.com",
        "one.blogspot.com",
        "two.blogspot.com",
    ):
        record_marks(connection, look(host, GTM))
    record_marks(connection, look("none.example"))
    (held,) = marks_held(connection, ["b.example.com"])
    # Both hosts under example.co.uk are one; two hosted blogs are two.
    assert held.sites == 4
    assert sites_held(connection) == 5
    assert [each.host for each in sharing(connection, Mark.TAG_MANAGER, value="GTM-5EXMPLE")] == [
        "a.example.co.uk",
        "news.a.example.co.uk",
        "b.example.com",
        "one.blogspot.com",
        "two.blogspot.com",
    ]


def test_a_mark_keeps_its_first_and_last_day(connection: sqlite3.Connection) -> None:
    later = SeenMark(mark=GTM.mark, value=GTM.value, url="https://a.example/new")
    assert record_marks(connection, look("a.example", GTM, days_ago=3)) == 1
    assert record_marks(connection, look("a.example", later)) == 0
    # An older look that comes in afterwards changes only the beginning.
    assert record_marks(connection, look("a.example", GTM, days_ago=9, missed=("x",))) == 0
    (held,) = marks_held(connection, ["a.example"])
    assert (NOW - held.first_seen).days == 9
    assert held.last_seen == NOW
    assert held.url == "https://a.example/new"
    (last,) = looks_held(connection, ["a.example"])
    assert (last.looked_at, last.missed) == (NOW, ())


def test_a_mark_that_was_taken_off_stays_with_its_date(connection: sqlite3.Connection) -> None:
    record_marks(connection, look("a.example", GTM, days_ago=30))
    record_marks(connection, look("a.example"))
    (held,) = marks_held(connection, ["a.example"])
    assert held.last_seen == NOW - timedelta(days=30)


def test_a_look_that_found_nothing_is_told_from_no_look(connection: sqlite3.Connection) -> None:
    record_marks(connection, look("a.example", missed=("Its icon could not be read.",)))
    assert marks_held(connection, ["a.example", "b.example"]) == ()
    assert [each.host for each in looks_held(connection, ["a.example", "b.example"])] == ["a.example"]
    assert looks_held(connection, ["a.example"])[0].missed == ("Its icon could not be read.",)


def test_kinds_never_meet(connection: sqlite3.Connection) -> None:
    record_marks(connection, look("a.example", SeenMark(mark=Mark.HOTJAR, value="7700115", url="u")))
    record_marks(connection, look("b.example", SeenMark(mark=Mark.YANDEX_METRICA, value="7700115", url="u")))
    assert marks_held(connection, ["a.example"])[0].sites == 1


def test_the_looks_of_a_day_are_counted(connection: sqlite3.Connection) -> None:
    record_marks(connection, look("a.example"))
    record_marks(connection, look("b.example", days_ago=2))
    imported = SiteMarks(host="c.example", looked_at=NOW, source="import:list.csv")
    record_marks(connection, imported)
    assert looks_since(connection, NOW - timedelta(days=1)) == 1
