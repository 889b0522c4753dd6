from django.urls import path

from bedside.web.pause.views import pause

urlpatterns = [path("pause", pause, name="pause")]
