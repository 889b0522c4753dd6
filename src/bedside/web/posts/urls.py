from django.urls import path

from bedside.web.posts import deeds, views

urlpatterns = [
    path("posts", views.index, name="posts"),
    path("posts/<uuid:post_id>", views.post, name="post"),
    path("posts/<uuid:post_id>/schedule", deeds.schedule, name="post_schedule"),
    path("posts/<uuid:post_id>/unschedule", deeds.unschedule, name="post_unschedule"),
    path("posts/<uuid:post_id>/withdraw", deeds.withdraw, name="post_withdraw"),
    path("posts/<uuid:post_id>/discard", deeds.discard, name="post_discard"),
    path("posts/<uuid:post_id>/restore", deeds.restore, name="post_restore"),
    path("posts/<uuid:post_id>/comment", deeds.comment, name="post_comment"),
    path("posts/<uuid:post_id>/picture/<str:sha256>", views.picture, name="post_picture"),
    path("deliveries/<uuid:delivery_id>/resolve", deeds.resolve, name="delivery_resolve"),
    path("deliveries/<uuid:delivery_id>/look", deeds.look_again, name="delivery_look"),
    path("deliveries/<uuid:delivery_id>/release", deeds.release, name="delivery_release"),
    path("deliveries/<uuid:delivery_id>/cancel", deeds.cancel, name="delivery_cancel"),
    path("deliveries/<uuid:delivery_id>/delete", deeds.delete, name="delivery_delete"),
]
