from django.urls import path

from bedside.web.channels import views

urlpatterns = [
    path("settings/channels", views.index, name="channels"),
    path("settings/channels/connect/<slug:kind>", views.connect, name="channel_connect"),
    path("settings/channels/<uuid:connection_id>", views.one, name="channel"),
    path("settings/channels/<uuid:connection_id>/check", views.check, name="channel_check"),
    path("settings/channels/<uuid:connection_id>/remove", views.remove, name="channel_remove"),
]
