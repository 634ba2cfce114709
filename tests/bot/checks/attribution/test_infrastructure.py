"""Shared web infrastructure: small worlds through the whole check, and what must never come out of one."""

from __future__ import annotations

import msgspec
import pytest

from bot.checks.dossier import Dossier, Finding, State
from bot.evaluation.scenario import Scenario
from bot.evaluation.scoring import checked
from bot.evaluation.stories import Stories
from tests.wording import forbidden_words

STATE = {"key": "mundo", "name": "Mundo Ejemplo", "country": "CN", "class": "SC", "sites": ["mundo.example"]}
PAPER = {"key": "gaceta", "name": "Gaceta", "accounts": ["x:gaceta_ej"], "sites": ["gaceta.example"]}
CONTAINER = {"kind": "tag_manager", "value": "GTM-5EXMPLE", "hosts": ["gaceta.example", "mundo.example"]}


async def dossier(**parts: object) -> Dossier:
    told = {
        "title": "t",
        "benign": False,
        "account": "x:gaceta_ej",
        "expect": {"at_most": "likely"},
        "entity": [STATE, PAPER],
        "looked": [{"others": 40}],
        **parts,
    }
    return await checked(msgspec.convert(told, Scenario), Stories(languages={}))


async def findings(**parts: object) -> list[Finding]:
    drawn = await dossier(**parts)
    found = [each for each in drawn.findings if each.check == "shared_infrastructure"]
    for each in found:
        assert forbidden_words(each.summary) == []
    return found


async def test_a_rare_id_is_told_with_its_frequency_and_both_pages() -> None:
    (found,) = await findings(mark=[CONTAINER])
    assert found.state is State.FOUND
    assert found.weight == 0.75
    assert (found.towards, found.disarm) == ("mundo", ("T0149",))
    assert found.summary == (
        "Its site `gaceta.example` shares the Tag Manager container `GTM-5EXMPLE` (on 2 of 42 sites looked "
        "at) with `mundo.example`, listed for `Mundo Ejemplo`."
    )
    assert [each.url for each in found.evidence[:2]] == ["https://gaceta.example/", "https://mundo.example/"]
    assert all(each.at is not None for each in found.evidence[:2])


async def test_every_source_of_the_evidence_stands_in_the_dossier() -> None:
    drawn = await dossier(
        mark=[CONTAINER, {"kind": "developer", "value": "obrador web", "hosts": ["gaceta.example"]}],
        entity=[STATE, PAPER, {"key": "dev", "name": "Obrador Web", "kind": "company", "source": "other"}],
        source=[{"key": "other"}, {"key": "third"}],
        claim=[{"subject": "mundo", "relation": "owns", "object": "dev", "source": "third"}],
    )
    used = {each.source for finding in drawn.findings for each in finding.evidence if each.source}
    assert "third" in used
    assert used <= {source.key for source in drawn.sources}


@pytest.mark.parametrize(
    ("grade", "weight"),
    [("B2", 0.75), ("C3", 0.65), ("D4", 0.40)],
)
async def test_a_link_is_no_stronger_than_the_chain_of_the_other_site(grade: str, weight: float) -> None:
    private = {"key": "portal", "name": "Portal", "sites": ["mundo.example"]}
    ministry = {"key": "ministry", "name": "Ministerio Ejemplo", "kind": "government", "country": "CN"}
    (found,) = await findings(
        entity=[private, ministry, PAPER],
        claim=[{"subject": "ministry", "relation": "owns", "object": "portal", "grade": grade}],
        mark=[CONTAINER],
    )
    assert found.weight == weight


async def test_an_owner_whom_no_source_links_to_a_state_weighs_nothing() -> None:
    private = {"key": "portal", "name": "Portal", "sites": ["mundo.example"]}
    (found,) = await findings(entity=[private, PAPER], mark=[CONTAINER])
    assert found.weight is None
    assert "No source held links `Portal` to a state" in found.summary


async def test_independent_media_never_make_a_link() -> None:
    broadcaster = {**STATE, "class": "ISFM"}
    (found,) = await findings(entity=[broadcaster, PAPER], mark=[CONTAINER])
    assert found.weight is None


async def test_two_sites_looked_at_do_not_show_what_is_rare() -> None:
    (found,) = await findings(mark=[CONTAINER], looked=[])
    assert found.weight == 0.45
    assert "nobody can tell what is rare" in found.summary


async def test_supporting_marks_need_three_kinds() -> None:
    kinds = [
        ("favicon", "1 sha256:aa"),
        ("android_app", "com.ejemplo.diario"),
        ("facebook_app", "770011552200334"),
    ]
    marks = [{"kind": kind, "value": value, "hosts": CONTAINER["hosts"]} for kind, value in kinds]
    (two,) = await findings(mark=marks[:2])
    assert (two.weight, two.towards) == (None, None)
    assert "three kinds" in two.summary
    (three,) = await findings(mark=marks)
    assert three.weight == 0.60


async def test_sites_of_one_house_share_what_they_like() -> None:
    group = {"key": "group", "name": "Grupo Ejemplo", "kind": "publisher", "sites": ["grupo.example"]}
    (found,) = await findings(
        entity=[group, PAPER],
        claim=[{"subject": "group", "relation": "publishes", "object": "gaceta"}],
        mark=[{**CONTAINER, "hosts": ["gaceta.example", "grupo.example"]}],
    )
    assert found.state is State.NOT_FOUND
    assert "apart from those of its own house" in found.summary


async def test_the_id_of_a_common_developer_weighs_as_a_builders() -> None:
    studio = {"key": "studio", "name": "Estudio Web", "kind": "company"}
    linked, built = await findings(
        entity=[STATE, PAPER, studio],
        claim=[
            {"subject": "studio", "relation": "develops", "object": "gaceta"},
            {"subject": "studio", "relation": "develops", "object": "mundo"},
        ],
        mark=[CONTAINER],
    )
    assert (linked.weight, linked.qualifiers, linked.disarm) == (0.25, ("benign_fits",), ())
    assert "have `Estudio Web` as their developer" in (linked.benign or "")
    assert "Same developer is not same owner" in built.summary


async def test_an_id_on_unrelated_owners_sites_weighs_as_a_builders() -> None:
    other = {"key": "other", "name": "Otra Casa", "sites": ["otra.example"]}
    found = await findings(
        entity=[STATE, PAPER, other],
        mark=[{**CONTAINER, "hosts": [*CONTAINER["hosts"], "otra.example"]}],
    )
    weights = {each.towards: each.weight for each in found}
    assert weights == {"mundo": 0.25, None: None}


class TestDevelopers:
    @staticmethod
    def world(*, sites: int) -> dict[str, object]:
        """A registered company, owned by a state agency, that develops for so many papers."""
        papers = [
            {"key": f"paper-{n}", "name": f"Periódico {n}", "sites": [f"p{n}.example"]}
            for n in range(2, sites + 1)
        ]
        developer = {"key": "dev", "name": "Desarrollos Ejemplo", "kind": "company", "country": "CN"}
        keys = ["gaceta", *(f"paper-{n}" for n in range(2, sites + 1))]
        return {
            "entity": [STATE, PAPER, developer, *papers],
            "claim": [
                {"subject": "mundo", "relation": "owns", "object": "dev"},
                *({"subject": "dev", "relation": "develops", "object": key} for key in keys),
            ],
        }

    async def test_thirty_six_sites_and_who_owns_their_developer_come_out_of_the_registry(self) -> None:
        drawn = await dossier(**self.world(sites=36))
        (found,) = [each for each in drawn.findings if each.check == "shared_infrastructure"]
        assert found.summary == (
            "36 sites held here have one developer, `Desarrollos Ejemplo`, which is owned by `Mundo Ejemplo` "
            "(weakest claim B2). Same developer is not same owner. A registered source says so."
        )
        assert found.n == 36
        # The chain of claims speaks on the line; saying the same twice corroborates nothing.
        assert found.weight is None
        assert drawn.assessment.state_link.band == "roughly even chance"
        assert "through development of sites or apps" in drawn.assessment.state_link.sentence

    async def test_a_credit_joins_what_the_registry_has(self) -> None:
        parts = self.world(sites=3)
        credit = {
            "kind": "developer",
            "value": "desarrollos ejemplo",
            "hosts": ["gaceta.example", "new.example"],
        }
        (found,) = await findings(**parts, mark=[credit])
        assert found.n == 4
        assert "Its site `gaceta.example` names it" in found.summary

    async def test_a_name_with_two_bearers_names_nobody(self) -> None:
        twins = [{"key": key, "name": "Estudio Web", "kind": "company"} for key in ("a", "b")]
        credit = {"kind": "developer", "value": "estudio web", "hosts": ["gaceta.example", "b.example"]}
        (found,) = await findings(entity=[STATE, PAPER, *twins], mark=[credit])
        assert found.summary.startswith("2 sites held here have one developer, `estudio web`. Same developer")
        assert found.weight is None


class TestWithoutAResult:
    async def test_a_site_that_nobody_looked_at(self) -> None:
        (found,) = await findings(looked=[])
        assert found.state is State.COULD_NOT_CHECK
        assert found.reason == (
            "its site `gaceta.example` was not looked at (press “Look at the site”, or run masthead sites "
            "look)"
        )

    async def test_the_reader_is_told_what_to_do(self) -> None:
        drawn = await dossier(looked=[])
        assert any("web site is looked at" in change for change in drawn.assessment.would_change)

    async def test_no_profile_and_no_site(self) -> None:
        (found,) = await findings(account="x:nadie_ej")
        assert found.state is State.COULD_NOT_CHECK

    async def test_a_profile_without_a_site(self) -> None:
        (found,) = await findings(account="x:nadie_ej", profile=[{"bio": "Hola."}])
        assert found.state is State.NOT_APPLICABLE

    async def test_platforms_and_link_pages_are_nobodys_sites(self) -> None:
        bio = "https://t.me/nadie_ej https://linktr.ee/nadie"
        (found,) = await findings(
            account="x:nadie_ej", profile=[{"bio": bio, "link": "https://youtube.com/@nadie"}]
        )
        assert found.state is State.NOT_APPLICABLE

    async def test_a_look_that_found_nothing_is_dated(self) -> None:
        (found,) = await findings(looked=[{"hosts": ["gaceta.example"], "others": 12}])
        assert found.state is State.NOT_FOUND
        assert "(looked at on 15 Nov 2026)" in found.summary
        assert "13 sites" in found.summary


async def test_old_marks_count_as_old() -> None:
    (found,) = await findings(mark=[{**CONTAINER, "days_ago": 900}], looked=[{"others": 40, "days_ago": 900}])
    assert found.qualifiers == ("old_evidence",)


async def test_a_site_that_links_back_is_the_accounts() -> None:
    parts: dict[str, object] = {
        "account": "x:nadie_ej",
        "entity": [STATE],
        "profile": [{"link": "https://gaceta.example/"}],
        "mark": [CONTAINER],
    }
    (one_way,) = await findings(**parts)
    (mutual,) = await findings(
        **parts, site=[{"host": "gaceta.example", "links": ["https://x.com/nadie_ej"]}]
    )
    assert (one_way.weight, mutual.weight) == (0.45, 0.75)
    assert one_way.summary.startswith("The site `gaceta.example`, which its profile links,")
