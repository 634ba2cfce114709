"""YouTube: handles in many scripts, channel ids, videos, playlists and community posts."""

from __future__ import annotations

import re
import unicodedata

from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.rules import POST, REST, Rules, account_address, no_page, pattern, row, words

CHANNEL = r"UC[A-Za-z0-9_-]{22}"
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII)
# Made by a person (PL, FL, SP, EC), an album (OLAK5uy_) or all uploads of a channel (UU). Mixes and
# personal lists (RD, LL, WL) belong to whoever looks at them, so they name nobody.
_PLAYLIST = r"(?:PL|FL|SP|EC|UU|OLAK5uy_)[A-Za-z0-9_-]{11,64}"
_COMMUNITY = r"Ug[A-Za-z0-9_-]{10,64}"
_CHANNEL = re.compile(CHANNEL, re.IGNORECASE | re.ASCII)
_MIN_LATIN, _MAX_HANDLE = 3, 30
_PAGES = (
    "watch playlist shorts live embed post feed results gaming premium about account hashtag redirect kids "
    "music tv trending ads creators new jobs press t c user channel clip source attribution_link intl upload "
    "movies sports news learning podcasts store live_stream youtu.be"
)
_OTHER_NAME = (
    "This is an old address name of a YouTube channel. The channel behind it need not have the same @handle; "
    "compare the channel's id."
)


def _handle(text: str) -> str | None:
    # Lower case first: it may leave letters and marks apart that the normal form joins.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    if _CHANNEL.fullmatch(plain) or plain.endswith(".") or not all(map(_is_handle_character, plain)):
        return None
    # Names in other scripts may be shorter than three characters.
    shortest = _MIN_LATIN if plain.isascii() else 1
    return plain if shortest <= len(plain) <= _MAX_HANDLE and any(map(str.isalnum, plain)) else None


def _is_handle_character(char: str) -> bool:
    return char.isalnum() or char in "_-.·" or unicodedata.category(char)[0] == "M"


def _author(post_id: str) -> AccountRef | None:
    """The playlist of all uploads bears the channel's id behind another prefix."""
    if post_id.startswith("UU") and len(post_id) == 24:
        return AccountRef(platform=Platform.YOUTUBE, platform_id=f"UC{post_id[2:]}")
    return None


def _post_url(post: PostRef) -> str | None:
    if _VIDEO.fullmatch(post.post_id):
        return f"https://www.youtube.com/watch?v={post.post_id}"
    if post.post_id.startswith("Ug"):
        return f"https://www.youtube.com/post/{post.post_id}"
    return f"https://www.youtube.com/playlist?list={post.post_id}"


YOUTUBE = Rules(
    platform=Platform.YOUTUBE,
    name="YouTube",
    accepts="handles of 3 to 30 letters, digits, _, -, . or ·, and channel ids that begin with UC",
    example="https://www.youtube.com/@name",
    handle=_handle,
    account_id=pattern(CHANNEL),
    post_id=pattern(rf"{_VIDEO.pattern}|{_PLAYLIST}|{_COMMUNITY}"),
    author_of=_author,
    account_url=account_address(
        by_handle="https://www.youtube.com/@{handle}", by_id="https://www.youtube.com/channel/{id}"
    ),
    post_url=_post_url,
    hosts=words("youtube.com music.youtube.com youtube-nocookie.com gaming.youtube.com"),
    host_paths=((re.compile(r"youtu\.be"), "youtu.be"),),
    rows=(
        row(rf"youtu\.be/{POST}{REST}"),
        row("watch", post="v"),
        row("(?:playlist|embed/videoseries)", post="list"),
        row("(?:embed/)?live_stream", id="channel"),
        row(rf"(?:watch|shorts|live|embed|v|e|post)/{POST}{REST}"),
        row(rf"channel/(?P<id>[^/]+){REST}"),
        row(rf"(?:c|user)/(?P<handle>[^/]+){REST}", other_name=_OTHER_NAME),
        row(rf"@(?P<handle>[^/]+){REST}"),
        row(rf"{no_page(_PAGES)}(?P<handle>[^/@]+){REST}", other_name=_OTHER_NAME),
    ),
    ascii_paths=False,
)
