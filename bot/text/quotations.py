"""Somebody else's words inside a text: what stands between quotation marks and is long enough to matter.

An official's statement is quoted by everybody who reports it, so that two reports share it without either
having copied the other.
"""

from __future__ import annotations

import re

from bot.text.tokens import long_enough

# Each pair excludes its own marks from what lies between, so that an unclosed one costs no second reading.
# Inverted « » are Danish and German, 《 》 mark titles and not speech, single marks are apostrophes as well.
_QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|\"[^\"]*\"|「[^「」]*」|『[^『』]*』")


def without_quotations(prepared: str) -> str:
    """Cut the quotations out of what `normalise.body` returned.

    A single quoted word or short phrase is the writer's own choice of words and stays, as does everything
    after a mark that is never closed. The text is returned as it is where nothing is quoted.
    """
    return " ".join(_QUOTED.sub(_cut, prepared).split()) if _QUOTED.search(prepared) else prepared


def _cut(quotation: re.Match[str]) -> str:
    return " " if long_enough(quotation[0]) else quotation[0]
