"""X API v2 files: both shapes, both generations of names, and what they do not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.accounts import AccountRef, Platform
from bot.store.records import Counts, PostKind
from tests.bot.imports.reading import DATA, read, written

FLAT = DATA / "x_flat.jsonl"
PAGE = DATA / "x_page_new_names.json"

Json = dict[str, Any]


def x(handle: str | None, platform_id: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle, platform_id=platform_id)


def a_post(**changes: object) -> Json:
    """A flattened post as twarc writes it; None removes a field."""
    post: Json = {
        "id": "1663000000000000001",
        "author_id": "900000000001",
        "author": {"id": "900000000001", "username": "ejemplo_hoy_1"},
        "created_at": "2023-05-31T10:00:00.000Z",
        "text": "Hoy sale el sol",
        "public_metrics": {"like_count": 1, "retweet_count": 2, "reply_count": 3, "quote_count": 4},
    }
    return {key: value for key, value in (post | changes).items() if value is not None}


def one(folder: Path, **changes: object) -> Json:
    """The one post of a file that holds `a_post(**changes)`, by its fields."""
    (post,) = read(written(folder, [json.dumps(a_post(**changes))])).posts
    return {name: getattr(post, name) for name in post.__dataclass_fields__}


def test_a_flattened_file_is_read_line_by_line() -> None:
    content = read(FLAT)
    assert (content.importer, len(content.posts), content.rejected) == ("x_api_v2", 20, [])
    assert content.lines == list(range(1, 21))
    first = content.post(0)
    assert first.author == x("ejemplo_hoy_1", "900000000001")
    assert first.created_at == datetime(2023, 5, 31, 10, 0, tzinfo=UTC)
    assert first.counts == Counts(likes=0, reposts=0, replies=0, quotes=0, views=None)
    assert first.counts_at == datetime(2023, 7, 1, 12, 0, tzinfo=UTC)
    assert first.url == "https://x.com/ejemplo_hoy_1/status/1663000000000000000"
    assert (first.language, first.kind, first.mentions) == ("es", PostKind.ORIGINAL, None)


def test_text_is_unescaped_and_links_are_where_they_lead() -> None:
    post = read(FLAT).post(2)
    assert post.text == "Noticia de ejemplo número 2 & más https://t.co/n2"
    assert post.links == ("https://diario-ejemplo.example/nota/2",)
    # The platform marked links and no mention, so there is none.
    assert post.mentions == ()


def test_a_repost_has_the_whole_text_and_no_counts_of_its_own() -> None:
    post = read(FLAT).post(12)
    assert post.kind is PostKind.REPOST
    assert post.text.endswith("ni puntos suspensivos: fin.")
    assert post.counts == Counts()
    assert post.refers_to == "1663000000000000500"
    assert post.mentions == ("agencia_ejemplo",)
    assert post.links == ("https://agencia-ejemplo.example/nota",)


def test_quotes_replies_and_pictures() -> None:
    quote, reply, picture = read(FLAT).posts[13:16]
    assert (quote.kind, quote.refers_to) == (PostKind.QUOTE, "1663000000000000500")
    assert quote.text.startswith("Así lo cuenta")
    assert quote.links == ("https://twitter.com/agencia_ejemplo/status/1663000000000000500",)
    assert (reply.kind, reply.refers_to) == (PostKind.REPLY, "1663000000000000003")
    # The address of the post's own picture is no link.
    assert (picture.links, picture.media) == ((), ("photo",))


def test_profiles_come_once_with_everything_they_say() -> None:
    snapshots = read(FLAT).snapshots
    assert [each.account.platform_id for each in snapshots] == [
        "900000000001",
        "900000000002",
        "900000000003",
    ]
    second = snapshots[1]
    assert second.display_name == "Ejemplo & Hoy"
    assert (second.followers, second.following, second.posts) == (80, 3, 1502)
    assert second.profile_link == "https://diario-ejemplo-2.example"
    assert second.taken_at == datetime(2023, 7, 1, 12, 0, tzinfo=UTC)
    assert (second.source, second.verified, snapshots[2].verified) == ("import:x_api_v2", None, "verified")


def test_posts_that_are_only_referred_to_are_not_kept() -> None:
    """They are there because somebody reposted them: their author would look more successful than it is."""
    assert "1663000000000000500" not in {post.post_id for post in read(FLAT).posts}


def test_a_page_with_the_names_of_today() -> None:
    content = read(PAGE)
    assert (content.importer, len(content.posts), content.rejected) == ("x_api_v2", 5, [])
    edited, long, gone, repost, video = content.posts
    assert edited.post_id == "1663000000000000029"
    assert edited.url is not None
    assert edited.url.endswith("/1663000000000000030")
    assert long.text.endswith("caracteres.")
    assert "…" not in long.text
    assert long.counts.views is None  # X wrote 0 beside a like
    assert gone.author == x(None, "900000000009")
    assert gone.url == "https://x.com/i/web/status/1663000000000000032"
    assert (repost.kind, repost.text[:12], repost.counts) == (PostKind.REPOST, "Texto entero", Counts())
    assert video.media == ("video",)
    assert [each.posts for each in content.snapshots] == [1501, 1502, 1503]
    assert [each.verified for each in content.snapshots] == [None, None, "business"]


def test_posts_of_a_page_know_the_lines_on_which_they_begin() -> None:
    text = PAGE.read_text(encoding="utf-8").splitlines()
    assert [text[line - 1].strip() for line in read(PAGE).lines] == ["{"] * 5
    assert read(PAGE).lines == sorted(set(read(PAGE).lines))


def test_the_same_page_in_both_shapes_says_the_same(tmp_path: Path) -> None:
    flat = [json.loads(line) for line in FLAT.read_text(encoding="utf-8").splitlines()]
    users = {each["author"]["id"]: each["author"] for each in flat}
    tweets: dict[str, Json] = {}
    for each in flat:
        for reference in each.get("referenced_tweets", []):
            if "author" in reference:
                users[reference["author"]["id"]] = reference["author"]
                tweets[reference["id"]] = {k: v for k, v in reference.items() if k not in {"author", "type"}}
    inlined = {"author", "__twarc", "in_reply_to_user"}
    data = [{key: value for key, value in each.items() if key not in inlined} for each in flat]
    for each in data:
        if "referenced_tweets" in each:
            each["referenced_tweets"] = [
                {"type": ref["type"], "id": ref["id"]} for ref in each["referenced_tweets"]
            ]
        if "attachments" in each:
            each["attachments"] = {"media_keys": ["3_1"]}
    page = {
        "data": data,
        "includes": {
            "users": list(users.values()),
            "tweets": list(tweets.values()),
            "media": [{"media_key": "3_1", "type": "photo"}],
        },
        "__twarc": flat[0]["__twarc"],
    }
    paged = read(written(tmp_path, [json.dumps(page)]))
    assert paged.posts == read(FLAT).posts
    assert paged.snapshots == read(FLAT).snapshots


def test_an_array_of_pages_and_a_single_post_are_read_too(tmp_path: Path) -> None:
    page: Json = {"data": a_post(), "includes": {"users": []}}
    assert len(read(written(tmp_path, [json.dumps([page, page])])).posts) == 2
    assert (
        len(read(written(tmp_path, ["[", json.dumps(a_post()), ",", json.dumps(a_post()), "]"])).posts) == 2
    )


def test_a_file_of_accounts_gives_profiles(tmp_path: Path) -> None:
    person = {"id": "1", "username": "ejemplo_hoy_1", "public_metrics": {"followers_count": 8}}
    content = read(written(tmp_path, [json.dumps({"data": [person], "meta": {"result_count": 1}})]))
    assert [(each.account, each.followers) for each in content.snapshots] == [(x("ejemplo_hoy_1", "1"), 8)]
    assert (content.posts, content.rejected) == ([], [])


def test_a_page_without_posts_is_no_mistake(tmp_path: Path) -> None:
    empty = {"errors": [{"title": "Not Found Error"}], "meta": {"result_count": 0}}
    content = read(written(tmp_path, [json.dumps(empty), json.dumps({"data": [a_post()]})]))
    assert (len(content.posts), content.rejected) == (1, [])


@pytest.mark.parametrize(
    ("changes", "views"),
    [
        ({"impression_count": 40}, 40),
        ({"impression_count": 0}, 0),
        ({"impression_count": 0, "like_count": 2}, None),  # liked, so seen: X did not count
        ({}, None),
    ],
)
def test_views_that_were_not_counted_are_not_zero(tmp_path: Path, changes: Json, views: int | None) -> None:
    metrics = {"like_count": 0, "retweet_count": 0, "reply_count": 0, "quote_count": 0} | changes
    assert one(tmp_path, public_metrics=metrics)["counts"].views == views


def test_metrics_that_were_not_collected_are_not_zero(tmp_path: Path) -> None:
    assert one(tmp_path, public_metrics=None)["counts"] == Counts()


def test_only_what_x_escapes_is_unescaped(tmp_path: Path) -> None:
    assert one(tmp_path, text="1 &lt; 2 &amp;&amp; &amp;lt; &copy")["text"] == "1 < 2 && &lt; &copy"


def test_without_a_note_of_the_collector_the_file_dates_the_counts(tmp_path: Path) -> None:
    path = written(tmp_path, [json.dumps(a_post())])
    content = read(path, now=datetime(2100, 1, 1, tzinfo=UTC))
    assert content.post(0).counts_at == datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    # A file from the future is dated now.
    assert read(path, now=datetime(2024, 1, 1, tzinfo=UTC)).post(0).counts_at == datetime(
        2024, 1, 1, tzinfo=UTC
    )


def without(key: str) -> Callable[[Json], Json]:
    return lambda post: {name: value for name, value in post.items() if name != key}


BAD_POSTS: list[tuple[Json, str]] = [
    ({"created_at": "31/05/2023"}, "post `1663000000000000001`: `31/05/2023` is no date"),
    ({"created_at": "2023-05-31T10:00:00"}, "does not say its time zone"),
    ({"created_at": "2199-01-01T00:00:00Z"}, "lies in the future"),
    ({"created_at": None}, "no created_at"),
    ({"author_id": None, "author": None}, "does not say who wrote it"),
    ({"author_id": "nobody", "author": None}, "does not say who wrote it"),
    ({"id": "one"}, "a post without an id"),
    ({"text": 7}, "not of the expected shape: Expected `str | null`, got `int` - at `$.text`"),
    ({"public_metrics": {"like_count": -1}}, "Expected `int` >= 0"),
]


@pytest.mark.parametrize(("changes", "reason"), BAD_POSTS)
def test_a_useless_post_is_rejected_with_its_line(tmp_path: Path, changes: Json, reason: str) -> None:
    path = written(
        tmp_path, [json.dumps(a_post(id="1")), json.dumps(a_post(**changes)), json.dumps(a_post(id="3"))]
    )
    content = read(path)
    assert [post.post_id for post in content.posts] == ["1", "3"]
    ((line, why),) = content.rejected
    assert line == 2
    assert reason in why


def test_a_useless_post_in_a_page_costs_only_itself(tmp_path: Path) -> None:
    page = {"data": [a_post(id="1"), a_post(created_at="soon"), a_post(id="3")]}
    path = written(tmp_path, json.dumps(page, indent=1).splitlines())
    content = read(path)
    assert [post.post_id for post in content.posts] == ["1", "3"]
    ((line, _),) = content.rejected
    assert path.read_text().splitlines()[line:][0].strip().startswith('"id": "1663000000000000001"')


def test_a_line_cut_short_is_named(tmp_path: Path) -> None:
    lines = FLAT.read_text(encoding="utf-8").splitlines()
    lines[16] = lines[16][:200]
    content = read(written(tmp_path, lines))
    assert content.rejected == [(17, "the JSON breaks off before its end")]
    assert len(content.posts) == 19


@pytest.mark.parametrize("number", [0, 19])
def test_a_first_or_last_line_cut_short_is_named(tmp_path: Path, number: int) -> None:
    lines = FLAT.read_text(encoding="utf-8").splitlines()
    lines[number] = lines[number][:200]
    content = read(written(tmp_path, lines))
    assert [line for line, _ in content.rejected] == [number + 1]
    assert len(content.posts) == 19
