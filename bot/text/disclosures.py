"""What a profile says of its owner: "official account of …", "published by …", or "parody", "fan page".

A name alone is no disclosure: a reporter names the paper, a reader the author. Only a name beside words
that say whose account this is counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.aliases import Alias, Aliases
from bot.text.characters import lazily
from bot.text.links import links
from bot.text.normalise import fold

# Words that stand before the owner's name, and those that stand after it. Own list, to be extended.
_BEFORE = lazily(
    lambda: (
        r"\b(?:official|verified) (?:\w+ ){0,3}(?:account|page|channel|profile|feed|twitter|x) (?:of|for)\b"
        r"|\bofficial (?:account|page|channel)\s*[:|-]"
        r"|\b(?:owned|published|operated|managed|funded) by\b"
        r"|\ba (?:service|publication|project|unit) of\b|\bpart of\b"
        r"|\b(?:cuenta|página|pagina|canal|perfil) oficial (?:de|del)\b|\bpropiedad (?:de|del)\b"
        r"|\b(?:editado|publicado|operado) por\b|\bun medio (?:de|del)\b"
        r"|\b(?:conta|página|canal|perfil) oficial (?:de|da|do)\b|\bum veículo (?:de|da|do)\b"
        r"|\b(?:compte|page|chaîne) officiel(?:le)? (?:de|du|des)\b|\b(?:édité|publié) par\b"
        r"|\boffizieller? (?:account|kanal|auftritt)\w* (?:von|der|des)\b|\bherausgegeben von\b"
        r"|\bофициальн\w+ (?:аккаунт|страница|канал)\w*\b|\bпринадлежит\b"
        r"|(?:主办|主管|主辦|隶属于|隸屬於|隶属)[:：]?"
    )
)
_AFTER = lazily(
    lambda: (
        r"(?:['’]s)? official (?:\w+ ){0,2}(?:account|page|channel|feed)\b"
        r"|的?官方(?:账号|帐号|帳號|微博|频道|頻道|账户)|主办|主辦"
        r"|の?公式アカウント"
    )
)
_ARTICLES = re.compile(
    r"\s*(?:(?:the|el|la|los|las|o|a|os|as|le|les|der|die|das|of|de|del)\s+|l['’]|[\"“«:：|-]\s*)*"
)
# Who says so is making fun, cheering, or denying.
_DISCLAIMS = lazily(
    lambda: (
        r"\bparod(?:y|ia|ie|ias)\b|\bparódia\b|\bsatir\w*|\bsátira\w*|\bhumou?r\b|\bspoof\b"
        r"|\bfans?\b|\bfan(?:page|club|s?ite)\b|\btribute\b|\bseguidores de\b|\badmirers?\b"
        r"|\bunofficial\b|\b(?:not|no|non|não|nicht|keine?) (?:\w+ ){0,3}o(?:f+icial|fficiel|ffiziell)\w*"
        r"|\binoffiziell\w*|\bnon officiel\w*|\bextraoficial\b"
        r"|\b(?:not|no|sin|sem|non|nicht) (?:\w+ ){0,2}"
        r"(?:affiliated|affiliation|afiliad[oa]s?|vínculo|relación|vinculad[oa]s?|affilié\w*)\b"
        r"|\bпароди\w+|\bфанат\w*|\bнеофициальн\w+|非官方|粉丝|粉絲|恶搞|惡搞|戏仿|ファン|非公式"
    )
)
_HANDLE = re.compile(r"[@＠]([\w.-]{1,60})")
# The furthest from a name that words after it are looked for.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One registered bearer that a profile text names as its owner, or an address that it links.

    `address` is None for a name; `words` is the name as the registry spells it, or the address.
    """

    alias: Alias
    words: str
    address: str | None = None


def owners_named(text: str, aliases: Aliases) -> list[Disclosed]:
    """Return the registered names and handles that a text gives as the owner, each bearer once."""
    folded = " ".join(fold(text).split())
    found: dict[str, Disclosed] = {}
    for alias in (*_after_words(folded, aliases), *_before_words(folded, aliases)):
        found.setdefault(alias.bearer, Disclosed(alias=alias, words=alias.text))
    return list(found.values())


def owners_linked(text: str, aliases: Aliases, *, link: str | None = None) -> list[Disclosed]:
    """Return the registered sites that a profile links: its link field first, then those in the text."""
    found: dict[str, Disclosed] = {}
    for url in [*([link] if link else []), *(each.url for each in links(text))]:
        alias = aliases.address(url)
        # An address that names a handle is a credit to an account, not a site of an owner.
        if alias is not None and alias.kind == "domain":
            found.setdefault(alias.bearer, Disclosed(alias=alias, words=url, address=url))
    return list(found.values())


def disclaims(text: str) -> bool:
    """Whether a profile calls itself a parody, a fan's page, or unofficial."""
    return _DISCLAIMS().search(" ".join(fold(text).split())) is not None


def _after_words(folded: str, aliases: Aliases) -> list[Alias]:
    found: list[Alias] = []
    for words in _BEFORE().finditer(folded):
        articles = _ARTICLES.match(folded, words.end())
        # With and without the article: "The Example Times" may be registered as either.
        starts = {words.end(), articles.end() if articles else words.end()}
        starts |= {at + 1 for at in starts if folded[at : at + 1] == " "}
        for at in sorted(starts):
            named = aliases.name_at(folded, at)
            handle = _HANDLE.match(folded, at)
            alias = named[0] if named else aliases.handle(handle[1].rstrip(".-")) if handle else None
            if alias is not None:
                found.append(alias)
                break
    return found


def _before_words(folded: str, aliases: Aliases) -> list[Alias]:
    found: list[Alias] = []
    for words in _AFTER().finditer(folded):
        for at in range(max(0, words.start() - _LONGEST_NAME), words.start()):
            named = aliases.name_at(folded, at)
            if named is not None and not folded[named[1] : words.start()].strip(' |:-"”»'):
                found.append(named[0])
                break
    return found
