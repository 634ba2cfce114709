"""Application commands as they are registered: interactions/application-commands.mdx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.names import check_locales, check_slash_name
from bot.cards.limits.options import check_options
from bot.cards.limits.shape import Fields, Place, units, words

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND_SUM = 8000  # names, descriptions and choice values of one command, each in its longest language
_SLASH = 1
_PER_TYPE = {_SLASH: 100, 2: 15, 3: 15}
_KEYS = words(
    "id application_id guild_id version type name name_localizations description description_localizations "
    "options default_member_permissions dm_permission nsfw handler integration_types contexts "
    "default_permission"
)


def check_command_set(holder: Fields) -> None:
    """All commands of one scope, under the key `commands`."""
    seen: set[tuple[int, str]] = set()
    counts = dict.fromkeys(_PER_TYPE, 0)
    for place, entry in holder.items("commands", high=sum(_PER_TYPE.values())):
        kind, name = check_command(place, entry)
        if (kind, name) in seen:
            place.at("name").say("APPLICATION_COMMANDS_DUPLICATE_NAME", "Command names must be unique")
        seen.add((kind, name))
        counts[kind] += 1
    for kind, most in _PER_TYPE.items():
        if counts[kind] > most:
            message = f"Maximum number of application commands of type {kind} reached ({most})."
            holder.place.say("APPLICATION_COMMANDS_LIMIT", message)


def check_command(place: Place, entry: object) -> tuple[int, str]:
    """Check one command; return its type and name as far as they can be read."""
    command = place.fields(entry, _KEYS)
    if command is None:
        return _SLASH, ""
    kind = command.choice("type", _PER_TYPE) or _SLASH
    for key in ("contexts", "integration_types"):
        for where, value in command.items(key, low=1, high=3):
            if value not in (0, 1, 2):
                where.say("BASE_TYPE_CHOICES", "Value must be one of (0, 1, 2).")
    if kind == _SLASH:
        check_slash_name(command)
        if command.need("description"):
            command.text("description", low=1, high=100)
        check_options(command)
    else:
        _menu(command)
    check_locales(command)
    total = _weight(entry)
    if total > COMMAND_SUM:
        place.say("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({COMMAND_SUM})")
    return kind, str(command.get("name"))


def _menu(command: Fields) -> None:
    if command.need("name"):
        command.text("name", low=1, high=32)
    if command.get("description"):
        command.place.at("description").say("APPLICATION_COMMAND_MENU", "Context menus have no description")
    if command.get("options"):
        command.place.at("options").say("APPLICATION_COMMAND_MENU", "Context menus have no options")


def _weight(entry: object) -> int:
    holder = Place([]).fields(entry, None)
    if holder is None:
        return 0
    total = _longest(holder, "name") + _longest(holder, "description")
    for choice in _quietly(holder, "choices"):
        value = choice.get("value")
        total += _longest(choice, "name") + (units(value) if isinstance(value, str) else 0)
    return total + sum(_weight(entry) for _place, entry in holder.items("options", high=25))


def _quietly(holder: Fields, key: str) -> Iterator[Fields]:
    for place, entry in holder.items(key, high=25):
        fields = place.fields(entry, None)
        if fields is not None:
            yield fields


def _longest(holder: Fields, key: str) -> int:
    texts = [holder.get(key)]
    localised = holder.within(f"{key}_localizations", None)
    if localised is not None:
        texts += localised.pairs().values()
    return max((units(text) for text in texts if isinstance(text, str)), default=0)
