"""The cells of a plain table of posts turned into columns of the corpus, as expressions.

The columns are those of docs/generic-csv.md and all of them texts, "" where a cell is empty or the file has
no such column. What is read here is what `bot.imports.generic_csv` would read; `strange` counts whatever
takes more than these expressions, and a file with any of it is left to the importer.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table, Value

from bot.accounts import Platform
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


def cells(file: Table, *, links: bool) -> Table:
    """Return the rows of a file, read: with their links, or else with their texts.

    `written` is the text of a post whose cell of links is empty, where it may hold an address.
    """
    # The importer passes over a row of empty cells.
    something = (file["post_id"] != "") | (file["created_at"] != "") | (file["text"] != "")
    file = file.filter(something | (file["platform"] != "") | (file["handle"] != ""))
    dotless = (file["links"] != "") | ~file["text"].contains(".")
    more = (
        {"links": file["links"], "written": ibis.ifelse(dotless, "", file["text"])}
        if links
        else {"text": file["text"]}
    )
    return file.select(
        "platform",
        "handle",
        "platform_id",
        "post_id",
        post=ibis.row_number(),
        at_ms=_at_ms(file["created_at"]),
        kind=_kind(file),
        language=file["language"].strip().nullif(""),
        **more,
    )


def strange(rows: Table) -> Table:
    """Return how many rows and ids of posts there are, how many rows are not plain, first and last time."""
    number = rows["post_id"].try_cast("int64").cast("string") == rows["post_id"]
    plain = ibis.coalesce(number, False) | rows["post_id"].re_search(_PLAIN_ID)
    return rows.aggregate(
        rows=rows.count(),
        ids=rows["post_id"].nunique(),
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


def addresses(rows: Table) -> Table:
    """Return once every cell of links, and every text with addresses, that takes more than an expression."""
    written = rows["written"].re_search(r"\.[\p{L}\p{N}_]")
    held = rows.filter(written | ((rows["links"] != "") & ~_plain(rows["links"])))
    return held.select("links", "written").distinct()


def linked(rows: Table, authors: Table, accounts: Table, addresses: Table | None) -> Table:
    """Return the posts with their links. `addresses` are (links, written, key), where any are strange."""
    page = ibis.literal("https://").concat(rows["links"].re_replace(r"^https?://", ""))
    keys = ibis.ifelse((rows["links"] != "") & _plain(rows["links"]), ibis.array([page]), ibis.null(_TEXTS))
    rows = rows.mutate(keys=keys)
    if addresses is not None:
        lists = addresses.group_by("links", "written").aggregate(more=addresses["key"].collect())
        rows = rows.left_join(lists, ["links", "written"])
        rows = rows.mutate(keys=ibis.coalesce(rows["keys"], rows["more"]))
    return _held(rows, authors, accounts, links=rows["keys"])


def worded(rows: Table, authors: Table, accounts: Table, texts: Table) -> Table:
    """Return the posts with (post, text_key, tokens) of their texts."""
    rows = rows.join(texts, "post")
    return _held(rows, authors, accounts, text_key=rows["text_key"], tokens=rows["tokens"])


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


def _held(rows: Table, authors: Table, accounts: Table, **columns: Value) -> Table:
    """Return the columns of a corpus; those that no step will read are NULL."""
    rows = rows.mutate(**columns)
    names = authors.join(accounts, "author")
    both = rows.join(names, ["platform", "handle", "platform_id"])
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
    retold = file["text"].startswith("RT @") & on_x & file["text"].re_search(_REPOST)
    written = file["kind"].lower()
    return ibis.cases(
        (file["kind"] == "", ibis.ifelse(retold, PostKind.REPOST.value, PostKind.ORIGINAL.value)),
        *((written == name, kind.value) for name, kind in KINDS.items() if name),
    )


def _plain(cell: Value) -> Value:
    www = cell.startswith("https://www.") | cell.startswith("http://www.")
    return cell.re_search(PLAIN_LINK) & ~www & (cell.length() <= _LONGEST_LINK)
