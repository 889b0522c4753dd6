"""The addresses of the pages: each folder of `web` brings its own."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

FOLDERS = (
    "signin",
    "newsroom",
    "today",
    "write",
    "posts",
    "approvals",
    "calendar",
    "pause",
    "channels",
    "settings",
    "guard",
    "record",
    "problems",
)

urlpatterns: list[URLPattern | URLResolver] = [
    pattern for folder in FOLDERS for pattern in import_module(f"bedside.web.{folder}.urls").urlpatterns
]

if settings.DEBUG:
    urlpatterns.append(path("gallery/", include("bedside.web.gallery")))
