"""`masthead registry import|export|search|show|stats`; curation has a module of its own."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from bot.app import Services
from bot.cards.markup import parts
from bot.checks.claims import chain_words
from bot.checks.wording import quoted
from bot.cli import curation, exchange
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.errors import InputError, NothingFoundError
from bot.registry import search as registry_search
from bot.registry.curation.roles import Member
from bot.registry.names_worker import spell
from bot.registry.record import Numbered, Record, entity_record
from bot.store.facts import Fact
from bot.store.layers import BASE
from bot.store.records import AccountClaim, Claim

# Names that are looked up before a search, in half a second; the bot looks up all.
SPELT_BEFORE = 5_000

app = typer.Typer(help="Look into the registry, curate it, and bring lists in and out.", no_args_is_help=True)
exchange.add_to(app)
curation.add_to(app)


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="A name, or what is remembered of one.")],
    as_json: JsonOption = False,
) -> None:
    """Find entities by name; a mistyped name finds the nearest ones."""

    async def work(services: Services) -> list[registry_search.Hit]:
        # Without a bot beside it nobody else looks up how Chinese names are spoken.
        await spell(services.database, most=SPELT_BEFORE)
        return await services.database.read(registry_search.search, text)

    hits = with_services(options(context).config(), work)
    if as_json:
        print_json(hits)
        return
    if not hits:
        raise NothingFoundError(
            f"nothing in the registry is named like {quoted(text)}. Try another spelling."
        )
    for hit in hits:
        also = f" ({_clean(hit.name)})" if hit.name != hit.entity.name else ""
        entity = hit.entity
        typer.echo(f"{entity.key:40} {_clean(entity.name)}{also}, {entity.kind}, {entity.country or '–'}")


@app.command()
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="An entity's key, as `registry search` prints it.")],
    server: curation.ServerOption = BASE,
    as_json: JsonOption = False,
) -> None:
    """Show everything held about one entity, each fact with its source."""

    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> tuple[registry_search.EntityRecord | None, Record | None]:
        return (
            await services.curation.seen(member, registry_search.show, key),
            await services.curation.seen(member, entity_record, key),
        )

    record, numbered = with_services(options(context).config(), work)
    if record is None or numbered is None:
        raise InputError(
            f"the registry has no entity {quoted(key)}. `masthead registry search NAME` finds keys."
        )
    if as_json:
        print_json(dataclasses.asdict(record))
        return
    _print_record(record)
    _section("by number", [f"{each.ref} {_numbered(each)}" for each in numbered.numbered])
    named = [each.fact for each in (*numbered.names, *numbered.classes)]
    _section("names and classes by number", [_fact(each) for each in named])
    _section("open disputes", [f"proposal {each.proposal_id}" for each in numbered.disputes])


def _fact(each: Fact) -> str:
    language = f", {_clean(each.language)}" if each.language else ""
    source = f"{each.source.title}, {each.source.url}"
    return f"{each.ref} {_clean(each.said)} ({_clean(each.note)}{language}): {source}"


def _numbered(each: Numbered) -> str:
    return _claim(each.claim) if isinstance(each.claim, Claim) else _holding(each.claim)


def _print_record(record: registry_search.EntityRecord) -> None:
    typer.echo(
        f"{_clean(record.entity.name)} ({record.entity.kind}, {record.entity.country or 'no country given'})"
    )
    _section("also named", [_clean(name) for name in record.names if name != record.entity.name])
    _section("class", [f"{each.code} {each.edition}, {each.source.title}" for each in record.typologies])
    _section("chains", ["".join(part for part, _ in parts(chain_words(chain))) for chain in record.chains])
    _section("claims", [_claim(claim) for claim in record.claims])
    _section("accounts and sites", [_holding(holding) for holding in record.holdings])


def _section(title: str, lines: list[str]) -> None:
    if lines:
        typer.echo(f"{title}:")
        for line in lines:
            typer.echo(f"  {line}")


def _claim(claim: Claim) -> str:
    hedge = f" ({claim.hedge})" if claim.hedge else ""
    said = (
        f"{_clean(claim.subject.name)} {claim.relation.replace('_', ' ')} {_clean(claim.object.name)}{hedge}"
    )
    return f"{said}: {_origin(claim)}"


def _holding(claim: AccountClaim) -> str:
    account = claim.account
    return f"{account.platform} {_clean(account.handle or account.platform_id or '')}: {_origin(claim)}"


def _origin(claim: Claim | AccountClaim) -> str:
    place = f", {claim.locator}" if claim.locator else ""
    return f"{claim.source.title}{place}, {claim.grade}, {claim.source.url}"


def _clean(text: str) -> str:
    return quoted(text).strip("`")


@app.command()
def stats(context: typer.Context, as_json: JsonOption = False) -> None:
    """Count what the registry holds."""

    async def work(services: Services) -> registry_search.Stats:
        return await services.database.read(registry_search.stats)

    held = with_services(options(context).config(), work)
    if as_json:
        print_json(held)
        return
    typer.echo(f"registry {held.version}")
    for what, count in (held.rows | held.accounts).items():
        typer.echo(f"{count:9,} {what.replace('_', ' ')}")
