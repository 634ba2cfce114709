"""Repositories of Bluesky whose hashes are right and whose records are not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import libipld
import pytest

from bot.errors import ImportFileError
from bot.imports.car_blocks import CID_LENGTH, Block, blocks, root_of
from bot.imports.files import ImportFile
from tests.bot.imports.formats import FORMATS, Json, exchanged, places
from tests.bot.imports.reading import DATA, read
from tests.bot.imports.test_every_format import fit_to_be_read, kept_twice, rows_of

SAMPLE = DATA / "bluesky_repo.car"
(FORMAT,) = (form for form in FORMATS if form.name == "bluesky_repo")
HOSTILE: tuple[Json, ...] = (
    None,
    True,
    -1,
    2**63,
    "",
    "a\x00b\u2028\u202e",
    "2099-01-01T00:00:00Z",
    [None, {"a": []}],
    {},
)


def sample_blocks() -> tuple[bytes, list[Block]]:
    with ImportFile.open(SAMPLE) as file:
        return root_of(file), list(blocks(file))


def cid_of(data: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()


def rebuilt(number: int, data: bytes) -> bytes:
    """Return the sample with one block's data replaced and every hash that leads to it made anew."""
    root, held = sample_blocks()
    contents = {block.cid: block.data for block in held}
    renamed = {held[number].cid: cid_of(data)}
    contents[held[number].cid] = data
    # From the record to the tree, from the tree to the commit: each names the one before.
    for _ in range(2):
        for cid, content in list(contents.items()):
            changed = content
            for old, new in renamed.items():
                changed = changed.replace(old, new)
            if changed != content:
                contents[cid] = changed
                renamed[cid] = cid_of(changed)
    # A header of one root is 58 bytes long, of which the CID is part.
    header = SAMPLE.read_bytes()[: 1 + SAMPLE.read_bytes()[0]].replace(root, renamed.get(root, root))
    body = b"".join(
        length(CID_LENGTH + len(content)) + cid_of(content) + content for content in contents.values()
    )
    return header + body


def length(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def records() -> Iterator[tuple[int, dict[str, Json]]]:
    """Yield the records of the sample with the places of their blocks."""
    for number, block in enumerate(sample_blocks()[1]):
        value = libipld.decode_dag_cbor(block.data)
        if "$type" in value:
            yield number, value


def test_a_rebuilt_repository_is_the_sample() -> None:
    number, record = next(records())
    assert rebuilt(number, libipld.encode_dag_cbor(record)) == SAMPLE.read_bytes()


def test_any_value_at_any_place_of_a_record(tmp_path: Path) -> None:
    found = [
        row
        for number, record in records()
        for place in places(record)
        for new in HOSTILE
        for row in rows_of(
            FORMAT.copied(tmp_path, rebuilt(number, libipld.encode_dag_cbor(exchanged(record, place, new)))),
            FORMAT,
        )
    ]
    assert found
    kept_twice(found)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\x81" * 5_000 + b"\x00",
        b"\x00",
        b"\xa1\x61a\x9b" + b"\xff" * 8,
        b"\xa1\x61a\x63\xed\xa0\x80",
    ],
)
def test_a_record_that_is_no_record_costs_itself(tmp_path: Path, data: bytes) -> None:
    number, _ = next(item for item in records() if item[1]["$type"] == "app.bsky.feed.post")
    path = FORMAT.copied(tmp_path, rebuilt(number, data))
    content = read(path)
    assert len(content.posts) == FORMAT.posts - 1
    ((line, reason),) = content.rejected
    assert line == number + 1
    fit_to_be_read(reason)
    assert reason.startswith("record `app.bsky.feed.post/")


@pytest.mark.parametrize(
    "data", [b"\xa2aea1al\xf6", b"\xa2ae\x01al\xf6", b"\xa2ae\x81\x01al\xf6", b"\xa2ae\x81\xa0al\xf6"]
)
def test_a_tree_that_is_none_names_its_block(tmp_path: Path, data: bytes) -> None:
    number = next(n for n, block in enumerate(sample_blocks()[1]) if block.data.startswith(b"\xa2ae"))
    with pytest.raises(ImportFileError) as caught:
        read(FORMAT.copied(tmp_path, rebuilt(number, data)))
    fit_to_be_read(str(caught.value))
    assert f"line {number + 1}" in str(caught.value)


def test_a_repository_of_nobody_is_refused(tmp_path: Path) -> None:
    root, held = sample_blocks()
    number = next(n for n, block in enumerate(held) if block.cid == root)
    data = held[number].data.replace(b"did:plc:", b"did:xxx:")
    with pytest.raises(ImportFileError, match="does not say whose repository it is"):
        read(FORMAT.copied(tmp_path, rebuilt(number, data)))


def test_a_name_that_is_no_name_is_kept_apart(tmp_path: Path) -> None:
    """The tree gives a post its address; bytes that are no text must not become one."""
    number = next(n for n, block in enumerate(sample_blocks()[1]) if block.data.startswith(b"\xa2ae"))
    data = sample_blocks()[1][number].data.replace(b"3laaaaaaaaa2a", b"\xff\xff`\n\x00aaaaaaaa", 1)
    with ImportFile.open(FORMAT.copied(tmp_path, rebuilt(number, data))) as file:
        assert file.is_car
    kept_twice(list(rows_of(tmp_path / SAMPLE.name, FORMAT)))
    for post in read(tmp_path / SAMPLE.name).posts:
        assert "\n" not in post.post_id
