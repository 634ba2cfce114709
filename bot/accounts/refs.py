"""What people mean when they name an account or a post: values, without any rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """The platforms whose handles and URLs Masthead reads. The value is stored and printed in JSON."""

    X = "x"
    BLUESKY = "bluesky"
    FEDIVERSE = "fediverse"
    THREADS = "threads"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    TIKTOK = "tiktok"
    VK = "vk"
    WEIBO = "weibo"
    WEBSITE = "website"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRef:
    """One account as a person named it: at least one of `handle` and `platform_id` is given.

    `handle` is canonical: without "@", lower-case where the platform ignores case, `user@host` on the
    fediverse, the host (A-labels, no "www.") for a website. `platform_id` is the id that outlives the
    handle (X numeric id, Bluesky DID, YouTube `UC…`), in its own case.
    """

    platform: Platform
    handle: str | None = None
    platform_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRef:
    """One post. `author` is None where the URL does not tell who wrote it (x.com/i/web/status/1).

    `post_id` is the platform's id in one spelling: Weibo's 16-digit number, VK's with kind and owner
    (`wall-1_2`). The fediverse and websites have no central ids: there it is the post's clean address.
    """

    platform: Platform
    post_id: str
    author: AccountRef | None = None
