from django.urls import path

from bedside.web.calendar import views

urlpatterns = [
    path("calendar", views.month, name="calendar"),
    path("calendar/list", views.agenda, name="calendar_list"),
]
