"""One alert a post: the strongest thing that it is, for each who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import AccountId, Post, PostKind
from bot.store.watch_lists import change_list
from bot.store.watch_records import Event, EventKind, Severity, Terms, WatchlistId
from bot.store.watch_subscriptions import put_mute
from bot.watch.facts import Facts, HalfCredit
from bot.watch.kinds import severity_of
from bot.watch.seen import Seen
from bot.watch.strongest import PostNews
from tests.bot.watch.desk import ALERTS, ANA, DESK, START, Desk, account, whats

LIST = WatchlistId(1)
LOW = Terms(least=Severity.LOW)
CREDIT = "Cumbre en la capital • mundo_ejemplo"


async def test_a_post_that_is_two_things_is_told_once_as_the_stronger(desk: Desk) -> None:
    await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(minutes=10)
    await desk.publish("gaceta", CREDIT)
    await desk.after(minutes=10)
    (message,) = desk.in_channel
    assert message.texts == "credited `Outlet` as `mundo_ejemplo` without a link in a post"
    assert [alert.kind for alert in message.alerts] == [EventKind.HALF_ATTRIBUTION]


async def test_who_hears_of_one_kind_is_told_of_that_kind(desk: Desk) -> None:
    watched = await desk.list_of("gaceta")
    await desk.subscribe(watched, terms=replace(LOW, events=(EventKind.NEW_POST,)))
    await desk.subscribe(watched, channel=DESK, terms=replace(LOW, events=(EventKind.HALF_ATTRIBUTION,)))
    await desk.after(minutes=10)
    await desk.publish("gaceta", CREDIT)
    await desk.after(minutes=10)
    assert whats(desk.in_channel) == [f"posted: `{CREDIT}`"]
    assert whats(desk.courier.to(f"channel:{DESK}")) == [
        "credited `Outlet` as `mundo_ejemplo` without a link in a post"
    ]


async def test_other_posts_of_the_same_look_are_told_as_what_they_are(desk: Desk) -> None:
    watched = await desk.list_of("gaceta")
    await desk.database.write(change_list, replace(watched, keywords=("cumbre",)))
    await desk.subscribe(watched)
    await desk.after(minutes=10)
    await desk.publish("gaceta", CREDIT, "La cumbre empieza", "El tiempo de hoy", "Deportes")
    await desk.after(minutes=10)
    told = {alert.kind: alert.told for message in desk.in_channel for alert in message.alerts}
    assert set(told) == {EventKind.HALF_ATTRIBUTION, EventKind.KEYWORD, EventKind.NEW_POST}
    # The credited post holds the word too: said there, and not told again.
    assert told[EventKind.HALF_ATTRIBUTION].also == ("Also keyword: wrote `cumbre` in a post",)
    assert told[EventKind.KEYWORD].what == "wrote `cumbre` in a post"
    assert told[EventKind.NEW_POST].what.startswith("published 2 new posts")


async def test_a_muted_kind_leaves_the_post_to_the_next_strongest(desk: Desk) -> None:
    made = await desk.subscribe(await desk.list_of("gaceta"))
    await desk.after(minutes=10)
    await desk.publish("gaceta", CREDIT)
    await desk.after(minutes=30)
    alert = desk.in_channel[0].alerts[0]
    await desk.database.write(
        put_mute,
        made.subscription_id,
        alert.account_id,
        kind=EventKind.HALF_ATTRIBUTION,
        until=None,
        made_by=ANA,
        now=desk.clock.now,
    )
    await desk.publish("gaceta", "Otra cumbre • mundo_ejemplo")
    await desk.after(minutes=30)
    assert whats(desk.in_channel)[1:] == ["posted: `Otra cumbre • mundo_ejemplo`"]


async def test_what_a_list_tells_never_is_not_what_a_post_is_told_as(desk: Desk) -> None:
    watched = await desk.list_of("gaceta")
    await desk.database.write(change_list, replace(watched, severities={"half_attribution": 0}))
    await desk.subscribe(watched)
    await desk.after(minutes=10)
    await desk.publish("gaceta", CREDIT)
    await desk.after(minutes=10)
    assert whats(desk.in_channel) == [f"posted: `{CREDIT}`"]


async def test_a_look_that_is_repeated_tells_nothing_twice_in_any_wording(desk: Desk) -> None:
    watched = await desk.list_of("gaceta")
    await desk.subscribe(watched)
    await desk.subscribe(watched, channel=DESK, terms=replace(LOW, events=(EventKind.NEW_POST,)))
    await desk.after(minutes=10)
    before = await desk.database.read(
        lambda connection: connection.execute("SELECT account_id, seen FROM watch_account").fetchall()
    )
    await desk.publish("gaceta", CREDIT, "Otra")
    await desk.look()
    # As after a crash that undid what was seen and not what was told.
    await desk.database.write(
        lambda connection: connection.executemany(
            "UPDATE watch_account SET seen = ?2 WHERE account_id = ?1", before
        )
    )
    await desk.look()
    await desk.work()
    for place in (ALERTS, DESK):
        texts = [
            text for message in desk.courier.to(f"channel:{place}") for text in message.texts.splitlines()
        ]
        assert len(texts) == len(set(texts))


def facts_of(*, posts: int, half: set[int], words: set[int]) -> Facts:
    """Return facts with so many new posts, some of which credit somebody or hold a word."""
    made = [
        Post(
            platform=account("gaceta").platform,
            post_id=str(n),
            author=account("gaceta"),
            created_at=START - timedelta(minutes=n),
            kind=PostKind.ORIGINAL,
            text=f"Noticia {n}{' cumbre' if n in words else ''}",
        )
        for n in range(posts)
    ]
    seen = Seen(at=START, mark=(0,), handle="gaceta")
    return Facts(
        account_id=AccountId(1),
        ref=account("gaceta"),
        before=seen,
        after=seen,
        posts=tuple(made),
        came_in=posts,
        half=tuple(
            HalfCredit(post=post, entity=f"E{int(post.post_id) % 2}", handle="h")
            for post in made
            if int(post.post_id) in half
        ),
        keywords={LIST: ("cumbre",)},
    )


numbers = st.sets(st.integers(0, 7), max_size=8)


@given(
    posts=st.integers(1, 8),
    half=numbers,
    words=numbers,
    wanted=st.sets(st.sampled_from((EventKind.HALF_ATTRIBUTION, EventKind.KEYWORD, EventKind.NEW_POST))),
    least=st.sampled_from(Severity),
)
def test_every_wanted_post_is_told_exactly_once_and_by_its_gravest_event(
    posts: int, half: set[int], words: set[int], wanted: set[EventKind], least: Severity
) -> None:
    def weigh(event: Event) -> Severity | None:
        severity = severity_of(event, {})
        return severity if severity is not None and severity >= least and event.kind in wanted else None

    news = PostNews(facts_of(posts=posts, half=half, words=words))
    whole = news.strongest(LIST, weigh=lambda event: severity_of(event, {}))
    chosen = news.strongest(LIST, weigh=weigh)
    told = [post for event in chosen for post in event.posts]
    assert len(told) == len(set(told))
    assert all(weigh(event) is not None for event in chosen)
    if EventKind.NEW_POST in wanted and least is Severity.LOW:
        assert set(told) == {str(n) for n in range(posts)}
    if EventKind.HALF_ATTRIBUTION in wanted and least <= Severity.MEDIUM:
        others = [event for event in chosen if event.kind is not EventKind.HALF_ATTRIBUTION]
        assert not {str(n) for n in half}.intersection(post for event in others for post in event.posts)
    keys = [event.key for event in (*whole, *chosen)]
    said = {(event.key, event.posts, event.told.what, event.told.also) for event in (*whole, *chosen)}
    # Whatever says something else has another key, so that neither is taken for a repetition of the other.
    assert len(set(keys)) == len(said)
