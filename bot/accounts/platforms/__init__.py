"""One table per platform family. A new platform is one more file here and one more line below."""

from __future__ import annotations

from bot.accounts.platforms.bluesky import BLUESKY
from bot.accounts.platforms.meta import FACEBOOK, INSTAGRAM, THREADS
from bot.accounts.platforms.open_web import FEDIVERSE, WEBSITE
from bot.accounts.platforms.telegram import TELEGRAM
from bot.accounts.platforms.tiktok import TIKTOK
from bot.accounts.platforms.vk import VK
from bot.accounts.platforms.weibo import WEIBO
from bot.accounts.platforms.x import X
from bot.accounts.platforms.youtube import YOUTUBE
from bot.accounts.refs import Platform
from bot.accounts.rules import Rules

_ALL = (X, BLUESKY, FEDIVERSE, THREADS, INSTAGRAM, FACEBOOK, YOUTUBE, TELEGRAM, TIKTOK, VK, WEIBO, WEBSITE)
RULES: dict[Platform, Rules] = {rules.platform: rules for rules in _ALL}
