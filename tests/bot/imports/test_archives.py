"""Archives as people hand them over, and as those who wish us ill would."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from bot.errors import ImportFileError
from bot.imports import archives, unpack
from bot.imports.service import Progress, import_files
from bot.store.database import Database
from tests.bot.imports.reading import DATA, NOW, read

X = {f"data/{name}": DATA / "x_archive" / "data" / name for name in ("tweets.js", "account.js", "profile.js")}
MASTODON = {name: DATA / "mastodon" / name for name in ("outbox.json", "actor.json")}


def zipped(path: Path, members: Mapping[str, bytes | Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content.read_bytes() if isinstance(content, Path) else content)
    return path


def tarred(path: Path, members: Mapping[str, bytes | Path], *, mode: Literal["w", "w:gz"]) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            data = content.read_bytes() if isinstance(content, Path) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ImportFileError) as caught:
        read(path)
    return str(caught.value)


async def test_an_archive_of_x_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    picture = {"data/tweets_media/1-a.jpg": b"\xff\xd8" * 500, "Your archive.html": b"<html>"}
    other = {"data/like.js": b"window.YTD.like.part0 = []", "data/ad-engagements.js": b"window.YTD.ad = []"}
    path = zipped(tmp_path / "twitter.zip", {**picture, **other, **X})
    database = Database.open(tmp_path / "masthead.db")
    try:
        first = await import_files(database, [path], clock=lambda: NOW)
        again = await import_files(database, [path], clock=lambda: NOW)
    finally:
        database.close()
    assert (first.posts_new, first.accounts_new, first.rejected) == (5, 1, ())
    assert (again.posts_new, again.posts_seen, again.snapshots_new) == (0, 5, 0)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
async def test_an_old_archive_of_mastodon_is_a_tar(tmp_path: Path, mode: Literal["w", "w:gz"]) -> None:
    members = {"media_attachments/a.png": b"\x89PNG" * 999, **MASTODON, "likes.json": b"{}"}
    path = tarred(tmp_path / "archive", members, mode=mode)
    content = read(path)
    assert content.importer == "mastodon"
    assert content.snapshots[0].account.handle == "ejemplo_hoy@social.ejemplo.org"
    seen: list[Progress] = []
    database = Database.open(tmp_path / "masthead.db")
    try:
        result = await import_files(database, [path], clock=lambda: NOW, progress=seen.append)
    finally:
        database.close()
    assert (result.posts_new, result.rejected) == (3, ())
    assert all(each.bytes_done >= 0 for each in seen)


def test_several_formats_in_one_archive(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "all.zip",
        {"a/x.jsonl": DATA / "x_flat.jsonl", "b/posts.csv": DATA / "posts.csv", "readme.txt": b"Hello"},
    )
    assert len(read(path).posts) == 25


async def test_a_member_that_breaks_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    broken = (DATA / "mastodon" / "outbox.json").read_bytes()[:-300]
    path = zipped(tmp_path / "all.zip", {"posts.csv": DATA / "posts.csv", "m/outbox.json": broken})
    database = Database.open(tmp_path / "masthead.db")
    try:
        result = await import_files(database, [path], clock=lambda: NOW)
    finally:
        database.close()
    assert result.posts_new >= 5
    (rejected,) = result.rejected
    assert rejected.file.endswith("all.zip/m/outbox.json")
    assert rejected.reason == "the JSON breaks off before its end."


def test_tweets_without_their_account_are_not_guessed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"data/tweets.js": X["data/tweets.js"]})
    assert "does not say whose posts it holds" in refusal(path)
    alone = tmp_path / "tweets.js"
    alone.write_bytes(X["data/tweets.js"].read_bytes())
    assert "keep account.js beside it" in refusal(alone)


CSV = (DATA / "posts.csv").read_bytes()


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"../posts.csv": CSV}, "the name `../posts.csv` leads out of the archive"),
        ({"/etc/posts.csv": CSV}, "the name `/etc/posts.csv` leads out of the archive"),
        ({"a/../../posts.csv": CSV}, "leads out of the archive"),
        ({"..\\posts.csv": CSV}, "leads out of the archive"),
        ({"inner.zip": b"PK\x03\x04"}, "holds another archive, `inner.zip`; unpack the outer one first"),
        ({"inner.csv": b"PK\x03\x04 and so on"}, "an archive inside an archive; unpack the outer one first"),
        ({"a.jpg": b"x", "b.html": b"x"}, "the archive holds no CSV, JSON, .js or .car file"),
        ({}, "the archive holds no CSV, JSON, .js or .car file"),
        ({"__MACOSX/posts.csv": CSV, ".hidden.csv": CSV}, "the archive holds no CSV"),
        ({"xl/a.xml": b"", "[Content_Types].xml": b""}, "this is a spreadsheet or document"),
        (
            {"a.csv": b"Hello", "b.json": b"{}"},
            "none of the 2 data file(s) in the archive is in a known format",
        ),
        ({"a.json": b"\x00" * 900}, "this is a binary file"),
    ],
)
def test_an_archive_that_cannot_be_read_says_why(
    tmp_path: Path, members: Mapping[str, bytes], sentence: str
) -> None:
    said = refusal(zipped(tmp_path / "some.zip", members))
    assert sentence in said
    assert "\n" not in said


def test_nothing_is_written_where_a_name_points(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    refusal(zipped(inside / "some.zip", {"../escaped.csv": CSV}))
    assert not (tmp_path / "escaped.csv").exists()


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "some.zip", {"posts.csv": CSV})
    content = bytearray(path.read_bytes())
    # The flag stands in the member's own header and in the list at the end.
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "posts.csv: the file is encrypted; unpack the archive with its password first." in refusal(path)


def test_a_member_packed_in_another_way_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "some.zip", {"posts.csv": CSV})
    content = bytearray(path.read_bytes())
    content[8] = content[content.rindex(b"PK\x01\x02") + 10] = 97
    path.write_bytes(content)
    assert "packed in a way that is not read" in refusal(path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_zip_that_is_cut_short_says_so(tmp_path: Path, share: float) -> None:
    path = zipped(tmp_path / "some.zip", X)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert refusal(path) == "some.zip: the archive is cut short or damaged."


def test_a_member_whose_bytes_changed_says_so(tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("posts.csv", CSV)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Ejemplo Hoy 1", b"Ejemplo Hoy 7"))
    assert "cut short or damaged" in refusal(path)


def test_a_tar_that_is_cut_short_says_so(tmp_path: Path) -> None:
    path = tarred(tmp_path / "some.tar", {"a.png": b"x" * 9_000, **MASTODON}, mode="w")
    path.write_bytes(path.read_bytes()[:11_000])
    assert "cut short" in refusal(path) or "damaged" in refusal(path)


def test_links_and_devices_in_a_tar_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "some.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (
            ("a.csv", tarfile.SYMTYPE),
            ("b.csv", tarfile.LNKTYPE),
            ("c.csv", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert "the archive holds no CSV" in refusal(path)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "HARMLESS", 100_000)


ZEROS = b"platform,handle\n" + b"0" * 400_000


@pytest.mark.usefixtures("small_limits")
def test_what_unpacks_without_measure_is_stopped(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.gz"
    packed.write_bytes(gzip.compress(ZEROS))
    for path in (
        zipped(tmp_path / "bomb.zip", {"a.csv": ZEROS}),
        tarred(tmp_path / "bomb.tgz", {"a.csv": ZEROS}, mode="w:gz"),
        packed,
    ):
        assert "unpacks to more than 200 times its size, which no real export does" in refusal(path)


@pytest.mark.usefixtures("small_limits")
def test_an_honest_file_of_that_size_is_read(tmp_path: Path) -> None:
    lines = (DATA / "x_flat.jsonl").read_bytes() * 6
    path = tmp_path / "packed"
    path.write_bytes(gzip.compress(lines))
    assert len(read(path).posts) == 120


def test_a_zip_that_lies_about_its_size_is_read_to_what_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "some.zip", {"posts.csv": CSV})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, len(CSV) // 2)
    path.write_bytes(content)
    assert "cut short or damaged" in refusal(path)


def test_lists_without_end_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"{number}.csv": b"x" for number in range(60)}
    path = zipped(tmp_path / "many.zip", many)
    monkeypatch.setattr(archives, "MAX_CANDIDATES", 50)
    assert "the archive holds more than 50 data files" in refusal(path)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 40)
    assert "the archive holds more than 40 files" in refusal(path)
    monkeypatch.setattr(archives, "MAX_LISTING", 1_000)
    assert "list of files is longer than any real export's" in refusal(path)


def test_the_clock_of_an_archive_dates_what_is_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", X)
    changed = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    assert read(path, now=changed).snapshots[0].taken_at == changed
    assert stat.S_ISREG(path.stat().st_mode)
