"""Good and broken request bodies, one pair at least for every limit that Discord sets.

The limits table, the comparison with other judges and the sandbox's answers are tested with the same list.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards.limits import Kind, Upload

V2 = 32768
Body = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One body. `path` and `code` say what is wrong with it; `code` is empty for a body that must pass."""

    row: str
    kind: Kind
    body: object
    path: str = ""
    code: str = ""
    files: tuple[Upload, ...] = ()
    before: dict[str, object] | None = None

    @property
    def good(self) -> bool:
        return not self.code


def button(**changes: object) -> Body:
    return {"type": 2, "style": 2, "label": "Evidence", "custom_id": "ev:1:4821", **changes}


def link(**changes: object) -> Body:
    return {"type": 2, "style": 5, "label": "open the post", "url": "https://social.example/1", **changes}


def row(*components: Body) -> Body:
    return {"type": 1, "components": list(components)}


def buttons(count: int) -> Body:
    return row(*(button(custom_id=f"b:{n}") for n in range(count)))


def options(count: int) -> list[object]:
    return [{"label": f"Option {n}", "value": str(n)} for n in range(count)]


def select(**changes: object) -> Body:
    return {"type": 3, "custom_id": "pick:1", "options": options(3), **changes}


def text(content: str) -> Body:
    return {"type": 10, "content": content}


def gallery(count: int, **item: object) -> Body:
    return {
        "type": 12,
        "items": [{"media": {"url": f"https://social.example/{n}.png"}, **item} for n in range(count)],
    }


def container(*components: Body, **changes: object) -> Body:
    return {"type": 17, "components": list(components), **changes}


def section(*texts: Body, accessory: Body | None) -> Body:
    body: Body = {"type": 9, "components": list(texts)}
    return body if accessory is None else {**body, "accessory": accessory}


def v1(*rows: Body) -> Body:
    return {"content": "Pick one", "components": list(rows)}


def v2(*components: Body, **changes: object) -> Body:
    return {"flags": V2, "components": list(components), **changes}


def embed(**changes: object) -> Body:
    return {"embeds": [{"title": "Alert", **changes}]}


def fields(count: int, **changes: object) -> Body:
    return embed(fields=[{"name": f"Field {n}", "value": "1", **changes} for n in range(count)])


def mentions(**allowed: object) -> Body:
    return {"content": "A change", "allowed_mentions": allowed}


def label(component: Body, **changes: object) -> Body:
    return {"type": 18, "label": "Reason", "component": component, **changes}


def text_input(**changes: object) -> Body:
    return {"type": 4, "custom_id": "reason", "style": 2, **changes}


def modal(*components: Body, **changes: object) -> Body:
    return {"custom_id": "judge:1", "title": "Judge this finding", "components": list(components), **changes}


def inputs(count: int) -> list[Body]:
    return [label(text_input(custom_id=f"i:{n}")) for n in range(count)]


def command(*opts: Body, **changes: object) -> Body:
    return {"name": "check", "description": "Check an account", "type": 1, "options": list(opts), **changes}


def option(**changes: object) -> Body:
    return {"type": 3, "name": "account", "description": "A handle or a URL", **changes}


def menu(name: str = "Check this post", **changes: object) -> Body:
    return {"name": name, "type": 3, **changes}


def choices(count: int, **changes: object) -> Body:
    return {"choices": [{"name": f"Choice {n}", "value": str(n), **changes} for n in range(count)]}


def files(*sizes: int, name: str = "evidence.csv") -> tuple[Upload, ...]:
    return tuple(Upload(index=n, name=f"{n}-{name}", size=size) for n, size in enumerate(sizes))


def attached(*ids: int, content: str = "See the file", **changes: object) -> Body:
    return {
        "content": content,
        "attachments": [{"id": n, "filename": f"{n}-evidence.csv", **changes} for n in ids],
    }
