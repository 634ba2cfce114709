"""The published samples beside the checkout, against a plain reading of each in the test itself.

Only numbers are compared and shown: these files hold the posts of real people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ImportFileError
from bot.imports.service import ImportResult, import_files
from bot.store.database import Database
from tests.shared import SHARED, shared

Json = dict[str, Any]

X = "data/import_samples/x_api_v2_twarc"
SINGLE = ["post_record", "thread_view_post_with_embed_media"]
FOREIGN = [
    "bluesky/custom_record.json",
    "bluesky/did_doc.json",
    "bluesky/extended_like_record.json",
    "bluesky/feed_record.json",
    "bluesky/like_record.json",
    "bluesky/resolve_handle.json",
    "headers/junkipedia_api_fields.txt",
    "headers/meta_content_library_known_columns.txt",
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "masthead.db")
    yield database
    database.close()


def clock() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


def lines_of(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def twice(database: Database, path: Path) -> ImportResult:
    """Import a file two times; return the first result after holding the second to it."""
    first = await import_files(database, [path], clock=clock)
    again = await import_files(database, [path], clock=clock)
    assert again.posts_seen == first.posts_new + first.posts_seen
    assert (again.posts_new, again.accounts_new, again.snapshots_new, again.rejected) == (0, 0, 0, ())
    return first


async def ask(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return await database.read(lambda connection: connection.execute(sql).fetchall())


@pytest.mark.parametrize("name", ["noflat.jsonl", "brexit.jsonl", "mentions_tweet.jsonl"])
async def test_a_page_of_x(database: Database, name: str) -> None:
    path = shared(f"{X}/{name}")
    (page,) = lines_of(path)
    posts, people = page["data"], page["includes"]["users"]
    texts = {each["id"]: each["text"] for each in page["includes"].get("tweets", [])}
    first = await twice(database, path)
    assert first.posts_new == len({each["id"] for each in posts})
    assert first.accounts_new == len({each["id"] for each in people} | {each["author_id"] for each in posts})
    assert first.snapshots_new == len(people)
    assert first.rejected == ()

    likes = {each["id"]: each["public_metrics"]["like_count"] for each in posts}
    reposts = {
        each["id"]: reference["id"]
        for each in posts
        for reference in each.get("referenced_tweets", [])
        if reference["type"] == "retweeted"
    }
    rows = await ask(
        database,
        "SELECT platform_post_id, kind, text, likes, views, refers_to"
        "  FROM post LEFT JOIN post_counts USING (post_id)",
    )
    for post_id, kind, text, held_likes, views, refers_to in rows:
        assert views is None
        assert (kind == "repost") == (post_id in reposts)
        assert held_likes == (None if post_id in reposts else likes[post_id])
        if post_id in reposts:
            assert refers_to == reposts[post_id]
            # Whole where the original came along, which is the reason for looking there.
            original = texts.get(refers_to)
            assert original is None or text == original.replace("&lt;", "<").replace("&gt;", ">").replace(
                "&amp;", "&"
            )
        assert "&amp;" not in text
    followers = {each["id"]: each["public_metrics"]["followers_count"] for each in people}
    held = await ask(database, "SELECT platform_id, followers FROM snapshot JOIN account USING (account_id)")
    assert dict(held) == followers


async def test_flattened_posts_of_x(database: Database) -> None:
    path = shared(f"{X}/flat.jsonl")
    posts = lines_of(path)
    first = await twice(database, path)
    assert (first.posts_new, first.rejected) == (len({each["id"] for each in posts}), ())
    created = {each["id"]: datetime.fromisoformat(each["created_at"]) for each in posts}
    rows = await ask(database, "SELECT platform_post_id, created_ms, url FROM post")
    for post_id, created_ms, _ in rows:
        assert datetime.fromtimestamp(created_ms / 1000, tz=UTC) == created[post_id]
    handles = {each["author"]["username"].lower() for each in posts}
    assert {url.split("/")[3] for _, _, url in rows} == handles
    linked = {
        each["id"]: len({url["expanded_url"] for url in each.get("entities", {}).get("urls", [])})
        for each in posts
        if "referenced_tweets" not in each
    }
    held = await ask(database, "SELECT platform_post_id, json_array_length(links), media FROM post")
    assert all(count <= linked[post_id] for post_id, count, _ in held if post_id in linked)
    assert sum(media != "[]" for *_, media in held) == sum("attachments" in each for each in posts)


async def test_a_page_and_its_flattened_form_hold_the_same_posts(database: Database) -> None:
    await import_files(database, [shared(f"{X}/noflat.jsonl")], clock=clock)
    before = await ask(database, "SELECT * FROM post ORDER BY post_id")
    result = await import_files(database, [shared(f"{X}/flat.jsonl")], clock=clock)
    assert (result.posts_new, result.posts_seen, result.accounts_new) == (0, 100, 0)
    assert await ask(database, "SELECT * FROM post ORDER BY post_id") == before


@pytest.mark.parametrize("number", [0, 16, 99])
async def test_a_truncated_line_is_named(database: Database, tmp_path: Path, number: int) -> None:
    lines = shared(f"{X}/flat.jsonl").read_text(encoding="utf-8").splitlines()
    lines[number] = lines[number][: len(lines[number]) // 2]
    path = tmp_path / "export"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = await twice_with_rejections(database, path)
    ((line, reason),) = [(each.line, each.reason) for each in result.rejected]
    assert (line, reason) == (number + 1, "the JSON breaks off before its end.")
    assert result.posts_new == len(lines) - 1


async def twice_with_rejections(database: Database, path: Path) -> ImportResult:
    first = await import_files(database, [path], clock=clock)
    again = await import_files(database, [path], clock=clock)
    assert (again.posts_new, again.rejected) == (0, first.rejected)
    return first


async def test_a_feed_of_bluesky(database: Database) -> None:
    path = shared("data/import_samples/bluesky/getAuthorFeed.json")
    feed = json.loads(path.read_text(encoding="utf-8"))["feed"]
    first = await twice(database, path)
    assert (first.posts_new, first.rejected) == (len(feed), ())
    assert first.accounts_new == len({each["post"]["author"]["did"] for each in feed})
    counts = await ask(
        database,
        "SELECT sum(likes), sum(reposts), sum(replies), sum(quotes), count(views)  FROM post_counts",
    )
    fields = ("likeCount", "repostCount", "replyCount", "quoteCount")
    assert counts == [(*(sum(each["post"][field] for each in feed) for field in fields), 0)]
    rows = await ask(
        database, "SELECT sum(json_array_length(links)), sum(json_array_length(mentions)) FROM post"
    )
    marked = [
        feature["uri"]
        for each in feed
        for facet in each["post"]["record"].get("facets", [])
        for feature in facet["features"]
        if feature["$type"].endswith("#link")
    ]
    assert rows[0][0] >= len(set(marked))
    assert rows[0][1] == 0  # this feed marks links and tags, and nobody


@pytest.mark.parametrize("name", SINGLE)
async def test_single_posts_of_bluesky(database: Database, name: str) -> None:
    first = await twice(database, shared(f"data/import_samples/bluesky/{name}.json"))
    assert (first.posts_new, first.accounts_new, first.rejected) == (1, 1, ())


async def test_a_record_without_a_zone_is_rejected(database: Database) -> None:
    path = shared("data/import_samples/bluesky/extended_post_record.json")
    result = await twice_with_rejections(database, path)
    assert result.posts_new == 0
    assert [(each.line, each.reason) for each in result.rejected] == [(1, "a post without a usable date.")]


@pytest.mark.parametrize("name", FOREIGN)
async def test_other_formats_are_refused_with_what_would_be_accepted(database: Database, name: str) -> None:
    path = shared(f"data/import_samples/{name}")
    with pytest.raises(ImportFileError) as caught:
        await import_files(database, [path], clock=clock)
    sentence = str(caught.value)
    assert sentence.startswith(path.name)
    assert "It imports: X API v2 JSON lines" in sentence or "see docs/generic-csv.md" in sentence


async def test_answers_of_youtube_are_read_or_refused_by_their_kind(database: Database) -> None:
    """Read are channels, videos and items of playlists; search, comments and the rest are none of them."""
    folder = shared("data/import_samples/youtube_data_api")
    read = refused = 0
    for path in sorted(folder.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        answer: Json = json.loads(text) if text.startswith("{") else {}
        kind: str = answer.get("kind", "")
        if (
            not kind.startswith(("youtube#channel", "youtube#video", "youtube#playlistItem"))
            or "Categ" in kind
        ):
            if "kind" in answer:
                with pytest.raises(ImportFileError, match="does not know this format"):
                    await import_files(database, [path], clock=clock)
                refused += 1
            continue
        if kind == "youtube#videoGetRatingResponse":
            continue
        first = await import_files(database, [path], clock=clock)
        again = await import_files(database, [path], clock=clock)
        assert (again.posts_new, again.accounts_new, again.snapshots_new) == (0, 0, 0)
        assert first.rejected == again.rejected
        read += 1
    assert (read, refused) >= (20, 20)


@pytest.mark.parametrize("name", ["crowdtangle_historical_report_header", "twitter_io_header"])
async def test_the_headers_of_real_exports_are_known(database: Database, name: str) -> None:
    path = shared(f"data/import_samples/headers/{name}.csv")
    result = await import_files(database, [path], clock=clock)
    assert (result.posts_new, result.rejected) == (0, ())


async def test_counts_of_videos_are_those_of_the_answer(database: Database) -> None:
    path = shared("data/import_samples/youtube_data_api/videos__video_api_response.json")
    videos = json.loads(path.read_text(encoding="utf-8"))["items"]
    await import_files(database, [path], clock=clock)
    held = await ask(
        database, "SELECT platform_post_id, likes, replies, views FROM post JOIN post_counts USING (post_id)"
    )

    def number(video: Json, name: str) -> int | None:
        text = video["statistics"].get(name)
        return None if text is None else int(text)

    assert sorted(held) == sorted(
        (each["id"], number(each, "likeCount"), number(each, "commentCount"), number(each, "viewCount"))
        for each in videos
    )


@pytest.mark.parametrize("name", ["personal_chat.json", "supergroup_with_topics.json"])
async def test_private_chats_of_telegram_are_refused(database: Database, name: str) -> None:
    path = shared(f"data/import_samples/telegram_desktop/{name}")
    with pytest.raises(ImportFileError, match="the export of a private chat"):
        await import_files(database, [path], clock=clock)


async def test_the_anonymised_corpora_are_refused(database: Database) -> None:
    for name in ("cnt/coretweet_test_input.csv", "coortweet/russian_coord_tweets.csv.gz"):
        with pytest.raises(ImportFileError):
            await import_files(database, [shared(f"data/groundtruth/{name}")], clock=clock)


def test_every_sample_is_either_read_or_refused_here() -> None:
    folder = shared("data/import_samples")
    read = {f"x_api_v2_twarc/{name}.jsonl" for name in ("noflat", "brexit", "mentions_tweet", "flat")}
    read |= {f"bluesky/{name}.json" for name in ("getAuthorFeed", *SINGLE, "extended_post_record")}
    # A list of accounts, which holds no post.
    known = read | set(FOREIGN) | {"bluesky/get_follows.json"}
    # Headers without a row, and private chats.
    known |= {"headers/twitter_io_header.csv", "headers/crowdtangle_historical_report_header.csv"}
    known |= {f"telegram_desktop/{name}.json" for name in ("personal_chat", "supergroup_with_topics")}
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in names - known if not name.startswith("youtube_data_api/")} == set()
    assert SHARED.exists()
