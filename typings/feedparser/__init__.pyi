# What Masthead uses of feedparser, which ships no types. Every value may be missing from a feed.
from collections.abc import Mapping
from time import struct_time
from typing import TypedDict

class _Content(TypedDict, total=False):
    type: str
    value: str

class _Link(TypedDict, total=False):
    rel: str
    href: str
    type: str

class Entry(TypedDict, total=False):
    id: str
    link: str
    links: list[_Link]
    title: str
    summary: str
    content: list[_Content]
    published_parsed: struct_time | None
    updated_parsed: struct_time | None
    language: str

class Feed(TypedDict, total=False):
    title: str
    subtitle: str
    link: str
    language: str

class Parsed(TypedDict, total=False):
    bozo: bool
    version: str
    feed: Feed
    entries: list[Entry]

def parse(
    source: bytes,
    *,
    response_headers: Mapping[str, str] | None = ...,
    sanitize_html: bool | None = ...,
    resolve_relative_uris: bool | None = ...,
) -> Parsed: ...
