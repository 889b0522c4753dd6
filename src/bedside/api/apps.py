from datetime import timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "bedside.api"
    label = "api"

    def ready(self) -> None:
        from bedside.api.once import sweep
        from bedside.jobs.registry import Chore, register

        register(Chore("sweep kept answers", timedelta(hours=1), sweep))
