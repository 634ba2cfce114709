"""Buttons and selects: components/reference.mdx, tables "Button", "String Select" and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.shape import snowflake, words

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields, Place
    from bot.cards.limits.tally import Tally

BUTTON, STRING_SELECT = 2, 3
SELECTS = frozenset({3, 5, 6, 7, 8})
_LINK, _PREMIUM = 5, 6
_BUTTON_KEYS = words("type id style label emoji custom_id sku_id url disabled")
_SELECT_KEYS = words("type id custom_id placeholder min_values max_values disabled required")
_STRING_SELECT_KEYS = _SELECT_KEYS | {"options"}
_OTHER_SELECT_KEYS = _SELECT_KEYS | {"default_values", "channel_types"}
_OPTION_KEYS = words("label value description emoji default")
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)


def check_button(place: Place, entry: object, *, tally: Tally) -> None:
    button = place.fields(entry, _BUTTON_KEYS)
    if button is None:
        return
    tally.enter(button)
    button.flag("disabled")
    button.text("label", high=80)
    _emoji(button)
    style = button.choice("style", range(1, 7)) if button.need("style") else None
    if style == _PREMIUM:
        button.need("sku_id")
        _absent(button, "custom_id", "url", "label", "emoji", why="a premium button")
        return
    if not button.get("label") and not button.has("emoji"):
        place.say("BUTTON_COMPONENT_LABEL_OR_EMOJI", "A button needs a label or an emoji")
    if style == _LINK:
        if button.need("url"):
            button.url("url", {"http", "https", "discord"}, high=512)
        _absent(button, "custom_id", why="a link button")
    elif style is not None:
        button.need("custom_id")
        _absent(button, "url", why="a button with a custom_id")


def check_select(place: Place, entry: object, *, kind: int, tally: Tally) -> None:
    """Selects of messages and of modals alike."""
    select = place.fields(entry, _STRING_SELECT_KEYS if kind == STRING_SELECT else _OTHER_SELECT_KEYS)
    if select is None:
        return
    tally.enter(select)
    select.need("custom_id")
    select.flag("disabled")
    select.flag("required")
    select.text("placeholder", high=150)
    check_range(select, "values", highest=25)
    if kind == STRING_SELECT:
        _options(select)
        return
    for where, value in select.items("channel_types", high=len(_CHANNEL_TYPES)):
        if value not in _CHANNEL_TYPES:
            where.say("BASE_TYPE_CHOICES", "Not a channel type.")
    for where, value in select.items("default_values", high=25):
        default = where.fields(value, {"id", "type"})
        if default is not None and default.need("id"):
            default.snowflake("id")


def check_range(fields: Fields, what: str, *, highest: int, absent: int = 1) -> None:
    """`min_<what>` and `max_<what>`; `absent` stands for an upper bound that is not given."""
    low = fields.whole(f"min_{what}", low=0, high=highest)
    high = fields.whole(f"max_{what}", low=1, high=highest)
    if low is not None and low > (absent if high is None else high):
        message = f"min_{what} must be less than or equal to max_{what}"
        fields.place.at(f"min_{what}").say("COMPONENT_RANGE_INVALID", message)


def check_choices(holder: Fields, *, low: int, high: int) -> list[Fields]:
    """Options of a select, a radio group or a checkbox group: labels, values, and values only once."""
    options: list[Fields] = []
    values: set[str] = set()
    if not holder.need("options"):
        return options
    for place, entry in holder.items("options", low=low, high=high):
        option = place.fields(entry, _OPTION_KEYS)
        if option is None:
            continue
        options.append(option)
        option.flag("default")
        option.text("description", high=100)
        if option.need("label"):
            option.text("label", low=1, high=100)
        value = option.text("value", low=1, high=100) if option.need("value") else None
        if value in values:
            place.at("value").say("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is already used")
        values.add(value or "")
        _emoji(option)
    return options


def _options(select: Fields) -> None:
    options = check_choices(select, low=1, high=25)
    chosen = sum(option.get("default") is True for option in options)
    most = select.get("max_values")
    if chosen > (most if isinstance(most, int) else 1):
        select.place.at("options").say("SELECT_COMPONENT_TOO_MANY_DEFAULTS", "More defaults than max_values")
    for key in ("min_values", "max_values"):
        wanted = select.get(key)
        if isinstance(wanted, int) and options and wanted > len(options):
            message = f"Must be between {wanted} and 25 in length."
            select.place.at("options").say("BASE_TYPE_BAD_LENGTH", message)


def _emoji(holder: Fields) -> None:
    emoji = holder.within("emoji", {"id", "name", "animated"})
    if emoji is None:
        return
    emoji.text("name", high=32)
    number = emoji.get("id")
    if number is not None and snowflake(number) is None:
        emoji.place.at("id").say("BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
    if number is None and not emoji.get("name"):
        emoji.place.say("BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def _absent(button: Fields, *keys: str, why: str) -> None:
    for key in keys:
        if button.has(key):
            message = f"{key} cannot be specified on {why}"
            button.place.at(key).say("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
