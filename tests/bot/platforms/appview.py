"""Answers as Bluesky's AppView gives them, about invented accounts. A test asks the lexicons about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.bot.platforms.scripted import BEGAN

DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
OTHER = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
HANDLE = "diario.example.org"
CID = "bafyreibpsvu2m2f6sddh4y2h2vvcvs4c6zdq2iqs7znjwqdqmm5k3wpgua"


def person(did: str = DID, handle: str = HANDLE, **more: object) -> dict[str, Any]:
    return {"did": did, "handle": handle, "labels": [], **more}


def profile(**more: object) -> dict[str, Any]:
    return {
        **person(),
        "displayName": "Diario Inventado",
        "description": "Noticias que nadie vivió.",
        "followersCount": 1200,
        "followsCount": 34,
        "postsCount": 560,
        "createdAt": "2024-02-01T08:00:00.000Z",
        **more,
    }


def post(number: int, *, at: datetime | None = None, did: str = DID, **more: object) -> dict[str, Any]:
    """A post `number` hours before the tests began."""
    written = _time(at or BEGAN - timedelta(hours=number))
    return {
        "uri": f"at://{did}/app.bsky.feed.post/{_key(number)}",
        "cid": CID,
        "author": person(did, HANDLE if did == DID else "otra.example.org"),
        "record": {"$type": "app.bsky.feed.post", "text": f"Noticia {number}", "createdAt": written},
        "replyCount": 1,
        "repostCount": 2,
        "likeCount": 3,
        "quoteCount": 0,
        "indexedAt": written,
        "labels": [],
        **more,
    }


def feed(numbers: Sequence[int], *, cursor: str | None = None) -> dict[str, Any]:
    return {"feed": [{"post": post(number)} for number in numbers], **_next(cursor)}


def followers(
    numbers: Sequence[int], *, cursor: str | None = None, name: str = "followers"
) -> dict[str, Any]:
    people = [person(_did(number), f"lector-{number}.example.org") for number in numbers]
    return {"subject": person(), name: people, **_next(cursor)}


def quotes(number: int, by: Sequence[int]) -> dict[str, Any]:
    return {"uri": f"at://{DID}/app.bsky.feed.post/{_key(number)}", "posts": [post(n, did=OTHER) for n in by]}


def refused(message: str, error: str = "InvalidRequest") -> dict[str, str]:
    return {"error": error, "message": message}


def _did(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return f"did:plc:{'c' * 22}{letters[number // 26]}{letters[number % 26]}"


def _key(number: int) -> str:
    """A record key in the form of a TID."""
    alphabet = "234567abcdefghijklmnopqrstuvwxyz"
    return f"3k{'2' * 8}{alphabet[number // 1024 % 32]}{alphabet[number // 32 % 32]}{alphabet[number % 32]}"


def _next(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _time(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
