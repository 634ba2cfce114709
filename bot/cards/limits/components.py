"""Message components, first kind (action rows) and second kind (Components V2): components/reference.mdx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.limits.inputs import BUTTON, SELECTS, check_button, check_select
from bot.cards.limits.shape import words
from bot.cards.limits.tally import V2_BYTE_WALL, Tally, text_weight
from bot.cards.limits.uploads import check_reference

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields, Place

__all__ = ["V2_BYTE_WALL", "check_message_components", "component_type", "text_weight"]

ROW, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 9, 10, 11, 12, 13, 14, 17
V2_TOP = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})
_IN_CONTAINER = V2_TOP - {CONTAINER}
_ROW_ONLY = frozenset({ROW})
_ROWS = 5
_MEDIA = words("http https attachment")
_KEYS = {
    ROW: words("type id components"),
    SECTION: words("type id components accessory"),
    TEXT: words("type id content"),
    THUMBNAIL: words("type id media description spoiler"),
    GALLERY: words("type id items"),
    FILE: words("type id file spoiler name size"),
    SEPARATOR: words("type id divider spacing"),
    CONTAINER: words("type id components accent_color spoiler"),
}


def check_message_components(body: Fields, *, v2: bool, files: frozenset[str]) -> None:
    tally = Tally(v2=v2, files=files)
    for place, entry in body.items("components", high=40 if v2 else _ROWS):
        kind = component_type(place, entry, allowed=V2_TOP if v2 else _ROW_ONLY)
        if kind is not None:
            check_component(place, entry, kind=kind, tally=tally)
    tally.finish(body.place.at("components"))


def component_type(place: Place, entry: object, *, allowed: frozenset[int]) -> int | None:
    """Return the component's type when it may stand here; None after saying that it may not."""
    component = place.fields(entry, None)
    if component is None or not component.need("type"):
        return None
    kind = component.get("type")
    if allowed is _ROW_ONLY and isinstance(kind, int) and kind in V2_TOP - allowed:
        message = "This component needs the flag IS_COMPONENTS_V2"
        place.at("type").say("COMPONENT_TYPE_INVALID", message)
        return None
    return component.choice("type", allowed)


def check_component(place: Place, entry: object, *, kind: int, tally: Tally) -> None:
    """Check one component that may hold others, and all it holds."""
    component = place.fields(entry, _KEYS[kind])
    if component is None:
        return
    tally.enter(component)
    component.flag("spoiler")
    match kind:
        case 1:
            _row(component, tally)
        case 9:
            _section(component, tally)
        case 10:
            check_text(component, tally)
        case 12:
            _gallery(component, tally)
        case 13:
            _file(component, tally)
        case 14:
            component.flag("divider")
            component.choice("spacing", {1, 2})
        case _:
            _container(component, tally)


def check_text(component: Fields, tally: Tally) -> None:
    if component.need("content"):
        text = component.text("content", low=1, high=4000)
        tally.texts.append(text or "")


def _row(row: Fields, tally: Tally) -> None:
    if not row.need("components"):
        return
    kinds: list[int] = []
    for place, entry in row.items("components", low=1, high=5):
        kind = component_type(place, entry, allowed=SELECTS | {BUTTON})
        if kind is None:
            continue
        kinds.append(kind)
        if kind == BUTTON:
            check_button(place, entry, tally=tally)
        else:
            check_select(place, entry, kind=kind, tally=tally)
    if len(kinds) > 1 and any(kind in SELECTS for kind in kinds):
        message = "The specified component exceeds the maximum width"
        row.place.at("components").say("COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _section(section: Fields, tally: Tally) -> None:
    if section.need("components"):
        for place, entry in section.items("components", low=1, high=3):
            if component_type(place, entry, allowed=frozenset({TEXT})) is not None:
                check_component(place, entry, kind=TEXT, tally=tally)
    if not section.need("accessory"):
        return
    place, entry = section.place.at("accessory"), section.get("accessory")
    kind = component_type(place, entry, allowed=frozenset({BUTTON, THUMBNAIL}))
    if kind == BUTTON:
        check_button(place, entry, tally=tally)
    elif kind == THUMBNAIL and (thumbnail := place.fields(entry, _KEYS[THUMBNAIL])) is not None:
        tally.enter(thumbnail)
        _media(thumbnail, tally)


def _gallery(gallery: Fields, tally: Tally) -> None:
    if not gallery.need("items"):
        return
    for place, entry in gallery.items("items", low=1, high=10):
        item = place.fields(entry, {"media", "description", "spoiler"})
        if item is not None:
            _media(item, tally)


def _media(holder: Fields, tally: Tally) -> None:
    tally.media += 1
    holder.flag("spoiler")
    holder.text("description", low=1, high=1024)
    media = holder.within("media", None) if holder.need("media") else None
    if media is not None and media.need("url"):
        check_reference(media.place.at("url"), media.url("url", _MEDIA), files=tally.files)


def _file(component: Fields, tally: Tally) -> None:
    tally.media += 1
    file = component.within("file", None) if component.need("file") else None
    if file is not None and file.need("url"):
        # Only files of the message itself: "the file component only supports attachment://".
        url = file.url("url", {"attachment"})
        check_reference(file.place.at("url"), url, files=tally.files)


def _container(container: Fields, tally: Tally) -> None:
    container.whole("accent_color", low=0, high=0xFFFFFF)
    if not container.need("components"):
        return
    for place, entry in container.items("components", low=1, high=40):
        kind = component_type(place, entry, allowed=_IN_CONTAINER)
        if kind is not None:
            check_component(place, entry, kind=kind, tally=tally)
