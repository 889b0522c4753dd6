from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "bedside.posts"
    label = "posts"

    def ready(self) -> None:
        from bedside.posts import verbs  # noqa: F401
