"""`masthead registry import|export|search|show|stats`; curation has a module of its own."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Services
from bot.cards.markup import parts
from bot.checks.claims import chain_words
from bot.checks.wording import quoted
from bot.cli import curation
from bot.cli.options import JsonOption, options, print_json, utc_now, with_services
from bot.errors import InputError, NothingFoundError
from bot.platforms.public_lists import LISTS
from bot.platforms.public_lists import download as fetch_list
from bot.platforms.safe_http import SafeHttp
from bot.registry import search as registry_search
from bot.registry.curation.roles import Member
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import Format, ImportReport, export_csv, import_file, preview_file
from bot.registry.record import Numbered, Record, entity_record
from bot.store.layers import BASE
from bot.store.records import AccountClaim, Claim

app = typer.Typer(help="Look into the registry, curate it, and bring lists in and out.", no_args_is_help=True)
curation.add_to(app)

_REJECTIONS_SHOWN = 20


@app.command(name="import")
def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Lists, or a folder or zip of Masthead's own set.")],
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"One of {', '.join(Format)}; recognised if not given."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come in, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read public lists into the registry. Claims that conflict are kept side by side."""
    read = preview_file if dry_run else import_file

    async def work(services: Services) -> list[ImportReport]:
        now = services.clock()
        return [await services.database.write(read, file, now=now, format=form) for file in files]

    reports = with_services(options(context).config(), work)
    if as_json:
        print_json(reports)
        return
    for file, report in zip(files, reports, strict=True):
        _print(file, report, dry_run=dry_run)


def _print(file: Path, report: ImportReport, *, dry_run: bool) -> None:
    typer.echo(
        f"{file.name}: {report.format}. {report.rows_read:,} rows read: {report.accepted:,} accepted, "
        f"{report.merged:,} merged, {report.in_conflict:,} in conflict, {report.rows_rejected:,} rejected. "
        f"{report.new.total:,} new facts."
    )
    typer.echo(f"  {_difference(report)}{' Nothing was written.' if dry_run else ''}")
    for note in report.notes:
        typer.echo(f"  {note}")
    for rejected in report.rejected[:_REJECTIONS_SHOWN]:
        place = ", ".join(part for part in (rejected.file, f"row {rejected.row}", rejected.column) if part)
        typer.echo(f"  left out: {place}: {rejected.reason}")
    more = len(report.rejected) - _REJECTIONS_SHOWN
    if more > 0:
        typer.echo(f"  and {more:,} more; --json lists them all.")


def _difference(report: ImportReport) -> str:
    """Say what an import adds, as a change is read: "+12 accounts, 3 conflicts, 1 duplicate."."""
    new = report.new
    parts = [
        (new.entities, "+", "entity", "entities"),
        (new.names, "+", "name", "names"),
        (new.account_claims, "+", "account", "accounts"),
        (new.domain_claims, "+", "site", "sites"),
        (new.claims, "+", "relation", "relations"),
        (new.typologies, "+", "class", "classes"),
        (report.in_conflict, "", "conflict", "conflicts"),
        (report.merged, "", "duplicate", "duplicates"),
    ]
    said = [f"{sign}{n:,} {one if n == 1 else many}" for n, sign, one, many in parts if n]
    return f"{', '.join(said) or 'nothing new'}."


@app.command()
def download(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(LISTS)}.")],
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where the file goes.")] = Path(),
) -> None:
    """Fetch a public list at its pinned version; a file of another content is refused."""
    wanted = LISTS.get(name)
    if wanted is None:
        raise InputError(f"there is no list {quoted(name)}. Known: {', '.join(LISTS)}.")

    contact = options(context).config().platforms.contact

    async def fetch() -> Path:
        http = SafeHttp(clock=utc_now, contact=contact)
        try:
            return await fetch_list(wanted, folder, http=http)
        finally:
            http.close()

    written = asyncio.run(fetch())
    typer.echo(f"{written}: version {wanted.version}, {wanted.licence}, {wanted.page}")


@app.command()
def export(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(help="A folder for Masthead's own set; else a file that does not exist yet."),
    ],
    form: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="Only Masthead's own set is without loss.")
    ] = ExportFormat.MASTHEAD,
) -> None:
    """Write the registry: Masthead's own CSV set, FollowTheMoney, STIX 2.1, MISP or GraphML."""
    if form is not ExportFormat.MASTHEAD:

        async def write(services: Services) -> int:
            return await services.database.read(export_file, target, form=form, now=services.clock())

        typer.echo(f"{target}: {with_services(options(context).config(), write):,} bytes")
        return

    async def work(services: Services) -> dict[str, int]:
        return await services.database.read(export_csv, target)

    for name, rows in with_services(options(context).config(), work).items():
        typer.echo(f"{target / name}: {rows:,} rows")


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="A name, or what is remembered of one.")],
    as_json: JsonOption = False,
) -> None:
    """Find entities by name; a mistyped name finds the nearest ones."""

    async def work(services: Services) -> list[registry_search.Hit]:
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
    _section("open disputes", [f"proposal {each.proposal_id}" for each in numbered.disputes])


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
