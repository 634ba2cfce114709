"""What is told of which change, through the whole way from the store to the message."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts import AccountRef, Platform
from bot.checks.service import CheckService
from bot.store.claims import Basis, put_account_claim
from bot.store.live import AccountState
from bot.store.looks import LabelLook, record_label
from bot.store.records import PostKind, Relation
from bot.store.watch_records import Event, EventKind, Severity, Terms
from bot.watch.changes import jumped
from bot.watch.facts import told
from bot.watch.kinds import NAMES, SEVERITIES, read_kinds, read_severities, severity_of
from bot.watch.post_events import words_in
from bot.watch.sentences import TODO, WHAT, WHY
from bot.watch.tuning import Tuning
from tests.bot.registry.founding import B2, add_source, id_of
from tests.bot.watch.desk import START, Desk, account, whats
from tests.wording import forbidden_words

LONG = "El ministerio anunció hoy un nuevo acuerdo de cooperación económica entre los dos países de la región"


async def watching(desk: Desk, *handles: str) -> None:
    await desk.subscribe(await desk.list_of(*handles))
    await desk.after(minutes=10)


async def test_the_first_look_tells_nothing(desk: Desk) -> None:
    await desk.publish("gaceta", "Ayer", "Hoy")
    await watching(desk, "gaceta")
    assert desk.in_channel == []


async def test_a_new_post_is_told_with_its_words_and_its_address(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", "Una noticia de hoy")
    await desk.after(minutes=10)
    (message,) = desk.in_channel
    assert message.texts == "posted: `Una noticia de hoy`"
    assert message.alerts[0].told.shown[0].url == "https://x.com/gaceta/status/1"


async def test_many_posts_of_one_look_are_one_alert_that_counts_them(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", *(f"Noticia {n}" for n in range(34)))
    await desk.after(minutes=10)
    (message,) = desk.in_channel
    assert message.texts.startswith("published 34 new posts since")
    assert message.alerts[0].told.hits == 34
    assert len(message.alerts[0].told.shown) == 10


async def test_an_imported_archive_is_no_news(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", "Vieja", at=desk.clock.now - timedelta(days=30))
    await desk.after(minutes=10)
    assert desk.in_channel == []


async def test_a_credit_without_its_sign_is_told_with_the_entity(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", "Cumbre en la capital • mundo_ejemplo")
    await desk.after(minutes=10)
    assert "credited `Outlet` as `mundo_ejemplo` without a link in a post" in whats(desk.in_channel)


async def test_a_real_mention_is_no_half_attribution(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", "Cumbre en la capital, vía @mundo_ejemplo")
    await desk.after(minutes=10)
    assert not [text for text in whats(desk.in_channel) if "credited" in text]


async def test_three_credits_are_graver_than_one(desk: Desk) -> None:
    await watching(desk, "gaceta", "diario")
    await desk.publish("gaceta", "Uno • mundo_ejemplo")
    await desk.publish("diario", *(f"Número {n} • mundo_ejemplo" for n in range(3)))
    await desk.after(minutes=10)
    found = {
        alert.told.handle: alert.severity
        for message in desk.in_channel
        for alert in message.alerts
        if alert.kind is EventKind.HALF_ATTRIBUTION
    }
    assert found == {"gaceta": Severity.MEDIUM, "diario": Severity.HIGH}


async def test_a_text_that_an_outlet_published_before_is_told(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("mundo_ejemplo", LONG, at=desk.clock.now - timedelta(minutes=5))
    await desk.publish("gaceta", LONG)
    await desk.after(minutes=10)
    assert "repeated a text that `@mundo_ejemplo` published 5 min before" in whats(desk.in_channel)


async def test_the_same_words_of_two_watched_accounts_are_told(desk: Desk) -> None:
    await watching(desk, "gaceta", "diario")
    await desk.publish("gaceta", LONG)
    await desk.publish("diario", LONG, at=desk.clock.now + timedelta(seconds=40))
    await desk.after(minutes=10)
    alerts = [alert for message in desk.in_channel for alert in message.alerts]
    same = [alert for alert in alerts if alert.kind is EventKind.IDENTICAL_POST]
    assert {alert.told.what for alert in same} == {
        "published the same text as `@diario`, 40 s apart",
        "published the same text as `@gaceta`, 40 s apart",
    }
    assert {alert.severity for alert in same} == {Severity.HIGH}


async def test_an_account_that_nobody_watches_makes_no_pair(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", LONG)
    await desk.publish("cualquiera", LONG)
    await desk.after(minutes=10)
    assert not [text for text in whats(desk.in_channel) if "same text" in text]


async def test_a_repost_is_not_the_account_saying_it(desk: Desk) -> None:
    await watching(desk, "gaceta")
    await desk.publish("gaceta", "Cumbre • mundo_ejemplo", kind=PostKind.REPOST)
    await desk.after(minutes=10)
    assert whats(desk.in_channel) == ["posted: `Cumbre • mundo_ejemplo`"]


async def test_keywords_are_a_lists_own(desk: Desk) -> None:
    one = await desk.list_of("gaceta", name="One")
    other = await desk.list_of("gaceta", name="Other")
    await desk.watch.lists.tune(one, Tuning(keywords=("cumbre", "中国")))
    await desk.subscribe(one, terms=Terms(events=(EventKind.KEYWORD,)))
    await desk.subscribe(other, channel=99, terms=Terms(events=(EventKind.KEYWORD,)))
    await desk.after(minutes=10)
    await desk.publish("gaceta", "La CUMBRE de hoy", "访问中国的代表团")
    await desk.after(minutes=10)
    assert whats(desk.in_channel) == ["wrote `中国` and `cumbre` in 2 posts"]
    assert desk.courier.to("channel:99") == []


@pytest.mark.parametrize(
    ("text", "word", "held"),
    [
        ("La cumbre de hoy", "cumbre", True),
        ("LA CUMBRE", "cumbre", True),
        ("encumbrecer", "cumbre", False),  # inside another word
        ("ｃｕｍｂｒｅ", "cumbre", True),  # full-width letters
        ("访问中国的代表团", "中国", True),  # no edges to look for
        ("cumbre de hoy", "cumbre de", True),
    ],
)
def test_words_are_found_whole_and_in_any_case(text: str, word: str, *, held: bool) -> None:
    assert bool(words_in(text, [word])) is held


async def test_changes_of_a_profile_are_told_with_before_and_after(desk: Desk) -> None:
    named = AccountRef(platform=Platform.X, handle="gaceta", platform_id="77")
    await desk.profile(
        "gaceta", account=named, display_name="Gaceta", bio="Noticias", profile_link="https://a.example"
    )
    await watching(desk, "gaceta")
    renamed = AccountRef(platform=Platform.X, handle="gaceta_hoy", platform_id="77")
    await desk.profile(
        "gaceta", account=renamed, display_name="Gaceta Hoy", bio="Noticias del sur", profile_link=""
    )
    await desk.after(minutes=10)
    told_ = {alert.kind: alert.told for message in desk.in_channel for alert in message.alerts}
    assert {kind: (told.before, told.after) for kind, told in told_.items()} == {
        EventKind.HANDLE_CHANGED: ("`@gaceta`", "`@gaceta_hoy`"),
        EventKind.NAME_CHANGED: ("`Gaceta`", "`Gaceta Hoy`"),
        EventKind.BIO_CHANGED: ("`Noticias`", "`Noticias del sur`"),
        EventKind.LINK_CHANGED: ("`https://a.example`", "(empty)"),
    }


async def test_what_a_source_does_not_report_is_no_change(desk: Desk) -> None:
    await desk.profile("gaceta", display_name="Gaceta", bio="Noticias", followers=5_000)
    await watching(desk, "gaceta")
    await desk.profile("gaceta", display_name="Gaceta")
    await desk.after(minutes=10)
    assert desk.in_channel == []


@pytest.mark.parametrize(
    ("before", "after", "rounded", "expected"),
    [
        (1_000, 1_100, False, True),
        (1_000, 1_099, False, False),
        (100, 199, False, False),  # 99 people are no jump, however large the share
        (10_000, 8_900, False, True),
        (1_000, 1_150, True, False),  # rounded counts move in steps
        (1_000, 1_200, True, True),
        (0, 100, False, True),
    ],
)
def test_a_jump_is_a_share_and_a_number(before: int, after: int, *, rounded: bool, expected: bool) -> None:
    assert jumped(before, after, rounded=rounded) is expected


async def test_small_steps_within_a_day_add_up_to_a_jump(desk: Desk) -> None:
    await desk.profile("gaceta", followers=5_000)
    await watching(desk, "gaceta")
    for followers in (5_200, 5_400, 5_600):
        await desk.profile("gaceta", followers=followers)
        await desk.after(hours=1)
    (message,) = desk.in_channel
    assert message.texts.startswith("gained 600 followers (12 %) in")


async def test_slow_growth_is_no_jump(desk: Desk) -> None:
    await desk.profile("gaceta", followers=5_000)
    await watching(desk, "gaceta")
    for followers in (5_300, 5_600, 5_900):
        await desk.after(hours=25)
        await desk.profile("gaceta", followers=followers)
    await desk.after(hours=1)
    assert desk.in_channel == []


async def test_labels_gained_and_lost_are_told(desk: Desk) -> None:
    async def look(label: str | None) -> None:
        seen = LabelLook(looked_at=desk.clock.now, label=label, source="import:labels")
        await desk.database.write(record_label, account("gaceta"), seen)
        await desk.after(minutes=10)

    await desk.list_of("gaceta")
    await look(None)
    await desk.subscribe(await desk.watch.lists.named(1, "Papers"))
    await look("state-affiliated media")
    await look(None)
    assert whats(desk.in_channel) == [
        "now carries a platform label: `state-affiliated media`",
        "no longer carries the platform label `state-affiliated media`",
    ]


async def test_gone_suspended_and_back_are_told(desk: Desk) -> None:
    await watching(desk, "gaceta")
    for state in (AccountState.PRESENT, AccountState.SUSPENDED, AccountState.PRESENT, AccountState.GONE):
        await set_state(desk, "gaceta", state)
        await desk.after(minutes=10)
    assert whats(desk.in_channel) == [
        "was suspended by its platform",
        "can be seen again",
        "cannot be found any more",
    ]


async def set_state(desk: Desk, handle: str, state: AccountState) -> None:
    """Write what a connector would: a span of one state."""
    at = round(desk.clock.now.timestamp() * 1000)
    await desk.database.write(
        lambda connection: connection.execute(
            "INSERT INTO account_state (account_id, state, source, first_ms, last_ms) "
            "SELECT account_id, ?, 'api:test', ?, ? FROM account WHERE handle = ?",
            (state.value, at, at, handle),
        )
    )


async def test_a_new_registry_entry_is_told_and_its_withdrawal_too(desk: Desk) -> None:
    await watching(desk, "gaceta")

    def claim(connection: sqlite3.Connection) -> None:
        basis = Basis(source_id=add_source(connection), grade=B2)
        number, now = id_of(connection, "agency"), desk.clock.now
        put_account_claim(
            connection, number, Relation.HAS_ACCOUNT, account=account("gaceta"), basis=basis, now=now
        )

    await desk.database.write(claim)
    await desk.after(minutes=10)
    await desk.database.write(dispute)
    await desk.after(minutes=10)
    await desk.database.write(
        lambda connection: connection.execute(
            "UPDATE account_claim SET retracted_ms = 1, retracted_by = 'x', retracted_why = 'y' "
            "WHERE account_id = (SELECT account_id FROM account WHERE handle = 'gaceta')"
        )
    )
    await desk.after(minutes=10)
    first, disputed, second = [alert.told.what for message in desk.in_channel for alert in message.alerts]
    assert disputed == "has an entry in the registry that is disputed: `Agency`, `it is another account`"
    assert first.startswith("has a new entry in the registry: `Agency` has account `@gaceta`")
    assert second == "has an entry in the registry that was withdrawn: `Agency`"


def dispute(connection: sqlite3.Connection) -> None:
    """Dispute every claim about an account for all servers, and once in one server's own layer."""
    connection.execute("INSERT INTO actor (actor_id, member, name) VALUES (1, '11', 'Ana')")
    for layer, reason in ((0, "it is another account"), (77, "a secret of one server")):
        connection.execute(
            "INSERT INTO proposal (layer, act, claim_kind, claim_id, reason, made_by, made_ms, worded_by) "
            "SELECT ?, 'retract', 'account_claim', account_claim_id, ?, 1, 1, 1 "
            "FROM account_claim JOIN account USING (account_id) WHERE handle = 'gaceta'",
            (layer, reason),
        )


async def test_another_assessment_is_told_with_the_finding_that_changed_it(desk: Desk) -> None:
    checks = CheckService(desk.database, clock=desk.clock)
    await desk.publish("gaceta", *(f"Noticia {n} de la ciudad" for n in range(20)))
    await checks.check(account("gaceta"), asked="@gaceta")
    await watching(desk, "gaceta")
    await desk.publish("gaceta", *(f"Cumbre {n} en la capital • mundo_ejemplo" for n in range(20)))
    await desk.after(minutes=10)
    assert not [text for text in whats(desk.in_channel) if "assessed anew" in text]
    await checks.check(account("gaceta"), asked="@gaceta")
    await desk.after(minutes=10)
    (alert,) = [
        alert
        for message in desk.in_channel
        for alert in message.alerts
        if alert.kind is EventKind.ASSESSMENT_CHANGED
    ]
    found = [shown.text for shown in alert.told.shown]
    assert any(text.startswith("Now found, half-attribution: ") for text in found), found
    assert alert.severity >= Severity.MEDIUM
    # The same check once more is no news.
    await checks.check(account("gaceta"), asked="@gaceta")
    before = len(desk.in_channel)
    await desk.after(minutes=30)
    assert len(desk.in_channel) == before


async def test_a_check_over_other_days_is_not_compared(desk: Desk) -> None:
    checks = CheckService(desk.database, clock=desk.clock)
    await desk.publish("gaceta", *(f"Cumbre {n} en la capital • mundo_ejemplo" for n in range(20)))
    await checks.check(account("gaceta"), asked="@gaceta")
    await watching(desk, "gaceta")
    desk.clock.now += timedelta(days=30)
    await checks.check(account("gaceta"), asked="@gaceta", days=7)
    await desk.after(minutes=10)
    assert desk.in_channel == []


async def test_the_poller_runs_the_checks_itself_once_a_day(desk: Desk) -> None:
    desk.check_every = timedelta(hours=24)
    desk.restart()
    await desk.publish("gaceta", *(f"Noticia {n} de la ciudad" for n in range(20)))
    await watching(desk, "gaceta")
    await desk.publish("gaceta", "Una noticia más de la ciudad")
    await desk.after(minutes=10)
    await desk.after(hours=25)
    await desk.publish("gaceta", *(f"Cumbre {n} en la capital • mundo_ejemplo" for n in range(20)))
    await desk.after(minutes=10)
    kinds = [alert.kind for message in desk.in_channel for alert in message.alerts]
    assert kinds.count(EventKind.ASSESSMENT_CHANGED) == 1


def test_every_kind_has_its_words_and_none_of_them_is_forbidden() -> None:
    for kind in EventKind:
        assert kind in NAMES
        assert kind in SEVERITIES
        for text in (WHY[kind], TODO[kind]):
            assert forbidden_words(text) == []
    for text in WHAT.values():
        assert forbidden_words(text) == []


def test_severities_are_tuned_by_list() -> None:
    ref = account("gaceta")
    plain = Event(
        kind=EventKind.HALF_ATTRIBUTION,
        key="k",
        happened_at=START,
        told=told(ref, EventKind.HALF_ATTRIBUTION, what="x"),
    )
    grave = replace(plain, severity=Severity.HIGH)
    assert severity_of(plain, {}) is Severity.MEDIUM
    assert severity_of(grave, {}) is Severity.HIGH
    # A list that lowers the kind still sees which case is the graver one.
    assert severity_of(grave, {"half_attribution": 1}) is Severity.MEDIUM
    assert severity_of(plain, {"half_attribution": 4}) is Severity.CRITICAL
    assert severity_of(grave, {"half_attribution": 0}) is None


def test_rules_are_read_as_people_write_them() -> None:
    assert read_severities("new post=off; Keyword = HIGH") == {"new_post": 0, "keyword": 3}
    assert read_kinds("handle changed, new_post") == (EventKind.HANDLE_CHANGED, EventKind.NEW_POST)
    assert read_kinds(" ") == ()
