"""The addresses of the desk: the doors' own lists, one after the other."""

from django.urls import URLPattern, URLResolver, include, path

from bedside.web.health import healthz, metrics_text

handler404 = "bedside.web.refusals.not_found"
handler429 = "bedside.web.signin.views.too_many"
handler500 = "bedside.web.refusals.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("metrics", metrics_text),
    path("", include("bedside.api.urls")),
    path("", include("bedside.web.urls")),
]
