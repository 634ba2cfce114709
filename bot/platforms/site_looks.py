"""One look at a site: its front page, icon, certificate and ads.txt, each through the safe fetcher."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.accounts import host_of
from bot.platforms.fetching import ADS_TXT, ICON, PAGE, Certificate, Failure, Fetched, FetchError
from bot.platforms.safe_http import SafeHttp
from bot.platforms.site_pages import PageReading, icon_values, read_page
from bot.store.looks import SiteLook
from bot.store.site_marks import LOOK, SeenMark, SiteMarks, registered_name
from bot.text.indicators import Mark
from bot.text.page_marks import in_ads_txt

# A certificate for more registered names than this is a content network's or a shared host's.
MAX_CERTIFICATE_NAMES = 8
ICONS_TRIED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where sites listen. Anything but the web's own ports is for tests."""

    secure: int = 443
    plain: int = 80

    def front(self, host: str, *, secure: bool) -> str:
        """Return the address of a host's front page."""
        scheme, port, usual = ("https", self.secure, 443) if secure else ("http", self.plain, 80)
        return f"{scheme}://{host}/" if port == usual else f"{scheme}://{host}:{port}/"

    def otherwise(self, host: str, failure: Failure) -> list[str]:
        """Return where a site may answer when its name alone does not over TLS."""
        if failure in {Failure.UNREACHABLE, Failure.TLS}:
            return [self.front(host, secure=False)]
        if failure is Failure.DNS:
            return [self.front(f"www.{host}", secure=secure) for secure in (True, False)]
        return []


WEB = Ports()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """What a look gave. `host` is what was asked for; `sends_to` where it sent us, when that is another's.

    `page` and `marks` are None where no page could be read; `missed` says in sentences what could not be.
    `received` counts bytes on the wire, `details` tells operators why something failed.
    """

    host: str
    looked_at: datetime
    sends_to: str | None
    page: PageReading | None
    marks: tuple[SeenMark, ...]
    missed: tuple[str, ...]
    details: tuple[str, ...]
    requests: int
    received: int

    @property
    def records(self) -> tuple[tuple[SiteMarks, ...], tuple[SiteLook, ...]]:
        """What to keep. Marks belong to the site that shows them; one that sends visitors on has none."""
        shown = self.sends_to or self.host
        looks: list[SiteMarks] = []
        if self.sends_to is not None:
            words = f"It sends visitors on to {self.sends_to}."
            looks.append(self._marks(self.host, marks=(), missed=(words,), answered=False))
        answered = self.page is not None
        looks.append(self._marks(shown, marks=self.marks, missed=self.missed, answered=answered))
        if self.page is None:
            return tuple(looks), ()
        links = SiteLook(host=shown, url=self.page.url, looked_at=self.looked_at, links=self.page.links)
        return tuple(looks), (links,)

    def _marks(
        self, host: str, *, marks: tuple[SeenMark, ...], missed: tuple[str, ...], answered: bool
    ) -> SiteMarks:
        return SiteMarks(
            host=host,
            looked_at=self.looked_at,
            source=LOOK,
            marks=marks,
            missed=missed,
            answered=answered,
        )


@dataclass(slots=True, kw_only=True)
class _Look:
    """A look under way, with what it has cost."""

    http: SafeHttp
    host: str
    ports: Ports
    marks: list[SeenMark] = field(default_factory=list[SeenMark])
    missed: list[str] = field(default_factory=list[str])
    details: list[str] = field(default_factory=list[str])
    requests: int = 0
    received: int = 0

    def cost(self, answer: Fetched | Certificate | FetchError) -> None:
        self.requests += 1
        self.received += answer.received

    def failed(self, what: str, error: FetchError) -> None:
        self.missed.append(what)
        self.details.append(f"{what} {error.failure}: {error.detail}")


async def look_at(http: SafeHttp, host: str, *, now: datetime, ports: Ports = WEB) -> LookedAt:
    """Look at a site once. What cannot be read is told in the result; nothing is raised for it."""
    look = _Look(http=http, host=host, ports=ports)
    page = await _page(look)
    shown = host_of(page.url) if page is not None else None
    elsewhere = shown if shown and registered_name(shown) != registered_name(host) else None
    if page is not None:
        look.marks += [SeenMark(mark=each.mark, value=each.value, url=page.url) for each in page.marks]
        await _icon(look, page)
        await _ads_txt(look, page)
        if page.url.startswith("https://"):
            await _certificate(look, page)
    return LookedAt(
        host=host,
        looked_at=now,
        sends_to=elsewhere,
        page=page,
        marks=tuple({(each.mark, each.value): each for each in look.marks}.values()),
        missed=tuple(look.missed),
        details=tuple(look.details),
        requests=look.requests,
        received=look.received,
    )


async def _page(look: _Look) -> PageReading | None:
    """Return the front page as read; None where there is none to be had."""
    asked = [look.ports.front(look.host, secure=True)]
    while asked:
        try:
            answer = await look.http.get(asked.pop(0), limits=PAGE)
        except FetchError as error:
            look.cost(error)
            if not asked and not look.details:
                asked = look.ports.otherwise(look.host, error.failure)
            look.details.append(f"page {error.failure}: {error.detail}")
            if not asked:
                look.missed.append(str(error))
            continue
        look.cost(answer)
        if answer.status != 200:
            look.missed.append(f"Its page answered with status {answer.status}, and was not read.")
            return None
        kind = answer.headers.get("content-type", "")
        # Parsing takes far longer than a loop may stand still.
        return await asyncio.to_thread(read_page, answer.body, url=answer.url, content_type=kind)
    return None


async def _icon(look: _Look, page: PageReading) -> None:
    for address in page.icons[:ICONS_TRIED]:
        try:
            answer = await look.http.get(address, limits=ICON)
        except FetchError as error:
            look.cost(error)
            look.details.append(f"icon {error.failure}: {error.detail}")
            continue
        look.cost(answer)
        values = icon_values(answer.body) if answer.status == 200 else ()
        if values:
            look.marks += [SeenMark(mark=Mark.FAVICON, value=value, url=answer.url) for value in values]
            return
    look.missed.append("Its icon could not be read.")


async def _ads_txt(look: _Look, page: PageReading) -> None:
    address = "/".join(page.url.split("/")[:3]) + "/ads.txt"
    try:
        answer = await look.http.get(address, limits=ADS_TXT)
    except FetchError as error:
        look.cost(error)
        # Most sites have none and show a page of their own instead, which is no gap.
        if error.failure is not Failure.TYPE:
            look.failed("Its ads.txt could not be read.", error)
        return
    look.cost(answer)
    if answer.status == 200:
        text = answer.body.decode("utf-8", errors="replace")
        found = {each.value: each for each in in_ads_txt(text)}
        look.marks += [SeenMark(mark=each.mark, value=each.value, url=address) for each in found.values()]


async def _certificate(look: _Look, page: PageReading) -> None:
    host, _, port = page.url.split("/")[2].partition(":")
    try:
        shown = await look.http.certificate(host, port=int(port or 443))
    except FetchError as error:
        look.cost(error)
        look.failed("Its certificate could not be read.", error)
        return
    look.cost(shown)
    names = {registered_name(name.removeprefix("*.")) for name in shown.names}
    if len(names) > MAX_CERTIFICATE_NAMES:
        look.missed.append(
            f"Its certificate names {len(names)} domains, as those of shared hosts do, and was left out."
        )
        return
    if shown.key_sha256 is not None:
        look.marks.append(SeenMark(mark=Mark.CERTIFICATE_KEY, value=shown.key_sha256, url=page.url))
    # A certificate for one's own name alone ties nobody.
    if names - {registered_name(host)}:
        look.marks += [
            SeenMark(mark=Mark.CERTIFICATE_NAME, value=name, url=page.url) for name in sorted(names)
        ]
