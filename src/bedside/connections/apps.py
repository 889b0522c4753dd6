from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "bedside.connections"
    label = "connections"

    def ready(self) -> None:
        from bedside.connections import verbs  # noqa: F401
