"""The API's addresses, and its description as OpenAPI."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from pydantic_core import to_json

from bedside import __version__
from bedside.api import alarms, deliveries, desk, media, posts
from bedside.api.door import FORM, JSON, door, nowhere
from bedside.api.problems import MEDIA_TYPE, install
from bedside.api.reading import StrictParser

DESCRIPTION = """Everything a person can do at the desk, for programs: docs/api.md shows each operation.

Errors are problem documents (RFC 9457) with a stable `type`. Every POST takes an `Idempotency-Key`."""


class Renderer(JSONRenderer):
    """JSON with moments to the microsecond, as in the answers that `once` keeps."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return to_json(data)


class Api(NinjaAPI):
    """Ninja's, with problem documents in the description and names of operations without modules."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"] = dict(sorted(operation["responses"].items()))
                for status, response in operation["responses"].items():
                    if status >= 400:
                        response["content"] = {
                            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                        }
        return schema


api = Api(
    title="Bedside",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    parser=StrictParser(),
    renderer=Renderer(),
    urls_namespace="api-v1",
)
install(api)
api.add_router("/posts", posts.router)
api.add_router("/deliveries", deliveries.router)
api.add_router("/media", media.router)
api.add_router("", alarms.router)
api.add_router("", desk.router)


def _patterns() -> list[URLPattern | URLResolver]:
    found, app_name, _namespace = api.urls
    for pattern in found:
        if not isinstance(pattern, URLPattern):
            continue
        if pattern.name == "api-root":  # Ninja asks it where the others are
            pattern.callback = nowhere
        else:
            pattern.callback = door(pattern.callback, body=FORM if pattern.name == "upload_media" else JSON)
    return [
        path("api/v1/", include((found, app_name), namespace="api-v1")),
        re_path(r"^api/v1(?:/.*)?$", nowhere),
    ]


urlpatterns = _patterns()
