"""Telegram: public channels, groups and their messages; invites and private chats are refused."""

from __future__ import annotations

import re

from bot.accounts.refs import Platform
from bot.accounts.rules import HANDLE, POST, REST, Rules, account_address, pattern, post_address, row, words

_INVITE = (
    "This is an invite to a Telegram chat. It names no public account, and Masthead joins nothing. "
    "Paste the public name of the channel (https://t.me/name) if it has one."
)
_PRIVATE = (
    "This message stands in a private Telegram chat, which only its members can read. "
    "Paste the address of a public channel, such as https://t.me/name."
)
# https://core.telegram.org/api/links: names of services under t.me, as paths and as subdomains.
_RESERVED = (
    "addemoji addlist addstickers addtheme auth bg call confirmphone contact contacts dl faq giftcode "
    "invoice iv joinchat login m nft passport proxy setlanguage settings share socks tos www web a k z"
)
_NUMBER = r"(?P<post>[0-9]+)"

TELEGRAM = Rules(
    platform=Platform.TELEGRAM,
    name="Telegram",
    accepts="4 to 32 letters A to Z, digits or _, beginning with a letter, with no _ last or twice in a row",
    example="https://t.me/name",
    handle=pattern(r"[a-z](?!.*__)[a-z0-9_]{2,30}[a-z0-9]", lower=True),
    account_id=pattern(r"-?[1-9][0-9]{0,18}"),
    post_id=pattern(r"[0-9]{1,12}"),
    account_url=account_address(by_handle="https://t.me/{handle}", by_id="https://web.telegram.org/a/#{id}"),
    post_url=post_address(by_handle="https://t.me/{handle}/{post}"),
    hosts=words("t.me telegram.me telegram.dog"),
    host_paths=(
        (re.compile(rf"(?!(?:{'|'.join(_RESERVED.split())})\.)([^.]+)\.t\.me"), r"\1"),
        (re.compile(r"web\.telegram\.org"), "web.telegram.org"),
    ),
    reserved=words(_RESERVED),
    rows=(
        row(r"web\.telegram\.org(?:/.*)?", fragment=r"@(?P<handle>[A-Za-z0-9_]+)"),
        row(r"web\.telegram\.org(?:/.*)?", fragment=r"(?P<id>-?[0-9]+)"),
        row("tg:/resolve", handle="domain", post="post"),
        row("tg:/resolve", handle="domain"),
        row("tg:/user", id="id"),
        row(r"tg:/join|\+.*|joinchat(?:/.*)?|addlist(?:/.*)?", refuse=_INVITE),
        row(r"tg:/privatepost|c/.*", refuse=_PRIVATE),
        row(rf"boost/{HANDLE}"),
        row(rf"s/{HANDLE}/{_NUMBER}"),
        row(rf"s/{HANDLE}{REST}"),
        # In a forum group the first number is the topic.
        row(rf"{HANDLE}/[0-9]+/{_NUMBER}"),
        row(rf"{HANDLE}/{POST}"),
        row(rf"{HANDLE}{REST}"),
    ),
)
