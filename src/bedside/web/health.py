"""/healthz and /metrics, answered in front of everything else: no session, no host name, no middleware."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections
from django.http import HttpRequest, HttpResponse

from bedside.accounts.queries import token_in_use
from bedside.operations.health import health, metrics

PATHS = ("/healthz", "/metrics")
Answer = tuple[str, str, str]
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while deliveries leave in time, otherwise 503 with the reasons."""
    return _page(_health())


def metrics_text(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus: for the machine itself, or with a token whose scope is audit:read."""
    return _page(_metrics(request.META))


def in_front(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application with the two addresses answered before it, whatever host name they are asked by."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path not in PATHS:
            return application(environ, start_response)
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            status, kind, body = "405 Method Not Allowed", "text/plain", ""
        else:
            close_old_connections()
            status, kind, body = _health() if path == "/healthz" else _metrics(environ)
            close_old_connections()
        content = b"" if environ["REQUEST_METHOD"] == "HEAD" else body.encode()
        headers = [
            ("Content-Type", kind),
            ("Cache-Control", "no-store"),
            ("Content-Length", str(len(content))),
        ]
        start_response(status, headers)
        return [content]

    return wrapped


def _health() -> Answer:
    found = health()
    body = {
        "status": "ok" if found.well else "stalled",
        "reasons": list(found.reasons),
        "loop_age_seconds": found.loop_age,
        "oldest_due_seconds": found.oldest_due,
        "paused": found.paused,
    }
    status = "200 OK" if found.well else "503 Service Unavailable"
    return status, "application/json", json.dumps(body, ensure_ascii=False)


def _metrics(environ: dict[str, Any]) -> Answer:
    try:
        if not (_from_here(environ) or _has_token(environ)):
            return "403 Forbidden", "text/plain; charset=utf-8", "Ask from this machine, or with a token.\n"
        return "200 OK", _TEXT, metrics()
    except Error:
        return "503 Service Unavailable", _TEXT, "bedside_up 0\n"


def _from_here(environ: dict[str, Any]) -> bool:
    """Whether the machine itself asks, and not somebody through a proxy on it."""
    if "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ:
        return False
    if settings.BEDSIDE["BEDSIDE_TRUST_PROXY"]:
        return False
    try:
        return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(environ: dict[str, Any]) -> bool:
    kind, _space, text = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = token_in_use(text.strip()) if kind.lower() == "bearer" and len(text) < 200 else None
    return token is not None and "audit:read" in token.scopes


def _page(answer: Answer) -> HttpResponse:
    status, kind, body = answer
    return HttpResponse(
        body, content_type=kind, status=int(status[:3]), headers={"Cache-Control": "no-store"}
    )
