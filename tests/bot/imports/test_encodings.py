"""Text of other encodings: read where it can be told for certain, refused where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFileError
from bot.imports.encodings import UnknownEncodingError, encoding_of
from bot.imports.service import import_files
from bot.store.database import Database
from tests.bot.imports.reading import NOW, read

HEADER = "platform,handle,post_id,created_at,text\n"
ROW = 'x,ejemplo_hoy_1,{},2023-05-31T10:00:00Z,"{}"\n'

SPANISH = "Mañana lloverá en la ciudad; después, quizá, saldrá el sol"
CHINESE = "今天下雨了，我们在家里看书，他说明天会是一个好天气，大家都可以出来走走。这是中国的一个例子"
RUSSIAN = "Завтра будет дождь, а потом, может быть, выйдет солнце"
KOREAN = "내일은 비가 오고 그 다음에는 아마도 해가 날 것입니다 우리는 집에 있습니다"
JAPANESE = "明日は雨が降りますが、その後はたぶん晴れるでしょう"


def text(words: str) -> str:
    return HEADER + "".join(ROW.format(1663000000000000000 + number, words) for number in range(20))


@pytest.mark.parametrize(
    ("words", "encoding", "expected"),
    [
        (SPANISH, "utf-8", None),
        (SPANISH, "utf-16", "utf-16"),
        (SPANISH, "utf-16-le", "utf-16-le"),
        (SPANISH, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (SPANISH, "cp1252", "cp1252"),
        (SPANISH, "iso-8859-1", "cp1252"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-8", None),
        (RUSSIAN, "utf-8", None),
        ("Plain words", "ascii", None),
    ],
)
def test_an_encoding_is_told_by_the_beginning(words: str, encoding: str, expected: str | None) -> None:
    assert encoding_of(text(words).encode(encoding)) == expected


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (KOREAN, "euc-kr"),
        (JAPANESE, "shift-jis"),
        (JAPANESE, "euc-jp"),
        (SPANISH, "utf-32"),
    ],
)
def test_an_encoding_that_could_be_another_is_refused(tmp_path: Path, words: str, encoding: str) -> None:
    """Read in the wrong encoding these would be words of no language, and nobody would notice."""
    with pytest.raises(UnknownEncodingError):
        encoding_of(text(words).encode(encoding))
    path = tmp_path / "file"
    path.write_bytes(text(words).encode(encoding))
    with pytest.raises(ImportFileError, match=r"cannot be told for certain; save it as UTF-8|binary file"):
        read(path)


@pytest.mark.parametrize(
    ("words", "encoding", "name"), [(SPANISH, "cp1252", "Windows-1252"), (CHINESE, "gbk", "GBK")]
)
async def test_an_old_encoding_is_read_and_said(tmp_path: Path, words: str, encoding: str, name: str) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(text(words).encode(encoding))
    assert {post.text for post in read(path).posts} == {words}
    database = Database.open(tmp_path / "masthead.db")
    try:
        result = await import_files(database, [path], clock=lambda: NOW)
    finally:
        database.close()
    assert result.posts_new == 20
    (note,) = result.notes
    assert note == f"posts.csv is not UTF-8; it was read as {name}. Look at a few names."


def test_a_broken_letter_in_utf_8_costs_its_line_only(tmp_path: Path) -> None:
    lines = text(SPANISH).encode().splitlines(keepends=True)
    lines[3] = lines[3].replace("á".encode(), b"\xe1")
    path = tmp_path / "file"
    path.write_bytes(b"".join(lines))
    content = read(path)
    assert len(content.posts) == 19
    assert content.rejected == [(4, "the line is not UTF-8 text; save the file as UTF-8")]


def test_half_a_letter_at_the_end_of_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(text(SPANISH).encode("utf-16") + b"\x41")
    assert len(read(path).posts) == 20


@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding_or_none(head: bytes) -> None:
    try:
        encoding = encoding_of(head)
    except UnknownEncodingError:
        return
    assert encoding in {None, "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252"}


@given(st.text(min_size=1, max_size=200))
def test_what_is_utf_8_is_never_taken_for_anything_older(words: str) -> None:
    head = words.encode(errors="replace")
    assert encoding_of(head) in {None, "utf-16", "utf-16-le", "utf-16-be"}
