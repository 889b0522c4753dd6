from django.apps import AppConfig
from django.utils import translation


class OrganizationConfig(AppConfig):
    name = "bedside.organization"
    label = "organization"

    def ready(self) -> None:
        from bedside.core import words
        from bedside.organization import verbs  # noqa: F401

        # The pure rooms import no Django; from here on they speak through it.
        words.install(translation)
