"""Writing an import: the store's functions with ids remembered, new rows and conflicts counted."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.accounts import AccountRef
from bot.registry.importers.report import New
from bot.registry.markings import COMMUNITY
from bot.store import claims, lookups
from bot.store.accounts import ensure_account
from bot.store.claims import Basis
from bot.store.records import OWNERSHIP, EntityId, Grade, Relation, Source
from bot.store.withdrawals import WITHDRAWN, row_of, stated_at, stated_of

Key = tuple[int | str, ...]


class Recorder:
    """One import's view of the store. Use it inside one write transaction.

    `conflicts` counts the new statements that something held already disagrees with: another holder of an
    account or site, another owner. Nothing is written over; what is held and what comes in stand side by
    side. `up_to` is the TLP level that may be held. With `remember`, `stated` holds the keys of every row
    that was stated, new or not.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        now: datetime,
        remember: bool = False,
        up_to: str = COMMUNITY,
    ) -> None:
        self.connection = connection
        self.up_to = up_to
        self.new = New()
        self.conflicts = 0
        # Rows that a newer set took back and that are stated again, and what their authors take back.
        self.again: dict[str, set[int]] = defaultdict(set[int])
        self.revoked: dict[str, set[int]] = defaultdict(set[int])
        self.stated: dict[str, set[Key]] = defaultdict(set[Key])
        self._remember = remember
        self._now = now
        self._sources: dict[str, int] = {}
        self._entities: dict[str, EntityId] = {}

    def source(self, source: Source) -> int:
        """Hold a source and return its row id; the source it derives from must be held before."""
        self.new.sources += claims.put_source(self.connection, source)
        if source.derived_from is not None:
            claims.put_derivation(self.connection, source.key, derived_from=source.derived_from)
        return self.source_id(source.key)

    def source_id(self, key: str) -> int:
        """Return the row id of a source that is held. Raises KeyError for one that is not."""
        if key not in self._sources:
            found = lookups.source_id(self.connection, key)
            if found is None:
                raise KeyError(key)
            self._sources[key] = found
        return self._sources[key]

    def entity(self, key: str, *, kind: str, country: str | None) -> EntityId:
        """Hold an entity and return its row id; one held already keeps its kind and country."""
        if key not in self._entities:
            self.new.entities += claims.put_entity(self.connection, key, kind=kind, country=country)
        return self.entity_id(key)

    def entity_id(self, key: str) -> EntityId:
        """Return the row id of an entity that is held. Raises KeyError for one that is not."""
        if key not in self._entities:
            found = lookups.entity_id(self.connection, key)
            if found is None:
                raise KeyError(key)
            self._entities[key] = found
        return self._entities[key]

    def name(
        self,
        entity: EntityId,
        name: str,
        *,
        source: int,
        kind: str = "alias",
        language: str | None = None,
    ) -> None:
        name = name.strip()
        if not name:
            return
        new = claims.put_name(
            self.connection, entity, name=name, source_id=source, kind=kind, language=language
        )
        self.new.names += new
        self._note("entity_name", (entity, name), new=new)

    def typology(self, entity: EntityId, code: str, *, edition: str, source: int, locator: str) -> None:
        new = claims.put_typology(
            self.connection, entity, code=code, edition=edition, source_id=source, locator=locator
        )
        self.new.typologies += new
        self._note("typology", (entity, code, source, locator), new=new)

    def claim(self, subject: EntityId, relation: Relation, object_id: EntityId, *, basis: Basis) -> None:
        new = claims.put_claim(
            self.connection, subject, relation, object_id=object_id, basis=basis, now=self._now
        )
        self.new.claims += new
        self._note("claim", (subject, relation, object_id, basis.source_id, basis.locator), new=new)
        if new and relation in OWNERSHIP:
            self.conflicts += lookups.others_above(self.connection, subject, relation, object_id)

    def account(
        self,
        entity: EntityId,
        account: AccountRef,
        *,
        basis: Basis,
        relation: Relation = Relation.HAS_ACCOUNT,
    ) -> None:
        new = claims.put_account_claim(
            self.connection, entity, relation, account=account, basis=basis, now=self._now
        )
        self.new.account_claims += new
        if new and relation is not Relation.HAS_ACCOUNT and not self._remember:
            return
        known = lookups.account_of_newest_claim(self.connection) if new else None
        account_id = known if known is not None else ensure_account(self.connection, account)
        self._note("account_claim", (entity, relation, account_id, basis.source_id, basis.locator), new=new)
        if new and relation is Relation.HAS_ACCOUNT:
            self.conflicts += lookups.others_with_account(self.connection, entity, account_id)

    def site(
        self, entity: EntityId, host: str, *, basis: Basis, relation: Relation = Relation.HAS_SITE
    ) -> None:
        new = claims.put_domain_claim(
            self.connection, entity, relation, host=host, basis=basis, now=self._now
        )
        self.new.domain_claims += new
        domain_id = lookups.domain_id(self.connection, host)
        self._note("domain_claim", (entity, relation, domain_id, basis.source_id, basis.locator), new=new)
        if new and relation is Relation.HAS_SITE:
            self.conflicts += lookups.others_with_site(self.connection, entity, domain_id)

    def revoke(self, locators: Iterable[str]) -> int:
        """Mark for taking back what stands at these places, which no two sources share; return how much."""
        places = list(locators)
        n = 0
        for table in ("claim", "account_claim", "domain_claim") if places else ():
            found = stated_at(self.connection, table, places)
            self.revoked[table].update(found)
            n += len(found)
        return n

    def revoke_entity(self, key: str, *, prefix: str) -> None:
        """Mark for taking back what is stated about an entity, where it is held, at places that begin so."""
        entity = lookups.entity_id(self.connection, key)
        if entity is None:
            return
        for table in ("claim", "account_claim", "domain_claim"):
            self.revoked[table].update(stated_of(self.connection, table, entity, prefix=prefix))

    def _note(self, table: str, key: Key, *, new: bool) -> None:
        if self._remember:
            self.stated[table].add(key)
        if new:
            return
        held = row_of(self.connection, table, key)
        if held is not None and held[1] is not None and held[1].startswith(f"{WITHDRAWN}:"):
            self.again[table].add(held[0])


def grade(text: str) -> Grade:
    """Write an Admiralty grade as people do: `grade("B2")`."""
    return Grade(reliability=text[0], credibility=text[1])
