"""What people paste, read as accounts and posts. Pure: no network, no database."""

from bot.accounts.addresses import account_url, post_url
from bot.accounts.handles import canonical_handle, canonical_id, match_key, valid_handle
from bot.accounts.hosts import registrable_domain
from bot.accounts.platforms import RULES
from bot.accounts.platforms.bluesky import is_atproto_handle
from bot.accounts.reader import parse, parse_one, read, read_one
from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.results import (
    Ambiguous,
    Caution,
    CautionKind,
    Named,
    Reading,
    Reference,
    Refused,
    ShortLink,
)
from bot.accounts.urls import clean_url, host_of

__all__ = [
    "RULES",
    "AccountRef",
    "Ambiguous",
    "Caution",
    "CautionKind",
    "Named",
    "Platform",
    "PostRef",
    "Reading",
    "Reference",
    "Refused",
    "ShortLink",
    "account_url",
    "canonical_handle",
    "canonical_id",
    "clean_url",
    "host_of",
    "is_atproto_handle",
    "match_key",
    "parse",
    "parse_one",
    "post_url",
    "read",
    "read_one",
    "registrable_domain",
    "valid_handle",
]
