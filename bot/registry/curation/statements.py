"""Statements: what a proposal wants the registry to hold, read from what people type."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from bot.accounts import AccountRef, Platform, read_one
from bot.accounts.hosts import canonical_host
from bot.errors import InputError
from bot.registry.curation.ends import (
    HAS_CLASS,
    HAS_NAME,
    NAMINGS,
    AccountEnd,
    End,
    EntityEnd,
    SiteEnd,
    class_end,
    line,
    name_end,
)
from bot.registry.importers.keys import slug
from bot.store.export import KINDS
from bot.store.held import OWN_KEY
from bot.store.names import entities_called
from bot.store.records import Relation
from bot.store.registry import HOLDING, find_entity
from bot.text.inert import quoted

# A member's word about a source that nobody has looked at yet (methods: user submission F6).
UNGRADED = "F6"

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_GRADE = re.compile(r"[A-Ga-g][1-6]")
_NEW = re.compile(
    r"new:\s*(?P<name>[^()]+?)\s*(?:\((?P<kind>[a-z]+)(?:\s*,\s*(?P<country>[A-Za-z]{2}))?\))?\s*"
)

MAX_NOTE = 600


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """`subject relation object`, with the source that says so."""

    subject: EntityEnd
    # A relation, or one of NAMINGS.
    relation: str
    object: End
    url: str
    title: str
    grade: str
    published_on: str | None = None
    note: str = ""


def encoded(statement: Statement) -> str:
    """Return the JSON in which a statement is kept."""
    return msgspec.json.encode(statement, order="deterministic").decode()


def decoded(text: str) -> Statement:
    """Read what `encoded` wrote."""
    return msgspec.json.decode(text, type=Statement)


def read_statement(
    connection: sqlite3.Connection,
    *,
    subject: str,
    relation: str,
    object_: str,
    url: str,
    layer: int,
    title: str = "",
    published_on: str = "",
    grade: str = "",
    note: str = "",
) -> Statement:
    """Read a statement as it was typed. Run it on a reading connection seen from the layer.

    Raises InputError with what is accepted.
    """
    address = source_url(url)
    known = _relation(relation)
    lower = entity_end(connection, subject, layer=layer)
    upper = _object(connection, object_, known, layer=layer)
    if isinstance(upper, EntityEnd) and upper.key == lower.key:
        raise InputError("a claim is about two different things; this one names the same twice.")
    if known == Relation.HAS_ACCOUNT and not isinstance(upper, AccountEnd):
        raise InputError("`has_account` needs an account: give its address, or @name with its platform.")
    if known == Relation.HAS_SITE and not isinstance(upper, SiteEnd):
        raise InputError("`has_site` needs a site: give its host, such as example.org.")
    if known not in {*HOLDING, *NAMINGS} and isinstance(upper, SiteEnd):
        raise InputError("a site is what somebody has: choose the relation `has_site`.")
    return Statement(
        subject=lower,
        relation=known,
        object=upper,
        url=address,
        title=line(title) or (urlsplit(address).hostname or address),
        grade=_graded(grade),
        published_on=_dated(published_on),
        note=line(note, limit=MAX_NOTE),
    )


def source_url(text: str) -> str:
    """Return the address of a source. Raises InputError: what has no source is refused."""
    text = text.strip()
    try:
        address = urlsplit(text)
        ok = address.scheme in {"http", "https"} and bool(address.hostname) and "@" not in address.netloc
    except ValueError:
        ok = False
    if not ok or len(text) > 500 or any(character.isspace() for character in text):
        raise InputError(
            f"{quoted(text)} is not the address of a source. Every statement needs one that can be opened, "
            "beginning with https://."
        )
    return text


def entity_end(connection: sqlite3.Connection, text: str, *, layer: int) -> EntityEnd:
    """Return the entity that `text` names: its key, its exact name, or `new: NAME (kind, COUNTRY)`."""
    text = text.strip()
    new = _NEW.fullmatch(text)
    if new is not None:
        return _new_entity(new["name"], kind=new["kind"], country=new["country"], layer=layer)
    by_key = find_entity(connection, text)
    if by_key is not None:
        return EntityEnd(key=by_key.key, name=by_key.name)
    found = entities_called(connection, text)
    if len(found) == 1:
        return EntityEnd(key=found[0].key, name=found[0].name)
    if found:
        keys = ", ".join(str(quoted(entity.key)) for entity in found[:5])
        raise InputError(f"{quoted(text)} is the name of several entities. Give one of their keys: {keys}.")
    raise InputError(
        f"the registry has no entity called {quoted(text)}. Give its exact name or key (/registry search), "
        "or propose a new one as new: NAME (kind, COUNTRY), such as new: Diario Ejemplo (outlet, PY)."
    )


def _new_entity(name: str, *, kind: str | None, country: str | None, layer: int) -> EntityEnd:
    name = line(name)
    if not name:
        raise InputError("a new entity needs a name.")
    if (kind or "organisation") not in KINDS:
        raise InputError(f"{quoted(kind or '')} is no kind of entity. It is one of {', '.join(KINDS)}.")
    token = sha256(f"{layer}|{name}".encode()).hexdigest()[:6]
    return EntityEnd(
        key=f"{OWN_KEY}{token}-{slug(name)}",
        name=name,
        new=True,
        kind=kind or "organisation",
        country=country.upper() if country else None,
    )


def _object(connection: sqlite3.Connection, text: str, relation: str, *, layer: int) -> End:
    text = text.strip()
    if relation == HAS_NAME:
        return name_end(text)
    if relation == HAS_CLASS:
        return class_end(text)
    if relation == Relation.HAS_SITE:
        host = canonical_host(urlsplit(text).hostname or "" if "//" in text else text)
        if host is None:
            raise InputError(f"{quoted(text)} is no host name. Give one such as example.org.")
        return SiteEnd(host=host.removeprefix("www."))
    if relation == Relation.HAS_ACCOUNT or text.startswith("@") or "//" in text:
        named = read_one(text).reference
        if not isinstance(named, AccountRef):
            raise InputError(f"{quoted(text)} is a post. Give the address of the account.")
        if named.platform is Platform.WEBSITE:
            return SiteEnd(host=named.handle or "")
        return AccountEnd(platform=named.platform, handle=named.handle, platform_id=named.platform_id)
    return entity_end(connection, text, layer=layer)


def _relation(text: str) -> str:
    accepted = [*(relation.value for relation in Relation), *NAMINGS]
    if text.strip() not in accepted:
        raise InputError(f"{quoted(text)} is no relation. It is one of {', '.join(accepted)}.")
    return text.strip()


def _graded(text: str) -> str:
    text = text.strip() or UNGRADED
    if not _GRADE.fullmatch(text):
        raise InputError(
            f"{quoted(text)} is no Admiralty grade. It is a letter A to G for the source and a figure 1 to 6 "
            "for the statement, such as B2. Leave it empty where you cannot judge."
        )
    return text.upper()


def _dated(text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    if not _DATE.fullmatch(text):
        raise InputError(f"{quoted(text)} is no date. Write 2024, 2024-02 or 2024-02-07.")
    if len(text) == 10:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise InputError(f"{quoted(text)} is no day of the calendar.") from None
    return text
