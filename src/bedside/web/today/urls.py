from django.urls import path

from bedside.web.today.views import today

urlpatterns = [path("", today, name="today")]
