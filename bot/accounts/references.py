"""Every reference of a folded text with its place: one word is read fully, running text with restraint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.accounts.characters import before_glued, has_invisible, is_direction_control, typed, visible
from bot.accounts.hosts import canonical_host, has_known_ending
from bot.accounts.locate import known_host, locate
from bot.accounts.match import Match, match_url
from bot.accounts.names import read_name
from bot.accounts.refs import Platform
from bot.accounts.results import Refused
from bot.accounts.scan import DISCORD_TAG, Candidate, Kind, candidates, trimmed
from bot.accounts.sentences import HOW_TO_NAME, READS, invisible
from bot.accounts.urls import split_url

_WORD = re.compile(r"\S+")
# What stands around a reference: Discord's marks for links, spoilers, code and emphasis; quotes, brackets.
_BEFORE = "<([{\"'`|*~“”„‘’«»「」『』《》【】（"
_BEHIND = ">)]}\"'`|*~“”„‘’«»「」『』《》【】）、，。；！？…"
# In a list every item has the form of a reference.
_ITEM = re.compile(r"@.|.*://|did:|UC[\w-]{22}$|.*[^\W_][.。][^\W\d_]{2}|<[@#/]", re.DOTALL)
_DISCORD_TAG = re.compile(DISCORD_TAG, re.ASCII)
_DISCORD_THINGS = (("<@&", "role"), ("<@", "member"), ("<#", "channel"), ("</", "command"))
# Words with which Discord calls everybody.
_CALLS = frozenset({"everyone", "here"})
_HAS_ADDRESS = re.compile(r"://|\]\(|^//|^javascript:", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+-]{0,30}):(?P<rest>.*)", re.DOTALL)
_WEB = re.compile(r"(?:h(?:tt|xx)p(?P<secure>s?):)?/{1,3}", re.IGNORECASE)
# Schemes of a platform's own, as a folder that its rows know.
_APP_LINKS = {"at": "bsky.app/at:", "tg": "t.me/tg:"}
_PREFIXES = {platform.value: platform for platform in Platform} | {
    "twitter": Platform.X,
    "bsky": Platform.BLUESKY,
    "acct": Platform.FEDIVERSE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    match: Match
    start: int
    end: int


def find(text: str, *, platform: Platform | None) -> Iterator[Found]:
    """Yield the references of a folded text in order.

    A text of one word, and every item of a list, may be a bare name or host. In running text only what
    was meant as a reference counts: addresses, mentions, ids.
    """
    if len(text.split(maxsplit=1)) == 1:
        word = _WORD.search(text)
        yield from _word(text, word.span() if word else (0, 0), alone=True, platform=platform)
        return
    at = 0
    for line in text.splitlines(keepends=True):
        spans = [(at + word.start(), at + word.end()) for word in _WORD.finditer(line)]
        if spans and all(_ITEM.match(text[start:end].lstrip(_BEFORE) or "-") for start, end in spans):
            for span in spans:
                yield from _word(text, span, alone=False, platform=platform)
        elif spans:
            yield from _prose(text, at, at + len(line), platform=platform)
        at += len(line)


def _word(text: str, span: tuple[int, int], *, alone: bool, platform: Platform | None) -> Iterator[Found]:
    start, end = span
    word = text[start:end]
    if _DISCORD_TAG.fullmatch(word) or _HAS_ADDRESS.search(word):
        found = tuple(_prose(text, start, end, platform=platform))
        yield from found or _rest(word, span, platform=platform)
        return
    start += len(word) - len(word.lstrip(_BEFORE))
    end = start + len(text[start:end].rstrip(_BEHIND))
    end = start + trimmed(text[start:end])
    match = _name(text[start:end], alone=alone, platform=platform)
    if match is not None:
        yield Found(match=match, start=start, end=end)
        return
    found = tuple(_prose(text, *span, platform=platform))
    yield from found or _rest(word, span, platform=platform)


def _rest(word: str, span: tuple[int, int], *, platform: Platform | None) -> Iterator[Found]:
    """Say what is wrong with a word that nothing else could read."""
    start, end = span
    if has_invisible(word):
        yield Found(match=Match(reference=invisible(word, word)), start=start, end=end)
    elif (scheme := _SCHEME.match(word)) is not None and platform is None:
        yield Found(match=Match(reference=_unknown_scheme(word, scheme["scheme"])), start=start, end=end)


def _name(word: str, *, alone: bool, platform: Platform | None) -> Match | None:
    """Read a word that is no address with a scheme; None where it must be searched for references."""
    if has_invisible(word):
        return None
    scheme = _SCHEME.fullmatch(word)
    if scheme is not None and scheme["scheme"].lower() in _PREFIXES and platform is None:
        prefixed = _PREFIXES[scheme["scheme"].lower()]
        signed = scheme["rest"].startswith("@")
        return read_name(scheme["rest"].removeprefix("@"), signed=signed, platform=prefixed)
    signed = word.startswith("@")
    if not signed and (head := re.split("[/?]", word, maxsplit=1)[0]) != word:
        found = _bare_address(word, head)
        # What stands behind a platform's host (`s/name`) is read when the platform is given.
        if found is not None or platform is None:
            return found
    if not signed and not alone and "@" in word:
        return None
    return read_name(word.removeprefix("@"), signed=signed, platform=platform)


def _bare_address(word: str, head: str) -> Match | None:
    """Read an address without a scheme, unless Chinese stands before a Latin host."""
    glued = before_glued(head) != head and any(char.isascii() and char.isalnum() for char in head)
    host = canonical_host(head.partition(":")[0])
    if (
        glued
        or host is None
        or (locate(host) is None and known_host(host) is None and not has_known_ending(host))
    ):
        return None
    return _address(f"https://{word[: _length(f'https://{word}') - len('https://')]}")


def _prose(text: str, start: int, end: int, *, platform: Platform | None) -> Iterator[Found]:
    for candidate in candidates(text, start, end, link_length=_length):
        match = _candidate(candidate, platform=platform)
        if match is None:
            continue
        if candidate.start and is_direction_control(text[candidate.start - 1]):
            hidden = text[candidate.start - 1 : candidate.end]
            match = Match(reference=invisible(hidden, hidden))
        yield Found(match=match, start=candidate.start, end=candidate.end)


def _candidate(candidate: Candidate, *, platform: Platform | None) -> Match | None:
    body = candidate.body
    if candidate.kind is Kind.DISCORD:
        return _discord_tag(body)
    if candidate.kind is Kind.LINK:
        return _address(body)
    if candidate.kind is Kind.BARE_LINK:
        return _address_in_prose(body)
    if candidate.kind is Kind.TOKEN:
        return read_name(body, signed=False, platform=platform)
    if body in _CALLS:
        return None
    return read_name(body, signed=True, platform=platform) or _before_chinese(body, platform)


def _before_chinese(mention: str, platform: Platform | None) -> Match | None:
    shorter = before_glued(mention)
    return read_name(shorter, signed=True, platform=platform) if shorter and shorter != mention else None


def _address_in_prose(body: str) -> Match | None:
    """Read an address without a scheme in running text: with a path, or a host that names an account."""
    head = re.split("[/?:]", body, maxsplit=1)[0]
    host = canonical_host(head)
    if host is None:
        return None
    place = locate(host)
    names_account = place is not None and place.prefix not in {"", host}
    known = place is not None or known_host(host) is not None or has_known_ending(host)
    if names_account or (known and (head != body or host.startswith("www."))):
        return _address(f"https://{body}")
    return None


def _length(link: str) -> int:
    """Return how much of an address is one, where Chinese or Japanese goes on without a space."""
    shorter = before_glued(link)
    if shorter == link:
        return len(link)
    web = _WEB.match(link)
    begin = web.end() if web else 0
    head = re.split("[/?#]", link[begin:], maxsplit=1)[0]
    host = canonical_host(before_glued(head)) if before_glued(head) else None
    if host is None:
        return len(link)
    place = locate(host)
    if before_glued(head) != head:
        return len(shorter) if place is not None or has_known_ending(host) else len(link)
    return len(shorter) if place is not None and place.rules.ascii_paths else len(link)


def _address(link: str) -> Match:
    """Read an address with a scheme, defanged ones (`hxxps://x[.]com`) too."""
    scheme = _SCHEME.fullmatch(link)
    name = scheme["scheme"].lower() if scheme else ""
    if scheme is not None and name in _APP_LINKS:
        link = f"https://{_APP_LINKS[name]}{scheme['rest'].removeprefix('/')}"
    web = _WEB.match(link)
    if web is None:
        return Match(reference=_unknown_scheme(link, name))
    secure = "s" if web["secure"] is None else web["secure"].lower()
    rest = link[web.end() :].replace("[.]", ".")
    url = split_url(f"http{secure}://{rest}")
    return match_url(url) if url is not None else Match(reference=_broken(link, rest))


def _broken(link: str, rest: str) -> Refused:
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    text = visible(link)
    if has_invisible(authority):
        return invisible(link, authority)
    if "@" in authority:
        reason = f"{typed(link)} shows one name and opens another: what stands before the @ is a login, not "
        reason += "the host. "
        return Refused(
            text=text, reason=reason + "Paste the address that the browser shows once the page is open."
        )
    host = typed(authority) if authority else "it"
    reason = f"{typed(link)} is no public web address: {host} is not a host name such as example.org. "
    reason += HOW_TO_NAME
    return Refused(text=text, reason=reason)


def _unknown_scheme(link: str, scheme: str) -> Refused:
    text = visible(link)
    start = typed(f"{scheme}:")
    reason = f"{typed(link)} begins with {start}, which Masthead does not open. {READS} {HOW_TO_NAME}"
    return Refused(text=text, reason=reason)


def _discord_tag(tag: str) -> Match | None:
    """Refuse Discord's own things; emoji and times are no references at all."""
    thing = next((name for sign, name in _DISCORD_THINGS if tag.startswith(sign)), None)
    if thing is None:
        return None
    reason = f"{typed(tag)} is a {thing} of this Discord server, not a social account. {READS} {HOW_TO_NAME}"
    return Match(reference=Refused(text=tag, reason=reason))
