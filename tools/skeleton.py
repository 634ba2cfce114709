"""Make bot/text/data/skeleton.tsv from Unicode's confusables.txt (UTS #39).

    python tools/skeleton.py confusables.txt > bot/text/data/skeleton.tsv

Kept are the characters that look like letters, digits or signs of a handle (A-Z a-z 0-9 _ - .) and
that NFKC leaves alone; what NFKC turns into ASCII needs no row.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

_ROW = re.compile(r"([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA\t")
_OF_A_HANDLE = re.compile(r"[A-Za-z0-9_.-]+")
_VERSION = re.compile(r"# Version: ([0-9.]+)")

HEADER = """\
# Characters that look like those of a handle: what they look like, then their code points.
# Restated from the Unicode confusables data (UTS #39), version {version}; see LICENSE-UNICODE.txt.
"""


def skeleton_table(confusables: str) -> str:
    """Return the text of the table; `confusables` is the text of Unicode's file."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for source, target in _ROW.findall(confusables):
        looks_like = "".join(chr(int(point, 16)) for point in target.split())
        character = chr(int(source, 16))
        if _OF_A_HANDLE.fullmatch(looks_like) and unicodedata.normalize("NFKC", character) == character:
            rows[looks_like].append(ord(character))
    version = _VERSION.search(confusables)
    table = [HEADER.format(version=version[1] if version else "unknown")]
    for looks_like, points in sorted(rows.items()):
        table.append(f"{looks_like}\t{' '.join(f'{point:X}' for point in sorted(points))}\n")
    return "".join(table)


if __name__ == "__main__":
    sys.stdout.write(skeleton_table(Path(sys.argv[1]).read_text(encoding="utf-8-sig")))
