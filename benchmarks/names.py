"""Finding a name by a slip: our index beside a scan with rapidfuzz and SQLite's trigram index, in one run.

Made-up names in four scripts from a seeded generator; questions are names with one or two letters lost,
doubled or replaced. A question's time is the CPU time of its thread.
"""

from __future__ import annotations

import gc
import random
import sqlite3
import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from benchmarks.measure import cpu_ms, load, rss_mib, spread, table, verdict
from bot.registry.grams import GramIndex

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 500
# Scans take so long that fewer do.
OF_SCANS = 40
SEED = 2026

LATIN = [
    a + b for a in "b c d f g h j k l m n p r s t v z tr st".split() for b in "a e i o u an en ou er".split()
]
CYRILLIC = [a + b for a in "б в г д ж з к л м н п р с т ф х".split() for b in "а е и о я ов ин ер".split()]
ARABIC = [a + b for a in "ب ت ج ح د ر س ش ص ع ف ق ك ل م ن".split() for b in ("", "ا", "ي", "و")]
HAN = [chr(0x4E00 + number) for number in range(3_000)]
COMMON_FIRST = [1 / (number + 10) for number in range(3_000)]

Ask = Callable[[str], list[str]]


def made_up(count: int, chance: random.Random) -> list[str]:
    """Return different names: half Latin, a fifth Cyrillic, a fifth Han, a tenth Arabic."""
    words = {
        script: ["".join(chance.choices(parts, k=chance.choice((2, 3, 3, 4)))) for _ in range(40_000)]
        for script, parts in (("latin", LATIN), ("cyrillic", CYRILLIC), ("arabic", ARABIC))
    }

    def name(number: int) -> str:
        script = ("latin",) * 5 + ("cyrillic",) * 2 + ("han",) * 2 + ("arabic",)
        chosen = script[number % 10]
        if chosen == "han":
            return "".join(chance.choices(HAN, COMMON_FIRST, k=chance.choice((3, 4, 5, 6))))
        return " ".join(chance.choices(words[chosen], k=chance.choice((1, 2, 2, 3))))

    found: dict[str, None] = {}
    number = 0
    while len(found) < count:
        found[name(number)] = None
        number += 1
    return list(found)


def slip(text: str, chance: random.Random) -> str:
    """Return a text as it is typed in haste: one change, or two in longer ones."""
    for _ in range(chance.choice((1, 2)) if len(text) > 4 else 1):
        at = chance.randrange(len(text))
        other = chance.choice(text)
        text = chance.choice(
            (text[:at] + text[at + 1 :], text[:at] + other + text[at + 1 :], text[:at] + other + text[at:])
        )
    return text


def asked(ask: Ask, questions: Sequence[tuple[str, str]]) -> tuple[list[float], float]:
    """Return milliseconds of each question, and how many had the name among their first ten answers."""
    times: list[float] = []
    hits = 0
    for meant, typed in questions:
        begin = time.thread_time()
        answers = ask(typed)
        times.append((time.thread_time() - begin) * 1000)
        hits += meant in answers[:10]
    return times, hits / len(questions)


def main() -> None:
    rows: list[list[str]] = []
    for size in SIZES:
        chance = random.Random(SEED)
        names = made_up(size, chance)
        questions = [(name, slip(name, chance)) for name in chance.sample(names, QUESTIONS)]
        rows += [*_ours(names, questions, size=size), *_peers(names, questions, size=size)]
        gc.collect()
    table(
        f"names: a slip in four scripts ({load()}); bars at 1M: p99 5 ms, recall .94, 40 times the scan",
        ("names", "side", "build s", "MiB", "p50 ms", "p99 ms", "recall@10", "reached"),
        rows,
    )


_scan_p50: dict[int, float] = {}


def _ours(names: list[str], questions: Sequence[tuple[str, str]], *, size: int) -> list[list[str]]:
    before = rss_mib()
    built, index = cpu_ms(lambda: GramIndex((name, number) for number, name in enumerate(names)))
    memory = rss_mib() - before
    # As in the bot: what is built at the start is not walked through at every collection.
    gc.freeze()
    times, recall = asked(
        lambda typed: [text for _, text, _ in index.similar_to(typed, at_least=50)], questions
    )
    gc.unfreeze()
    figures = spread(times)
    _scan_p50[size] = figures.p50
    reached = verdict(figures.p99 <= 5 and recall >= 0.94) if size == max(SIZES) else ""
    return [_row(size, "Masthead", built / 1000, memory, figures.p50, figures.p99, recall, reached)]


def _peers(names: list[str], questions: Sequence[tuple[str, str]], *, size: int) -> list[list[str]]:
    few = questions[:OF_SCANS]
    times, recall = asked(
        lambda typed: [
            str(found[0])
            for found in process.extract(typed, names, scorer=fuzz.ratio, limit=10, score_cutoff=50)
        ],
        few,
    )
    scan = spread(times)
    ratio = scan.p50 / _scan_p50[size]
    reached = f"{ratio:.0f} times ours" + (f": {verdict(ratio >= 40)}" if size == max(SIZES) else "")
    rows = [_row(size, "rapidfuzz scan", 0, 0, scan.p50, scan.p99, recall, reached)]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE name USING fts5(text, tokenize='trigram')")
    built, _ = cpu_ms(
        lambda: database.executemany("INSERT INTO name VALUES (?)", ((name,) for name in names))
    )
    times, recall = asked(lambda typed: _trigram(database, typed), few)
    figures = spread(times)
    rows.append(_row(size, "FTS5 trigram", built / 1000, 0, figures.p50, figures.p99, recall, ""))
    database.close()
    return rows


def _trigram(database: sqlite3.Connection, typed: str) -> list[str]:
    pieces = {typed[at : at + 3] for at in range(len(typed) - 2)}
    if not pieces:
        return []
    query = " OR ".join('"' + piece.replace('"', '""') + '"' for piece in sorted(pieces))
    found = database.execute("SELECT text FROM name WHERE name MATCH ? ORDER BY rank LIMIT 60", (query,))
    texts = [str(row[0]) for row in found]
    return sorted(texts, key=lambda text: -fuzz.ratio(typed, text))[:10]


def _row(
    size: int, side: str, build: float, memory: float, p50: float, p99: float, recall: float, reached: str
) -> list[str]:
    return [
        f"{size:,}",
        side,
        f"{build:.1f}",
        f"{memory:.0f}",
        f"{p50:.2f}",
        f"{p99:.2f}",
        f"{recall:.3f}",
        reached,
    ]


if __name__ == "__main__":
    main()
