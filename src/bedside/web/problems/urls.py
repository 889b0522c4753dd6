from django.urls import path

from bedside.web.problems.views import index, problem

urlpatterns = [
    path("problems", index, name="problems"),
    path("problems/<slug:name>", problem, name="problem"),
]
