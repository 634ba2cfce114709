"""The steps of a sweep: Ibis expressions over tables of fixed names, written once for every engine.

A step reads tables that earlier steps made and depends on nothing but `Values`. DuckDB runs the statements
that `plans` keeps of them; Spark has them compiled when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import ibis
from ibis.expr.types import Table, Value

from bot.network import cells, chance, coincidences, edges, objects, spreading
from bot.network.columns import COLUMNS
from bot.network.recipe import Method

Given = Mapping[str, Value]
Step = Callable[[Given], Table]

_POST = {"post": "int64", "account": "int64", "at_ms": "int64"}
_THING = {**_POST, "key": "int64"}
_HELD = {
    **_POST,
    "platform": "string",
    "kind": "string",
    "language": "string",
    "name": "string",
    "refers_to": "string",
    "text_key": "int64",
    "tokens": "array<int64>",
    "links": "array<string>",
    "tags": "array<string>",
    "images": "array<string>",
    "text": "string",
    "url": "string",
}
_CELLS = {
    "post": "int64",
    "at_ms": "int64",
    **dict.fromkeys(("platform", "handle", "platform_id", "post_id", "kind", "language"), "string"),
}
_COLUMNS: dict[str, dict[str, str]] = {
    # All posts of the corpus, and those of them that pass the filters.
    "held": _HELD,
    "posts": _HELD,
    # The rows of a file, read, and what Python made of some of them.
    "file": dict.fromkeys(COLUMNS, "string"),
    "cells of links": {**_CELLS, **dict.fromkeys(("page", "links", "written"), "string")},
    "cells of texts": {**_CELLS, "text": "string"},
    "numbers": {"post": "int64", "post_id": "string"},
    "authors": {"author": "int64", **dict.fromkeys(("platform", "handle", "platform_id"), "string")},
    "known": {"author": "int64", "account": "int64"},
    "addresses": dict.fromkeys(("links", "written", "key"), "string"),
    "keyed": {"post": "int64", "text_key": "int64", "tokens": "array<int64>"},
    "platforms": {"platform": "string"},
    "languages": {"language": "string"},
    "accounts": {"account": "int64"},
    # What posts can share; `repeated` is what at least two of them do.
    "things": _THING,
    "repeated": _THING,
    "texts": {**_POST, "text_key": "int64", "tokens": "array<int64>"},
    "prefixes": {**_THING, "n": "int64"},
    "pairs": dict.fromkeys(coincidences.PAIR, "int64"),
    "edges": {**dict.fromkeys(edges.EDGE, "int64"), "median_lag_ms": "float64"},
    "counts": {"key": "int64", "day": "int64", "account": "int64", "m": "int64"},
    "shared": {"key": "int64", "day": "int64", "k": "int64"},
}


def _table(name: str) -> Table:
    return ibis.table(_COLUMNS[name], name=name)


def _chosen(filters: tuple[str, ...]) -> Step:
    def step(given: Given) -> Table:
        posts = objects.between(_table("held"), start_ms=given["start_ms"], end_ms=given["end_ms"])
        for name in filters:
            wanted = _table(name)
            posts = posts.semi_join(wanted, name.removesuffix("s"))
        return posts

    return step


def _things(method: Method, *, short_texts: bool) -> Step:
    def step(given: Given) -> Table:
        return objects.objects(
            _table("posts"),
            method,
            short_texts=short_texts,
            min_tags=given["min_tags"],
            fast_ms=given["fast_ms"],
        )

    return step


def _times(_given: Given) -> Table:
    things = _table("things")
    return things.aggregate(
        rows=things.count(),
        first=things["at_ms"].min(),
        last=things["at_ms"].max(),
        odd=(things["at_ms"] % 1000 != 0).sum().cast("int64"),
        seconds=(things["at_ms"] % 60_000 != 0).sum().cast("int64"),
    )


def _posts_of(_given: Given) -> Table:
    things = _table("things")
    return things.group_by("account").aggregate(n=things["post"].nunique())


def _reached(table: Table, given: Given) -> Table:
    return coincidences.in_reach(
        table, start_ms=given["start_ms"], end_ms=given["end_ms"], window_ms=given["window_ms"]
    )


def _texts(given: Given) -> Table:
    texts = _reached(_table("posts"), given)
    texts = texts.filter(texts["tokens"].notnull(), texts["kind"] != objects.REPOST)
    return texts.select("post", "account", "at_ms", "text_key", "tokens")


def _crowds(name: str) -> Step:
    def step(given: Given) -> Table:
        rows = _table(name)
        rows = rows if name == "prefixes" else _reached(rows, given)
        return coincidences.crowds(rows, stretch_ms=given["stretch_ms"], cap=given["cap"])

    return step


def _together(*, thin: bool) -> Step:
    def step(given: Given) -> Table:
        rows = _reached(_table("repeated"), given)
        if thin:
            rows = coincidences.thinned(rows, stretch_ms=given["stretch_ms"], cap=given["cap"])
        return coincidences.together(
            rows,
            start_ms=given["start_ms"],
            window_ms=given["window_ms"],
            stretch_ms=given["stretch_ms"],
        )

    return step


def _similar(*, thin: bool) -> Step:
    def step(given: Given) -> Table:
        prefixes = _table("prefixes")
        if thin:
            prefixes = coincidences.thinned(prefixes, stretch_ms=given["stretch_ms"], cap=given["cap"])
        return coincidences.similar(
            _table("texts"),
            prefixes,
            start_ms=given["start_ms"],
            window_ms=given["window_ms"],
            stretch_ms=given["stretch_ms"],
            similarity=given["similarity"],
        )

    return step


def _filters() -> list[tuple[str, ...]]:
    names = ("platforms", "languages", "accounts")
    return [
        tuple(name for name, used in zip(names, uses, strict=True) if used)
        for uses in product((False, True), repeat=len(names))
    ]


def _read(what: str) -> dict[str, Step]:
    rows = f"cells of {what}"
    return {
        rows: lambda _: cells.cells(_table("file"), links=what == "links"),
        f"strange {rows}": lambda _: cells.strange(_table(rows)),
        f"days of {rows}": lambda _: cells.days(_table(rows)),
        f"authors of {rows}": lambda _: cells.authors(_table(rows)),
    }


def _posts(how: str, by: tuple[str, ...]) -> dict[str, Step]:
    names = cells.Names(authors=_table("authors"), known=_table("known"), by=by)
    links, texts = _table("cells of links"), _table("cells of texts")
    return {
        f"posts with plain links{how}": lambda _: cells.linked(links, names, None),
        f"posts with links{how}": lambda _: cells.linked(links, names, _table("addresses")),
        f"posts with texts{how}": lambda _: cells.worded(texts, names, _table("keyed")),
    }


STEPS: dict[str, Step] = {
    **_read("links"),
    **_read("texts"),
    "strange addresses": lambda _: cells.addresses(_table("cells of links")),
    "texts of cells": lambda given: cells.texts(_table("cells of texts"), every=given["every"]),
    "strange figures": lambda _: cells.strange_figures(_table("file")),
    "posts of pairs": lambda _: cells.shown(
        _table("pairs"), _table("held"), _table("numbers"), _table("file")
    ),
    "strange authors": lambda _: cells.strange_authors(_table("authors")),
    **_posts("", ("platform", "handle", "platform_id")),
    **_posts(" by handle", ("handle",)),
    **{"+".join(("chosen", *filters)): _chosen(filters) for filters in _filters()},
    **{f"things of {method}": _things(method, short_texts=False) for method in Method},
    "things of identical-text, short ones too": _things(Method.IDENTICAL_TEXT, short_texts=True),
    "things of similar-text, short ones too": _things(Method.SIMILAR_TEXT, short_texts=True),
    "times": _times,
    "posts of accounts": _posts_of,
    "halves": lambda _: spreading.halves(_table("things")),
    "repeated": lambda _: coincidences.repeated(_table("things")),
    "crowds of things": _crowds("repeated"),
    "pairs of things": _together(thin=False),
    "pairs of things, thinned": _together(thin=True),
    "texts": _texts,
    "prefixes": lambda given: coincidences.prefixes(_table("texts"), similarity=given["similarity"]),
    "crowds of prefixes": _crowds("prefixes"),
    "pairs of texts": _similar(thin=False),
    "pairs of texts, thinned": _similar(thin=True),
    "edges": lambda given: edges.edges(_table("pairs"), min_weight=given["min_weight"]),
    "all edges": lambda _: _table("edges"),
    "repeats": lambda _: edges.repeats(_table("pairs")),
    "similar on identical": lambda _: edges.similar_on_identical(_table("pairs")),
    "counts": lambda given: chance.stretched(_table("things"), day_ms=given["day_ms"]),
    "shared": lambda _: chance.agreeing(_table("counts")),
    "agreements": lambda _: chance.agreements(_table("shared")),
    "agreements of accounts": lambda _: chance.of_accounts(
        _table("counts"), _table("shared"), chance.ends(_table("edges"))
    ),
    "agreements of pairs": lambda given: chance.of_pairs(
        _table("counts"), _table("edges").select("a", "b"), cap=given["cap"]
    ),
    "bins": lambda given: chance.bins(_table("things"), bin_ms=given["bin_ms"]),
    "number of pairs": lambda _: _table("pairs").aggregate(n=_table("pairs").count()),
}
