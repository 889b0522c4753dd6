from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "bedside.operations"
    label = "operations"

    def ready(self) -> None:
        from bedside.operations import verbs  # noqa: F401
