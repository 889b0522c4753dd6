"""Live events: one plain SSE stream per page, which says that what the page shows has changed.

    GET /events?post=ID            one post: its text, review, comments and deliveries
    GET /events?list=today         also approvals, deliveries

Every change is in the record, so one look at the record's end every two seconds serves all streams of the
process; only when it moved is each stream's subject looked at, with its reader's own eyes. Each event carries
the number of the entry, so a browser that comes back misses nothing. The event's data is empty: what changed
is for the page to ask.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error, close_old_connections
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from bedside.accounts.caller import Caller
from bedside.accounts.doors import has_factor, person_of
from bedside.accounts.roles import Right
from bedside.audit.models import Entry, Head
from bedside.posts.queries import visible as visible_posts
from bedside.publishing.queries import visible as visible_deliveries
from bedside.web.signin.presence import over

LOOK_SECONDS = 2.0
KEEP_ALIVE_SECONDS = 15.0
LIFETIME_SECONDS = 300.0
MOST_STREAMS = 500
MOST_FOR_ONE = 12
# Beyond this many entries between two looks, everybody is simply told.
MOST_ENTRIES = 1000
LISTS: dict[str, frozenset[str]] = {
    "today": frozenset({"post", "delivery", "pause", "channel"}),
    "approvals": frozenset({"post", "route", "person"}),
    "deliveries": frozenset({"post", "delivery", "pause", "channel"}),
}

_log = logging.getLogger(__name__)
Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Things = frozenset[tuple[str, str]] | None  # None: too many to tell


@dataclass(eq=False)
class Stream:
    """One open stream: who reads, what is watched, and what has happened that it was not told of yet."""

    cookies: str
    who: str
    post: uuid.UUID | None
    name: str
    seen: int
    news: list[tuple[int, Things]] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)


class Events:
    """The ASGI application at /events."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._looking: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="bedside-events")
        self._stopping = False
        self._seen = 0

    def stop(self) -> None:
        """End every stream; browsers come back by themselves. Called on the event loop's thread."""
        self._stopping = True
        for stream in self._streams:
            stream.bell.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405)
            return
        headers = {name.lower(): value.decode("latin1") for name, value in scope["headers"]}
        wanted = _wanted(scope["query_string"])
        if wanted is None:
            await _refuse(send, 400)
            return
        cookies = headers.get(b"cookie", "")
        try:
            status, who, head = await self._in_thread(_admit, cookies, *wanted)
        except Error:
            await _refuse(send, 503)
            return
        if status != 200:
            await _refuse(send, status)
            return
        last = headers.get(b"last-event-id", "")
        seen = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else head
        stream = Stream(cookies, who, *wanted, seen=min(seen, head))
        await _begin(send)
        if self._stopping or self._full(who):
            # An EventSource gives up for good on an error, so it is asked to come back later instead.
            await _say(send, b"retry: 60000\n\n", more=False)
            return
        await _say(send, b"retry: 3000\n\n")
        self._streams.add(stream)
        if self._looking is None or self._looking.done():
            self._seen = stream.seen
            self._looking = asyncio.create_task(self._look())
        elif stream.seen < self._seen:
            # It missed what was seen before it came; better told once too often.
            stream.news.append((self._seen, None))
            stream.bell.set()
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await self._tell(stream, send, gone)
        finally:
            gone.cancel()
            self._streams.discard(stream)

    def _full(self, who: str) -> bool:
        return (
            len(self._streams) >= MOST_STREAMS
            or Counter(stream.who for stream in self._streams)[who] >= MOST_FOR_ONE
        )

    async def _tell(self, stream: Stream, send: Send, gone: asyncio.Task[None]) -> None:
        ends = time.monotonic() + LIFETIME_SECONDS
        while not self._stopping and not gone.done() and time.monotonic() < ends:
            ringing = asyncio.create_task(stream.bell.wait())
            await asyncio.wait(
                {ringing, gone}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            ringing.cancel()
            stream.bell.clear()
            news, stream.news = stream.news, []
            if gone.done() or self._stopping:
                break
            try:
                concerned = await self._in_thread(_concerned, stream, news)
            except Error:
                stream.news = news + stream.news
                await _say(send, b": the database does not answer\n\n")
                continue
            if concerned is None:
                break
            if concerned:
                stream.seen = news[-1][0]
                await _say(send, b"event: changed\nid: %d\ndata:\n\n" % stream.seen)
            else:
                await _say(send, b": \n\n")
        if not gone.done():
            await _say(send, b"", more=False)

    async def _look(self) -> None:
        """Look at the end of the record as long as anybody wants to know."""
        while self._streams and not self._stopping:
            try:
                head, things = await self._in_thread(_since, self._seen)
            except Error as error:
                _log.warning("live events cannot be read: %s", type(error).__name__)
            else:
                if head > self._seen:
                    self._seen = head
                    for stream in self._streams:
                        stream.news.append((head, things))
                        stream.bell.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _in_thread(self, do: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _tidily, do, *given)


def _tidily(do: Callable[..., Any], *given: Any) -> Any:
    close_old_connections()
    try:
        return do(*given)
    finally:
        close_old_connections()


def _wanted(query: bytes) -> tuple[uuid.UUID | None, str] | None:
    """What is to be watched: a post's id, or the name of a list."""
    given = parse_qs(query.decode("latin1"), max_num_fields=10) if len(query) < 500 else {}
    post, name = given.get("post", [""])[-1], given.get("list", [""])[-1]
    if bool(post) == bool(name) or (name and name not in LISTS):
        return None
    try:
        return (uuid.UUID(post) if post else None), name
    except ValueError:
        return None


def _reader(cookies: str) -> tuple[Caller, str] | None:
    """Who reads, by the session in the cookies; None when nobody is signed in (any more)."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(cookies)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request.user = get_user(request)
    person = person_of(request)
    if person is None or not has_factor(request) or over(request.session):
        return None
    return Caller(person, "web"), key


def _admit(cookies: str, post: uuid.UUID | None, name: str) -> tuple[int, str, int]:
    reader = _reader(cookies)
    if reader is None:
        return 401, "", 0
    caller, key = reader
    if not caller.may(Right.READ):
        return 404, "", 0
    if post is not None and not visible_posts(caller).filter(id=post).exists():
        return 404, "", 0
    return 200, key, _head()


def _head() -> int:
    return Head.objects.values_list("seq", flat=True).first() or 0


def _since(seen: int) -> tuple[int, Things]:
    """The end of the record, and the things that entries after `seen` speak of."""
    head = _head()
    if head <= seen:
        return head, frozenset()
    rows = Entry.objects.filter(seq__gt=seen, seq__lte=head).values_list("noun", "noun_id")
    things = frozenset(rows[: MOST_ENTRIES + 1])
    return head, None if len(things) > MOST_ENTRIES else things


def _concerned(stream: Stream, news: list[tuple[int, Things]]) -> bool | None:
    """Whether any of it is of this stream's subject and for its reader to see; None: the reader is gone."""
    reader = _reader(stream.cookies)
    if reader is None or not reader[0].may(Right.READ):
        return None
    caller = reader[0]
    if stream.post is not None and not visible_posts(caller).filter(id=stream.post).exists():
        return None
    if any(things is None for _seq, things in news):
        return True
    things = frozenset().union(*(things for _seq, things in news if things))
    if stream.post is not None:
        if ("post", str(stream.post)) in things:
            return True
        deliveries = _ids(things, "delivery")
        return bool(deliveries) and (
            visible_deliveries(caller).filter(id__in=deliveries, post=stream.post).exists()
        )
    nouns = {noun for noun, _id in things} & LISTS[stream.name]
    if nouns - {"post", "delivery"}:
        return True
    return ("post" in nouns and visible_posts(caller).filter(id__in=_ids(things, "post")).exists()) or (
        "delivery" in nouns and visible_deliveries(caller).filter(id__in=_ids(things, "delivery")).exists()
    )


def _ids(things: frozenset[tuple[str, str]], noun: str) -> list[uuid.UUID]:
    return [uuid.UUID(key) for name, key in things if name == noun]


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _begin(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _say(send: Send, body: bytes, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})
