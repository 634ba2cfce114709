from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform, PostRef
from bot.platforms.contract import SwitchedOff, Unavailable
from bot.platforms.settings import PlatformsConfig
from bot.store.accounts import find_accounts
from bot.store.live import AccountState, Aspect, fetches_of
from bot.store.posts import posts_of, snapshots_of
from bot.store.raw_answers import newest_raw, raw_held, raw_of
from bot.store.spending import spent
from tests.bot.platforms import appview
from tests.bot.platforms.looking import KNOWN, NAMED, desk, plain_script
from tests.bot.platforms.scripted import BEGAN, FakeTime, says, waits_for

PROFILE = "app.bsky.actor.getProfile"
FEED = "app.bsky.feed.getAuthorFeed"
FOLLOWERS = "app.bsky.graph.getFollowers"
# Long for a machine that is busy with other tests.
PATIENT = 300.0


async def test_a_card_gets_what_came_in_time_and_the_rest_follows(tmp_path: Path) -> None:
    door, reached = asyncio.Event(), asyncio.Event()
    script = plain_script()
    script.set(FEED, waits_for(door, says(appview.feed([1, 2])), reached=reached))
    async with desk(tmp_path, script=script) as at:
        first = await at.service.look(NAMED, days=90, wait_s=0)
        assert first.rest is not None
        # The profile is stored although the posts hang.
        await reached.wait()
        assert await at.database.read(find_accounts, KNOWN)
        door.set()
        rest = await first.rest
        assert rest.rest is None
        assert (rest.state, rest.problems) == (AccountState.PRESENT, ())
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert len(await at.database.read(posts_of, found.account_id)) == 2


async def test_two_questions_for_one_account_share_one_look(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        both = await asyncio.gather(
            at.service.look(NAMED, days=90, wait_s=PATIENT), at.service.look(NAMED, days=90, wait_s=PATIENT)
        )
        assert both[0] == both[1]
        assert len(at.script.questions(PROFILE)) == 1


async def test_only_what_is_old_is_asked_for_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        at.time.now += timedelta(minutes=5)
        young = await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert len(at.script.asked) == 4
        assert young.looked_at == BEGAN
        assert young.account == KNOWN
        at.time.now += timedelta(hours=1)
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        # Profile and posts once more; lists of followers change slowly.
        assert len(at.script.questions(PROFILE)) == len(at.script.questions(FEED)) == 2
        assert len(at.script.questions(FOLLOWERS)) == 1


async def test_a_longer_window_is_asked_for_although_the_look_is_young(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=7, wait_s=PATIENT)
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert len(at.script.questions(FEED)) == 2
        assert len(at.script.questions(PROFILE)) == 1


async def test_a_later_look_reads_on_from_where_the_last_one_stood(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.script.set(FEED, says(appview.feed(range(1, 100), cursor="older")), says(appview.feed([2000])))
        await at.service.look(NAMED, days=30, wait_s=PATIENT)
        assert len(at.script.questions(FEED)) == 2
        at.time.now += timedelta(hours=1)
        at.script.set(FEED, says(appview.feed(range(100), cursor="older")))
        await at.service.look(NAMED, days=30, wait_s=PATIENT)
        # 99 hours back is past the three days in which counts still change.
        assert len(at.script.questions(FEED)) == 3
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert len(await at.database.read(posts_of, found.account_id)) == 101


async def test_an_account_under_another_handle_keeps_its_row(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        at.time.now += timedelta(days=1)
        at.script.set(
            PROFILE,
            says(appview.refused("Profile not found"), status=400),
            says(appview.profile(handle="nuevo.example.org")),
        )
        look = await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert look.renamed_from == appview.HANDLE
        assert look.account is not None
        assert look.account.handle == "nuevo.example.org"
        assert [question["actor"] for question in at.script.questions(PROFILE)] == [
            appview.HANDLE,
            appview.HANDLE,
            appview.DID,
        ]
        (found,) = await at.database.read(find_accounts, look.account)
        assert len(await at.database.read(snapshots_of, found.account_id)) == 2


async def test_a_handle_that_somebody_else_took_is_somebody_else(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        at.time.now += timedelta(days=1)
        at.script.set(PROFILE, says(appview.profile(did=appview.OTHER)))
        look = await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert look.account is not None
        assert look.account.platform_id == appview.OTHER
        assert look.renamed_from is None
        rows = await at.database.read(find_accounts, NAMED)
        assert {row.ref.platform_id for row in rows} == {appview.DID, appview.OTHER}


async def test_who_asks_not_to_be_shown_takes_back_what_was_fetched(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert await at.database.read(posts_of, found.account_id)
        at.time.now += timedelta(hours=1)
        label = {
            "src": appview.DID,
            "uri": f"at://{appview.DID}/app.bsky.actor.profile/self",
            "val": "!no-unauthenticated",
            "cts": "2026-11-21T14:30:00.000Z",
        }
        at.script.set(PROFILE, says(appview.profile(labels=[label])))
        look = await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert look.state is AccountState.NEEDS_SIGN_IN
        assert await at.database.read(posts_of, found.account_id) == ()
        assert await at.database.read(snapshots_of, found.account_id) == ()
        assert await at.database.read(raw_of, found.account_id) == ()
        # The next look does not read them again either.
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert len(at.script.questions(FEED)) == 1


@pytest.mark.parametrize(
    ("settings", "whose"),
    [
        (PlatformsConfig(wait_s=60, requests_per_hour=2), "for this hour"),
        (PlatformsConfig(wait_s=60, requests_per_server_hour=2), "of this server for this hour"),
    ],
)
async def test_a_spent_allowance_is_told_and_nothing_is_sent(
    tmp_path: Path, settings: PlatformsConfig, whose: str
) -> None:
    async with desk(tmp_path, settings=settings) as at:
        look = await at.service.look(NAMED, days=90, place="1", wait_s=PATIENT)
        expected = f"The allowance of requests to Bluesky {whose} is used up, so nothing more was asked."
        assert look.problems == (expected,)
        assert len(at.script.asked) == 2
        assert (look.state, look.fetched) == (AccountState.PRESENT, 4)
        assert await at.database.read(spent, Platform.BLUESKY, unit="requests", since=BEGAN) == 2
        at.time.now += timedelta(minutes=61)
        later = await at.service.look(NAMED, days=90, place="1", wait_s=PATIENT)
        assert len(at.script.asked) == 4
        assert later.state is AccountState.PRESENT


async def test_one_server_does_not_pay_for_another(tmp_path: Path) -> None:
    settings = PlatformsConfig(wait_s=60, requests_per_server_hour=4)
    other = AccountRef(platform=Platform.BLUESKY, handle="otra.example.org")
    async with desk(tmp_path, settings=settings) as at:
        await at.service.look(NAMED, days=90, place="1", wait_s=PATIENT)
        assert (await at.service.look(other, days=90, place="1", wait_s=PATIENT)).problems
        assert not (await at.service.look(other, days=90, place="2", wait_s=PATIENT)).problems


async def test_a_look_that_takes_too_long_ends_and_says_so(tmp_path: Path) -> None:
    script = plain_script()
    script.set(FEED, waits_for(asyncio.Event(), says({})))
    settings = PlatformsConfig(wait_s=0, rest_s=1)
    async with desk(tmp_path, script=script, settings=settings) as at:
        look = await at.service.look(NAMED, days=90)
        assert look.rest is not None
        ended = await look.rest
        assert ended.problems == ("Bluesky was too slow to be read to the end; the next look goes on.",)


async def test_closing_ends_the_looks_under_way(tmp_path: Path) -> None:
    script = plain_script()
    script.set(PROFILE, waits_for(asyncio.Event(), says({})))
    async with desk(tmp_path, script=script) as at:
        look = await at.service.look(NAMED, days=90, wait_s=0)
        assert look.rest is not None
        await at.service.close()
        assert look.rest.cancelled()


async def test_what_has_expired_is_deleted(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        at.time.now += timedelta(days=13)
        assert await at.service.tidy() == 0
        assert (await at.database.read(raw_held))["api:bluesky"][0] == 4
        at.time.now += timedelta(days=2)
        assert await at.service.tidy() == 4
        assert await at.database.read(raw_held) == {}
        # Posts and profiles of Bluesky stay.
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert len(await at.database.read(posts_of, found.account_id)) == 2
        at.time.now += timedelta(days=30)
        assert await at.service.tidy() == 4
        assert await at.database.read(spent, Platform.BLUESKY, unit="requests", since=BEGAN) == 0


async def test_raw_answers_go_sooner_where_the_settings_say_so(tmp_path: Path) -> None:
    async with desk(tmp_path, settings=PlatformsConfig(wait_s=60, keep_raw_days=2)) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        at.time.now += timedelta(days=1)
        assert await at.service.tidy() == 0
        at.time.now += timedelta(days=1)
        assert await at.service.tidy() == 4


async def test_raw_answers_name_their_request(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        (found,) = await at.database.read(find_accounts, KNOWN)
        raw = await at.database.read(raw_of, found.account_id)
        keys = [answer.key for answer in raw]
        assert any(key.endswith(f"/xrpc/{PROFILE}?actor={appview.HANDLE}") for key in keys)
        kept = await at.database.read(newest_raw, "api:bluesky", key=keys[0])
        assert kept == raw[0]


async def test_a_platform_without_connector_says_what_would_be_needed(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for platform in (
            Platform.THREADS,
            Platform.TIKTOK,
            Platform.VK,
            Platform.FACEBOOK,
            Platform.INSTAGRAM,
            Platform.WEIBO,
        ):
            look = await at.service.look(AccountRef(platform=platform, handle="alguien"), days=90)
            assert isinstance(look.none, Unavailable)
            assert look.none.access
        off = await at.service.look(AccountRef(platform=Platform.X, handle="alguien"), days=90)
        assert isinstance(off.none, SwitchedOff)
        assert at.script.asked == []


async def test_a_post_brings_its_author_along(tmp_path: Path) -> None:
    script = plain_script()
    script.set("app.bsky.feed.getPosts", says({"posts": [appview.post(900)]}))
    async with desk(tmp_path, script=script) as at:
        post = PostRef(platform=Platform.BLUESKY, post_id="3k22222222", author=NAMED)
        look = await at.service.look(post, days=7, wait_s=PATIENT)
        assert look.account == KNOWN
        (found,) = await at.database.read(find_accounts, KNOWN)
        assert len(await at.database.read(posts_of, found.account_id)) == 3


async def test_lists_are_left_alone_where_the_settings_say_none(tmp_path: Path) -> None:
    async with desk(tmp_path, settings=PlatformsConfig(wait_s=60, accounts=0)) as at:
        await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert at.script.questions(FOLLOWERS) == []


async def test_a_sample_of_followers_says_that_it_is_one(tmp_path: Path) -> None:
    script = plain_script()
    script.set(FOLLOWERS, says(appview.followers(range(100), cursor="more")))
    async with desk(tmp_path, script=script, settings=PlatformsConfig(wait_s=60, accounts=100)) as at:
        look = await at.service.look(NAMED, days=90, wait_s=PATIENT)
        assert "Only the newest 100 followers were read." in look.remarks
        (found,) = await at.database.read(find_accounts, KNOWN)
        fetch = (await at.database.read(fetches_of, found.account_id))[Aspect.FOLLOWERS]
        assert fetch.items == 100


async def test_the_pace_of_a_host_is_kept_by_all_looks_together(tmp_path: Path) -> None:
    time = FakeTime()
    async with desk(tmp_path, time=time) as at:
        for number in range(90):
            name = AccountRef(platform=Platform.BLUESKY, handle=f"cuenta-{number}.example.org")
            at.script.set(PROFILE, says(appview.refused("Profile not found"), status=400))
            await at.service.look(name, days=90, wait_s=PATIENT)
        # A tenth of the window's requests may come at once: 300. Far below that nobody waits.
        assert time.slept == []
