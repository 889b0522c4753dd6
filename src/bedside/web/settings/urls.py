from django.urls import path

from bedside.web.settings import views

urlpatterns = [
    path("settings", views.index, name="settings"),
    path("settings/organisation", views.organisation, name="settings_organisation"),
    path("settings/sites", views.add_site, name="site_add"),
    path("settings/sites/<uuid:site_id>/remove", views.remove_site, name="site_remove"),
    path("settings/departments", views.add_department, name="department_add"),
    path(
        "settings/departments/<uuid:department_id>/remove", views.remove_department, name="department_remove"
    ),
    path("settings/routes", views.routes, name="settings_routes"),
]
