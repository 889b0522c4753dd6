from django.urls import path

from bedside.web.record import views

urlpatterns = [
    path("record", views.index, name="record"),
    path("record/verify", views.verify_now, name="record_verify"),
]
