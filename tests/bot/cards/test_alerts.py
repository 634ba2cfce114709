"""Alerts as messages: a sentence that stands alone, looks that differ, pings that were asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.alert_embeds import PLAIN
from bot.cards.alert_words import COLOURS, SIGNS
from bot.cards.alerts import TEST_SIGN, DrawnAlert, draw_letter, plain
from bot.cards.limits import Kind, problems, units
from bot.store.records import AccountId
from bot.store.watch_records import Alert, EventKind, Notice, OutgoingKind, Severity, Shown, Terms
from bot.watch.courier import Letter
from bot.watch.kinds import NAMES
from bot.watch.sentences import test_of as words_of_a_test
from tests.bot.cards.hostile import NASTY
from tests.bot.watch.examples import BY_SEVERITY, EXAMPLES, alert_of, half, letter, posts
from tests.wording import forbidden_words

# [C] What a lock screen shows of a message.
LOCK_SCREEN = 180
TEXTS = st.one_of(st.text(min_size=1, max_size=80), st.sampled_from([text for text in NASTY if text]))


def body(drawn: DrawnAlert) -> dict[str, Any]:
    """Return what the library sends."""
    view = drawn.view
    return {
        "content": drawn.content,
        "embeds": [drawn.embed.to_dict()] if drawn.embed else [],
        "components": view.to_components() if view else [],
        "allowed_mentions": drawn.mentions.to_dict(),
    }


def labels(drawn: DrawnAlert) -> list[str]:
    view = drawn.view
    assert view is not None
    return [item.label or "" for item in view.children if isinstance(item, discord.ui.Button)]


def description(drawn: DrawnAlert) -> str:
    assert drawn.embed is not None
    return drawn.embed.description or ""


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_the_first_line_says_how_grave_which_list_who_and_what(kind: EventKind) -> None:
    alert = alert_of(EXAMPLES[kind])
    drawn = draw_letter(letter(alert))
    head = f"{SIGNS[alert.severity]} {alert.severity.name} · Watchlist `Papers`: `@gaceta` on X "
    assert drawn.content.startswith(head)
    assert drawn.content.endswith(".")
    assert len(drawn.content) > len(head) + 8
    assert len(drawn.content) <= LOCK_SCREEN
    # Nothing that only Discord's own window would draw.
    assert not re.search(r"\*\*|\\|<[@#t]", drawn.content)
    assert forbidden_words(f"{drawn.content} {description(drawn)}") == []
    assert drawn.embed is not None
    assert (drawn.embed.title or "").casefold() == NAMES[kind]


@pytest.mark.parametrize("kind", [each for each in EXAMPLES if each not in PLAIN])
async def test_below_it_stands_why_it_matters_and_what_to_do(kind: EventKind) -> None:
    shown = description(draw_letter(letter(alert_of(EXAMPLES[kind]))))
    assert "**Why it matters** " in shown
    assert "**What to do** " in shown


async def test_what_changed_is_shown_before_and_after() -> None:
    shown = description(draw_letter(letter(alert_of(EXAMPLES[EventKind.NAME_CHANGED]))))
    assert shown.startswith("**Before** `Gaceta`\n**After** `Gaceta Hoy`")


async def test_another_assessment_names_the_finding_that_changed_it() -> None:
    drawn = draw_letter(letter(alert_of(EXAMPLES[EventKind.ASSESSMENT_CHANGED])))
    assert "now very likely, before likely; now found: half-attribution." in drawn.content
    assert "Now found, half-attribution: It credits `Mundo China`" in description(drawn)


async def test_severities_differ_in_sign_word_and_colour() -> None:
    drawn = {severity: draw_letter(letter(alert_of(event))) for severity, event in BY_SEVERITY.items()}
    assert list(drawn) == list(Severity)
    assert len({each.content.split(" · ")[0] for each in drawn.values()}) == len(Severity)
    assert len({each.embed.colour for each in drawn.values() if each.embed}) == len(Severity)
    assert len(set(SIGNS.values())) == len(set(COLOURS.values())) == len(Severity)


async def test_hits_in_one_message_are_counted_and_told_one_below_the_other() -> None:
    hits = [
        replace(alert_of(half(count)), made_at=alert_of(half(count)).made_at + timedelta(minutes=minutes))
        for count, minutes in ((1, 0), (2, 5), (3, 9))
    ]
    drawn = draw_letter(letter(*hits))
    assert drawn.content.startswith("▲ HIGH · ")
    assert drawn.content.endswith("without a link in a post. 2 more hits since.")
    shown = description(drawn)
    assert ": 2 more hits\n" in shown
    assert shown.index("in 2 posts") < shown.index("in 3 posts")


async def test_a_digest_counts_and_puts_the_gravest_first() -> None:
    alerts = [alert_of(EXAMPLES[kind]) for kind in (EventKind.NEW_POST, EventKind.GONE, EventKind.BACK)]
    alerts.append(replace(alerts[0], account_id=AccountId(8)))
    drawn = draw_letter(letter(*alerts, kind=OutgoingKind.DIGEST))
    assert drawn.content == "▲ HIGH · Watchlist `Papers`: 4 alerts on 2 accounts, 1 of them high."
    shown = description(drawn)
    assert shown.startswith("▲ ")
    assert shown.index("cannot be found") < shown.index("can be seen again") < shown.index("posted:")
    assert labels(drawn) == ["Acknowledge"]


async def test_buttons_are_those_that_have_a_meaning_there() -> None:
    event = EXAMPLES[EventKind.GONE]
    quieting = ["Snooze", "Mute this"]
    everywhere = ["Acknowledge", *quieting, "Check now"]
    assert labels(draw_letter(letter(alert_of(event)))) == [*everywhere, "Open thread"]
    # In a conversation of two there are no threads.
    assert labels(draw_letter(letter(alert_of(event), channel_id=None))) == everywhere
    parked = draw_letter(letter(alert_of(EXAMPLES[EventKind.PARKED])))
    assert labels(parked) == ["Acknowledge", "Check now", "Open thread"]


async def test_an_acknowledged_alert_says_by_whom_until_more_comes() -> None:
    first = alert_of(EXAMPLES[EventKind.GONE])
    seen = replace(first, acknowledged_by=5, acknowledged_at=first.made_at, comment="a `known` matter")
    drawn = draw_letter(letter(seen))
    assert "**Acknowledged** by <@5>, " in description(drawn)
    assert description(drawn).endswith(": `a ˋknownˋ matter`")
    assert labels(drawn)[0] == "Acknowledged"
    assert labels(draw_letter(letter(seen, first)))[0] == "Acknowledge"


@pytest.mark.parametrize(
    ("terms", "ping", "allowed"),
    [
        (Terms(), "", {}),
        (Terms(mention_role=7), " <@&7>", {"roles": [7]}),
        (Terms(mention_user=8), " <@8>", {"users": [8]}),
    ],
)
@pytest.mark.parametrize("kind", [OutgoingKind.ALERT, OutgoingKind.DIGEST, OutgoingKind.NOTICE])
async def test_nobody_is_pinged_but_whom_the_subscription_names(
    terms: Terms, ping: str, allowed: dict[str, object], kind: OutgoingKind
) -> None:
    told = EXAMPLES[EventKind.NEW_POST].told
    # Somebody writes mentions of everybody into a post, a name and a list.
    text = "@everyone <@1> <@&7> `<@8>`"
    hostile = msgspec.structs.replace(told, handle=text, what=f"posted: `{text.replace('`', 'ˋ')}`")
    alert = replace(alert_of(EXAMPLES[EventKind.NEW_POST], list_name=text), told=hostile)
    notice = Notice(text=words_of_a_test(text), test=True) if kind is OutgoingKind.NOTICE else None
    drawn = draw_letter(letter(alert, terms=terms, kind=kind, notice=notice))
    assert {key: value for key, value in drawn.mentions.to_dict().items() if value} == allowed
    outside = re.sub(r"`[^`]*`", "", drawn.content)
    assert "".join(re.findall(r" <@[&0-9]+>|@everyone", outside)) == ping


async def test_a_notice_names_a_member_without_a_ping() -> None:
    drawn = draw_letter(letter(kind=OutgoingKind.NOTICE, notice=Notice(text="Ended.", member=5)))
    assert drawn.content == "<@5>: Ended."
    assert drawn.mentions.to_dict() == {"parse": []}


async def test_a_test_says_so_first_and_speaks_of_no_account() -> None:
    notice = Notice(text=words_of_a_test("Papers"), test=True)
    drawn = draw_letter(letter(kind=OutgoingKind.NOTICE, notice=notice, terms=Terms(mention_role=7)))
    assert drawn.content == (
        f"{TEST_SIGN} · Watchlist `Papers`: nothing happened, this is a test. Its alerts arrive here. <@&7>"
    )
    assert not {sign for sign in SIGNS.values() if drawn.content.startswith(sign)}
    assert "**You hear of** all events · from medium · at once" in description(drawn)
    assert "○ LOW · ● MEDIUM · ▲ HIGH · ■ CRITICAL" in description(drawn)


async def test_where_embeds_are_not_allowed_the_words_still_fit() -> None:
    many = posts(3)
    shown = tuple(Shown(text=f"`{'x' * 130}`", url="https://x.com/gaceta/status/1") for _ in range(30))
    told = msgspec.structs.replace(many.told, shown=shown)
    drawn = draw_letter(letter(replace(alert_of(many), told=told)))
    text = plain(drawn)
    assert units(text) <= 2_000
    assert text.startswith(drawn.content)
    assert text.endswith("Give me Embed Links here to see all of it.")


@st.composite
def hostile_letters(draw: st.DrawFn) -> Letter:
    event = draw(st.sampled_from(list(EXAMPLES.values())))
    text = draw(TEXTS)
    quoted = text.replace("`", "ˋ")
    line = Shown(text=f"`{quoted}`", url="https://a.example/)")
    told = msgspec.structs.replace(
        event.told,
        handle=text,
        what=f"posted: `{quoted}`",
        before=f"`{quoted}`",
        after=f"`{quoted}`",
        shown=(line,) * draw(st.integers(0, 12)),
    )
    alert: Alert = replace(alert_of(event, list_name=text[:50]), told=told)
    if draw(st.booleans()):
        alert = replace(alert, acknowledged_by=5, acknowledged_at=alert.made_at, comment=text[:200])
    kind = draw(st.sampled_from([OutgoingKind.ALERT, OutgoingKind.DIGEST]))
    alerts = [replace(alert, account_id=AccountId(n)) for n in range(draw(st.integers(1, 10)))]
    return letter(*alerts, kind=kind, terms=Terms(mention_role=7))


@given(hostile_letters())
@settings(deadline=None, max_examples=120)
async def test_discord_takes_whatever_strangers_write(hostile: Letter) -> None:
    drawn = draw_letter(hostile)
    assert problems(Kind.MESSAGE, body(drawn), files=[]) == []
    assert len(drawn.content) <= 2 * LOCK_SCREEN
    assert "@everyone" not in re.sub(r"`[^`]*`", "", drawn.content + description(drawn))
    assert units(plain(drawn)) <= 2_000
