"""`masthead sites look|show|import`: the marks that tie web sites together."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from bot import accounts
from bot.accounts import AccountRef, Platform, PostRef, host_of
from bot.app import Services
from bot.checks.sites import sites_of
from bot.checks.wording import quoted
from bot.cli.checks import platform_named
from bot.cli.options import JsonOption, PlatformOption, options, print_json, with_services
from bot.errors import InputError, NothingFoundError
from bot.imports.site_marks import MarksImport, import_marks
from bot.platforms.site_looks import LookedAt
from bot.platforms.sites import Looks
from bot.store.site_marks import HeldLook, HeldMark, looks_held, marks_held, sites_held
from bot.text.indicators import KINDS

app = typer.Typer(help="Look at web sites, and show what they share with others.", no_args_is_help=True)


class ShownMark(msgspec.Struct, frozen=True, kw_only=True):
    """One mark as `--json` prints it; see docs/sites.md. `sites` is its document frequency."""

    kind: str
    tier: str
    value: str
    url: str
    sites: int
    first_seen: str
    last_seen: str


class ShownSite(msgspec.Struct, frozen=True, kw_only=True):
    """One site as `--json` prints it. `looked_at` is null where nobody looked.

    `asked` is what was asked for, where that sends visitors on to this site.
    """

    host: str
    looked_at: str | None
    sample: int
    marks: tuple[ShownMark, ...]
    missed: tuple[str, ...]
    asked: str | None = None
    requests: int | None = None
    received_bytes: int | None = None


TextsArgument = Annotated[
    list[str], typer.Argument(help="Sites, or accounts whose sites are meant: domains, URLs, @names.")
]


@app.command()
def look(
    context: typer.Context,
    texts: TextsArgument,
    platform: PlatformOption = None,
    again: Annotated[bool, typer.Option("--again", help="Also sites looked at within six hours.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read the front page, icon, certificate and ads.txt of sites, and keep the marks they carry."""
    named = [_named(text, platform=platform) for text in texts]

    async def work(services: Services) -> tuple[Looks, list[ShownSite]]:
        hosts = [host for each in named for host in await services.database.read(_hosts, each)]
        if not hosts:
            raise NothingFoundError("no web site of these accounts is known; give the site itself.")
        looks = await services.sites.look(hosts, again=again)
        shown = list(dict.fromkeys(host for host in _shown_hosts(looks, hosts)))
        return looks, await services.database.read(_sites, shown)

    looks, sites = with_services(options(context).config(), work)
    told = {look.sends_to or look.host: look for look, _new in looks.done}
    if as_json:
        print_json([_with_cost(site, told.get(site.host)) for site in sites])
        return
    for done, new in looks.done:
        _print_look(done, new=new)
    for held in looks.fresh:
        typer.echo(f"{held.host}: looked at on {held.looked_at:%Y-%m-%d %H:%M} UTC; --again looks once more.")
    for site in sites:
        _print_site(site)


@app.command()
def show(
    context: typer.Context, texts: TextsArgument, platform: PlatformOption = None, as_json: JsonOption = False
) -> None:
    """Show the marks held of sites, without looking again."""
    named = [_named(text, platform=platform) for text in texts]

    async def work(services: Services) -> list[ShownSite]:
        hosts = [host for each in named for host in await services.database.read(_hosts, each)]
        return await services.database.read(_sites, hosts)

    sites = with_services(options(context).config(), work)
    if as_json:
        print_json(sites)
        return
    for site in sites:
        _print_site(site)


@app.command(name="import")
def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="CSV with the columns host, kind, value, date, url.")],
    as_json: JsonOption = False,
) -> None:
    """Read marks that somebody else collected. Rows that cannot be read are named and left out."""

    async def work(services: Services) -> list[MarksImport]:
        return [await services.database.write(import_marks, file, now=services.clock()) for file in files]

    reports = with_services(options(context).config(), work)
    if as_json:
        print_json(reports)
        return
    for file, report in zip(files, reports, strict=True):
        typer.echo(
            f"{file.name}: {report.rows:,} rows: {report.sites:,} sites, {report.new:,} new marks, "
            f"{len(report.left_out):,} left out."
        )
        for line in report.left_out[:20]:
            typer.echo(f"  left out: {line}")


def _named(text: str, *, platform: str | None) -> AccountRef | PostRef:
    """Read what is meant; here a bare name with a dot is a site, whatever else it could be."""
    if platform is not None:
        return accounts.read_one(text, platform=platform_named(platform)).reference
    host = host_of(text) if not {"/", "@"} & set(text) else None
    if host is not None:
        return AccountRef(platform=Platform.WEBSITE, handle=host)
    return accounts.read_one(text).reference


def _hosts(connection: sqlite3.Connection, named: AccountRef | PostRef) -> list[str]:
    """Return the site that is meant, or the sites of the account that is meant."""
    ref = named.author if isinstance(named, PostRef) else named
    if ref is None:
        raise InputError("this address names no site and no account.")
    return [site.host for site in sites_of(connection, ref)]


def _shown_hosts(looks: Looks, hosts: list[str]) -> list[str]:
    sent = {look.host: look.sends_to for look, _new in looks.done if look.sends_to is not None}
    return [sent.get(host, host) for host in hosts]


def _sites(connection: sqlite3.Connection, hosts: list[str]) -> list[ShownSite]:
    sample = sites_held(connection)
    looks = {look.host: look for look in looks_held(connection, hosts)}
    return [
        _site(host, looks.get(host), marks_held(connection, [host]), sample=sample)
        for host in dict.fromkeys(hosts)
    ]


def _site(host: str, look: HeldLook | None, marks: tuple[HeldMark, ...], *, sample: int) -> ShownSite:
    return ShownSite(
        host=host,
        looked_at=look.looked_at.isoformat() if look else None,
        sample=sample,
        marks=tuple(
            ShownMark(
                kind=mark.mark,
                tier=KINDS[mark.mark].tier,
                value=mark.value,
                url=mark.url,
                sites=mark.sites,
                first_seen=mark.first_seen.date().isoformat(),
                last_seen=mark.last_seen.date().isoformat(),
            )
            for mark in marks
        ),
        missed=look.missed if look else (),
    )


def _with_cost(site: ShownSite, look: LookedAt | None) -> ShownSite:
    if look is None:
        return site
    asked = look.host if look.sends_to is not None else None
    return msgspec.structs.replace(site, asked=asked, requests=look.requests, received_bytes=look.received)


def _print_look(look: LookedAt, *, new: int) -> None:
    sent = f" It sends visitors on to {look.sends_to}." if look.sends_to else ""
    typer.echo(
        f"{look.host}: {len(look.marks)} marks, {new} of them new, {look.requests} requests, "
        f"{look.received:,} bytes.{sent}"
    )
    for detail in look.details:
        typer.echo(f"  {_clean(detail)}")


def _print_site(site: ShownSite) -> None:
    when = f"looked at on {site.looked_at[:10]}" if site.looked_at else "not looked at"
    typer.echo(f"{site.host} ({when}; {site.sample:,} sites looked at in all)")
    for mark in site.marks:
        seen = (
            f"{mark.first_seen} to {mark.last_seen}" if mark.first_seen != mark.last_seen else mark.last_seen
        )
        typer.echo(f"  {mark.kind:18} {_clean(mark.value)}  on {mark.sites:,}, {mark.tier}, seen {seen}")
    for sentence in site.missed:
        typer.echo(f"  {_clean(sentence)}")


def _clean(text: str) -> str:
    return quoted(text, limit=160).strip("`")
