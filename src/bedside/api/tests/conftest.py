"""A program at the API's door."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from bedside.accounts.actions import create_token
from bedside.accounts.caller import Caller


@dataclass
class Program:
    """Sends requests with its token; `last` is the answer to the latest one."""

    token: str
    client: Client
    last: Any = None

    def send(
        self, method: str, path: str, body: Any = None, *, status: int | None = None, **headers: str
    ) -> Any:
        """The parsed answer. `status`: the one that is expected; without it any 2xx."""
        given: dict[str, Any] = {}
        if body is not None:
            given = {"data": json.dumps(body), "content_type": "application/json"}
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self.last = self.client.generic(method, f"/api/v1{path}", headers=headers, **given)
        shown = f"{method} {path}: {self.last.status_code} {self.last.content[:1000]!r}"
        if status is None:
            assert 200 <= self.last.status_code < 300, shown
        else:
            assert self.last.status_code == status, shown
        if self.last.status_code >= 400:
            assert self.last["Content-Type"] == "application/problem+json", shown
            document = self.last.json()
            assert document["type"].startswith("/problems/")
            assert document["status"] == self.last.status_code
            assert document["title"]
            assert document["detail"]
        return self.last.json() if self.last.content else None

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Any:
        return self.send("PATCH", path, body, **more)

    def delete(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.send("DELETE", path, body, **more)


@pytest.fixture
def program() -> Callable[..., Program]:
    """`program(caller)` or `program(caller, "posts:read")`: a program with a token of that person."""

    def make(caller: Caller, *scopes: str) -> Program:
        _token, text = create_token(caller, caller.person, scopes or ["all"])
        return Program(text, Client(raise_request_exception=True))

    return make


@pytest.fixture
def author(person, program) -> Program:
    return program(person("author"))


@pytest.fixture
def lead(person, program) -> Program:
    return program(person("communications-lead"))


@pytest.fixture
def draft(newsroom) -> dict[str, Any]:
    """What a program sends to begin a post."""
    return {"text": "Our clinic opens at nine.", "title": "News", "channels": [str(newsroom.id)]}
