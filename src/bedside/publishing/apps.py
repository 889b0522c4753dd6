from typing import Any

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "bedside.publishing"
    label = "publishing"

    def ready(self) -> None:
        from bedside.posts.models import post_edited
        from bedside.publishing import verbs  # noqa: F401
        from bedside.publishing.actions.schedule import withdraw
        from bedside.publishing.work import register

        def take_back(sender: Any, *, post: Any, **_more: Any) -> None:
            withdraw(post)

        post_edited.connect(take_back, weak=False, dispatch_uid="publishing.withdraw")
        register()
