"""The registry as tables: the columns of our own CSV set, and the rows to fill them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

_BASIS = ("source", "locator", "reliability", "credibility", "hedge", "valid_from", "valid_to")

# In the order in which they are read: what a row names stands in a file before it.
FILES: dict[str, tuple[str, ...]] = {
    "sources.csv": (
        "key",
        "title",
        "publisher",
        "url",
        "published_on",
        "retrieved_on",
        "reliability",
        "credibility",
        "derived_from",
        "licence",
        "tlp",
    ),
    "entities.csv": ("key", "kind", "country"),
    "names.csv": ("entity", "name", "language", "kind", "source"),
    "typology.csv": ("entity", "code", "edition", "source", "locator"),
    "claims.csv": ("subject", "relation", "object", *_BASIS),
    "accounts.csv": ("entity", "platform", "handle", "platform_id", "relation", *_BASIS),
    "domains.csv": ("entity", "host", "relation", *_BASIS),
}

# Columns that sets written before them do not have.
LATER = frozenset({"tlp"})

# What the columns may hold; the schema refuses anything else.
GRADES = (("A", "B", "C", "D", "E", "F", "G"), ("1", "2", "3", "4", "5", "6"))
KINDS = ("outlet", "publisher", "company", "government", "party", "official", "organisation")
# How far what a source says may go (TLP 2.0), least restricted first; TLP:RED is never held.
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT")
NAME_KINDS = ("main", "alias", "abbreviation", "transliteration", "former")

_LINK = """
       source.key, link.locator, link.reliability, link.credibility, link.hedge,
       link.valid_from, link.valid_to
"""

# A claim made of a handle is exported with the handle alone, so that reading it again does not turn it
# into a claim about the lasting id.
_QUERIES = {
    "sources.csv": """
        SELECT source.key, source.title, source.publisher, source.url, source.published_on,
               source.retrieved_on, source.reliability, source.credibility, origin.key, source.licence,
               source.tlp
          FROM source LEFT JOIN source AS origin ON origin.source_id = source.derived_from
         ORDER BY source.source_id""",
    "entities.csv": "SELECT key, kind, country FROM entity ORDER BY entity_id",
    "names.csv": """
        SELECT entity.key, name, language, entity_name.kind, source.key
          FROM entity_name JOIN entity USING (entity_id) JOIN source USING (source_id)
         ORDER BY entity_name_id""",
    "typology.csv": """
        SELECT entity.key, code, edition, source.key, locator
          FROM typology JOIN entity USING (entity_id) JOIN source USING (source_id)
         ORDER BY typology_id""",
    "claims.csv": f"""
        SELECT above.key, link.relation, below.key, {_LINK}
          FROM claim AS link JOIN source USING (source_id)
          JOIN entity AS above ON above.entity_id = link.subject_id
          JOIN entity AS below ON below.entity_id = link.object_id
         WHERE link.retracted_ms IS NULL
         ORDER BY link.claim_id""",  # noqa: S608
    "accounts.csv": f"""
        SELECT entity.key, account.platform, account.handle,
               iif(link.identified_by = 'platform_id', account.platform_id, NULL), link.relation, {_LINK}
          FROM account_claim AS link JOIN source USING (source_id)
          JOIN account USING (account_id) JOIN entity USING (entity_id)
         WHERE link.retracted_ms IS NULL
         ORDER BY link.account_claim_id""",  # noqa: S608
    "domains.csv": f"""
        SELECT entity.key, domain.host, link.relation, {_LINK}
          FROM domain_claim AS link JOIN source USING (source_id)
          JOIN domain USING (domain_id) JOIN entity USING (entity_id)
         WHERE link.retracted_ms IS NULL
         ORDER BY link.domain_claim_id""",  # noqa: S608
}


def exported(connection: sqlite3.Connection, file: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one file of the set, as text; claims that were withdrawn are left out."""
    for row in connection.execute(_QUERIES[file]):
        yield tuple("" if value is None else value for value in row)
