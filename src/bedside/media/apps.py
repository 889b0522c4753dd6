from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "bedside.media"
    label = "media"

    def ready(self) -> None:
        from bedside.media import verbs  # noqa: F401
