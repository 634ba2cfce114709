"""The form in which a platform states its grammar: one table, read by one engine (`match.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.results import Caution, CautionKind
from bot.accounts.urls import Url

# Pieces of path patterns. A handle takes a whole segment, so that an impossible one is named as such
# rather than passed over; `platform.handle` judges it.
HANDLE = r"@?(?P<handle>[^/]+)"
POST = r"(?P<post>[^/]+)"
ID = r"(?P<id>[^/]+)"
REST = r"(?:/.*)?"

Canonical = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One form of address. The groups `handle`, `id` and `post` of `path` say what it names.

    `query` takes further groups from parameters, all of which must be present; `fragment` replaces the
    path for the web clients that hide it there. `short` marks redirects, `refuse` pages that are no
    account (a sentence), `caution` a reading that deserves a second look. Rows are tried in order; one
    whose id or post id is impossible is passed over.
    """

    path: re.Pattern[str]
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    fragment: re.Pattern[str] | None = None
    short: bool = False
    refuse: str | None = None
    caution: Caution | None = None

    def fields(self, url: Url, path: str) -> dict[str, str] | None:
        """Return what this row names in an address; None when the address has another form.

        `path` is the address's plain path, taken once for all rows.
        """
        found = self.path.fullmatch(path)
        if found is None:
            return None
        named = {key: value for key, value in found.groupdict().items() if value}
        if self.fragment is not None:
            inside = self.fragment.fullmatch(url.fragment)
            if inside is None:
                return None
            named |= {key: value for key, value in inside.groupdict().items() if value}
        for key, parameter in self.query.items():
            value = url.param(parameter)
            if value is None:
                return None
            named[key] = value
        return named


def row(
    path: str,
    *,
    fragment: str | None = None,
    refuse: str | None = None,
    short: bool = False,
    other_name: str | None = None,
    **query: str,
) -> Row:
    """Write a row: `row("intent/user", handle="screen_name")` takes the handle from `?screen_name=`."""
    return Row(
        path=re.compile(path, re.IGNORECASE),
        query=query,
        fragment=re.compile(fragment) if fragment else None,
        short=short,
        refuse=refuse,
        caution=Caution(kind=CautionKind.OTHER_NAME, sentence=other_name) if other_name else None,
    )


def never(_: str) -> None:
    """Accept nothing: for a platform without such a name."""


def nobody(_: str) -> AccountRef | None:
    """The post id does not tell who wrote the post."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything Masthead knows about the names and addresses of one platform.

    `handle`, `account_id` and `post_id` take text without spaces around it and return its canonical
    form, or None where the platform could not have given it. `author_of` reads the author out of a post
    id. `account_url` and `post_url` return None where the platform has no address of that kind.
    `accepts` completes the sentence "X accepts …". `hosts` stand without `www.`, `m.` and `mobile.`.
    """

    platform: Platform
    name: str
    accepts: str
    example: str
    handle: Canonical
    account_url: Callable[[AccountRef], str | None]
    post_url: Callable[[PostRef], str | None]
    account_id: Canonical = never
    post_id: Canonical = never
    author_of: Callable[[str], AccountRef | None] = nobody
    hosts: frozenset[str] = frozenset()
    mirrors: frozenset[str] = frozenset()
    # Hosts that name something themselves (`name.t.me`): what to put before the path, as a template.
    host_paths: tuple[tuple[re.Pattern[str], str], ...] = ()
    # Mirrors that come and go under many names.
    mirror_pattern: re.Pattern[str] | None = None
    short_hosts: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()
    # False where handles or names in paths may hold letters beyond ASCII.
    ascii_paths: bool = True


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def no_page(names: str) -> str:
    """A lookahead that passes over the platform's own pages, where these words are free as handles."""
    return rf"(?!(?:{'|'.join(map(re.escape, names.split()))})(?:/|$))"


def pattern(expression: str, *, lower: bool = False) -> Canonical:
    """Accept what the expression matches as a whole; `lower` where the platform ignores case."""
    compiled = re.compile(expression, re.ASCII)

    def canonical(text: str) -> str | None:
        text = text.lower() if lower else text
        return text if compiled.fullmatch(text) else None

    return canonical


def account_address(*, by_handle: str, by_id: str | None = None) -> Callable[[AccountRef], str | None]:
    """Write account addresses from templates with `{handle}` and `{id}`; the handle comes first."""

    def address(account: AccountRef) -> str | None:
        if account.handle is not None:
            return by_handle.format(handle=quote(account.handle, safe=""))
        if account.platform_id is not None and by_id is not None:
            return by_id.format(id=quote(account.platform_id, safe=":"))
        return None

    return address


def post_address(
    *, by_handle: str | None = None, by_id: str | None = None, alone: str | None = None
) -> Callable[[PostRef], str | None]:
    """Write post addresses from templates with `{handle}`, `{id}` and `{post}`; the first that fits."""

    def address(post: PostRef) -> str | None:
        author = post.author
        quoted = quote(post.post_id, safe=":")
        if author is not None and author.handle is not None and by_handle is not None:
            return by_handle.format(handle=quote(author.handle, safe=""), post=quoted)
        if author is not None and author.platform_id is not None and by_id is not None:
            return by_id.format(id=quote(author.platform_id, safe=":"), post=quoted)
        return alone.format(post=quoted) if alone is not None else None

    return address
