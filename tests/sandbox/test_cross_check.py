"""Our limits beside two other judges: each difference is listed here with its reason; no other exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tests.discord_spec import request_spec
from tests.sandbox.bodies import Case
from tests.sandbox.cases import CASES
from tests.sandbox.judges import Verdict, by_document, by_simcord

# A row of the limits table, and the code of our refusal or "good".
Difference: TypeAlias = tuple[str, str]
REQUIRED, LONG, LENGTH = "BASE_TYPE_REQUIRED", "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH"
NUMBER, NAME, EMPTY = "NUMBER_TYPE_MAX", "APPLICATION_COMMAND_INVALID_NAME", "EMPTY_MESSAGE"
SCHEME, FLAGS = "URL_TYPE_INVALID_SCHEME", "MESSAGE_FLAGS_INVALID"
LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"

DOCUMENT: Mapping[str, Sequence[Difference]] = {
    "it allows channel messages 4,000 characters, which is what paying members have": [
        ("content, channel message", LONG),
    ],
    "a rule between several fields, or a sum over several places: a schema looks at one at a time": [
        ("something to show", EMPTY),
        ("attachment://", "ATTACHMENT_NOT_FOUND"),
        ("parse beside a list", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
        ("flags of a defer", FLAGS),
        ("reply without data", REQUIRED),
        ("embed sum", "MAX_EMBED_SIZE_EXCEEDED"),
        ("embed of nothing", "EMBED_EMPTY"),
        ("custom_id", REQUIRED),
        ("custom_id unique", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ("component id", "COMPONENT_ID_DUPLICATED"),
        ("row width", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        ("label or emoji", "BUTTON_COMPONENT_LABEL_OR_EMOJI"),
        ("link url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
        ("link without url", REQUIRED),
        ("select", LENGTH),
        ("option values, min and max", "COMPONENT_RANGE_INVALID"),
        ("option values, min and max", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
        ("V2 components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ("V2 flag", "COMPONENT_TYPE_INVALID"),
        ("V2 flag", LEGACY),
        ("V2 flag", EMPTY),
        ("V2 flag", "COMPONENTS_V2_FLAG_REMOVED"),
        ("sum of text displays", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ("bytes of text displays", "V2_BYTE_WALL"),
        ("media in the message", "V2_MEDIA"),
        ("text input", "COMPONENT_RANGE_INVALID"),
        ("description", "APPLICATION_COMMAND_MENU"),
        ("command set", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
        ("option consistency", "APPLICATION_COMMAND_OPTIONS_NAME_NOT_UNIQUE"),
        ("option consistency", "APPLICATION_COMMAND_RANGE_INVALID"),
        ("option consistency", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID"),
        ("option consistency", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        ("required first", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
        ("whole command", "APPLICATION_COMMAND_TOO_LARGE"),
    ],
    "files travel beside the JSON": [
        ("request size", "REQUEST_TOO_LARGE"),
        ("one file", "FILE_TOO_LARGE"),
        ("files and attachments", "ATTACHMENT_NOT_FOUND"),
        ("files and attachments", "ATTACHMENT_MISSING"),
    ],
    "closed against unknown keys it would refuse what discord.py always sends": [
        ("unknown key", "UNKNOWN_FIELD"),
    ],
    "it knows one body for channels and says nothing about single flags": [
        ("ephemeral outside interactions", FLAGS),
    ],
    "it counts white space at the ends, which the written pages say is trimmed first": [
        ("embed texts", "good"),
    ],
    "it sets no lower bound on these texts, and only upper bounds that the written pages undercut": [
        ("embed field empty", REQUIRED),
        ("description", REQUIRED),
        ("rows", LONG),
        ("modal", LENGTH),
        ("choice value", LENGTH),
        ("command set", "APPLICATION_COMMANDS_LIMIT"),
        ("autocomplete value", LENGTH),
        ("autocomplete value", NUMBER),
        ("available tags", LENGTH),
    ],
    "it names a format or a pattern in words alone: any URI will do, any name, any locale, any integer": [
        ("embed colour, time, url", "URL_TYPE_INVALID_URL"),
        ("embed url scheme", SCHEME),
        ("component id", NUMBER),
        ("link url", SCHEME),
        ("file component", SCHEME),
        ("command name", NAME),
        ("option consistency", NAME),
        ("option consistency", "UNKNOWN_FIELD"),
    ],
    "the route takes one of several bodies, and another of them lets the field through": [
        ("slow mode", NUMBER),
        ("applied tags", LONG),
        ("applied tags", EMPTY),
        ("available tags", LONG),
    ],
}

SIMCORD: Mapping[str, Sequence[Difference]] = {
    "it counts code points; Discord does not say what it counts, and we take the larger number": [
        ("content, channel message", LONG),
    ],
    "it does not trim what has only white space": [
        ("something to show", EMPTY),
    ],
    "it does not look at nonces, at sizes, or at what joins files to attachments": [
        ("nonce", LONG),
        ("request size", "REQUEST_TOO_LARGE"),
        ("one file", "FILE_TOO_LARGE"),
        ("attachments", LONG),
        ("attachments", REQUIRED),
        ("files and attachments", "ATTACHMENT_NOT_FOUND"),
        ("files and attachments", "ATTACHMENT_MISSING"),
        ("attachment://", "ATTACHMENT_NOT_FOUND"),
        ("allowed_mentions", LONG),
    ],
    "it asks for stickers that exist": [
        ("stickers", "good"),
    ],
    "it lets these flags through": [
        ("flags of a defer", FLAGS),
        ("ephemeral outside interactions", FLAGS),
    ],
    "it breaks on the body, or names the key as not done instead of refusing it": [
        ("reply without data", REQUIRED),
        ("unknown key", "UNKNOWN_FIELD"),
    ],
    "it measures the lengths of an embed and nothing else of it": [
        ("embed field empty", REQUIRED),
        ("embed of nothing", "EMBED_EMPTY"),
        ("embed colour, time, url", NUMBER),
        ("embed colour, time, url", "DATE_TIME_TYPE_PARSE"),
        ("embed colour, time, url", "URL_TYPE_INVALID_URL"),
        ("embed url scheme", SCHEME),
    ],
    "gaps in its component rules": [
        ("component id", NUMBER),
        ("label or emoji", "BUTTON_COMPONENT_LABEL_OR_EMOJI"),
        ("link url", SCHEME),
        ("select", LENGTH),
        ("file component", SCHEME),
        ("text input", LONG),
    ],
    "bare 500s of the real Discord, known from reports alone": [
        ("bytes of text displays", "V2_BYTE_WALL"),
        ("media in the message", "V2_MEDIA"),
    ],
    "it stores commands as they come": [
        ("command name", LENGTH),
        ("command name", NAME),
        ("description", LENGTH),
        ("description", REQUIRED),
        ("description", "APPLICATION_COMMAND_MENU"),
        ("options and choices", LONG),
        ("options and choices", LENGTH),
        ("options and choices", NUMBER),
        ("choice value", LENGTH),
        ("command set", "APPLICATION_COMMANDS_LIMIT"),
        ("command set", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
        ("option consistency", "APPLICATION_COMMAND_OPTIONS_NAME_NOT_UNIQUE"),
        ("option consistency", NAME),
        ("option consistency", "APPLICATION_COMMAND_RANGE_INVALID"),
        ("option consistency", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID"),
        ("option consistency", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        ("option consistency", "UNKNOWN_FIELD"),
        ("required first", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
        ("whole command", "APPLICATION_COMMAND_TOO_LARGE"),
    ],
    "it takes autocompletion through another door than a raw answer, and does not count its choices": [
        ("autocomplete", "good"),
        ("autocomplete", LONG),
        ("autocomplete name", "good"),
        ("autocomplete name", LENGTH),
        ("autocomplete name", REQUIRED),
        ("autocomplete value", "good"),
        ("autocomplete value", LENGTH),
        ("autocomplete value", NUMBER),
    ],
    "it does not measure names and numbers of channels": [
        ("thread name", LENGTH),
        ("slow mode", NUMBER),
        ("available tags", LONG),
        ("available tags", LENGTH),
    ],
    "not asked: forums and webhooks": [
        ("thread name", REQUIRED),
        ("applied tags", "good"),
        ("applied tags", LONG),
        ("applied tags", EMPTY),
        ("webhook name", "good"),
        ("webhook name", LENGTH),
    ],
}


def difference(case: Case, verdict: Verdict) -> Difference | None:
    ours = Verdict.TAKES if case.good else Verdict.REFUSES
    return None if verdict is ours else (case.row, case.code or "good")


def compare(found: set[Difference], explained: Mapping[str, Sequence[Difference]]) -> None:
    listed = [entry for entries in explained.values() for entry in entries]
    assert len(listed) == len(set(listed)), "a difference is explained twice"
    assert sorted(found - set(listed)) == [], "unexplained"
    assert sorted(set(listed) - found) == [], "explained, but not there any more"


def test_every_difference_from_the_document_is_explained() -> None:
    spec = request_spec()
    found = {difference(case, by_document(spec, case)) for case in CASES}
    compare({entry for entry in found if entry}, DOCUMENT)


async def test_every_difference_from_simcord_is_explained() -> None:
    verdicts = await by_simcord(CASES)
    found = {difference(case, verdicts[number]) for number, case in enumerate(CASES)}
    compare({entry for entry in found if entry}, SIMCORD)
