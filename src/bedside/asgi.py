"""The desk as one ASGI application: live events on the event loop, pages and API in threads."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

import django
from a2wsgi import WSGIMiddleware
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bedside.settings")
if not apps.ready:
    django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from bedside.web.events import Events
from bedside.web.health import in_front

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# Pages in the making at the same time. Each thread holds a database connection.
THREADS = 10
CHUNK = 64 * 1024
# Room for what a form adds to the picture it brings; each door has its own, narrower limit.
AROUND_A_PICTURE = 1_000_000


class Desk:
    """`/events` goes to the live events, everything else to Django."""

    def __init__(self) -> None:
        self.events = Events()
        self._pages: Any = WSGIMiddleware(in_front(with_length(WSGIHandler())), workers=THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"] == "/events":
                await self.events(scope, receive, send)
                return
            scope = _plain(scope)
        await self._pages(scope, _until_cut(receive), send)


def _until_cut(receive: Receive) -> Receive:
    """`receive` that raises when the connection ends before the body does: half a body is none."""

    async def whole() -> dict[str, Any]:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the connection was cut within the body of a request")
        return message

    return whole


def with_length(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application, with bodies sent in chunks (RFC 9112, 7.1) handed over as bodies of known length.

    Django takes a body without length for none. What is larger than the largest upload is not read to its end;
    its length then says that it is too large for any door.
    """

    def gathered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" not in environ or environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return application(environ, start_response)
        most = int(settings.BEDSIDE["BEDSIDE_UPLOAD_MEGABYTES"] * 1_000_000) + AROUND_A_PICTURE
        with SpooledTemporaryFile(max_size=1_000_000) as body:
            length = _copy(environ["wsgi.input"], cast("IO[bytes]", body), most)
            body.seek(0)
            # Where both are sent, the chunks count and not the length (RFC 9112, 6.3).
            environ |= {"CONTENT_LENGTH": str(length), "wsgi.input": body}
            return application(environ, start_response)

    return gathered


def _copy(source: Any, to: IO[bytes], most: int) -> int:
    """Copy until the end or until there is more than `most`; how many bytes."""
    length = 0
    try:
        while length <= most and (chunk := source.read(CHUNK)):
            length += len(chunk)
            to.write(chunk)
    except ConnectionResetError:
        # Nobody is left to hear an answer: announce more than came, so that no door takes it for the whole.
        return max(length, most) + 1
    return length


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
