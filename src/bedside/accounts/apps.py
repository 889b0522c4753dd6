from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bedside.accounts"
    label = "accounts"

    def ready(self) -> None:
        from bedside.accounts import chores, events, verbs  # noqa: F401
