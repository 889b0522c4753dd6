"""`bedside serve` and `bedside worker` as real processes."""

from __future__ import annotations

import io
import json
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2
from PIL import Image

from tests.cli.inside import init, inside
from tests.conftest import StartDesk
from tests.desk import Desk


def _healthz(desk: Desk) -> tuple[int, dict[str, Any]]:
    answer = httpx2.get(f"http://127.0.0.1:{desk.port}/healthz", timeout=10)
    return answer.status_code, answer.json()


def _until(what: Callable[[], Any], seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come to pass in time")


def _answers(desk: Desk) -> bool:
    try:
        _healthz(desk)
    except httpx2.TransportError:
        return False
    return True


def test_a_fresh_desk_offers_to_be_set_up_and_stops_cleanly(desk: StartDesk) -> None:
    fresh = desk()
    assert fresh.process is not None
    assert _healthz(fresh)[1]["status"] == "ok"
    assert "/setup/" in fresh.log()
    # Any host name does for a probe, and what is not a question is refused.
    assert (
        httpx2.get(f"http://127.0.0.1:{fresh.port}/healthz", headers={"Host": "10.1.2.3"}).status_code == 200
    )
    assert httpx2.post(f"http://127.0.0.1:{fresh.port}/healthz").status_code == 405
    started = time.monotonic()
    fresh.process.send_signal(signal.SIGTERM)
    assert fresh.process.wait(20) == 0
    assert time.monotonic() - started < 15
    # The heartbeat is taken back, the data stays, and the port is free again.
    fresh.start()
    assert "/setup/" in fresh.log()


def test_metrics_are_for_the_machine_itself_or_a_token(desk: StartDesk) -> None:
    one = init(desk(start=False)).start()
    url = f"http://127.0.0.1:{one.port}/metrics"
    here = httpx2.get(url)
    assert "bedside_up 1" in here.text
    assert 'bedside_deliveries{state="confirmed"} 0' in here.text
    through = {"X-Forwarded-For": "198.51.100.7"}
    assert httpx2.get(url, headers=through).status_code == 403
    token = one.cli("token", "create", "--user", "ana@example.org", "--scopes", "audit:read").stdout.strip()
    assert httpx2.get(url, headers={**through, "Authorization": f"Bearer {token}"}).status_code == 200
    other = one.cli("token", "create", "--user", "ana@example.org", "--scopes", "screen").stdout.strip()
    assert httpx2.get(url, headers={**through, "Authorization": f"Bearer {other}"}).status_code == 403


def _status_of(desk: Desk, request: bytes, *, cut: bool = False) -> bytes:
    """The status line that the desk answers raw bytes with; with `cut`, nothing is heard any more."""
    with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as line:
        line.sendall(request)
        return b"" if cut else line.makefile("rb").readline().strip()


def test_a_body_in_chunks_is_read_and_half_a_body_is_none(desk: StartDesk) -> None:
    one = init(desk(start=False)).start()
    post = inside(
        one, 'print(create(ben, Draft(text="Our clinic opens at nine.", channels=[newsroom.id])).id)'
    )
    token = one.cli("token", "create", "--user", "ben@example.org", "--scopes", "all").stdout.strip()
    api, headers = f"http://127.0.0.1:{one.port}/api/v1", {"Authorization": f"Bearer {token}"}
    state = lambda: httpx2.get(f"{api}/posts/{post}", headers=headers).json()["state"]  # noqa: E731
    head = (
        f"POST /api/v1/posts/{post}/submit HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\n"
    ).encode()
    chunked = head + b"Transfer-Encoding: chunked\r\n"

    # A digest of another text is refused, however the body comes.
    wrong = b'{"digest": "' + b"0" * 64 + b'"}'
    for part in (1, 7, len(wrong)):
        pieces = [wrong[at : at + part] for at in range(0, len(wrong), part)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])
        assert b" 409 " in _status_of(one, chunked + b"\r\n" + body)
    # Of two lengths, the chunks count: a proxy in front might have believed them, too.
    both = chunked + b"Content-Length: 0\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(wrong), wrong)
    assert _status_of(one, both).split()[1] in {b"400", b"409"}
    assert state() == "draft"

    # Cut before its end, a body is no empty one.
    _status_of(one, chunked + b"\r\n", cut=True)
    _status_of(one, head + b"Content-Length: 80\r\n\r\n", cut=True)
    _status_of(one, chunked + b"\r\n2\r\n{}\r\n", cut=True)
    time.sleep(1)
    assert state() == "draft"

    # Pictures come in chunks, too, and what is too large is not read.
    endless = (b" " * 100_000 for _ in range(30))
    refused = httpx2.post(
        f"{api}/screen", content=endless, headers=headers | {"Content-Type": "application/json"}
    )
    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/too-large")
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="d.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + picture() + b"\r\n--x--\r\n"
    )
    sent = httpx2.post(
        f"{api}/media",
        content=iter([form[:20], form[20:]]),
        headers=headers | {"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert sent.status_code == 201, sent.text

    right = iter([b"{", b"}"])
    sent = httpx2.post(
        f"{api}/posts/{post}/submit", content=right, headers=headers | {"Content-Type": "application/json"}
    )
    assert sent.status_code == 200, sent.text


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, "PNG")
    return file.getvalue()


def test_healthz_says_that_nothing_is_delivered_though_the_web_answers(desk: StartDesk) -> None:
    one = init(desk(start=False, BEDSIDE_STALL_SECONDS="2"))
    one.start("--web-only", wait=False)
    _until(lambda: _answers(one))
    status, body = _healthz(one)
    assert status == 503
    assert "No delivery loop is running" in body["reasons"][0]
    worker = one.start_worker()
    _until(lambda: _healthz(one)[0] == 200)
    # Frozen, not gone: its heartbeat grows old.
    worker.send_signal(signal.SIGSTOP)
    try:
        _until(lambda: _healthz(one)[0] == 503)
        assert "has not turned" in _healthz(one)[1]["reasons"][0]
    finally:
        worker.send_signal(signal.SIGCONT)
    _until(lambda: _healthz(one)[0] == 200)
    worker.terminate()
    assert worker.wait(20) == 0
    _until(lambda: _healthz(one)[0] == 503)


def test_what_is_on_the_network_finishes_before_the_end(desk: StartDesk) -> None:
    """A webhook's receiver takes three seconds; SIGTERM comes meanwhile; the answer is still settled."""
    import http.server

    asked = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            if asked.is_set() or self.server.quick:  # type: ignore[attr-defined]
                self.send_response(204)
                self.end_headers()
                return
            asked.set()
            time.sleep(3)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    receiver.quick = True  # type: ignore[attr-defined]
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        one = init(desk(start=False))
        address = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
        made = one.cli(
            *("channel", "add", "webhook", "--name", "Hook", "--url", address, "--secret-file", "-"),
            stdin="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        )
        receiver.quick = False  # type: ignore[attr-defined]
        delivery = inside(
            one,
            f"""
            newsroom = Connection.objects.get(id="{made.stdout.strip()}")
            print(scheduled("Our clinic opens at nine.").id)
            """,
        )
        one.start()
        assert one.process is not None
        assert asked.wait(20)
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(25) == 0
        shown = one.cli_json("deliveries", "show", delivery)
        assert shown["state"] == "confirmed"
        assert shown["attempts"] == 1
    finally:
        receiver.shutdown()
        receiver.server_close()


def _session(desk: Desk, email: str) -> str:
    return inside(
        desk,
        f"""
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.conf import settings
        from bedside.accounts.doors import FACTOR_KEY
        person = Person.objects.get(email={email!r})
        store = SessionStore()
        store[SESSION_KEY] = str(person.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = person.get_session_auth_hash()
        store[FACTOR_KEY] = True
        store.create()
        print(settings.SESSION_COOKIE_NAME + "=" + store.session_key)
        """,
    )


def test_live_events_tell_who_may_see_it_that_something_changed(desk: StartDesk) -> None:
    one = init(desk(start=False))
    mine, other = inside(
        one, 'print(create(ben, Draft(text="a")).id, create(cleo, Draft(text="b")).id)'
    ).split()
    cookie = {"Cookie": _session(one, "ben@example.org")}
    one.start()
    url = f"http://127.0.0.1:{one.port}/events"
    assert httpx2.get(f"{url}?list=today").status_code == 401
    assert httpx2.get(url, headers=cookie).status_code == 400
    assert httpx2.get(f"{url}?list=nothing", headers=cookie).status_code == 400
    assert httpx2.get(f"{url}?post={'0' * 32}", headers=cookie).status_code == 404

    told: list[float] = []

    def follow() -> None:
        with httpx2.stream("GET", f"{url}?post={mine}", headers=cookie, timeout=30) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                if line == "event: changed":
                    told.append(time.monotonic())
                    return

    following = threading.Thread(target=follow)
    following.start()
    time.sleep(1)
    inside(one, f'from bedside.posts.actions import edit\nedit(cleo, "{other}", Draft(text="bb"))')
    time.sleep(3)
    assert not told
    inside(one, f'from bedside.posts.actions import edit\nedit(ben, "{mine}", Draft(text="aa"))')
    following.join(20)
    assert told
    # Somebody who comes back with the number of an earlier event is told at once what they missed.
    with httpx2.stream(
        "GET", f"{url}?list=today", headers={**cookie, "Last-Event-ID": "1"}, timeout=30
    ) as answer:
        assert next(line for line in answer.iter_lines() if line.startswith("event")) == "event: changed"


def test_two_workers_on_postgresql_deliver_each_post_once(desk: StartDesk, postgres: Any) -> None:
    url = postgres.create_database()
    one = init(desk(database_url=url, start=False))
    one.start_worker()
    one.start_worker()
    one.start("--web-only")
    ids = inside(
        one, 'print(*[scheduled(f"Our clinic opens at nine on day {n}.").id for n in range(8)])'
    ).split()

    def all_out() -> bool:
        rows = one.cli_json("deliveries", "list", "--limit", "100")["items"]
        return {row["id"]: row["state"] for row in rows} == dict.fromkeys(ids, "confirmed")

    _until(all_out)
    assert {row["attempts"] for row in one.cli_json("deliveries", "list")["items"]} == {1}
    left = inside(
        one,
        """
        from django.db import connection
        import time
        time.sleep(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs")
            print(cursor.fetchone()[0])
        """,
    )
    assert left == "0"
    assert one.cli_json("audit", "verify")["ok"]
    one.stop()
    assert json.loads(one.cli("check", "--json", check=False).stdout)["good"] is False
