"""What each export says of posts and accounts, and what it leaves unsaid."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.accounts import Platform
from bot.errors import ImportFileError
from bot.imports.common import Row
from bot.imports.detect import by_name
from bot.imports.files import ImportFile
from bot.store.follows import FollowList
from bot.store.records import Counts, PostKind
from tests.bot.imports.reading import DATA, NOW, read, written

NOTHING = Counts()


def test_x_v1_takes_a_repost_whole_and_without_the_counts_of_the_original() -> None:
    content = read(DATA / "x_v1.jsonl")
    first, original, repost, reply, quote = content.posts
    assert first.created_at == datetime(2023, 5, 31, 10, 0, tzinfo=UTC)
    assert (first.author.handle, first.author.platform_id) == ("ejemplo_hoy_1", "900000000001")
    assert first.counts == Counts(likes=2, reposts=1)
    assert first.links == ("https://diario-ejemplo.example/a",)
    assert first.media == ("photo",)
    assert original.counts.likes == 40
    assert repost.kind is PostKind.REPOST
    assert repost.text == original.text
    assert "&" in repost.text
    assert "&amp;" not in repost.text
    assert (repost.counts, repost.refers_to) == (NOTHING, original.post_id)
    assert (reply.kind, reply.refers_to, reply.mentions) == (
        PostKind.REPLY,
        original.post_id,
        ("ejemplo_hoy_2",),
    )
    assert (quote.kind, quote.counts.replies, quote.counts.quotes) == (PostKind.QUOTE, 0, 2)
    assert [each.followers for each in content.snapshots] == [8, 16, 24]


def test_x_v1_search_answers_are_read(tmp_path: Path) -> None:
    statuses = [json.loads(line) for line in (DATA / "x_v1.jsonl").read_text(encoding="utf-8").splitlines()]
    path = written(tmp_path, [json.dumps({"statuses": statuses, "search_metadata": {"count": 5}})])
    assert read(path).posts == read(path, name="x_api_v1").posts
    assert [post.post_id for post in read(path).posts] == [
        post.post_id for post in read(DATA / "x_v1.jsonl").posts
    ]


def test_x_archive_takes_the_account_from_the_file_beside() -> None:
    content = read(DATA / "x_archive" / "data" / "tweets.js")
    assert {post.author.handle for post in content.posts} == {"ejemplo_hoy_4"}
    (snapshot,) = content.snapshots
    assert (snapshot.bio, snapshot.followers) == ("Noticias de ejemplo", None)
    assert content.post(0).counts == Counts(likes=2, reposts=1)
    # Only the prefix says that it is a repost; what it reposts is not in the archive.
    assert (content.post(2).kind, content.post(2).refers_to) == (PostKind.REPOST, None)
    assert content.post(2).counts == NOTHING


def test_information_operations_keep_hashed_accounts_apart() -> None:
    content = read(DATA / "x_information_operations.csv")
    first, repost, reply = content.posts
    assert first.author.handle == "ejemplo_hoy_5"
    assert first.created_at == datetime(2019, 4, 21, 12, 30, tzinfo=UTC)
    assert first.links == ("https://diario-ejemplo.example/a", "https://diario-ejemplo.example/b")
    assert first.counts == Counts(likes=2, reposts=3, replies=1, quotes=0)
    assert repost.author.handle is None
    assert (repost.author.platform_id or "").startswith("hashed:")
    assert (repost.kind, repost.refers_to, repost.counts) == (PostKind.REPOST, first.post_id, NOTHING)
    # Empty cells are counts that were not published.
    assert (reply.kind, reply.counts) == (PostKind.REPLY, NOTHING)
    assert content.snapshots[0].bio == "Noticias\nde ejemplo"
    assert content.snapshots[1].display_name is None


def test_mastodon_reads_what_was_public_and_nothing_else() -> None:
    content = read(DATA / "mastodon" / "outbox.json")
    first, reply, repost = content.posts
    assert not any("Solo para ti" in post.text for post in content.posts)
    assert first.author.handle == "ejemplo_hoy@social.ejemplo.org"
    assert "https://diario-ejemplo.example/una/nota" in first.text
    assert first.links == ("https://diario-ejemplo.example/una/nota",)
    assert (first.counts, first.language, first.media) == (Counts(likes=4, reposts=2), "es", ("photo",))
    assert reply.kind is PostKind.REPLY
    assert reply.mentions == ("otra@social.ejemplo.org",)
    # A server that writes no numbers has not said 0.
    assert reply.counts == NOTHING
    assert repost.kind is PostKind.REPOST
    assert content.snapshots[0].bio == "Noticias de ejemplo"


def test_telegram_takes_utc_and_sums_reactions() -> None:
    content = read(DATA / "telegram_channel.json")
    first, forwarded, answer = content.posts
    assert first.created_at == datetime(2023, 5, 31, 10, 0, tzinfo=UTC)
    assert first.post_id == "-1001234567890/2"
    assert first.author.platform_id == "-1001234567890"
    assert first.text == "Hoy llueve. Más en https://diario-ejemplo.example/c y en este canal @otro_ejemplo"
    assert first.links == ("https://diario-ejemplo.example/c", "https://t.me/otro_ejemplo")
    assert first.mentions == ("otro_ejemplo",)
    # The export holds no views.
    assert first.counts == Counts(likes=4)
    assert (forwarded.kind, forwarded.counts) == (PostKind.REPOST, NOTHING)
    assert (answer.kind, answer.refers_to, answer.media) == (PostKind.REPLY, first.post_id, ("video",))


@pytest.mark.parametrize("kind", ["personal_chat", "private_group", "saved_messages", "private_channel"])
def test_private_chats_are_refused(tmp_path: Path, kind: str) -> None:
    text = (DATA / "telegram_channel.json").read_text(encoding="utf-8").replace("public_channel", kind)
    with pytest.raises(ImportFileError, match=f"a private chat .`{kind}`.; Masthead reads public channels"):
        read(written(tmp_path, [text]))


def test_the_export_of_a_whole_telegram_account_is_refused(tmp_path: Path) -> None:
    text = '{"about": "Here is", "personal_information": {"user_id": 1}, "chats": {"list": []}}'
    with pytest.raises(
        ImportFileError, match="the export of a whole Telegram account with its private chats"
    ):
        read(written(tmp_path, [text]))


def test_youtube_counts_are_reported_hidden_or_rounded() -> None:
    shown, hidden = read(DATA / "youtube_videos.json").posts
    assert shown.counts == Counts(likes=4, replies=0, views=120)
    assert hidden.counts == Counts(views=80)
    assert shown.text.startswith("Video de ejemplo 1\n\nHoy llueve")
    many, secret = read(DATA / "youtube_channels.json").snapshots
    assert (many.followers, many.rounded, many.account.handle) == (12_300, True, "canalejemplo")
    assert (secret.followers, secret.rounded, secret.account.handle) == (None, False, None)


def test_a_video_in_a_playlist_has_its_own_date_and_owner() -> None:
    content = read(DATA / "youtube_playlist.json")
    (post,) = content.posts
    assert post.created_at == datetime(2023, 5, 31, 10, 2, 30, tzinfo=UTC)
    assert post.counts == NOTHING
    assert content.rejected == [(30, "a video that was deleted or made private")]


def test_tiktok_research_numbers_stay_whole() -> None:
    first, second = read(DATA / "tiktok_research.json").posts
    assert first.post_id == "7239000000000000001"
    assert first.counts == Counts(likes=4, reposts=1, replies=0, views=90)
    assert second.text == ""
    assert first.url == "https://www.tiktok.com/@ejemplo.hoy/video/7239000000000000001"


def test_crowdtangle_reads_zones_reactions_and_thousands() -> None:
    content = read(DATA / "crowdtangle_facebook.csv")
    winter, summer = content.posts
    assert winter.created_at == datetime(2021, 3, 4, 17, 0, tzinfo=UTC)
    assert summer.created_at == datetime(2021, 7, 4, 16, 0, tzinfo=UTC)
    assert winter.post_id == "200000000000001"
    # Views of what is no video are written as 0.
    assert winter.counts == Counts(likes=1_205, reposts=0, replies=2)
    assert summer.counts == Counts(likes=1, reposts=0, replies=None, views=88)
    assert summer.text == "Un video\nen dos líneas"
    assert content.snapshots[0].followers == 12_345
    assert content.snapshots[0].taken_at == winter.created_at
    (picture,) = read(DATA / "crowdtangle_instagram.csv").posts
    assert (picture.post_id, picture.counts) == ("CEjemplo01_", Counts(likes=10, replies=1))


def test_the_content_library_has_ids_of_its_own() -> None:
    first, second = read(DATA / "meta_content_library.csv").posts
    assert (first.platform, first.post_id) == (Platform.INSTAGRAM, "mcl:600000000000001")
    assert first.author.platform_id is None
    assert first.counts == Counts(likes=12, replies=0, views=340)
    assert second.created_at == datetime(2024, 3, 5, 12, 0, tzinfo=UTC)
    assert second.counts == Counts(views=12_300, rounded=True)


def test_reactions_tell_facebook_from_instagram_in_the_content_library(tmp_path: Path) -> None:
    header = "id,creation_time,text,post_owner.username,statistics.like_count,statistics.reaction_count"
    row = "600000000000003,2024-03-04T12:00:00Z,Hoy,ejemplo.hoy,3,9"
    nobody = "600000000000004,2024-03-04T12:00:00Z,Hoy,,3,9"
    content = read(written(tmp_path, [header, row, nobody]))
    assert (content.post(0).platform, content.post(0).counts.likes) == (Platform.FACEBOOK, 9)
    assert content.rejected == [
        (3, "no post_owner.username; the library's own id names no account outside it")
    ]


def test_junkipedia_is_read_where_the_address_names_the_account(tmp_path: Path) -> None:
    first, second = read(DATA / "junkipedia.csv").posts
    assert (first.platform, first.author.handle) == (Platform.X, "ejemplo_hoy_6")
    assert first.counts == Counts(likes=3, reposts=1, replies=0)
    assert (second.platform, second.post_id) == (Platform.TELEGRAM, "ejemplo_canal/7")
    header = "url,published_at,complete_post_text"
    rows = [
        "https://www.youtube.com/watch?v=ejemplo_-01,2024-03-04T12:00:00Z,Hoy",
        "nothing,2024-03-04T12:00:00Z,a",
    ]
    content = read(written(tmp_path, [header, *rows]))
    assert [line for line, _ in content.rejected] == [2, 3]
    assert "does not say whose post it is" in content.rejected[0][1]


def test_4cat_takes_the_time_that_says_its_zone() -> None:
    first, repost = read(DATA / "4cat_x.csv").posts
    assert first.created_at == datetime(2024, 3, 4, 12, 0, tzinfo=UTC)
    assert first.counts == Counts(likes=2, reposts=1, replies=0, quotes=0)
    assert first.links == ("https://diario-ejemplo.example/a",)
    assert (repost.kind, repost.counts) == (PostKind.REPOST, NOTHING)
    (message,) = read(DATA / "4cat_telegram.csv").posts
    assert (message.author.handle, message.post_id, message.counts) == (
        "ejemplo_canal",
        "ejemplo_canal/7",
        Counts(views=1_200),
    )


FOURCAT = {
    Platform.THREADS: (
        "id,url,body,timestamp,author,author_is_verified,likes,reposts,replies,quotes,unix_timestamp",
        "DEjemplo04_,,Hoy,2024-03-04 13:00:00,ejemplo.hoy,no,5,1,2,0,1709553600",
        Counts(likes=5, reposts=1, replies=2, quotes=0),
    ),
    Platform.INSTAGRAM: (
        "id,thread_id,parent_id,body,author,timestamp,type,url,num_likes,num_comments,unix_timestamp",
        "CEjemplo04_,a,a,Hoy,ejemplo.hoy,2024-03-04 13:00:00,photo,,12,-1,1709553600",
        Counts(likes=12),
    ),
    Platform.TIKTOK: (
        "id,thread_id,author,author_full,author_followers,body,timestamp,tiktok_url,likes,comments,shares,plays",
        "7239000000000000031,a,ejemplo.hoy,Ejemplo,420,Hoy,1709553600,,4,0,1,90",
        Counts(likes=4, reposts=1, replies=0, views=90),
    ),
    Platform.BLUESKY: (
        (
            "id,thread_id,created_at,author,author_id,body,like_count,quote_count,reply_count,repost_count,"
            "quoted_post,replied_to_post,timestamp"
        ),
        (
            "at://did:plc:ffffffffffffffffffffffff/app.bsky.feed.post/3laaaaaaaaa2a,a,2024-03-04T12:00:00+00:00,"
            "ejemplo-hoy.example.com,did:plc:ffffffffffffffffffffffff,Hoy,3,0,1,2,,,1709553600"
        ),
        Counts(likes=3, reposts=2, replies=1, quotes=0),
    ),
}


@pytest.mark.parametrize("platform", FOURCAT)
def test_4cat_of_other_platforms(tmp_path: Path, platform: Platform) -> None:
    header, row, counts = FOURCAT[platform]
    content = read(written(tmp_path, [header, row]))
    assert (content.importer, content.rejected) == ("4cat_csv", [])
    (post,) = content.posts
    assert (post.platform, post.text, post.counts) == (platform, "Hoy", counts)
    assert post.created_at == datetime(2024, 3, 4, 12, 0, tzinfo=UTC)


def test_browser_items_are_dated_by_when_they_were_seen() -> None:
    content = read(DATA / "zeeschuimer.ndjson")
    x, tiktok, instagram, threads = content.posts
    assert x.counts == Counts(likes=2, reposts=1, replies=0, quotes=0, views=55)
    assert x.author.platform_id == "900000000008"
    assert x.counts_at == datetime.fromtimestamp(1_717_000_000, tz=UTC)
    assert tiktok.counts == Counts(likes=4, reposts=1, replies=0, views=90)
    # Likes of -1 are hidden, which is not a number of likes.
    assert instagram.counts == Counts(replies=3)
    assert threads.counts == Counts(likes=5, reposts=1, replies=2, quotes=0)
    assert content.rejected == [(5, "items of `9gag.com` are not read")]
    assert {each.followers for each in content.snapshots} == {9, 420, None}
    assert read(DATA / "4cat.ndjson").posts[0].post_id == x.post_id


def test_a_repository_of_bluesky_holds_no_counts_and_no_handle() -> None:
    with ImportFile.open(DATA / "bluesky_repo.car") as file:
        found = [each for each in by_name("bluesky_repo").records(file, now=NOW) if isinstance(each, Row)]
    posts = {post.post_id: post for row in found for post in row.posts}
    did = "did:plc:dddddddddddddddddddddddd"
    first = posts[f"at://{did}/app.bsky.feed.post/3laaaaaaaaa2a"]
    assert (first.author.platform_id, first.author.handle, first.counts) == (did, None, NOTHING)
    assert first.links == ("https://diario-ejemplo.example/nota",)
    assert posts[f"at://{did}/app.bsky.feed.post/3laaaaaaaaa2b"].refers_to == first.post_id
    assert sum(post.kind is PostKind.REPOST for post in posts.values()) == 1
    (follow,) = [each for row in found for each in row.follows]
    assert (follow.follower.platform_id, follow.listed_in) == (did, FollowList.FOLLOWS)
    # Likes are in the repository too; they are not asked for.
    assert len(posts) == 3


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (700, "the block does not match its hash"),
        (70, "the block does not match its hash|makes no sense|no record has|breaks off"),
        (10, "no CAR file|header is missing|text in no|binary file|does not know|breaks off|cannot be told"),
    ],
)
def test_a_repository_with_a_changed_byte_is_refused(tmp_path: Path, at: int, sentence: str) -> None:
    content = bytearray((DATA / "bluesky_repo.car").read_bytes())
    content[at] ^= 0xFF
    path = tmp_path / "repo"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=sentence):
        read(path)
