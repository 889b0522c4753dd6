from typing import Any

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "bedside.approvals"
    label = "approvals"

    def ready(self) -> None:
        from bedside.approvals import actions, verbs  # noqa: F401
        from bedside.posts.models import post_edited

        def void(sender: Any, *, post: Any, caller: Any, **_more: Any) -> None:
            actions.void(post, caller)

        post_edited.connect(void, weak=False, dispatch_uid="approvals.void")
