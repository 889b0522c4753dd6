from django.urls import path

from bedside.web.write import pictures, suggestions, views

urlpatterns = [
    path("write", views.begin, name="write"),
    path("write/save", views.save, name="write_save"),
    path("write/screen", views.screen_words, name="write_screen"),
    path("write/<uuid:post_id>", views.compose, name="write_post"),
    path("write/<uuid:post_id>/put-back", suggestions.put_back, name="write_put_back"),
    path("write/<uuid:post_id>/pictures", pictures.add, name="write_picture_add"),
    path(
        "write/<uuid:post_id>/pictures/<uuid:media_id>/remove", pictures.remove, name="write_picture_remove"
    ),
    path(
        "write/<uuid:post_id>/pictures/<uuid:media_id>/earlier",
        pictures.earlier,
        name="write_picture_earlier",
    ),
]
