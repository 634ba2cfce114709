"""Which format a file has, by its content."""

from __future__ import annotations

import itertools

import msgspec

from bot.errors import ImportFileError, InputError
from bot.imports.bluesky import Bluesky
from bot.imports.bluesky_repo import BlueskyRepo
from bot.imports.common import Importer, Rejected, RowError, Sample
from bot.imports.crowdtangle import CrowdTangle
from bot.imports.files import ImportFile
from bot.imports.follows import BlueskyFollows, FollowersCsv
from bot.imports.fourcat_csv import FourCatCsv
from bot.imports.generic_csv import GenericCsv
from bot.imports.json_values import decode, elements, values
from bot.imports.junkipedia import Junkipedia
from bot.imports.labels import LabelsCsv
from bot.imports.mastodon import MastodonOutbox
from bot.imports.meta_content_library import MetaContentLibrary
from bot.imports.telegram_desktop import TelegramDesktop
from bot.imports.tiktok_research import TikTokResearch
from bot.imports.x_api_v1 import XApiV1
from bot.imports.x_api_v2 import XApiV2
from bot.imports.x_archive import XArchive
from bot.imports.x_information_operations import XInformationOperations
from bot.imports.youtube_api import YouTubeApi
from bot.imports.zeeschuimer import FourCatNdjson, Zeeschuimer

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])

# A new format is one more file in this folder and one more line here.
IMPORTERS: tuple[Importer, ...] = (
    XApiV2(),
    XApiV1(),
    XArchive(),
    XInformationOperations(),
    Zeeschuimer(),
    FourCatNdjson(),
    YouTubeApi(),
    TikTokResearch(),
    Bluesky(),
    BlueskyFollows(),
    BlueskyRepo(),
    MastodonOutbox(),
    TelegramDesktop(),
    CrowdTangle(),
    MetaContentLibrary(),
    Junkipedia(),
    FourCatCsv(),
    FollowersCsv(),
    LabelsCsv(),
    GenericCsv(),
)

# Damaged lines that are passed over in search of one that tells the format.
_PATIENCE = 100


def accepted() -> str:
    """List the formats for people, without the details that stand in brackets."""
    return "; ".join(importer.title.partition(" (")[0] for importer in IMPORTERS)


def by_name(name: str) -> Importer:
    """Return the importer that `--format` names. Raises InputError."""
    for importer in IMPORTERS:
        if importer.name == name:
            return importer
    names = ", ".join(importer.name for importer in IMPORTERS)
    raise InputError(f"There is no import format {name!r}. Masthead imports: {names}.")


def detect(file: ImportFile) -> Importer:
    """Return the importer for a file. Raises ImportFileError, with the formats that are read."""
    importer = recognised(file)
    if importer is None:
        raise ImportFileError(file.path, f"Masthead does not know this format. It imports: {accepted()}.")
    return importer


def recognised(file: ImportFile) -> Importer | None:
    """Return the importer for a file, None for what is in no known format. Raises ImportFileError."""
    sample = _sample(file)
    return next((importer for importer in IMPORTERS if importer.recognises(sample)), None)


def _sample(file: ImportFile) -> Sample:
    if file.is_car:
        return Sample(is_car=True)
    if file.text.startswith((b"{", b"[")):
        # A document of any length is told by its beginning; reading it as a whole has a limit.
        opening = Sample(opening=file.text.decode(errors="replace"))
        if any(importer.recognises(opening) for importer in IMPORTERS):
            return opening
        return _first_object(file)
    lines = file.text.split(b"\n", 2)[:2]
    return Sample(text=b"\n".join(lines).decode(errors="replace"))


def _first_object(file: ImportFile) -> Sample:
    """Return the first object that can be read. Raises ImportFileError where lines are too long to try."""
    skipped: Rejected | None = None
    for value in itertools.islice(values(file), _PATIENCE):
        if isinstance(value, Rejected):
            skipped = skipped or value
            continue
        try:
            first = next(iter(elements(value)), None)
            if first is not None:
                decode(_object, first.text)
                return Sample(json=first)
        except RowError:
            continue
    if skipped is not None:
        raise ImportFileError(file.path, f"{skipped.reason}.", line=skipped.line)
    return Sample()
