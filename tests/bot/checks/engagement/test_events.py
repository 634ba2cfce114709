"""What happened to an account and in the registry, on which day."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.checks.engagement.events import Event, around, events
from bot.checks.gather import AliasCache, gather
from bot.checks.reach import Reach
from bot.checks.subject import Listing, Registered
from bot.checks.wording import Word
from bot.store.accounts import FoundBy
from bot.store.history import BorneHandle
from bot.store.looks import LabelLook
from bot.store.records import AccountClaim, Entity, EntityId, Grade, Relation, Source
from tests.bot.checks.engagement.reaching import daily
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, a_snapshot, a_subject
from tests.wording import forbidden_words

B2 = Grade(reliability="B", credibility="2")


def _listing(*, valid_from: str | None, valid_to: str | None, published_on: str | None) -> Listing:
    source = Source(
        key="list",
        title="A list of outlets",
        publisher="A publisher",
        url="https://lists.example",
        published_on=published_on,
        retrieved_on="2026-01-01",
        grade=B2,
    )
    entity = Entity(entity_id=EntityId(1), key="outlet", kind="outlet", country="XX", name="Outlet")
    claim = AccountClaim(
        account=ACCOUNT,
        entity=entity,
        relation=Relation.HAS_ACCOUNT,
        source=source,
        grade=B2,
        by_id=True,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return Listing(claim=claim, by=FoundBy.PLATFORM_ID)


def test_changes_come_in_the_order_of_their_days_and_name_what_changed() -> None:
    subject = a_subject(
        [a_post(1)],
        snapshots=[
            replace(a_snapshot(1), display_name="Noticias `Hoy`"),
            replace(a_snapshot(1, taken_at=NOW - timedelta(days=4)), display_name="Recetas"),
            a_snapshot(1, taken_at=NOW - timedelta(days=5)),
        ],
    )
    labels = (
        LabelLook(looked_at=NOW - timedelta(days=1), label="estado", source="by hand"),
        LabelLook(looked_at=NOW - timedelta(days=2), label="estado", source="by hand"),
        LabelLook(looked_at=NOW - timedelta(days=3), label=None, source="by hand"),
    )
    handles = tuple(
        BorneHandle(handle=handle, first_seen=NOW - timedelta(days=days), last_seen=None)
        for handle, days in (("primera", 90), ("segunda", 6))
    )
    listing = _listing(valid_from="2026-11-16T00:00:00Z", valid_to="2026-11-19", published_on="2026-11-10")
    registry = replace(subject.registry, account=Registered(ref=ACCOUNT, listings=(listing,)))
    subject = replace(
        subject,
        registry=registry,
        around=replace(subject.around, labels=labels),
        reach=Reach(handles=handles, follower_counts=daily([100] * 20 + [400] * 8)),
    )
    told = [f"{event.words} ({event.on.day})" for event in events(subject)]
    assert told == [
        "`A list of outlets`, which names it, is published (10)",
        "+300 followers (14)",
        "it is first seen as `segunda` (15)",
        "a claim of `A list of outlets` about `Outlet` begins (16)",
        "a claim of `A list of outlets` about `Outlet` ends (19)",
        "its page shows the label `estado` (19)",
        "its name changes from `Recetas` to `Noticias ˋHoyˋ` (21)",
    ]
    assert [words for words in told if forbidden_words(words)] == []


@pytest.mark.parametrize("partial", ["2026", "2026-11", "2026-13-01", "autumn 2026", None])
def test_a_partial_date_is_no_day(partial: str | None) -> None:
    listing = _listing(valid_from=partial, valid_to=partial, published_on=partial)
    subject = a_subject([a_post(1)])
    registry = replace(subject.registry, account=Registered(ref=ACCOUNT, listings=(listing,)))
    assert events(replace(subject, registry=registry)) == ()


@pytest.mark.parametrize(("days", "near"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_around_a_day_is_the_day_before_and_after(days: int, *, near: bool) -> None:
    day = date(2026, 3, 1)
    event = Event(on=day + timedelta(days=days), words=Word("something"))
    assert (around(day, [event]) == [event]) is near


def test_an_unknown_account_has_no_events(store: sqlite3.Connection) -> None:
    subject = gather(store, ACCOUNT, cache=AliasCache(), now=NOW, days=90)
    assert events(subject) == ()
