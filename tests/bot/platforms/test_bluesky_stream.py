"""What Jetstream says, read; the messages are those of its documentation with invented accounts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.errors import ShapeChangedError
from bot.platforms.bluesky_stream import MOST, Jetstream
from bot.platforms.stream_socket import SocketLimits, stream_session
from bot.store.stream_records import News, NewsKind
from tests.bot.platforms.appview import DID, OTHER
from tests.bot.platforms.jetstream import jetstream, until

AT = datetime(2026, 11, 22, 9, 0, 0, 250, tzinfo=UTC)
US = (AT - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def source() -> Jetstream:
    """Return one that only reads: it needs no session for that."""
    return Jetstream(None, urls=("ws://127.0.0.1:9/subscribe",), clock=lambda: AT)  # pyright: ignore[reportArgumentType]


def message(kind: str, **what: Any) -> str:  # noqa: ANN401  # whatever a server may send
    return json.dumps({"did": DID, "time_us": US, "kind": kind, kind: what})


def commit(collection: str, operation: str = "create", record: object = None) -> str:
    return message("commit", rev="3l3", operation=operation, collection=collection, rkey="3kz", record=record)


@pytest.mark.parametrize(
    ("text", "kind", "key", "expected"),
    [
        (
            commit("app.bsky.feed.post", record={"text": "Hoy", "createdAt": "x"}),
            NewsKind.POST,
            "app.bsky.feed.post/3kz",
            f"at://{DID}/app.bsky.feed.post/3kz",
        ),
        # The AppView gives reposts without a key of their own, so they are known by what they repost.
        (
            commit(
                "app.bsky.feed.repost", record={"subject": {"uri": f"at://{OTHER}/app.bsky.feed.post/3ka"}}
            ),
            NewsKind.POST,
            "app.bsky.feed.repost/3kz",
            f"repost:{DID}:at://{OTHER}/app.bsky.feed.post/3ka",
        ),
        # Any program may write any record: worth a look, but nothing can be waited for.
        (
            commit("app.bsky.feed.repost", record={"subject": 7}),
            NewsKind.GAP,
            "app.bsky.feed.repost/3kz",
            None,
        ),
        (commit("app.bsky.actor.profile", "update"), NewsKind.PROFILE, f"profile:{US}", None),
        (
            message("identity", did=DID, handle="Hoy.Example.ORG", seq=1),
            NewsKind.HANDLE,
            f"identity:{US}",
            "hoy.example.org",
        ),
        # A broken handle says only that something is new.
        (
            message("identity", did=DID, handle="handle.invalid", seq=1),
            NewsKind.PROFILE,
            f"identity:{US}",
            None,
        ),
        (message("account", active=False, status="takendown"), NewsKind.STATE, f"account:{US}", "inactive"),
        (message("account", active=True), NewsKind.STATE, f"account:{US}", "active"),
    ],
)
def test_a_message_says_who_did_what(text: str, kind: NewsKind, key: str, expected: str | None) -> None:
    assert source().read(text) == News(who=DID, kind=kind, key=key, expected=expected, at=AT, cursor=US)


def test_a_deleted_post_is_not_waited_for() -> None:
    found = source().read(commit("app.bsky.feed.post", "delete"))
    assert found is not None
    assert found.taken_back
    assert found.key == "app.bsky.feed.post/3kz"


@pytest.mark.parametrize(
    "text",
    [
        '{"kind":"heartbeat","payload":""}',
        message("something_new", did=DID),
        commit("app.bsky.feed.like", record={}),
        commit("app.bsky.graph.follow", "delete"),
    ],
)
def test_what_is_not_asked_for_is_left_out(text: str) -> None:
    assert source().read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        '{"kind":"commit","did":"did:plc:x","time_us":"soon"}',
        json.dumps({"kind": "commit", "did": DID, "time_us": 12, "commit": {}}),
        # A time of this size would set the cursor where nothing comes any more.
        json.dumps({"kind": "account", "did": DID, "time_us": 10**17, "account": {"active": True}}),
        json.dumps({"kind": "account", "did": DID, "time_us": US}),
        json.dumps({"kind": "account", "did": "", "time_us": US, "account": {"active": True}}),
    ],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ShapeChangedError):
        source().read(text)


@given(
    st.text(max_size=60)
    | st.builds(
        json.dumps,
        st.dictionaries(
            st.sampled_from(["kind", "did", "time_us", "commit"]),
            st.none() | st.integers() | st.text(max_size=8),
        ),
    )
)
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        source().read(text)
    except ShapeChangedError:
        return


def test_only_accounts_with_a_lasting_id_are_covered() -> None:
    named = AccountRef(platform=Platform.BLUESKY, handle="hoy.example.org")
    assert source().named(named) is None
    assert not source().covers(named)


async def test_the_filter_is_sent_before_anything_is_asked_for_and_never_empty() -> None:
    async with jetstream(lambda: AT) as fake, stream_session("Masthead tests") as session:
        stream = Jetstream(session, urls=(fake.url,), clock=lambda: AT, limits=SocketLimits(connect_s=30))
        wanted = [f"did:plc:{number:024d}" for number in range(MOST)]
        async with stream.open(wanted, cursor=US, anew=False) as socket:
            await until(lambda: fake.subscribers)
            (visit,) = fake.visits
            assert visit.request.query["requireHello"] == "true"
            # Set back by five seconds, as its documentation advises.
            assert visit.cursor == US - 5_000_000
            assert len(visit.accounts) == MOST
            with pytest.raises(ValueError, match="0 accounts"):
                await stream.change(socket, [])
            with pytest.raises(ValueError, match="10001 accounts"):
                await stream.change(socket, [*wanted, "one more"])
        assert fake.closed_by_us == 0
