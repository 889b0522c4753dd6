"""The pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bedside.web"
    label = "web"

    def ready(self) -> None:
        from bedside.web.signin import words  # noqa: F401
