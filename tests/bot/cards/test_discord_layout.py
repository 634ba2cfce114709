from __future__ import annotations

import re
from typing import Any

import discord
import msgspec
import pytest
from discord import ui
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.charts import activity_picture
from bot.cards.discord_layout import (
    MAX_CHARACTERS,
    MAX_COMPONENTS,
    MAX_READ,
    card_container,
    layout,
    page_container,
    read_length,
)
from bot.cards.limits import Kind, Upload, problems, units
from bot.cards.pages import pages
from bot.checks.dossier import Dossier
from tests.bot.cards.charts.drawn import posts, series
from tests.bot.cards.hostile import STRANGER, dossiers
from tests.bot.cards.samples import LINKED, UNKNOWN

COMPONENTS_V2 = 1 << 15
SERIES = series(posts(50))
FORBIDDEN = re.compile(
    r"\b(operated by|run by|controlled by|propaganda|mouthpiece|fake|inauthentic|bots?|trolls?|puppets?"
    r"|disinformation|proves|confirms|exposes)\b"
)


def texts(container: ui.Container[Any]) -> list[str]:
    return [item.content for item in container.walk_children() if isinstance(item, ui.TextDisplay)]


def ours(text: str) -> str:
    """What is left of a text when inline code and the targets of links are taken out."""
    return re.sub(r"\]\([^)]*\)", "]()", re.sub(r"`[^`\n]*`", "``", text))


def refused(container: ui.Container[Any]) -> list[str]:
    body = {"flags": COMPONENTS_V2, "components": [container.to_component_dict()]}
    return [str(problem) for problem in problems(Kind.REPLY, body)]


def evidence_button() -> ui.Button[Any]:
    return ui.Button(label="Evidence", custom_id="evidence:1:1")


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
@given(dossiers)
def test_no_dossier_makes_a_card_that_discord_refuses_or_a_stranger_writes_on(dossier: Dossier) -> None:
    container = card_container(dossier, buttons=[evidence_button()])
    shown = texts(container)
    assert refused(container) == []
    assert sum(map(units, shown)) <= MAX_CHARACTERS
    assert sum(map(read_length, shown)) <= MAX_READ
    assert 1 + sum(1 for _ in container.walk_children()) <= MAX_COMPONENTS
    outside = "\n".join(map(ours, shown))
    assert STRANGER not in outside
    assert not FORBIDDEN.search(outside.replace("not shown to be operated by", ""))
    assert not re.search(r"<@|<#|</|discord\.gg|@everyone", outside)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
@given(dossiers, st.data())
def test_no_dossier_makes_a_page_that_discord_refuses_or_a_stranger_writes_on(
    dossier: Dossier, data: st.DataObject
) -> None:
    page = data.draw(st.sampled_from(pages(dossier)))
    container = page_container(page, buttons=[evidence_button()])
    assert refused(container) == []
    assert 1 + sum(1 for _ in container.walk_children()) <= MAX_COMPONENTS
    assert STRANGER not in "\n".join(map(ours, texts(container)))


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
@given(dossiers)
def test_a_picture_goes_along_within_the_same_limits(dossier: Dossier) -> None:
    drawn = activity_picture(msgspec.structs.replace(dossier, series=SERIES))
    assert drawn is not None
    container = card_container(dossier, buttons=[evidence_button()], picture=drawn)
    body = {"flags": COMPONENTS_V2, "components": [container.to_component_dict()]}
    body["attachments"] = [{"id": "0", "filename": drawn.name, "description": drawn.alt}]
    upload = Upload(index=0, name=drawn.name, size=len(drawn.png))
    assert [str(problem) for problem in problems(Kind.REPLY, body, files=[upload])] == []
    # Without the file, the same body is refused: the picture is really looked for.
    assert any("masthead-activity.png" in line for line in refused(container))
    assert sum(map(units, texts(container))) <= MAX_CHARACTERS
    assert sum(map(read_length, texts(container))) <= MAX_READ
    assert 1 + sum(1 for _ in container.walk_children()) <= MAX_COMPONENTS


def test_the_card_leads_with_judgement_then_confidence_in_sentences_of_their_own() -> None:
    shown = "\n".join(texts(card_container(LINKED))).splitlines()
    judgement = next(n for n, line in enumerate(shown) if "likely linked" in line)
    assert shown[judgement + 1].startswith("Confidence is moderate")
    assert "onfidence" not in shown[judgement]


def test_an_address_behind_words_is_not_read() -> None:
    assert read_length("see [the list](https://lists.example/2026/a.csv) (B2)") == len("see [the list] (B2)")


def test_the_card_names_platform_and_lasting_id() -> None:
    head = texts(card_container(LINKED))[0]
    assert head.splitlines()[0] == "### `@ejemplo_hoy_1` on X"
    assert "id `1234567890`" in head


def test_the_chain_reads_upward_and_links_each_source_once_on_our_own_words() -> None:
    chain = next(
        line for text in texts(card_container(LINKED)) for line in text.splitlines() if "**Chain**" in line
    )
    assert ours(chain) == (
        "**Chain** `` ← listed as an account of `` (B2, [source]()) ← a member of `` (B3, ``, [source]())"
        " ← co-publishes with `` (B3)"
    )
    names = re.findall(r"`([^`]*)`", chain)
    assert names == [
        "@ejemplo_hoy_1",
        "Ejemplo Hoy",
        "Example Press Network",
        "reportedly",
        "Example News Service",
    ]


def test_three_pieces_of_evidence_of_different_kinds_come_first() -> None:
    shown = [text for text in texts(card_container(LINKED)) if re.match(r"\d\\\. ", text)]
    assert [re.findall("contextual|behavioural", text)[0] for text in shown] == [
        "contextual",
        "behavioural",
        "contextual",
    ]
    assert any("**Evidence** (3 of 7)" in text for text in texts(card_container(LINKED)))


def test_what_could_not_be_checked_is_never_called_nothing() -> None:
    gaps = next(
        line for text in texts(card_container(LINKED)) for line in text.splitlines() if "Could not" in line
    )
    assert "engagement rate: replies not reported" in gaps
    assert "low reach (too little data): 12 of 20 videos" in gaps
    assert "nothing" not in gaps


def test_checks_with_one_reason_share_a_line() -> None:
    shown = "\n".join(texts(card_container(UNKNOWN)))
    assert shown.count("no posts are held") == 1
    assert "half-attribution, output against audience, engagement rate, low reach: " in shown


def test_the_readers_own_zone_shows_the_time() -> None:
    shown = "\n".join(texts(card_container(LINKED)))
    assert "Checked <t:1795269780:f> (<t:1795269780:R>)" in shown


async def test_the_view_never_times_out_and_sets_no_alien_items() -> None:
    view = layout(LINKED)
    assert view.timeout is None
    assert [type(item) for item in view.children] == [ui.Container]


def test_pages_hold_everything_and_say_where_they_are() -> None:
    sheets = pages(LINKED)
    shown = [texts(page_container(page)) for page in sheets]
    assert [text[0].splitlines()[1] for text in shown] == [
        f"-# Page {n + 1} of {len(sheets)}" for n in range(len(sheets))
    ]
    everything = "\n".join(text for page in shown for text in page)
    for number in range(1, 6):
        assert f"Una noticia de ejemplo número {number}." in everything
    for words in (
        "Benign reading",
        "T0129.003",
        "Would change if",
        "Sources",
        "List of outlets and their accounts",
    ):
        assert words in everything
    assert "○ ownership chain: checked, nothing" in everything
    assert "? engagement rate: could not check" in everything
    assert "◔ low reach: too little data" in everything


@pytest.mark.parametrize("dossier", [LINKED, UNKNOWN], ids=["linked", "unknown"])
def test_links_stand_on_our_own_words(dossier: Dossier) -> None:
    containers = [card_container(dossier), *(page_container(page) for page in pages(dossier))]
    for container in containers:
        for text in texts(container):
            assert set(re.findall(r"\[([^\]]*)\]\(", text)) <= {
                "source",
                "open source",
                "open post",
                "the post asked about",
            }
        buttons = [item for item in container.walk_children() if isinstance(item, discord.ui.Button)]
        assert {button.label for button in buttons} <= {"Open source", "Open post", "Open account"}
