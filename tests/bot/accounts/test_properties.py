"""What holds for every input: nothing raises, addresses lead back, canonical forms stay, work is bounded."""

from __future__ import annotations

import re
import string
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.accounts import (
    RULES,
    AccountRef,
    Ambiguous,
    Platform,
    PostRef,
    Reading,
    Refused,
    ShortLink,
    account_url,
    canonical_handle,
    canonical_id,
    match_key,
    parse,
    parse_one,
    post_url,
    read,
)
from bot.errors import AmbiguousError, UnknownAccountError

P = Platform
# Strings made from expressions are slow to make on a busy machine; the work itself is counted below.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Strings that the expressions match, to be narrowed by the grammar itself where a table cannot say it.
HANDLES = {
    P.X: r"[A-Za-z0-9_]{1,15}",
    P.BLUESKY: r"[a-z0-9]{1,20}(-[a-z0-9]{1,5})?\.(bsky\.social|org|com\.br)",
    P.FEDIVERSE: r"[A-Za-z0-9_]{1,20}(\.[a-z]{1,5})?@[a-z]{3,10}\.(example|social)",
    P.THREADS: r"[A-Za-z0-9_]{1,20}(\.[a-z0-9]{1,5})?",
    P.INSTAGRAM: r"[A-Za-z0-9_]{1,20}(\.[a-z0-9]{1,5})?",
    P.FACEBOOK: r"[A-Za-z][A-Za-z0-9.]{1,40}",
    P.YOUTUBE: r"[\w.·-]{1,30}",
    P.TELEGRAM: r"[A-Za-z][A-Za-z0-9]{2,20}(_[a-z0-9]{1,5})?",
    P.TIKTOK: r"[A-Za-z0-9_.]{2,24}",
    P.VK: r"[A-Za-z][A-Za-z0-9_.]{1,31}",
    P.WEIBO: r"[\w-]{2,30}",
    P.WEBSITE: r"([a-z0-9]{1,10}\.){1,3}(example|org|co\.uk)",
}
IDS = {
    P.X: r"[1-9][0-9]{0,18}",
    P.BLUESKY: r"did:plc:[a-z2-7]{24}|did:web:[a-z]{1,10}\.org",
    P.FACEBOOK: r"[1-9][0-9]{0,16}",
    P.YOUTUBE: r"UC[A-Za-z0-9_-]{22}",
    P.TELEGRAM: r"-?[1-9][0-9]{0,14}",
    P.TIKTOK: r"MS4wLjABAAAA[A-Za-z0-9_-]{64}",
    P.VK: r"-?[1-9][0-9]{0,11}",
    P.WEIBO: r"[1-9][0-9]{4,10}",
}
POSTS = {
    P.X: r"[1-9][0-9]{0,18}",
    P.BLUESKY: r"3[a-z2-7]{12}",
    P.THREADS: r"C[A-Za-z0-9_-]{10}",
    P.INSTAGRAM: r"C[A-Za-z0-9_-]{10}|3[0-9]{18}",
    P.FACEBOOK: r"[1-9][0-9]{0,17}|pfbid[A-Za-z0-9]{20,60}",
    P.YOUTUBE: r"[A-Za-z0-9_-]{11}|PL[A-Za-z0-9_-]{16,32}|Ug[A-Za-z0-9_-]{20,30}",
    P.TELEGRAM: r"[1-9][0-9]{0,8}",
    P.TIKTOK: r"7[0-9]{18}",
    P.WEIBO: r"[345][0-9]{15}",
}
NEED_AN_AUTHOR = {P.BLUESKY, P.TELEGRAM}


def _matching(expression: str) -> st.SearchStrategy[str]:
    return st.from_regex(re.compile(expression), fullmatch=True)


@st.composite
def accounts(draw: st.DrawFn, platform: Platform, *, by_id: bool | None = None) -> AccountRef:
    """An account that its platform could have given, by handle or by id."""
    if platform in IDS and (draw(st.booleans()) if by_id is None else by_id):
        platform_id = canonical_id(platform, draw(_matching(IDS[platform])))
        assert platform_id is not None
        return AccountRef(platform=platform, platform_id=platform_id)
    names = _matching(HANDLES[platform]).map(lambda name: canonical_handle(platform, name))
    return AccountRef(platform=platform, handle=draw(names.filter(lambda name: name is not None)))


@st.composite
def posts(draw: st.DrawFn, platform: Platform) -> PostRef:
    """A post as its platform's addresses tell it, without what they cannot carry: VK's author by name."""
    if platform is P.VK:
        owner = draw(_matching(IDS[P.VK]))
        post_id = draw(_matching(rf"(wall|video|clip){owner}_[1-9][0-9]{{0,8}}"))
        return PostRef(platform=P.VK, post_id=post_id, author=AccountRef(platform=P.VK, platform_id=owner))
    if platform is P.WEBSITE:
        site = draw(accounts(P.WEBSITE))
        path = draw(_matching(r"news/[a-z0-9-]{1,12}(/[a-z]{1,8})?(\?id=[0-9]{1,5})?"))
        return PostRef(platform=P.WEBSITE, post_id=f"https://{site.handle}/{path}", author=site)
    if platform is P.FEDIVERSE:
        author = draw(accounts(P.FEDIVERSE))
        user, _, host = str(author.handle).partition("@")
        number = draw(_matching(r"1[0-9]{17}"))
        return PostRef(platform=platform, post_id=f"https://{host}/@{user}/{number}", author=author)
    post_id = draw(_matching(POSTS[platform]))
    has_author = platform in NEED_AN_AUTHOR or draw(st.booleans())
    # Videos and short codes are found without their author, and Weibo names one by uid alone.
    if platform is P.YOUTUBE or (platform is P.INSTAGRAM and post_id.isdigit() and not has_author):
        return PostRef(platform=platform, post_id=post_id)
    by_id = {P.X: False, P.TELEGRAM: False, P.WEIBO: True}.get(platform)
    author = draw(accounts(platform, by_id=by_id)) if has_author else None
    return PostRef(platform=platform, post_id=post_id, author=author)


@pytest.mark.parametrize("platform", list(Platform))
@settings(parent=UNHURRIED, max_examples=40)
@given(data=st.data())
def test_the_address_of_an_account_leads_back_to_it(platform: Platform, data: st.DataObject) -> None:
    account = data.draw(accounts(platform))
    assert parse(account_url(account)) == (account,)
    assert parse_one(account_url(account)) == account


@pytest.mark.parametrize("platform", list(Platform))
@settings(parent=UNHURRIED, max_examples=40)
@given(data=st.data())
def test_the_address_of_a_post_leads_back_to_it(platform: Platform, data: st.DataObject) -> None:
    post = data.draw(posts(platform))
    assert parse(post_url(post)) == (post,)


@pytest.mark.parametrize("platform", list(Platform))
@settings(parent=UNHURRIED, max_examples=40)
@given(data=st.data())
def test_a_canonical_handle_is_its_own_canonical_form(platform: Platform, data: st.DataObject) -> None:
    text = data.draw(st.one_of(st.text(max_size=40), _matching(HANDLES[platform])))
    handle = canonical_handle(platform, text)
    assert handle is None or canonical_handle(platform, handle) == handle


@pytest.mark.parametrize("platform", list(Platform))
@settings(parent=UNHURRIED, max_examples=40)
@given(data=st.data())
def test_a_bare_handle_is_read_by_the_platform_given(platform: Platform, data: st.DataObject) -> None:
    account = data.draw(accounts(platform, by_id=False))
    assert parse(f"@{account.handle}", platform=platform) == (account,)
    # Beyond ASCII upper and lower case are no pairs: "ß" becomes "SS".
    loud = "".join([char.upper() if char.isascii() else char for char in str(account.handle)])
    shouted = parse_one(f"@{loud}", platform=platform)
    assert isinstance(shouted, AccountRef)
    assert match_key(account) == match_key(shouted)


FRAGMENTS = st.sampled_from(
    [
        *(
            "https://",
            "http:",
            "//",
            "at://",
            "tg://",
            "did:plc:",
            "acct:",
            "javascript:",
            "hxxps://",
            "x:",
            "x.com",
        ),
        *(
            "twitter.com/",
            "bsky.app/profile/",
            "t.me/",
            "vk.com/",
            "weibo.com/",
            "youtube.com/",
            "www.facebook.com/",
        ),
        *(
            "instagram.com/",
            "tiktok.com/@",
            "threads.net/@",
            "web.archive.org/web/1/",
            "l.php?u=",
            "nitter.net/",
        ),
        *(
            "status/",
            "post/",
            "wall-1_2",
            "UC",
            "?",
            "&",
            "=",
            "#",
            "#m",
            "%",
            "%zz",
            "%00",
            "%2F",
            "%E2%80%AE",
            "/",
        ),
        *(
            "@",
            "＠",
            "@@",
            ".",
            "。",
            "．",
            ":",
            "：",
            "／",
            "<",
            ">",
            "<@1>",
            "</a:1>",
            "||",
            "[",
            "](",
            ")",
            "\\",
            "`",
        ),
        *(
            "name",
            "NAME",
            "12345",
            "ｎａｍｅ",
            "мир",
            "人民日报",
            "é",
            "e\u0301",
            "İ",
            "ß",
            "ǆ",
            "ﬁ",
            "℀",
            " ",
            "\n",
            "\t",
        ),
        *(
            "\u202e",
            "\u200b",
            "\ufe0f",
            "\ud800",
            "\x00",
            "\U0001f600",
            "\U000e0041",
            "xn--",
            "xn--a",
            ".com",
            "_",
            "-",
        ),
    ]
)
ANYTHING = st.one_of(
    st.text(), st.text(alphabet=string.printable), st.lists(FRAGMENTS, max_size=15).map("".join)
)


@settings(parent=UNHURRIED, max_examples=500)
@given(text=ANYTHING, platform=st.none() | st.sampled_from(list(Platform)))
@example(text="[" * 50, platform=None)
@example(text="https://[/", platform=None)
@example(text="https://x.com:99999999/a", platform=None)
@example(text="@" + "a." * 200, platform=None)
def test_nothing_raises(text: str, platform: Platform | None) -> None:
    readings = read(text, platform=platform)
    assert readings
    for reading in readings:
        _is_fit_for_use(reading)
    with suppress(UnknownAccountError, AmbiguousError):
        assert isinstance(parse_one(text, platform=platform), AccountRef | PostRef)


def _is_fit_for_use(reading: Reading) -> None:
    reference = reading.reference
    match reference:
        case AccountRef():
            _is_canonical(reference)
        case PostRef():
            assert RULES[reference.platform].post_url(reference) is not None
            if reference.author is not None:
                _is_canonical(reference.author)
        case Ambiguous():
            assert reference.choices
            assert len(set(reference.choices)) == len(reference.choices)
            for choice in reference.choices:
                _is_canonical(choice)
            _marks_what_was_typed(reference.reason)
        case ShortLink():
            assert reference.url.startswith(("https://", "http://"))
        case Refused():
            assert reference.reason.endswith(".")
            _marks_what_was_typed(reference.reason)
    for warning in reading.warnings:
        _marks_what_was_typed(warning.sentence)


def _marks_what_was_typed(sentence: str) -> None:
    """What was typed opens no quotation and closes none, whatever it is."""
    assert sentence.isprintable()
    assert sentence.count("`") % 2 == 0


def _is_canonical(account: AccountRef) -> None:
    assert account_url(account).startswith("https://")
    assert (account.handle is None) != (account.platform_id is None)
    if account.handle is not None:
        assert canonical_handle(account.platform, account.handle) == account.handle
    else:
        assert canonical_id(account.platform, account.platform_id or "") == account.platform_id


@settings(parent=UNHURRIED)
@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_what_was_pasted_is_part_of_the_text(text: str) -> None:
    plain = re.sub(r"\\([_*~|`>#\[\]()])", r"\1", text)
    assert all(reading.pasted in plain for reading in read(text))


def _calls_made(text: str) -> int:
    """Count the calls that reading a text takes: a measure that no busy machine moves."""
    count = 0

    def counter(_frame: FrameType, _event: str, _arg: object) -> None:
        nonlocal count
        count += 1

    previous = sys.getprofile()
    sys.setprofile(counter)
    try:
        read(text)
    finally:
        sys.setprofile(previous)
    return count


HARD: dict[str, Callable[[int], str]] = {
    "mentions": lambda n: " ".join(f"@n{n}_{i}" for i in range(n // 9)),
    "addresses": lambda n: " ".join(f"https://x.com/n{n}_{i}" for i in range(n // 20)),
    "one long word": lambda n: "a" * n,
    "dots": lambda n: "a." * (n // 2),
    "at signs": lambda n: "@" * n,
    "brackets": lambda n: "[" * n,
    "half-made links": lambda n: "[a](" * (n // 4),
    "closing brackets": lambda n: "https://x.com/a" + ")" * n,
    "glued Chinese": lambda n: "https://x.com/a看" * (n // 16),
    "schemes": lambda n: "https://" * (n // 8),
    "escapes": lambda n: "https://example.org/" + "%E4" * (n // 3),
    "invisible": lambda n: "\u200b" * n,
    "full-width": lambda n: "＠ｎａｍｅ　" * (n // 6),
    "lines": lambda n: "@a\n" * (n // 3),
    "labels": lambda n: "https://" + "é." * (n // 2),
}


@pytest.mark.parametrize("kind", HARD)
def test_the_work_grows_with_the_text_and_no_faster(kind: str) -> None:
    read(HARD[kind](1_000))  # fills the caches of characters and hosts
    small, large = _calls_made(HARD[kind](2_000)), _calls_made(HARD[kind](16_000))
    # Eight times the text: eight times the work, with some room for what is done once.
    assert large <= 10 * small + 500


@pytest.mark.parametrize("kind", HARD)
def test_no_expression_goes_back_and_forth(kind: str) -> None:
    # Calls do not show what happens inside an expression. Linear work on this length takes some 0.2 s of
    # processor time, so the limit is far off unless an expression tries the same run again and again.
    text = HARD[kind](32_000)
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 3
