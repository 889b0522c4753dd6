"""The addresses of the pages: each folder of `web` brings its own."""

from importlib import import_module

from django.urls import URLPattern, URLResolver

FOLDERS = ("newsroom",)

urlpatterns: list[URLPattern | URLResolver] = [
    pattern for folder in FOLDERS for pattern in import_module(f"bedside.web.{folder}.urls").urlpatterns
]
