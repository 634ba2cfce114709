"""Reading the marks of `bot.text.indicators` out of a page: patterns in one place, each for one kind.

Every quantifier is bounded, so that no page makes a pattern slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from bot.text.indicators import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One value on a page. `value` is the key to compare by, in one spelling."""

    mark: Mark
    value: str


# Of each kind, what the page's source carries. Group 1 is compared: for Universal Analytics the account, for
# an ICP number the main number, since the rest counts the sites of one owner.
_IN_SOURCE: tuple[tuple[Mark, re.Pattern[str]], ...] = (
    (Mark.GOOGLE_ANALYTICS, re.compile(r"\b(UA-\d{4,10})-\d{1,4}\b", re.ASCII)),
    (Mark.GA4, re.compile(r"(?<![\w-])(G-[A-Z0-9]{8,12})(?![\w-])", re.ASCII)),
    (Mark.TAG_MANAGER, re.compile(r"(?<![\w-])(GTM-[A-Z0-9]{4,9})(?![\w-])", re.ASCII)),
    (Mark.GOOGLE_ADS, re.compile(r"(?<![\w-])(AW-\d{8,12})(?!\d)", re.ASCII)),
    (Mark.ADSENSE, re.compile(r"\b(?:ca-)?(?:mb-)?(pub-\d{16})\b", re.ASCII)),
    (Mark.BAIDU_TONGJI, re.compile(r"hm\.baidu\.com/h(?:m)?\.js\?([0-9a-f]{32})", re.ASCII)),
    (
        Mark.YANDEX_METRICA,
        re.compile(
            r"(?:\bym\(\s{0,9}|mc\.yandex\.ru/watch/|Ya\.Metrika2?\(\{\s{0,9}id\s{0,9}:\s{0,9}|yaCounter)"
            r"(\d{5,9})(?!\d)",
            re.ASCII,
        ),
    ),
    (Mark.META_PIXEL, re.compile(r"fbq\(\s{0,9}['\"]init['\"]\s{0,9},\s{0,9}['\"]?(\d{10,17})", re.ASCII)),
    (
        Mark.CNZZ,
        re.compile(
            r"cnzz\.com/[a-z_]{1,20}\.(?:php|js)\?(?:[^\"'\s]{0,80}&)?(?:web_)?id=(\d{5,12})", re.ASCII
        ),
    ),
    (Mark.LA51, re.compile(r"LA\.init\(\{\s{0,9}id\s{0,9}:\s{0,9}[\"'](\w{6,24})", re.ASCII)),
    (Mark.HOTJAR, re.compile(r"\bhjid\s{0,9}[:=]\s{0,9}(\d{4,10})", re.ASCII)),
    (
        Mark.CLARITY,
        re.compile(
            r"[\"']clarity[\"']\s{0,9},\s{0,9}[\"']script[\"']\s{0,9},\s{0,9}[\"']([a-z0-9]{8,12})[\"']",
            re.ASCII,
        ),
    ),
    (
        Mark.ANDROID_APP,
        re.compile(
            r"play\.google\.com/store/apps/details\?(?:[\w=.%-]{1,40}&(?:amp;)?){0,3}"
            r"id=([A-Za-z]\w{0,60}(?:\.[A-Za-z]\w{0,60}){1,8})",
            re.ASCII,
        ),
    ),
    (Mark.IOS_APP, re.compile(r"(?:apps|itunes)\.apple\.com/[^\"'\s<>]{0,200}?/id(\d{6,12})", re.ASCII)),
)

# A site id of Matomo means something only together with the host that counts.
_MATOMO_HOST = re.compile(
    r"[\"'](?:https?:)?//([\w.-]{4,100}(?:/[\w.-]{1,40}){0,3})/(?:matomo|piwik)\.(?:php|js)[\"']"
)
_MATOMO_BASE = re.compile(
    r"var\s{1,9}u\s{0,9}=\s{0,9}[\"'](?:https?:)?//([\w.-]{4,100}(?:/[\w.-]{1,40}){0,3})/?[\"']"
)
_MATOMO_SITE = re.compile(r"[\"']setSiteId[\"']\s{0,9},\s{0,9}[\"']?(\d{1,9})")

# In the text that readers see. Regions are the abbreviations of the provinces.
_ICP = re.compile(
    r"([京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川蜀贵黔云滇陕秦甘陇青桂宁新藏蒙][A-Z]?\d?)\s{0,3}ICP\s{0,3}[备证]\s{0,3}(\d{6,10})\s{0,3}号",
    re.IGNORECASE,
)
_POLICE = re.compile(r"公网安备\s{0,3}(\d{14})(?!\d)")

# Credits of whoever built a site. The name ends at the end of the text or at a separator.
_NAME = r"[：:]?\s{0,5}(.{2,60})"
_CREDITS = re.compile(
    r"(?:技术支持|技術支援|技术支援|技術支持|技术开发|网站建设|網站建設|网站制作|网站设计|设计制作|建站服务"
    r"|разработка сайтов|разработка сайта|создание сайтов|создание сайта|сайт разработан|сделано в"
    r"|powered by|designed by|developed by|design by|website by|site by|web design by|built by|created by"
    r"|desarrollado por|diseñado por|diseño web|sitio web por|desenvolvido por|développé par|réalisé par"
    r"|réalisation)" + _NAME,
    re.IGNORECASE,
)
_CREDIT_END = re.compile(
    r"[|©•·\n\r\t;；]| {2,}| [-–—] |(?:版权|备案|ICP|Copyright|All rights|\d{4}\b)", re.IGNORECASE
)
_TRIM = " .,:：，。!！\"'“”()（）[]【】<>《》-–—_"

# Meta tags by name, in lower case.
_VERIFICATIONS = MappingProxyType(
    {
        "google-site-verification": "google",
        "verify-v1": "google",
        "yandex-verification": "yandex",
        "msvalidate.01": "bing",
        "baidu-site-verification": "baidu",
        "facebook-domain-verification": "facebook",
        "p:domain_verify": "pinterest",
        "360-site-verification": "360",
        "sogou_site_verification": "sogou",
        "shenma-site-verification": "shenma",
        "bytedance-verification-code": "bytedance",
        "naver-site-verification": "naver",
        "norton-safeweb-site-verification": "norton",
        "wmail-verification": "mail.ru",
        "zen-verification": "zen",
    }
)
_META: MappingProxyType[str, tuple[Mark, re.Pattern[str]]] = MappingProxyType(
    {
        "al:android:package": (Mark.ANDROID_APP, re.compile(r"([A-Za-z]\w*(?:\.[A-Za-z]\w*)+)", re.ASCII)),
        "al:ios:app_store_id": (Mark.IOS_APP, re.compile(r"(\d{6,12})", re.ASCII)),
        "apple-itunes-app": (Mark.IOS_APP, re.compile(r"app-id=(\d{6,12})", re.ASCII)),
        "fb:app_id": (Mark.FACEBOOK_APP, re.compile(r"(\d{6,20})", re.ASCII)),
        "fb:pages": (Mark.FACEBOOK_APP, re.compile(r"(\d{6,20})", re.ASCII)),
        "google-adsense-account": (Mark.ADSENSE, re.compile(r"(?:ca-)?(pub-\d{16})", re.ASCII)),
        "generator": (Mark.GENERATOR, re.compile(r"\s{0,9}([^;]{2,60})")),
    }
)
# A page with more values of one kind than this lists other people's, such as a catalogue of apps.
MAX_OF_A_KIND = 12
MAX_VALUE = 120


def in_source(source: str) -> Iterator[Found]:
    """Yield what the source of a page carries: scripts, addresses and attributes."""
    for mark, pattern in _IN_SOURCE:
        for found in pattern.finditer(source):
            if not _is_placeholder(found[1]):
                yield Found(mark=mark, value=found[1])
    site = _MATOMO_SITE.search(source)
    host = _MATOMO_HOST.search(source) or _MATOMO_BASE.search(source)
    if site and host:
        yield Found(mark=Mark.MATOMO, value=f"{host[1].lower()}#{site[1]}")


def in_meta(name: str, content: str) -> Iterator[Found]:
    """Yield what one meta tag carries."""
    key, content = name.strip().lower(), content.strip()
    issuer = _VERIFICATIONS.get(key)
    if issuer is not None and 8 <= len(content) <= MAX_VALUE and not content.isspace():
        yield Found(mark=Mark.VERIFICATION, value=f"{issuer}:{content}")
    if key in _META:
        mark, pattern = _META[key]
        for found in pattern.finditer(content[:2_000]):
            yield Found(mark=mark, value=found[1].strip())


def in_text(text: str) -> Iterator[Found]:
    """Yield the official numbers in a piece of visible text."""
    for found in _ICP.finditer(text):
        yield Found(mark=Mark.ICP, value=f"{found[1].upper()}ICP{found[2]}")
    for found in _POLICE.finditer(text):
        yield Found(mark=Mark.POLICE, value=found[1])


def in_footer(text: str) -> Iterator[Found]:
    """Yield who is credited with building the site. In running text such words mean something else."""
    credit = _CREDITS.search(text)
    if credit:
        name = developer_name(credit[1])
        if name:
            yield Found(mark=Mark.DEVELOPER, value=name)


def developer_name(text: str) -> str:
    """Return the name in a credit, in one spelling for comparison; empty where there is none."""
    name = _CREDIT_END.split(text, maxsplit=1)[0]
    name = " ".join(name.split()).strip(_TRIM).casefold()
    return name if 2 <= len(name) <= 60 and any(character.isalpha() for character in name) else ""


def in_ads_txt(text: str) -> Iterator[Found]:
    """Yield the AdSense ids of an ads.txt (IAB Tech Lab) that are the publisher's own: DIRECT lines."""
    for line in text.splitlines()[:5_000]:
        fields = [field.strip().lower() for field in line.partition("#")[0].split(",")]
        if len(fields) >= 3 and fields[0] == "google.com" and fields[2] == "direct":
            yield from (found for found in in_source(fields[1]) if found.mark is Mark.ADSENSE)


def kept(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return each value once, kinds with too many left out."""
    values: dict[Mark, dict[str, Found]] = {}
    for each in found:
        values.setdefault(each.mark, {}).setdefault(each.value[:MAX_VALUE], each)
    return tuple(each for kind in values.values() if len(kind) <= MAX_OF_A_KIND for each in kind.values())


def _is_placeholder(value: str) -> bool:
    """Whether a value is an example out of a manual: one character repeated, or counting up."""
    digits = re.sub(r"^(?:UA|G|GTM|AW|pub)-", "", value)
    counting = "0123456789012345678901234567890"
    return len(set(digits)) == 1 or (digits.isdigit() and digits in counting)
