"""TikTok."""

from __future__ import annotations

from bot.accounts.refs import Platform
from bot.accounts.rules import (
    HANDLE,
    POST,
    REST,
    Rules,
    account_address,
    no_page,
    pattern,
    post_address,
    row,
    words,
)

# The lasting id (secUid). It stands where a handle would: tiktok.com/@MS4wLjABAAAA…
_SEC_UID = r"MS4w[A-Za-z0-9_-]{40,120}"
_PAGES = "foryou following live explore discover music tag search login about legal embed"

TIKTOK = Rules(
    platform=Platform.TIKTOK,
    name="TikTok",
    accepts="2 to 24 letters A to Z, digits, _ or dots, not digits alone and with no dot last",
    example="https://www.tiktok.com/@name",
    handle=pattern(r"(?![0-9]+$)[a-z0-9_.]{2,24}(?<!\.)", lower=True),
    account_id=pattern(_SEC_UID),
    post_id=pattern(r"[0-9]{6,20}"),
    account_url=account_address(
        by_handle="https://www.tiktok.com/@{handle}", by_id="https://www.tiktok.com/@{id}"
    ),
    post_url=post_address(
        by_handle="https://www.tiktok.com/@{handle}/video/{post}",
        by_id="https://www.tiktok.com/@{id}/video/{post}",
        alone="https://m.tiktok.com/v/{post}.html",
    ),
    hosts=words("tiktok.com"),
    mirrors=words("vxtiktok.com tnktok.com"),
    short_hosts=words("vm.tiktok.com vt.tiktok.com vm.vxtiktok.com vm.tnktok.com"),
    rows=(
        row(r"t/.+", short=True),
        row(r"v/(?P<post>[0-9]+)(?:\.html)?"),
        row(rf"(?:embed(?:/v[0-9])?|player/v[0-9])/{POST}"),
        row(rf"@/(?:video|photo)/{POST}{REST}"),
        row(rf"@(?P<id>{_SEC_UID})/(?:video|photo)/{POST}{REST}"),
        row(rf"@(?P<id>{_SEC_UID}){REST}"),
        row(rf"@(?P<handle>[^/]+)/(?:video|photo)/{POST}{REST}"),
        row(rf"@(?P<handle>[^/]+){REST}"),
        row(rf"{no_page(_PAGES)}{HANDLE}"),
    ),
)
