from datetime import timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "bedside.api"
    label = "api"

    def ready(self) -> None:
        from bedside.jobs.registry import Chore, register

        register(Chore("sweep kept answers", timedelta(hours=1), _sweep))


def _sweep() -> None:
    # Read only when it is due: with it comes the whole API, for which no command should wait.
    from bedside.api.once import sweep

    sweep()
