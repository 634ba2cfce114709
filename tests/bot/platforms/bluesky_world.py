"""A small invented world on the reference servers: who posted, liked, reposted, followed, moved and went."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from tests.bot.platforms.bluesky_servers import Network

# Generous: the machine may be busy with other tests.
INDEXED_WITHIN_S = 180.0
POSTS = 130
OFFICIALS = ("consul-a.test", "consul-b.test", "consul-c.test")
READERS = ("reader-a.test", "reader-b.test", "reader-c.test", "reader-d.test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    did: str
    token: str


@dataclass(slots=True, kw_only=True)
class World:
    """`noted` are the accounts by the handle under which they were made."""

    network: Network
    began: datetime
    noted: dict[str, Person] = field(default_factory=dict[str, Person])

    def did(self, handle: str) -> str:
        return self.noted[handle].did

    def call(
        self,
        method: str,
        body: Mapping[str, object] | None = None,
        *,
        by: str | None = None,
        admin: bool = False,
    ) -> dict[str, Any]:
        """Ask the account server something, as somebody or as its administrator."""
        headers = {"Authorization": f"Bearer {self.noted[by].token}"} if by else {}
        if admin:
            headers = {"Authorization": f"Basic {self.network.admin}"}
        return _ask(self.network.pds, method, body, headers=headers)

    def see(self, method: str, **params: str) -> dict[str, Any] | None:
        """Ask the AppView; None where it refuses."""
        try:
            return _ask(self.network.bsky, f"{method}?{urlencode(params)}", None, headers={})
        except RefusedError:
            return None

    def join(self, handle: str) -> None:
        made = self.call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@example.com", "password": "invented"},
        )
        self.noted[handle] = Person(did=made["did"], token=made["accessJwt"])

    def write(
        self, by: str, collection: str, record: Mapping[str, object], *, rkey: str | None = None
    ) -> dict[str, Any]:
        body = {"repo": self.did(by), "collection": collection, "record": record}
        if rkey is not None:
            return self.call("com.atproto.repo.putRecord", {**body, "rkey": rkey}, by=by)
        return self.call("com.atproto.repo.createRecord", body, by=by)

    def follow(self, by: str, whom: str) -> None:
        self.write(by, "app.bsky.graph.follow", {"subject": self.did(whom), "createdAt": self.at(minutes=0)})

    def at(self, *, minutes: float) -> str:
        """Return a time so many minutes before the world began."""
        return (self.began - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


class RefusedError(Exception):
    """A server said no."""


def build(network: Network) -> World:
    """Let everybody join, write, meet and go; returns when the AppView knows all of it."""
    world = World(network=network, began=datetime.now(UTC).replace(microsecond=0))
    for handle in ("diario.test", "agencia.test", *OFFICIALS, *READERS):
        world.join(handle)
    for handle in ("antes.test", "borrada.test", "pausada.test", "retirada.test", "discreta.test"):
        world.join(handle)
    _profile(world, "diario.test", "Diario Inventado", "Noticias que nadie vivió.")
    _profile(world, "antes.test", "La que cambia", "")
    _profile(world, "discreta.test", "Discreta", "", labels=["!no-unauthenticated"])
    posts = _posts(world, "diario.test")
    agency = world.write(
        "agencia.test",
        "app.bsky.feed.post",
        {"text": "Una nota de la agencia", "createdAt": world.at(minutes=3), "$type": "app.bsky.feed.post"},
    )
    world.write(
        "diario.test", "app.bsky.feed.repost", {"subject": _ref(agency), "createdAt": world.at(minutes=1)}
    )
    for liker in READERS[:3]:
        world.write(
            liker, "app.bsky.feed.like", {"subject": _ref(posts[0]), "createdAt": world.at(minutes=0)}
        )
    world.write(
        READERS[0], "app.bsky.feed.repost", {"subject": _ref(posts[0]), "createdAt": world.at(minutes=0)}
    )
    world.write(
        READERS[1],
        "app.bsky.feed.post",
        {
            "text": "Miren esto",
            "createdAt": world.at(minutes=0),
            "$type": "app.bsky.feed.post",
            "embed": {"$type": "app.bsky.embed.record", "record": _ref(posts[0])},
        },
    )
    for handle in ("antes.test", "discreta.test"):
        world.write(
            handle,
            "app.bsky.feed.post",
            {"text": "Aquí estoy", "createdAt": world.at(minutes=5), "$type": "app.bsky.feed.post"},
        )
    for follower in (*OFFICIALS, *READERS):
        world.follow(follower, "diario.test")
    world.follow("diario.test", "agencia.test")
    wait(
        lambda: (
            _counts(world, "diario.test") == (len(OFFICIALS) + len(READERS), 1, POSTS + 2)
            and _earned(world, posts[0]["uri"]) == (3, 1, 1)
            and _labelled(world, "discreta.test")
        )
    )
    return world


def leave(world: World) -> None:
    """Let one account take another name, one be deleted, one pause and one be taken down."""
    world.call("com.atproto.identity.updateHandle", {"handle": "despues.test"}, by="antes.test")
    world.call("com.atproto.admin.deleteAccount", {"did": world.did("borrada.test")}, admin=True)
    world.call("com.atproto.server.deactivateAccount", {}, by="pausada.test")
    world.call(
        "com.atproto.admin.updateSubjectStatus",
        {
            "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": world.did("retirada.test")},
            "takedown": {"applied": True, "ref": "invented"},
        },
        admin=True,
    )
    wait(lambda: _handle_of(world, "antes.test") == "despues.test")
    for handle in ("borrada.test", "pausada.test", "retirada.test"):
        wait(lambda handle=handle: world.see("app.bsky.actor.getProfile", actor=world.did(handle)) is None)


def wait(holds: Callable[[], bool]) -> None:
    """Wait until the AppView has taken something in."""
    until = time.monotonic() + INDEXED_WITHIN_S
    while not holds():
        assert time.monotonic() < until, "the AppView did not take it in"
        time.sleep(0.1)


def _profile(world: World, handle: str, name: str, description: str, *, labels: Sequence[str] = ()) -> None:
    record: dict[str, object] = {
        "$type": "app.bsky.actor.profile",
        "displayName": name,
        "description": description,
    }
    if labels:
        values = [{"val": label} for label in labels]
        record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": values}
    world.write(handle, "app.bsky.actor.profile", record, rkey="self")


def _posts(world: World, handle: str) -> list[dict[str, str]]:
    """Write numbered posts an hour apart, the newest first in the answer, and a reply to the newest."""
    writes = [
        {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": "app.bsky.feed.post",
            "value": {
                "$type": "app.bsky.feed.post",
                "text": f"Noticia {number}: 今天的新闻 @diario.test",
                "langs": ["es"],
                "createdAt": world.at(minutes=60 * number + 10),
            },
        }
        for number in range(POSTS)
    ]
    made = world.call(
        "com.atproto.repo.applyWrites", {"repo": world.did(handle), "writes": writes}, by=handle
    )
    posts = [{"uri": each["uri"], "cid": each["cid"]} for each in made["results"]]
    world.write(
        handle,
        "app.bsky.feed.post",
        {
            "$type": "app.bsky.feed.post",
            "text": "Sigue",
            "createdAt": world.at(minutes=2),
            "reply": {"root": posts[0], "parent": posts[0]},
        },
    )
    # A text with a date of its own far outside of every window.
    world.write(
        handle,
        "app.bsky.feed.post",
        {"$type": "app.bsky.feed.post", "text": "De antaño", "createdAt": world.at(minutes=60 * 24 * 500)},
    )
    return posts


def _ref(made: Mapping[str, str]) -> dict[str, str]:
    return {"uri": made["uri"], "cid": made["cid"]}


def _counts(world: World, handle: str) -> tuple[int, int, int] | None:
    seen = world.see("app.bsky.actor.getProfile", actor=handle)
    return None if seen is None else (seen["followersCount"], seen["followsCount"], seen["postsCount"])


def _earned(world: World, uri: str) -> tuple[int, int, int] | None:
    seen = world.see("app.bsky.feed.getPosts", uris=uri)
    if not seen or not seen["posts"]:
        return None
    post = seen["posts"][0]
    return post["likeCount"], post["repostCount"], post["quoteCount"]


def _labelled(world: World, handle: str) -> bool:
    seen = world.see("app.bsky.actor.getProfile", actor=handle)
    return bool(seen and seen.get("labels"))


def _handle_of(world: World, made_as: str) -> str | None:
    seen = world.see("app.bsky.actor.getProfile", actor=world.did(made_as))
    return None if seen is None else seen["handle"]


def _ask(
    base: str, method: str, body: Mapping[str, object] | None, *, headers: Mapping[str, str]
) -> dict[str, Any]:
    server = http.client.HTTPConnection("127.0.0.1", urlsplit(base).port or 0, timeout=120)
    try:
        if body is None:
            server.request("GET", f"/xrpc/{method}", headers=dict(headers))
        else:
            named = {**headers, "Content-Type": "application/json"}
            server.request("POST", f"/xrpc/{method}", json.dumps(body).encode(), named)
        answer = server.getresponse()
        text = answer.read()
    finally:
        server.close()
    if answer.status >= 400:
        raise RefusedError(f"{method}: {answer.status} {text[:500]!r}")
    return cast("dict[str, Any]", json.loads(text)) if text else {}
