"""Names of pictures: read where a source gives them, and worth no more than it says."""

from __future__ import annotations

import base64
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.imports.pictures import MAX_PICTURES, of_bluesky, of_cell, of_x

CID = "bafkreic3cp5ky525vsukjvrzxsc2h3jka2gud74l2hgeatw2rhj2qycnmq"
BYTES = base64.b32decode(CID[1:].upper() + "======")


def embedded(ref: object) -> msgspec.Raw:
    return msgspec.Raw(json.dumps({"alt": "", "image": {"$type": "blob", "ref": ref}}).encode())


@pytest.mark.parametrize(
    "ref",
    [
        {"$link": CID},
        # Out of a CAR file, with and without the zero that DAG-CBOR puts before it.
        base64.b64encode(BYTES).decode(),
        base64.b64encode(b"\x00" + BYTES).decode(),
    ],
)
def test_one_picture_has_one_name_in_feeds_and_repositories(ref: object) -> None:
    assert of_bluesky([embedded(ref)]) == (f"cid:{CID}",)


@pytest.mark.parametrize(
    "ref", [None, {}, {"$link": "../../etc/passwd"}, "not base64!", base64.b64encode(b"short").decode(), 7]
)
def test_what_is_no_content_identifier_names_nothing(ref: object) -> None:
    assert of_bluesky([embedded(ref), embedded({"$link": CID})]) == (f"cid:{CID}",)


def test_both_interfaces_of_x_name_an_upload_alike() -> None:
    assert of_x(["3_1663000000000000001"]) == of_x(["1663000000000000001"]) == ("x:1663000000000000001",)
    assert of_x([None, "", "3_", "photo", "3_1_2"]) == ()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("F0E4C2D7A1B30918", ("hash:f0e4c2d7a1b30918",)),
        ("['f0e4c2d7a1b30918', 'f0e4c2d7a1b30918']", ("hash:f0e4c2d7a1b30918",)),
        ("phash:f0e4c2d7a1b30918|0123456789abcdef", ("hash:phash:f0e4c2d7a1b30918", "hash:0123456789abcdef")),
        # Empty pictures, and what is no hash.
        ("0000000000000000; ffffffffffffffff; phash:8888888888888888", ()),
        ("none", ()),
        ("", ()),
    ],
)
def test_hashes_in_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert of_cell(cell) == expected


@given(st.text(max_size=40))
def test_any_cell_gives_few_plain_names(cell: str) -> None:
    for name in of_cell(cell * 8):
        assert name.isascii()
        assert name.startswith("hash:")
    assert len(of_cell(" ".join(f"{n:08x}" for n in range(100)))) == MAX_PICTURES
