"""What servers do wrong, and what the card says of it: nothing here is ever read as "nothing there"."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.platforms.look import Look
from bot.platforms.settings import PlatformsConfig
from bot.store.accounts import find_accounts
from bot.store.live import AccountState, Aspect, fetches_of
from bot.store.posts import posts_of
from bot.store.raw_answers import raw_of
from tests.bot.platforms import appview
from tests.bot.platforms.looking import KNOWN, NAMED, Desk, desk
from tests.bot.platforms.scripted import BEGAN, Behaviour, breaks_off, says, sends_to, writes

PROFILE = "app.bsky.actor.getProfile"
FEED = "app.bsky.feed.getAuthorFeed"
FOLLOWERS = "app.bsky.graph.getFollowers"
GOOD = says(appview.profile())
RESET = int((BEGAN + timedelta(seconds=20)).timestamp())
LATE = int((BEGAN + timedelta(minutes=10)).timestamp())


async def _look(at: Desk, *, wait_s: float = 300) -> Look:
    look = await at.service.look(NAMED, days=90, wait_s=wait_s)
    assert look.rest is None
    return look


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(says({"error": "InternalServerError"}, status=500), id="server fault"),
        pytest.param(writes("<h1>Bad gateway</h1>", status=502, kind="text/html"), id="gateway"),
        pytest.param(breaks_off(appview.profile()), id="connection lost in the middle"),
    ],
)
async def test_a_passing_fault_is_tried_again(tmp_path: Path, fault: Behaviour) -> None:
    async with desk(tmp_path) as at:
        at.script.set(PROFILE, fault, fault, GOOD)
        look = await _look(at)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
        assert len(at.script.questions(PROFILE)) == 3
        assert len(at.time.slept) == 2


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (says({}, status=500), "has a fault of its own (status 500)."),
        (breaks_off(appview.profile()), "broke off its answer."),
        (sends_to("/xrpc/app.bsky.actor.getProfile"), "sends requests elsewhere, which is not followed."),
        (sends_to("http://127.0.0.1:9/", status=308), "sends requests elsewhere, which is not followed."),
        (writes("<html>a login</html>", kind="text/html"), "answered in an unknown shape (this is no JSON"),
        (writes('{"did": "did:plc:'), "answered in an unknown shape (the JSON breaks off before its end)."),
        (says([1, 2, 3]), "answered in an unknown shape (not of the expected shape"),
        (says({"did": 7, "handle": "x"}), "answered in an unknown shape (not of the expected shape"),
        (says({"did": "did:plc:short", "handle": "a.example.org"}), "answered in an unknown shape"),
        (writes(b"\xff\xfe\x00"), "answered in an unknown shape"),
        (writes(b"[" * 100_000), "answered in an unknown shape"),
        (says(appview.refused("New", "Novelty"), status=400), "did not understand the question"),
        (says({}, status=401), "answers nobody without a token."),
        (says({}, status=403), "does not show this (status 403)."),
        (says({}, status=404), "knows of no such thing."),
        (says({}, status=418), "did not understand the request (status 418)."),
    ],
)  # fmt: skip
async def test_a_lasting_fault_is_told_and_nothing_is_made_of_it(
    tmp_path: Path, fault: Behaviour, sentence: str
) -> None:
    async with desk(tmp_path) as at:
        at.script.set(PROFILE, fault)
        look = await _look(at)
        assert look.state is None
        assert look.looked_at is None
        assert len(look.problems) == 1
        assert sentence in look.problems[0]
        assert await at.database.read(find_accounts, NAMED) == []
        # Where there is no account there is nothing else to ask for.
        assert at.script.questions(FEED) == []


async def test_an_answer_too_large_to_read_is_refused(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.script.set(PROFILE, writes(b" " * (9 * 1024**2)))
        look = await _look(at)
        assert "answered with more than is read of one page" in look.problems[0]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Retry-After": "20"}, id="seconds"),
        pytest.param({"Retry-After": "Sat, 21 Nov 2026 14:00:20 GMT"}, id="date"),
        pytest.param({"RateLimit-Reset": str(RESET), "RateLimit-Remaining": "0"}, id="epoch"),
        pytest.param({"X-Rate-Limit-Reset": str(RESET)}, id="epoch, older name"),
        pytest.param({"X-RateLimit-Reset": "2026-11-21T14:00:20.000Z"}, id="ISO 8601"),
    ],
)
async def test_too_many_requests_waits_as_long_as_the_server_says(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with desk(tmp_path) as at:
        at.script.set(PROFILE, says({}, status=429, headers=headers), GOOD)
        look = await _look(at)
        assert look.state is AccountState.PRESENT
        assert at.time.slept == [pytest.approx(20)]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Retry-After": "600"}, id="seconds"),
        pytest.param({"RateLimit-Reset": str(LATE)}, id="epoch"),
        pytest.param({"X-RateLimit-Reset": "2026-11-21T14:10:00Z"}, id="ISO 8601"),
    ],
)
async def test_a_long_wait_is_not_slept_but_told_and_kept(tmp_path: Path, headers: dict[str, str]) -> None:
    async with desk(tmp_path) as at:
        await _look(at)
        at.time.now += timedelta(hours=2)
        shifted = {
            name: value.replace(str(LATE), str(LATE + 7200)).replace("14:10", "16:10")
            for name, value in headers.items()
        }
        at.script.set(PROFILE, says({}, status=429, headers=shifted))
        look = await _look(at)
        assert "answers no more requests for now." in look.problems[0]
        assert at.time.slept == []
        # What is held is still there, and nobody asks before the time that the server named.
        (found,) = await at.database.read(find_accounts, KNOWN)
        fetch = (await at.database.read(fetches_of, found.account_id))[Aspect.PROFILE]
        assert fetch.retry_at == at.time.now + timedelta(minutes=10)
        asked = len(at.script.questions(PROFILE))
        again = await _look(at)
        assert again.problems[0] == look.problems[0]
        assert len(at.script.questions(PROFILE)) == asked


async def test_an_allowance_that_is_used_up_makes_the_next_request_wait(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(RESET)}
        at.script.set(PROFILE, says(appview.profile(), headers=headers))
        look = await _look(at)
        assert look.problems == ()
        assert at.time.slept == [pytest.approx(20)]


async def test_a_cursor_that_comes_again_ends_the_paging(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.script.set(FEED, says(appview.feed([1, 2], cursor="again")))
        look = await _look(at)
        assert look.problems == ()
        assert len(at.script.questions(FEED)) == 2
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert len(await at.database.read(posts_of, found.account_id)) == 2


async def test_empty_pages_with_ever_new_cursors_end(tmp_path: Path) -> None:
    async with desk(tmp_path, settings=PlatformsConfig(wait_s=60, posts=300)) as at:
        pages = [says(appview.feed([], cursor=f"page {number}")) for number in range(50)]
        at.script.set(FEED, *pages)
        look = await _look(at)
        assert look.problems == ()
        assert len(at.script.questions(FEED)) == 4


async def test_entries_of_an_unknown_shape_are_left_out_and_told(tmp_path: Path) -> None:
    broken = {"post": {"uri": "at://elsewhere", "author": appview.person(), "record": {"text": "x"}}}
    page = appview.feed([1, 2])
    page["feed"].insert(1, broken)
    page["feed"].append({"post": 7})
    async with desk(tmp_path) as at:
        at.script.set(FEED, says(page))
        look = await _look(at)
        assert look.problems == ()
        assert "2 entries of an unknown shape were left out." in look.remarks
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert len(await at.database.read(posts_of, found.account_id)) == 2


async def test_a_page_that_nobody_can_read_is_a_fault_and_stays_readable(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.script.set(FEED, says({"feed": [{"message": "a new shape"}]}))
        look = await _look(at)
        assert look.state is AccountState.PRESENT
        assert "Bluesky answered in an unknown shape" in look.problems[0]
        (found,) = await at.database.read(find_accounts, KNOWN)
        raw = await at.database.read(raw_of, found.account_id)
        assert any(b"a new shape" in answer.body for answer in raw)


async def test_a_gap_in_one_thing_leaves_the_others(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.script.set(FOLLOWERS, says({}, status=403))
        look = await _look(at)
        assert len(look.problems) == 1
        (found,) = await at.database.read(find_accounts, KNOWN)
        fetches = await at.database.read(fetches_of, found.account_id)
        assert fetches[Aspect.FOLLOWERS].done_at is None
        assert fetches[Aspect.POSTS].done_at is not None
        assert fetches[Aspect.FOLLOWS].done_at is not None


async def test_unknown_fields_change_nothing(tmp_path: Path) -> None:
    strange = appview.profile(novelty={"deep": [1]}, followersCount=None)
    async with desk(tmp_path) as at:
        at.script.set(PROFILE, says(strange))
        look = await _look(at)
        assert (look.state, look.problems) == (AccountState.PRESENT, ())
