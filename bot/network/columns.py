"""The columns of a plain table of posts that are read (docs/generic-csv.md)."""

# Columns that say how often something was counted; an odd figure makes the importer refuse a row.
FIGURES = ("likes", "reposts", "replies", "quotes", "views", "followers", "following", "posts")
# Every column that is read; whatever else a file has is passed over.
COLUMNS = (
    *("platform", "handle", "platform_id", "post_id", "created_at", "text", "kind", "links", "language"),
    *("url", "display_name"),
    *FIGURES,
)
