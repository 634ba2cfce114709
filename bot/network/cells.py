"""The cells of a plain table of posts turned into columns of the corpus, as expressions.

The columns are those of docs/generic-csv.md and all of them texts, "" where a cell is empty or the file has
no such column. What is read here is what `bot.imports.generic_csv` would read; `strange` counts whatever
takes more than these expressions, and a file with any of it is left to the importer.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import Table, Value

from bot.accounts import RULES, Platform
from bot.imports.generic_csv import KINDS, PLATFORMS
from bot.network.columns import FIGURES
from bot.store.corpus import DAY_MS
from bot.store.records import PostKind

# A post id that needs no second look, beside numbers.
_PLAIN_ID = r"^[A-Za-z_][0-9A-Za-z_:./-]{0,255}$"
_UTC = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|\+00:00)$"
# Python's \w in the words of RE2: a text on X that begins so is a repost.
_REPOST = r"^RT @[\p{L}\p{N}_]{1,15}:"
# Addresses of which `clean_link` changes the scheme at most.
PLAIN_LINK = r"^https?://(?:[a-z0-9][a-z0-9-]*\.)+[a-z][a-z0-9-]*(?:/[A-Za-z0-9_~.+%-]+)*$"
_LONGEST_LINK = 4_096
_X_HANDLE = r"^[a-z0-9_]{1,15}$"
_X_NUMBER = r"^[0-9]{1,19}$"


def cells(file: Table, *, links: bool) -> Table:
    """Return the rows of a file, read: with their links, or else with their texts.

    `page` is what one plain address names. `links` are the cells that hold anything else, `written` is the
    text of a post whose cell of links is empty, where it may hold an address.
    """
    return file.select(
        "platform",
        "handle",
        "platform_id",
        "post_id",
        post=ibis.row_number(),
        at_ms=_at_ms(file["created_at"]),
        kind=_kind(file),
        language=file["language"].strip().nullif(""),
        **(_addressed(file["links"], file["text"]) if links else {"text": file["text"]}),
    )


def _addressed(cell: Value, text: Value) -> dict[str, Value]:
    plain = cell.re_search(PLAIN_LINK) & (cell.length() <= _LONGEST_LINK)
    plain &= ~(cell.startswith("https://www.") | cell.startswith("http://www."))
    page = ibis.ifelse(cell.startswith("https"), cell, ibis.literal("https").concat(cell.substr(4)))
    page = ibis.ifelse((cell != "") & plain, page, ibis.null("string"))
    return {
        "page": page,
        "links": ibis.ifelse(page.isnull(), cell, ""),
        "written": ibis.ifelse(cell == "", ibis.ifelse(text.contains("."), text, ""), ""),
    }


def strange(rows: Table) -> Table:
    """Return how many rows and ids of posts there are, how many rows are not plain, first and last time."""
    number = rows["post_id"].try_cast("int64")
    number = ibis.ifelse(number.cast("string") == rows["post_id"], number, ibis.null("int64"))
    word = ibis.ifelse(number.isnull(), rows["post_id"], ibis.null("string"))
    plain = number.notnull() | rows["post_id"].re_search(_PLAIN_ID)
    return rows.aggregate(
        rows=rows.count(),
        # Numbers are told apart in half the time.
        ids=number.nunique() + word.nunique(),
        strange=(~plain | rows["at_ms"].isnull() | rows["kind"].isnull()).sum().cast("int64"),
        first=rows["at_ms"].min(),
        last=rows["at_ms"].max(),
    )


def strange_figures(file: Table) -> Table:
    """Return how many rows have a figure that is no plain number."""
    odd = [(file[name] != "") & ~file[name].re_search(r"^\d{1,15}$") for name in FIGURES]
    return file.aggregate(n=ibis.or_(*odd).sum().cast("int64"))


def texts(rows: Table, *, every: Value) -> Table:
    """Return (post, text) of what has words of its own."""
    own = rows.filter(rows["kind"] != PostKind.REPOST.value, rows["text"] != "")
    return own.filter(own["post"] % every == 0).select("post", "text")


def shown(pairs: Table, held: Table, numbers: Table, file: Table) -> Table:
    """Return the posts that take part in pairs as they stand in the file."""
    posts = pairs.select(post="first").union(pairs.select(post="second"), distinct=True)
    known = posts.join(numbers, "post").join(held.select("post", "account", "at_ms"), "post")
    wanted = file.select("platform", "handle", "platform_id", "post_id", "text", "url")
    return known.join(wanted, "post_id").select(
        "post", "account", "at_ms", "post_id", "platform", "handle", "platform_id", "text", "url"
    )


def days(rows: Table) -> Table:
    """Count the rows of every day."""
    placed = rows.mutate(day=(rows["at_ms"] // DAY_MS).cast("int64"))
    return placed.group_by("day").aggregate(n=placed.count())


def authors(rows: Table) -> Table:
    """Return every way in which an author is written, numbered."""
    distinct = rows.select("platform", "handle", "platform_id").distinct()
    return distinct.mutate(author=ibis.row_number())


def strange_authors(authors: Table) -> Table:
    """Return how many authors there are, how many handles, and how many need a second look.

    On X an account has one handle in small letters, or its number: nobody else can be meant by it.
    """
    named = authors["handle"].re_search(_X_HANDLE) & authors["handle"].notin(
        sorted(RULES[Platform.X].reserved)
    )
    numbered = authors["platform_id"].re_search(_X_NUMBER)
    plain = (named & (authors["platform_id"] == "")) | (numbered & (authors["handle"] == ""))
    plain &= authors["platform"] == Platform.X.value
    return authors.aggregate(
        rows=authors.count(), handles=authors["handle"].nunique(), strange=(~plain).sum().cast("int64")
    )


def addresses(rows: Table) -> Table:
    """Return once every cell of links, and every text with addresses, that takes more than an expression."""
    held = rows.filter((rows["links"] != "") | rows["written"].re_search(r"\.[\p{L}\p{N}_]"))
    return held.select("links", "written").distinct()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Who wrote what: ways in which authors are written, their accounts, and by what to tell them."""

    authors: Table
    known: Table
    by: tuple[str, ...]


def linked(rows: Table, names: Names, addresses: Table | None) -> Table:
    """Return the posts with links of their own. `addresses` are (links, written, key) of strange cells."""
    rows = rows.filter(rows["kind"] != PostKind.REPOST.value)
    keys = ibis.ifelse(rows["page"].notnull(), ibis.array([rows["page"]]), ibis.null(_TEXTS))
    if addresses is None:
        rows = rows.filter(rows["page"].notnull()).mutate(keys=keys)
    else:
        rows = rows.mutate(keys=keys)
        lists = addresses.group_by("links", "written").aggregate(more=addresses["key"].collect())
        rows = rows.left_join(lists, ["links", "written"])
        rows = rows.mutate(keys=ibis.coalesce(rows["keys"], rows["more"]))
        rows = rows.filter(rows["keys"].notnull())
    return _held(rows, names, links=rows["keys"])


def worded(rows: Table, names: Names, texts: Table) -> Table:
    """Return the posts with words of their own, with (post, text_key, tokens) of their texts."""
    rows = rows.join(texts, "post")
    return _held(rows, names, text_key=rows["text_key"], tokens=rows["tokens"])


_TEXTS = "array<string>"
_NOTHING = {
    "name": "string",
    "refers_to": "string",
    "text_key": "int64",
    "tokens": "array<int64>",
    "links": _TEXTS,
    "tags": _TEXTS,
    "images": _TEXTS,
    "text": "string",
    "url": "string",
}


def _held(rows: Table, names: Names, **columns: Value) -> Table:
    """Return the columns of a corpus; those that no step will read are NULL."""
    rows = rows.mutate(**columns)
    accounts = names.authors.join(names.known, "author").select("account", *names.by)
    both = rows.join(accounts, list(names.by))
    platform = both["platform"].strip().lower()
    return both.select(
        "post",
        "account",
        "at_ms",
        "kind",
        "language",
        *columns,
        platform=ibis.cases(*((platform == name, each.value) for name, each in PLATFORMS.items())),
        **{name: ibis.null(kind) for name, kind in _NOTHING.items() if name not in columns},
    )


def _at_ms(cell: Value) -> Value:
    """Read Unix seconds or milliseconds, or ISO 8601 in UTC to the second; NULL is anything else."""
    number = cell.try_cast("int64")
    length = cell.length()
    milliseconds = ibis.ifelse((length == 12) | (length == 13), number, ibis.null("int64"))
    unix = ibis.ifelse((length == 9) | (length == 10), number * 1000, milliseconds)
    moment = cell.substr(0, 19).replace("T", " ").try_cast("timestamp").epoch_seconds().cast("int64") * 1000
    return ibis.cases(
        # A number that is written otherwise ("1.6E+12") is no date.
        (number.cast("string") == cell, unix),
        ((length >= 20) & cell.re_search(_UTC), moment),
    )


def _kind(file: Table) -> Value:
    on_x = [name for name, platform in PLATFORMS.items() if platform is Platform.X]
    on_x = file["platform"].strip().lower().isin(on_x)
    original, repost = PostKind.ORIGINAL.value, PostKind.REPOST.value
    retold = ibis.ifelse(on_x & file["text"].re_search(_REPOST), repost, original)
    written = file["kind"].lower()
    return ibis.cases(
        # One after the other, since looking into a text costs more than all the rest.
        (file["kind"] == "", ibis.ifelse(file["text"].startswith("RT @"), retold, original)),
        *((written == name, kind.value) for name, kind in KINDS.items() if name),
    )
