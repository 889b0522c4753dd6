"""The addresses of the desk: the doors' own lists, one after the other."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
