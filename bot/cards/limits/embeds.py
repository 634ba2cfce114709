"""Embeds: lengths count after trimming, the sum over all embeds (resources/message.mdx, "Embed Limits")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.shape import units, words
from bot.cards.limits.uploads import check_reference

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields

EMBED_SUM = 6000
_WEB = frozenset({"http", "https"})
_MEDIA = frozenset({"http", "https", "attachment"})
# discord.py sends `type` and `flags` always.
_KEYS = words(
    "title type description url timestamp color footer image thumbnail video provider author fields flags"
)
_AUTHOR = words("name url icon_url proxy_icon_url")
_FOOTER = words("text icon_url proxy_icon_url")
_FIELD = words("name value inline")
_SHOWS = ("title", "description", "fields", "image", "thumbnail", "footer", "author", "video", "timestamp")


def check_embeds(body: Fields, files: frozenset[str]) -> None:
    """`files` are the names that `attachment://` may use."""
    total = 0
    for place, entry in body.items("embeds", high=10):
        embed = place.fields(entry, _KEYS)
        if embed is not None:
            total += _embed(embed, files)
    if total > EMBED_SUM:
        message = f"Embed size exceeds maximum size of {EMBED_SUM}"
        body.place.at("embeds").say("MAX_EMBED_SIZE_EXCEEDED", message)


def _embed(embed: Fields, files: frozenset[str]) -> int:
    if not any(embed.get(key) for key in _SHOWS):
        embed.place.say("EMBED_EMPTY", "An embed needs something to show")
    texts = [embed.text("title", high=256, trim=True), embed.text("description", high=4096, trim=True)]
    embed.url("url", _WEB)
    embed.timestamp("timestamp")
    embed.whole("color", low=0, high=0xFFFFFF)
    if (author := embed.within("author", _AUTHOR)) is not None:
        if author.need("name"):
            texts.append(author.text("name", low=1, high=256, trim=True))
        author.url("url", _WEB)
        check_reference(author.place.at("icon_url"), author.url("icon_url", _MEDIA), files=files)
    if (footer := embed.within("footer", _FOOTER)) is not None:
        texts.append(footer.text("text", high=2048, trim=True))
        check_reference(footer.place.at("icon_url"), footer.url("icon_url", _MEDIA), files=files)
    for key in ("image", "thumbnail"):
        media = embed.within(key, None)
        if media is not None and media.need("url"):
            check_reference(media.place.at("url"), media.url("url", _MEDIA), files=files)
    for place, entry in embed.items("fields", high=25):
        field = place.fields(entry, _FIELD)
        if field is not None:
            field.flag("inline")
            texts += [_required(field, "name", high=256), _required(field, "value", high=1024)]
    return sum(units(text.strip()) for text in texts if text)


def _required(field: Fields, key: str, *, high: int) -> str | None:
    return field.text(key, low=1, high=high, trim=True) if field.need(key) else None
