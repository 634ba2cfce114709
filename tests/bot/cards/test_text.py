from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings

from bot.cards.text import text_card, text_evidence
from bot.checks.dossier import Dossier
from tests.bot.cards.hostile import dossiers
from tests.bot.cards.samples import LINKED, UNKNOWN


def test_the_text_card_reads_in_the_order_of_the_method() -> None:
    text = text_card(LINKED, width=100)
    order = ["@ejemplo_hoy_1 on X", "We assess", "Confidence is", "Chain", "Evidence", "Against"]
    order += [
        "Coordination",
        "Engagement",
        "Could not check",
        "Would change if",
        "Checked 21 Nov 2026, 14:03 UTC",
    ]
    places = [text.index(f"{words}") for words in order]
    assert places == sorted(places)


def test_the_text_card_keeps_its_width_and_its_addresses_whole() -> None:
    lines = text_card(LINKED, width=60).splitlines()
    addresses = [line.strip() for line in lines if "https://" in line]
    assert "https://research.example/reports/shared-newsroom" in addresses
    assert all(len(line) <= 60 for line in lines if "https://" not in line)


def test_no_line_ends_in_spaces() -> None:
    for text in (text_card(LINKED, width=80), text_evidence(LINKED, width=80)):
        assert [line for line in text.splitlines() if line != line.rstrip()] == []
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


def test_strangers_words_with_spaces_stand_in_quotation_marks() -> None:
    text = text_card(LINKED)
    assert "listed as an account of “Ejemplo Hoy” (B2)" in text
    assert "`" not in text


def test_an_unknown_account_is_told_what_would_help() -> None:
    text = text_card(UNKNOWN)
    assert "Not assessed: @nadie_conocido is not in the registry" in text
    assert "Its posts are imported." in text


def test_the_evidence_text_holds_every_piece() -> None:
    text = text_evidence(LINKED)
    assert len(re.findall(r"https://x\.com/ejemplo_hoy_1/status/", text)) == 5
    assert "“List of outlets and their accounts, edition 2026”" in text


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
@given(dossiers)
def test_nothing_a_stranger_wrote_steers_the_terminal(dossier: Dossier) -> None:
    text = text_card(dossier) + text_evidence(dossier)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
