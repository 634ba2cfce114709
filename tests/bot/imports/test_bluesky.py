"""Bluesky feeds: DIDs, facets counted in bytes, reposts by reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.store.records import Counts, PostKind
from tests.bot.imports.reading import DATA, read, written

FEED = DATA / "bluesky_feed.json"
AUTHOR = AccountRef(
    platform=Platform.BLUESKY, handle="ejemplo-hoy-1.example.com", platform_id="did:plc:" + "a" * 24
)
AGENCY = "did:plc:" + "c" * 24

Json = dict[str, Any]


def feed() -> Json:
    return json.loads(FEED.read_text(encoding="utf-8"))


def item(number: int = 0) -> Json:
    return feed()["feed"][number]


def read_items(folder: Path, *items: Json) -> list[str]:
    return [reason for _, reason in read(written(folder, [json.dumps({"feed": items})])).rejected]


def test_a_feed_is_read() -> None:
    content = read(FEED)
    assert (content.importer, len(content.posts), content.rejected) == ("bluesky", 6, [])
    first = content.post(0)
    assert first.author == AUTHOR
    assert first.post_id == f"at://{AUTHOR.platform_id}/app.bsky.feed.post/3laaaaaaaaa2a"
    assert first.url == f"https://bsky.app/profile/{AUTHOR.platform_id}/post/3laaaaaaaaa2a"
    assert first.counts == Counts(likes=3, reposts=2, replies=1, quotes=0, views=None)
    assert (first.kind, first.language) == (PostKind.ORIGINAL, "es")


def test_facets_are_counted_in_bytes() -> None:
    first = read(FEED).post(0)
    assert first.mentions == ("agencia.example.com",)
    assert first.links == ("https://diario-ejemplo.example/nota",)


def test_a_name_that_bluesky_did_not_mark_is_no_mention() -> None:
    second = read(FEED).post(1)
    assert "@agencia.example.com" in second.text
    assert second.mentions == ()
    assert second.media == ("photo", "photo")


def test_a_mention_that_spells_no_handle_is_known_by_its_did(tmp_path: Path) -> None:
    odd = item()
    odd["post"]["record"]["facets"] = [
        {"index": {"byteStart": 0, "byteEnd": 2}, "features": [{"did": AGENCY}]},
        {"index": {"byteStart": 900, "byteEnd": -4}, "features": [{"did": AGENCY}]},
    ]
    assert read(written(tmp_path, [json.dumps({"feed": [odd]})])).post(0).mentions == (AGENCY,)


def test_a_date_ahead_of_its_arrival_gives_way_to_the_arrival() -> None:
    reply = read(FEED).post(2)
    assert reply.created_at == datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
    assert (reply.kind, reply.refers_to) == (PostKind.REPLY, read(FEED).post(0).post_id)


def test_a_quote_with_media_is_a_quote() -> None:
    quote = read(FEED).post(3)
    assert (quote.kind, quote.refers_to) == (
        PostKind.QUOTE,
        f"at://{AGENCY}/app.bsky.feed.post/3lccccccccc2c",
    )
    assert quote.links == ("https://agencia-ejemplo.example/nota",)


def test_an_embedded_list_is_no_quote(tmp_path: Path) -> None:
    listed = item(3)
    listed["post"]["record"]["embed"] = {
        "record": {"uri": f"at://{AGENCY}/app.bsky.graph.list/3l", "cid": "x"}
    }
    assert read(written(tmp_path, [json.dumps({"feed": [listed]})])).post(0).kind is PostKind.ORIGINAL


def test_an_unknown_embed_costs_nothing_but_itself(tmp_path: Path) -> None:
    odd = item(3)
    odd["post"]["record"]["embed"] = {"$type": "com.example.new", "record": 7, "images": "none"}
    assert read(written(tmp_path, [json.dumps({"feed": [odd]})])).post(0).kind is PostKind.ORIGINAL


def test_a_repost_belongs_to_whoever_reposted_and_has_no_counts() -> None:
    repost = read(FEED).post(4)
    original = f"at://{AGENCY}/app.bsky.feed.post/3lccccccccc2c"
    assert (repost.author, repost.kind, repost.refers_to) == (AUTHOR, PostKind.REPOST, original)
    assert repost.created_at == datetime(2025, 3, 1, 14, 0, tzinfo=UTC)
    assert repost.text == "La agencia informa de todo"
    assert repost.counts == Counts()
    assert repost.post_id == f"repost:{AUTHOR.platform_id}:{original}"


def test_a_pinned_post_is_the_post_itself() -> None:
    posts = read(FEED).posts
    assert posts[5] == posts[0]


def test_a_profile_beside_posts_has_no_counts() -> None:
    (snapshot,) = read(FEED).snapshots
    assert (snapshot.account, snapshot.display_name) == (AUTHOR, "Ejemplo Hoy 1")
    assert (snapshot.followers, snapshot.following, snapshot.posts) == (None, None, None)


def test_a_whole_profile_has_its_counts(tmp_path: Path) -> None:
    profile = item()["post"]["author"] | {"followersCount": 8, "followsCount": 3, "postsCount": 1500}
    content = read(written(tmp_path, [json.dumps(profile)]))
    (snapshot,) = content.snapshots
    assert (content.importer, snapshot.followers, snapshot.following, snapshot.posts) == (
        "bluesky",
        8,
        3,
        1500,
    )


def test_a_broken_handle_leaves_the_did(tmp_path: Path) -> None:
    broken = item()
    broken["post"]["author"]["handle"] = "handle.invalid"
    (post,) = read(written(tmp_path, [json.dumps({"feed": [broken]})])).posts
    assert post.author == AccountRef(platform=Platform.BLUESKY, platform_id=AUTHOR.platform_id)


@pytest.mark.parametrize("shape", ["lines of pages", "array of pages", "lines of items", "posts"])
def test_other_shapes_hold_the_same_posts(tmp_path: Path, shape: str) -> None:
    items = feed()["feed"]
    match shape:
        case "lines of pages":
            lines = [json.dumps({"feed": items[:3]}), json.dumps({"feed": items[3:], "cursor": "x"})]
        case "array of pages":
            lines = [json.dumps([{"feed": items[:3]}, {"feed": items[3:]}])]
        case "lines of items":
            lines = [json.dumps(each) for each in items]
        case _:
            items = [each for each in items if "reason" not in each]
            lines = [json.dumps({"posts": [each["post"] for each in items]})]
    content = read(written(tmp_path, lines))
    expected = read(FEED).posts[: len(items)]
    assert [post.post_id for post in content.posts] == [post.post_id for post in expected]
    assert content.rejected == []


def test_a_thread_is_read_from_the_top(tmp_path: Path) -> None:
    first, second, third, *_ = [each["post"] for each in feed()["feed"]]
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://gone", "notFound": True}
    thread = {"post": second, "parent": {"post": first, "parent": gone}, "replies": [gone, {"post": third}]}
    content = read(written(tmp_path, json.dumps({"thread": thread}, indent=1).splitlines()))
    assert [post.post_id for post in content.posts] == [each["uri"] for each in (first, second, third)]
    assert content.rejected == []


@pytest.mark.parametrize("shape", ["one", "several"])
def test_signed_records_have_an_author_and_no_counts(tmp_path: Path, shape: str) -> None:
    view = item()["post"]
    signed = {"uri": view["uri"], "cid": view["cid"], "value": view["record"]}
    answer = signed if shape == "one" else {"records": [signed], "cursor": "x"}
    content = read(written(tmp_path, [json.dumps(answer)]))
    (post,) = content.posts
    assert (content.importer, content.snapshots) == ("bluesky", [])
    assert post.author == AccountRef(platform=Platform.BLUESKY, platform_id=AUTHOR.platform_id)
    assert (post.counts, post.mentions) == (Counts(), ("agencia.example.com",))


def test_an_empty_page_is_no_mistake(tmp_path: Path) -> None:
    content = read(written(tmp_path, [json.dumps({"feed": []})]))
    assert (content.importer, content.posts, content.rejected) == ("bluesky", [], [])


def test_a_useless_item_costs_only_itself_and_is_named_with_its_line(tmp_path: Path) -> None:
    page = feed()
    page["feed"][1]["post"]["record"]["createdAt"] = "2024-02-30"
    page["feed"][1]["post"]["indexedAt"] = "never"
    page["feed"][2]["post"]["author"]["did"] = "did:web"
    page["feed"][3]["post"]["uri"] = "https://bsky.app/profile/x/post/y"
    page["feed"][4]["reason"]["indexedAt"] = None
    path = written(tmp_path, json.dumps(page, indent=1).splitlines())
    content = read(path)
    assert [why for _, why in content.rejected] == [
        "a post without a usable date",
        "`did:web` is no DID",
        "`https://bsky.app/profile/x/post/y` is not the address of a post",
        "a repost without a date",
    ]
    assert len(content.posts) == 2
    text = path.read_text().splitlines()
    assert all(text[line - 1].strip() == "{" for line, _ in content.rejected)
    assert "3laaaaaaaaa2b" in "".join(text[content.rejected[0][0] : content.rejected[0][0] + 3])


def test_a_file_cut_short_says_where_and_gives_nothing(tmp_path: Path) -> None:
    lines = FEED.read_text(encoding="utf-8").splitlines()[:40]
    path = written(tmp_path, lines)
    with pytest.raises(ImportFileError, match="line 40: the JSON breaks off before its end") as caught:
        read(path)
    assert caught.value.line == 40
