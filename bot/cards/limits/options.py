"""Options of slash commands, choices of autocompletion: application-commands.mdx, "Option Structure"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.names import check_locales, check_slash_name
from bot.cards.limits.shape import words

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields, Place

SUBCOMMAND, GROUP, STRING, INTEGER, CHANNEL, NUMBER = 1, 2, 3, 4, 7, 10
_PLAIN = frozenset(range(3, 12))
_NUMBERS = frozenset({INTEGER, NUMBER})
_CHOOSING = frozenset({STRING, INTEGER, NUMBER})
_INT53 = 2**53
_BASE = words("type name name_localizations description description_localizations required")
_CHOICE = words("name name_localizations value")


def check_options(command: Fields) -> None:
    """Options of a slash command: subcommands and groups, or plain ones, never both."""
    kinds = _level(command, allowed=_PLAIN | {SUBCOMMAND, GROUP})
    if kinds & _PLAIN and kinds - _PLAIN:
        message = "Sub-commands and sub-command groups cannot stand beside other options"
        command.place.at("options").say("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _level(holder: Fields, *, allowed: frozenset[int]) -> set[int]:
    kinds: set[int] = set()
    names: set[str] = set()
    optional_seen = False
    for place, entry in holder.items("options", high=25):
        option = place.fields(entry, None)
        if option is None or not option.need("type"):
            continue
        kind = option.choice("type", allowed)
        if kind is None:
            continue
        kinds.add(kind)
        _option(place, entry, kind=kind)
        name = str(option.get("name"))
        if name in names:
            place.at("name").say("APPLICATION_COMMAND_OPTIONS_NAME_NOT_UNIQUE", "Option names must be unique")
        names.add(name)
        if option.get("required") is True and optional_seen:
            message = "Required options must be placed before non-required options"
            place.say("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or (kind in _PLAIN and option.get("required") is not True)
    return kinds


def _option(place: Place, entry: object, *, kind: int) -> None:
    option = place.fields(entry, _BASE | _own_keys(kind))
    if option is None:
        return
    check_slash_name(option)
    if option.need("description"):
        option.text("description", low=1, high=100)
    check_locales(option)
    option.flag("required")
    if kind == GROUP:
        _level(option, allowed=frozenset({SUBCOMMAND}))
    elif kind == SUBCOMMAND:
        _level(option, allowed=_PLAIN)
    elif kind in _CHOOSING:
        _bounds(option, kind)
        if option.flag("autocomplete") and option.get("choices"):
            message = "Choices and autocomplete exclude each other"
            place.at("autocomplete").say("APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", message)
        check_choice_list(option, kinds=_value_types(kind), localised=True)


def _own_keys(kind: int) -> frozenset[str]:
    if kind in {SUBCOMMAND, GROUP}:
        return frozenset({"options"})
    if kind == STRING:
        return frozenset({"choices", "autocomplete", "min_length", "max_length"})
    if kind in _NUMBERS:
        return frozenset({"choices", "autocomplete", "min_value", "max_value"})
    return frozenset({"channel_types"}) if kind == CHANNEL else frozenset()


def _bounds(option: Fields, kind: int) -> None:
    if kind == STRING:
        keys = ("min_length", "max_length")
        low, high = option.whole(keys[0], low=0, high=6000), option.whole(keys[1], low=1, high=6000)
    else:
        keys = ("min_value", "max_value")
        low, high = (_number(option, key, whole=kind == INTEGER) for key in keys)
    if low is not None and high is not None and low > high:
        option.place.at(keys[0]).say("APPLICATION_COMMAND_RANGE_INVALID", f"{keys[0]} is more than {keys[1]}")


def _number(option: Fields, key: str, *, whole: bool) -> float | None:
    value = option.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        option.place.at(key).say("NUMBER_TYPE_COERCE", f'Value "{value}" is not a number of this type.')
        return None
    if abs(value) > _INT53:
        option.place.at(key).say("NUMBER_TYPE_MAX", "Must lie within ±2^53.")
    return value


def _value_types(kind: int) -> tuple[type, ...]:
    return {STRING: (str,), INTEGER: (int,)}.get(kind, (int, float))


def check_choice_list(holder: Fields, *, kinds: tuple[type, ...], localised: bool = False) -> None:
    """`choices` of an option or of an autocomplete answer; `kinds` are the types their values may have."""
    names: set[str | None] = set()
    for place, entry in holder.items("choices", high=25):
        choice = place.fields(entry, _CHOICE)
        if choice is None:
            continue
        if choice.need("name"):
            name = choice.text("name", low=1, high=100)
            if localised and name in names:
                place.at("name").say("APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS", "Names must be unique")
            names.add(name)
        value = choice.get("value")
        if not choice.need("value"):
            continue
        if isinstance(value, bool) or not isinstance(value, kinds):
            place.at("value").say("BASE_TYPE_CONVERT", "The value is not of the option's type.")
        elif isinstance(value, str):
            choice.text("value", low=1, high=100)
        elif isinstance(value, int | float) and abs(value) > _INT53:
            place.at("value").say("NUMBER_TYPE_MAX", "Must lie within ±2^53.")
