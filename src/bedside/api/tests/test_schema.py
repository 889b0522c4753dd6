"""Whatever is sent to whichever operation: no fault of ours, and no status that is not documented.

Schemathesis makes requests from the description, good and bad ones; ids that exist are put in often enough that
they get past the front door.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from pydantic_core import to_json
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from bedside.accounts.actions import create_token
from bedside.api.urls import api
from bedside.approvals.actions import submit
from bedside.approvals.alarms import report
from bedside.approvals.models import FalseAlarm
from bedside.core import clock
from bedside.media.models import Media
from bedside.organization.actions import ALLOWED
from bedside.posts.actions import Draft, PictureChoice, create
from bedside.posts.models import Post
from bedside.publishing.actions import schedule
from bedside.publishing.models import Delivery

CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
)
EXAMPLES = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request made in this process leaves the connection open, in which the test's own rows are."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class World:
    """A desk with one of each, and a token with every scope."""

    def __init__(self, person: Any, approved: Any, newsroom: Any) -> None:
        admin = person("administrator", "communications-lead")
        writer = person("author")
        self.token = create_token(admin, admin.person, ["all"])[1]
        self.channel = str(newsroom.id)
        picture = Media.objects.create(
            sha256="0" * 64, mime="image/png", size=78, width=8, height=6, name="door.png", alt_text="A door"
        )
        self.media = str(picture.id)
        create(
            writer,
            Draft(text="With a picture.", channels=[newsroom.id], pictures=[PictureChoice(picture.id)]),
        )
        approved(writer)
        in_review = create(writer, Draft(text="For review.", channels=[newsroom.id]))
        submit(writer, in_review.id)
        soon = clock.now() + timedelta(days=30)
        schedule(writer, approved(writer).id, soon)
        for state in Delivery.State.values:
            post = create(writer, Draft(text=f"About to be {state}.", channels=[newsroom.id]))
            Delivery.objects.create(
                post=post, connection=newsroom, digest=post.digest, content={}, state=state, due_at=soon
            )
        alarming = create(writer, Draft(text="Call 312-555-0142.", channels=[newsroom.id]))
        self.key = "identifier.phone:312-555-0142"
        self.alarm = str(report(writer, alarming.id, self.key).id)
        self.soon = soon.isoformat()
        self.posts = [(str(post), digest) for post, digest in Post.objects.values_list("id", "digest")]
        self.deliveries = [str(delivery) for delivery in Delivery.objects.values_list("id", flat=True)]
        self.asked = 0

    def make_real(self, case: Any) -> None:
        """Put ids that exist into two of three requests."""
        self.asked += 1
        if self.asked % 3 == 0:
            return
        post, digest = self.posts[self.asked % len(self.posts)]
        known = {
            "post_id": post,
            "delivery_id": self.deliveries[self.asked % len(self.deliveries)],
            "media_id": self.media,
            "alarm_id": self.alarm,
        }
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known[name]
        if isinstance(case.body, dict):
            if "channels" in case.body:
                case.body["channels"] = [self.channel]
            if case.body.get("media"):
                case.body["media"] = [self.media, {"id": self.media, "alt": "A door"}][: self.asked % 2 + 1]
            for name, one in {
                "digest": digest,
                "key": self.key,
                "at": self.soon,
                "zone": "Europe/Berlin",
                "role": None,
            }.items():
                if name in case.body:
                    case.body[name] = one
            if isinstance(case.body.get("variants"), dict):
                case.body["variants"] = dict.fromkeys(
                    [self.channel], next(iter(case.body["variants"].values()), {})
                )


@pytest.fixture
def world(person: Any, approved: Any, newsroom: Any) -> World:
    return World(person, approved, newsroom)


schema = schemathesis.openapi.from_dict(json.loads(to_json(api.get_openapi_schema(path_prefix="/api/v1/"))))
schema.app = get_wsgi_application()


@schema.parametrize()
@EXAMPLES
def test_with_every_scope(case: Any, world: World) -> None:
    world.make_real(case)
    case.call_and_validate(headers={"Authorization": f"Bearer {world.token}"}, checks=[*CHECKS, ignored_auth])


@schema.parametrize()
@settings(EXAMPLES, max_examples=5)
def test_without_a_token(case: Any, db: None) -> None:
    response = case.call_and_validate(checks=list(CHECKS))
    assert 400 <= response.status_code < 500
    if response.status_code == 401:
        assert response.headers["www-authenticate"]


def test_the_description_is_complete(client: Any) -> None:
    description = client.get("/api/v1/openapi.json").json()
    operations = {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        "GET /posts",
        "POST /posts",
        "GET /posts/{post_id}",
        "PATCH /posts/{post_id}",
        "DELETE /posts/{post_id}",
        "POST /posts/{post_id}/submit",
        "POST /posts/{post_id}/decisions",
        "POST /posts/{post_id}/withdraw",
        "POST /posts/{post_id}/schedule",
        "DELETE /posts/{post_id}/schedule",
        "POST /posts/{post_id}/comments",
        "POST /posts/{post_id}/false-alarms",
        "GET /false-alarms",
        "POST /false-alarms/{alarm_id}/allow",
        "POST /false-alarms/{alarm_id}/dismiss",
        "GET /deliveries",
        "GET /deliveries/{delivery_id}",
        "DELETE /deliveries/{delivery_id}",
        "POST /deliveries/{delivery_id}/resolve",
        "POST /deliveries/{delivery_id}/release",
        "POST /deliveries/{delivery_id}/cancel",
        "POST /deliveries/{delivery_id}/look",
        "POST /media",
        "GET /media/{media_id}",
        "POST /screen",
        "GET /pause",
        "POST /pause",
        "DELETE /pause",
        "GET /audit",
        "GET /channels",
        "GET /me",
    }
    for name, operation in operations.items():
        assert operation["security"] == [{"Token": []}], name
        assert operation["description"], name
        assert {"401", "403", "422", "503"} <= set(operation["responses"]), name
        if "{" in name:
            assert "404" in operation["responses"], name
    assert description["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"


def test_everything_is_bounded(client: Any) -> None:
    """Every number and every length that a program can send has an upper bound in the description."""
    description = client.get("/api/v1/openapi.json").json()
    schemas = description["components"]["schemas"]
    unbounded: list[str] = []

    def look(at: str, one: dict[str, Any]) -> None:
        if "$ref" in one:
            name = one["$ref"].rpartition("/")[2]
            if name not in seen:
                seen.add(name)
                look(name, schemas[name])
        for kind in ("anyOf", "allOf", "oneOf"):
            for number, inner in enumerate(one.get(kind, [])):
                look(f"{at}.{kind}{number}", inner)
        kind = one.get("type")
        fixed = "enum" in one or "const" in one or one.get("format") in {"uuid", "binary"}
        if kind == "string" and not fixed and not {"maxLength", "pattern"} & set(one):
            unbounded.append(at)
        if kind in {"integer", "number"} and "maximum" not in one:
            unbounded.append(at)
        if kind == "array":
            if "maxItems" not in one:
                unbounded.append(at)
            look(f"{at}[]", one["items"])
        if kind == "object":
            for name, inner in one.get("properties", {}).items():
                look(f"{at}.{name}", inner)
            if isinstance(one.get("additionalProperties"), dict):
                if "maxProperties" not in one:
                    unbounded.append(at)
                look(f"{at}.*", one["additionalProperties"])

    seen: set[str] = set()
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            for parameter in operation["parameters"]:
                look(f"{method} {path} {parameter['name']}", parameter["schema"])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                look(f"{method} {path}", content["schema"])
    assert unbounded == []


def test_the_literals_are_those_of_the_models() -> None:
    from typing import get_args

    from bedside.api.alarms import AlarmState, AllowIn
    from bedside.api.post_shapes import PostState
    from bedside.api.shapes import DeliveryState

    assert list(get_args(PostState)) == Post.State.values
    assert list(get_args(DeliveryState)) == Delivery.State.values
    assert list(get_args(AlarmState)) == FalseAlarm.State.values
    assert set(get_args(AllowIn.model_fields["kind"].annotation)) == set(ALLOWED)
