"""X, formerly Twitter."""

from __future__ import annotations

import re

from bot.accounts.refs import Platform
from bot.accounts.rules import (
    HANDLE,
    ID,
    POST,
    REST,
    Rules,
    account_address,
    pattern,
    post_address,
    row,
    words,
)

X = Rules(
    platform=Platform.X,
    name="X",
    accepts="1 to 15 letters A to Z, digits or _",
    example="https://x.com/name",
    handle=pattern(r"[a-z0-9_]{1,15}", lower=True),
    account_id=pattern(r"[0-9]{1,19}"),
    post_id=pattern(r"[0-9]{1,19}"),
    account_url=account_address(by_handle="https://x.com/{handle}", by_id="https://x.com/i/user/{id}"),
    post_url=post_address(
        by_handle="https://x.com/{handle}/status/{post}", alone="https://x.com/i/web/status/{post}"
    ),
    hosts=words("x.com twitter.com"),
    mirrors=words("vxtwitter.com fxtwitter.com fixupx.com fixvx.com twittpr.com xcancel.com girlcockx.com"),
    mirror_pattern=re.compile(r"(?:.+\.)?nitter\..+"),
    short_hosts=words("t.co pic.twitter.com pic.x.com"),
    reserved=words(
        "home explore i search settings notifications messages compose hashtag intent share login signup tos "
        "privacy about jobs download"
    ),
    rows=(
        row(rf"i/(?:web/)?status/{POST}{REST}"),
        row(rf"i/user/{ID}"),
        row("intent/(?:user|follow)", handle="screen_name"),
        row("intent/(?:user|follow)", id="user_id"),
        row(rf"{HANDLE}/status(?:es)?/{POST}{REST}"),
        # Addresses of 2010 to 2012, still found in archives.
        row("", fragment=r"!/@?(?P<handle>[^/?]+)(?:/status(?:es)?/(?P<post>[0-9]+))?(?:[/?].*)?"),
        row(rf"{HANDLE}{REST}"),
    ),
)
