"""The one way from a channel to its network: HTTP with time-outs and bounds, every exchange recorded.

`Wire.ask` also draws the line that publishing rests on: did anything reach the network or not? What failed
before the first byte left is `Busy`; what failed after it is `Unknown` for a write. Secrets never get into
the record: headers are not recorded at all, known secret values and fields named like one are covered.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from threading import Timer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2

from bedside.channels.port import Busy, ChannelError, Refused, Unknown
from bedside.core import clock
from bedside.core.words import gettext as _
from bedside.core.words import ngettext

MAX_ANSWER = 5_000_000
MAX_RECORDED = 4096
MAX_EXCHANGES = 200
LONGEST_WAIT = timedelta(hours=1)
COVERED = "[covered]"

_SENSITIVE = re.compile(r"authori[sz]ation|password|passwd|token|jwt|secret|cookie|signature|api_?key", re.I)
_SENSITIVE_PAIR = re.compile(
    r'("[^"]*(?:authori[sz]ation|password|passwd|token|jwt|secret|cookie|api_?key)[^"]*"\s*:\s*)"[^"]*(?:"|$)',
    re.I,
)
_JWT = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}")
_BEARER = re.compile(r"\b(Bearer|DPoP)\s+[\w.~+/=-]{16,}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Redirected(Refused):
    """The answer was a redirect, which is never followed, or another of class 1xx or 3xx."""


@dataclass(frozen=True)
class Exchange:
    """One request and what came back, fit to be stored: no headers, no secrets, at most 4 KB a side.

    `status` is None when no answer came; `error` then says why. `seconds` is how long it took.
    """

    method: str
    url: str
    request: str
    status: int | None
    error: str
    response: str
    seconds: float
    at: datetime


@dataclass(frozen=True)
class Answer:
    """A complete answer of class 2xx or 4xx. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON, or None when it is not (or is nested beyond reason)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is anything else."""
        value = self.json()
        return value if isinstance(value, dict) else {}

    def list(self) -> list[Any] | None:
        """The body as a JSON array; None when it is anything else."""
        value = self.json()
        return value if isinstance(value, list) else None

    def words(self, *fields: str) -> str:
        """The network's own words: the first of `fields` that is text, else the plain body."""
        value = self.json()
        if isinstance(value, dict):
            for name in fields:
                if isinstance(value.get(name), str) and value[name].strip():
                    return plain(value[name], 500)
            return ""
        if "html" in self.headers.get("content-type", "") or self.body.lstrip()[:1] == b"<":
            return ""
        return plain(self.body[:2000].decode("utf-8", "replace"), 300)


def plain(text: str, limit: int) -> str:
    """`text` on one line without control characters, at most `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def address(text: str, *, query: bool = False) -> str:
    """The address `text`, checked: https (http for this machine alone), a host, no credentials, no fragment.

    `query` allows a query, and then a trailing slash stays; without it the slash goes.
    Raises `Refused` with what to do.
    """
    text = text.strip()
    if not text or len(text) > 2000 or any(c.isspace() or not c.isprintable() for c in text):
        raise Refused(_("Write an address such as https://social.example.org, without spaces."))
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
        httpx2.URL(text)
    except (ValueError, httpx2.InvalidURL) as error:
        raise Refused(_("“%(text)s” is not an address.") % {"text": plain(text, 100)}) from error
    if parts.scheme not in {"http", "https"} or not host:
        raise Refused(_("The address has to begin with https://."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("Leave name and password out of the address; there are fields for them."))
    if parts.fragment or (parts.query and not query):
        raise Refused(_("The address may not hold a ? or # part."))
    if parts.scheme == "http" and not is_loopback(host):
        raise Refused(_("The address has to begin with https://, so that nobody can read along."))
    if query:
        return urlunsplit(parts._replace(fragment=""))
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def retry_at(headers: Mapping[str, str]) -> datetime | None:
    """When a network wants to be asked again, from Retry-After (RFC 9110 10.2.3) or RateLimit-Reset.

    Seconds, Unix time, HTTP date and ISO 8601 are read; the answer lies from one second to one hour ahead.
    """
    now = clock.now()
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        text = headers.get(name, "").strip()[:64]
        at: datetime | None = None
        with contextlib.suppress(ValueError, OverflowError, OSError, TypeError):
            if re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", text):
                number = float(text)
                at = (
                    datetime.fromtimestamp(number, UTC)
                    if number > 1_000_000_000
                    else now + timedelta(seconds=number)
                )
            elif name == "retry-after":
                at = parsedate_to_datetime(text)
            else:
                at = datetime.fromisoformat(text)
        if at is not None:
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            return min(max(at.astimezone(UTC), now + timedelta(seconds=1)), now + LONGEST_WAIT)
    return None


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    # Loading the certificate store takes longer than most requests; every wire shares one.
    return httpx2.create_ssl_context()


class Wire:
    """A connection to one network for one piece of work; use it in a `with` block, in one thread.

    `timeout` is in seconds: for connecting, for each wait, and (a little more) for a whole exchange.
    `exchanges` holds what was said so far, oldest first, at most 200.
    """

    def __init__(
        self, timeout: float = 20.0, user_agent: str = "Bedside/0.1", *, max_answer: int = MAX_ANSWER
    ) -> None:
        self.timeout = timeout
        self.max_answer = max_answer
        self.exchanges: list[Exchange] = []
        self._hidden: set[str] = set()
        self._streams: list[Any] = []
        self._client = httpx2.Client(
            verify=_trust(),
            timeout=httpx2.Timeout(timeout),
            follow_redirects=False,
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
            # A kept connection that the network closes in the meantime would make a write look cut off.
            limits=httpx2.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=1.0),
            mounts={"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None},
        )

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def hide(self, *values: str) -> None:
        """Never record any of these values, wherever they turn up (four characters and more)."""
        self._hidden.update(value for value in values if len(value) >= 4)

    def pause(self, seconds: float) -> None:
        """Wait while a network works on something (at most 10 s a time)."""
        time.sleep(min(max(seconds, 0.0), 10.0))

    def ask(
        self,
        method: str,
        url: str,
        *,
        writes: bool,
        token: str = "",
        json_body: Any = None,
        content: bytes | None = None,
        content_type: str = "",
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body_needed: bool = True,
    ) -> Answer:
        """Ask once and return the answer when it is 2xx or 4xx (429 and 408 excepted).

        `writes`: this very request publishes or deletes, so that a lost answer leaves the outcome unknown.
        With `body_needed` False the status alone counts, and a body that is cut or too long is let go.
        `token` is sent as a bearer token. Raises:

        - `Busy`: nothing was sent (no route, no name, no TLS), or 429, or a read that failed;
        - `Unknown`: a write whose answer did not come, came broken, too long, as 408 or as 5xx;
        - `Redirected`, a `Refused`: a redirect. Where that may mean yes, the channel has to say so;
        - `Refused`: an address that cannot be used.
        """
        address(url, query=True)
        self.hide(token)
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if content_type:
            sent["Content-Type"] = content_type
        recorded = _request_words(json_body, content, content_type, form, files)
        began, at = time.monotonic(), clock.now()
        status: int | None = None
        body = b""
        kept: Mapping[str, str] = {}
        error = ""
        failure: ChannelError | None = None
        try:
            with self._deadline() as extensions:
                request = self._client.build_request(
                    method,
                    url,
                    json=json_body,
                    content=content,
                    data=form,
                    files=files,
                    params=query,
                    headers=sent,
                    extensions=extensions,
                )
                response = self._client.send(request, stream=True)
                try:
                    status, kept = response.status_code, dict(response.headers)
                    try:
                        for chunk in response.iter_raw():
                            body += chunk
                            if len(body) > self.max_answer:
                                raise _TooLong
                    except (httpx2.TransportError, _TooLong):
                        if body_needed and not 400 <= status < 500:
                            raise
                finally:
                    response.close()
        except _TooLong:
            error = ngettext(
                "The answer is longer than %(most)s byte.",
                "The answer is longer than %(most)s bytes.",
                self.max_answer,
            ) % {"most": f"{self.max_answer:,}"}
            failure = _after_sending(writes, error)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as caught:
            error = _("The request could not be made: %(why)s") % {"why": plain(str(caught), 200)}
            failure = Refused(error)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError) as caught:
            error = _("No connection: %(why)s") % {"why": plain(str(caught), 200) or type(caught).__name__}
            words = _("%(host)s could not be reached, and nothing was sent. %(error)s.")
            failure = Busy(words % {"host": _host(url), "error": error})
        except httpx2.TimeoutException as caught:
            error = _("No answer within %(seconds)s s (%(why)s).") % {
                "seconds": f"{self.timeout:g}",
                "why": type(caught).__name__,
            }
            failure = _after_sending(writes, f"{_host(url)}: {error}")
        except httpx2.TransportError as caught:
            error = _("Cut off: %(why)s") % {"why": plain(str(caught), 200) or type(caught).__name__}
            failure = _after_sending(writes, f"{_host(url)}: {error}.")
        self._record(method, url, query, recorded, status, error, body, time.monotonic() - began, at)
        if failure is not None:
            raise failure
        assert status is not None
        answer = Answer(status, kept, body[: self.max_answer])
        if answer.ok:
            return answer
        said = answer.words("message", "error_description", "error", "detail", "title")
        told = _answered(_host(url), status, said)
        if status == 429:
            raise Busy(told, retry_at(kept))
        if status == 408 or status >= 500:
            raise _after_sending(writes, told)
        if not 400 <= status < 500:
            where = plain(kept.get("location", ""), 200)
            if not where:
                raise Redirected(_("%(answer)s, which is no answer to this.") % {"answer": told})
            words = _("%(answer)s. It sends us on to %(where)s; use that address.")
            raise Redirected(words % {"answer": told, "where": self._cover(where)})
        return answer

    @contextlib.contextmanager
    def _deadline(self) -> Iterator[dict[str, Any]]:
        """Cuts the exchange off after one and a half time-outs, however slowly the other side drips."""

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                self._streams.append(info.get("return_value"))

        def cut() -> None:
            for stream in self._streams:
                with contextlib.suppress(Exception):
                    stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

        timer = Timer(self.timeout * 1.5 + 0.5, cut)
        timer.daemon = True
        timer.start()
        try:
            yield {"trace": trace}
        finally:
            timer.cancel()

    def _record(
        self,
        method: str,
        url: str,
        query: Mapping[str, str] | None,
        request: str,
        status: int | None,
        error: str,
        body: bytes,
        seconds: float,
        at: datetime,
    ) -> None:
        if len(self.exchanges) >= MAX_EXCHANGES:
            return
        shown = str(httpx2.URL(url, params=query)) if query else url
        self.exchanges.append(
            Exchange(
                method=method,
                url=_cover_query(self._cover(shown))[:2000],
                request=self._cover(request)[:MAX_RECORDED],
                status=status,
                error=self._cover(error)[:500],
                response=self._cover(_legible(body))[:MAX_RECORDED],
                seconds=round(seconds, 4),
                at=at,
            )
        )

    def _cover(self, text: str) -> str:
        for value in self._hidden:
            text = text.replace(value, COVERED)
        text = _JWT.sub(COVERED, _BEARER.sub(rf"\1 {COVERED}", text))
        return _UNSTORABLE.sub("\ufffd", text)


class _TooLong(Exception):
    pass


def _answered(host: str, status: int, said: str) -> str:
    if not said:
        return _("%(host)s answered %(status)s") % {"host": host, "status": status}
    return _("%(host)s answered %(status)s: %(said)s") % {"host": host, "status": status, "said": said}


def _after_sending(writes: bool, detail: str) -> ChannelError:
    return Unknown(detail) if writes else Busy(detail)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _cover_query(url: str) -> str:
    parts = urlsplit(url)
    if not parts.query:
        return url
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    query = "&".join(
        f"{name}{equals}{COVERED if _SENSITIVE.search(name) else value}" for name, equals, value in pairs
    )
    return urlunsplit(parts._replace(query=query))


def _covered(value: Any, depth: int = 0) -> Any:
    """`value` (JSON) with everything covered that is named like a secret."""
    if depth > 20:
        return "…"
    if isinstance(value, dict):
        return {
            str(name): COVERED if _SENSITIVE.search(str(name)) and item else _covered(item, depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_covered(item, depth + 1) for item in value[:200]]
    return value


def _request_words(
    json_body: Any,
    content: bytes | None,
    content_type: str,
    form: Mapping[str, str] | None,
    files: Mapping[str, tuple[str, bytes, str]] | None,
) -> str:
    if json_body is not None:
        return json.dumps(_covered(json_body), ensure_ascii=False)
    if content is not None:
        if content_type.startswith("application/json"):
            return _legible(content)
        return f"[{len(content)} bytes of {content_type or 'data'}]"
    parts = [json.dumps(_covered(dict(form)), ensure_ascii=False)] if form else []
    parts += [f"[{name}: {len(data)} bytes of {mime}]" for name, (_, data, mime) in (files or {}).items()]
    return " ".join(parts)


def _legible(body: bytes) -> str:
    """A body as text for the record; fields named like a secret are covered, whether it parses or not."""
    if len(body) <= 256_000:
        with contextlib.suppress(ValueError, RecursionError):
            return json.dumps(_covered(json.loads(body)), ensure_ascii=False)
    text = body[: MAX_RECORDED * 2].decode("utf-8", "replace")
    return _SENSITIVE_PAIR.sub(rf'\1"{COVERED}"', text)
