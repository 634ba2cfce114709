"""Platforms without a connector: why, and what access one would need. Such accounts are checked from imports.

A connector that nobody here could try against the platform would be a guess; these need an approval or
an account that only the team itself can get.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.accounts import Platform
from bot.platforms.contract import Unavailable

_EACH = (
    Unavailable(
        platform=Platform.THREADS,
        why="Threads shows other people's accounts only to apps that passed Meta's App Review.",
        access="An approved app with threads_profile_discovery, and a target with at least 100 followers.",
        page="https://developers.facebook.com/documentation/threads/threads-profiles",
    ),
    Unavailable(
        platform=Platform.TIKTOK,
        why="TikTok gives data to approved researchers of non-profit institutions alone.",
        access="An accepted application to the TikTok Research API; its JSON can be imported.",
        page="https://developers.tiktok.com/doc/research-api-faq",
    ),
    Unavailable(
        platform=Platform.VK,
        why="VK answers only with a service token, and registering an app needs a VK ID.",
        access="A service token of an app of yours; until then import a CSV.",
        page="https://dev.vk.com/en/api/access-token/getting-started",
    ),
    Unavailable(
        platform=Platform.FACEBOOK,
        why="Facebook gives public pages only to apps with App Review and business verification.",
        access="The Meta Content Library for approved researchers: its approved exports can be imported.",
        page="https://developers.facebook.com/docs/content-library-and-api",
    ),
    Unavailable(
        platform=Platform.INSTAGRAM,
        why="Instagram gives other accounts only to apps with App Review and business verification.",
        access="The Meta Content Library for approved researchers: its approved exports can be imported.",
        page="https://developers.facebook.com/docs/content-library-and-api",
    ),
    Unavailable(
        platform=Platform.WEIBO,
        why="Weibo's timeline interface is limited to the account that authorised it.",
        access="There is none for research; paste posts or import a CSV.",
        page="https://open.weibo.com/wiki/2/statuses/user_timeline",
    ),
)

UNAVAILABLE = MappingProxyType({each.platform: each for each in _EACH})
