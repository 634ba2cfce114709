"""The fediverse and plain websites: any host may be either, so the shape of the path decides.

`/@name` and what only fediverse software writes (`/users/name/statuses/1`, `/notice/…`, `/objects/…`,
`/notes/…`, Pixelfed's `/p/name/…`) read as the fediverse. `/users/name`, `/u/name` and `/c/name` stand on
ordinary websites too: both are offered. Everything else is a page of the website. Whether a server
speaks ActivityPub is asked later, by the connector, through the safe fetcher.

Neither has central ids: `post_id` is the post's own address.
"""

from __future__ import annotations

import re

from bot.accounts.hosts import canonical_host, is_public_name
from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.rules import HANDLE, REST, Rules, row

# Mastodon's own sign-up stops at 30 characters; bridges carry whole host names as the user.
_USER = r"[a-z0-9_](?:[a-z0-9_.-]{0,126}[a-z0-9_])?"
_ADDRESS = re.compile(rf"({_USER})@([^@/\s]+)", re.IGNORECASE | re.ASCII)
_ADDRESS_OF_ANY_HOST = re.compile(rf"({_USER})@([^@/\s]+)", re.IGNORECASE)
_AT = r"@(?P<handle>[^/]+)"
# A snowflake (Mastodon), ULID (GoToSocial) or flake id (Pleroma, Akkoma).
_ID = r"(?P<post>[0-9]{5,25}|[0-9A-HJKMNP-TV-Z]{26}|[A-Za-z0-9]{18})"


def _fediverse_handle(text: str) -> str | None:
    found = _ADDRESS_OF_ANY_HOST.fullmatch(text)
    host = canonical_host(found[2]) if found else None
    if found is None or host is None or not found[1].isascii() or not is_public_name(host):
        return None
    return f"{found[1].lower()}@{host}"


def _fediverse_account(account: AccountRef) -> str | None:
    if account.handle is None:
        return account.platform_id if account.platform_id and "://" in account.platform_id else None
    user, _, host = account.handle.rpartition("@")
    return f"https://{host}/@{user}"


def _own_address(post: PostRef) -> str | None:
    return post.post_id if "://" in post.post_id else None


FEDIVERSE = Rules(
    platform=Platform.FEDIVERSE,
    name="the fediverse",
    accepts="a name together with its server, such as @name@mastodon.example",
    example="@name@mastodon.example",
    handle=_fediverse_handle,
    account_url=_fediverse_account,
    post_url=_own_address,
    rows=(
        row(rf"(?:web/)?{_AT}/(?:(?:posts|statuses)/)?{_ID}"),
        row(rf"users/(?P<handle>[^/]+)/statuses/{_ID}{REST}"),
        row(rf"(?:web/)?{_AT}{REST}"),
        row(rf"p/{HANDLE}/(?P<post>[0-9]{{15,25}})"),
        row(r"objects/(?P<post>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
        row(r"notice/(?P<post>[0-9A-Za-z]{18}|[0-9]{3,25})"),
        # Ids of Misskey and its kin always hold a digit, words do not.
        row(r"notes/(?P<post>(?=[a-z]*[0-9])[0-9a-z]{10,26})"),
    ),
)
# Shapes that ordinary websites use as well.
MAYBE_FEDIVERSE = (row(r"(?:users|u|c)/@?(?P<handle>[A-Za-z_][^/]*)"),)


def _website_handle(text: str) -> str | None:
    host = canonical_host(text)
    if host is None or not is_public_name(host):
        return None
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host


def _website_account(account: AccountRef) -> str | None:
    return f"https://{account.handle}/" if account.handle is not None else None


WEBSITE = Rules(
    platform=Platform.WEBSITE,
    name="a website",
    accepts="a public host name such as example.org",
    example="https://example.org",
    handle=_website_handle,
    account_url=_website_account,
    post_url=_own_address,
)

# Sites where `/@name` is an account of the site itself, or where many people publish under one host, and
# which Masthead cannot read: said so, rather than shown as the website's owner.
OTHER_PLATFORMS = {
    "linkedin.com": "LinkedIn",
    "reddit.com": "Reddit",
    "old.reddit.com": "Reddit",
    "redd.it": "Reddit",
    "ok.ru": "Odnoklassniki",
    "rutube.ru": "Rutube",
    "dzen.ru": "Dzen",
    "rumble.com": "Rumble",
    "odysee.com": "Odysee",
    "bitchute.com": "BitChute",
    "dailymotion.com": "Dailymotion",
    "vimeo.com": "Vimeo",
    "twitch.tv": "Twitch",
    "kick.com": "Kick",
    "bilibili.com": "Bilibili",
    "space.bilibili.com": "Bilibili",
    "douyin.com": "Douyin",
    "kuaishou.com": "Kuaishou",
    "xiaohongshu.com": "Xiaohongshu",
    "zhihu.com": "Zhihu",
    "toutiao.com": "Toutiao",
    "mp.weixin.qq.com": "WeChat",
    "pinterest.com": "Pinterest",
    "snapchat.com": "Snapchat",
    "medium.com": "Medium",
    "substack.com": "Substack",
    "quora.com": "Quora",
    "truthsocial.com": "Truth Social",
    "gab.com": "Gab",
    "gettr.com": "GETTR",
    "wa.me": "WhatsApp",
    "whatsapp.com": "WhatsApp",
    "chat.whatsapp.com": "WhatsApp",
    "patreon.com": "Patreon",
    "boosty.to": "Boosty",
    "soundcloud.com": "SoundCloud",
    "open.spotify.com": "Spotify",
    "podcasts.apple.com": "Apple Podcasts",
    "unsplash.com": "Unsplash",
    "steemit.com": "Steemit",
    "linktr.ee": "Linktree",
}  # fmt: skip
DISCORD_INVITE = re.compile(
    r"(?:discord\.gg|(?:canary\.|ptb\.)?discord(?:app)?\.com/invite)(?:/.*)?", re.IGNORECASE
)
DISCORD_HOSTS = frozenset(
    {"discord.com", "discordapp.com", "canary.discord.com", "ptb.discord.com", "discord.gg"}
)

# Shorteners that serve everybody.
SHORTENERS = frozenset(
    "bit.ly bitly.com tinyurl.com goo.gl ow.ly buff.ly is.gd v.gd cutt.ly rb.gy dlvr.it ift.tt shorturl.at "
    "clck.ru lnkd.in url.cn dwz.cn t.ly tiny.cc rebrand.ly trib.al wp.me flip.it amzn.to spr.ly".split()
)
