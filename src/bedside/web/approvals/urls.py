from django.urls import path

from bedside.web.approvals import views

urlpatterns = [
    path("approvals", views.index, name="approvals"),
    path("approvals/<uuid:post_id>", views.approval, name="approval"),
]
