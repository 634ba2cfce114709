"""Plain tables of posts read straight into DuckDB: CSV with the columns of docs/generic-csv.md.

Only what a method compares is read, and what Python has to look at (accounts, odd addresses, texts) it sees
once or in bulk. A file that holds anything out of the ordinary is not read here but by the importer: then
`NotPlainError` says why. What is found is the same either way.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import cast

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bot.accounts import AccountRef, match_key
from bot.imports.common import RowError, web_address
from bot.imports.csv_columns import split_header
from bot.imports.csv_rows import MAX_ROW
from bot.imports.generic_csv import account_of, address_of, links_of
from bot.network.arrays import Ints, arrow, ints, lists, numbers
from bot.network.columns import COLUMNS, FIGURES
from bot.network.engines import DuckDbEngine
from bot.network.prepare import (
    PIECE,
    SAMPLE,
    Ranks,
    bodies_of,
    clean_links,
    long_enough,
    rarity_of,
    token_sets,
)
from bot.network.recipe import Method, Recipe
from bot.network.values import Values
from bot.store.corpus import CorpusAccount
from bot.store.records import AccountId
from bot.text.links import links as links_in

# What is read of a file; the other methods leave it to the importer.
METHODS = {
    Method.IDENTICAL_TEXT: "cells of texts",
    Method.SIMILAR_TEXT: "cells of texts",
    Method.SAME_LINK: "cells of links",
}
_EPOCH = date(1970, 1, 1)
# Dates before are no posts' (bot.imports.common).
_FIRST = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
_AHEAD = timedelta(days=1)
_REQUIRED = frozenset({"platform", "post_id", "created_at", "text"})
# Columns by which the importer tells more of a post or its account than is read here.
_NOT_READ = frozenset({"snapshot_at", "account_created_at", "display_name", "image_hashes"})
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_BATCH = 50_000
_ADDRESSES = pa.schema([(name, pa.string()) for name in ("links", "written", "key")])
_KEYED = pa.schema(
    [("post", pa.int64()), ("text_key", pa.int64()), ("tokens", pa.list_(pa.int64()))],
)


class NotPlainError(Exception):
    """A table holds something that the importer has to look at. Nothing was read of it."""


class Accounts:
    """Who is behind the account numbers of a table."""

    def __init__(self, engine: DuckDbEngine, refs: Sequence[AccountRef] | None) -> None:
        """Without `refs` every author is an account, and is looked up when asked for."""
        self._engine = engine
        self._refs = refs

    def ref(self, number: int) -> AccountRef:
        """Return an account by its number."""
        if self._refs is None:
            self._refs = [account_of(*written) for written in _authors(self._engine)]
        return self._refs[number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was read into an engine as `held`: posts by day, and who is behind each account number."""

    days: dict[date, int]
    accounts: Accounts


def load(
    paths: Sequence[Path], recipe: Recipe, *, engine: DuckDbEngine, scratch: Path, now: datetime
) -> Loaded:
    """Read tables into an engine. Raises NotPlainError where the importer has to do it."""
    what = METHODS.get(recipe.method)
    if what is None:
        raise NotPlainError(f"{recipe.method} compares what is not read here")
    try:
        _open(paths, engine)
        return _loaded(what, recipe, engine=engine, scratch=scratch, now=now)
    # The importer says what is the matter with a file.
    except (duckdb.Error, OSError) as error:
        raise NotPlainError(str(error)) from error


def _open(paths: Sequence[Path], engine: DuckDbEngine) -> None:
    """Let `file` be the rows of the tables, all cells as text."""
    headers = {_header(path) for path in paths}
    if len(headers) != 1:
        raise NotPlainError("tables with several headers")
    delimiter, names = headers.pop()
    known = [name for name in names if name in COLUMNS]
    if not set(known) >= _REQUIRED or len(known) != len(set(known)) or set(names) & _NOT_READ:
        raise NotPlainError("the header is another's, or has more than is read")
    if not set(known) & {"handle", "platform_id"}:
        raise NotPlainError("nobody is named")
    cells = {name: f"coalesce(c{names.index(name)}, '')" if name in known else "''" for name in COLUMNS}
    engine.read_csv("file", paths, delimiter=delimiter, width=len(names), cells=cells, longest=MAX_ROW)
    if set(known) & set(FIGURES) and _number(engine, "strange figures"):
        raise NotPlainError("a figure that is no plain number")


def _header(path: Path) -> tuple[str, tuple[str, ...]]:
    with path.open("rb") as file:
        line = file.readline(MAX_ROW)
        if not line:
            raise NotPlainError("an empty file")
        try:
            delimiter, names = split_header(line.decode("utf-8-sig").rstrip("\r\n"))
        except UnicodeDecodeError as error:
            raise NotPlainError("the header is no UTF-8") from error
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            # Other line ends and NUL bytes are mended or refused by the importer.
            lone = content.find(b"\r") >= 0 and _LONE_RETURN.search(content)
            if lone or content.find(b"\x00") >= 0:
                raise NotPlainError("lone carriage returns or NUL bytes")
    if line.count(b'"') % 2:
        raise NotPlainError("a header over several lines")
    return delimiter, tuple(name.strip().lower() for name in names)


def _loaded(what: str, recipe: Recipe, *, engine: DuckDbEngine, scratch: Path, now: datetime) -> Loaded:
    connection = engine.connection
    # Numbered in the order of the file, which decides between equals.
    connection.execute("SET preserve_insertion_order = true")
    engine.make(what, what, Values())
    connection.execute("SET preserve_insertion_order = false")
    seen = engine.rows(f"strange {what}", Values())
    count = int(ints(seen, "rows")[0])
    if not count:
        raise NotPlainError("no rows")
    if int(ints(seen, "strange")[0]) or int(ints(seen, "ids")[0]) != count:
        raise NotPlainError("ids, dates or kinds out of the ordinary, or posts that come twice")
    soonest, latest = (int(ints(seen, name)[0]) for name in ("first", "last"))
    if soonest < _FIRST.timestamp() * 1000 or latest > (now + _AHEAD).timestamp() * 1000:
        raise NotPlainError("a date that no post can have")
    engine.make("authors", f"authors of {what}", Values())
    authors = engine.rows("strange authors", Values())
    how = " by handle" if authors["handles"][0] == authors["rows"][0] else ""
    accounts = Accounts(
        engine, _numbered(engine, int(authors["rows"][0]), strange=bool(authors["strange"][0]))
    )
    if what == "cells of links":
        engine.view("held", _links(engine) + how, Values())
    else:
        _texts(engine, scratch, count=count, tokens=recipe.method is Method.SIMILAR_TEXT, recipe=recipe)
        step = f"posts with texts{how}"
        # Texts are read once for every stretch of time.
        (engine.make if recipe.method is Method.SIMILAR_TEXT else engine.view)("held", step, Values())
    connection.table(what).project("post, post_id").create_view("numbers")
    days = engine.rows(f"days of {what}", Values())
    return Loaded(
        days={
            _EPOCH + timedelta(days=day): n
            for day, n in zip(ints(days, "day").tolist(), ints(days, "n").tolist(), strict=True)
        },
        accounts=accounts,
    )


def _authors(engine: DuckDbEngine) -> list[tuple[str, str, str]]:
    """Return (platform, handle, platform_id) of every author as they are written, by number."""
    rows = engine.connection.table("authors").order("author").fetchall()
    return [(platform, handle, platform_id) for platform, handle, platform_id, _author in rows]


def _numbered(engine: DuckDbEngine, count: int, *, strange: bool) -> list[AccountRef] | None:
    """Let `known` say which author has which account, and return these; None where each author is one."""
    if not strange:
        every = np.arange(count)
        engine.numbers("known", {"author": every, "account": every})
        return None
    numbers: dict[str, int] = {}
    refs: list[AccountRef] = []
    named: dict[str, int] = {}
    known = np.zeros(count, dtype=np.int64)
    for author, written in enumerate(_authors(engine)):
        try:
            ref = account_of(*written)
        except RowError as error:
            raise NotPlainError(str(error)) from error
        name = None if ref.handle is None else match_key(AccountRef(platform=ref.platform, handle=ref.handle))
        key = name or "" if ref.platform_id is None else f"{ref.platform} {ref.platform_id}"
        number = numbers.setdefault(key, len(refs))
        if number == len(refs):
            refs.append(ref)
        # Who bore which handle when is for the store to tell.
        if refs[number] != ref or (name is not None and named.setdefault(name, number) != number):
            raise NotPlainError("an account with several names, or a name with several accounts")
        known[author] = number
    engine.numbers("known", {"author": np.arange(count), "account": known})
    return refs


def _links(engine: DuckDbEngine) -> str:
    """Clean the addresses that take more than an expression, and return the step that reads the posts."""
    engine.make("odd", "strange addresses", Values())
    rows = engine.connection.table("odd").fetchall()
    if not rows:
        return "posts with plain links"
    found: list[dict[str, str]] = []
    for links, written in rows:
        addresses = links_of(links) if links else [link.url for link in links_in(written)]
        found += ({"links": links, "written": written, "key": key} for key in clean_links(addresses))
    engine.give("addresses", pa.Table.from_pylist(found, schema=_ADDRESSES))
    return "posts with links"


def _texts(engine: DuckDbEngine, scratch: Path, *, count: int, tokens: bool, recipe: Recipe) -> None:
    """Let `keyed` have keys and tokens of all texts."""
    every = max(1, count // SAMPLE)
    ranks = None
    if tokens:
        sampled = engine.arrow("texts of cells", Values(every=every)).column("text").to_pylist()
        ranks = rarity_of(bodies_of(cast("list[str]", sampled)))
    path = scratch / "keyed.parquet"
    with pq.ParquetWriter(path, _KEYED, compression="NONE", use_dictionary=False) as writer:
        for posts, texts in _pieces(engine):
            writer.write_table(_keyed(posts, texts, ranks=ranks, short=recipe.short_texts))
    engine.read("keyed", [path])


def _pieces(engine: DuckDbEngine) -> Iterator[tuple[Ints, list[str]]]:
    for batch in engine.batches("texts of cells", Values(), size=_BATCH):
        posts = numbers(batch.column(0))
        texts = cast("list[str]", batch.column(1).to_pylist())
        for at in range(0, len(texts), PIECE):
            yield posts[at : at + PIECE], texts[at : at + PIECE]


def _keyed(posts: Ints, texts: list[str], *, ranks: Ranks | None, short: bool) -> pa.Table:
    """Return (post, text_key, tokens) of the texts that have words.

    Without `ranks` tokens say no more than whether a text is long enough, where that is asked for.
    """
    bodies = bodies_of(texts)
    empty = [number for number, body in enumerate(bodies) if not body]
    if empty:
        bodies = [body for body in bodies if body]
        posts = np.delete(posts, empty)
    # The first 63 bits of the text key, as `prepare.text_key` gives them.
    digests = b"".join([sha256(body.encode()).digest()[:8] for body in bodies])
    keys = (np.frombuffer(digests, dtype=">u8") >> np.uint64(1)).astype(np.int64)
    if ranks is not None:
        tokens = token_sets(bodies, ranks)
    else:
        enough = np.zeros(len(bodies), dtype=np.bool_) if short else long_enough(bodies)
        tokens = lists(np.zeros(len(bodies) + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), there=enough)
    return pa.Table.from_arrays([arrow(posts), arrow(keys), tokens], schema=_KEYED)


def shown(loaded: Loaded, engine: DuckDbEngine) -> pa.Table:
    """Return (post, account, at_ms, text, url) of the posts that take part in pairs, for examples."""
    rows = engine.arrow("posts of pairs", Values())
    urls = [
        web_address(cell) or address_of(loaded.accounts.ref(account), post_id)
        for cell, account, post_id in zip(
            cast("list[str]", rows.column("url").to_pylist()),
            cast("list[int]", rows.column("account").to_pylist()),
            cast("list[str]", rows.column("post_id").to_pylist()),
            strict=True,
        )
    ]
    kept = rows.select(["post", "account", "at_ms", "text"])
    return kept.append_column("url", pa.array(urls, pa.string()))


def named(loaded: Loaded, accounts: Iterable[int]) -> Iterator[CorpusAccount]:
    """Yield some accounts as a corpus names them."""
    for number in accounts:
        ref = loaded.accounts.ref(number)
        yield CorpusAccount(
            account=AccountId(number),
            platform=ref.platform,
            handle=ref.handle,
            platform_id=ref.platform_id,
            name=None,
        )


def _number(engine: DuckDbEngine, step: str) -> int:
    return int(ints(engine.rows(step, Values()), "n")[0])
