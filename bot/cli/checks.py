"""`masthead check` and `masthead resolve`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from bot import accounts
from bot.accounts import AccountRef, Ambiguous, Named, Platform, PostRef, Reading, Refused, ShortLink
from bot.app import Services
from bot.cards.charts import Theme, comparison_picture
from bot.cards.comparison import rich_comparison
from bot.cards.text import rich_card
from bot.checks.compare import compare as compared
from bot.checks.compare import refuse_the_same, refuse_unless_comparable
from bot.checks.dossier import Dossier
from bot.checks.wording import quoted
from bot.cli.exports import Drawing, drawing, write_all, write_picture
from bot.cli.options import JsonOption, PlatformOption, options, print_json, with_services
from bot.errors import AmbiguousError, UnknownAccountError
from bot.registry.names import PLATFORM_NAMES
from bot.store.layers import BASE

DaysOption = Annotated[int | None, typer.Option(min=1, max=3650, help="Days of posts to look at.")]
PictureOption = Annotated[
    Path | None, typer.Option("--picture", dir_okay=False, help="Write the picture (PNG) into this file.")
]
ThemeOption = Annotated[Theme, typer.Option(help="Ground of the pictures.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(check)
    app.command()(compare)
    app.command()(resolve)


def check(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="@name with --platform, or the URL of an account or a post.")],
    platform: PlatformOption = None,
    days: DaysOption = None,
    picture: PictureOption = None,
    of: Annotated[Drawing, typer.Option("--of", help="Which picture --picture writes.")] = Drawing.ACTIVITY,
    theme: ThemeOption = Theme.DARK,
    export: Annotated[
        Path | None,
        typer.Option("--export", file_okay=False, help="Write JSON, CSV and pictures into this folder."),
    ] = None,
    pay: Annotated[
        bool,
        typer.Option("--pay", help="Ask a platform that costs money; the check without it names the price."),
    ] = False,
    server: Annotated[
        int,
        typer.Option("--server", help="A Discord server's id: with what its team added. Default: the base."),
    ] = BASE,
    as_json: JsonOption = False,
) -> None:
    """Check who stands behind an account and whether anybody listens to it."""
    named = accounts.read_one(text, platform=platform_named(platform))
    config = options(context).config()
    window = days if days is not None else config.check.days

    async def work(services: Services) -> Dossier:
        warnings = tuple(caution.sentence for caution in named.warnings)
        look = await services.checks.look(named.reference, days=window, pays=pay)
        if look is not None and look.rest is not None:
            # A terminal can wait: nothing there is drawn again.
            typer.echo(f"still reading {PLATFORM_NAMES[look.platform]} …", err=True)
            look = await look.rest
        checked = await services.checks.check(
            named.reference, asked=text, days=window, warnings=warnings, look=look, layer=server
        )
        return checked.dossier

    dossier = with_services(config, work)
    if as_json:
        print_json(dossier)
    else:
        Console().print(rich_card(dossier))
    if export is not None:
        _tell(write_all(dossier, export, theme=theme))
    if picture is not None:
        drawn = drawing(dossier, of, theme=theme)
        _tell([write_picture(drawn, picture)])
        # Names that the font cannot write stand in the description alone.
        typer.echo(drawn.alt, err=True)


def compare(
    context: typer.Context,
    texts: Annotated[list[str], typer.Argument(help="Two to five accounts: @names or URLs.")],
    platform: PlatformOption = None,
    days: DaysOption = None,
    picture: PictureOption = None,
    theme: ThemeOption = Theme.DARK,
    as_json: JsonOption = False,
) -> None:
    """Put up to five accounts side by side: output, engagement and audience."""
    known = platform_named(platform)
    named = [_read(text, platform=known) for text in texts]
    refuse_unless_comparable([each.reference for each in named])
    config = options(context).config()
    window = days if days is not None else config.check.days

    async def work(services: Services) -> list[Dossier]:
        return [
            (await services.checks.check(each.reference, asked=text, days=window)).dossier
            for text, each in zip(texts, named, strict=True)
        ]

    dossiers = with_services(config, work)
    refuse_the_same(dossiers)
    if as_json:
        print_json(dossiers)
    else:
        Console().print(rich_comparison(compared(dossiers)))
    if picture is not None:
        _tell([write_picture(comparison_picture(dossiers, theme=theme), picture)])


def _read(text: str, *, platform: Platform | None) -> Named:
    """Read one of several accounts: the platform is for bare names, addresses bring their own."""
    try:
        return accounts.read_one(text)
    except AmbiguousError:
        if platform is None:
            raise
        return accounts.read_one(text, platform=platform)


def _tell(written: Iterable[Path]) -> None:
    """Say on standard error which files were written: standard output may be JSON."""
    for path in written:
        typer.echo(f"written: {path}", err=True)


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """One reference as `masthead resolve --json` prints it; see docs/json.md."""

    pasted: str
    kind: str
    platform: Platform | None = None
    handle: str | None = None
    platform_id: str | None = None
    post_id: str | None = None
    url: str | None = None
    reason: str | None = None
    choices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class ResolvedText(msgspec.Struct, frozen=True, kw_only=True):
    """All references of one argument."""

    text: str
    references: tuple[Resolved, ...]


def resolve(
    texts: Annotated[list[str], typer.Argument(help="Anything people paste: handles, URLs, whole messages.")],
    platform: PlatformOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which accounts and posts a text names, without checking them."""
    known = platform_named(platform)
    results = [
        ResolvedText(text=text, references=tuple(map(resolved, accounts.read(text, platform=known))))
        for text in texts
    ]
    if as_json:
        print_json(results)
        return
    for result in results:
        for reference in result.references:
            typer.echo(_line(reference))


def resolved(reading: Reading) -> Resolved:
    """Put one reading into the shape that is printed."""
    warnings = tuple(caution.sentence for caution in reading.warnings)
    reference = reading.reference
    match reference:
        case AccountRef():
            return Resolved(
                pasted=reading.pasted,
                kind="account",
                platform=reference.platform,
                handle=reference.handle,
                platform_id=reference.platform_id,
                url=accounts.account_url(reference),
                warnings=warnings,
            )
        case PostRef(author=author):
            return Resolved(
                pasted=reading.pasted,
                kind="post",
                platform=reference.platform,
                handle=author.handle if author else None,
                platform_id=author.platform_id if author else None,
                post_id=reference.post_id,
                url=accounts.post_url(reference),
                warnings=warnings,
            )
        case Ambiguous():
            urls = tuple(accounts.account_url(choice) for choice in reference.choices)
            return Resolved(
                pasted=reading.pasted,
                kind="ambiguous",
                reason=reference.reason,
                choices=urls,
                warnings=warnings,
            )
        case ShortLink():
            return Resolved(
                pasted=reading.pasted, kind="short_link", platform=reference.platform, url=reference.url
            )
        case Refused():
            return Resolved(pasted=reading.pasted, kind="refused", reason=reference.reason, warnings=warnings)


def _line(reference: Resolved) -> str:
    shown = quoted(reference.pasted).strip("`")
    match reference.kind:
        case "account" | "post":
            told = f"{reference.kind}  {reference.url}"
        case "short_link":
            told = f"short link  {reference.url}"
        case "ambiguous":
            told = f"ambiguous  {reference.reason} {' '.join(reference.choices)}"
        case _:
            told = f"refused  {reference.reason}"
    return "\n".join([f"{shown}  →  {told}", *(f"    note: {warning}" for warning in reference.warnings)])


def platform_named(name: str | None) -> Platform | None:
    if name is None:
        return None
    wanted = name.strip().casefold()
    aliases = {"twitter": Platform.X, "mastodon": Platform.FEDIVERSE, "bsky": Platform.BLUESKY}
    if wanted in aliases:
        return aliases[wanted]
    try:
        return Platform(wanted)
    except ValueError:
        known = ", ".join(Platform)
        raise UnknownAccountError(f"There is no platform {name!r}. Known: {known}.") from None
