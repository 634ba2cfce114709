"""Writing an import: the store's functions with the ids remembered and the new rows counted."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.accounts import AccountRef
from bot.registry.importers.report import New
from bot.store import claims, lookups
from bot.store.claims import Basis
from bot.store.records import EntityId, Grade, Relation, Source


class Recorder:
    """One import's view of the store. Use it inside one write transaction."""

    def __init__(self, connection: sqlite3.Connection, *, now: datetime) -> None:
        self.connection = connection
        self.new = New()
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
        self.new.names += claims.put_name(
            self.connection, entity, name=name, source_id=source, kind=kind, language=language
        )

    def typology(self, entity: EntityId, code: str, *, edition: str, source: int, locator: str) -> None:
        self.new.typologies += claims.put_typology(
            self.connection, entity, code=code, edition=edition, source_id=source, locator=locator
        )

    def claim(self, subject: EntityId, relation: Relation, object_id: EntityId, *, basis: Basis) -> None:
        self.new.claims += claims.put_claim(
            self.connection, subject, relation, object_id=object_id, basis=basis, now=self._now
        )

    def account(
        self,
        entity: EntityId,
        account: AccountRef,
        *,
        basis: Basis,
        relation: Relation = Relation.HAS_ACCOUNT,
    ) -> None:
        self.new.account_claims += claims.put_account_claim(
            self.connection, entity, relation, account=account, basis=basis, now=self._now
        )

    def site(
        self, entity: EntityId, host: str, *, basis: Basis, relation: Relation = Relation.HAS_SITE
    ) -> None:
        self.new.domain_claims += claims.put_domain_claim(
            self.connection, entity, relation, host=host, basis=basis, now=self._now
        )


def grade(text: str) -> Grade:
    """Write an Admiralty grade as people do: `grade("B2")`."""
    return Grade(reliability=text[0], credibility=text[1])
