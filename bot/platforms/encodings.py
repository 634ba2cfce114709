"""Which encoding a page is really in, where headers and tags lie or are missing."""

from __future__ import annotations

import codecs
import re
from types import MappingProxyType

# Labels are the stranger's: only these are looked up, since Python has codecs that unpack or take
# quadratic time. Older names stand for what programs write under them (WHATWG Encoding Standard).
_CODECS = MappingProxyType(
    {
        **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936"), "gb18030"),
        **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5", "cp950"), "big5hkscs"),
        **dict.fromkeys(("windows-1251", "cp1251", "x-cp1251", "win-1251"), "cp1251"),
        **dict.fromkeys(("windows-1252", "iso-8859-1", "latin1", "us-ascii", "ascii", "cp1252"), "cp1252"),
        **dict.fromkeys(("iso-8859-9", "windows-1254", "latin5"), "cp1254"),
        **dict.fromkeys(("windows-1250", "cp1250"), "cp1250"),
        **dict.fromkeys(("windows-1253", "cp1253"), "cp1253"),
        **dict.fromkeys(("windows-1255", "iso-8859-8-i"), "cp1255"),
        **dict.fromkeys(("windows-1256", "cp1256"), "cp1256"),
        **dict.fromkeys(("windows-1257", "cp1257"), "cp1257"),
        **dict.fromkeys(("windows-1258", "cp1258"), "cp1258"),
        **dict.fromkeys(("windows-874", "tis-620", "iso-8859-11"), "cp874"),
        **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
        **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "windows-949", "ksc5601"), "cp949"),
        **dict.fromkeys(("utf-16", "utf-16le"), "utf-16-le"),
        "utf-16be": "utf-16-be",
        "utf-8": "utf-8",
        "utf8": "utf-8",
        "euc-jp": "euc_jp",
        "iso-2022-jp": "iso2022_jp",
        "koi8-r": "koi8_r",
        "koi8-u": "koi8_u",
        "iso-8859-2": "iso8859_2",
        "iso-8859-5": "iso8859_5",
        "iso-8859-6": "iso8859_6",
        "iso-8859-7": "iso8859_7",
        "iso-8859-15": "iso8859_15",
    }
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.-]{2,40})", re.IGNORECASE)
# As far as browsers look for a declaration, and a little more.
_DECLARED_WITHIN = 4_096


def decode_page(body: bytes, *, content_type: str) -> tuple[str, str]:
    """Return the text of a page and the name of its encoding. Never fails; what cannot be read is "\\ufffd".

    What is valid UTF-8 beyond ASCII is UTF-8, whatever it says of itself; else the header decides, then
    the page's own declaration, then GB 18030 where that reads every byte, then Windows-1252.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace"), name
    name = _found(body, content_type)
    return body.decode(name, errors="replace"), name


def _found(body: bytes, content_type: str) -> str:
    if _reads(body, "utf-8"):
        return "utf-8"
    for declared in (content_type.encode("ascii", errors="ignore"), body[:_DECLARED_WITHIN]):
        label = _CHARSET.search(declared)
        known = _CODECS.get(label[1].decode("ascii", errors="ignore").lower()) if label else None
        if known is not None and known != "utf-8":
            return known
    return "gb18030" if _reads(body, "gb18030") else "cp1252"


def _reads(body: bytes, name: str) -> bool:
    """Whether every byte can be read; a character that was cut off at the end does not matter."""
    try:
        codecs.getincrementaldecoder(name)().decode(body)
    except UnicodeDecodeError:
        return False
    return True
