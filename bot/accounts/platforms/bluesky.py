"""Bluesky (AT Protocol): handles are host names, ids are DIDs."""

from __future__ import annotations

import re

from bot.accounts.refs import Platform
from bot.accounts.rules import HANDLE, POST, REST, Rules, account_address, pattern, post_address, row, words

# https://atproto.com/specs/handle
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SYNTAX = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_MAX_HANDLE = 253
# Valid in syntax, but nobody can hold a handle under them; `handle.invalid` marks a broken one.
_RESERVED_ENDINGS = words("local arpa invalid localhost internal example alt onion")
_DID = r"(?P<id>did:[^/]+)"


def is_atproto_handle(text: str) -> bool:
    """Tell whether a text has the syntax of a handle, whether or not anybody can register it."""
    return len(text) <= _MAX_HANDLE and _SYNTAX.fullmatch(text) is not None


def _handle(text: str) -> str | None:
    ending = text.rpartition(".")[2].lower()
    return text.lower() if is_atproto_handle(text) and ending not in _RESERVED_ENDINGS else None


BLUESKY = Rules(
    platform=Platform.BLUESKY,
    name="Bluesky",
    accepts="a full handle, which is a host name such as name.bsky.social or example.org, or a DID",
    example="https://bsky.app/profile/name.bsky.social",
    handle=_handle,
    account_id=pattern(r"did:plc:[a-z2-7]{24}|did:web:(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}"),
    # A record key; the client makes TIDs of 13 characters, other writers may choose.
    post_id=pattern(r"(?!\.{1,2}$)[A-Za-z0-9._~:-]{1,512}"),
    account_url=account_address(
        by_handle="https://bsky.app/profile/{handle}", by_id="https://bsky.app/profile/{id}"
    ),
    post_url=post_address(
        by_handle="https://bsky.app/profile/{handle}/post/{post}",
        by_id="https://bsky.app/profile/{id}/post/{post}",
    ),
    hosts=words("bsky.app staging.bsky.app main.bsky.dev"),
    mirrors=words("fxbsky.app bskyx.app deer.social"),
    host_paths=((re.compile(r"(?:[^.]+\.)+bsky\.social"), r"profile/\g<0>"),),
    rows=(
        row(rf"at:/{_DID}/app\.bsky\.feed\.post/{POST}"),
        row(rf"at:/{HANDLE}/app\.bsky\.feed\.post/{POST}"),
        row(rf"at:/{_DID}{REST}"),
        row(rf"at:/{HANDLE}{REST}"),
        row(rf"profile/{_DID}/post/{POST}{REST}"),
        row(rf"profile/{HANDLE}/post/{POST}{REST}"),
        # Feeds and lists stand for the account that made them.
        row(rf"profile/{_DID}{REST}"),
        row(rf"profile/{HANDLE}{REST}"),
    ),
)
