"""Addresses on hosts that belong to no platform: the fediverse by the shape of the path, else a website."""

from __future__ import annotations

from bot.accounts.characters import foreign_letters, typed, visible
from bot.accounts.handles import canonical_handle
from bot.accounts.hosts import is_public_name, mixed_labels, shown_host
from bot.accounts.locate import resembled, without_mobile
from bot.accounts.platforms.open_web import FEDIVERSE, MAYBE_FEDIVERSE, OTHER_PLATFORMS
from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.results import Ambiguous, Caution, CautionKind, Reference, Refused
from bot.accounts.sentences import READS
from bot.accounts.urls import Url, without_www, written


def open_web(url: Url) -> Reference:
    """Read an address that no platform's table covers."""
    host = without_www(url.host)
    if not is_public_name(host):
        return Refused(
            text=visible(host),
            reason=f"{typed(host)} is a name for private networks, which nobody else can open. "
            "Paste the public address of a website or an account.",
        )
    other = OTHER_PLATFORMS.get(host) or next(
        (OTHER_PLATFORMS.get(name) for name in without_mobile(host)), None
    )
    if other is not None and url.plain_path:
        return Refused(
            text=visible(written(url)),
            reason=f"Masthead cannot read accounts on {other} yet. {READS} Paste an address on one of these.",
        )
    site = AccountRef(platform=Platform.WEBSITE, handle=host)
    return _fediverse(url, site) or _page(url, site)


def _page(url: Url, site: AccountRef) -> AccountRef | PostRef:
    text = written(url)
    is_front = not url.plain_path and "?" not in text
    return site if is_front else PostRef(platform=Platform.WEBSITE, post_id=text, author=site)


def _fediverse(url: Url, site: AccountRef) -> Reference | None:
    path = url.plain_path
    for candidate in FEDIVERSE.rows:
        fields = candidate.fields(url, path)
        if fields is None:
            continue
        author = _federated(fields.get("handle"), url.host)
        if "handle" in fields and author is None:
            continue
        if "post" in fields:
            return PostRef(platform=Platform.FEDIVERSE, post_id=_federated_post(url, fields), author=author)
        return author
    for candidate in MAYBE_FEDIVERSE:
        fields = candidate.fields(url, path)
        author = _federated(fields.get("handle"), url.host) if fields else None
        if author is not None:
            text = visible(written(url))
            reason = f"{typed(text)} may be a page of the website {typed(url.host)} or an account on "
            reason += "a fediverse server."
            return Ambiguous(text=text, choices=(author, site), reason=reason)
    return None


def _federated(handle: str | None, host: str) -> AccountRef | None:
    """Return the account `handle` on a host, or on another server where the handle says so."""
    if handle is None:
        return None
    plain = handle.removeprefix("@")
    canonical = canonical_handle(Platform.FEDIVERSE, plain if "@" in plain else f"{plain}@{host}")
    return AccountRef(platform=Platform.FEDIVERSE, handle=canonical) if canonical else None


def _federated_post(url: Url, fields: dict[str, str]) -> str:
    """Return the address of a post as its server shows it; of the three Mastodon has, the public one."""
    where = f"https://{url.host}{f':{url.port}' if url.port else ''}"
    if "handle" in fields and fields["post"].isdigit() and not url.plain_path.lower().startswith("p/"):
        return f"{where}/@{fields['handle'].lower()}/{fields['post']}"
    return f"{where}/{url.plain_path}"


def host_cautions(host: str) -> tuple[Caution, ...]:
    """Say what is odd about a host that belongs to no platform we know."""
    cautions: list[Caution] = []
    shown = shown_host(host)
    known = resembled(host)
    if known is not None:
        sentence = f"{typed(shown)} resembles {typed(known)} and is another host; it is read as a website of "
        sentence += "its own."
        cautions.append(Caution(kind=CautionKind.LOOK_ALIKE, sentence=sentence))
    if mixed_labels(host):
        letters = foreign_letters(shown)
        detail = f": {letters}" if letters else ""
        sentence = f"The host {typed(shown)} mixes letters of different scripts{detail}."
        cautions.append(Caution(kind=CautionKind.MIXED_SCRIPT, sentence=sentence))
    if shown != host:
        sentence = f"The host {typed(shown)} is written {typed(host)} on the network."
        cautions.append(Caution(kind=CautionKind.IDN, sentence=sentence))
    return tuple(cautions)
