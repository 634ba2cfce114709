"""The JSON routes of the web page: docs/sandbox-api.md describes each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from aiohttp import web

from bot.cards.limits.shape import Fields, Place
from sandbox.errors import ApiError, Impossible
from sandbox.page_events import PageEvents
from sandbox.page_view import View
from sandbox.people import Actor
from sandbox.reading import read_body
from sandbox.sight import visible_channel, visible_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sandbox.asking import Outcome
    from sandbox.backend import Backend
    from sandbox.chaos import Chaos
    from sandbox.uploads import FilePart
    from sandbox.wire import Obj
    from sandbox.world import Channel, Message, Person

# What a browser may show in place; anything else is offered as a download.
_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


class Act:
    """One POST: who acts, with which body and files."""

    def __init__(self, backend: Backend, body: Fields, *, files: Sequence[FilePart]) -> None:
        self.backend = backend
        self.body = body
        self.files = files
        self.person = person_of(backend, body.get("as"))
        self.actor = Actor(backend, self.person)
        self.view = View(backend, self.person)

    def text(self, key: str) -> str:
        value = self.body.get(key)
        if not isinstance(value, str):
            raise Impossible(f"{key!r} is missing.")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.body.get(key)
        return [str(entry) for entry in cast("list[object]", value)] if isinstance(value, list) else []

    def pairs(self, key: str) -> Obj:
        value = self.body.get(key)
        return cast("Obj", value) if isinstance(value, dict) else {}

    def channel(self) -> Channel:
        number = self._id("channel")
        return visible_channel(self.backend.world, self.person.user, channel_id=number)

    def message(self, key: str = "message") -> tuple[Channel, Message]:
        return visible_message(self.backend.world, self.person.user, message_id=self._id(key))

    def command(self) -> Obj:
        command = self.backend.commands.find(self.text("command"))
        if command is None:
            raise Impossible("There is no such command.", status=404)
        return command

    def _id(self, key: str) -> int:
        text = self.text(key)
        if not (text.isascii() and text.isdigit()):
            raise Impossible(f"{key!r} is an id: digits in quotes.")
        return int(text)


def person_of(backend: Backend, key: object) -> Person:
    """Raises Impossible."""
    person = backend.world.people.get(str(key))
    if person is None:
        known = ", ".join(backend.world.people)
        raise Impossible(f"There is nobody called {key!r} here; act as one of {known}.")
    return person


class PageApi:
    def __init__(self, backend: Backend, chaos: Chaos) -> None:
        self._backend = backend
        self._chaos = chaos
        self._events = PageEvents(backend.hub)

    def close(self) -> None:
        self._events.close()

    def add_to(self, app: web.Application) -> None:
        get, post = app.router.add_get, app.router.add_post
        base = "/sandbox/api"
        get(f"{base}/state", self._state)
        get(f"{base}/channels/{{channel}}/messages", self._older)
        get(f"{base}/events", self._stream)
        get(f"{base}/transcript", self._transcript)
        get(f"{base}/faults", self._faults)
        app.router.add_delete(f"{base}/faults", self._clear_faults)
        post(f"{base}/faults", self._fault)
        for name, act in _ACTS.items():
            post(f"{base}/{name}", self._acting(act))
        get("/sandbox/attachments/{channel}/{attachment}/{name:.+}", self._attachment)

    def _acting(
        self, act: Callable[[Act], Awaitable[Obj]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response(await act(await self._read(request)))

        return handle

    async def _read(self, request: web.Request) -> Act:
        body, files = await self._body(request)
        return Act(self._backend, body, files=files)

    async def _body(self, request: web.Request) -> tuple[Fields, Sequence[FilePart]]:
        try:
            body, files = await read_body(request)
        except ApiError:
            raise Impossible("The body is not JSON.") from None
        fields = Place([]).fields(body, None)
        if fields is None:
            raise Impossible("The body is not a JSON object.")
        return fields, files

    def _view(self, request: web.Request) -> View:
        return View(self._backend, person_of(self._backend, request.query.get("as")))

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._view(request).state(self._events.cursor))

    async def _older(self, request: web.Request) -> web.Response:
        view = self._view(request)
        channel = visible_channel(
            self._backend.world, view.person.user, channel_id=_number(request.match_info["channel"])
        )
        limit = min(100, max(1, _number(request.query.get("limit", "50"))))
        before = request.query.get("before")
        found = view.messages(channel, before=_number(before) if before else None, limit=limit + 1)
        return web.json_response({"messages": found[-limit:], "more": len(found) > limit})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        after = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        return await self._events.stream(
            request,
            self._view(request),
            after=_number(after),
            with_requests=request.query.get("requests") == "1",
        )

    async def _transcript(self, request: web.Request) -> web.Response:
        if request.query.get("format") == "text":
            return web.Response(text=self._backend.transcript.text())
        limit = min(1000, max(1, _number(request.query.get("limit", "200"))))
        entries = self._backend.transcript.after(_number(request.query.get("after", "0")), limit=limit)
        last = entries[-1].n if entries else _number(request.query.get("after", "0"))
        # Bodies of files and the like never stand in it; whatever else is odd is shown as text.
        text = json.dumps({"entries": [entry.as_json() for entry in entries], "last": last}, default=str)
        return web.Response(text=text, content_type="application/json")

    async def _faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": self._backend.faults.as_json()})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._backend.faults.clear()
        return await self._faults(request)

    async def _fault(self, request: web.Request) -> web.Response:
        body, _files = await self._body(request)
        self._chaos.from_json(body)
        return await self._faults(request)

    async def _attachment(self, request: web.Request) -> web.Response:
        number, secret = request.match_info["attachment"], request.query.get("hm", "")
        found = self._backend.uploads.find(_number(number), secret)
        if found is None:
            raise web.HTTPNotFound
        # Whatever was uploaded, it must never run as a page of this server.
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        if found.content_type in _PICTURES:
            return web.Response(body=found.data, content_type=found.content_type, headers=headers)
        headers["Content-Disposition"] = "attachment"
        return web.Response(body=found.data, content_type="application/octet-stream", headers=headers)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Impossible(f"{text!r} is not a number.")
    return int(text)


async def _say(act: Act) -> Obj:
    reply = act.body.get("reply_to")
    message = act.actor.say(
        str(act.body.get("content") or ""),
        channel=act.channel(),
        files=act.files,
        reply_to=_number(str(reply)) if reply else None,
    )
    return {"message": act.view.message(message)}


async def _command(act: Act) -> Obj:
    outcome = await act.actor.command(
        act.command(),
        act.pairs("options"),
        channel=act.channel(),
        path=act.texts("path"),
        files=act.files,
    )
    return _outcome(act, outcome)


async def _autocomplete(act: Act) -> Obj:
    outcome = await act.actor.autocomplete(
        act.command(),
        act.text("focused"),
        path=act.texts("path"),
        options=act.pairs("options"),
        channel=act.channel(),
    )
    return {"choices": list(outcome.choices), "ms": outcome.ack_ms, "failed": outcome.failed}


async def _menu(act: Act) -> Obj:
    command = act.command()
    if command["type"] == 2:
        user = act.backend.world.users.get(_number(act.text("target")))
        if user is None:
            raise Impossible("There is no such user.", status=404)
        return _outcome(act, await act.actor.user_menu(command, user, channel=act.channel()))
    _channel, message = act.message("target")
    return _outcome(act, await act.actor.message_menu(command, message))


async def _click(act: Act) -> Obj:
    _channel, message = act.message()
    return _outcome(act, await act.actor.click(message, act.text("custom_id")))


async def _select(act: Act) -> Obj:
    _channel, message = act.message()
    outcome = await act.actor.choose(message, act.text("custom_id"), values=act.texts("values"))
    return _outcome(act, outcome)


async def _modal(act: Act) -> Obj:
    modal = act.backend.modals.get(act.text("modal"))
    if modal is None:
        raise Impossible("This form is not open any more.", status=404)
    return _outcome(act, await act.actor.submit(modal, act.pairs("values"), files=act.files))


async def _react(act: Act) -> Obj:
    _channel, message = act.message()
    act.actor.react(message, act.text("emoji"), on=act.body.get("on") is not False)
    return {"message": act.view.message(message)}


async def _delete(act: Act) -> Obj:
    _channel, message = act.message()
    act.actor.delete(message)
    return {}


async def _dismiss(act: Act) -> Obj:
    _channel, message = act.message()
    act.actor.dismiss(message)
    return {}


async def _dms(act: Act) -> Obj:
    act.actor.close_dms(closed=act.body.flag("closed"))
    return {"person": act.view.person_json(act.person)}


def _outcome(act: Act, outcome: Outcome) -> Obj:
    return {
        "interaction": str(outcome.interaction.id),
        "failed": outcome.failed,
        "ack": outcome.ack,
        "ack_ms": outcome.ack_ms,
        "message": None if outcome.message is None else act.view.message(outcome.message),
        "modal": None if outcome.modal is None else outcome.modal.as_json(),
    }


_ACTS: dict[str, Callable[[Act], Awaitable[Obj]]] = {
    "message": _say,
    "command": _command,
    "autocomplete": _autocomplete,
    "menu": _menu,
    "click": _click,
    "select": _select,
    "modal": _modal,
    "react": _react,
    "delete": _delete,
    "dismiss": _dismiss,
    "dms": _dms,
}
