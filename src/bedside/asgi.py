"""The desk as one ASGI application: live events on the event loop, pages and API in threads."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from a2wsgi import WSGIMiddleware
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bedside.settings")
if not apps.ready:
    django.setup()

from django.core.handlers.wsgi import WSGIHandler

from bedside.web.events import Events
from bedside.web.health import in_front

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# Pages in the making at the same time. Each thread holds a database connection.
THREADS = 10


class Desk:
    """`/events` goes to the live events, everything else to Django."""

    def __init__(self) -> None:
        self.events = Events()
        self._pages: Any = WSGIMiddleware(in_front(WSGIHandler()), workers=THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"] == "/events":
                await self.events(scope, receive, send)
                return
            scope = _plain(scope)
        await self._pages(scope, receive, send)


def _plain(scope: Scope) -> Scope:
    """The request without what WSGI cannot tell apart or cannot hold.

    A header with an underscore would pass for one with a hyphen (X_Forwarded_For), and a query in raw bytes
    beyond ASCII would fail; browsers send neither.
    """
    query: bytes = scope["query_string"]
    if not query.isascii():
        query = b"".join(b"%%%02X" % byte if byte > 127 else bytes((byte,)) for byte in query)
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "query_string": query, "headers": headers}


application = Desk()
