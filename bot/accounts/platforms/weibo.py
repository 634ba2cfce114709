"""Weibo: screen names in Chinese, uids, and posts whose number is also written in base 62."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.rules import POST, REST, Rules, no_page, pattern, row, words

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MID = re.compile(r"[0-9]{16}", re.ASCII)
_BID = re.compile(r"[0-9A-Za-z]{9}", re.ASCII)
_UID = re.compile(r"[0-9]{5,11}", re.ASCII)
_MIN_NAME, _MAX_NAME = 2, 30
_PAGES = (
    "u n p status detail profile a tv show search login signup hot newlogin ttarticle home friends mygroups "
    "settings message like fav at comment app download"
)
_OTHER_NAME = (
    "This is the name of a Weibo address, which may differ from the account's screen name; compare the uid."
)


def mid_of(bid: str) -> str | None:
    """Return the 16-digit number of a post from its 9-character form; None where it stands for none.

    Counted from the end, four characters (base 62) hold seven digits.
    """
    parts = [_from_base_62(bid[max(0, end - 4) : end]) for end in range(len(bid), 0, -4)]
    mid = "".join([f"{part:07d}" for part in reversed(parts)]).lstrip("0")
    return mid if _MID.fullmatch(mid) else None


def bid_of(mid: str) -> str:
    """Return the form of a post's number that stands in addresses: `4607741009594608` -> `K3fnuEfZK`."""
    parts = [_to_base_62(int(mid[max(0, end - 7) : end])) for end in range(len(mid), 0, -7)]
    return "".join([part.rjust(4, "0") for part in reversed(parts)]).lstrip("0")


def _from_base_62(text: str) -> int:
    number = 0
    for digit in text:
        number = number * 62 + _DIGITS.index(digit)
    return number


def _to_base_62(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = _DIGITS[digit] + text
    return text


def _handle(text: str) -> str | None:
    well_formed = all(char.isalnum() or char in "_-" for char in text) and not _UID.fullmatch(text)
    return text if well_formed and _MIN_NAME <= len(text) <= _MAX_NAME else None


def _post_id(text: str) -> str | None:
    if _MID.fullmatch(text):
        return text
    return mid_of(text) if _BID.fullmatch(text) else None


def _account_url(account: AccountRef) -> str | None:
    """Names of addresses are plain Latin, screen names mostly Chinese; each has its own form."""
    if account.handle is not None:
        folder = "" if account.handle.isascii() and account.handle not in _PAGES.split() else "n/"
        return f"https://weibo.com/{folder}{quote(account.handle, safe='')}"
    return f"https://weibo.com/u/{account.platform_id}" if account.platform_id is not None else None


def _post_url(post: PostRef) -> str | None:
    uid = post.author.platform_id if post.author and post.author.handle is None else None
    bid = bid_of(post.post_id)
    # The oldest and any future numbers may need another length, which the address could not carry.
    if uid is not None and mid_of(bid) == post.post_id and len(bid) == 9:
        return f"https://weibo.com/{uid}/{bid}"
    return f"https://m.weibo.cn/status/{post.post_id}"


WEIBO = Rules(
    platform=Platform.WEIBO,
    name="Weibo",
    accepts="screen names of 2 to 30 letters (Chinese too), digits, _ or -, and uids of 5 to 11 digits",
    example="https://weibo.com/u/1234567890",
    handle=_handle,
    account_id=pattern(_UID.pattern),
    post_id=_post_id,
    account_url=_account_url,
    post_url=_post_url,
    hosts=words("weibo.com weibo.cn m.weibo.cn"),
    short_hosts=words("t.cn"),
    rows=(
        row(rf"(?:status|detail)/{POST}{REST}"),
        row(rf"(?:u|profile)/(?P<id>[^/]+){REST}"),
        row(rf"n/(?P<handle>[^/]+){REST}"),
        row(rf"p/100[0-9]{{3}}(?P<id>[0-9]{{5,11}}){REST}"),
        row(rf"(?P<id>[0-9]{{5,11}})/(?!follow){POST}{REST}"),
        row(rf"(?P<id>[0-9]{{5,11}}){REST}"),
        row(rf"{no_page(_PAGES)}(?P<handle>[^/]+){REST}", other_name=_OTHER_NAME),
    ),
    ascii_paths=False,
)
