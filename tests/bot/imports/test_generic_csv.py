"""The documented CSV: columns, dates, counts, and damage that stays within a row."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.common import RowError, count, instant
from bot.imports.csv_columns import COLUMNS, Cells
from bot.store.records import Counts, PostKind
from tests.bot.imports.reading import DATA, NOW, read, written

CSV = DATA / "posts.csv"
HEADER = "platform,handle,post_id,created_at,text,likes,kind"
GOOD = "x,ejemplo_hoy_1,{},2023-05-31T10:00:00Z,Hoy sale el sol,1,"


def good(post_id: int | str) -> str:
    return GOOD.format(post_id)


def test_the_documented_file() -> None:
    content = read(CSV)
    assert (content.importer, content.rejected, content.lines) == ("csv", [], [2, 3, 5, 6, 7])
    first, second, channel, repost, fediverse = content.posts
    assert first.author == AccountRef(platform=Platform.X, handle="ejemplo_hoy_1", platform_id="900000000001")
    assert first.text == "Por primera vez, un civil viajará al espacio"
    assert first.counts == Counts(likes=0, reposts=None, replies=1, quotes=None, views=1234)
    assert first.links == ("https://diario-ejemplo.example/a", "https://diario-ejemplo.example/b")
    assert first.counts_at == datetime(2023, 7, 1, 12, 0, tzinfo=UTC)
    assert first.url == "https://x.com/ejemplo_hoy_1/status/1663000000000000000"
    assert second.text == "Dos líneas\r\nen una celda"
    assert second.created_at == first.created_at
    assert channel.author == AccountRef(platform=Platform.TELEGRAM, handle="ejemplo_canal")
    assert channel.created_at == datetime(2023, 5, 31, 10, 0, tzinfo=UTC)
    assert channel.counts == Counts(views=12_300, rounded=True)
    assert channel.links == ("https://diario-ejemplo.example/c",)
    assert (repost.kind, repost.counts) == (PostKind.REPOST, Counts())
    assert fediverse.kind is PostKind.QUOTE
    assert fediverse.links == ("https://diario-ejemplo.example/d", "https://diario-ejemplo.example/e")
    assert all(post.mentions is None for post in content.posts)


def test_profiles_come_with_the_posts() -> None:
    one, two = read(CSV).snapshots
    assert (one.display_name, one.followers, one.taken_at) == (
        "Ejemplo Hoy 1",
        8,
        datetime(2023, 7, 1, 12, 0, tzinfo=UTC),
    )
    assert (two.account.handle, two.followers, two.source) == ("ejemplo_hoy_2", 80, "import:csv")


def test_a_profile_is_taken_once_a_time(tmp_path: Path) -> None:
    header = "platform,handle,post_id,created_at,text,followers,snapshot_at"
    rows = [
        f"x,ejemplo_hoy_1,{number},2023-05-31T10:00:00Z,Hola,{number},2023-07-0{day}T00:00:00Z"
        for number, day in [(1, 1), (2, 1), (3, 2)]
    ]
    snapshots = read(written(tmp_path, [header, *rows])).snapshots
    assert [each.followers for each in snapshots] == [1, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(end.join(line.replace(",", delimiter) for line in (HEADER, good(1), good(2))).encode())
    content = read(path)
    assert ([post.post_id for post in content.posts], content.rejected) == (["1", "2"], [])


def test_excel_names_its_delimiter_first(tmp_path: Path) -> None:
    lines = ["sep=;", HEADER.replace(",", ";"), good(1).replace(",", ";")]
    content = read(written(tmp_path, lines))
    assert (content.lines, content.rejected) == ([3], [])


def test_columns_are_known_under_the_names_of_common_tools(tmp_path: Path) -> None:
    header = (
        "Network,Screen Name,User ID,Tweet_ID,Date,Message,Like Count,Shares,Comments,Impressions,Lang,Extra"
    )
    row = "Twitter,Ejemplo_Hoy_1,11,5,2023-05-31 10:00:00 UTC,Hola,1,2,3,4,es,?"
    (post,) = read(written(tmp_path, [header, row])).posts
    assert post.author == AccountRef(platform=Platform.X, handle="ejemplo_hoy_1", platform_id="11")
    assert post.counts == Counts(likes=1, reposts=2, replies=3, views=4)
    assert (post.post_id, post.language, post.text) == ("5", "es", "Hola")


def test_a_columns_own_name_counts_before_its_other_names(tmp_path: Path) -> None:
    lines = [f"id,{HEADER}", f"999,{good(1)}"]
    assert read(written(tmp_path, lines)).post(0).post_id == "1"


def test_two_columns_for_one_thing_are_refused(tmp_path: Path) -> None:
    lines = [f"{HEADER},retweets,shares", f"{good(1)},1,2"]
    with pytest.raises(ImportFileError, match=r"two columns for reposts: `retweets` and `shares`\. Rename"):
        read(written(tmp_path, lines))


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("handle,post_id,created_at,text", "platform"),
        ("platform,post_id,created_at,text", "handle (or platform_id)"),
        ("platform,handle,text,likes", "post_id, created_at"),
        ("tweet_id,tweet_text,likes", "platform, handle (or platform_id), created_at"),
    ],
)
def test_a_header_that_lacks_columns_says_which(tmp_path: Path, header: str, missing: str) -> None:
    expected = f"line 1: the header has no column for {re.escape(missing)}\\. Each post needs platform"
    with pytest.raises(ImportFileError, match=expected):
        read(written(tmp_path, [header, "1,2,3,4"]))


BAD_ROWS = [
    (
        "x,ejemplo_hoy_1,2,2023-05-31T10:00:00,Hola,1,",
        "the date `2023-05-31T10:00:00` does not say its time zone",
    ),
    ("x,ejemplo_hoy_1,2,31.5.2023,Hola,1,", "`31.5.2023` is no date; write it as 2026-05-31T14:05:00Z"),
    ("x,ejemplo_hoy_1,2,,Hola,1,", "(empty) is no date"),
    ("x,ejemplo_hoy_1,2,20230531,Hola,1,", "does not say its time zone"),
    ("x,ejemplo_hoy_1,2,1066-10-14T10:00:00Z,Hola,1,", "lies before 1990"),
    ("x,ejemplo_hoy_1,2,0001-01-01T00:00:00+23:59,Hola,1,", "is out of range"),
    ("x,ejemplo_hoy_1,2,2199-01-01T00:00:00Z,Hola,1,", "lies in the future"),
    ("x,ejemplo_hoy_1,,2023-05-31T10:00:00Z,Hola,1,", "the post has no post_id"),
    ("x,ejemplo_hoy_1,1.663E+18,2023-05-31T10:00:00Z,Hola,1,", "`1.663E+18` was rounded by a spreadsheet"),
    ("x,ejemplo.hoy,2,2023-05-31T10:00:00Z,Hola,1,", "`ejemplo.hoy` cannot be a handle on x"),
    ("x,,2,2023-05-31T10:00:00Z,Hola,1,", "neither a handle nor a platform_id"),
    (
        "myspace,tom,2,2023-05-31T10:00:00Z,Hola,1,",
        "`myspace` is not a platform that Masthead knows (x, bluesky",
    ),
    ("x,ejemplo_hoy_1,2,2023-05-31T10:00:00Z,Hola,many,", "`many` is no count (column likes)"),
    ("x,ejemplo_hoy_1,2,2023-05-31T10:00:00Z,Hola,-1,", "`-1` is no count (column likes)"),
    (
        "x,ejemplo_hoy_1,2,2023-05-31T10:00:00Z,Hola,1,story",
        "`story` is no kind of post; write original, repost",
    ),
    ("x,ejemplo_hoy_1,2,2023-05-31T10", "4 cells where the header has 7; the line is cut short"),
    (
        "x,ejemplo_hoy_1,2,2023-05-31T10:00:00Z,Hola, mundo,1,original",
        "8 cells where the header has 7; a cell that holds",
    ),
    ('x,ejemplo_hoy_1,2,2023-05-31T10:00:00Z,"Hola,1,', "a quotation mark is missing or too many"),
    ('x,ejemplo_hoy_1,2,2023-05-31T10:00:00Z,"Hola"!,1,', "a quotation mark is missing or too many"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_a_useless_row_is_rejected_with_its_line_and_the_rest_is_kept(
    tmp_path: Path, row: str, reason: str
) -> None:
    content = read(written(tmp_path, [HEADER, good(1), row, good(3), good(4)]))
    assert [post.post_id for post in content.posts] == ["1", "3", "4"]
    ((line, why),) = content.rejected
    assert line == 3
    assert reason in why


def test_bytes_that_are_no_text_are_rejected_with_their_line(tmp_path: Path) -> None:
    lines = [HEADER.encode(), good(1).encode(), good(2).encode() + b"\xff", good(3).encode() + b"\x00"]
    content = read(written(tmp_path, [*lines, good(4).encode()]))
    assert [post.post_id for post in content.posts] == ["1", "4"]
    assert content.rejected == [
        (3, "the line is not UTF-8 text; save the file as UTF-8"),
        (4, "the line holds a NUL byte"),
    ]


def test_a_missing_quotation_mark_does_not_swallow_the_rows_after_it(tmp_path: Path) -> None:
    """The next quotation mark is a thousand rows away."""
    broken = 'x,ejemplo_hoy_1,0,2023-05-31T10:00:00Z,"Hola,1,'
    whole = 'x,ejemplo_hoy_1,end,2023-05-31T10:00:00Z,"Hola, mundo",1,'
    rows = [good(number) for number in range(1, 1001)]
    content = read(written(tmp_path, [HEADER, broken, *rows, whole]))
    assert content.rejected == [(2, "a quotation mark is missing or too many")]
    assert [post.post_id for post in content.posts] == [*(str(number) for number in range(1, 1001)), "end"]


def test_quotation_marks_broken_throughout_end_the_reading(tmp_path: Path) -> None:
    rows = [f'x,ejemplo_hoy_1,{number},2023-05-31T10:00:00Z,"Hola"!,1,' for number in range(150)]
    with pytest.raises(ImportFileError, match="line 102: more than 100 rows with broken quotation marks"):
        read(written(tmp_path, [HEADER, *rows]))


def test_empty_rows_are_passed_over(tmp_path: Path) -> None:
    content = read(written(tmp_path, [HEADER, "", good(1), ",,,,,,", good(2) + ",,,", ""]))
    assert (content.lines, content.rejected) == ([3, 5], [])


def test_addresses_that_are_none_are_left_out(tmp_path: Path) -> None:
    lines = [
        "platform,handle,post_id,created_at,text,url,links",
        "telegram,ejemplo_canal,7,2023-05-31T10:00:00Z,Hola,javascript:alert(1),javascript:alert(2) https://a.example",
    ]
    (post,) = read(written(tmp_path, lines)).posts
    assert (post.url, post.links) == ("https://t.me/ejemplo_canal/7", ("https://a.example",))


@pytest.mark.parametrize(
    ("text", "value", "rounded"),
    [
        ("0", 0, False),
        ("1234", 1234, False),
        (" 12 ", 12, False),
        ("1,234,567", 1_234_567, False),
        ("12.0", 12, False),  # a column with gaps, written by pandas
        ("12.3K", 12_300, True),
        ("1000+", 1_000, True),
        ("1,000 +", 1_000, True),
        ("> 1,000", 1_000, True),
        ("≥1.2M", 1_200_000, True),
        # Anything between 0 and 99, so nothing that could be counted with.
        ("<100", None, False),
        ("≤ 99", None, False),
        ("12,3 k", 12_300, True),
        ("1.2M", 1_200_000, True),
        ("3B", 3_000_000_000, True),
        ("", None, False),
        ("NaN", None, False),
        ("-", None, False),
    ],
)
def test_counts(text: str, value: int | None, *, rounded: bool) -> None:
    assert (count(text, "likes").value, count(text, "likes").rounded) == (value, rounded)


@pytest.mark.parametrize(
    "text", ["1.5", "1e3", "12,34", "1 234", "١٢", "9" * 16, "K", "99999K", "1++", ">+1", "1" + "+" * 9_000]
)
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(RowError, match="is no count"):
        count(text, "likes")


AT = datetime(2023, 5, 31, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-05-31T10:00:00Z", AT),
        ("2023-05-31T10:00:00.000Z", AT),
        ("2023-05-31 12:00:00+02:00", AT),
        ("2023-05-31T10:00Z", AT),
        ("2023-05-31 10:00:00 UTC", AT),
        (" 2023-05-31T10:00:00Z ", AT),
        ("1685527200", AT),
        ("1685527200000", AT),
        ("1685527200123", AT + timedelta(milliseconds=123)),
    ],
)
def test_dates(text: str, moment: datetime) -> None:
    assert instant(text, now=NOW) == moment


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1990, 1, 3), datetime(2025, 12, 31), timezones=OFFSETS))  # noqa: DTZ001  # bounds
def test_every_date_with_a_zone_is_read_exactly(moment: datetime) -> None:
    assert instant(moment.isoformat(), now=NOW) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_sentence_about_it(text: str) -> None:
    said = None
    try:
        assert instant(text, now=NOW).tzinfo is UTC
    except RowError as error:
        said = str(error)
    # What cannot be seen is called empty, in words of ours.
    assert said is None or said.count("`") == (0 if said.startswith("(empty)") else 2)


def test_the_documentation_names_every_column() -> None:
    page = (Path(__file__).parents[3] / "docs" / "generic-csv.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert documented == list(COLUMNS) == list(Cells._fields)
    aliases = {column: tuple(COLUMNS[column]) for column in COLUMNS}
    for column in documented:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{column}`"))
        assert tuple(re.findall(r"`(\w+)`", row.rsplit("|", 2)[1])) == aliases[column]
