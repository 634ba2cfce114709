"""`masthead registry import|export|download|starter`: lists and the registry, in and out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Services
from bot.checks.wording import quoted
from bot.cli.options import JsonOption, options, print_json, utc_now, with_services
from bot.errors import InputError
from bot.platforms.public_lists import LISTS
from bot.platforms.public_lists import download as fetch_list
from bot.platforms.safe_http import SafeHttp
from bot.registry.exporters import HOPS, ExportFormat, Written, export_file
from bot.registry.importers import Format, ImportReport, export_csv, import_file, preview_file
from bot.registry.markings import COMMUNITY
from bot.registry.starter import StarterLoad, last_load, preview_starter, starter_version
from bot.store.database import Database
from bot.store.export import GRADES, MARKINGS
from bot.store.records import Grade

_REJECTIONS_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add these commands to `masthead registry`."""
    app.command(name="import")(import_)
    app.command()(download)
    app.command()(export)
    app.command()(starter)


def _grade(text: str) -> Grade:
    plain = text.strip().upper()
    if len(plain) != len("B2") or plain[0] not in GRADES[0] or plain[1] not in GRADES[1]:
        raise typer.BadParameter("give a letter from A to G and a number from 1 to 6, such as C3.")
    return Grade(reliability=plain[0], credibility=plain[1])


def _level(text: str) -> str:
    plain = text.strip().upper().removeprefix("TLP:")
    if plain not in MARKINGS:
        raise typer.BadParameter(
            f"give one of {', '.join(MARKINGS).lower()}; what is TLP:RED is never imported."
        )
    return plain


def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Lists, or a folder or zip of Masthead's own set.")],
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help=f"One of {', '.join(Format)}; recognised if not given."),
    ] = None,
    rating: Annotated[
        Grade | None,
        typer.Option(
            parser=_grade,
            metavar="GRADE",
            help="Admiralty grade of a file that does not say how good it is (FollowTheMoney, STIX, MISP): "
            "C3. Without it F6, cannot be judged.",
        ),
    ] = None,
    up_to: Annotated[
        str,
        typer.Option(
            "--up-to-tlp",
            parser=_level,
            metavar="LEVEL",
            help="How far marked statements must be allowed to go to be held: clear, green, amber or "
            "amber+strict. Everybody in every server that the bot serves sees the registry.",
        ),
    ] = COMMUNITY,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come in, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read lists, bundles and events into the registry. Claims that conflict are kept side by side."""
    read = preview_file if dry_run else import_file

    async def work(services: Services) -> list[ImportReport]:
        now = services.clock()
        return [
            await services.database.write(read, file, now=now, format=form, rating=rating, up_to=up_to)
            for file in files
        ]

    reports = with_services(options(context).config(), work)
    if as_json:
        print_json(reports)
        return
    for file, report in zip(files, reports, strict=True):
        _print(file.name, report, dry_run=dry_run)


def _print(name: str, report: ImportReport, *, dry_run: bool) -> None:
    typer.echo(
        f"{name}: {report.format}. {report.rows_read:,} rows read: {report.accepted:,} accepted, "
        f"{report.merged:,} merged, {report.in_conflict:,} in conflict, {report.rows_rejected:,} rejected. "
        f"{report.new.total:,} new facts."
    )
    typer.echo(f"  {difference(report)}{' Nothing was written.' if dry_run else ''}")
    for note in report.notes:
        typer.echo(f"  {note}")
    for rejected in report.rejected[:_REJECTIONS_SHOWN]:
        place = ", ".join(part for part in (rejected.file, f"row {rejected.row}", rejected.column) if part)
        typer.echo(f"  left out: {place}: {rejected.reason}")
    more = len(report.rejected) - _REJECTIONS_SHOWN
    if more > 0:
        typer.echo(f"  and {more:,} more; --json lists them all.")


def difference(report: ImportReport) -> str:
    """Say what an import changes, as a change is read: "+12 accounts, 3 conflicts, 1 duplicate."."""
    new = report.new
    parts = [
        (new.entities, "+", "entity", "entities"),
        (new.names, "+", "name", "names"),
        (new.account_claims, "+", "account", "accounts"),
        (new.domain_claims, "+", "site", "sites"),
        (new.claims, "+", "relation", "relations"),
        (new.typologies, "+", "class", "classes"),
        (report.withdrawn, "−", "statement no longer made", "statements no longer made"),
        (report.revoked, "−", "statement taken back by its author", "statements taken back by their authors"),
        (report.again, "+", "statement made again", "statements made again"),
        (report.in_conflict, "", "conflict", "conflicts"),
        (report.merged, "", "duplicate", "duplicates"),
    ]
    said = [f"{sign}{n:,} {one if n == 1 else many}" for n, sign, one, many in parts if n]
    return f"{', '.join(said) or 'nothing new'}."


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
    typer.echo(f"Look first: masthead registry import --dry-run {written}")


def export(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(help="A folder for Masthead's own set; else a file that does not exist yet."),
    ],
    form: Annotated[
        ExportFormat,
        typer.Option(
            "--format", "-f", help="Masthead's own set, STIX and MISP come back without loss; see docs."
        ),
    ] = ExportFormat.MASTHEAD,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="KEY", help="Only this entity and whom claims tie to it."),
    ] = None,
    hops: Annotated[
        int, typer.Option(min=0, max=20, help="How many claims away from it, with --about.")
    ] = HOPS,
) -> None:
    """Write the registry, or the chains around one entity."""
    if form is ExportFormat.MASTHEAD and about is not None:
        raise InputError(
            "--about needs a --format of one file, such as graphml; the CSV set is always whole."
        )
    if form is not ExportFormat.MASTHEAD:

        async def write(services: Services) -> Written:
            return await services.database.read(
                export_file, target, form=form, now=services.clock(), about=about, hops=hops
            )

        written = with_services(options(context).config(), write)
        typer.echo(f"{target}: {written.size:,} bytes")
        if written.left_out:
            n = f"{written.left_out:,} statement" + ("s" if written.left_out != 1 else "")
            typer.echo(f"  {n} with a TLP marking left out: {form} cannot say how far something goes.")
        return

    async def work(services: Services) -> dict[str, int]:
        return await services.database.read(export_csv, target)

    for name, rows in with_services(options(context).config(), work).items():
        typer.echo(f"{target / name}: {rows:,} rows")


def starter(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the shipped set would change, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what the shipped starter set changed; a newer one is taken over by any command that starts."""
    config = options(context).config()
    if not dry_run:

        async def work(services: Services) -> StarterLoad | None:
            return await services.database.read(last_load)

        _print_load(with_services(config, work), as_json=as_json)
        return
    # Without the services, whose start would take the set over.
    database = Database.open(config.store.path)
    try:
        report = asyncio.run(database.write(preview_starter, now=utc_now()))
    finally:
        database.close()
    if as_json:
        print_json(report)
    elif report is None:
        typer.echo(f"starter {starter_version()} is held already. Nothing was written.")
    else:
        _print(f"starter {starter_version()}", report, dry_run=True)


def _print_load(load: StarterLoad | None, *, as_json: bool) -> None:
    if as_json:
        print_json(load)
    elif load is None:
        typer.echo("no starter set is held")
    else:
        typer.echo(
            f"starter {load.version}, taken over {load.at:%Y-%m-%d %H:%M} UTC: {load.facts:,} new facts, "
            f"{load.withdrawn:,} no longer made, {load.again:,} made again."
        )
        for ref in load.left:
            typer.echo(f"  {ref} is no longer made and was left to you: somebody decided or judged there")
