from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "bedside.organization"
    label = "organization"

    def ready(self) -> None:
        from bedside.organization import verbs  # noqa: F401
