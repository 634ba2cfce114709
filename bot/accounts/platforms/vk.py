"""VK: people have positive ids, communities negative ones; a post's id begins with its owner's."""

from __future__ import annotations

import re

from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.rules import HANDLE, REST, Rules, row, words

_ID = re.compile(r"(?P<kind>id|club|public|event)?(?P<number>-?[1-9][0-9]{0,14})", re.IGNORECASE | re.ASCII)
# What follows the second number names a comment or the playlist it was opened from.
_POST = re.compile(
    r"(?P<kind>wall|video|clip|photo)(?P<owner>-?[1-9][0-9]{0,14})_(?P<number>[0-9]{1,15})", re.ASCII
)
_HANDLE = re.compile(
    r"(?!(?:id|club|public|event)[0-9]+$)(?=.*[a-z])[a-z0-9_][a-z0-9_.]{1,31}(?<!\.)", re.ASCII
)


def _handle(text: str) -> str | None:
    text = text.lower()
    return text if _HANDLE.fullmatch(text) else None


def _account_id(text: str) -> str | None:
    """Read `1`, `-1`, `id1` and `club1`; a community's number becomes negative, as the API has it."""
    found = _ID.fullmatch(text)
    if found is None or (found["kind"] and found["number"].startswith("-")):
        return None
    return found["number"] if (found["kind"] or "id").lower() == "id" else f"-{found['number']}"


def _post_id(text: str) -> str | None:
    found = _POST.match(text.lower())
    return found[0] if found else None


def _author(post_id: str) -> AccountRef | None:
    found = _POST.fullmatch(post_id)
    return AccountRef(platform=Platform.VK, platform_id=found["owner"]) if found else None


def _account_url(account: AccountRef) -> str | None:
    if account.handle is not None:
        return f"https://vk.com/{account.handle}"
    if account.platform_id is None:
        return None
    number = account.platform_id
    return f"https://vk.com/club{number[1:]}" if number.startswith("-") else f"https://vk.com/id{number}"


def _post_url(post: PostRef) -> str | None:
    return f"https://vk.com/{post.post_id}"


VK = Rules(
    platform=Platform.VK,
    name="VK",
    # New names begin with a letter and have five characters; older ones need not: vk.com/ria, vk.com/1tv.
    accepts="2 to 32 letters A to Z, digits, _ or dots, a letter among them, or id1, club1",
    example="https://vk.com/name",
    handle=_handle,
    account_id=_account_id,
    post_id=_post_id,
    author_of=_author,
    account_url=_account_url,
    post_url=_post_url,
    hosts=words("vk.com vk.ru"),
    short_hosts=words("vk.cc"),
    reserved=words(
        "feed im friends groups search video videos audio audios music apps market settings login join about "
        "dev clips docs bookmarks mail al_feed.php away.php share.php restore terms privacy support jobs ads "
        "games wall"
    ),
    rows=(
        row(r".*", post="w"),
        row(r".*", post="z"),
        row(r"(?P<post>(?:wall|video|clip|photo)-?[0-9]+_[0-9]+)(?:[^0-9].*)?"),
        row(r"wall(?P<id>-?[0-9]+)"),
        row(rf"(?P<id>(?:id|club|public|event)[0-9]+){REST}"),
        # Articles: @name-title.
        row(r"@(?P<handle>[^/-]+)-.*"),
        row(rf"{HANDLE}{REST}"),
    ),
)
