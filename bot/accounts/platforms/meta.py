"""Threads and Instagram, which share their names, and Facebook."""

from __future__ import annotations

import re

from bot.accounts.refs import Platform, PostRef
from bot.accounts.rules import (
    HANDLE,
    ID,
    POST,
    REST,
    Row,
    Rules,
    account_address,
    no_page,
    pattern,
    post_address,
    row,
    words,
)

_SHARED_NAMES = pattern(r"(?!.*\.\.)(?!\.)[a-z0-9._]{1,30}(?<!\.)", lower=True)
_ACCEPTS_SHARED = "1 to 30 letters A to Z, digits, _ or dots, with no dot first, last or twice in a row"
_CODE = r"[A-Za-z0-9_-]{5,64}"

THREADS = Rules(
    platform=Platform.THREADS,
    name="Threads",
    accepts=_ACCEPTS_SHARED,
    example="https://www.threads.com/@name",
    handle=_SHARED_NAMES,
    account_id=pattern(r"[0-9]{1,20}"),
    post_id=pattern(_CODE),
    account_url=account_address(by_handle="https://www.threads.com/@{handle}"),
    post_url=post_address(
        by_handle="https://www.threads.com/@{handle}/post/{post}", alone="https://www.threads.com/t/{post}"
    ),
    hosts=words("threads.net threads.com"),
    rows=(
        row(rf"t/{POST}{REST}"),
        row(rf"@(?P<handle>[^/]+)/post/{POST}{REST}"),
        row(rf"@(?P<handle>[^/]+){REST}"),
        row(rf"{no_page('t search activity login settings privacy terms about legal')}{HANDLE}{REST}"),
    ),
)

_STORY = re.compile(r"[0-9]{15,}")
_instagram_media = post_address(
    by_handle="https://www.instagram.com/{handle}/p/{post}/", alone="https://www.instagram.com/p/{post}/"
)
_instagram_story = post_address(
    by_handle="https://www.instagram.com/stories/{handle}/{post}/",
    alone="https://www.instagram.com/p/{post}/",
)


def _instagram_post(post: PostRef) -> str | None:
    """Stories have long numbers for ids, everything else has short codes."""
    return (_instagram_story if _STORY.fullmatch(post.post_id) else _instagram_media)(post)


INSTAGRAM = Rules(
    platform=Platform.INSTAGRAM,
    name="Instagram",
    accepts=_ACCEPTS_SHARED,
    example="https://www.instagram.com/name/",
    handle=_SHARED_NAMES,
    account_id=pattern(r"[0-9]{1,20}"),
    post_id=pattern(_CODE),
    account_url=account_address(by_handle="https://www.instagram.com/{handle}/"),
    post_url=_instagram_post,
    hosts=words("instagram.com instagr.am"),
    mirrors=words("ddinstagram.com kkinstagram.com"),
    reserved=words(
        "explore accounts p reel reels tv stories share s direct about legal developer developers api web "
        "directory challenge privacy terms graphql oauth push session archive"
    ),
    rows=(
        row(rf"stories/(?!highlights/){HANDLE}/{POST}"),
        row(rf"stories/(?!highlights/){HANDLE}"),
        row(rf"(?:p|reel|reels|tv)/(?!audio(?:/|$)){POST}{REST}"),
        row(r"(?:share|s)/.+", short=True),
        row(rf"_u/{HANDLE}{REST}"),
        row(rf"{HANDLE}/(?:p|reel|reels|tv)/{POST}{REST}"),
        row(rf"{HANDLE}{REST}"),
    ),
)

# Pages without a name of their own get one of the form `title-104251674369966`; after a title that is not
# in Latin letters the hyphen is missing. The number alone is stable.
_TITLE_AND_ID = r"[^/]*(?:-|[^\x00-\x7f])(?P<id>[0-9]{5,17})"
_NUMBER = r"(?P<id>[0-9]{1,17})"


def _by(author: str) -> tuple[Row, ...]:
    """The forms of an address that begins with an author."""
    return (
        row(rf"{author}/posts/(?:[^/]*-)?(?P<post>[0-9]+|pfbid\w+){REST}"),
        row(rf"{author}/(?:videos|photos)/(?:[^/]+/)?(?P<post>[0-9]+){REST}"),
        row(rf"{author}{REST}"),
    )


_facebook_numbered = post_address(
    by_handle="https://www.facebook.com/{handle}/posts/{post}",
    by_id="https://www.facebook.com/permalink.php?story_fbid={post}&id={id}",
    # Posts without an author come from photo, video and reel addresses mostly; this opens the last two.
    alone="https://www.facebook.com/watch/?v={post}",
)
_facebook_hashed = post_address(
    by_handle="https://www.facebook.com/{handle}/posts/{post}",
    by_id="https://www.facebook.com/permalink.php?story_fbid={post}&id={id}",
    alone="https://www.facebook.com/permalink.php?story_fbid={post}",
)


def _facebook_post(post: PostRef) -> str | None:
    return (_facebook_numbered if post.post_id.isdigit() else _facebook_hashed)(post)


FACEBOOK = Rules(
    platform=Platform.FACEBOOK,
    name="Facebook",
    # New names have five characters and more, old ones fewer: facebook.com/NPR.
    accepts="2 to 50 letters A to Z, digits or dots, at least one letter among them, or up to 17 digits",
    example="https://www.facebook.com/name",
    handle=pattern(r"(?=.*[a-z])(?!.*\.php$)[a-z0-9.]{2,50}(?<!\.)", lower=True),
    account_id=pattern(r"[0-9]{1,17}"),
    post_id=pattern(r"[0-9]{1,20}|pfbid[0-9A-Za-z]{5,120}"),
    account_url=account_address(
        by_handle="https://www.facebook.com/{handle}", by_id="https://www.facebook.com/profile.php?id={id}"
    ),
    post_url=_facebook_post,
    hosts=words(
        "facebook.com fb.com web.facebook.com mbasic.facebook.com touch.facebook.com l.facebook.com m.me"
    ),
    host_paths=((re.compile(r"[a-z]{2}-[a-z]{2}\.facebook\.com"), ""),),
    short_hosts=words("fb.watch fb.me"),
    reserved=words(
        "groups events watch reel reels photo photos video videos live share sharer marketplace gaming "
        "hashtag login help business ads pages people p pg profile media stories search settings messages "
        "notifications bookmarks friends privacy policies terms legal about directory plugins dialog home"
    ),
    rows=(
        row(r"(?:permalink|story)\.php", post="story_fbid", id="id"),
        row(r"(?:permalink|story)\.php", post="story_fbid"),
        row(r"profile\.php", id="id"),
        row(r"photo(?:\.php)?", post="fbid"),
        row(r"(?:watch|watch/live|video\.php|live)", post="v"),
        row(rf"reel/{POST}{REST}"),
        row(rf"people/[^/]+/{ID}{REST}"),
        row(rf"p/(?:[^/]*-)?{_NUMBER}{REST}"),
        row(rf"pages/category/[^/]+/(?:[^/]*-)?{_NUMBER}{REST}"),
        row(rf"pages/[^/]+/{_NUMBER}{REST}"),
        row(rf"pg/{HANDLE}{REST}"),
        row(r"share/.+", short=True),
        row(rf"groups/[^/]+/(?:posts|permalink)/{POST}{REST}"),
        row(rf"groups/[^/]+/user/{_NUMBER}{REST}"),
        row(
            r"groups/.+",
            refuse="A Facebook group is not an account: many people post in it. "
            "Paste the address of one post, or of the page or profile that you want to check.",
        ),
        *_by(_NUMBER),
        *_by(_TITLE_AND_ID),
        *_by(HANDLE),
    ),
    ascii_paths=False,
)
